"""One letter a person and week: however many promises there are, whatever days it is asked on."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace

import pytest

import milepost
from milepost.errors import WrongUse
from milepost.languages import LANGUAGES
from milepost.programme import Programme
from milepost.records import Commitment, Contact, DateChange, PartialDate, Policy
from milepost.report.digests import digests
from milepost.report.letters import message

MONDAY = dt.date(2027, 3, 1)


def office(ident: str, party: str, role: str, email: str, language: str = "en") -> Contact:
    return Contact(id=ident, party=party, role=role, email=email, language=language, basis="assumed")


def world(number: int, **policy: object) -> Programme:
    """So many promises of three parties, due around a Monday, and one person who speaks for two of them."""
    opened = milepost.open(milepost.example("ridge"))
    model = opened.records.commitments[0]
    rows: list[Commitment] = []
    dates: list[DateChange] = []
    for n in range(number):
        party = ("XWV", "XRL", "XEM")[n % 3]
        rows.append(model.model_copy(update={"id": f"W{n}", "title": f"Promise {n}", "owed_by": (party,)}))
        due = PartialDate((MONDAY + dt.timedelta(days=n % 60 - 30)).isoformat())
        dates.append(
            DateChange(
                id=f"d{n}",
                commitment=f"W{n}",
                announced_on=PartialDate("2025"),
                promised_for=due,
                basis="assumed",
            )
        )
    contacts = [
        office("a", "XWV", "focal point", "anna@corridor.example", "ru"),
        office("b", "XRL", "focal point", "Both@corridor.example", "fa"),
        office("c", "XEM", "focal point", "both@corridor.example", "ar"),
        office("d", "XWV", "approver", "anna@corridor.example", "ru"),
    ]
    records = opened.records.with_rows(
        commitments=rows, date_changes=dates, contacts=contacts, evidence=(), effects=(), milestones=(),
        dependencies=(), durations=(), costs=(), meetings=(), nodes=(), links=(),
    )  # fmt: skip
    rules = Policy(requests_since=dt.date(2030, 1, 1), **policy)
    return replace(opened, records=replace(records, policy=rules)).for_register()


def test_five_hundred_promises_make_one_letter_a_person() -> None:
    programme = world(500)
    found = digests(programme, on=MONDAY)
    to = Counter(d.to.lower() or f"{d.party} {d.addressee}" for d in found)
    assert to
    assert max(to.values()) == 1
    assert {"anna@corridor.example", "both@corridor.example"} <= set(to)
    assert len(found) < 8
    assert all(len(d.notices) <= 20 for d in found)
    assert any(d.more > 20 for d in found)
    both = next(d for d in found if d.to == "Both@corridor.example")
    assert {n.party for n in both.notices} == {"XRL", "XEM"}
    assert len(both.notices) + both.more == len({n.item for n in _all(programme, "XRL", "XEM")})
    assert str(both.language) == "fa"
    assert message(both, "register@corridor.example")["Content-Language"] == "fa"


def _all(programme: Programme, *parties: str) -> list[milepost.follow_up.Notice]:
    found, _, _ = programme.week_of_notices(MONDAY)
    return [n for n in found if n.party in parties and any(c.role == "focal point" for c in n.contacts)]


def test_the_dearest_comes_first_and_the_limit_is_the_policys() -> None:
    opened = milepost.open(milepost.example("ridge"))
    soon = {"promised_for": PartialDate("2026-01-08")}
    records = opened.records.with_rows(
        date_changes=[d.model_copy(update=soon) for d in opened.records.date_changes],
        contacts=[office("x", p, "focal point", "x@y.example") for p in ("XWV", "XRL", "XEM")],
    )
    near = replace(opened, records=replace(records, policy=Policy(reminder_days=(-3, -2, 0, 1, 2, 3))))
    (one,) = digests(near, on=dt.date(2026, 1, 5))
    calls = [c for c in near.calls(dt.date(2026, 1, 5)) if not c.milestone]
    dear = {c.commitment: c.net_of_a_day_musd or 0.0 for c in calls}
    told = [dear[n.item] for n in one.notices if n.kind != "brief"]
    assert len(told) > 2
    assert told == sorted(told, reverse=True)
    assert told[0] > 0
    short = replace(near, records=replace(records, policy=Policy(reminder_days=(-3, 0, 3), digest_items=1)))
    (few,) = digests(short, on=dt.date(2026, 1, 5))
    assert len(few.notices) == 1
    assert few.more == len(one.notices) - 1
    assert f"And {few.more} more" in few.text


def test_nothing_falls_between_two_weeks_and_nothing_is_told_twice() -> None:
    programme = world(60, digest_day="Thursday")
    start, days = dt.date(2027, 1, 1), 120

    def told(step: int) -> Counter[tuple[str, str, str, dt.date]]:
        seen: Counter[tuple[str, str, str, dt.date]] = Counter()
        for number in range(step, days + 1, step):
            on = start + dt.timedelta(days=number)
            found, day, _ = programme.week_of_notices(on, on - dt.timedelta(days=step))
            assert not found or day.weekday() == 3
            seen.update((n.item, n.kind, n.addressee, n.day) for n in found)
        return seen

    daily, weekly, rarely = told(1), told(8), told(40)
    assert daily
    assert set(daily.values()) == {1}
    assert set(rarely.values()) == {1}
    assert set(weekly) == set(daily)
    planned = {
        (n.item, n.kind, n.addressee, n.day)
        for n in programme.notices(start + dt.timedelta(days=100), start + dt.timedelta(days=15))
    }
    assert planned <= set(daily)


def test_on_other_days_it_says_when_the_next_ones_go_out() -> None:
    programme = world(10)
    none = digests(programme, on=MONDAY + dt.timedelta(days=3), since=MONDAY)
    assert len(none) == 0
    assert none.next_day == MONDAY + dt.timedelta(days=7)
    late = digests(programme, on=MONDAY + dt.timedelta(days=3))
    assert {d.day for d in late} == {MONDAY}
    with pytest.raises(WrongUse, match="no party 'XXX'"):
        digests(programme, party="XXX")


@pytest.mark.parametrize("code", list(LANGUAGES))
def test_every_kind_is_said_in_every_language(code: str) -> None:
    programme = world(60)
    contacts = [c.model_copy(update={"language": code}) for c in programme.records.contacts]
    spoken = replace(programme, records=programme.records.with_rows(contacts=contacts))
    found = [d for d in digests(spoken, on=MONDAY, intake=True) if d.to]
    assert {n.kind for d in found for n in d.notices} >= {"reminder", "escalation", "work plan"}
    for digest in found:
        assert digest.language == code
        english = [w for w in ("promised", "late", "owner", "please") if w in digest.text]
        assert bool(english) == (code == "en")
