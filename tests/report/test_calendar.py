"""What a calendar shows when titles, dates and meetings change: one and the same event, a step further."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

import milepost
from milepost.acts import meetings, rows
from milepost.acts.persons import at_the_terminal
from milepost.acts.writing import Register
from milepost.languages import LANGUAGES, Language
from milepost.programme import Programme
from milepost.records import Meeting, PartialDate
from milepost.report.brief import brief
from milepost.report.calendar import calendar, programme_key
from milepost.report.corridor_map import corridor_map
from milepost.report.letters import letters

WHO = at_the_terminal("secretariat")


@pytest.fixture
def ridge(tmp_path: Path) -> Path:
    shutil.copytree(milepost.example("ridge"), tmp_path / "ridge")
    return tmp_path / "ridge"


def events(programme: Programme) -> dict[str, Any]:
    found = {}
    for event in Calendar.from_ical(calendar(programme)).walk("VEVENT"):
        assert str(event["UID"]) not in found
        found[str(event["UID"])] = event
    return found


def changed(path: Path, table: str, ident: str, cells: dict[str, str]) -> dict[str, Any]:
    rows.set_cells(Register(path), WHO, (table, ident), cells, how="change", reason="changed")
    return events(milepost.open(path))


def test_an_event_keeps_its_id_and_goes_a_step_further_whatever_changes(ridge: Path) -> None:
    before = events(milepost.open(ridge))
    meeting = next(u for u in before if u.startswith("meeting-"))
    ident = meeting.partition("@")[0].removeprefix("meeting-")
    due = next(u for u in before if u.startswith("due-R1@"))
    moved = changed(ridge, "meetings", ident, {"date": "2026-09-01"})
    assert set(moved) == set(before)
    assert moved[meeting]["DTSTART"].dt == dt.date(2026, 9, 1)
    assert int(moved[meeting]["SEQUENCE"]) > int(before[meeting]["SEQUENCE"])
    assert int(moved[due]["SEQUENCE"]) == int(before[due]["SEQUENCE"])
    titled = changed(ridge, "commitments", "R1", {"title": "Another title"})
    assert set(titled) == set(before)
    assert "Another title" in str(titled[due]["SUMMARY"])
    assert int(titled[due]["SEQUENCE"]) > int(moved[due]["SEQUENCE"])
    # a promise that was typed wrongly is corrected in its row: no new promise, and yet another day
    promise = [d.id for d in milepost.open(ridge).records.date_changes if d.commitment == "R1"][-1]
    again = changed(ridge, "date_changes", promise, {"promised_for": "2029-03"})
    assert again[due]["DTSTART"].dt == dt.date(2029, 3, 31)
    assert int(again[due]["SEQUENCE"]) > int(titled[due]["SEQUENCE"])


def test_the_title_of_the_programme_names_no_event(ridge: Path) -> None:
    programme = milepost.open(ridge)
    other = programme.settings.model_copy(update={"title": "Renamed", "summary": "x"})
    assert set(events(replace(programme, records=replace(programme.records, settings=other)))) == set(
        events(programme)
    )
    assert programme_key(programme.records) == "ridge"
    bare = programme.settings.model_copy(update={"key": "", "title": "A"})
    also = programme.settings.model_copy(update={"key": "", "title": "B"})
    keys = {programme_key(replace(programme.records, settings=s)) for s in (bare, also)}
    assert len(keys) == 1


def test_a_meeting_that_is_called_off_is_cancelled(ridge: Path) -> None:
    before = events(milepost.open(ridge))
    meeting = next(u for u in before if u.startswith("meeting-"))
    ident = meeting.partition("@")[0].removeprefix("meeting-")
    off = changed(ridge, "meetings", ident, {"date": ""})
    assert str(off[meeting]["STATUS"]) == "CANCELLED"
    assert not off[meeting].walk("VALARM")
    assert int(off[meeting]["SEQUENCE"]) > int(before[meeting]["SEQUENCE"])
    # as it was known before that, it stands
    assert str(before[meeting]["STATUS"]) == "CONFIRMED"


def test_alarms_ring_before_what_is_due_and_never_after(ridge: Path) -> None:
    programme = milepost.open(ridge)
    rings = [a["TRIGGER"].dt for e in events(programme).values() for a in e.walk("VALARM")]
    assert rings
    assert all(dt.timedelta(days=-30) <= ring < dt.timedelta(0) for ring in rings)
    delivered = {s.commitment for s in programme.status() if s.closed}
    assert delivered
    for uid, event in events(programme).items():
        if uid.partition("@")[0].removeprefix("due-") in delivered:
            assert not event.walk("VALARM")


def test_no_control_character_reaches_a_calendar(ridge: Path) -> None:
    programme = milepost.open(ridge)
    odd = [
        c.model_copy(update={"title": "Rail\x01way\x85\u2028 to\tthe\x7f ridge"})
        for c in programme.records.commitments
    ]
    text = calendar(replace(programme, records=programme.records.with_rows(commitments=odd))).decode()
    assert "Rail way to the ridge" in text.replace("\r\n ", "")
    assert not [c for c in text.replace("\r\n", "") if ord(c) < 32 or 0x7F <= ord(c) < 0xA0]


def in_november(programme: Programme) -> Programme:
    month = Meeting(
        id="M9", body="Council", title="Ninth", date=PartialDate("2026-11"), parties=("XRL",), basis="assumed"
    )
    return replace(programme, records=programme.records.with_rows(meetings=[month]))


@pytest.mark.parametrize("code", list(LANGUAGES))
def test_a_meeting_of_a_month_is_a_month(ridge: Path, code: str) -> None:
    programme = in_november(milepost.open(ridge))
    (event,) = [e for u, e in events(programme).items() if u.startswith("meeting-")]
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (dt.date(2026, 11, 1), dt.date(2026, 12, 1))
    lead = " ".join(brief(programme, language=code, on=dt.date(2026, 10, 15)).lead)
    month = {"en": "November 2026", "fr": "novembre 2026", "ru": "ноябрь 2026", "fa": "نوامبر ۲۰۲۶"}
    assert month.get(code, "نوفمبر 2026") in lead
    (said,) = [x for x in letters(programme, programme.notices("2026-10-18")) if x.notice.kind == "brief"]
    assert "on November 2026" in said.text


@pytest.mark.parametrize("code", list(LANGUAGES))
def test_an_open_side_is_said_in_words_of_the_language(code: str) -> None:
    say = Language(code)
    for text in ("before 2028", "after 2027-03", "between 2024-01-01 and 2024-06-30"):
        said = say.partial(text)
        english = {"before", "after", "between", "and"} & set(said.replace("\u2068", "").split())
        assert bool(english) == (code == "en")
        assert said != say.partial("2028")


def test_outlines_of_the_programme_are_those_of_every_map(ridge: Path) -> None:
    shipped = corridor_map(milepost.open(ridge)).svg
    (ridge / "boundaries.geojson").write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": '
        '{"type": "Polygon", "coordinates": [[[9, 44], [13, 44], [13, 46], [9, 46], [9, 44]]]}}]}',
        encoding="utf-8",
    )
    own = corridor_map(milepost.open(ridge)).svg
    assert "boundaries.geojson" in own
    assert "boundaries.geojson" not in shipped
    assert own in [b.svg for s in brief(milepost.open(ridge)).sections for b in s.blocks if hasattr(b, "svg")]


def test_a_new_meeting_is_a_first_step(ridge: Path) -> None:
    meetings.record(Register(ridge), WHO, {"body": "C", "title": "T", "date": "2027-01-10", "id": "MX"})
    found = next(e for u, e in events(milepost.open(ridge)).items() if u.startswith("meeting-MX@"))
    assert int(found["SEQUENCE"]) == 2
