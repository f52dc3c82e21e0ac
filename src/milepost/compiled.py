"""Kernels compiled by numba: kept on disk where that can be, and compiled anew where it cannot.

A :class:`Kernel` is made when one is first called, because numba takes longer to load than most commands run:
what reads, checks and follows up does without it.

numba keeps compiled code beside the source or in the user's cache folder. A service account often can
write neither; numba then refuses to *define* the function, and everything that needs it dies at import. Here
the code goes to a private folder among the temporary files instead, or is not kept at all, and
:func:`remark` says so.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
# files of kernels that others call or inline
KERNELS = (
    "network/assignment.py",
    "network/equilibrium.py",
    "network/heap.py",
    "network/hierarchy.py",
    "network/one_path.py",
    "network/overlay.py",
    "network/scenarios.py",
    "network/traced.py",
    "network/trees.py",
    "trade/costs.py",
    "trade/many_sectors/kernel.py",
    "trade/one_sector/kernel.py",
    "trade/parts.py",
    "value/all_sets.py",
    "value/cell_tables.py",
    "value/few_sets.py",
    "value/fingerprints.py",
    "value/gathered.py",
    "value/pair_tables.py",
)
_remarks: list[str] = []
_digest: list[str] = []


class Kernel:
    """A function on arrays and numbers that is compiled. Called from another one it is a call, or inlined;
    called from Python it is made first, and all others with it."""

    def __init__(self, function: Callable[..., Any], options: dict[str, Any]) -> None:
        self.function, self.options = function, options
        self.made: Any = None
        self.__doc__, self.__name__ = function.__doc__, function.__name__
        _waiting.append(self)

    def __call__(self, *arguments: Any) -> Any:
        """What the compiled function answers."""
        if self.made is None:
            _make_all()
        return self.made(*arguments)

    def __getattr__(self, name: str) -> Any:
        if self.made is None:
            _make_all()
        return getattr(self.made, name)


_waiting: list[Kernel] = []
_making = threading.RLock()


def kernel(**options: Any) -> Callable[[Callable[..., Any]], Kernel]:
    """``numba.njit`` with these options, without the interpreter's lock, and with its compiled code kept.

    A decorator of functions on arrays and numbers. It never fails for want of a place to write.
    """
    return lambda function: Kernel(function, {"nogil": True, **options})


def read_only(array: Any) -> Any:
    """The same array, seen as one that may not be written: a kernel is compiled for every mix of those that
    may and those that may not, so what it only reads is always given as this."""
    seen = array.view()
    seen.flags.writeable = False
    return seen


def _make_all() -> None:
    """Hand every kernel that waits to numba. What a kernel calls is found among the globals of its module, so
    there numba's own functions take the place of ours."""
    with _making:
        made = {k: _made(k.function, k.options) for k in _waiting}
        for k in made:
            known = k.function.__globals__
            called = {name: v for name, v in known.items() if isinstance(v, Kernel)}
            known.update({name: v.made or made[v] for name, v in called.items()})
        for k, dispatcher in made.items():  # last, so that no other thread calls what is half made
            k.made = dispatcher
        _waiting.clear()


def _made(function: Callable[..., Any], options: dict[str, Any]) -> Any:
    from numba import njit

    try:
        made = njit(cache=True, **options)(function)
    except RuntimeError as fault:
        if "cannot cache" not in str(fault):
            raise
        if not _use_private_folder():
            return njit(**options)(function)
        made = njit(cache=True, **options)(function)
    _knows_all_kernels(made)
    _saves_if_it_can(made)
    return made


def remark() -> str:
    """One sentence if compiled code cannot be kept where it belongs; empty otherwise."""
    return _remarks[0] if _remarks else ""


def kept_where() -> tuple[str, bool]:
    """The folder in which compiled code can be kept, and whether it lasts: "" for nowhere. Nothing is
    made."""
    named = os.environ.get("NUMBA_CACHE_DIR", "")
    beside = ROOT / "network" / "__pycache__"
    for folder in [Path(named)] if named else [beside, Path.home() / ".cache"]:
        there = next(
            (p for p in (folder, *folder.parents) if os.path.exists(p)), folder
        )  # not its own: it raises where nothing may be seen
        if os.access(there, os.W_OK):
            return str(folder), True
    private = Path(tempfile.gettempdir())
    return (str(private), False) if os.access(private, os.W_OK) else ("", False)


def _use_private_folder() -> bool:
    """Let numba keep its code in a folder of this user among the temporary files; False if there is none.

    What lies there is run as code: the folder must belong to this user, and nobody else may write into it.
    """
    owner = os.getuid() if hasattr(os, "getuid") else 0
    folder = Path(tempfile.gettempdir()) / f"milepost-compiled-{owner}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        safe = stat.S_ISDIR(found.st_mode) and (os.name == "nt" or found.st_uid == owner)
        if not safe or (os.name != "nt" and stat.S_IMODE(found.st_mode) & 0o077):
            raise PermissionError
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        _say("Compiled code can be kept nowhere here, so every command compiles anew, which takes a minute")
        return False
    import numba

    numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]
    _say(f"Compiled code is kept in {folder}, because neither the installation nor a home can be written")
    return True


def kernels_digest() -> str:
    """A digest of the source of every kernel: code that was compiled with another version of one is stale.

    numba looks at a function's own file only, though what it calls, or has inlined, may stand in another one.
    """
    found = hashlib.blake2b(digest_size=16)
    for name in KERNELS:
        found.update((ROOT / name).read_bytes())
    return found.hexdigest()


def _knows_all_kernels(made: Any) -> None:
    index: Any = getattr(getattr(made, "_cache", None), "_cache_file", None)
    stamp = getattr(index, "_source_stamp", None)
    if stamp is not None:
        if not _digest:
            _digest.append(kernels_digest())
        index._source_stamp = (stamp, _digest[0])


def _saves_if_it_can(made: Any) -> None:
    """A full disk must not stop a computation whose code was compiled but could not be kept."""
    cache: Any = getattr(made, "_cache", None)
    save = getattr(cache, "save_overload", None)
    if save is None:
        return

    def guarded(signature: Any, compiled: Any) -> None:
        try:
            save(signature, compiled)
        except OSError as fault:
            _say(
                f"Compiled code could not be kept ({fault.strerror or fault}), the next command compiles anew"
            )

    cache.save_overload = guarded


def _say(sentence: str) -> None:
    _remarks.append(f"{sentence}; NUMBA_CACHE_DIR names another folder.")
