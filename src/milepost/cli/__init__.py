"""The command line: parse, call, print. No arithmetic here.

Exit codes: 0 fine, 1 the data have findings, 2 wrong use, 3 no solution.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from typer.main import get_command

from milepost.cli.completion import ASKED_BY, command_typed
from milepost.cli.contents import COMMANDS, page
from milepost.errors import BadData, MilepostError

_RECORDED = ("--by", "--reason", "--text")


def _app(asked: str) -> Any:
    """The program with the command asked for; with all by name alone if none has that name."""
    if asked not in COMMANDS:
        return page()
    import_module(f"milepost.cli.{COMMANDS[asked].file}")  # importing it adds its commands
    return import_module("milepost.cli.app").app


@cache
def _command(asked: str) -> Any:
    """The program ready to run: whoever asks again in one process does not wait for it to be put together."""
    return get_command(_app(asked))


def command_names() -> list[str]:
    """Names of all commands, in the order of the help page."""
    names: list[str] = []
    for name in COMMANDS:
        inner = [g.typer_instance for g in _app(name).registered_groups if g.typer_instance.info.name == name]
        names += [f"{name} {one.name}" for group in inner for one in group.registered_commands] or [name]
    return names


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns its exit code. No traceback reaches the user unless MILEPOST_DEBUG is set.

    If compiled code cannot be kept where it belongs, one sentence on standard error says so at the end.
    """
    code = _run(arguments)
    # asked only if something was compiled: numba takes longer to load than many a command takes to run
    compiled = sys.modules.get("milepost.compiled")
    if compiled is not None and (said := compiled.remark()):
        _complain(said)
    return code


def _run(arguments: Sequence[str]) -> int:
    as_json = "--json" in arguments
    completing = ASKED_BY in os.environ
    if unreadable := _unreadable(arguments):
        _complain(f"What is given as {unreadable} holds bytes that are not UTF-8, and cannot be recorded.")
        return 2
    try:
        if not arguments and not completing:
            return _tell_next_step()
        named = next((one for one in arguments if not one.startswith("-")), "")
        asked = command_typed() if completing else named
        result = _command(asked)(args=list(arguments), prog_name="milepost", standalone_mode=False)
    except BadData as fault:
        from milepost.cli.check import say_findings

        return say_findings(fault.findings, "json" if as_json else "text")
    except MilepostError as fault:
        _complain(str(fault))
        return fault.exit_code
    except KeyboardInterrupt:
        _complain("Stopped. Nothing was left half-written.")
        return 130
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  the reader went away; stay quiet to the end
        return 0
    except Exception as fault:
        # typer brings its own copy of click, so its faults are known by what they can do
        if callable(tell := getattr(fault, "format_message", None)):
            path = getattr(getattr(fault, "ctx", None), "command_path", "") or "milepost"
            _complain(f"{tell()} Try '{path} --help'.")
            return 2
        if type(fault).__name__ in ("Abort", "Exit"):
            return int(getattr(fault, "exit_code", 130))
        if refused := _refused(fault):
            _complain(refused)
            return 2
        if os.environ.get("MILEPOST_DEBUG"):
            raise
        _complain(
            f"milepost failed where it should not ({type(fault).__name__}: {str(fault)[:200]}). "
            "This is our fault, not yours; MILEPOST_DEBUG=1 shows where."
        )
        return 70
    return result if isinstance(result, int) else 0


def _refused(fault: Exception) -> str:
    """What a disk that is full, or takes no writes, refused; "" for another fault. A library that keeps
    something aside for itself meets it where nothing of ours is written."""
    number = getattr(fault, "errno", None)
    if type(fault).__name__ == "SerialisationError":  # of lxml: IO_ENOSPC
        number = getattr(errno, str(fault).removeprefix("IO_"), None)
    elif not isinstance(fault, OSError):
        return ""
    if "temporary directory" in str(fault):
        return "No folder for temporary files takes any (TMPDIR names another); free some of its disk."
    if number not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS):
        return ""
    where = getattr(fault, "filename", None)
    return f"The disk refused to write{f' {where!r}' if where else ''}: {os.strerror(number)}."


def _tell_next_step() -> int:
    from milepost.cli.next_step import tell

    return tell(Path.cwd())


def _complain(sentence: str) -> None:
    from milepost.cli.output import complain

    complain(sentence)


def _unreadable(arguments: Sequence[str]) -> str:
    """Which text to be recorded, an option or a column, is not UTF-8? Names of files may be: they belong to
    the disk."""
    for before, given in zip(["", *arguments], arguments, strict=False):
        name, equals, _ = given.partition("=")
        of = name if equals and (name in _RECORDED or not name.startswith("-")) else before
        if (equals or of in _RECORDED) and of and any("\udc80" <= c <= "\udcff" for c in given):
            return of.encode("ascii", "replace").decode()
    return ""


def main() -> None:
    """Entry point of the ``milepost`` command."""
    # a command reads once and ends: looking for rows that nobody holds would cost a tenth of its time;
    # ``serve`` sets it back once it has begun
    gc.set_threshold(100_000, 50, 50)
    sys.exit(run(sys.argv[1:]))
