"""A programme as one .xlsx workbook: a sheet a table, ``programme`` for the settings, ``about`` for the reader."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
import warnings
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_origin

from milepost.errors import Finding, WrongUse
from milepost.records import TABLES, Policy, Records, Settings
from milepost.store.cells import Sheet
from milepost.store.folder import assemble, cell_text, read_model, template_settings

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

SETTINGS_SHEET = "programme"
POLICY_SHEET = "policy"
ABOUT_SHEET = "about"
_MOST_CELLS = 20_000_000
SEEN_SHEET = "milepost"  # hidden: digests of the rows as they were when the copy was taken


def read_workbook(path: Path) -> tuple[Records | None, tuple[Finding, ...]]:
    """Read a workbook; as :func:`milepost.store.folder.read`, with sheets for files."""
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        # opened here, so that it is closed also when the reader gives up half-way
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions it leaves out; we read cells only
            book = openpyxl.load_workbook(file, read_only=False, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError, SyntaxError) as fault:
        message = f"the file is not an .xlsx workbook ({type(fault).__name__})"
        return None, (Finding("programme", path.name, 0, "", message, "Save it again as .xlsx, or name a folder"),)
    except Exception as fault:  # a damaged workbook may fail anywhere inside the reader: still the file's fault
        message = f"the workbook is damaged ({type(fault).__name__})"
        return None, (Finding("programme", path.name, 0, "", message, "Open and save it again in a spreadsheet"),)
    found: list[Finding] = []
    settings: Settings | None = None
    policy: Policy | None = None
    sheets: dict[str, Sheet] = {}
    files = {table: f"sheet {table}" for table in TABLES}
    for sheet in book.worksheets:
        name = sheet.title.strip()
        if name == SETTINGS_SHEET:
            settings, faults = read_model(Settings, _settings(sheet, Settings), f"sheet {SETTINGS_SHEET}")
            found.extend(faults)
        elif name == POLICY_SHEET:
            policy, faults = read_model(Policy, _settings(sheet, Policy), f"sheet {POLICY_SHEET}")
            found.extend(faults)
        elif name in TABLES:
            read, faults = _sheet(sheet, name)
            found.extend(faults)
            if read is not None:
                sheets[name] = read
        elif name not in (ABOUT_SHEET, SEEN_SHEET):
            message = f"there is no table '{name[:80]}'"
            remedy = f"Rename or delete the sheet; known: {', '.join(TABLES)}"
            found.append(Finding(SETTINGS_SHEET, f"sheet {name[:80]}", 0, "", message, remedy))
    if settings is None and not any(f.file == f"sheet {SETTINGS_SHEET}" for f in found):
        message = "the sheet 'programme' is missing: it holds title, dates, discount rate and horizon"
        found.append(Finding(SETTINGS_SHEET, path.name, 0, "", message, "Copy it from 'milepost new FILE.xlsx'"))
    return assemble(settings, sheets, found, files, policy)


def write_workbook(records: Records | None, target: Path) -> None:
    """Write a programme, or an empty template, as a new workbook; the file appears whole or not at all.

    Raises ``WrongUse`` if the target exists.
    """
    import openpyxl
    from openpyxl.comments import Comment
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    if target.exists():
        raise WrongUse(f"'{target}' exists; choose another name.")
    book = openpyxl.Workbook()
    about = book.active
    assert about is not None
    about.title = ABOUT_SHEET
    models: tuple[tuple[str, Settings | Policy], ...] = (
        (SETTINGS_SHEET, records.settings if records else template_settings()),
        (POLICY_SHEET, records.policy if records else Policy()),
    )
    for title, model in models:
        page = book.create_sheet(title)
        page.append(["setting", "value", "meaning"])
        for name, value in model:
            meaning = type(model).model_fields[name].description or ""
            page.append([name, ";".join(map(str, value)) if isinstance(value, tuple) else value, meaning])
    about.append(["sheet", "what a row is"])
    about.append([SETTINGS_SHEET, "One setting of the whole programme."])
    about.append([POLICY_SHEET, "One rule of follow-up that the parties agreed on."])
    for table, kind in TABLES.items():
        about.append([table, (kind.__doc__ or "").strip().split("\n")[0]])
        sheet = book.create_sheet(table)
        sheet.append(list(kind.columns()))
        for cell, name in zip(sheet[1], kind.columns(), strict=True):
            cell.comment = Comment(kind.model_fields[name].description or name, "milepost")
        for row in records.rows(table) if records else ():
            cells = row.model_dump()
            sheet.append([_cell(cells[name]) for name in kind.columns()])
    if records is not None:
        from milepost.store.content import content_of, digest

        seen = book.create_sheet(SEEN_SHEET)
        seen.sheet_state = "hidden"
        seen.append(["table", "id", "digest"])
        for table, rows in content_of(records).items():
            for ident, cells in rows.items():
                seen.append([table, ident, digest(cells)])
    for sheet in book.worksheets:
        sheet.freeze_panes = "A2"
        for number, cell in enumerate(sheet[1], start=1):
            cell.font = Font(bold=True)
            cell.fill = PatternFill("solid", fgColor="DDE6EE")
            sheet.column_dimensions[get_column_letter(number)].width = max(12, min(40, len(str(cell.value)) + 4))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
        os.close(handle)
        book.save(name)
        Path(name).chmod(0o644)
        Path(name).rename(target)
    except OSError as fault:
        raise WrongUse(f"Cannot write '{target}': {fault.strerror}.") from None


def seen_digests(path: Path) -> dict[tuple[str, str], str] | None:
    """Digests of the rows as they were when milepost wrote this workbook; None if it did not."""
    import openpyxl

    with path.open("rb") as file:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        if SEEN_SHEET not in book.sheetnames:
            return None
        rows = book[SEEN_SHEET].iter_rows(min_row=2, max_col=3, values_only=True)
        return {(str(table), str(ident)): str(value) for table, ident, value in rows if table is not None}


def _cell(value: Any) -> Any:
    """Numbers stay numbers; text stays text, also where a spreadsheet would take it for a formula."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    if isinstance(value, int | float):
        return value
    return cell_text(value) or None


def _settings(sheet: Worksheet, model: type[Settings] | type[Policy]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for number, row in sorted(_filled(sheet).items()):
        name, value = row.get(1), row.get(2)
        if number < 2 or name is None or value is None:
            continue
        key = str(name).strip()
        if isinstance(value, dt.datetime):
            values[key] = value.date()
        elif key in model.model_fields and get_origin(model.model_fields[key].annotation) is tuple:
            values[key] = [part.strip() for part in str(value).split(";") if part.strip()]
        else:
            values[key] = value
    return values


def _filled(sheet: Worksheet) -> dict[int, dict[int, Any]]:
    """Rows that hold something, by the cells that stand in the file: one cell in the last corner is not a billion empty ones."""
    rows: dict[int, dict[int, Any]] = {}
    for (row, column), cell in sheet._cells.items():
        value = cell.value
        if value is not None and not (isinstance(value, str) and not value.strip()):
            rows.setdefault(row, {})[column] = value
    return rows


def _sheet(sheet: Worksheet, table: str) -> tuple[Sheet | None, list[Finding]]:
    header: tuple[str, ...] | None = None
    lines = []
    filled = _filled(sheet)
    width = max((column for row in filled.values() for column in row), default=0)
    if len(filled) * width > _MOST_CELLS:
        message = f"the sheet spans {len(filled):,} rows and {width:,} columns"
        return None, [Finding(table, f"sheet {table}", 0, "", message, "Delete what stands far out, or split the programme")]
    for number, row in sorted(filled.items()):
        cells = tuple(row.get(column) for column in range(1, width + 1))
        if header is None:
            header = tuple("" if cell is None else str(cell).strip() for cell in cells)
        else:
            lines.append((number, cells))
    if header is None:
        message = "the sheet is empty"
        return None, [Finding(table, f"sheet {table}", 0, "", message, "Write the header at least, or delete the sheet")]
    return Sheet(table, f"sheet {table}", header, tuple(lines)), []
