"""Minutes: drafts become decisions in one step, once; the next brief says what came of them."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

import milepost
from milepost.acts import meetings
from milepost.acts.minutes import Proposal, minute
from milepost.acts.persons import Person, at_the_terminal
from milepost.acts.rights import Forbidden
from milepost.acts.writing import Register
from milepost.errors import BadData, WrongUse
from milepost.languages import LANGUAGES, Language
from milepost.report.brief import brief, write_brief
from milepost.report.brief.blocks import Grid, Items
from milepost.report.brief.paper import Brief
from milepost.report.minutes import minutes, paper
from milepost.store.folder import copy_example
from milepost.store.stores import seal_of

WHO = at_the_terminal("secretariat")


@pytest.fixture
def ridge(tmp_path: Path) -> Path:
    copy_example("ridge", tmp_path / "ridge")
    return tmp_path / "ridge"


def section(made: Brief, name: str) -> list[object]:
    title = made.language.say(f"section-{name}")
    return [b for s in made.sections if s.title == title for b in s.blocks]


def test_the_drafts_of_a_brief_become_decisions_in_one_step(ridge: Path) -> None:
    made = brief(milepost.open(ridge), meeting="M2")
    (items, *_) = section(made, "decisions")
    assert isinstance(items, Items)
    assert tuple(d.text for d in made.drafts) == items.items
    known = {c.id for c in milepost.open(ridge).records.commitments}
    assert {c for d in made.drafts for c in d.commitments} <= known
    proposals = [Proposal(d.text, d.commitments) for d in made.drafts]
    done = minute(
        Register(ridge), WHO, "M2", decided=proposals, attendance={"XWV": "present", "XEM": "absent"}
    )
    assert done.decisions == tuple(f"M2.{n}" for n in range(1, len(made.drafts) + 1))
    rows = milepost.open(ridge).records.decisions
    assert [(d.text, d.commitments, d.stands) for d in rows] == [
        (d.text, d.commitments, "decided") for d in made.drafts
    ]
    again = minute(Register(ridge), WHO, "M2", decided=proposals, attendance={"XEM": "excused"})
    assert len(milepost.open(ridge).records.decisions) == len(rows), "what stands there is not written twice"
    assert again.entry is not None
    assert {a.party: a.presence for a in milepost.open(ridge).records.attendance} == {
        "XWV": "present",
        "XEM": "excused",
    }
    assert minute(Register(ridge), WHO, "M2", decided=proposals).entry is None


def test_a_draft_on_record_is_adopted_by_its_id_and_nothing_else_is(ridge: Path) -> None:
    rows = "id,meeting,text,stands,commitments,owed_by,due,basis,source,note\n"
    rows += "M2.7,M2,Open the border,draft,R3,XRL,2026-06,sourced,x,\nM2.8,M2,Old,withdrawn,,,,sourced,x,\n"
    (ridge / "decisions.csv").write_text(rows, encoding="utf-8")
    minute(Register(ridge), WHO, "M2", adopted=["M2.7"], decided=[Proposal("Next")])
    found = {d.id: d.stands for d in milepost.open(ridge).records.decisions}
    assert found == {"M2.7": "decided", "M2.8": "withdrawn", "M2.1": "decided"}
    with pytest.raises(WrongUse, match=r"no decision of M2 'M2\.9'"):
        minute(Register(ridge), WHO, "M2", adopted=["M2.9"])
    with pytest.raises(WrongUse, match="was withdrawn"):
        minute(Register(ridge), WHO, "M2", adopted=["M2.8"])
    with pytest.raises(WrongUse, match="no meeting 'M9'"):
        minute(Register(ridge), WHO, "M9", decided=[Proposal("x")])
    with pytest.raises(BadData):
        minute(Register(ridge), WHO, "M2", decided=[Proposal("x", ("R99",))])
    with pytest.raises(BadData):
        minute(Register(ridge), WHO, "M2", attendance={"XWV": "asleep"})
    with pytest.raises(Forbidden):
        minute(Register(ridge), Person("anna", "verifier"), "M2", decided=[Proposal("y")])
    assert len(milepost.open(ridge).records.decisions) == 3


@pytest.mark.parametrize("code", list(LANGUAGES))
def test_the_next_brief_says_what_was_decided_and_where_it_stands(ridge: Path, code: str) -> None:
    first = brief(milepost.open(ridge), language=code)
    assert not section(first, "decided")
    minute(Register(ridge), WHO, "M1", decided=[Proposal("An older one", ("R1",))])
    minute(Register(ridge), WHO, "M2", decided=[Proposal("Open it", ("R3", "R5"), ("XRL",))])
    body = "Ridge Commission"
    for ident, whose, date in (("M3", body, "2026-09-01"), ("O1", "Another body", "2026-05-01")):
        session = {"body": whose, "title": "A session", "date": date, "id": ident}
        meetings.record(Register(ridge), WHO, session)
    minute(Register(ridge), WHO, "O1", decided=[Proposal("Not of this body")])
    programme = milepost.open(ridge)
    made = brief(programme, meeting="M3", language=code, on=dt.date(2026, 6, 1))
    (grid,) = section(made, "decided")
    assert isinstance(grid, Grid)
    say = Language(code)
    assert [(row[0], row[1].removesuffix(" [en]")) for row in grid.rows] == [("M2.1", "Open it")]
    assert grid.rows[0][2] == say.word("stands", "decided")
    assert "R3" in grid.rows[0][5]
    assert say.word("delivery", "in effect") in grid.rows[0][5]
    # as known before that meeting, the last decisions are those of the one before
    earlier = brief(programme, meeting="M2", language=code)
    (grid,) = section(earlier, "decided")
    assert isinstance(grid, Grid)
    assert [row[0] for row in grid.rows] == ["M1.1"]
    mine = section(brief(programme, meeting="M2", party="XEM", language=code), "decided")
    assert [type(b).__name__ for b in mine] == ["Paragraph"]


@pytest.mark.parametrize("code", list(LANGUAGES))
def test_the_minutes_as_a_paper_and_as_data(ridge: Path, tmp_path: Path, code: str) -> None:
    empty = paper(milepost.open(ridge), minutes(milepost.open(ridge)), code)
    assert Language(code).say("minutes-nothing") in str(empty.sections)
    minute(
        Register(ridge), WHO, "M1", decided=[Proposal("Open it", ("R3",))],
        attendance={"XWV": "present", "XRL": "observer"},
    )  # fmt: skip
    programme = milepost.open(ridge)
    found = minutes(programme, on=programme.settings.base_date)
    assert found.meeting.id == "M1", "the last one held by that day; what was written later is of today"
    told = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert [d["commitments"][0]["delivery"] for d in told["decisions"]] == ["no evidence"]
    made = paper(programme, found, code, seal=seal_of(ridge))
    say = Language(code)
    assert say.word("presence", "observer") in str(made.sections)
    for ending in (".pdf", ".docx", ".xlsx", ".html"):
        write_brief(made, tmp_path / f"minutes{ending}")
        assert (tmp_path / f"minutes{ending}").stat().st_size > 1000
    with pytest.raises(WrongUse, match="No meeting was held"):
        minutes(programme, on=dt.date(2020, 1, 1))
