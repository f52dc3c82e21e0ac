"""Texts of a register in further languages: the same records as a reader of a language has them, and what a
language lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from milepost.languages import LANGUAGES
from milepost.languages.catalogue import alpha2
from milepost.records.kinds import Row
from milepost.records.programme_records import Records

# the columns that readers see as text. What identifies (ids, kinds, offices of contacts) is no text.
TRANSLATED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "programme": ("title", "summary", "boundary_disclaimer"),
        "parties": ("name",),
        "agreements": ("title",),
        "kinds": ("title", "acceptance_test"),
        "commitments": ("title", "text", "acceptance_test"),
        "milestones": ("title", "acceptance_test"),
        "drivers": ("title",),
        "evidence": ("report",),
        "meetings": ("title", "body", "place"),
        "decisions": ("text",),
        "nodes": ("name",),
        "restrictions": ("title",),
        "routes": ("title",),
    }
)
# what a page, a brief, a letter or a calendar names: a language that is used should have all of it
WANTED = (
    ("agreements", "title"),
    ("commitments", "title"),
    ("milestones", "title"),
    ("meetings", "title"),
    ("meetings", "body"),
    ("nodes", "name"),
    ("restrictions", "title"),
)
_LATIN, _CYRILLIC, _ARABIC = (
    re.compile(f"[{r}]") for r in ("A-Za-z\u00c0-\u024f", "\u0400-\u04ff", "\u0600-\u06ff")
)
_SCRIPTS = {"en": _LATIN, "fr": _LATIN, "ru": _CYRILLIC, "fa": _ARABIC, "ar": _ARABIC}
PROGRAMME = "programme"  # the row that the settings are known by


@dataclass(frozen=True)
class Lack:
    """What a language lacks of one column: the ids of the rows, of how many."""

    language: str
    table: str
    column: str
    rows: tuple[str, ...]
    of: int


def in_language(records: Records, language: str) -> Records:
    """The same records with their texts in a language; one that is missing stays as it is, with the mark of
    its language ("Ridge road [en]"). The fingerprint stays that of the register.

    The bodies of meetings are translated by their words, so that sessions of one body stay together.
    """
    own = records.settings.language
    if language == own:
        return records
    said = {(t.of_table, t.row, t.column): t.text for t in records.texts if t.language == language}
    bodies = {
        m.body: said[("meetings", m.id, "body")]
        for m in records.meetings
        if ("meetings", m.id, "body") in said
    }
    made: dict[str, Any] = {}
    for table, columns in TRANSLATED.items():
        if table == "programme":
            continue
        made[table] = tuple(_row(row, columns, said, bodies, (own, language)) for row in records.rows(table))
    columns = TRANSLATED["programme"]
    told = {c: said[("programme", PROGRAMME, c)] for c in columns if ("programme", PROGRAMME, c) in said}
    settings = records.settings.model_copy(update=told) if told else records.settings
    return replace(records, settings=settings, **made)


def _row(
    row: Row,
    columns: tuple[str, ...],
    said: Mapping[tuple[str, str, str], str],
    bodies: Mapping[str, str],
    languages: tuple[str, str],
) -> Row:
    told: dict[str, str] = {}
    for column in columns:
        text = getattr(row, column)
        if not text:
            continue
        found = said.get((row.table, row.ident, column))
        if column == "body" and row.table == "meetings":
            found = bodies.get(text)
        elif row.table == "parties" and alpha2(row.ident):
            continue  # countries have their names in every language
        told[column] = found if found is not None else marked(text, *languages)
    return row.model_copy(update=told) if told else row


def marked(text: str, own: str, reader: str) -> str:
    """A text of the tables for a reader of another language, with the mark of theirs. A row that was written
    in the letters of the reader's language (the minutes of a meeting) needs none."""
    letters = _SCRIPTS[reader]
    if letters != _SCRIPTS[own] and len(letters.findall(text)) > len(_SCRIPTS[own].findall(text)):
        return text
    return f"{text} [{own}]"


def languages_used(records: Records) -> tuple[str, ...]:
    """The languages other than its own that a register speaks: those of its texts and of its offices."""
    named = {t.language for t in records.texts} | {c.language for c in records.contacts if c.email}
    return tuple(code for code in LANGUAGES if code in named and code != records.settings.language)


def lacking(records: Records) -> Iterator[Lack]:
    """What each language that is used lacks, column by column."""
    have = {(t.of_table, t.row, t.column, t.language) for t in records.texts}
    bodies = {
        (m.body, t.language)
        for t in records.texts
        for m in records.meetings
        if (t.of_table, t.row, t.column) == ("meetings", m.id, "body")
    }
    for language in languages_used(records):
        for table, column in WANTED:
            rows = [row for row in records.rows(table) if getattr(row, column)]
            missing = tuple(
                row.ident
                for row in rows
                if (table, row.ident, column, language) not in have
                and not (column == "body" and (getattr(row, column), language) in bodies)
            )
            if missing:
                yield Lack(language, table, column, missing, len(rows))


def titles_of(records: Records) -> dict[str, str]:
    """Commitment, milestone or meeting -> its title."""
    found = {m.id: m.title for m in records.meetings} | {m.id: m.title for m in records.milestones}
    return found | {c.id: c.title for c in records.commitments}
