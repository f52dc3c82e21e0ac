"""A programme as a folder: ``programme.toml`` and one CSV file a table. An .xlsx holds the same as sheets.

Reading gathers every fault as a finding and never raises for what stands in a file. Writing is canonical
(column order of the records, LF, shortest text that reads back the same) and atomic: a new folder appears
whole or not at all.
"""

from __future__ import annotations

import csv
import hashlib
import io
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from milepost.errors import Finding, one_of
from milepost.files import write_folder
from milepost.records import TABLES, UNKNOWN, Policy, Records, Row, Settings
from milepost.records.starter import starter_params
from milepost.results import Rows
from milepost.store.cells import Sheet, rejected_ids, rows_of, unknown_references
from milepost.store.dialect import is_hint, separator, with_decimal_points
from milepost.store.kept import PerTable

SETTINGS_FILE = "programme.toml"
POLICY_FILE = "policy.toml"
Model = TypeVar("Model", Settings, Policy)
csv.field_size_limit(
    2**31 - 1
)  # a cell may hold a whole text; the limit of 131,072 characters would make it unreadable
EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


def read(path: Path) -> tuple[Records | None, tuple[Finding, ...]]:
    """Read a folder or a workbook.

    Returns the records, or None when there is too little for a programme, and every fault found on the way.
    Raises nothing for what the files hold.
    """
    if path.is_file():
        if path.suffix.lower() == ".xlsx":
            from milepost.store.workbook import read_workbook

            return read_workbook(path)
        return None, (
            _fault(
                path.name,
                f"'{path.name}' is a single file and no .xlsx workbook",
                "Name a programme's folder",
            ),
        )
    if not path.is_dir():
        message = f"there is no folder '{path}'"
        return None, (_fault(path.name, message, "Check the name, or start one with 'milepost new'"),)
    from milepost.store.journal import recover

    recover(path)
    entries = {p.name for p in path.iterdir()}
    if not entries & ({SETTINGS_FILE} | {f"{t}.csv" for t in TABLES}):
        message = "the folder holds no programme.toml and no table"
        return None, (_fault(SETTINGS_FILE, message, "Start one with 'milepost new DIR --example ridge'"),)
    settings, found = _settings(path / SETTINGS_FILE)
    policy = Policy()
    if POLICY_FILE in entries:
        read_policy_file, faults = _model(Policy, path / POLICY_FILE)
        policy = read_policy_file or policy
        found.extend(faults)
    sheets = {}
    for table in TABLES:
        file = path / f"{table}.csv"
        if file.name in entries:
            sheet, faults = _sheet(file, table)
            found.extend(faults)
            if sheet is not None:
                sheets[table] = sheet
    for name in sorted(entries):
        if name.endswith(".csv") and name.removesuffix(".csv") not in TABLES:
            found.append(_fault(name, f"there is no table '{name}'", f"Known tables: {', '.join(TABLES)}"))
    return assemble(settings, sheets, found, {t: f"{t}.csv" for t in TABLES}, policy)


def assemble(
    settings: Settings | None,
    sheets: Mapping[str, Sheet],
    found: list[Finding],
    files: dict[str, str],
    policy: Policy | None = None,
) -> tuple[Records | None, tuple[Finding, ...]]:
    """Rows from sheets, references between them, and the fingerprint of the whole."""
    tables: dict[str, tuple[Row, ...]] = {}
    unread: dict[
        str, frozenset[str]
    ] = {}  # a row that could not be read is there: who names it is not at fault
    for table, kind in TABLES.items():
        if table in sheets:
            tables[table], faults = rows_of(sheets[table])
            found.extend(faults)
            if faults:
                unread[table] = rejected_ids(sheets[table], faults)
        else:
            tables[table] = ()
            if any(f.table == table for f in found):
                unread[table] = frozenset((UNKNOWN,))
            if kind.required and not any(f.table == table for f in found):
                message = f"the table '{table}' is missing"
                found.append(
                    Finding(
                        table,
                        files[table],
                        0,
                        "",
                        message,
                        f"Add {files[table]}; an empty one has its header only",
                    )
                )
                unread[table] = frozenset((UNKNOWN,))
    found.extend(unknown_references(dict(tables), files, unread))
    ordered = tuple(sorted(found, key=lambda f: (f.file, f.line, f.column, f.id)))
    if settings is None:
        return None, ordered
    content: dict[str, Any] = dict(tables)
    records = Records(settings=settings, policy=policy or Policy(), files=files, unread=unread, **content)
    return replace(records, fingerprint=fingerprint(records)), ordered


def write(records: Records, target: Path) -> None:
    """Write a programme as a new folder. Raises ``WrongUse`` if the target exists and is not empty."""
    write_folder(target, texts(records))


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
    columns = kind.columns()
    dumped = (row.model_dump() for row in rows)
    return csv_of([columns, *([cell_text(cells[name]) for name in columns] for cells in dumped)])


def csv_of(lines: Iterable[Sequence[str]]) -> str:
    """Lines of cells as CSV with LF, so that every text comes back the same."""
    out = _Lines()
    # the writer quotes the characters of its line ending only: a lone CR must be one of them, or it would end
    # the line
    csv.writer(out, lineterminator="\r\n").writerows(lines)
    return "".join(out.text)


class _Lines:
    """Takes one line a call, as the writer gives it, and ends it with LF."""

    def __init__(self) -> None:
        self.text: list[str] = []

    def write(self, line: str) -> None:
        self.text.append(line[:-2] + "\n")


_texts: PerTable[str] = PerTable(lambda rows: csv_text(type(rows[0]), rows))


def cell_text(value: Any) -> str:
    """The shortest text that reads back as the same value."""
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


def fingerprint(records: Records) -> str:
    """SHA-256 of the canonical content: settings and every table, whatever the store it was read from."""
    digest = hashlib.sha256(settings_text(records.settings).encode())
    for name, text in sorted((csv_texts(records) | {POLICY_FILE: settings_text(records.policy)}).items()):
        digest.update(f"\0{name}\0".encode())
        digest.update(text.encode())
    return digest.hexdigest()


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
        from milepost.store.workbook import write_workbook

        records, _ = read(source)
        write_workbook(records, target)
        return
    found = {
        p.name: p.read_text(encoding="utf-8")
        for p in sorted(source.iterdir())
        if p.suffix in {".csv", ".toml"}
    }
    write_folder(target, found)


def new_programme(target: Path) -> None:
    """Write a template, empty but for the usual parameters: a folder, or a workbook if the name ends in
    .xlsx."""
    if target.suffix.lower() == ".xlsx":
        from milepost.store.workbook import write_workbook

        write_workbook(None, target)
        return
    files = {SETTINGS_FILE: settings_text(template_settings()), POLICY_FILE: settings_text(Policy())}
    files |= {f"{table}.csv": csv_text(kind, template_rows(table)) for table, kind in TABLES.items()}
    write_folder(target, files)


def template_rows(table: str) -> tuple[Row, ...]:
    """Rows of a table in an empty template: parameters with their usual values, nothing else."""
    return starter_params() if table == "params" else ()


def template_settings() -> Settings:
    """Settings of an empty template."""
    import datetime as dt

    return Settings(
        title="A new corridor programme",
        base_date=dt.date(2026, 1, 1),
        base_year=2025,
        discount_rate_per_year=0.05,
        horizon=dt.date(2050, 12, 31),
    )


def read_model(kind: type[Model], values: Mapping[str, Any], file: str) -> tuple[Model | None, list[Finding]]:
    """Settings or policy from parsed values, or everything that is wrong with them."""
    try:
        return kind.model_validate(values), []
    except ValidationError as fault:
        found = []
        for error in fault.errors(include_url=False):
            name = str(error["loc"][0]) if error["loc"] else ""
            info = kind.model_fields.get(name)
            if error["type"] == "extra_forbidden":
                message, remedy = (
                    f"there is no setting '{name[:80]}'",
                    f"Known settings: {', '.join(kind.model_fields)}",
                )
            elif error["type"] == "missing":
                message, remedy = (
                    f"the setting '{name}' is missing",
                    f"Add it: {info.description if info else ''}",
                )
            else:
                why = error["msg"].removeprefix("Value error, ")
                why = why[:1].lower() + why[1:]
                message = f"{name} = {str(error.get('input'))[:80]!r} cannot be: {why}"
                remedy = f"Write {info.description if info else 'a value'}"
            found.append(_fault(file, message, remedy, column=name))
        return None, found


def _settings(file: Path) -> tuple[Settings | None, list[Finding]]:
    if not file.is_file():
        message = "programme.toml is missing: it holds title, dates, discount rate and horizon"
        return None, [_fault(file.name, message, "Copy one from 'milepost new DIR' and adapt it")]
    return _model(Settings, file)


def _model(kind: type[Model], file: Path) -> tuple[Model | None, list[Finding]]:
    try:
        values = tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError:
        return None, [_fault(file.name, "the file is not UTF-8 text", "Save it as UTF-8")]
    except tomllib.TOMLDecodeError as fault:
        return None, [
            _fault(file.name, f"the file is not TOML: {fault}", 'Write lines such as: title = "My corridor"')
        ]
    except (RecursionError, OSError, ValueError) as fault:
        return None, [_fault(file.name, f"the file cannot be read: {str(fault)[:80]}", "Replace the file")]
    return read_model(kind, values, file.name)


def _sheet(file: Path, table: str) -> tuple[Sheet | None, list[Finding]]:
    try:
        raw = file.read_bytes()
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        binary = b"\0" in raw[:4096]
        message = (
            "the file is binary, not a CSV table" if binary else f"byte {fault.start + 1} is not UTF-8 text"
        )
        return None, [Finding(table, file.name, line, "", message, "Save the table as CSV in UTF-8")]
    except OSError as fault:
        return None, [
            Finding(table, file.name, 0, "", f"the file cannot be read: {fault.strerror}", "Check its rights")
        ]
    if "\0" in text:
        return None, [
            Finding(
                table,
                file.name,
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
    start = 1
    try:
        for cells in reader:
            line, start = start, reader.line_num + 1
            if not any(cell.strip() for cell in cells) or (header is None and is_hint(parted_by.join(cells))):
                continue
            if header is None:
                header = tuple(cell.strip() for cell in cells)
            else:
                lines.append((line, tuple(cells)))
    except csv.Error as fault:
        message = f"the line is not CSV ({fault})"
        return None, [
            Finding(table, file.name, start, "", message, "Close the quotes, and separate cells by commas")
        ]
    if header is None:
        return None, [
            Finding(
                table, file.name, 0, "", "the file is empty", "Write the header at least, or delete the file"
            )
        ]
    if parted_by != ",":
        return Sheet(table, file.name, header, with_decimal_points(table, header, tuple(lines))), []
    return Sheet(table, file.name, header, tuple(lines)), []


def _fault(file: str, message: str, remedy: str, column: str = "") -> Finding:
    return Finding("programme", file, 0, "", message, remedy, column)


def toml_value(value: Any) -> str:
    """A setting as TOML writes it."""
    import json

    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace(
            "\x7f", "\\u007f"
        )  # DEL: JSON takes it as it is, TOML does not
    if isinstance(value, tuple):
        return "[" + ", ".join(toml_value(v) for v in value) + "]"
    return str(value)
