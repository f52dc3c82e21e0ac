"""A programme as one .xlsx workbook: a sheet a table, ``programme`` for the settings, ``about`` for the
reader."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import re
import tomllib
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_origin

import openpyxl
from openpyxl.cell import Cell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from milepost.errors import Finding, WrongUse
from milepost.files import keep_text, no_formula, write_whole
from milepost.packed import must_be_bounded
from milepost.records import TABLES, Policy, Records, Settings
from milepost.store.assembly import assemble, read_model, template_rows, template_settings
from milepost.store.cells import Sheet, Unreadable
from milepost.store.content import content_of, digest
from milepost.store.guidance import CHOICES_SHEET, Guidance
from milepost.store.texts import cell_text, toml_value

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

SETTINGS_SHEET = "programme"
POLICY_SHEET = "policy"
ABOUT_SHEET = "about"
_MOST_CELLS = 20_000_000
_LONGEST_TEXT = 32_767  # of one cell; Excel cuts what is longer, and says nothing
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
Formulas = Mapping[tuple[str, int, int], str]  # (sheet, row, column) -> the formula's text
SEEN_SHEET = "milepost"  # hidden: digests of the rows as they were when the copy was taken


def read_workbook(path: Path) -> tuple[Records | None, tuple[Finding, ...]]:
    """Read a workbook; as :func:`milepost.store.folder.read`, with sheets for files."""
    try:
        must_be_bounded(path, path.name)
    except WrongUse as fault:
        remedy = "Delete what stands far out, or keep the programme in a folder"
        return None, (Finding("programme", path.name, 0, "", str(fault).rstrip("."), remedy),)
    try:
        # opened here, so that it is closed also when the reader gives up half-way
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # openpyxl warns of styles and extensions it leaves out; we read cells only
            book = openpyxl.load_workbook(file, read_only=False, data_only=True)
            formulas = _formulas(path)
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        OSError,
        EOFError,
        SyntaxError,
    ) as fault:
        message = f"the file is not an .xlsx workbook ({type(fault).__name__})"
        return None, (
            Finding("programme", path.name, 0, "", message, "Save it again as .xlsx, or name a folder"),
        )
    except (
        Exception
    ) as fault:  # a damaged workbook may fail anywhere inside the reader: still the file's fault
        message = f"the workbook is damaged ({type(fault).__name__})"
        return None, (
            Finding("programme", path.name, 0, "", message, "Open and save it again in a spreadsheet"),
        )
    found: list[Finding] = []
    settings: Settings | None = None
    policy: Policy | None = None
    sheets: dict[str, Sheet] = {}
    files = {table: f"sheet {table}" for table in TABLES}
    for sheet in book.worksheets:
        name = sheet.title.strip()
        if name == SETTINGS_SHEET:
            values, twice = _settings(sheet, Settings, formulas)
            settings, faults = read_model(Settings, values, f"sheet {SETTINGS_SHEET}")
            told = {f.id for f in twice}  # what could not be read is not missing
            found.extend((*twice, *(f for f in faults if f.column not in told)))
        elif name == POLICY_SHEET:
            values, twice = _settings(sheet, Policy, formulas)
            policy, faults = read_model(Policy, values, f"sheet {POLICY_SHEET}")
            found.extend((*twice, *faults))
        elif name in TABLES:
            read, faults = _sheet(sheet, name, formulas)
            found.extend(faults)
            if read is not None:
                sheets[name] = read
        elif name not in (ABOUT_SHEET, SEEN_SHEET, CHOICES_SHEET):
            message = f"there is no table '{name[:80]}'"
            remedy = f"Rename or delete the sheet; known: {', '.join(TABLES)}"
            found.append(Finding(SETTINGS_SHEET, f"sheet {name[:80]}", 0, "", message, remedy))
    if settings is None and not any(f.file == f"sheet {SETTINGS_SHEET}" for f in found):
        message = "the sheet 'programme' is missing: it holds title, dates, discount rate and horizon"
        found.append(
            Finding(SETTINGS_SHEET, path.name, 0, "", message, "Copy it from 'milepost new FILE.xlsx'")
        )
    return assemble(settings, sheets, found, files, policy)


def write_workbook(records: Records | None, target: Path, day: dt.date | None = None) -> None:
    """Write a programme, or an empty template on a base date, as a new workbook; the file appears whole or
    not at all.

    Raises ``WrongUse`` if the target exists.
    """
    if target.exists():
        raise WrongUse(f"'{target}' exists; choose another name.")
    book = openpyxl.Workbook()
    about = book.active
    assert about is not None
    about.title = ABOUT_SHEET
    models: tuple[tuple[str, Settings | Policy], ...] = (
        (SETTINGS_SHEET, records.settings if records else template_settings(target.stem, day)),
        (POLICY_SHEET, records.policy if records else Policy()),
    )
    for title, model in models:
        page = book.create_sheet(title)
        page.append(["setting", "value", "meaning"])
        for name, value in model:
            meaning = type(model).model_fields[name].description or ""
            shown = _list(value) if isinstance(value, tuple) else value
            page.append(
                [name, _text(shown, title, name, "value") if isinstance(shown, str) else shown, meaning]
            )
    guidance = Guidance(book)
    about.append(["sheet", "what a row is"])
    about.append([SETTINGS_SHEET, "One setting of the whole programme."])
    about.append([POLICY_SHEET, "One rule of follow-up that the parties agreed on."])
    for table, kind in TABLES.items():
        about.append([table, (kind.__doc__ or "").strip().split("\n")[0]])
        sheet = book.create_sheet(table)
        sheet.append(list(kind.columns()))
        for row in records.rows(table) if records else template_rows(table):
            cells = row.model_dump()
            sheet.append([_cell(cells[name], table, row.ident, name) for name in kind.columns()])
        guidance.guide(sheet, kind)
    guidance.finish()
    if records is not None:
        seen = book.create_sheet(SEEN_SHEET)
        seen.sheet_state = "hidden"
        seen.append(["table", "id", "digest"])
        for table, rows in content_of(records).items():
            for ident, cells in rows.items():
                seen.append([table, _text(ident, table, ident, "id"), digest(cells)])
    for sheet in book.worksheets:
        sheet.freeze_panes = "A2"
        for number, cell in enumerate(sheet[1], start=1):
            cell.font = Font(bold=True)
            cell.fill = PatternFill("solid", fgColor="DDE6EE")
            sheet.column_dimensions[get_column_letter(number)].width = max(
                12, min(40, len(str(cell.value)) + 4)
            )
    made = io.BytesIO()  # openpyxl leaves half a file on a full disk, which complains when it is let go
    book.save(made)
    write_whole(target, made.getvalue())


def read_with_digests(
    path: Path,
) -> tuple[Records | None, tuple[Finding, ...], dict[tuple[str, str], str] | None]:
    """What :func:`read_workbook` and :func:`seen_digests` answer."""
    records, findings = read_workbook(path)
    return records, findings, None if records is None else seen_digests(path)


def seen_digests(path: Path) -> dict[tuple[str, str], str] | None:
    """Digests of the rows as they were when milepost wrote this workbook; None if it did not."""
    with path.open("rb") as file:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        if SEEN_SHEET not in book.sheetnames:
            return None
        rows = book[SEEN_SHEET].iter_rows(min_row=2, max_col=3, values_only=True)
        return {(str(table), str(ident)): str(value) for table, ident, value in rows if table is not None}


def _cell(value: Any, table: str, ident: str, column: str) -> Any:
    """Numbers stay numbers; text stays text, also where a spreadsheet would take it for a formula."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    if isinstance(value, int | float):
        return value
    return _text(cell_text(value), table, ident, column)


def _text(text: str, table: str, row: str, column: str) -> Any:
    """A text as a cell; None if it is empty. Raises ``WrongUse`` for one that a workbook cannot hold as it
    is."""
    where = f"No workbook was written: {table} {row}, column {column}"
    if (
        length := len(text) + sum(c > "\uffff" for c in text)
    ) > _LONGEST_TEXT:  # counted as Excel does, in UTF-16
        raise WrongUse(
            f"{where} holds {length:,} characters, and a cell {_LONGEST_TEXT:,} at most; write a folder or a "
            "database."
        )
    if found := _NO_XML.search(text):
        raise WrongUse(
            f"{where} holds the character U+{ord(found[0]):04X}, which no .xlsx can hold; remove it first."
        )
    if not text or (no_formula(text) == text and not text.startswith("#")):
        return text or None
    made: Any = Cell
    cell = made(None)  # it gets its sheet when it is appended
    cell._value = text
    keep_text(cell)  # by itself it would become a formula, or an error such as #N/A
    return cell


def _list(values: tuple[Any, ...]) -> str:
    """Several values in one cell: with semicolons, or as TOML where one of them would not come back."""
    joined = ";".join(map(str, values))
    return joined if _parts(joined) == [str(value) for value in values] else toml_value(values)


def _parts(text: str) -> list[Any]:
    if text.startswith("["):
        with contextlib.suppress(tomllib.TOMLDecodeError, RecursionError):
            return list(tomllib.loads(f"v = {text}")["v"])
    return [part.strip() for part in text.split(";") if part.strip()]


def _settings(
    sheet: Worksheet, model: type[Settings] | type[Policy], formulas: Formulas
) -> tuple[dict[str, Any], list[Finding]]:
    values: dict[str, Any] = {}
    found: list[Finding] = []
    lines: dict[str, int] = {}
    for number, row in sorted(_filled(sheet, formulas).items()):
        name, value = row.get(1), row.get(2)
        if number < 2 or name is None:
            continue
        key = str(name).strip()
        info = model.model_fields.get(key)
        several = info is not None and get_origin(info.annotation) is tuple
        if (first := lines.setdefault(key, number)) != number:
            message = f"the setting '{key[:80]}' stands on line {first} already"
            found.append(
                Finding(
                    sheet.title, f"sheet {sheet.title}", number, key[:80], message, "Delete one of the two"
                )
            )
        elif value is None:
            # an empty cell is an empty text or list, where there may be one; else the setting is not set
            if info is not None and not info.is_required() and (several or info.annotation is str):
                values[key] = [] if several else ""
        elif isinstance(value, Unreadable):
            at = (sheet.title, f"sheet {sheet.title}", number, key[:80])
            found.append(Finding(*at, value.message, value.remedy))
        elif isinstance(value, dt.datetime):
            values[key] = value.date()
        else:
            values[key] = _parts(str(value).strip()) if several else value
    return values, found


def _formulas(path: Path) -> Formulas:
    """The formulas of a workbook: (sheet, row, column) -> text. Nothing is read twice if there is none."""
    with zipfile.ZipFile(path) as parts:
        names = [name for name in parts.namelist() if name.startswith("xl/worksheets/")]
        if not any(_FORMULA.search(parts.read(name)) for name in names):
            return {}
    with path.open("rb") as file:
        book = openpyxl.load_workbook(file, read_only=False, data_only=False)
    return {
        (sheet.title, row, column): str(getattr(cell.value, "text", cell.value))
        for sheet in book.worksheets
        for (row, column), cell in sheet._cells.items()
        if cell.data_type == "f"
    }


def _filled(sheet: Worksheet, formulas: Formulas) -> dict[int, dict[int, Any]]:
    """Rows that hold something, by the cells that stand in the file: one cell in the last corner is not a
    billion empty ones. A formula without its result and an error are :class:`Unreadable`, not empty."""
    rows: dict[int, dict[int, Any]] = {}
    for (row, column), cell in sheet._cells.items():
        value: Any = cell.value
        formula = formulas.get((sheet.title, row, column))
        if cell.data_type == "e":
            value = Unreadable(f"the cell shows the error {value}", "Correct the formula, or write the value")
        elif value is None and formula is not None and cell.data_type != "str":  # a text may be an empty one
            value = Unreadable(
                f"the cell holds the formula {formula[:60]} without its result",
                "Open the workbook in a spreadsheet and save it again, or write the value",
            )
        if value is not None and not (isinstance(value, str) and not value.strip()):
            rows.setdefault(row, {})[column] = value
    return rows


def _sheet(sheet: Worksheet, table: str, formulas: Formulas) -> tuple[Sheet | None, list[Finding]]:
    header: tuple[str, ...] | None = None
    lines = []
    filled = _filled(sheet, formulas)
    width = max((column for row in filled.values() for column in row), default=0)
    if len(filled) * width > _MOST_CELLS:
        message = f"the sheet spans {len(filled):,} rows and {width:,} columns"
        return None, [
            Finding(
                table, f"sheet {table}", 0, "", message, "Delete what stands far out, or split the programme"
            )
        ]
    for number, row in sorted(filled.items()):
        cells = tuple(row.get(column) for column in range(1, width + 1))
        if header is None:
            header = tuple("" if cell is None else _heading(cell) for cell in cells)
        else:
            lines.append((number, cells))
    if header is None:
        message = "the sheet is empty"
        return None, [
            Finding(table, f"sheet {table}", 0, "", message, "Write the header at least, or delete the sheet")
        ]
    return Sheet(table, f"sheet {table}", header, tuple(lines)), []


def _heading(cell: Any) -> str:
    """A heading as it is read; what is none is shown with what is wrong with it."""
    return cell.message if isinstance(cell, Unreadable) else str(cell).strip()
