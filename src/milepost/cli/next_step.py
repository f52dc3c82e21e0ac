"""``milepost`` alone: what is in this folder, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import milepost
from milepost.cli.output import print_notes
from milepost.errors import MilepostError
from milepost.store.stores import DATABASE_SUFFIXES
from milepost.store.texts import SETTINGS_FILE

FEW = 5  # programmes of a folder that are opened; of more only the names are told


def tell(folder: Path) -> int:
    """Print the programmes in a folder, how each stands, and the commands that come next; 0."""
    found = list(programmes(folder))
    if not found:
        print("There is no programme in this folder. Begin with one of:\n")
        _print_commands(
            [
                ("milepost new north-south --example north-south", "a whole corridor to look at"),
                ("milepost new mine", "an empty one to fill"),
                ("milepost new mine --through KAZ,AZE,GEO,TUR", "one out of open data"),
            ]
        )
        return 0
    for path in found[:FEW]:
        print_notes([f"{path}: {_standing(str(path))}"])
    if len(found) > FEW:
        print_notes([f"And {len(found) - FEW} more: {', '.join(map(str, found[FEW:]))}."])
    print("\nNext:\n")
    _print_commands(_next(str(found[0])))
    print("\n'milepost --help' lists every command.")
    return 0


def programmes(folder: Path) -> Iterator[Path]:
    """The folder itself if it is a programme; otherwise the programmes in it: folders with programme.toml,
    workbooks with its sheet, databases. In order of names."""
    if (folder / SETTINGS_FILE).is_file():
        yield Path(".")
        return
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "~$")):
            continue
        if (path.is_dir() and (path / SETTINGS_FILE).is_file()) or (path.is_file() and _is_store(path)):
            yield path.relative_to(folder)


def _is_store(path: Path) -> bool:
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        return _has_sheet(path)
    return suffix in DATABASE_SUFFIXES and path.read_bytes()[:15] == b"SQLite format 3"


def _has_sheet(path: Path) -> bool:
    """Whether a workbook has a sheet of settings: somebody's other workbook is no programme."""
    import zipfile

    try:
        with zipfile.ZipFile(path) as inside:
            return b'name="programme"' in inside.read("xl/workbook.xml")
    except (OSError, KeyError, zipfile.BadZipFile):
        return False


def _standing(path: str) -> str:
    """Title, size and whether anything stands in the way, in one sentence."""
    try:
        opened = milepost.open(path)
    except MilepostError as fault:
        return f"cannot be opened. {fault}"
    records, findings = opened.records, len(opened.check())
    kinds = {"commitments": records.commitments, "links": records.links, "countries": records.countries}
    size = ", ".join(f"{len(rows):,} {kind}" for kind, rows in kinds.items() if rows) or "nothing in it yet"
    stands = f"{findings} finding{'s' if findings != 1 else ''}" if findings else "no findings"
    return f"{opened.settings.title}: {size}; base date {opened.settings.base_date}; {stands}."


def _next(path: str) -> list[tuple[str, str]]:
    """Commands that make sense for a programme as it stands, the first first."""
    try:
        opened = milepost.open(path)
        findings, empty = len(opened.check()), not opened.records.commitments
        values = not (opened.why_no_values or opened.is_register or empty)
    except MilepostError:
        findings, empty, values = 1, False, False
    check = (f"milepost check {path}", "what is to be repaired, file and line")
    register = [
        (f"milepost status {path}", "where every promise stands"),
        (f"milepost calls {path}", "whom to call first"),
        (f"milepost brief {path}", "the paper for the next meeting"),
    ]
    if empty:
        return [(f"milepost serve {path}", "fill it in the browser"), check]
    if findings and not values:
        return [check, *register]
    shown = [(f"milepost serve {path}", "look at it, and move dates, in the browser")]
    return [*shown, *([(f"milepost report {path}", "everything in one file")] if values else []), *register]


def _print_commands(rows: list[tuple[str, str]]) -> None:
    wide = max(len(command) for command, _ in rows)
    for command, what in rows:
        print(f"  {command:<{wide}}   {what}")
