"""Several programmes seen together: one line each, and what waits for a person in all of them."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from milepost.acts.persons import Person
from milepost.acts.proposals import Proposal, proposals
from milepost.acts.rights import ACTS, is_same_person
from milepost.errors import MilepostError, Unavailable
from milepost.report.digests import Digest, Digests, digests
from milepost.web.answers.base import Row
from milepost.web.answers.commitments import Commitment
from milepost.web.answers.together import ProgrammeAtAGlance, Waiting, WeeklyLetter
from milepost.web.state import State, Valued
from milepost.web.views.commitments import register

_LOG = logging.getLogger("milepost.web")
_CLAIMS = ("delivered", "in effect")  # what claims that something is done can meet a test
_SENDS = ("secretariat", "local")  # roles that send the letters


def at_a_glance(state: State, key: str, href: str, person: Person, lang: str = "") -> ProgrammeAtAGlance:
    """One programme in one line, for a reader. One that cannot be read says so, and raises nothing."""
    line: dict[str, Any] = _UNKNOWN | {"key": key, "href": href, "title": key}
    try:
        valued = state.current()
        line |= {"title": valued.programme.in_language(lang).settings.title if lang else _title(valued)}
        line |= {"day": valued.day, "findings": len(valued.findings)}
        if valued.findings:
            first = valued.findings[0]
            line |= {"state": "faulty", "fault": f"{first.file}: {first.message}. {first.remedy}"}
        else:
            line |= _counts(state, valued, lang)
            line["waiting"] = len(waiting(state, key, href, person))
        if state.away_since is not None:
            line |= {"state": "away", "fault": Unavailable("").public}
    except Unavailable as fault:
        line |= {"state": "away", "fault": fault.public}
    except MilepostError as fault:
        line |= {"state": "faulty", "fault": str(fault)[:500]}
    except Exception as fault:  # whatever is wrong with one programme, the others are shown
        _LOG.exception("programme %s cannot be shown", key)
        line |= {"state": "faulty", "fault": f"milepost failed to read it ({type(fault).__name__})."}
    return ProgrammeAtAGlance.model_validate(line)


_UNKNOWN: dict[str, Any] = {
    "state": "good",
    "fault": "",
    "findings": 0,
    "day": None,
    "value_musd_per_year": None,
    "stale": False,
    "commitments": None,
    "closed": None,
    "overdue": None,
    "next_day": None,
    "next_what": "",
    "next_title": "",
    "waiting": 0,
}


def waiting(state: State, key: str, href: str, person: Person, lang: str = "") -> tuple[Waiting, ...]:
    """What waits for a person in one programme: only what the role may do, and never what only another
    person may. What cannot be read holds nothing."""
    try:
        valued = state.current()
        if valued.findings:
            return ()
        rows = register(valued).commitments
        titles = _titles(valued, lang)
        made = [
            *_rows(rows, person, titles),
            *_proposed(state, valued, person),
            *_letters(valued, person),
        ]
    except MilepostError:
        return ()
    whose = {"programme": key, "programme_title": _title(valued)}
    return tuple(Waiting.model_validate(whose | row | {"href": href + row["href"]}) for row in made)


def _title(valued: Valued) -> str:
    return valued.programme.settings.title


def _titles(valued: Valued, lang: str) -> dict[str, str]:
    """Titles of commitments and meetings in a language."""

    def make() -> dict[str, str]:
        said = valued.programme.in_language(lang) if lang else valued.programme
        records = said.records
        return {r.id: r.title for r in records.commitments} | {m.id: m.title for m in records.meetings}

    found: dict[str, str] = valued.once(f"titles {lang}", make)
    return found


def _counts(state: State, valued: Valued, lang: str) -> dict[str, Any]:
    rows = register(valued).commitments
    value, stale = _value(state)
    day, what = min(_dated(valued, rows), default=(None, ""))
    return {
        "value_musd_per_year": value,
        "stale": stale,
        "commitments": len(rows),
        "closed": sum(c.closed for c in rows),
        "overdue": sum(not c.closed and c.overdue_days > 0 for c in rows),
        "next_day": day,
        "next_what": what,
        "next_title": _titles(valued, lang).get(what, ""),
    }


def _dated(valued: Valued, rows: list[Commitment]) -> Iterator[tuple[dt.date, str]]:
    """Days to come, with what is due or held on each."""
    for c in rows:
        if not c.closed and c.due and not c.overdue_days:
            yield c.due, c.id
    for m in valued.programme.records.meetings:
        if m.date and m.date.first >= valued.day:
            yield m.date.first, m.id


def _value(state: State) -> tuple[float | None, bool]:
    """V of everything valued, of this run or else of the one before."""
    if state.good is not None:
        return float(state.good.shares.total.sum()), state.good is not state.current()
    kept = state.last_run.answers.get("/values") if state.last_run else None
    return (sum(kept["shares"]["total"]), True) if kept else (None, False)


def _may(person: Person, act: str) -> bool:
    return person.role in ACTS[act]


def _rows(rows: list[Commitment], person: Person, titles: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Requests, claims and what is overdue, as the page of one programme gathers them."""
    for c in rows:
        about = {"commitment": c.id, "title": titles[c.id], "days": 0, "href": f"#commitment/{quote(c.id)}"}
        if _may(person, "decide"):
            for r in map(Row.as_dict, c.requests):
                if r["decision"] == "pending" and not (person.party and r["asked_by"] == person.party):
                    yield about | _item("request", r["id"], r["asked_by"], r["new_date"])
        if _may(person, "confirm") and not c.closed:
            for e in map(Row.as_dict, c.evidence):
                if not e.get("meets_test") and e["shows"] in _CLAIMS:
                    yield about | _item("claim", e["id"], "", e.get("reported_on", ""))
        mine = not person.party or person.party in c.owed_by
        if _may(person, "report") and mine and not c.closed and c.overdue_days > 0:
            owed = c.owed_by[0] if len(c.owed_by) == 1 else ""
            day = c.status.latest_promised or ""
            yield about | _item("report", c.id, owed, day) | {"days": c.overdue_days}


def _item(kind: str, ident: str, party: str, day: str) -> dict[str, Any]:
    return {"kind": kind, "id": ident, "party": party, "day": day}


def _proposed(state: State, valued: Valued, person: Person) -> Iterator[dict[str, Any]]:
    """Rows that another person proposes."""
    if not _may(person, "agree"):
        return
    held: list[Proposal] = valued.once("proposed", lambda: [*proposals(state.register)])
    for p in held:
        if p.state == "pending" and not is_same_person(person, [p.by]):
            about = {"commitment": "", "title": p.reason, "days": 0, "href": "#inbox"}
            yield about | _item("proposal", str(p.number), "", p.at[:10])


def letters(state: State, person: Person) -> tuple[WeeklyLetter, ...]:
    """The letters of the week that a person may read, as they would be sent."""
    valued = state.current()
    mine = () if valued.findings else _mine(valued, person)
    told = (letter.as_dict() for letter in mine)
    return tuple(WeeklyLetter(**{k: row[k] for k in WeeklyLetter.model_fields}) for row in told)


def _mine(valued: Valued, person: Person) -> Iterator[Digest]:
    """The letters of the week: all to who sends them, and to a party its own."""
    sends = person.role in _SENDS
    if sends or person.party:
        held: Digests = valued.once(
            "letters", lambda: digests(valued.programme.for_register(), on=valued.day)
        )
        yield from (letter for letter in held if sends or letter.party == person.party)


def _letters(valued: Valued, person: Person) -> Iterator[dict[str, Any]]:
    for letter in _mine(valued, person):
        if letter.sent is not None:
            continue
        about = {"commitment": "", "title": letter.subject, "days": 0, "href": "#inbox"}
        yield about | _item("letter", letter.addressee, letter.party, letter.day.isoformat())
