"""What a terminal shows: help in sections of whole lines, the next step, completion, names for ids, colours
and widths."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import milepost
from milepost.cli import run
from milepost.cli.contents import COMMANDS, SECTIONS
from milepost.store.changes import read_entry
from milepost.store.folder import copy_example
from milepost.store.stores import open_store

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def eighty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("MILEPOST_DEBUG", "FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    def asked(*arguments: str) -> tuple[int, str, str]:
        code = run(arguments)
        out = capsys.readouterr()
        return code, out.out, out.err

    return asked


@pytest.fixture
def ridge(tmp_path: Path) -> str:
    copy_example("ridge", tmp_path / "ridge")
    return str(tmp_path / "ridge")


def test_help_has_every_command_in_a_section_on_one_whole_line(call: Call) -> None:
    _, page, _ = call("--help")
    lines = page.splitlines()
    assert max(map(len, lines)) <= 80
    assert sum(map(len, SECTIONS.values())) == len(COMMANDS) > 40
    for title, commands in SECTIONS.items():
        start = lines.index(f"{title}:")
        shown = [line.split(None, 1) for line in lines[start + 1 : start + 1 + len(commands)]]
        assert shown == [[name, entry.line] for name, entry in commands.items()]


@pytest.mark.parametrize("group", ["trade", "people"])
def test_help_of_a_family_cuts_no_sentence(call: Call, group: str) -> None:
    _, page, _ = call(group, "--help")
    assert max(map(len, page.splitlines())) <= 80
    commands = page.split("Commands:")[1]
    assert len(commands.splitlines()) > 4
    assert "..." not in commands
    assert page.rstrip()[-1] in ".?"


def _in(folder: Path, monkeypatch: pytest.MonkeyPatch, call: Call) -> str:
    monkeypatch.chdir(folder)
    code, page, _ = call()
    assert code == 0
    assert max(map(len, page.splitlines())) <= 80
    return page


def test_alone_it_says_the_next_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Call) -> None:
    page = _in(tmp_path, monkeypatch, call)
    offered = re.findall(r"^  milepost (new \S+.*?)   ", page, re.M)
    assert len(offered) == 3
    assert call(*offered[0].split())[0] == 0  # what is offered runs

    page = _in(tmp_path, monkeypatch, call)
    assert "north-south: International North-South Transport Corridor: 36 commitments" in page
    assert re.findall(r"^  milepost (\w+) north-south", page, re.M)[:2] == ["serve", "report"]

    (tmp_path / "north-south" / "links.csv").unlink()
    page = _in(tmp_path, monkeypatch, call)
    assert "1 finding." in page
    assert re.findall(r"^  milepost (\w+) north-south", page, re.M)[0] == "check"

    page = _in(tmp_path / "north-south", monkeypatch, call)
    assert page.startswith(".: International")


def test_an_empty_programme_is_to_be_filled_and_another_workbook_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Call
) -> None:
    for name in ("a", "b.xlsx", "c.db"):
        assert call("new", str(tmp_path / name))[0] == 0
    (tmp_path / "other.xlsx").write_bytes(b"PK no workbook")
    (tmp_path / "other.db").write_bytes(b"no database")
    page = _in(tmp_path, monkeypatch, call)
    assert re.findall(r"^(\S+): A new corridor programme", page, re.M) == ["a", "b.xlsx", "c.db"]
    assert "other" not in page
    assert "milepost serve a" in page


@pytest.mark.parametrize("name", ["x.db", "x.sqlite", "x.xlsx", "x"])
@pytest.mark.parametrize("example", ["", "ridge"])
def test_new_makes_what_its_name_says(tmp_path: Path, call: Call, name: str, example: str) -> None:
    target = tmp_path / name
    asked = ["new", str(target), *(["--example", example] if example else [])]
    assert call(*asked)[0] == 0
    heads = {".xlsx": b"PK", "": b""}
    if target.suffix:
        assert target.read_bytes().startswith(heads.get(target.suffix, b"SQLite format 3"))
    made = milepost.open(str(target))
    if example:
        assert made.records.fingerprint == milepost.open(milepost.example(example)).records.fingerprint
        assert not made.check()
    else:
        assert made.settings.base_date == dt.date.today()
        assert made.records.params
    before = target.read_bytes() if target.is_file() else b""
    code, _, err = call(*asked)
    assert (code, "exists" in err or "not empty" in err) == (2, True), err
    assert not target.is_file() or target.read_bytes() == before


def test_new_on_another_day(tmp_path: Path, call: Call) -> None:
    assert call("new", str(tmp_path / "p"), "--on", "2031-02-03")[0] == 0
    settings = milepost.open(tmp_path / "p").settings
    assert (settings.base_date, settings.base_year) == (dt.date(2031, 2, 3), 2030)
    code, _, err = call("new", str(tmp_path / "q"), "--example", "ridge", "--on", "2031-02-03")
    assert (code, "its own base date" in err) == (2, True)


def test_log_wide_has_every_hash_whole(tmp_path: Path, call: Call, ridge: str) -> None:
    assert call("record", ridge, "--by", "office", "--reason", "a reason " * 12)[0] == 0
    hashes = [read_entry(line).hash for line in open_store(ridge).lines()]
    assert hashes
    _, narrow, _ = call("log", ridge)
    _, wide, _ = call("log", ridge, "--wide")
    for one in hashes:
        assert len(one) == 64
        assert one in wide
        assert one not in narrow
    assert ("a reason " * 12).strip() in wide
    assert "…" not in wide


def test_names_do_where_ids_do(call: Call, ridge: str) -> None:
    by_id = call("route", ridge, "VALE", "EASTMERE", "--via", "GATE", "--json")
    assert by_id[0] == 0
    assert call("route", ridge, "Vale", "eastmere", "--via", "gate", "--json") == by_id
    by_id = call("loads", ridge, "--select", "GATE", "--json")
    assert by_id[0] == 0
    assert call("loads", ridge, "--select", "Gate", "--json") == by_id
    party = next(p for p in milepost.open(ridge).records.parties if p.kind == "country")
    by_id = call("group", ridge, "--threshold", f"{party.id}=1", "--json")
    assert by_id[0] == 0
    assert call("group", ridge, "--threshold", f"{party.name.lower()}=1", "--json") == by_id
    by_id = call("plan", ridge, "--members", party.id, "--json")
    assert by_id[0] == 0
    assert call("plan", ridge, "--members", party.name, "--json") == by_id
    country = milepost.open(ridge).records.countries[0]
    asked = ["intervals", ridge, "--tornado", "--only", "value_of_time.bulk", "--json"]
    tornado = call(*asked, "--country", country.id)
    assert call(*asked, "--country", country.name) == tornado


def test_the_nearest_id_is_the_one_suggested(call: Call) -> None:
    north = str(milepost.example("north-south"))
    for slip in ("C1", "c01", "C-01", "C001"):
        code, _, err = call("value", north, "--delivered", slip)
        assert code == 2
        assert re.search(r"Did you mean C01\?", " ".join(err.split())), err


def test_a_wrong_use_names_the_help_of_its_own_command(call: Call) -> None:
    for words, told in (
        (["brief", "x", "y"], "milepost brief --help"),
        (["brief", "x", "--language", "en"], "milepost brief --help"),
        (["people", "add"], "milepost people add --help"),
        (["nothing"], "milepost --help"),
    ):
        code, _, err = call(*words)
        assert code == 2
        assert f"Try '{told}'." in " ".join(err.split()), err


def _completed(line: str) -> list[str]:
    words = line.split(" ")
    environment = {
        **os.environ,
        "_MILEPOST_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
    }
    done = subprocess.run(
        [sys.executable, "-c", "from milepost.cli import main; main()"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.stdout.split()


def test_a_shell_completes_commands_options_and_ids(ridge: str) -> None:
    assert _completed("milepost sha") == ["shapley"]
    assert "--delivered" in _completed("milepost value --")
    assert _completed(f"milepost value {ridge} --delivered R1,R") == ["R1,R2", "R1,R3", "R1,R4", "R1,R5"]
    assert _completed(f"milepost route {ridge} VA") == ["VALE"]
    assert _completed(f"milepost status {ridge} --nothing") == []
    assert _completed(f"milepost route {ridge}-is-not-there VA") == []


def test_width_and_colours_are_those_asked_for_when_piped(
    call: Call, ridge: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def page(**environment: str) -> str:
        for name in ("COLUMNS", "FORCE_COLOR", "NO_COLOR"):
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return call("status", ridge)[1]

    plain = page(COLUMNS="80")
    assert "\x1b" not in plain
    assert max(map(len, plain.splitlines())) <= 80
    assert "\x1b[1m" in page(COLUMNS="80", FORCE_COLOR="1")
    coloured = page(COLUMNS="80", FORCE_COLOR="1", NO_COLOR="1")
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", coloured)  # NO_COLOR: bold may stay, colours do not
    assert "West half of the ridge railway" not in plain
    assert "West half of the ridge railway" in page(COLUMNS="140")
