"""No cell of any table that a command writes is run by a spreadsheet: every writer, every text of every
row."""

from __future__ import annotations

import csv
import io
import random
import shutil
from pathlib import Path

import openpyxl
import pytest

import milepost
from milepost.cli import run
from milepost.files import as_written, no_formula
from milepost.records import TABLES
from milepost.report.exchange.write import FORMATS, export
from milepost.store.content import cells_of, content_of, records_of
from milepost.store.folder import read, write
from milepost.web.downloads import COMPUTED, Asked, written
from milepost.web.state import Valued

SIGNS = ("=", "+", "-", "@", "\uff1d")
TEXTS = ("title", "note", "source", "report", "text", "reason", "name", "place", "acceptance", "body")
COMMANDS = (
    ["status"],
    ["calls"],
    ["force"],
    ["log"],
    ["remind"],
    ["check"],
    ["appraise", "--draws", "0"],
    ["plan", "--budget", "100"],
    ["loads"],
    ["skim"],
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small example, every text of its rows a formula."""
    records, _ = read(milepost.example("ridge"))
    assert records is not None
    content = content_of(records)
    n = 0
    for table in TABLES:
        for row in content[table].values():
            for column in row if table not in ("params", "policy") else ():
                if column in TEXTS and row[column]:
                    row[column] = f'{SIGNS[n % len(SIGNS)]}HYPERLINK("http://example.org","{row[column]}")'
                    n += 1
    assert n > 50
    made, faults = records_of(content, {})
    assert not faults
    target = tmp_path_factory.mktemp("hostile") / "programme"
    write(made, target)
    again, faults = read(target)
    assert not faults
    assert again is not None
    assert milepost.open(target).check() == ()
    for table in TABLES:  # and yet every text is what it was
        assert [cells_of(r) for r in again.rows(table)] == list(content[table].values())
    return target


def cells_of_csv(text: str) -> list[str]:
    return [cell for line in csv.reader(io.StringIO(text.lstrip("\ufeff"), newline="")) for cell in line]


def must_be_text(file: str, content: bytes) -> int:
    """How many cells bear one of our formulas as text; fails on one that would be run."""
    found = 0
    if file.endswith(".xlsx"):
        book = openpyxl.load_workbook(io.BytesIO(content))
        for cell in (c for sheet in book.worksheets for row in sheet.iter_rows() for c in row):
            if isinstance(cell.value, str) and "HYPERLINK(" in cell.value:
                found += 1
                assert cell.data_type == "s", (file, cell.coordinate, cell.value)
                assert cell.quotePrefix or cell.value[:1] not in SIGNS, (file, cell.coordinate, cell.value)
        return found
    for cell_text in cells_of_csv(content.decode()):
        found += "HYPERLINK(" in cell_text
        assert no_formula(as_written(cell_text)) == cell_text, (file, cell_text)
    return found


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: str(c[0]))
def test_commands(command: list[str], hostile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = run([command[0], str(hostile), *command[1:], "--csv"])
    shown = capsys.readouterr().out
    assert code in (0, 1), shown
    assert shown.count("\n") >= 1
    must_be_text(command[0], shown.encode())


def test_exports_and_briefs(hostile: Path, tmp_path: Path) -> None:
    programme = milepost.open(hostile)
    for kind in FORMATS:
        export(programme, kind, tmp_path / kind)
    for name in ("brief.xlsx", "programme.xlsx", "appraisal.xlsx"):
        command = {
            "brief.xlsx": ["brief", str(hostile), "--to", str(tmp_path / name)],
            "programme.xlsx": ["import", str(hostile), str(tmp_path / name)],
            "appraisal.xlsx": ["appraise", str(hostile), "--draws", "0", "--xlsx", str(tmp_path / name)],
        }.get(name)
        if command:
            assert run(command) == 0, command
    files = [f for f in tmp_path.rglob("*") if f.suffix in (".csv", ".xlsx")]
    assert len(files) > 15
    found = {f.name: must_be_text(f.name, f.read_bytes()) for f in files}
    assert sum(n > 0 for n in found.values()) > 8, found
    assert min(found[f"{name}.xlsx"] for name in ("brief", "programme", "appraisal")) > 0


def test_downloads_of_a_server(hostile: Path) -> None:
    valued = Valued(milepost.open(hostile), (0, ""), None)
    found = 0
    for name in (*TABLES, *COMPUTED):
        for kind in ("csv", "xlsx"):
            content = written(valued, name, kind, "en", Asked())
            found += must_be_text(f"{name}.{kind}", content.removeprefix(b"\xef\xbb\xbf"))
    assert found > 100


def test_a_folder_that_was_written_and_a_copy_of_it_are_the_same(hostile: Path, tmp_path: Path) -> None:
    shutil.copytree(hostile, tmp_path / "copy")
    assert milepost.open(tmp_path / "copy").records == milepost.open(hostile).records


def test_every_text_comes_back() -> None:
    draw = random.Random(7)
    signs = "'=+-@\t\n\r1.5eE xй"
    for _ in range(20_000):
        text = "".join(draw.choices(signs, k=draw.randint(0, 6)))
        kept = no_formula(text)
        assert as_written(kept) == text
        assert kept[:1] not in ("=", "@", "\t", "\r", "\n")
    assert no_formula("-5.2e3") == "-5.2e3"
    assert no_formula("+1+1") == "'+1+1"
    assert as_written("'quoted' words") == "'quoted' words"
