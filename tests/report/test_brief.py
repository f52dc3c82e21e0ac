"""What the brief says and draws: the whole map, dates as precise as their source, numbers as numbers, no
demand without ground."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from typing import Any

import openpyxl
import pypdfium2
import pytest

import milepost
from milepost.languages import LANGUAGES, Language
from milepost.programme import Programme
from milepost.records import PartialDate
from milepost.report.brief import brief
from milepost.report.brief.blocks import Grid, Items, Paragraph, Picture
from milepost.report.brief.paper import Brief
from milepost.report.brief.writers import pdf, xlsx


@pytest.fixture(scope="module")
def ridge() -> Programme:
    return milepost.open(milepost.example("ridge"))


def with_rows(programme: Programme, **tables: Any) -> Programme:
    return replace(programme, records=programme.records.with_rows(**tables))


def table(made: Brief, section: str) -> Grid:
    title = made.language.say(f"section-{section}")
    return next(
        b for part in made.sections if part.title == title for b in part.blocks if isinstance(b, Grid)
    )


def words(made: Brief) -> list[str]:
    found: list[str] = []
    for part in made.sections:
        for block in part.blocks:
            found += (
                block.items
                if isinstance(block, Items)
                else [block.text]
                if isinstance(block, Paragraph)
                else []
            )
    return found


def test_the_cost_of_a_day_is_that_of_every_dated_commitment(north_south: Programme) -> None:
    """One whose day loses nothing still saves what is spent later; nobody bears what is shown as nothing, and
    what has a value and no date is not called without value."""
    made = brief(north_south, sections=["summary", "cost", "limits"])
    answer, say = north_south.delay(), made.language
    lost, net = 1000 * float(answer.cost.sum()), 1000 * sum(answer.net.values())
    said = say.say(
        "summary-cost-net",
        **{k: say.number(v) for k, v in (("net", net), ("lost", lost), ("saved", lost - net))},
    )
    assert said in words(made)
    for row in table(made, "cost").rows:
        assert (row[-1] == "–") == (row[5] == "0")
    assert answer.undated
    assert say.say("limit-undated", names=", ".join(answer.undated)) in words(made)
    (without,) = (line for line in words(made) if line.startswith("Not valued"))
    assert "C22" in without
    assert not any(c in without for c in answer.undated)


def test_a_map_wider_than_the_page_is_whole(ridge: Programme) -> None:
    """Each place stands within the page: a picture cut at its sides keeps its text, but outside of the
    paper."""
    document = pypdfium2.PdfDocument(pdf(brief(ridge, sections=["map"])))
    sheet = document[0]
    width, height = sheet.get_size()
    text = sheet.get_textpage()
    for node in ridge.records.nodes:
        found = text.search(node.name)
        at = found.get_next()
        assert at is not None, node.name
        for k in range(at[0], at[0] + at[1]):
            left, bottom, right, top = text.get_charbox(k)
            assert 0 < left < right < width, node.name
            assert 0 < bottom < top < height, node.name
    document.close()


def test_slip_stands_beside_the_date_that_it_runs_from(ridge: Programme) -> None:
    made = brief(ridge)
    grid = table(made, "promised")
    say = made.language.say
    assert grid.columns[3:6] == (
        say("column-first-promised"),
        say("column-promised-on", date="2025-06-10"),
        say("column-promised-now"),
    )
    row = next(r for r in grid.rows if r[0] == "R1")
    assert row[3:6] == ("2024", "2027-06", "2027-06")
    assert (row[8], grid.right) == ("911", (8,)), "from 31 December 2024 to 30 June 2027"


@pytest.mark.parametrize("code", list(LANGUAGES))
def test_the_first_promise_and_the_one_held_last_time_have_their_own_words(code: str) -> None:
    say = Language(code).say
    names = {say("column-first-promised"), say("column-promised-on", date=""), say("column-promised-now")}
    assert len(names) == 3


def test_a_month_is_shown_as_a_month(ridge: Programme) -> None:
    assert ("2025-10", "R1") in {row[:2] for row in table(brief(ridge), "changed").rows}
    soon = brief(ridge, sections=["expiring"], on=dt.date(2027, 5, 1))
    assert table(soon, "expiring").rows[-1][0] == "2027-06"
    assert next(r for r in table(brief(ridge), "cost").rows if r[0] == "R1")[3] == "2027-06"


def test_what_is_claimed_without_a_test_is_not_to_be_verified_against_one(ridge: Programme) -> None:
    bare = [
        c.model_copy(update={"acceptance_test": "", "kind": "handshake"}) if c.id == "R5" else c
        for c in ridge.records.commitments
    ]
    claimed = [e for e in ridge.records.evidence if e.id != "R5.e2"]
    for code in LANGUAGES:
        say = Language(code).say
        given = {"id": "R5", "title": "Customs data exchange" + ("" if code == "en" else " [en]")}
        for rows, key in ((list(ridge.records.commitments), "decision-verify"), (bare, "decision-name-test")):
            made = brief(
                with_rows(ridge, evidence=claimed, commitments=rows), language=code, sections=["decisions"]
            )
            line = next(
                w for w in words(made) if w.startswith(say(key, **given, party="\x00").split("\x00")[0])
            )
            assert "R5" in line


def test_nothing_is_said_of_what_is_not_valued_where_all_is(ridge: Programme) -> None:
    say = Language("en").say
    start = tuple(say(f"limit-{key}", names="")[:-1] for key in ("not-valued", "undated"))
    assert [w for w in words(brief(ridge)) if w.startswith(start)] == [say("limit-undated", names="R4")]
    kept = [c for c in ridge.records.commitments if c.id in ("R1", "R2")]
    only = {
        name: [r for r in ridge.records.rows(name) if getattr(r, "commitment", "R1") in ("R1", "R2")]
        for name in ("effects", "evidence", "date_changes", "date_requests", "milestones", "durations")
    }
    waits = [d for d in ridge.records.dependencies if {d.predecessor, d.successor} <= {"R1", "R2"}]
    all_valued = with_rows(ridge, commitments=kept, dependencies=waits, **only)
    assert not [c for c in all_valued.calls() if c.cost_of_a_day_musd is None]
    assert not [w for w in words(brief(all_valued)) if w.startswith(start)]


@pytest.mark.parametrize("code", ["en", "fa"])
def test_the_workbook_holds_numbers_as_numbers_and_text_as_text(ridge: Programme, code: str) -> None:
    rows = [c.model_copy(update={"title": "=1+1"}) if c.id == "R1" else c for c in ridge.records.commitments]
    made = brief(with_rows(ridge, commitments=rows), language=code)
    book = openpyxl.load_workbook(io.BytesIO(xlsx(made)))
    cost = table(made, "cost")
    sheet = next(s for s in book.worksheets if [c.value for c in s[1]] == list(cost.columns))
    dear = {c.commitment: c for c in ridge.calls() if c.cost_of_a_day_musd is not None}
    seen = 0
    for cells in sheet.iter_rows(min_row=2):
        call = dear[str(cells[0].value)]
        assert cells[4].value == call.days_late
        assert cells[5].value == pytest.approx(1000 * (call.cost_of_a_day_musd or 0))
        assert {cells[4].data_type, cells[5].data_type} == {"n"}
        assert cells[5].number_format == "#,##0"
        seen += 1
    assert seen == len(dear) > 1
    titles = [
        c for s in book.worksheets for line in s.iter_rows() for c in line if str(c.value).startswith("=1+1")
    ]
    assert titles
    assert {c.data_type for c in titles} == {"s"}


def test_the_map_numbers_what_effects_name_and_speaks_of_numbers_only_then(ridge: Programme) -> None:
    say = Language("en").say
    plain = [c.model_copy(update={"network_ref": ()}) for c in ridge.records.commitments]
    by_effects = with_rows(ridge, commitments=plain)
    assert {m["id"]: m["about"] for m in milepost.corridor_map(by_effects).marked}.items() >= {
        ("R1", "VALE-SUMMIT"),
        ("R3", "GATE"),
    }
    made = brief(by_effects, sections=["map"])
    assert words(made)[0].endswith(say("map-legend-numbers"))
    none = brief(with_rows(ridge, commitments=plain, effects=[]), sections=["map"])
    assert words(none)[0] == say("map-legend")
    drawn = next(b for b in none.sections[0].blocks if isinstance(b, Picture))
    assert drawn.alt == say("map-alt")


def test_restrictions_that_are_in_the_numbers_are_named(ridge: Programme) -> None:
    say = Language("en").say
    assert say("limit-model") in words(brief(ridge, sections=["limits"]))
    early = PartialDate("2025-12-01")
    rows = [
        r.model_copy(update={"starts": early, "ends": None}) if r.id == "X1" else r
        for r in ridge.records.restrictions
    ]
    said = words(brief(with_rows(ridge, restrictions=rows), sections=["limits"]))
    assert say("limit-restricted", names="X1") in said
    assert say("limit-model") not in said
