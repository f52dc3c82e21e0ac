"""The register from the command line: a promise that slips, asks, is granted, is proved, and cannot be
tampered with."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import milepost
from milepost.cli import run
from milepost.store.folder import copy_example
from torture import first_seed, many, tortured


@pytest.fixture(params=["folder", "sqlite"])
def where(request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    copy_example("ridge", tmp_path / "ridge")
    if request.param == "folder":
        assert (
            run(["record", str(tmp_path / "ridge"), "--by", "secretariat", "--reason", "the register begins"])
            == 0
        )
        name = str(tmp_path / "ridge")
    else:
        name = str(tmp_path / "ridge.db")
        assert (
            run(
                [
                    "import",
                    str(tmp_path / "ridge"),
                    name,
                    "--by",
                    "secretariat",
                    "--reason",
                    "the register begins",
                ]
            )
            == 0
        )
    capsys.readouterr()
    return name


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(arguments)
    out = capsys.readouterr()
    assert "Traceback" not in out.out + out.err
    return code, out.out, " ".join(out.err.split())


def as_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    code, out, err = call(capsys, *arguments, "--json")
    assert code == 0, err
    return json.loads(out)


def test_the_life_of_a_promise(capsys: pytest.CaptureFixture[str], where: str, tmp_path: Path) -> None:
    asked = as_json(
        capsys,
        "request",
        where,
        "R1",
        "--to",
        "2028-06",
        "--by",
        "XWV",
        "--reason",
        "land",
        "--text",
        "a field",
        "--on",
        "2026-02-01",
    )
    assert (asked["id"], asked["ordinal"], asked["in_time"], asked["decided_by"]) == (
        "R1.q1",
        1,
        True,
        "XWV",
    )
    code, _, err = call(
        capsys,
        "request",
        where,
        "R1",
        "--to",
        "2029",
        "--by",
        "XWV",
        "--reason",
        "land",
        "--on",
        "2026-02-02",
    )
    assert code == 2
    assert "still pending" in err
    assert (
        as_json(capsys, "status", where, "--on", "2026-03-01")["commitments"][0]["latest_promised"]
        == "2027-06"
    )
    assert (
        as_json(capsys, "decide", where, "R1.q1", "--grant", "--by", "XWV", "--on", "2026-02-20")["decision"]
        == "granted"
    )
    assert (
        as_json(capsys, "status", where, "--on", "2026-03-01")["commitments"][0]["latest_promised"]
        == "2028-06"
    )
    assert (
        as_json(capsys, "status", where, "--on", "2026-02-10")["commitments"][0]["latest_promised"]
        == "2027-06"
    )
    # a second request must go to the council, and an unknown reason goes nowhere
    second = as_json(
        capsys,
        "request",
        where,
        "R1",
        "--to",
        "2029-06",
        "--by",
        "XWV",
        "--reason",
        "funding",
        "--on",
        "2026-09-01",
    )
    assert second["decided_by"] == "council"
    code, _, err = call(capsys, "decide", where, "R1.q2", "--grant", "--by", "XWV", "--on", "2026-09-02")
    assert code == 2
    assert "cannot decide" in err
    assert (
        as_json(capsys, "decide", where, "R1.q2", "--refuse", "--by", "council", "--on", "2026-09-02")[
            "date_change"
        ]
        is None
    )
    # evidence arrives, and is disputed
    given = [
        "commitment=R1",
        "reported_on=2026-10-01",
        "shows=delivered",
        "standing=owner",
        "document=primary",
        "meets_test=yes",
        "basis=sourced",
    ]
    assert (
        call(
            capsys, "edit", where, "evidence", "R1.e9", *given, "--new", "--by", "XWV", "--reason", "opened"
        )[0]
        == 0
    )
    row = as_json(capsys, "status", where, "--on", "2026-11-01")["commitments"][0]
    assert (row["delivery"], row["level"], row["proofs"]) == ("delivered", 3, ["R1.e9"])
    against = [
        "commitment=R1",
        "reported_on=2026-10-05",
        "disputes=R1.e9",
        "report=no train was seen",
        "standing=outside",
        "basis=sourced",
    ]
    assert (
        call(
            capsys,
            "edit",
            where,
            "evidence",
            "R1.x1",
            *against,
            "--new",
            "--by",
            "XRL",
            "--reason",
            "dispute",
        )[0]
        == 0
    )
    row = as_json(capsys, "status", where, "--on", "2026-11-01")["commitments"][0]
    assert "disputed" in row["flags"]
    # the chain tells it all, holds, can be signed; a printed root is found in it
    log = as_json(capsys, "log", where)["entries"]
    assert [e["by"] for e in log] == ["secretariat", "XWV", "XWV", "XWV", "council", "XWV", "XRL"]
    assert [e["entry"] for e in log] == list(range(1, 8))
    assert as_json(capsys, "log", where, "--row", "evidence/R1.x1")["entries"][0]["by"] == "XRL"
    signed = as_json(capsys, "sign", where, "--key", str(tmp_path / "k.pem"), "--new-key")
    assert (tmp_path / "k.pem").stat().st_mode & 0o077 == 0
    held = as_json(
        capsys, "verify", where, "--root", signed["root"][:16], "--public-key", signed["public_key"]
    )
    assert held["holds"]
    brief = as_json(capsys, "brief", where, "--to", str(tmp_path / "b.html"), "--lang", "ru")
    assert brief["root"] == signed["root"]
    assert signed["root"][:16] in (tmp_path / "b.html").read_text(encoding="utf-8")
    assert call(capsys, "verify", where, "--root", "0" * 16)[0] == 1


def test_faults_are_refused_and_nothing_is_written(capsys: pytest.CaptureFixture[str], where: str) -> None:
    before = as_json(capsys, "verify", where)["entries"]
    who = ["--by", "XWV", "--reason", "x"]
    for arguments, code, words in (
        (["edit", where, "commitments", "R1", "owed_by=XXX", *who], 1, "there is no 'XXX'"),
        (["edit", where, "commitments", "R1", "cost_usd_m=-3", *who], 1, "out of range"),
        (["edit", where, "commitments", "R1", "colour=red", *who], 2, "sets no column"),
        (["edit", where, "commitments", "R9", "title=x", *who], 2, "There is no row of commitments"),
        (["edit", where, "commitment", "R1", "title=x", *who], 2, "There is no table 'commitment'"),
        (["edit", where, "commitments", "R1", "title=x"], 2, "needs --by"),
        (["edit", where, "commitments", "R1", "id=R7", *who], 2, "never changed"),
        (["edit", where, "nodes", "VALE", "--remove", *who], 1, "there is no 'VALE'"),
        (["request", where, "R1", "--to", "2028", "--by", "XEM", "--reason", "land"], 2, "does not owe"),
        (["decide", where, "R1.q7", "--grant", "--by", "council"], 2, "no request"),
        (["remind", where, "--send"], 2, "needs --smtp"),
        (["brief", where, "--meeting", "M9"], 2, "no meeting 'M9'"),
        (["export", where, where], 2, "exists"),
        (["force", where, "--agreement", "A9"], 2, "no agreement"),
    ):
        got, out, err = call(capsys, *arguments)
        assert got == code, (arguments, out, err)
        assert words in " ".join((out + err).split()), (arguments, out, err)
    assert as_json(capsys, "verify", where)["entries"] == before


def test_a_workbook_goes_out_is_changed_and_comes_back(
    capsys: pytest.CaptureFixture[str], where: str, tmp_path: Path
) -> None:
    book = tmp_path / "out.xlsx"
    assert call(capsys, "export", where, str(book))[0] == 0
    opened = openpyxl.load_workbook(book)
    sheet = opened["commitments"]
    names = [c.value for c in sheet[1]]
    sheet.cell(row=2, column=names.index("title") + 1).value = "Renamed in Excel"
    sheet.append([None] * len(names))
    opened.save(book)
    shown = as_json(capsys, "import", str(book), where)
    assert (shown["changed"], shown["added"], shown["rejected"], shown["applied"]) == (1, 0, 0, False)
    done = as_json(
        capsys,
        "import",
        str(book),
        where,
        "--apply",
        "--by",
        "XWV",
        "--reason",
        "from the ministry's workbook",
    )
    assert done["applied"]
    assert as_json(capsys, "status", where)["commitments"][0]["title"] == "Renamed in Excel"
    assert as_json(capsys, "verify", where)["holds"]


@tortured(many(22, 130))
def test_fuzzed_workbooks_are_refused_or_shown_never_half_applied(
    capsys: pytest.CaptureFixture[str], where: str, tmp_path: Path
) -> None:
    book = tmp_path / "out.xlsx"
    call(capsys, "export", where, str(book))
    start = as_json(capsys, "verify", where)
    rng = random.Random(first_seed(6))
    values: list[Any] = [
        None,
        "",
        "x",
        -1,
        1e300,
        "2026-13",
        "=1+1",
        "NaN",
        True,
        "R1",
        "XWV;;",
        "\u202e",
        "9" * 400,
        0,
    ]
    seen = {0: 0, 1: 0, 2: 0}
    opened = openpyxl.load_workbook(book)
    for _ in range(many(8, 50)):
        before = []  # what stood there: reading the book anew each time would take most of the test
        for _ in range(rng.randint(1, 4)):
            sheet = opened[rng.choice([s for s in opened.sheetnames if s not in ("about", "milepost")])]
            row, column = rng.randint(1, max(2, sheet.max_row)), rng.randint(1, sheet.max_column)
            if (
                sheet.cell(row=row, column=column).data_type != "n"
                or sheet.cell(row=row, column=column).value is not None
            ):
                before.append((sheet.cell(row=row, column=column), sheet.cell(row=row, column=column).value))
                sheet.cell(row=row, column=column).value = rng.choice(values)
        opened.save(tmp_path / "bad.xlsx")
        for cell, value in reversed(before):
            cell.value = value
        code, _out, _err = call(capsys, "import", str(tmp_path / "bad.xlsx"), where)
        assert code in seen
        seen[code] += 1
        if code:  # what is refused when shown is refused when applied
            assert (
                call(
                    capsys,
                    "import",
                    str(tmp_path / "bad.xlsx"),
                    where,
                    "--apply",
                    "--by",
                    "x",
                    "--reason",
                    "y",
                )[0]
                == code
            )
    raw = book.read_bytes()
    for _ in range(many(14, 80)):
        cut = bytearray(raw)
        for _ in range(rng.randint(1, 60)):
            cut[rng.randrange(len(cut))] = rng.randrange(256)
        (tmp_path / "bad.xlsx").write_bytes(
            bytes(cut[: rng.randint(1, len(cut))]) if rng.random() < 0.5 else bytes(cut)
        )
        assert call(capsys, "import", str(tmp_path / "bad.xlsx"), where)[0] in seen
    assert seen[1] + seen[2] >= 3  # how many are refused is the luck of the bytes
    end = as_json(capsys, "verify", where)
    assert (end["entries"], end["root"]) == (start["entries"], start["root"])


def test_a_row_changed_by_hand_is_found_and_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    copy_example("ridge", tmp_path / "r")
    folder = str(tmp_path / "r")
    assert call(capsys, "verify", folder)[0] == 1  # no chain yet
    call(capsys, "record", folder, "--by", "s", "--reason", "begin")
    file = tmp_path / "r" / "evidence.csv"
    file.write_text(
        file.read_text(encoding="utf-8").replace(
            "An inspector counts 40 percent", "An inspector counts 90 percent"
        )
    )
    code, out, _ = call(capsys, "verify", folder)
    assert code == 1
    assert "evidence R1.e2 was changed" in " ".join(out.split())
    assert call(capsys, "record", folder, "--by", "s", "--reason", "corrected")[0] == 0
    assert call(capsys, "verify", folder)[0] == 0


def test_days_outside_the_calendar_and_bytes_that_are_no_text(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    copy_example("ridge", tmp_path / "ridge")
    where = str(tmp_path / "ridge")
    outside: list[tuple[str, ...]] = [
        ("remind", where, "--on", "0001-01-01"),
        ("brief", where, "--on", "9999-12-31", "--to", str(tmp_path / "b.html")),
        ("status", where, "--known-on", "9999-12-31"),
    ]
    for command in outside:
        code, _, err = call(capsys, *command)
        assert (code, "outside the calendar; dates run from 1800 to 2200" in err) == (2, True)
    bad = "a\udcff"
    asked = ("request", where, "R1", "--to", "2028-06", "--reason", "land", "--on", "2026-02-01")
    cases: list[tuple[tuple[str, ...], str]] = [
        ((*asked, "--by", bad), "--by"),
        ((*asked, "--by", "XWV", "--text", bad), "--text"),
        ((*asked, "--by", "XWV", f"--text={bad}"), "--text"),
        (("edit", where, "commitments", "R1", f"note={bad}", "--by", "x", "--reason", "y"), "note"),
    ]
    for command, what in cases:
        assert call(capsys, *command)[::2] == (
            2,
            f"What is given as {what} holds bytes that are not UTF-8, and cannot be recorded.",
        )


def test_force_knows_no_more_than_was_known_on_the_day(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from milepost.records import PartialDate
    from milepost.store.folder import read, write

    records, _ = read(milepost.example("ridge"))
    assert records is not None
    last = next(i for i in records.instruments if i.id == "A1-XRL-2")
    news = {"id": "late", "kind": "signature", "corrects": last.id, "known_on": PartialDate("2030-01-01")}
    where = str(tmp_path / "late")
    write(records.with_rows(instruments=[*records.instruments, last.model_copy(update=news)]), Path(where))
    told = as_json(capsys, "force", where, "--on", "2026-01-01")
    assert told["agreements"][0]["agreement"] == "A1"
    assert told["agreements"][0]["in_force"] == "2020-11-01"
    assert told == as_json(capsys, "force", where, "--on", "2026-01-01", "--known-on", "2026-01-01")
    later = as_json(capsys, "force", where, "--on", "2026-01-01", "--known-on", "2030-01-01")
    assert later["agreements"][0]["in_force"] != "2020-11-01"
    for name in ("request", "decide"):  # they write down what is asked or decided today
        assert "default: today" in " ".join(call(capsys, name, "--help")[1].split())


def test_a_workbook_of_another_programme_says_what_is_passed_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, target = str(tmp_path / "ridge.xlsx"), str(tmp_path / "mine")
    assert call(capsys, "new", book, "--example", "ridge")[0] == 0
    assert call(capsys, "new", target)[0] == 0
    code, out, err = call(capsys, "import", book, target)
    told = as_json(capsys, "import", book, target)
    rows = sum(len(milepost.open(milepost.example("ridge")).records.rows(t)) for t in milepost.records.TABLES)
    assert 0 < told["passed_over"] <= rows
    assert f"{told['passed_over']:,} rows of the copy stand as they did" in out + err
    assert told["added"] == 0, "rows that nobody touched in the workbook are not taken over"
    assert code == 0
