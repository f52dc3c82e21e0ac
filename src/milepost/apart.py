"""Work on what somebody else sent, in a process of its own: with so much time and memory and no more.

A reader of HTML, PDF or office files can be held up for hours, or made to fill the memory, by a file that was
made for it, and no other thread of the process would get its turn. So it reads in a child; what the child
cannot do within its limits is refused in one sentence, and nothing is left of it.
"""

from __future__ import annotations

import importlib
import pickle  # nosec B403 # between this process and its own child
import subprocess  # nosec B404 # to read apart what somebody sent
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from milepost.errors import BadData, WrongUse

resource: Any
try:
    import resource
except ImportError:
    resource = None

SECONDS, MEMORY = 20, 2_000_000_000  # of the processor; bytes
WAIT = 6  # a busy machine may take so many times as long by the clock
T = TypeVar("T")


def apart(
    work: Callable[..., T], *arguments: Any, what: str, seconds: int = SECONDS, memory: int = MEMORY
) -> T:
    """What a function of a module answers to arguments that can be pickled.

    Raises ``WrongUse`` where it takes more than ``seconds`` of the processor or ``memory`` bytes ("``what``
    takes too long to read"), and what the function raises of milepost's own.
    """
    asked = pickle.dumps((work.__module__, work.__qualname__, arguments, seconds, memory))
    asked = pickle.dumps(sys.path) + asked
    command = [sys.executable, "-c", f"from {__name__} import child; child()"]
    try:
        # no shell, and of what somebody sent nothing is in the command
        done = subprocess.run(command, input=asked, capture_output=True, timeout=seconds * WAIT, check=False)  # nosec B603
    except subprocess.TimeoutExpired:
        raise _too_much(what, seconds) from None
    if done.returncode or not done.stdout:
        raise _too_much(what, seconds)
    # the child writes nothing but this: what a reader prints goes elsewhere
    kind, answer = pickle.loads(done.stdout)  # nosec B301
    if kind == "fault":
        raise answer
    if kind == "findings":
        raise BadData(answer)
    if kind == "full":
        raise _too_much(what, seconds)
    found: T = answer
    return found


def _too_much(what: str, seconds: int) -> WrongUse:
    return WrongUse(
        f"{what} takes more than {seconds} seconds or too much memory to read; save it as plain text or CSV, "
        "or split it."
    )


def child() -> None:
    """What the child does: reads the question from its input, writes the answer to its output."""
    # both from who started us
    sys.path[:] = pickle.load(sys.stdin.buffer)  # nosec B301
    module, name, arguments, seconds, memory = pickle.load(sys.stdin.buffer)  # nosec B301
    work = getattr(importlib.import_module(module), name)
    _limit(seconds, memory)
    answer: tuple[str, Any]
    try:
        answer = ("answer", work(*arguments))
    except BadData as fault:
        answer = ("findings", fault.findings)
    except WrongUse as fault:
        answer = ("fault", WrongUse(str(fault)))
    except (MemoryError, RecursionError):
        answer = ("full", None)
    sys.stdout.buffer.write(pickle.dumps(answer))


def _limit(seconds: int, memory: int) -> None:
    """Bounds that the system keeps, where it can."""
    if resource is None:  # Windows: the clock alone bounds it
        return
    with suppress(ValueError, OSError):
        used = int(resource.getrusage(resource.RUSAGE_SELF).ru_utime)
        resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, used + seconds + 1))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
