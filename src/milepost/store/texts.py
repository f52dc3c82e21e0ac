"""The canonical text of a programme: a file a table, two for the settings, and the fingerprint of it all."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from milepost.files import no_formula
from milepost.records import TABLES, Policy, Records, Row, Settings
from milepost.records.kept import PerRow, PerTable, Step, added_since

SETTINGS_FILE = "programme.toml"


POLICY_FILE = "policy.toml"
# what the writer quotes, and what may be a formula or a number with a sign
_APART = re.compile(r"[\",\r\n]|(?:^|\0)['=+\-@\t\uff1d\uff0b\uff0d\uff20]")


def texts(records: Records) -> dict[str, str]:
    """Canonical text of every file of a programme's folder, by file name."""
    return {
        SETTINGS_FILE: settings_text(records.settings),
        POLICY_FILE: settings_text(records.policy),
    } | csv_texts(records)


def csv_texts(records: Records) -> dict[str, str]:
    """Canonical text of each table that has rows, by file name."""
    return {f"{table}.csv": _texts(records.rows(table)) for table in TABLES if records.rows(table)}


def csv_text(kind: type[Row], rows: tuple[Row, ...] | list[Row] | Any) -> str:
    """A table as canonical CSV: header, then a line a row."""
    return csv_of([kind.columns()]) + "".join(map(_line, rows))


def _line_of(row: Row) -> str:
    """A row as a line of CSV."""
    told = row.model_dump()
    cells = [cell_text(told[name]) for name in type(row).columns()]
    # most rows hold nothing that is to be quoted, and are told from the others in one look
    return csv_of([cells]) if len(cells) < 2 or _APART.search("\0".join(cells)) else ",".join(cells) + "\n"


def csv_of(lines: Iterable[Sequence[str]]) -> str:
    """Lines of cells as CSV with LF, so that every text comes back the same; none is a formula in a
    spreadsheet."""
    out = _Lines()
    # the writer quotes the characters of its line ending only: a lone CR must be one of them, or it would end
    # the line
    csv.writer(out, lineterminator="\r\n").writerows([no_formula(c) for c in line] for line in lines)
    return "".join(out.text)


class _Lines:
    """Takes one line a call, as the writer gives it, and ends it with LF."""

    def __init__(self) -> None:
        self.text: list[str] = []

    def write(self, line: str) -> None:
        self.text.append(line[:-2] + "\n")


_line: PerRow[str] = PerRow(_line_of)


def _text_after(text: str, step: Step) -> str | None:
    return None if step.instead else text + "".join(map(_line, step.added))


_texts: PerTable[str] = PerTable(lambda rows: csv_text(type(rows[0]), rows), most=2, go_on=_text_after)


def cell_text(value: Any) -> str:
    """The shortest text that reads back as the same value."""
    if type(value) is str:
        return value
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)


def settings_text(settings: Settings | Policy) -> str:
    """``programme.toml`` or ``policy.toml`` with every setting and its meaning."""
    lines = []
    for name, info in type(settings).model_fields.items():
        value = getattr(settings, name)
        lines += [
            f"# {info.description}",
            f"# {name} is not set" if value is None else f"{name} = {toml_value(value)}",
            "",
        ]
    return "\n".join(lines)


def toml_value(value: Any) -> str:
    """A setting as TOML writes it."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace(
            "\x7f", "\\u007f"
        )  # DEL: JSON takes it as it is, TOML does not
    if isinstance(value, tuple):
        return "[" + ", ".join(toml_value(v) for v in value) + "]"
    return str(value)


def fingerprint(records: Records) -> str:
    """SHA-256 of the canonical content: settings and every table, whatever the store it was read from.

    Of what was hashed before, all is taken over up to the first table that differs, and that one too as far
    as rows were only added to it.
    """
    tables = {f"{table}.csv": rows for table in TABLES if (rows := records.rows(table))}
    files: dict[str, Any] = {**tables, POLICY_FILE: records.policy}
    parts = [(SETTINGS_FILE, records.settings), *((name, files[name]) for name in sorted(files))]
    last = max(tuple(_HASHED), key=lambda held: _alike(held.parts, parts), default=_Hashed([], []))
    n = _alike(last.parts, parts)
    states = last.states[:n]
    for at in range(n, len(parts)):
        name, part = parts[at]
        digest = states[-1].copy() if states else hashlib.sha256()
        if at == n and (added := _added(last, at, name, part)) is not None:
            digest = last.states[at].copy()
            digest.update("".join(map(_line, added)).encode())
        else:
            told = _texts(part) if name in tables else settings_text(part)
            digest.update(told.encode() if name == SETTINGS_FILE else f"\0{name}\0{told}".encode())
        states.append(digest)
    _HASHED.appendleft(_Hashed(parts, states))
    return str(states[-1].hexdigest())


@dataclass(frozen=True)
class _Hashed:
    """What fingerprints were made of: settings, tables and policy by the name of their file, and the hash as
    it stood after each."""

    parts: list[tuple[str, Any]]
    states: list[Any]


_HASHED: deque[_Hashed] = deque(maxlen=4)


def _alike(held: list[tuple[str, Any]], parts: list[tuple[str, Any]]) -> int:
    """How many of the first parts are the very same."""
    pairs = zip(held, parts, strict=False)
    differ = (n for n, ((a, was), (b, part)) in enumerate(pairs) if a != b or was is not part)
    return next(differ, min(len(held), len(parts)))


def _added(last: _Hashed, at: int, name: str, part: Any) -> tuple[Any, ...] | None:
    """The rows that were added to a table since, if nothing else was changed in it."""
    if at >= len(last.parts) or last.parts[at][0] != name or not isinstance(part, tuple):
        return None
    return added_since(last.parts[at][1], part)
