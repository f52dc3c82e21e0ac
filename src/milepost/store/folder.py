"""A programme as a folder: ``programme.toml`` and one CSV file a table. An .xlsx holds the same as sheets.

Reading gathers every fault as a finding and never raises for what stands in a file. Writing is canonical
(column order of the records, LF, shortest text that reads back the same) and atomic: a new folder appears
whole or not at all.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import shutil
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from milepost.errors import Finding, one_of
from milepost.files import as_written, filled_folder, write_folder
from milepost.records import TABLES, Policy, Records, Settings
from milepost.results import Rows
from milepost.store.assembly import (
    Model,
    assemble,
    read_model,
    setting_fault,
    template_rows,
    template_settings,
)
from milepost.store.cells import Sheet
from milepost.store.dialect import is_hint, separator, with_decimal_points
from milepost.store.journal import BY_HAND
from milepost.store.snapshot import READ, Raw, Snapshot, look
from milepost.store.texts import POLICY_FILE, SETTINGS_FILE, csv_text, settings_text, texts

csv.field_size_limit(
    2**31 - 1
)  # a cell may hold a whole text; the limit of 131,072 characters would make it unreadable
EXAMPLES = Path(__file__).resolve().parent.parent / "examples"

_TABULAR = frozenset(
    ["csv", "tsv", "tab", "txt", "csv.txt", "xls", "xlsx", "xlsm", "ods", "toml", "toml.txt"]
)

Found: TypeAlias = tuple[Records | None, tuple[Finding, ...]]


def read(path: Path) -> Found:
    """Read a folder or a workbook.

    Returns the records, or None when there is too little for a programme, and every fault found on the way.
    Raises nothing for what the files hold.
    """
    if path.is_file():
        if path.suffix.lower() == ".xlsx":
            return _workbooks()[0](path)
        return None, (
            setting_fault(
                path.name,
                f"'{path.name}' is a single file and no .xlsx workbook",
                "Name the programme's folder; a CSV file of another origin comes in by milepost import --as "
                "table, long or gmns"
                if path.suffix.lower() in (".csv", ".tsv", ".txt")
                else "Name a programme's folder",
            ),
        )
    if not path.is_dir():
        message = f"there is no folder '{path}'"
        return None, (setting_fault(path.name, message, "Check the name, or start one with 'milepost new'"),)
    return read_snapshot(look(path, chain=False))


def read_snapshot(held: Snapshot) -> Found:
    """The same of a folder as it stood at one moment."""
    if not held.names & READ and not any(map(_passed_over, held.names)):
        message = "the folder holds no programme.toml and no table"
        return None, (
            setting_fault(SETTINGS_FILE, message, "Start one with 'milepost new DIR --example ridge'"),
        )
    settings, found = _settings(held.files.get(SETTINGS_FILE))
    policy = Policy()
    if POLICY_FILE in held.files:
        read_policy_file, faults = _model(Policy, held.files[POLICY_FILE], POLICY_FILE)
        policy = read_policy_file or policy
        found.extend(faults)
    sheets = {}
    for table in TABLES:
        name = f"{table}.csv"
        if name in held.files:
            sheet, faults = _sheet(held.files[name], name, table)
            found.extend(faults)
            if sheet is not None:
                sheets[table] = sheet
    for name in sorted(held.names):
        # a hidden file is what a writer left that was killed: never a table of somebody's
        if name.startswith("."):
            continue
        if fault := _passed_over(name):
            found.append(fault)
    found.extend(
        setting_fault(
            name,
            f"'{name}' was changed by hand while a change of milepost's stood in the journal",
            "Write something with milepost: it keeps your file beside, to bring its rows in again",
        )
        for name in held.by_hand
    )
    return assemble(settings, sheets, found, {t: f"{t}.csv" for t in TABLES}, policy)


def _passed_over(name: str) -> Finding | None:
    """What a person may take for a part of the programme, and nobody reads: a table or a setting under
    another ending or in capitals, or a table of no name."""
    if name in READ or name.startswith("."):
        return None
    if BY_HAND in name:
        whole = f"{name.partition('.')[0]}.{name.rpartition('.')[2]}"
        return setting_fault(
            name,
            f"'{name}' is '{whole}' as somebody changed it by hand while milepost was writing it",
            f"Bring what is missing into {whole}, then delete it",
        )
    stem, _, ending = name.lower().partition(".")
    wanted = f"{stem}.toml" if stem in ("programme", "policy") else f"{stem}.csv"
    if wanted not in READ or ending not in _TABULAR:
        if name.lower().endswith(".csv"):
            remedy = f"Known tables: {', '.join(TABLES)}; if a newer milepost wrote it, install that"
            return setting_fault(name, f"there is no table '{name}'", remedy)
        return None
    remedy = f"Save it as {wanted}" if ending != wanted.partition(".")[2] else f"Rename it to {wanted}"
    return setting_fault(name, f"'{name}' is not read; what is read is {wanted}", f"{remedy}, or delete it")


def _workbooks() -> tuple[Callable[[Path], Found], Callable[[Records | None, Path, dt.date | None], None]]:
    """What reads and what writes a workbook; openpyxl takes longer to load than a folder takes to read."""
    from milepost.store.workbook import read_workbook, write_workbook

    return read_workbook, write_workbook


def write(
    records: Records,
    target: Path,
    beside: Mapping[str, str] | None = None,
    copied: Mapping[str, Path] | None = None,
) -> None:
    """Write a programme as a new folder, with other texts ``beside`` its own, and copies of files by their
    path within it. Raises ``WrongUse`` if the target exists and is not empty."""
    # a table that no programme does without has its header even when it is empty
    heads = {f"{table}.csv": csv_text(kind, ()) for table, kind in TABLES.items() if kind.required}
    whole = {**heads, **texts(records), **(beside or {})}

    def fill(folder: Path) -> None:
        for name, file in (copied or {}).items():
            (folder / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(file, folder / name)

    filled_folder(target, {name: text.encode() for name, text in whole.items()}, fill)


@dataclass(frozen=True)
class Example:
    """An example programme: the name to ask for it by, and its title."""

    example: str
    title: str


def examples() -> dict[str, str]:
    """Example programmes that ship with milepost: name -> title."""
    found = {}
    for folder in sorted(EXAMPLES.iterdir()) if EXAMPLES.is_dir() else ():
        file = folder / SETTINGS_FILE
        if file.is_file():
            found[folder.name] = str(tomllib.loads(file.read_text(encoding="utf-8"))["title"])
    return found


def shipped() -> Rows[Example]:
    """The same, a row each."""
    return Rows((Example(name, title) for name, title in examples().items()), "examples")


def example_path(name: str) -> Path:
    """Folder of an example. Raises ``WrongUse`` with the names there are."""
    if name not in examples():
        raise one_of("example", name, list(examples()))
    return EXAMPLES / name


def copy_example(name: str, target: Path) -> None:
    """Copy an example to a new folder or workbook. Raises ``WrongUse`` for an unknown name or a target in
    use."""
    source = example_path(name)
    if target.suffix.lower() == ".xlsx":
        records, _ = read(source)
        _workbooks()[1](records, target, None)
        return
    found = {
        p.name: p.read_text(encoding="utf-8")
        for p in sorted(source.iterdir())
        if p.suffix in {".csv", ".toml"}
    }
    write_folder(target, found)


def new_programme(target: Path, records: Records | None = None, day: dt.date | None = None) -> None:
    """Write a template with every table, filled with ``records`` (default: empty but for the usual
    parameters, on the base date ``day``): a folder, or a workbook if the name ends in .xlsx."""
    if target.suffix.lower() == ".xlsx":
        _workbooks()[1](records, target, day)
        return
    settings = records.settings if records else template_settings(target.name, day)
    files = {SETTINGS_FILE: settings_text(settings), POLICY_FILE: settings_text(Policy())}
    for table, kind in TABLES.items():
        files[f"{table}.csv"] = csv_text(kind, records.rows(table) if records else template_rows(table))
    write_folder(target, files)


def _settings(raw: Raw | None) -> tuple[Settings | None, list[Finding]]:
    if raw is None:
        message = "programme.toml is missing: it holds title, dates, discount rate and horizon"
        return None, [setting_fault(SETTINGS_FILE, message, "Copy one from 'milepost new DIR' and adapt it")]
    return _model(Settings, raw, SETTINGS_FILE)


def _model(kind: type[Model], raw: Raw, name: str) -> tuple[Model | None, list[Finding]]:
    try:
        if isinstance(raw, OSError):
            raise raw
        values = tomllib.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return None, [setting_fault(name, "the file is not UTF-8 text", "Save it as UTF-8")]
    except tomllib.TOMLDecodeError as fault:
        return None, [
            setting_fault(
                name, f"the file is not TOML: {fault}", 'Write lines such as: title = "My corridor"'
            )
        ]
    except (RecursionError, OSError, ValueError) as fault:
        return None, [setting_fault(name, f"the file cannot be read: {str(fault)[:80]}", "Replace the file")]
    return read_model(kind, values, name)


def _sheet(raw: Raw, file: str, table: str) -> tuple[Sheet | None, list[Finding]]:
    if isinstance(raw, OSError):
        message = f"the file cannot be read: {raw.strerror}"
        return None, [Finding(table, file, 0, "", message, "Check its rights")]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        binary = b"\0" in raw[:4096]
        message = (
            "the file is binary, not a CSV table" if binary else f"byte {fault.start + 1} is not UTF-8 text"
        )
        return None, [Finding(table, file, line, "", message, "Save the table as CSV in UTF-8")]
    if "\0" in text:
        return None, [
            Finding(
                table,
                file,
                1,
                "",
                "the file is binary, not a CSV table",
                "Save the table as CSV in UTF-8",
            )
        ]
    lines: list[tuple[int, tuple[str, ...]]] = []
    header: tuple[str, ...] | None = None
    parted_by = separator(text, TABLES[table].columns())
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=parted_by)
    start, quoted = 1, "'" in text
    try:
        for cells in reader:
            line, start = start, reader.line_num + 1
            if not any(cell.strip() for cell in cells) or (header is None and is_hint(parted_by.join(cells))):
                continue
            if header is None:
                header = tuple(cell.strip() for cell in cells)
            else:
                lines.append((line, tuple(map(as_written, cells)) if quoted else tuple(cells)))
    except csv.Error as fault:
        message = f"the line is not CSV ({fault})"
        return None, [
            Finding(table, file, start, "", message, "Close the quotes, and separate cells by commas")
        ]
    if header is None:
        return None, [
            Finding(table, file, 0, "", "the file is empty", "Write the header at least, or delete the file")
        ]
    if parted_by != ",":
        return Sheet(table, file, header, with_decimal_points(table, header, tuple(lines))), []
    return Sheet(table, file, header, tuple(lines)), []
