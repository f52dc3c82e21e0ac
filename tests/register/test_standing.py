"""Late and never moved, on time and moved often, firm and only considered: told apart where shown."""

from __future__ import annotations

import datetime as dt
import random
import re
from dataclasses import replace

import pytest
from random_worlds import status_world

import milepost
from milepost.errors import WrongUse
from milepost.languages import LANGUAGES, Language, Said
from milepost.programme import Programme
from milepost.records import DateChange, PartialDate
from milepost.register.answers import StatusReport
from milepost.register.status import FIRMNESS, by_firmness, headline, milestone_status, status
from milepost.report.brief import brief
from milepost.report.brief.blocks import Grid
from milepost.report.standing import conflict_shown, firmness_shown, slip_shown, timing_shown
from torture import first_seed, many, tortured

ENGLISH = Language("en")


def promised(*dates: tuple[str, str], on: str = "2026-01-01") -> Programme:
    """Ridge with R1 promised for these days, each as announced on a day, and nothing reported."""
    opened = milepost.open(milepost.example("ridge"))
    changes = [
        DateChange(
            id=f"d{n}",
            commitment="R1",
            announced_on=PartialDate(told),
            promised_for=PartialDate(day),
            basis="assumed",
        )
        for n, (told, day) in enumerate(dates)
    ]
    settings = opened.settings.model_copy(update={"base_date": dt.date.fromisoformat(on)})
    records = replace(opened.records.with_rows(date_changes=changes, evidence=()), settings=settings)
    return replace(opened, records=records)


def shown(programme: Programme) -> tuple[str, str]:
    found = programme.status()[0]
    return timing_shown(ENGLISH, found), slip_shown(ENGLISH, found)[0]


def test_late_and_never_moved_is_no_slip_of_nothing() -> None:
    assert shown(promised(("2015", "2017-02-08"))) == ("late", "3,249 days late")
    assert shown(promised(("2015", "2030"))) == ("on time", "–")
    assert shown(promised(("2015", "2017"), ("2018", "2030"))) == ("on time, moved 1×", "4,748")
    late = shown(promised(("2015", "2017"), ("2017", "2018"), ("2018", "2025-12-31")))
    assert late == ("late", "2,922, 1 days late")
    assert shown(promised()) == ("no date", "–")


@tortured(many(60, 600))
def test_on_time_is_never_said_alone_of_what_was_moved() -> None:
    looked = 0
    for seed in range(first_seed(0), first_seed(0) + many(60, 600)):
        records, on = status_world(seed)
        for found in status(records, on):
            if found.redated and found.timing == "on time":
                assert f"moved {found.redated}×" in timing_shown(ENGLISH, found)
                looked += 1
            words, number = slip_shown(ENGLISH, found)
            assert words != "0" or found.redated or found.closed
            assert (number is None) == (words == "–")
    assert looked


def firm(programme: Programme, seed: int = 3) -> Programme:
    rng = random.Random(seed)
    rows = [
        c.model_copy(update={"firmness": rng.choice(FIRMNESS)})
        for c in programme.records.commitments
        for _ in "ab"
    ]
    rows = [c.model_copy(update={"id": f"{c.id}{n}"}) for n, c in enumerate(rows)]
    return replace(programme, records=programme.records.with_rows(commitments=rows))


def test_each_degree_of_firmness_has_its_own_four_shares_and_they_add_up() -> None:
    for seed in range(8):
        programme = firm(milepost.open(milepost.example("ridge")), seed).for_register()
        on = programme.settings.base_date
        statuses = status(programme.records, on)
        found = by_firmness(programme.records, statuses, on)
        degrees = {c.id: c.firmness for c in programme.records.commitments}
        assert [name for name, _ in found] == [f for f in FIRMNESS if f in degrees.values()]
        for name, head in found:
            assert head == headline([s for s in statuses if degrees[s.commitment] == name], on)
        whole = programme.headline()
        for state, count in whole.counts.items():
            assert sum(h.counts[state] for _, h in found) == count
        told = programme.status_report().as_dict()
        assert sum(row["commitments"] for row in told["by_firmness"]) == whole.commitments
        assert {row["firmness"] for row in told["commitments"]} == {f or None for f in degrees.values()}
        assert {c.firmness for c in programme.calls()} <= set(degrees.values())


@pytest.mark.parametrize("code", list(LANGUAGES))
def test_a_brief_counts_what_is_firm_and_what_is_considered_apart(code: str) -> None:
    opened = milepost.open(milepost.example("ridge"))
    rows = list(opened.records.commitments)
    rows[0] = rows[0].model_copy(update={"firmness": "legal duty"})
    rows[1] = rows[1].model_copy(update={"firmness": "considered"})
    records = opened.records.with_rows(commitments=rows)
    made = brief(replace(opened, records=records), language=code, sections=("summary", "promised"))
    say = Language(code)
    summary = " ".join(made.sections[0].blocks[0].items)  # type: ignore[union-attr]
    for degree in ("legal duty", "considered", ""):
        assert firmness_shown(say, degree) in summary
    grids = [b for s in made.sections for b in s.blocks if isinstance(b, Grid)]
    grid = next(b for b in grids if b.rows[0][0] == "R1")
    states = {row[0]: row[6] for row in grid.rows}
    assert firmness_shown(say, "considered") in states["R2"]
    assert firmness_shown(say, "legal duty") not in states["R1"]
    nothing = brief(opened, language=code)
    assert firmness_shown(say, "") not in " ".join(nothing.sections[0].blocks[0].items)  # type: ignore[union-attr]


def test_two_days_side_by_side() -> None:
    programme = milepost.open(milepost.example("ridge"))
    found = programme.since("2025-06-01")
    by = {(d.commitment, d.what): (d.before, d.after) for d in found.differences}
    assert by["R1", "delivery"] == ("no evidence", "substantial")
    assert by["R3", "days late"] == (None, "185")
    assert ("R5", "delivery") not in by
    for bad in ("2026-01-01", "2027-01-01"):
        with pytest.raises(WrongUse, match="must lie before"):
            programme.since(bad)


@tortured(many(60, 300))
def test_between_two_days_differs_what_the_two_statuses_differ_in() -> None:
    looked = 0
    for seed in range(first_seed(0), first_seed(0) + many(60, 300)):
        records, on = status_world(seed)
        earlier = on - dt.timedelta(days=400)
        days = ((d, status(records, d), milestone_status(records, d)) for d in (earlier, on))
        before, after = (StatusReport.of(records, *day, ()) for day in days)
        found = after.since(before)
        then = {s.commitment: s for s in status(records, earlier)}
        for now in status(records, on):
            told = {d.what for d in found.differences if d.commitment == now.commitment and not d.milestone}
            assert ("delivery" in told) == (then[now.commitment].delivery != now.delivery)
            moved = then[now.commitment].latest_promised != now.latest_promised
            assert bool({"date", "first promise"} & told) == moved
            looked += len(told)
        assert found.before == headline(then.values(), earlier)
    assert looked > 50


def conflicts() -> tuple[Said, ...]:
    """One of each kind."""
    less = {"early_on": "2024-01-10", "early": "e0", "late_on": "2024-02", "late": "e1"}
    return (
        Said("conflict-dates", on="2020-05-01", first_on="2024", other_on="2025-03"),
        Said("conflict-stopped", delivered="e6", stopped="e5"),
        Said("conflict-disputed", report="e5", by="e6", text="…"),
        Said("conflict-disputed-bare", report="e5", by="e6"),
        Said("conflict-less", before="52.5", after="21", **less),
        Said("conflict-less-of", before="52.5", after="21", what="…", **less),
    )


@pytest.mark.parametrize("code", [c for c in LANGUAGES if c != "en"])
def test_a_contradiction_is_said_in_the_readers_language_and_calendar(code: str) -> None:
    say = Language(code)
    for conflict in conflicts():
        shown = conflict_shown(say, conflict)
        assert shown != str(conflict)
        assert all(
            str(v) in shown for k, v in conflict.values.items() if k in ("early", "late", "report", "by")
        )
        words = re.findall(r"[A-Za-z]{2,}", shown)
        assert code == "fr" or not words, shown
        assert "2024-01-10" not in shown
    if code == "fa":
        assert "۱۴۰۲/۱۰/۲۰" in conflict_shown(say, conflicts()[4])
        assert "۵۲٫۵" in conflict_shown(say, conflicts()[4])
