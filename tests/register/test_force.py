"""Entry into force: published cases through the programme's own tables, a plain twin, and the wrong answers
of bad lists."""

from __future__ import annotations

import calendar
import csv
import datetime as dt
import itertools
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from written_worlds import CO2_1990_GG, ON, TWO, act, slug, solve, stand, world

from milepost.errors import WrongUse
from milepost.records import Instrument, PartialDate, Records
from milepost.register.checks import findings
from milepost.register.force import NOT_EVIDENCED, Force, Offset, Rule, after, force, triggered
from opened import opened
from torture import cases

CODES = {
    "R": "ratification",
    "a": "accession",
    "A": "acceptance",
    "AA": "approval",
    "d": "succession",
    "s": "definitive signature",
}


def from_csv(path: Path) -> list[Instrument]:
    acts = []
    with path.open(encoding="utf-8") as file:
        rows = csv.reader(file)
        next(rows)
        for number, row in enumerate(rows):
            found = re.match(r"^(\d{1,2} \w{3} \d{4})(?: (\w+))?$", row[2].strip())
            if found:
                day = dt.datetime.strptime(found[1], "%d %b %Y").date()
                acts.append(act(number, slug(row[0]), CODES[found[2] or "R"], day.isoformat()))
    assert len(acts) > 100
    return acts


def case(shared: Path, name: str) -> dict[str, Any]:
    cases = json.loads((shared / "data/register/entry_into_force.json").read_text(encoding="utf-8"))["cases"]
    return next(c for c in cases if c["id"] == name)


def acts_of(shared: Path, found: dict[str, Any]) -> list[Instrument]:
    if isinstance(found["instruments"], str):
        return from_csv(shared / "data/register" / found["instruments"])
    acts = []
    for number, (party, date, code, *times) in enumerate(found["instruments"]):
        for copy in range(times[0] if times else 1):
            # in this file 'A' stands for accession; 20 earlier acts are dated no later than a day
            kind = "accession" if code == "A" else CODES[code]
            acts.append(
                act(
                    1000 * number + copy,
                    slug(party) + (f"-{copy}" if times else ""),
                    kind,
                    date.removeprefix("<="),
                )
            )
    return acts


@pytest.mark.parametrize(
    "name", ["cmr-1956", "tir-1959", "kyoto-1997", "afcfta-2018", "rome-1998", "mineban-1997"]
)
def test_published_cases(shared: Path, name: str) -> None:
    found = case(shared, name)
    answer = solve(world(acts_of(shared, found), found["rule"]))
    assert answer.state == "in force"
    assert answer.basis == "computed"
    assert answer.in_force == found["expected"]["in_force"]
    assert str(answer.trigger_date) == found["expected"]["trigger"][:10]
    dates = {p.party: p.in_force for p in answer.parties}
    for party, date in found["expected"].get("per_party", {}).items():
        assert dates[party] == date
    assert any("trigger met" in line for line in answer.working)
    # and the same from the plain data of the file, through Rule.of
    total = sum(CO2_1990_GG.values())
    rule = Rule.of(
        found["rule"], {"Annex I 1990 CO2": {slug(n): 100 * w / total for n, w in CO2_1990_GG.items()}}
    )
    met = triggered(rule, acts_of(shared, found), {})
    assert met is not None
    assert str(after(met[0], rule.offset)) == answer.in_force


def test_kyoto_weights_and_parties(shared: Path) -> None:
    assert sum(CO2_1990_GG.values()) == 13_728_306  # the total that the annex prints
    found = case(shared, "kyoto-1997")
    records = world(acts_of(shared, found), found["rule"])
    assert solve(records).trigger_parties == ("Russian-Federation",)
    count_only = {"trigger": {"count_at_least": 55}, "offset": {"n": 0, "convention": "same_day"}}
    answer = solve(world(acts_of(shared, found), count_only))
    assert str(answer.trigger_date) == "2002-05-23"
    assert answer.trigger_parties == ("Iceland",)
    early = force(records, dt.date(2004, 1, 1))[0]
    assert early.state == "signed"
    known = force(records, dt.date(2004, 1, 1), dt.date(2004, 1, 1))[0]
    assert known.in_force is None
    assert "weight 4" in known.working[0]


def test_vanished_states_count_and_lists_of_today_mislead(shared: Path) -> None:
    found = case(shared, "cmr-1956")
    acts = [*acts_of(shared, found), act(99, "IRN", "accession", "1998-09-17")]
    yugoslavia = {slug("Yugoslavia (SFR)"): {"existed_until": PartialDate("1992-04-27")}}
    records = world(acts, found["rule"], **yugoslavia)
    answer = solve(records)
    assert answer.as_dict()["in_force"] == "1961-07-02"
    assert answer.as_dict()["per_party"]["IRN"] == "1998-12-16"
    assert answer.as_dict()["trigger"] == {"date": "1961-04-03", "party": "Italy"}
    assert {p.party: p.state for p in answer.parties}[slug("Yugoslavia (SFR)")] == "terminated"
    # the documented wrong answer, when history is switched off
    assert solve(records, history=False).in_force == "1962-02-05"


def test_a_re_acceptance_does_not_overwrite_the_first(shared: Path) -> None:
    rule = {
        "trigger": {"count_at_least": 2},
        "offset": {"n": 30, "unit": "day", "convention": "nth_day_after"},
    }
    acts = [
        act(1, "P", "ratification", "2000-01-10"),
        act(2, "Q", "ratification", "2000-03-01"),
        act(3, "P", "withdrawal", "2005-01-01", takes_effect="2006-01-01"),
        act(4, "P", "acceptance", "2010-05-05"),
        act(5, "R", "ratification", "2001-01-01"),
    ]
    rule["per_party"] = {"n": 30, "unit": "day", "convention": "nth_day_after"}
    answer = solve(world(acts, rule))
    assert answer.in_force == "2000-03-31"
    assert {p.party: p.in_force for p in answer.parties} == {
        "P": "2010-06-04",
        "Q": "2000-03-31",
        "R": "2001-01-31",
    }
    assert solve(world(acts, rule), history=False).in_force == "2001-01-31"
    gone = force(world(acts, rule), dt.date(2008, 1, 1), dt.date(2008, 1, 1))[0]
    assert {p.party: p.state for p in gone.parties}["P"] == "withdrawn"
    assert {p.party: p.state for p in force(world(acts, rule), dt.date(2005, 6, 1))[0].parties}[
        "P"
    ] == "in force"


def test_counting_conventions() -> None:
    day = dt.date(2019, 4, 29)
    assert str(after(day, Offset(30, "day", "nth_day_after"))) == "2019-05-29"  # the trap of AfCFTA
    assert str(after(day, Offset(30, "day", "after_elapsed_days"))) == "2019-05-30"
    assert str(after(dt.date(2024, 1, 31), Offset(1, "month", "months_after"))) == "2024-02-29"
    assert str(after(dt.date(2002, 4, 2), Offset(60, "day", "first_of_month_after_nth_day"))) == "2002-07-01"
    assert (
        str(after(dt.date(1998, 9, 16), Offset(6, "month", "first_of_nth_month_after_month_of")))
        == "1999-03-01"
    )
    assert str(after(day, Offset(1, "year", "months_after", dt.date(2021, 1, 1)))) == "2021-01-01"


def test_corrections_and_two_times() -> None:
    rule = {
        "trigger": {"count_at_least": 1},
        "offset": {"n": 10, "unit": "day", "convention": "nth_day_after"},
    }
    acts = [
        act(1, "P", "ratification", "2020-01-10", known_on="2020-02-01"),
        act(2, "P", "ratification", "2020-01-20", known_on="2021-06-01", corrects="i1"),
    ]
    records = world(acts, rule)
    assert solve(records).in_force == "2020-01-30"
    assert solve(records, known_on=dt.date(2021, 1, 1)).in_force == "2020-01-20"
    assert solve(records, known_on=dt.date(2020, 1, 15)).in_force is None


def test_organisations_successions_and_provisional_application() -> None:
    rule = {"trigger": {"count_at_least": 2}, "offset": {"convention": "same_day"}}
    acts = [
        act(1, "EU", "approval", "2001-01-01"),
        act(2, "P", "ratification", "2002-01-01"),
        act(3, "Q", "succession", "2003-01-01"),
        act(4, "R", "accession", "2004-01-01"),
        act(5, "S", "provisional application", "2001-06-01", until="2003-12-31"),
    ]
    union = {"EU": {"kind": "union"}, "Q": {"existed_from": PartialDate("1992-03-01")}}
    answer = solve(world(acts, rule, **union))
    assert answer.in_force == "2004-01-01"
    dates = {p.party: p for p in answer.parties}
    assert dates["Q"].in_force == "2004-01-01"  # nobody succeeds to what is not in force yet
    records = world(acts, rule, **union)
    counts = records.with_rows(
        force_rules=[r.model_copy(update={"organisation_counts": 1.0}) for r in records.force_rules]
    )
    assert solve(counts).in_force == "2002-01-01"
    assert {p.party: p.state for p in force(records, dt.date(2002, 1, 1))[0].parties}[
        "S"
    ] == "provisionally applied"


def test_months_stay_intervals_and_unknown_stays_unknown() -> None:
    rule = {
        "trigger": {"count_at_least": 1},
        "offset": {"n": 5, "unit": "day", "convention": "nth_day_after"},
    }
    answer = solve(world([act(1, "P", "ratification", "2020-02")], rule))
    assert answer.in_force == "between 2020-02-06 and 2020-03-05"
    undated = solve(world([act(1, "P", "ratification", "")], rule))
    assert undated.in_force == NOT_EVIDENCED
    none = solve(world([act(1, "P", "signature", "2016-05-23")], None))
    assert (none.state, none.in_force, none.basis) == ("signed", NOT_EVIDENCED, NOT_EVIDENCED)
    later = solve(world([act(1, "P", "signature", "2016-05-23")], rule))
    assert (later.state, later.in_force) == ("signed", None)


def test_term_extension_supersession() -> None:
    records = world(
        [
            act(1, "P", "ratification", "2018-05-17"),
            act(2, "", "extension", "2022-03-14", takes_effect="2022-10-25", until="2027-12-31"),
            act(3, "", "suspension", "2024-01-01"),
            act(4, "", "resumption", "2024-06-01"),
            act(5, "", "supersession", "2025-05-15"),
        ],
        {"trigger": {"count_at_least": 1}, "offset": {"convention": "same_day"}},
    )
    records = records.with_rows(
        agreements=[records.agreements[0].model_copy(update={"expires": PartialDate("2022-10")})]
    )

    def at(day: str) -> str:
        return force(records, dt.date.fromisoformat(day))[0].state

    assert [
        at(d) for d in ("2018-01-01", "2022-06-01", "2023-01-01", "2024-02-01", "2024-07-01", "2025-06-01")
    ] == [
        "draft",
        "in force",
        "in force",
        "suspended",
        "in force",
        "superseded",
    ]
    late = [
        a if a.kind != "extension" else a.model_copy(update={"takes_effect": PartialDate("2023-01-01")})
        for a in records.instruments
    ]
    gap = records.with_rows(instruments=late)
    assert force(gap, dt.date(2022, 12, 1))[0].state == "terminated"


def test_rules_that_are_none() -> None:
    for bad in ({}, {"trigger": {"colour": 3}}, {"trigger": {"weight_at_least": 3, "weights": "x"}}):
        with pytest.raises(WrongUse):
            Rule.of(bad)
    assert Rule.of({"trigger": {"any": [{"decision": True}, {"all_of": ["P", "Q"]}]}}).alternatives[1][
        0
    ].among == {"P", "Q"}


def twin(days: list[tuple[str, dt.date]], need: int, wait: int) -> dt.date | None:
    """Count day by day, as a clerk would."""
    if not days:
        return None
    today = min(d for _, d in days)
    while today <= max(d for _, d in days):
        if len({p for p, d in days if d <= today}) >= need:
            for _ in range(wait):
                today += dt.timedelta(days=1)
            return today
        today += dt.timedelta(days=1)
    return None


@cases(50, 120)
@given(
    st.lists(
        st.tuples(st.sampled_from("PQRSTU"), st.dates(dt.date(2000, 1, 1), dt.date(2003, 1, 1))), max_size=9
    ),
    st.integers(1, 5),
    st.integers(0, 120),
    st.randoms(use_true_random=False),
)
def test_against_a_clerk_who_counts_day_by_day(
    days: list[tuple[str, dt.date]], need: int, wait: int, rng: Any
) -> None:
    acts = [act(n, p, "ratification", d.isoformat()) for n, (p, d) in enumerate(days)]
    rng.shuffle(acts)
    rule = {
        "trigger": {"count_at_least": need},
        "offset": {"n": wait, "unit": "day", "convention": "nth_day_after"},
    }
    records = world(acts, rule)
    answer = solve(records)
    want = twin(days, need, wait)
    assert answer.in_force == (want.isoformat() if want else None)
    # a law: what becomes known later never changes what was known before
    cut = dt.date(2001, 6, 1)
    early = replace(
        records, instruments=tuple(a for a in records.instruments if a.date and a.date.first <= cut)
    )
    assert force(records, ON, cut) == force(early, ON, cut)


def test_first_of_month_conventions_against_the_calendar() -> None:
    looked = 0
    for start, n in itertools.product(
        (dt.date(2001, 12, 31), dt.date(2004, 1, 31), dt.date(2003, 2, 28)), range(0, 130, 7)
    ):
        got = after(start, Offset(n, "day", "first_of_month_after_nth_day"))
        day = start + dt.timedelta(days=n)
        left = calendar.monthrange(day.year, day.month)[1] - day.day
        assert got == day + dt.timedelta(days=left + 1)
        looked += 1
    assert looked > 50


def test_north_south_says_what_is_evidenced() -> None:
    answers = {f.agreement: f for f in force(opened("north-south").records, ON)}
    assert answers["A04"].in_force == NOT_EVIDENCED
    assert answers["A04"].state == "signed"
    assert answers["A01"].in_force == "2002-05"
    assert answers["A01"].basis == "stated"
    assert {p.party: p.in_force for p in answers["A01"].parties}["KAZ"] == "2003-10-30"
    assert {p.party: p.state for p in answers["A07"].parties}["QAT"] == "withdrawn"
    assert answers["A06"].state == "superseded"
    assert answers["A05"].state == "in force"
    with_2021 = {f.agreement: f for f in force(opened("north-south").records, dt.date(2021, 6, 1))}
    assert with_2021["A06"].state == "in force"


def test_what_ended_before_the_entry_was_never_in_force() -> None:
    acts = [
        act(1, "P", "ratification", "1990-01-01"),
        act(3, "Q", "ratification", "2000-01-02"),
        act(4, "R", "ratification", "2001-01-02"),
    ]
    left = world([*acts, act(2, "P", "withdrawal", "1995-01-01")], TWO)
    assert stand(left, "2010-01-01")["P"] == ("withdrawn", None, None)
    assert "never in force" in force(left, ON)[0].parties[0].working
    gone = world(acts, TWO, P={"existed_until": PartialDate("1995-01-01")})
    assert stand(gone, "2010-01-01")["P"] == ("terminated", None, None)
    assert force(gone, ON)[0].in_force == "2000-02-01"  # its deposit counts, though it never saw the day
    assert force(left, ON)[0].in_force == "2001-02-01"  # a deposit that was withdrawn does not


def test_nobody_succeeds_to_what_is_not_in_force() -> None:
    acts = [act(1, "P", "succession", "1998-01-01"), act(2, "Q", "ratification", "2000-01-02")]
    born = {"P": {"existed_from": PartialDate("1993-01-01")}}
    assert stand(world(acts, TWO, **born), "2010-01-01")["P"][1] is None
    later = world([*acts, act(3, "R", "ratification", "2001-01-02")], TWO, **born)
    assert stand(later, "1999-01-01")["P"] == ("not evidenced", "2001-02-01", None)
    assert stand(later, "2010-01-01")["P"] == ("in force", "2001-02-01", None)


def test_parties_of_an_entry_known_to_the_month() -> None:
    acts = [
        act(1, "P", "ratification", "2000-01"),
        act(2, "Q", "ratification", "2000-03"),
        act(3, "R", "ratification", "2005-03-01"),
    ]
    answer = force(world(acts, TWO), ON)[0]
    assert answer.in_force == "between 2000-03-31 and 2000-04-30"
    assert {p.party: p.in_force for p in answer.parties} == {
        "P": answer.in_force,
        "Q": answer.in_force,
        "R": "2005-03-31",
    }


@pytest.mark.parametrize(
    ("again", "day", "want"),
    [
        (
            "2004-06-01",
            "2004-07-01",
            ("in force", "2000-02-01", "2005-01-01"),
        ),  # the notice has not taken effect
        ("2004-06-01", "2005-01-01", ("in force", "2005-01-01", None)),  # bound without a gap
        ("2004-06-01", "2010-01-01", ("in force", "2005-01-01", None)),
        ("2005-01-01", "2010-01-01", ("in force", "2005-01-31", None)),  # on the day of effect
        ("2005-01-01", "2005-01-15", ("signed", "2005-01-31", None)),
        ("2008-01-01", "2006-01-01", ("withdrawn", "2000-02-01", "2005-01-01")),
    ],
)
def test_who_accedes_again_is_bound_again(again: str, day: str, want: tuple[str, str, str | None]) -> None:
    acts = [
        act(1, "P", "ratification", "2000-01-01"),
        act(2, "Q", "ratification", "2000-01-02"),
        act(3, "P", "withdrawal", "2004-01-01", takes_effect="2005-01-01"),
        act(4, "P", "accession", again),
    ]
    assert stand(world(acts, TWO), day)["P"] == want


def test_a_withdrawal_known_to_the_year_claims_no_day() -> None:
    early, late = act(1, "P", "ratification", "2000-01-10"), act(3, "Q", "ratification", "2000-06-01")
    records = world([early, act(2, "P", "withdrawal", "2000"), late], TWO)
    answer = force(records, ON)[0]
    assert (answer.state, answer.in_force, answer.basis) == ("not evidenced", NOT_EVIDENCED, NOT_EVIDENCED)
    assert "after 2000-06-30" in answer.working[0]
    after_all = world([early, late, act(2, "P", "withdrawal", "2003")], TWO)
    assert stand(after_all, "2002-12-31")["P"] == ("in force", "2000-07-01", None)
    assert stand(after_all, "2003-06-01")["P"] == ("not evidenced", "2000-07-01", "2003")
    assert stand(after_all, "2003-12-31")["P"] == ("withdrawn", "2000-07-01", "2003")


def test_suspended_and_terminated_for_one_party() -> None:
    acts = [
        act(1, "P", "ratification", "2000-01-01"),
        act(2, "Q", "ratification", "2000-01-02"),
        act(3, "P", "suspension", "2005-01-01"),
        act(4, "P", "resumption", "2006-01-01"),
        act(5, "Q", "termination", "2007-01-01"),
    ]
    records = world(acts, TWO)

    def states(day: str) -> tuple[str, ...]:
        answer = force(records, dt.date.fromisoformat(day))[0]
        return (answer.state, *(p.state for p in answer.parties))

    assert states("2005-06-01") == ("in force", "suspended", "in force")
    assert states("2006-06-01") == ("in force", "in force", "in force")
    assert states("2008-01-01") == ("in force", "in force", "terminated")
    assert stand(records, "2008-01-01")["Q"][2] == "2007-01-01"


def test_provisional_application_begins_when_it_takes_effect() -> None:
    records = world([act(1, "P", "provisional application", "2000-01-01", takes_effect="2000-06-01")], TWO)
    assert [force(records, dt.date(2000, m, 1))[0].state for m in (3, 7)] == [
        "draft",
        "provisionally applied",
    ]
    assert stand(records, "2000-03-01")["P"][0] == "not evidenced"


def test_an_extension_without_an_end_goes_on() -> None:
    acts = [
        act(1, "P", "ratification", "2000-01-01"),
        act(2, "", "extension", "2005-01-01"),
        act(3, "", "extension", "2008-01-01", until="2012-12-31"),
    ]
    records = world(acts, {"trigger": {"count_at_least": 1}, "offset": {"convention": "same_day"}})
    records = records.with_rows(
        agreements=[records.agreements[0].model_copy(update={"expires": PartialDate("2005-12-31")})]
    )
    assert force(records, dt.date(2013, 1, 1))[0].state == "in force"


def test_a_date_with_an_open_side_gives_an_entry_with_an_open_side() -> None:
    first, last = act(1, "P", "ratification", "2000-01-10"), act(2, "Q", "ratification", "after 2000-06-01")
    answer = force(world([first, last], TWO), ON)[0]
    assert (answer.state, answer.in_force, answer.trigger_date) == ("not evidenced", "after 2000-07-01", None)
    assert force(world([first, last], TWO), dt.date(2000, 7, 1))[0].state == "signed"
    before = [
        act(1, "P", "ratification", "before 2000-06-01"),
        act(2, "Q", "ratification", "before 2000-01-01"),
    ]
    found = force(world(before, TWO), ON)[0]
    assert (found.state, found.in_force) == ("in force", "before 2000-07-01")
    # known by the day before which it was made, no earlier: nothing older is known of it
    assert (
        force(world(before, TWO), dt.date(1999, 1, 1), dt.date(1999, 1, 1))[0]
        .working[0]
        .endswith("0 of 2 parties")
    )


def test_waits_that_cannot_be_counted() -> None:
    records = world(
        [act(1, "P", "ratification", "2000-01-10"), act(2, "Q", "ratification", "2000-02-29")], TWO
    )

    def with_wait(**wait: Any) -> Records:
        return records.with_rows(force_rules=[r.model_copy(update=wait) for r in records.force_rules])

    for convention in ("months_after", "first_of_nth_month_after_month_of"):
        days = with_wait(offset=30, offset_unit="day", convention=convention)
        assert {(f.column, f.message) for f in findings(days)} == {
            ("offset_unit", f"30 days cannot be counted as {convention}")
        }
    with pytest.raises(WrongUse, match="30 days cannot be counted as months_after"):
        after(dt.date(2000, 1, 1), Offset(30, "day", "months_after"))
    years = Offset(2, "year", "first_of_nth_month_after_month_of")
    assert after(dt.date(2000, 2, 29), years) == dt.date(2002, 2, 1)
    far = with_wait(offset=9000, offset_unit="year", convention="months_after")
    assert {(f.column, f.message) for f in findings(far)} == {
        ("offset", "a wait of 9,000 years leaves the calendar")
    }
    for n in (300, 9000):
        with pytest.raises(WrongUse, match="leaves the calendar, which ends on 2200-12-31"):
            force(with_wait(offset=n, offset_unit="year", convention="months_after"), ON)


@st.composite
def imprecise(draw: Any) -> tuple[int, dict[str, list[tuple[str, dt.date, int]]]]:
    """A number of parties needed; of each party the true days of joining and leaving in turn, and how much of
    each is known."""
    lives = {}
    for party in "PQR":
        day, life = dt.date(2000, 1, 1), []
        for number in range(draw(st.integers(0, 3))):
            day += dt.timedelta(days=draw(st.integers(5, 200)))
            life.append(
                ("withdrawal" if number % 2 else "ratification", day, draw(st.sampled_from([4, 7, 10, 10])))
            )
        lives[party] = life
    return draw(st.integers(1, 3)), lives


@cases(120, 300)
@given(imprecise())
def test_the_interval_holds_the_true_day_whatever_was_forgotten_of_it(
    case: tuple[int, dict[str, list[tuple[str, dt.date, int]]]],
) -> None:
    need, lives = case
    rule = {"trigger": {"count_at_least": need}, "offset": {"convention": "same_day"}}

    def told(whole: bool) -> Force:
        numbers = itertools.count()
        acts = [
            act(next(numbers), party, kind, day.isoformat()[: 10 if whole else known])
            for party, life in lives.items()
            for kind, day, known in life
        ]
        return solve(world(acts, rule))

    truth, said = told(True).in_force, told(False)
    days = [d for life in lives.values() for _, d, _ in life]
    today = min(days, default=ON)
    clerk = None  # goes through the days and counts who is in
    while clerk is None and days and today <= max(days):
        inside = sum(
            bool(past) and past[-1] == "ratification"
            for past in ([k for k, d, _ in life if d <= today] for life in lives.values())
        )
        clerk = today if inside >= need else None
        today += dt.timedelta(days=1)
    assert truth == (clerk.isoformat() if clerk else None)
    if said.in_force == NOT_EVIDENCED:
        return  # it may have been met or not
    if said.in_force is None:
        assert truth is None, (need, lives)
        return
    ends = re.findall(r"\d{4}-\d{2}-\d{2}", said.in_force)
    assert truth is not None, (need, lives, said.in_force)
    assert ends[0] <= truth <= ends[-1], (need, lives, said.in_force)


def test_a_decision_that_triggers_is_named() -> None:
    rule = Rule.of({"trigger": {"all": [{"count_at_least": 1}, {"decision": True}]}})
    ratified, decided = act(1, "X", "ratification", "2001-05-01"), act(2, "", "decision", "2002-03-01")
    assert triggered(rule, [ratified, decided], {}) == (dt.date(2002, 3, 1), ("decision",))
    assert triggered(rule, [ratified], {}) is None
    # either will do, and both come on one day: neither was needed alone
    either = Rule.of({"trigger": {"any": [{"count_at_least": 1}, {"decision": True}]}})
    same_day = act(3, "", "decision", "2001-05-01")
    assert triggered(either, [ratified, same_day], {}) == (dt.date(2001, 5, 1), ("X", "decision"))
    assert triggered(either, [ratified, decided], {}) == (dt.date(2001, 5, 1), ("X",))
