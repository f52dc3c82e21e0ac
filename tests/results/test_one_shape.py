"""One shape: what a command prints as JSON and CSV is what the library answers, on every example."""

from __future__ import annotations

import csv
import importlib
import inspect
import io
import json
import re
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import milepost
from milepost import cli
from milepost.cli import command_names, run
from milepost.cli.contents import COMMANDS
from milepost.report.calendar import write_calendar
from milepost.report.digests import digests
from milepost.report.letters import reminders
from milepost.report.report_file import written
from milepost.results import Findings, Result, Rows, csv_text
from milepost.store.changes import log
from milepost.store.folder import examples, shipped
from milepost.store.stores import open_store
from milepost.trade.counterfactual_files import Question, from_file
from milepost.trade.gravity_files import fit_file
from milepost.trade.readers.by_kind import read

HERE = Path(cli.__file__).parent


@dataclass(frozen=True)
class Case:
    """A command (with what follows the programme), and the same question put to the library."""

    command: str
    ask: Callable[[milepost.Programme], Result]
    options: Callable[[milepost.Programme], list[str]] = lambda _: []
    small: bool = False  # only on the smallest example: it computes for minutes on the others


def _first(p: milepost.Programme) -> str:
    return p.records.commitments[0].id


def _ends(p: milepost.Programme) -> list[str]:
    zones = [n.id for n in p.records.nodes if n.trade_share]
    named = [(r.origin, r.destination) for r in p.records.routes] or [(zones[0], zones[-1])]
    return list(named[0])


def _party(p: milepost.Programme) -> str:
    return p.records.commitments[0].owed_by[0]


CASES = (
    Case("check", lambda p: Findings((*p.check(), *p.remarks()), "findings")),
    Case("value", lambda p: p.value()),
    Case("value", lambda p: p.value([_first(p)]), lambda p: ["--delivered", _first(p)]),
    Case("value", lambda p: p.congested("all"), lambda p: ["--congested"], small=True),
    Case("shapley", lambda p: p.shapley(orders=2), lambda p: ["--orders", "2"], small=True),
    Case("delay", lambda p: p.delay(), small=True),
    Case("delay", lambda p: p.delay("2026-11-01", 7), lambda p: ["--on", "2026-11-01", "--days", "7"]),
    Case(
        "draws",
        lambda p: p.draws(draws=50, worth=False),
        lambda p: ["--draws", "50", "--dates-only"],
    ),
    Case("draws", lambda p: p.draws(draws=50), lambda p: ["--draws", "50"], small=True),
    Case("appraise", lambda p: p.appraise(draws=50), lambda p: ["--draws", "50"], small=True),
    Case(
        "appraise",
        lambda p: p.appraise([_first(p)], basis="alone", draws=0, to=2040, rate=0.09),
        lambda p: [_first(p), "--alone", "--draws", "0", "--to", "2040", "--rate", "0.09"],
        small=True,
    ),
    Case("plan", lambda p: p.plan("100"), lambda _: ["--budget", "100"], small=True),
    Case("resilience", lambda p: p.resilience(), small=True),
    Case("group", lambda p: p.group(), small=True),
    Case("group", lambda p: p.group(gross=True), lambda p: ["--gross"], small=True),
    Case(
        "group",
        lambda p: p.group(thresholds={_party(p): 30}, settled_by="nucleolus", rate=0.07),
        lambda p: ["--threshold", f"{_party(p)}=30", "--settle", "nucleolus", "--rate", "0.07"],
        small=True,
    ),
    Case("loads", lambda p: p.loads()),
    Case("loads", lambda p: p.loads([_first(p)]), lambda p: ["--delivered", _first(p)]),
    Case(
        "loads", lambda p: p.select_link(p.records.links[0].id), lambda p: ["--select", p.records.links[0].id]
    ),
    Case("skim", lambda p: p.skim(), small=True),
    Case("fit", lambda p: p.how_well(), lambda p: ["--compare"]),
    Case("fit", lambda p: p.fit(), small=True),
    Case("loads", lambda p: p.bottlenecks(), lambda p: ["--by-date"]),
    Case("route", lambda p: p.route(*_ends(p)), _ends),
    Case("status", lambda p: p.status_report()),
    Case("status", lambda p: p.since("2025-06-01"), lambda _: ["--since", "2025-06-01"]),
    Case("force", lambda p: p.force()),
    Case(
        "force",
        lambda p: p.force().only(p.records.agreements[0].id),
        lambda p: ["--agreement", p.records.agreements[0].id],
    ),
    Case("calls", lambda p: p.calls()),
    Case("calls", lambda p: p.calls(party=_party(p)), lambda p: ["--party", _party(p)]),
    Case("remind", lambda p: digests(p, intake=True), lambda p: ["--intake"]),
    Case("remind", lambda p: reminders(p, intake=True), lambda p: ["--intake", "--each"]),
    Case("log", lambda p: log(open_store(p.path).lines())),
    Case("complement", lambda p: p.complement(), small=True),
    Case("complement", lambda p: p.complement().capacities(), lambda p: ["--capacities"], small=True),
    Case("forecast", lambda p: p.forecast(draws=500), lambda _: ["--draws", "500"]),
    Case("score", lambda p: p.score()),
    Case("screen", lambda p: p.screen(8), lambda p: ["--sets", "8"], small=True),
    Case("intervals", lambda p: p.intervals(10), lambda p: ["--draws", "10"], small=True),
    Case(
        "intervals",
        lambda p: p.intervals(10, orders=0, sets=["all", [_first(p)]]),
        lambda p: ["--draws", "10", "--orders", "0", "--delivered", "all", "--delivered", _first(p)],
        small=True,
    ),
    Case(
        "intervals",
        lambda p: p.tornado([_first(p)]),
        lambda p: ["--tornado", "--delivered", _first(p)],
        small=True,
    ),
)
ALONE = {
    "new",
    "calendar",
    "report",
    "trade read",
    "trade gravity",
    "trade counterfactual",
}  # their questions need files: below
NOT_HERE = {
    "serve": "answers by its page and API: tests/web",
    "snapshot": "one file and its size",
    "brief": "a paper and the facts on it: tests/report",
    "export": "what an act did: tests/acts",
    "import": "what an act did: tests/acts",
    "edit": "what an act did: tests/acts",
    "evidence": "what an act did: tests/acts",
    "judge": "what an act did: tests/acts",
    "meeting": "what an act did: tests/acts",
    "comment": "comments on record, and what an act did: tests/acts",
    "request": "what an act did: tests/acts",
    "decide": "what an act did: tests/acts",
    "record": "what an act did: tests/acts",
    "sign": "what an act did: tests/acts",
    "upgrade": "what an act did: tests/acts",
    "doctor": "looks at a machine, which is another one each time: tests/web/test_doctor.py",
    "backup": "what an act did: tests/store/test_backup.py",
    "restore": "what an act did: tests/store/test_backup.py",
    "witness": "what an act did: tests/store",
    "minutes": "a paper, and what an act did: tests/acts",
    "extend": "what an act did: tests/atlas",
    "intake": "drafts, and what an act wrote of them: tests/intake",
    "verify": "a chain that is to be made first: tests/store",
    "trade fetch": "needs a server: tests/trade/test_readers.py",
    **{
        f"people {x}": "needs accounts: tests/cli/test_serve.py"
        for x in ["add", "list", "password", "role", "remove", "sessions", "passkeys", "totp", "log"]
    },
}


@cache
def opened(name: str) -> milepost.Programme:
    return milepost.open(milepost.example(name))


def said(*arguments: str) -> str:
    out = io.StringIO()
    with redirect_stdout(out):
        assert run(arguments) == 0, arguments
    return out.getvalue()


def compare(answer: Result, *command: str) -> None:
    """The answer is frozen, plain, a table; and the command prints it."""
    frozen: Any = getattr(type(answer), "__dataclass_params__", None)
    assert isinstance(answer, Rows) or frozen.frozen, type(answer)
    plain = answer.as_dict()
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain, "not plain JSON"
    assert isinstance(answer.frame(), pd.DataFrame)
    columns, rows = answer.table()
    assert columns
    assert len(set(columns)) == len(columns)
    assert {len(row) for row in rows} <= {len(columns)}
    assert re.fullmatch(r"<\w+: [^\n]+>", repr(answer))
    assert json.loads(said(*command, "--json")) == plain
    printed = said(*command, "--csv")
    assert printed == csv_text(columns, rows)
    assert {len(row) for row in csv.reader(io.StringIO(printed))} == {len(columns)}


def test_every_command_is_looked_at() -> None:
    looked_at = {case.command for case in CASES} | ALONE
    assert len(looked_at) >= 20
    assert not looked_at & set(NOT_HERE)
    assert set(command_names()) == looked_at | set(NOT_HERE)
    assert len(examples()) >= 3


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.command)
@pytest.mark.parametrize("name", sorted(examples()))
def test_a_command_prints_what_the_library_answers(name: str, case: Case) -> None:
    if case.small and name != "ridge":
        pytest.skip("computes for long on the larger examples")
    programme = opened(name)
    compare(case.ask(programme), case.command, str(programme.path), *case.options(programme))


def test_the_list_of_examples() -> None:
    compare(shipped(), "new", "list")


def test_a_calendar_and_a_report(tmp_path: Path) -> None:
    programme, file = opened("ridge"), tmp_path / "made.ics"
    compare(write_calendar(programme, file), "calendar", str(programme.path), "--to", str(file))
    page = tmp_path / "made.html"
    compare(written(programme, page), "report", str(programme.path), "--to", str(page))


def test_trade_data(tmp_path: Path) -> None:
    square = tmp_path / "square.csv"
    square.write_text(",AAA,BBB\nAAA,9,1\nBBB,2,9\n", encoding="utf-8")
    compare(read("square", [square]), "trade", "read", "square", str(square))
    pairs = tmp_path / "pairs.csv"
    lines = [f"{a},{b},{3 + ord(a) * ord(b) % 11},{ord(a) % ord(b) % 7}" for a in "ABCDE" for b in "ABCDE"]
    pairs.write_text("exporter,importer,flow,x\n" + "\n".join(lines) + "\n", encoding="utf-8")
    compare(fit_file(pairs, ["x"]), "trade", "gravity", str(pairs), "--on", "x")
    asked = Question(("A", "B"), coefficient=0.5)
    options = ("--remove", "A,B", "--coefficient", "0.5")
    compare(from_file(pairs, asked), "trade", "counterfactual", str(pairs), *options)


def test_no_command_asks_for_the_form() -> None:
    found = 0
    for file in sorted(HERE.glob("*.py")):
        text = file.read_text(encoding="utf-8")
        found += len(re.findall(r"^@\w+\.command\(", text, re.M))
        if file.name != "output.py":  # say and progress are the two that know it
            asked = re.search(
                r"\bform\s*(==|!=|in\b|is\b)|\bif (not )?as_(json|csv)\b|print_(json|csv)\(", text
            )
            allowed = file.name in ("app.py", "__init__.py")  # they make the form of the options
            assert allowed or not asked, f"{file.name}: {asked and asked[0]}"
    assert found > 30


def test_the_contents_agree_with_the_files() -> None:
    assert len(COMMANDS) > 30
    for name, entry in COMMANDS.items():
        module = importlib.import_module(f"milepost.cli.{entry.file}")
        app = importlib.import_module("milepost.cli.app").app
        commands = {c.name or c.callback.__name__: c.callback for c in app.registered_commands}
        if name in commands:
            assert commands[name].__module__ == module.__name__
            first = inspect.cleandoc(commands[name].__doc__).split("\n\n")[0]
            assert " ".join(first.split()) == entry.line, name
        else:
            groups = {g.typer_instance.info.name: g.typer_instance.info.help for g in app.registered_groups}
            assert groups[name] == entry.line
    there = {
        file.stem
        for file in HERE.glob("*.py")
        if re.search(r"^@\w+\.command\(", file.read_text("utf-8"), re.M)
    }
    assert there == {entry.file for entry in COMMANDS.values()}


def test_the_page_of_help_reads_no_command() -> None:
    import subprocess
    import sys

    heavy = "sum(m in sys.modules for m in ('numpy', 'pydantic'))"
    code = f"import sys, milepost.cli as c; c.run(['--help']); sys.exit({heavy})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "shapley" in done.stdout
