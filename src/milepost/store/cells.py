"""From cells to rows: one sentence for every fault, all faults at once."""

from __future__ import annotations

import difflib
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal, NamedTuple, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from milepost.errors import FEW, Finding
from milepost.languages.said import told
from milepost.records import TABLES, UNKNOWN, PartialDate, Row, may_be_unread
from milepost.records.kept import by_ident
from milepost.records.kinds import COUNTRY_PATTERNS

MOST_KEPT = 20_000  # rows of a table that is remembered; a larger one is read each time
Cell = Any  # text from a CSV; text, number, date or None from a workbook


@dataclass(frozen=True)
class Unreadable:
    """A cell of a spreadsheet in which no value stands: what is there, and what to do."""

    message: str
    remedy: str


@dataclass(frozen=True)
class Sheet:
    """One table as it was found: header and cells with the line each stands on."""

    table: str
    file: str
    header: tuple[str, ...]
    lines: tuple[tuple[int, tuple[Cell, ...]], ...]


def rows_of(sheet: Sheet) -> tuple[tuple[Row, ...], tuple[Finding, ...]]:
    """The rows of a sheet that could be read, and every fault in it. The same text gives the very same tuple
    of rows."""
    # a server reads forty tables again after an edit of one; cells of a workbook are left out: 1, 1.0 and
    # True would be the same
    if 1 < len(sheet.lines) <= MOST_KEPT and all(
        type(cell) is str for _, cells in sheet.lines for cell in cells
    ):
        return _rows_of_text(sheet)
    return _rows_of(sheet)


def _rows_of(sheet: Sheet) -> tuple[tuple[Row, ...], tuple[Finding, ...]]:
    kind = TABLES[sheet.table]
    found: list[Finding] = []
    columns, header_findings = _columns(kind, sheet)
    found.extend(header_findings)
    if any(f.column in _required(kind) for f in header_findings):
        return (), tuple(found)
    rows: list[Row] = []
    seen: dict[str, int] = {}
    known = _known()
    for line, cells in sheet.lines:
        key = (sheet.table, sheet.header, line, cells)
        if (row := known.get(key)) is not None and row.ident not in seen:
            seen[row.ident] = line
            rows.append(row)
            continue
        extra = [cell for cell in cells[len(sheet.header) :] if not _empty(cell)]
        if extra:
            ident = _ident(
                kind, {name: _tidy(cells[i]) for name, i in columns.items() if not _empty(cells[i])}
            )
            found.append(
                _finding(
                    sheet, line, ident, "", f"the row has {len(cells)} cells, the header {len(sheet.header)}"
                )("Quote cells that hold what separates the cells, or remove the extra cells")
            )
            continue
        given = _given(columns, cells)
        bad = {name: cell for name, cell in given.items() if isinstance(cell, Unreadable)}
        if bad:
            given = {name: cell for name, cell in given.items() if name not in bad}
            ident = _ident(kind, given)
            found.extend(
                _finding(sheet, line, ident, name, cell.message)(cell.remedy) for name, cell in bad.items()
            )
        for name, spellings in _spellings(kind).items():
            if isinstance(cell := given.get(name), str):
                given[name] = spellings.get(cell.casefold(), cell)
        try:
            row = kind.model_validate(given | {"line": line})
        except ValidationError as fault:
            ident = _ident(kind, given)
            found.extend(
                _explain(sheet, line, ident, kind, error)
                for error in fault.errors(include_url=False)
                if not (error["loc"] and error["loc"][0] in bad)
            )
            continue
        if bad:
            continue
        first = seen.setdefault(row.ident, line)
        if first != line:
            found.append(_twice(sheet, row, next(r for r in rows if r.line == first)))
            continue
        if all(type(cell) is str for cell in cells):
            known[key] = row
        rows.append(row)
    return tuple(rows), tuple(found)


_ROWS: dict[Any, Row] = {}


def _known() -> dict[Any, Row]:
    """Rows by their cells, as they were read before: after an edit all but one of a table are."""
    if len(_ROWS) > MOST_KEPT * 5:
        _ROWS.clear()
    return _ROWS


def _twice(sheet: Sheet, row: Row, first: Row) -> Finding:
    """A key that stands a second time; where it names a cell of a matrix, with what both rows say."""
    said = [(x, getattr(first, x, None), getattr(row, x, None)) for x in ("usd_m", "value_added_usd_m")]
    values: dict[str, object] = {"id": row.ident, "line": str(first.line)}
    sentences = told("twice", **values)
    if differ := [(name, f"{a:g}", f"{b:g}") for name, a, b in said if a != b]:
        values |= dict(zip(("name", "there", "here"), differ[0], strict=True))
        sentences = told("twice-differs", **values)
    return Finding(sheet.table, sheet.file, row.line, _trim(row.ident), *sentences, type(row).key[0])


def gathered(found: Sequence[Finding]) -> tuple[Finding, ...]:
    """One mistake, one finding: the same fault in many cells of a column is told once, with how many there
    are. Faults are the same if only names and numbers in the sentence differ, and many from a dozen on; a
    name that is not known is the same fault wherever it stands."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in found:
        said = finding.message
        if not said.startswith(_UNKNOWN):
            said = _DETAILS.sub("#", said)
        groups.setdefault((finding.table, finding.file, finding.column, said), []).append(finding)
    answer: list[Finding] = []
    for (*_, said), group in groups.items():
        if len(group) == 1 or (len(group) <= FEW and not said.startswith(_UNKNOWN)):
            answer += group
            continue
        lines = [str(f.line) for f in group[1:]]
        more = ", ".join(lines[:3]) + (f" and {len(lines) - 3} more" if len(lines) > 3 else "")
        where = f"{len(group)} rows have this fault; the others on line{'s' if len(lines) > 1 else ''} {more}"
        answer.append(replace(group[0], message=f"{group[0].message} ({where})"))
    return tuple(answer)


_UNKNOWN = "there is no '"
_DETAILS = re.compile(r"'[^']*'|[-+]?[0-9][0-9.,e+-]*")


@cache
def _spellings(kind: type[Row]) -> dict[str, dict[str, str]]:
    """How a choice may be written, by column: in any case, and yes or no as a spreadsheet's TRUE or FALSE."""
    found = {}
    for name in kind.columns():
        if choices := choices_of(kind.model_fields[name].annotation):
            found[name] = {choice.casefold(): choice for choice in choices}
            if {"yes", "no"} <= set(choices):
                found[name] |= {"true": "yes", "false": "no"}
    return found


def rejected_ids(sheet: Sheet, faults: Sequence[Finding]) -> frozenset[str]:
    """Ids of the rows that could not be read; with ``UNKNOWN`` where an id could not be made out either."""
    of_rows = [f for f in faults if f.line and f.line != 1]
    found = {f.id for f in of_rows}
    if not set(_required(TABLES[sheet.table])) <= set(sheet.header) or "" in found:
        found.add(UNKNOWN)
    return frozenset(found - {""})


def _ident(kind: type[Row], given: dict[str, Cell]) -> str:
    return " ".join(str(given.get(k, "")) for k in kind.key).strip()


STATES = 3  # of one table whose rows are remembered: of thousands of rows each takes some megabytes
_READ: dict[tuple[str, str], deque[tuple[Sheet, tuple[tuple[Row, ...], tuple[Finding, ...]]]]] = {}


def _rows_of_text(sheet: Sheet) -> tuple[tuple[Row, ...], tuple[Finding, ...]]:
    held = _READ.setdefault((sheet.table, sheet.file), deque(maxlen=STATES))
    for known, found in tuple(held):
        if known == sheet:
            return found
    made = _rows_of(sheet)
    held.append((sheet, made))
    return made


class Named(NamedTuple):
    """A cell that names a row of another table."""

    table: str
    column: str
    line: int
    ident: str


Dangling = dict[tuple[str, str], list[Named]]  # (table, name of a row that it does not have) -> who names it


def dangling(tables: Mapping[str, Sequence[Row]], unread: Mapping[str, frozenset[str]]) -> Dangling:
    """Cells that name a row which does not exist in the table they refer to. Rows that were there but could
    not be read (``unread``) exist; a table of which not every row is known is not judged."""
    known = {table: by_ident(rows) for table, rows in tables.items()}
    found: Dangling = {}
    for table, rows in tables.items():
        references = TABLES[table].references()
        for row in rows:
            for column, target in references.items():
                value = getattr(row, column)
                for name in value if isinstance(value, tuple) else (value,):
                    if not name or name in known.get(target, ()) or may_be_unread(unread, target, name):
                        continue
                    cell = Named(table, column, row.line, row.ident)
                    found.setdefault((target, str(name)), []).append(cell)
    return found


def unknown_references(
    found: Dangling, tables: Mapping[str, Sequence[Row]], files: Mapping[str, str]
) -> Iterator[Finding]:
    """One mistake, one finding: a name that a table lacks is told once, with where it stands; and so is a
    table that has no row at all."""
    of_empty: dict[str, list[Named]] = {}
    for (target, name), cells in found.items():
        if not tables.get(target):
            of_empty.setdefault(target, []).extend(cells)
            continue
        near = difflib.get_close_matches(name, by_ident(tables[target]), n=2, cutoff=0.6)
        values = {"name": _trim(name), "file": _file(files, target), "table": target}
        message, remedy = (
            told("unknown-near", near=" / ".join(near), **values) if near else told("unknown", **values)
        )
        if len({(cell.table, cell.column) for cell in cells}) > 1:
            message = message.and_more(f" ({_told(cells, files)})")
            cells = cells[:1]
        for cell in cells:  # of one column they are gathered with whatever else is wrong there
            yield Finding(
                table=cell.table,
                file=_file(files, cell.table),
                line=cell.line,
                id=cell.ident,
                column=cell.column,
                message=message,
                remedy=remedy,
            )
    for target, cells in of_empty.items():
        file = _file(files, target)
        said = f"{file} is missing or has no row, and its rows are {_told(cells, files)}"
        yield Finding(target, file, 0, "", said, f"Add {file} with its rows", "")


def _file(files: Mapping[str, str], table: str) -> str:
    return files.get(table, f"{table}.csv")


def _told(cells: Sequence[Named], files: Mapping[str, str]) -> str:
    """How many cells, and in which columns."""
    where = Counter(f"{cell.column} of {_file(files, cell.table)}" for cell in cells)
    if len(where) == 1:
        return f"named in {len(cells)} cell{'s' if len(cells) > 1 else ''} of {next(iter(where))}"
    parts = ", ".join(f"{n} in {column}" for column, n in where.most_common())
    return f"named in {len(cells)} cells: {parts}"


def _columns(kind: type[Row], sheet: Sheet) -> tuple[dict[str, int], list[Finding]]:
    found: list[Finding] = []
    wanted = kind.columns()
    columns: dict[str, int] = {}
    for index, name in enumerate(sheet.header):
        if not name:
            if any(not _empty(cells[index]) for _, cells in sheet.lines if index < len(cells)):
                found.append(
                    _finding(sheet, 1, "", "", f"column {index + 1} has cells but no name in the header")(
                        "Name the column, or delete it"
                    )
                )
        elif name in columns:
            found.append(
                _finding(sheet, 1, "", name, f"the column '{name}' stands twice")("Delete one of the two")
            )
        elif name not in wanted:
            near = difflib.get_close_matches(name, wanted, n=1, cutoff=0.6)
            hint = f"Did you mean '{near[0]}'?" if near else f"Known columns: {', '.join(wanted)}"
            hint += "; if a newer milepost wrote it, install that" if not near else ""
            found.append(
                _finding(sheet, 1, "", _trim(name), f"there is no column '{_trim(name)}' in {kind.table}")(
                    hint
                )
            )
        else:
            columns[name] = index
    for name in _required(kind):
        if name not in columns:
            found.append(
                _finding(sheet, 1, "", name, f"the column '{name}' is missing")(
                    f"Add the column '{name}': "
                    f"{kind.model_fields[name].description or 'see the reference of tables'}"
                )
            )
    return columns, found


def _required(kind: type[Row]) -> tuple[str, ...]:
    return tuple(name for name in kind.columns() if kind.model_fields[name].is_required())


def _explain(sheet: Sheet, line: int, ident: str, kind: type[Row], error: ErrorDetails) -> Finding:
    column = str(error["loc"][0]) if error["loc"] else ""
    raw, sort, limits = error.get("input"), error["type"], error.get("ctx", {})

    def at(code: str, why: str = "", reads: str = "", **values: object) -> Finding:
        message, remedy = told(code, **values)
        if why:
            message = message.and_more(f": {why}")
        if reads:
            remedy = remedy.and_more(f": {reads}")
        return Finding(sheet.table, sheet.file, line, _trim(ident), message, remedy, column)

    shown, field = _trim(raw), kind.model_fields.get(column)
    meaning = (field.description if field else "") or ""
    if sort == "missing":
        return at("empty", reads=meaning)
    if sort in _RANGES:
        bound = next(iter(limits.values()), "?")
        return at(_RANGES[sort], shown=shown, column=column, bound=f"{bound:g}")
    if sort == "literal_error":
        choices = choices_of(kind.model_fields[column].annotation)
        near = difflib.get_close_matches(str(raw), choices, n=1, cutoff=0.6)
        known = ", ".join(c or "(empty)" for c in choices)
        if near:
            return at("choice-near", shown=shown, near=near[0], known=known)
        return at("choice", shown=shown, known=known)
    if sort == "string_pattern_mismatch" and limits.get("pattern") in COUNTRY_PATTERNS:
        return at("id-of-country", shown=shown)
    if sort == "value_error":
        why = error["msg"].removeprefix("Value error, ")
        return at("date" if field and is_date(field.annotation) else "text", why, shown=shown)
    if sort in _WRITTEN:
        return at(_WRITTEN[sort], shown=shown)
    return at("unreadable", reads=meaning, shown=shown)


_RANGES = {
    "greater_than": "above",
    "greater_than_equal": "at-least",
    "less_than": "below",
    "less_than_equal": "at-most",
}
_WRITTEN = {
    "finite_number": "finite",
    **dict.fromkeys(("float_parsing", "float_type"), "number"),
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float"), "whole-number"),
    "string_pattern_mismatch": "id",
    "string_too_long": "id-long",
}


def is_date(annotation: Any) -> bool:
    """Does a column hold dates, as precise as their source?"""
    return annotation is PartialDate or any(is_date(part) for part in get_args(annotation))


def choices_of(annotation: Any) -> list[str]:
    if get_origin(annotation) is Literal:
        return [str(a) for a in get_args(annotation)]
    return [c for part in get_args(annotation) for c in choices_of(part)]


def _finding(sheet: Sheet, line: int, ident: str, column: str, message: str) -> Callable[..., Finding]:
    def complete(remedy: str, text: str = message) -> Finding:
        return Finding(sheet.table, sheet.file, line, _trim(ident), text, remedy, column)

    return complete


def _given(columns: Mapping[str, int], cells: Sequence[Cell]) -> dict[str, Cell]:
    """The cells of a row that are not empty, by column."""
    return {
        # most cells are texts, and there are hundreds of thousands of them
        name: told.strip() if type(told) is str else _tidy(told)
        for name, i in columns.items()
        if i < len(cells) and (told := cells[i]) is not None and not (type(told) is str and not told.strip())
    }


def _empty(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _tidy(cell: Cell) -> Cell:
    """Spreadsheets turn ids and years into numbers: 12.0 is the text 12 where text is wanted."""
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, int | float):
        return repr(cell)
    return cell.strip() if isinstance(cell, str) else cell


def _trim(value: Any) -> str:
    text = "".join(c if c.isprintable() else "·" for c in str(value))
    return text if len(text) <= 80 else text[:77] + "..."
