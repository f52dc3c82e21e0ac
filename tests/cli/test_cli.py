"""The command line: shapes of the JSON, exit codes, 80 columns, and no traceback for anything."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from milepost.cli import command_names, run
from milepost.store.folder import copy_example


@pytest.fixture(autouse=True)
def eighty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("MILEPOST_DEBUG", raising=False)


@pytest.fixture
def ridge(tmp_path: Path) -> str:
    copy_example("ridge", tmp_path / "ridge")
    return str(tmp_path / "ridge")


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(arguments)
    out = capsys.readouterr()
    assert "Traceback" not in out.out + out.err
    return code, out.out, out.err


def test_every_command_has_three_forms(
    capsys: pytest.CaptureFixture[str], ridge: str, tmp_path: Path
) -> None:
    who = ["--by", "XEM", "--reason", "test"]
    rest = {
        "route": ["VALE", "EASTMERE"],
        "report": ["--to", str(tmp_path / "r.html")],
        "brief": ["--to", str(tmp_path / "b.pdf")],
        "calendar": ["--to", str(tmp_path / "c.ics")],
        "edit": ["commitments", "R4", "note=x", *who],
        "evidence": ["R4", "--shows", "progress", "--by", "XEM"],
        "comment": ["R4", "Who pays?", "--by", "XEM"],
        "meeting": ["--body", "Ridge Commission", "--title", "Another session", "--by", "XEM"],
        "record": who,
        "remind": ["--on", "2027-06-30", "--since", "2027-01-01"],
        "sign": ["--key", str(tmp_path / "key"), "--new-key"],
        "witness": [str(tmp_path / "witness.jsonl")],
    }
    assert len(command_names()) >= 20
    call(capsys, "record", ridge, *who)
    for name in command_names():
        for number, form in enumerate(([], ["--json"], ["--csv"])):
            if name in ("trade fetch", "extend"):  # they need a server, and countries of this world:
                continue  # tests/trade/test_readers.py has one, tests/atlas/test_corridors.py some
            target = str(tmp_path / f"new-{number}") if name == "new" else ridge
            if name == "trade read":
                target = "square"
                (tmp_path / "square.csv").write_text(",AAA,BBB\nAAA,9,1\nBBB,2,9\n", encoding="utf-8")
            if name in ("trade gravity", "trade counterfactual"):
                target = str(tmp_path / "pairs.csv")
                pairs = [(a, b) for a in "ABCDE" for b in "ABCDE"]
                lines = [f"{a},{b},{3 + (7 * i) % 11},{(5 * i) % 13}" for i, (a, b) in enumerate(pairs)]
                Path(target).write_text(
                    "exporter,importer,flow,x\n" + "\n".join(lines) + "\n", encoding="utf-8"
                )
            extra = {
                "import": [str(tmp_path / f"i{number}.db")],
                "export": [str(tmp_path / f"e{number}.xlsx")],
                "backup": [str(tmp_path / f"b{number}.backup")],
                "restore": [str(tmp_path / f"r{number}")],
                "request": [
                    "R1",
                    "--to",
                    f"2028-{number + 1:02}",
                    "--by",
                    "XWV",
                    "--reason",
                    "land",
                    "--on",
                    "2026-12-01",
                ],
                "judge": [
                    f"R1.e{1 + number % 2}",
                    "--verdict",
                    ("in part", "no", "yes")[number],
                    "--by",
                    "XEM",
                ],
                "decide": ["R1.q1", "--grant", "--by", "XWV", "--on", "2026-12-02"],
                "sign": ["--key", str(tmp_path / f"key{number}"), "--new-key"],
                "intake": [],
                "trade read": [str(tmp_path / "square.csv")],
                "trade gravity": ["--on", "x"],
                "trade counterfactual": ["--remove", "A,B", "--coefficient", "0.5"],
                "intervals": ["--draws", "10"],
                "snapshot": ["--to", str(tmp_path / f"s{number}.html")],
            }.get(name, rest.get(name, []))
            if name == "serve" or name.startswith("people "):
                continue  # test_serve runs them
            if (name == "request" and number) or name == "decide":
                continue  # one request is pending; test_register_commands goes on from there
            of_its_own = {"intake": "communique.txt", "restore": f"b{number}.backup", "upgrade": "up.db"}
            target = str(tmp_path / of_its_own[name]) if name in of_its_own else target
            if name == "intake":
                Path(target).write_text("Westvale agreed to build the line by 2028.", encoding="utf-8")
            if name == "upgrade":
                call(capsys, "import", ridge, target)
            code, out, err = call(capsys, *name.split(), target, *extra, *form)
            assert code == 0, (name, form, err)
            if form == ["--json"]:
                json.loads(out)
            elif form == ["--csv"]:
                rows = list(csv.reader(io.StringIO(out)))
                assert len({len(r) for r in rows}) == 1, name
            else:
                assert (
                    max((len(line) for line in out.splitlines() if str(tmp_path) not in line), default=0)
                    <= 80
                ), name
        assert call(capsys, name, ridge, *rest.get(name, []), "--json", "--csv")[0] == 2


def test_shapes(capsys: pytest.CaptureFixture[str], ridge: str) -> None:
    value = json.loads(call(capsys, "value", ridge, "--delivered", "R3,R4", "--json")[1])
    assert value["unit"] == "MUSD/year"
    assert value["base_year"] == 2025
    assert value["delivered"] == ["R3", "R4"]
    assert set(value["countries"]) == {"XWV", "XRL", "XEM"}
    shapley = json.loads(call(capsys, "shapley", ridge, "--json")[1])
    assert {"unit", "method", "shares", "error", "total"} <= set(shapley)
    for country, total in shapley["total"].items():
        assert sum(s[country] for s in shapley["shares"].values()) == pytest.approx(total, rel=1e-9)
    assert "s.e." not in call(capsys, "shapley", ridge)[1], "exact"
    sampled = json.loads(call(capsys, "shapley", ridge, "--method", "sampled", "--json")[1])
    told = call(capsys, "shapley", ridge, "--method", "sampled")[1]
    assert "± s.e." in told
    error = sampled["error_of_sum"]["R3"]
    assert error > 0
    assert f"{error:.2f}" in next(line for line in told.splitlines() if line.strip().startswith("R3"))
    assert "Discounted at 5.13% a year (5.0% continuous)" in call(capsys, "delay", ridge)[1]
    delay = json.loads(call(capsys, "delay", ridge, "--json", "--on", "2026-03-01")[1])
    assert delay["unit"] == "MUSD/day"
    assert delay["on"] == "2026-03-01"
    row = delay["commitments"]["R2"]
    assert row["all"] == pytest.approx(sum(v for k, v in row.items() if k != "all"))
    route = json.loads(call(capsys, "route", ridge, "VALE", "EASTMERE", "--json")[1])
    assert sum(leg["hours"] + leg["wait_hours"] for leg in route["legs"]) == pytest.approx(route["hours"])
    none = json.loads(call(capsys, "value", ridge, "--delivered", "none", "--json")[1])
    assert set(none["countries"].values()) == {0.0}


def test_findings_exit_with_one(capsys: pytest.CaptureFixture[str], ridge: str) -> None:
    file = Path(ridge) / "links.csv"
    file.write_text(
        file.read_text(encoding="utf-8").replace("rail,80,1435", "rail,NaN,1435"), encoding="utf-8"
    )
    for command in (["check"], ["value"], ["shapley"], ["delay"], ["loads"], ["report"], ["route"]):
        extra = ["VALE", "EASTMERE"] if command == ["route"] else []
        code, out, _ = call(capsys, *command, ridge, *extra, "--json")
        assert code == 1, command
        finding = json.loads(out)["findings"][0]
        assert {"table", "file", "line", "id", "message", "remedy"} <= set(finding)
        assert finding["line"] == 2
    code, out, _ = call(capsys, "check", ridge)
    assert code == 1
    assert "1 finding." in out


def test_wrong_use_exits_with_two_and_says_what_there_is(
    capsys: pytest.CaptureFixture[str], ridge: str, tmp_path: Path
) -> None:
    for arguments, words in (
        (["value", ridge, "--delivered", "R9"], "Did you mean R"),
        (["value", ridge, "--delivered", "R5"], "R5 is not valued"),
        (["delay", ridge, "--on", "soon"], "is not a date"),
        (["delay", ridge, "--days", "0"], "at least one day"),
        (["route", ridge, "VALE", "NOWHERE"], "There is no node"),
        (["shapley", ridge, "--method", "magic"], "no method"),
        (["new", ridge], "exists"),
        (["new", str(tmp_path / "x"), "--example", "riidge"], "Did you mean ridge"),
        (["frobnicate"], "frobnicate"),
        (["check"], "DIR"),
    ):
        code, _, err = call(capsys, *arguments)
        assert code == 2, (arguments, err)
        assert words in " ".join(err.split()), (arguments, err)


def test_no_path_exits_with_three(capsys: pytest.CaptureFixture[str], ridge: str) -> None:
    code, _, err = call(capsys, "route", ridge, "VALE", "SUMMIT")
    assert code == 3
    assert "no open link touches SUMMIT" in " ".join(err.split())
    assert call(capsys, "route", ridge, "VALE", "SUMMIT", "--delivered", "R1")[0] == 0


@pytest.mark.parametrize("content", [None, b"", b"\x00\xff" * 100])
def test_empty_and_binary_things(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes | None
) -> None:
    target = tmp_path / "thing"
    if content is None:
        target.mkdir()
    else:
        target.write_bytes(content)
    assert call(capsys, "check", str(target))[0] == 1
    assert call(capsys, "check", str(tmp_path / "nowhere"))[0] == 1
