"""What is wrong with a row is said in the reader's language, wherever rows are typed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import milepost
from milepost.acts.persons import at_the_terminal
from milepost.acts.rows import check
from milepost.acts.writing import Register
from milepost.errors import Finding
from milepost.languages import LANGUAGES, Language
from milepost.languages.catalogue import message_keys
from milepost.languages.said import Said, finding_as_read
from milepost.store.content import cells_of, digest
from milepost.store.edits import Edit
from milepost.store.folder import copy_example

SOURCE = Path(milepost.__file__).parent
WHO = at_the_terminal("secretariat")
# one slip in one cell: column, what was typed
SLIPS = {
    "date_changes": [("promised_for", "next spring"), ("promised_for", "after 2030"), ("commitment", "R99")],
    "evidence": [("reported_on", "2199-01-01"), ("shows", "progres"), ("shows", "nonsense"), ("basis", "")],
    "commitments": [("owed_by", ""), ("owed_by", "XRX"), ("id", "a b")],
    "meetings": [("date", "after 2027")],
    "links": [("km", "far"), ("km", "-4"), ("geometry", "here and there")],
}


@pytest.fixture(scope="module")
def ridge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("slips") / "ridge"
    copy_example("ridge", target)
    return target


def found_by(ridge: Path, table: str, column: str, typed: str) -> tuple[Finding, ...]:
    row: Any = milepost.open(ridge).records.rows(table)[0]
    cells = cells_of(row)
    edit = Edit(table, row.ident, {**cells, column: typed}, digest(cells))
    return check(Register(ridge), WHO, [edit]).findings


@pytest.mark.parametrize(
    ("table", "column", "typed"), [(table, *slip) for table, slips in SLIPS.items() for slip in slips]
)
def test_a_slip_in_a_cell_is_said_in_every_language(ridge: Path, table: str, column: str, typed: str) -> None:
    found = found_by(ridge, table, column, typed)
    assert found, "it is a slip"
    for finding in found:
        assert isinstance(finding.message, Said), finding.message
        assert isinstance(finding.remedy, Said), finding.remedy
        english = Language("en").say(finding.message.key, **finding.message.values)
        assert finding.message.startswith(english)
        for code in LANGUAGES:
            says = [Language(code).say(s.key, **s.values) for s in (finding.message, finding.remedy)]
            assert all(says)
            assert code == "en" or says[0] != english, (code, says)
        told = finding_as_read(finding)
        assert [s["key"] for s in told["says"]] == [finding.message.key, finding.remedy.key]
        assert told["message"] == str(finding.message), "the terminal's English stays"


def test_what_is_no_date_and_no_line_are_not_taken_for_one_another(ridge: Path) -> None:
    (line,) = found_by(ridge, "links", "geometry", "here and there")
    assert "date" not in f"{line.message} {line.remedy}"
    assert "LINESTRING" in line.message
    (date,) = found_by(ridge, "date_changes", "promised_for", "next spring")
    assert date.message.startswith("'next spring' is no date: ")


def test_every_rule_of_the_register_has_its_sentences() -> None:
    known = message_keys("en")
    rules = (SOURCE / "register/checks.py").read_text(encoding="utf-8")
    codes = set(re.findall(r'_at\(\s*\w+,\s*\w+,\s*(?:"\w+"|column),\s*"([a-z-]+)"', rules))
    assert len(codes) > 35
    lacking = [f"{what}-{code}" for code in codes for what in ("finding", "remedy")]
    assert [key for key in lacking if key not in known] == []


def test_no_sentence_is_there_for_no_finding() -> None:
    places = ("register/checks.py", "store/cells.py")
    source = "\n".join((SOURCE / f).read_text(encoding="utf-8") for f in places)
    keys = {k.removeprefix("finding-") for k in message_keys("en") if k.startswith("finding-")}
    assert [key for key in sorted(keys) if f'"{key}"' not in source] == []


@pytest.mark.parametrize("code", list(LANGUAGES))
def test_one_finding_is_counted_as_one(code: str) -> None:
    say = Language(code).say
    assert say("page-findings", count=1) != say("page-findings", count=21).replace("21", "1") or code in (
        "ru",
        "fa",
    )
