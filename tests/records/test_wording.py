"""Texts of a register in further languages: used everywhere, a missing one marked, what lacks listed."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest

import milepost
from milepost.programme import Programme
from milepost.records import Contact, Records, Translation
from milepost.records.wording import TRANSLATED, WANTED, in_language, lacking, languages_used, marked
from milepost.register.checks import findings, remarks
from milepost.report.brief import brief
from milepost.report.calendar import calendar
from milepost.report.letters import letters
from milepost.report.minutes import minutes, paper

OTHERS = ("fr", "ru", "fa", "ar")


@pytest.fixture(scope="module")
def ridge() -> Programme:
    return milepost.open(milepost.example("ridge"))


def told(records: Records, *languages: str, keep: float = 1.0, seed: int = 0) -> Records:
    """The records with a text of every cell that can have one, or of a random part of them."""
    draw = random.Random(seed)
    rows = [
        Translation(
            of_table=table, row=row.ident, column=column, language=language, text=f"{language}:{text}"
        )
        for language in languages
        for table, columns in TRANSLATED.items()
        if table != "programme"
        for row in records.rows(table)
        for column in columns
        if (text := getattr(row, column)) and draw.random() < keep
    ]
    return records.with_rows(texts=rows)


@pytest.mark.parametrize("seed", range(6))
def test_each_cell_is_said_or_marked(ridge: Programme, seed: int) -> None:
    """A twin cell by cell: the text of the language, else the words of the table with their mark."""
    records = told(ridge.records, "fa", keep=0.5, seed=seed)
    said = {(t.of_table, t.row, t.column): t.text for t in records.texts}
    bodies = {m.body for m in records.meetings if ("meetings", m.id, "body") in said}
    looked = 0
    for table, columns in TRANSLATED.items():
        if table == "programme":
            continue
        for old, new in zip(records.rows(table), in_language(records, "fa").rows(table), strict=True):
            for column in columns:
                text, shown = getattr(old, column), getattr(new, column)
                if (table, column) == ("meetings", "body"):
                    assert shown == (f"fa:{text}" if text in bodies else f"{text} [en]")
                elif text:
                    looked += 1
                    assert shown == said.get((table, old.ident, column), f"{text} [en]")
    assert looked > 20
    missing = {(k.table, row, k.column) for k in lacking(records) for row in k.rows}
    wanted = {(t, r.ident, c) for t, c in WANTED for r in records.rows(t) if getattr(r, c)}
    assert missing == {
        key
        for key in wanted - said.keys()
        if key[1:] not in [(m.id, "body") for m in records.meetings if m.body in bodies]
    }


def test_the_own_language_stays_as_it_is(ridge: Programme) -> None:
    assert in_language(ridge.records, "en") is ridge.records
    assert ridge.in_language("en") is ridge
    assert in_language(ridge.records, "fa").fingerprint == ridge.records.fingerprint


def test_check_lists_what_a_language_lacks(ridge: Programme) -> None:
    """Only the languages that are used: by a text, or by an office with an address."""
    assert languages_used(ridge.records) == ()
    assert remarks(ridge.records) == ()
    office = Contact(id="k", role="secretariat", email="a@example.org", basis="assumed", language="ru")
    spoken = ridge.records.with_rows(contacts=[office])
    assert languages_used(spoken) == ("ru",)
    found = remarks(spoken)
    assert {(f.table, f.column) for f in found} == {
        (t, c) for t, c in WANTED if any(getattr(r, c) for r in spoken.rows(t))
    }
    assert all(f.needed_for == "nothing" for f in found)
    assert remarks(told(spoken, "ru")) == ()


@pytest.mark.parametrize("name", ["north-south", "northern-corridor"])
def test_the_examples_lack_nothing(name: str) -> None:
    records = milepost.open(milepost.example(name)).records
    assert sorted(languages_used(records)) == sorted(OTHERS)
    assert list(lacking(records)) == []
    arabic = [t for t in records.texts if t.language in ("fa", "ar") and t.column != "name"]
    assert arabic
    assert all(any("\u0600" <= c <= "\u06ff" for c in t.text) for t in arabic)
    russian = [t for t in records.texts if t.language == "ru"]
    assert all(any("\u0400" <= c <= "\u04ff" for c in t.text) for t in russian)


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no such table": ({"of_table": "links"}, "no text of 'links' is translated"),
    "no such column": ({"column": "note"}, "'note' of commitments is not translated"),
    "no such row": ({"row": "R99"}, "there is no 'R99' in commitments.csv"),
    "its own language": ({"language": "en"}, "the tables are written in 'en' themselves"),
    "no such setting": ({"of_table": "programme"}, "the settings are no row 'R1'"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_text_that_nobody_would_read_is_found(ridge: Programme, fault: str) -> None:
    cells = {"of_table": "commitments", "row": "R1", "column": "title", "language": "fa", "text": "x"}
    assert not findings(ridge.records.with_rows(texts=[Translation.model_validate(cells)]))
    changed, message = WRONG[fault]
    found = findings(ridge.records.with_rows(texts=[Translation.model_validate(cells | changed)]))
    assert [f.message for f in found] == [message]


def _spoken(ridge: Programme, **more: Any) -> Programme:
    records = told(ridge.records.with_rows(**more), "fa")
    return Programme(ridge.path, records)


def test_papers_letters_and_calendars_speak_the_language(ridge: Programme) -> None:
    office = Contact(
        id="k", role="focal point", party="XWV", email="a@example.org", basis="assumed", language="fa"
    )
    spoken = _spoken(ridge, contacts=[office])
    title = spoken.records.commitments[0].title
    said = f"fa:{title}"
    made = brief(spoken, language="fa", sections=["promised", "decisions"])
    assert said in repr(made.sections)
    assert title not in repr(made.sections).replace(said, "")
    assert "fa:" in made.title
    assert said in "".join(calendar(spoken, language="fa").decode().replace("\r\n ", "").split("\r\n"))
    day = dt.date(2027, 6, 30)
    sent = letters(spoken, spoken.notices(day, dt.date(2026, 12, 1)), day)
    mine = [x for x in sent if x.language == "fa" and "fa:" in x.text]
    assert mine
    held = minutes(spoken, spoken.records.meetings[0].id)
    assert f"fa:{spoken.records.meetings[0].title}" in paper(spoken, held, "fa").title


def test_what_is_written_in_the_readers_letters_bears_no_mark() -> None:
    """Minutes written in Persian in a register in English are no English for a Persian reader."""
    assert marked("Open it", "en", "fa") == "Open it [en]"
    assert marked("باز کردن مرز", "en", "fa") == "باز کردن مرز"
    assert marked("باز کردن مرز", "en", "ru") == "باز کردن مرز [en]"
    assert marked("Ouvrir", "en", "fr") == "Ouvrir [en]"
    assert marked("Открыть R1", "en", "ru") == "Открыть R1"
