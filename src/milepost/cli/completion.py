"""What a shell may complete: which command is being typed, and names that a programme has."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterable
from typing import Any

ASKED_BY = "_MILEPOST_COMPLETE"


def command_typed() -> str:
    """The command of the line that a shell asks to complete; empty while it is still being typed."""
    return next(iter(_typed()), "")


def _typed() -> list[str]:
    """The words of the line that are no options, without the program's own name."""
    line = os.environ.get("_TYPER_COMPLETE_ARGS") or os.environ.get("COMP_WORDS", "")
    try:
        words = shlex.split(line)
    except ValueError:  # a quote is still open
        words = line.split()
    return [word for word in words[1:] if not word.startswith("-")]


def names_from(table: str, *, several: bool = False) -> Callable[[Any, list[str], str], list[Any]]:
    """Ids of a table of the programme that was typed before, each with its name or title; after commas too
    with ``several``. Nothing while the programme cannot be read."""

    def complete(ctx: Any, args: list[str], incomplete: str) -> list[Any]:
        done, _, last = incomplete.rpartition(",") if several else ("", "", incomplete)
        before = f"{done}," if done else ""
        # an option that still lacks its value keeps the arguments before it from being parsed
        programme = str(ctx.params.get("programme") or next(iter(_typed()[1:]), ""))
        return [
            (before + ident, told)
            for ident, told in _rows(programme, table)
            if ident.startswith(last) and ident not in done.split(",")
        ]

    return complete


def _rows(programme: str, table: str) -> Iterable[tuple[str, str]]:
    from milepost.errors import MilepostError
    from milepost.store.stores import open_store

    try:
        records = open_store(programme).read()[0] if programme else None
    except (MilepostError, OSError):
        return []
    rows: list[Any] = [] if records is None else list(records.rows(table))
    return [(row.id, getattr(row, "title", "") or getattr(row, "name", "")) for row in rows]
