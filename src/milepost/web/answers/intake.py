"""Drafts of commitments that a text proposes, and what was written of them."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from milepost.web.answers.base import Answer


class DraftOfText(Answer):
    """One proposed commitment; its quote is the text, character for character."""

    id: str
    """Its name among the drafts."""
    quote: str
    """The sentence it was read in."""
    place: str
    """Where the sentence stands."""
    start: int
    """Where the quote begins in its paragraph, characters."""
    end: int
    """Where it ends."""
    owed_by: list[str]
    """Who promises: ids of parties; empty: not clear."""
    owed_to: list[str]
    """To whom."""
    what: str
    """What is promised, in the text's words."""
    what_start: int
    """Where these words begin in the paragraph, characters."""
    what_end: int
    """Where they end."""
    due: str | None
    """By when, as precise as the text; null: no date."""
    due_words: str
    """The words of the date."""
    firmness: Literal["legal duty", "agreed", "vowed", "must strive", "considered"]
    """How firmly."""
    kind: str | None
    """Kind of commitment; null: not clear."""
    fields: list[str]
    """Fields it is about."""
    acceptance_test: str
    """What would show that it is done."""
    missing: list[Literal["owner", "date", "kind"]]
    """What is not clear from the text."""
    why: str
    """The words that made it a promise."""
    by_context: bool
    """Was the owner not named in the sentence, but by what stands before it?"""
    language: str
    """Language of the sentence."""
    same_as: str | None
    """Draft or commitment that says the same; null: none."""


class ReadText(Answer):
    """The drafts of one text, and what was written of them."""

    document: str
    """Name of the file."""
    sha256: str
    """SHA-256 of the file."""
    language: str
    """Language the text was read in; another than en, fr, ru, fa, ar is not read."""
    dated: dt.date | None
    """Day from which "within six months" is counted; null: none."""
    sentences: int
    """How many sentences were read."""
    by_firmness: dict[str, int]
    """How many drafts of each firmness."""
    drafts: list[DraftOfText]
    """The drafts, in the order of the text."""
    written: list[str]
    """Ids of the rows that were written of them; empty: none."""
    entry: int | None
    """Entry of the chain; null: nothing was written."""
    hash: str | None
    """Its hash."""
