"""The canonical text of a programme: a file a table, two for the settings, and the fingerprint of it all."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from milepost.files import no_formula
from milepost.records import TABLES, Policy, Records, Row, Settings
from milepost.records.kept import PerRow, PerTable, Step

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
    """SHA-256 of the canonical content: settings and every table, whatever the store it was read from."""
    digest = hashlib.sha256(settings_text(records.settings).encode())
    for name, text in sorted((csv_texts(records) | {POLICY_FILE: settings_text(records.policy)}).items()):
        digest.update(f"\0{name}\0".encode())
        digest.update(text.encode())
    return digest.hexdigest()
