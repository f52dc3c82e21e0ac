"""What warms is asked, then what people ask of examples: each kernel that only the second compiled is printed
with the kinds of its arguments, as a JSON list.

A program of its own, because a kernel that another test has called is compiled already. The answers that
people ask for are given as words.
"""

from __future__ import annotations

import gc
import json
import sys

from numba.core.dispatcher import Dispatcher

import milepost
from milepost.warm import questions


def compiled() -> set[tuple[str, str, str]]:
    """Module, name and kinds of arguments of all that this process has compiled or loaded."""
    ours = [d for d in gc.get_objects() if isinstance(d, Dispatcher) and d.__module__.startswith("milepost.")]
    return {(d.py_func.__module__, d.py_func.__name__, str(kinds)) for d in ours for kinds in d.signatures}


if __name__ == "__main__":
    for ask in questions():
        ask()
    warmed = compiled()
    for name in ("ridge", "northern-corridor"):
        programme = milepost.open(milepost.example(name))
        for answer in sys.argv[1:]:
            getattr(programme, answer)()
    print(json.dumps([len(warmed), sorted(compiled() - warmed)]))
