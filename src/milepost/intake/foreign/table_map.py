"""How the columns of somebody's table are read: a small TOML file, written by hand or by ``--suggest``,
kept and shared with the table."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from milepost.errors import BadData, Finding
from milepost.intake.foreign.reading import bad_file, text_of_file
from milepost.languages.catalogue import LANGUAGES
from milepost.records import Commitment

# columns of commitments that a table may fill, and what becomes rows of other tables
TARGETS = {
    "id": "number or code of the row: by it the next import finds the row again",
    "title": "short title of what is promised",
    "text": "what is promised, in full",
    "owed_by": "who owes it, by names or codes",
    "beneficiaries": "who it is owed to",
    "kind": "what sort of thing it is",
    "firmness": "how firmly it is promised",
    "fields": "fields it is about",
    "acceptance_test": "what must be seen before it counts as delivered",
    "cost_usd_m": "what it costs",
    "cost_note": "how the cost was stated",
    "status_reported": "its state in the words of the table",
    "status_reported_on": "day of that state",
    "source": "where it comes from",
    "note": "remarks",
    "milestone": "a step on the way to it: the row is one step of the commitment",
    "promised_for": "day, month or year by which it is promised",
    "announced_on": "day on which that was announced",
    "percent": "share of it that is done, percent",
    "report": "what was last reported",
}
LISTS = ("owed_by", "beneficiaries", "fields")
UNITS = {"USD": 1e-6, "thousand USD": 1e-3, "million USD": 1.0, "billion USD": 1e3}


class TableMap(BaseModel):
    """One map. ``columns``: column of the register -> head of the table. ``values``: words of the table
    -> words of the register, by column. ``fixed``: what every new row gets."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(description="name under which ids are kept")] = ""
    sheet: Annotated[str, Field(description="sheet of the workbook; empty = the largest")] = ""
    header: Annotated[
        tuple[int, int], Field(description="first and last row of the head, as numbered in the file")
    ]
    language: Annotated[str, Field(description="language of dates: en, ru, fa, ar or fr")] = "en"
    calendar: Annotated[
        Literal["gregorian", "solar hijri"], Field(description="calendar of dates written in figures")
    ] = "gregorian"
    day_first: Annotated[bool, Field(description="whether 05/06/2027 is the 5th of June")] = True
    decimal: Annotated[Literal[".", ","], Field(description="what stands before the decimals")] = "."
    cost_unit: Annotated[
        Literal["USD", "thousand USD", "million USD", "billion USD"], Field(description="unit of the cost")
    ] = "million USD"
    between_owners: Annotated[str, Field(description="characters that part one owner from the next")] = ";/\n"
    columns: dict[str, str]
    values: dict[str, dict[str, str]] = {}
    fixed: dict[str, str] = {}


def read_map(path: Path) -> TableMap:
    """The map in a file. Raises ``BadData`` with every fault of it."""
    try:
        table = TableMap.model_validate(tomllib.loads(text_of_file(path)))
    except tomllib.TOMLDecodeError as fault:
        raise bad_file(path, f"this is no TOML: {fault}", "Let --suggest write one") from None
    except ValidationError as fault:
        remedy = "See docs/explain/import.md, or let --suggest write one"
        raise BadData(
            tuple(
                Finding("", path.name, 0, "", f"{'.'.join(map(str, e['loc']))}: {e['msg'].lower()}", remedy)
                for e in fault.errors()
            )
        ) from None
    found = [
        f"{c} is no column that a table may fill; there are {', '.join(TARGETS)}"
        for c in table.columns
        if c not in TARGETS
    ]
    found += [f"{c} is no column of commitments" for c in table.fixed if c not in Commitment.columns()]
    found += [f"{c} is mapped to words, but to no column" for c in table.values if c not in table.columns]
    if "title" not in table.columns:
        found.append("no column is the title")
    if not 1 <= table.header[0] <= table.header[1]:
        found.append("the head ends before it begins")
    if table.language not in LANGUAGES:
        found.append(f"there is no language '{table.language}'; there are {', '.join(LANGUAGES)}")
    if found:
        raise BadData(tuple(Finding("", path.name, 0, "", f, "Correct the map") for f in found))
    return table


def text_of_map(table: TableMap) -> str:
    """The map as TOML, with a word on each line that may be changed."""
    lines = [
        "# How the columns of this table are read. Keep it beside the table; what is wrong, change here."
    ]
    for name, info in TableMap.model_fields.items():
        value = getattr(table, name)
        if not isinstance(value, dict):
            lines += ["", f"# {info.description}", f"{name} = {_toml(value)}"]
    lines += ["", "# column of the register = head of the table", "[columns]"]
    lines += [f"{_key(c)} = {_toml(head)}" for c, head in table.columns.items()]
    for column, words in table.values.items():
        lines += [
            "",
            f"# words of the table = words of the register, in {column}",
            f"[values.{_key(column)}]",
        ]
        lines += [f"{_toml(word)} = {_toml(ours)}" for word, ours in words.items()]
    lines += ["", "# what every new row gets", "[fixed]"]
    lines += [f"{_key(c)} = {_toml(v)}" for c, v in table.fixed.items()]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(str, value))}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _toml(name)
