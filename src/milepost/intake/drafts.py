"""Draft commitments from a document, by rules: who promises what to whom, by when, how firmly, and what is
missing.

A sentence becomes drafts where it holds words that promise with actions after them and nothing that takes
them back; a list after "agreed as follows:" and the rows of a table of actions are promises too. Firmness
is the word's, lowered where the action is weak ("agreed to explore" is no more than considered). Every
draft carries the exact quote, its place, its language and the words that made it one, so that a person can
judge it in a second.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from milepost.intake.dates import Due, chosen, dates
from milepost.intake.documents import BAR, Document, Paragraph
from milepost.intake.duplicates import Alike, Known, known
from milepost.intake.folding import Folded, capitals, fold
from milepost.intake.language import language
from milepost.intake.lexicon import CODES, FIRMNESS, Firmness, Lexicon, lexicon
from milepost.intake.owners import AT_VERB, Owner, Owners
from milepost.intake.parties import Finder, with_together
from milepost.intake.promises import Hit, Lead, Piece, Reading, Setting
from milepost.intake.sentences import sentences
from milepost.intake.subjects import fields, kind, measure
from milepost.records import PartialDate
from milepost.records.acceptance import kinds_known
from milepost.results import Cell, Result, cell

Missing = Literal["owner", "date", "kind"]
_TITLE = 4  # paragraphs that may say what the document is
_DATELINES = 8
_ARTICLE = 4  # paragraphs from which a text has a headline
_WITH_SUBJECT = ("modal", "inner", "future", "inner future", "present", "event")
_LEADS = ("act", "order", "passive", "oblige", "post", "need")  # words of promising that a colon may follow
_LEAD = 200  # characters in which they open a list
_EARLY = 12  # characters before a party that begins its sentence
_NOBODY = re.compile(r"[-\u2010-\u2015\u2212\u0640.*/]+|n\.?/?a\.?|none", re.I)  # a cell for no one, no day
_WORDED = re.compile(r"[^\W\d_]{3}")
_OFFICE = 40  # ... whose office is named before it


@dataclass(frozen=True)
class Draft:
    """One proposed commitment. ``quote`` is ``text[start:end]`` of the paragraph at ``place``, character for
    character, and ``what`` is ``text[what_start:what_end]``.

    ``by_context`` says that the owner was not named in the sentence but stands for "both sides" or the like.
    ``same_as`` is the draft or the commitment of the register that says the same.
    """

    id: str
    quote: str
    place: str
    start: int
    end: int
    owed_by: tuple[str, ...]
    owed_to: tuple[str, ...]
    what: str
    what_start: int
    what_end: int
    due: PartialDate | None
    due_words: str
    firmness: Firmness
    kind: str
    fields: tuple[str, ...]
    acceptance_test: str
    missing: tuple[Missing, ...]
    why: str
    by_context: bool
    language: str
    same_as: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The draft as plain JSON values."""
        return {
            "id": self.id,
            "quote": self.quote,
            "place": self.place,
            "start": self.start,
            "end": self.end,
            "owed_by": list(self.owed_by),
            "owed_to": list(self.owed_to),
            "what": self.what,
            "what_start": self.what_start,
            "what_end": self.what_end,
            "due": str(self.due) if self.due else None,
            "due_words": self.due_words,
            "firmness": self.firmness,
            "kind": self.kind or None,
            "fields": list(self.fields),
            "acceptance_test": self.acceptance_test,
            "missing": list(self.missing),
            "why": self.why,
            "by_context": self.by_context,
            "language": self.language,
            "same_as": self.same_as or None,
        }


@dataclass(frozen=True, repr=False)
class Proposal(Result):
    """The drafts of one document, its language, the day it was counted from, and how many sentences were
    read to find them."""

    document: str
    sha256: str
    language: str
    dated: dt.date | None
    sentences: int
    drafts: tuple[Draft, ...]

    def by_firmness(self) -> dict[Firmness, int]:
        """How many drafts of each firmness, the firmest first."""
        return {name: sum(d.firmness == name for d in self.drafts) for name in FIRMNESS}

    def headed(self) -> str:
        """How many drafts from how much text."""
        return f"{len(self.drafts)} drafts from {self.sentences} sentences"

    def as_dict(self) -> dict[str, Any]:
        """Document and drafts; ``milepost intake`` adds what was written of them."""
        return {
            "document": self.document,
            "sha256": self.sha256,
            "language": self.language,
            "dated": self.dated.isoformat() if self.dated else None,
            "sentences": self.sentences,
            "by_firmness": self.by_firmness(),
            "drafts": [d.as_dict() for d in self.drafts],
        }

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row a draft."""
        rows = [d.as_dict() for d in self.drafts]
        return list(_COLUMNS), [[cell(row[name]) for name in _COLUMNS] for row in rows]


_COLUMNS = (
    "id",
    "owed_by",
    "owed_to",
    "what",
    "due",
    "due_words",
    "firmness",
    "kind",
    "fields",
    "missing",
    "place",
    "why",
    "language",
    "same_as",
    "quote",
)


def propose(
    document: Document,
    parties: Iterable[tuple[str, str]] = (),
    dated: dt.date | None = None,
    register: Iterable[Known] = (),
) -> Proposal:
    """Draft commitments of a document.

    ``parties`` are (id, name) of the programme, so that its own parties are found by their names; ``dated``
    is the day of the document (else that of its dateline), without which "within six months" stays words;
    ``register`` are the promises that are known, so that one that says the same is told.
    """
    reader = _Reader(document, Finder(parties), dated, Alike(register))
    for paragraph in document.paragraphs:
        reader.paragraph(paragraph)
    return Proposal(
        document.name, document.sha256, reader.code, reader.dated, reader.sentences, tuple(reader.drafts)
    )


class _Reader:
    """A document being read in order: its language, parties and day, and what the sentences before leave
    open."""

    def __init__(self, document: Document, finder: Finder, dated: dt.date | None, register: Alike) -> None:
        whole = "\n".join(p.text for p in document.paragraphs[:60])
        self.code = language(whole)
        self.document = document
        self.silent = False
        self.finder = finder
        self.register = register
        self.seen = Alike()
        self.drafts: list[Draft] = []
        self.sentences = 0
        self.lead: Lead | None = None
        self.lead_owner: Owner | None = None
        self.ordering = False  # "directed as follows:" was said, and what follows is what was directed
        self.ordered = False  # ... and some of it was read
        self.inline = False  # what "they decided:" opens stands in the same sentence, and need be no item
        self.heading = ""
        self.goes_on = False  # a semicolon stands before the sentence
        self.last: tuple[Piece, Owner] | None = None
        self.alone = 0  # paragraphs, with this one, in which the last draft may yet be told its date
        self.found_dates: list[Due] = []
        head = [(fold(p.text), self._lexicon(p.text)) for p in document.paragraphs[:200]]
        known_lex = [(text, lex) for text, lex in head if lex is not None]
        self.around = finder.around(known_lex)
        titles = [
            (t.text[:300], lex)
            for t, lex in known_lex[:_TITLE]
            if not t.raw.rstrip().endswith((".", ";", ",", "\u061b"))
        ]
        self.binding = any(lex.has("binding_title", t) for t, lex in titles) and not any(
            lex.has("soft_title", t) for t, lex in titles
        )
        self.heading = next((t for t, lex in titles if lex.has("imperative_heads", t)), "")
        self.formal = any(lex.has("binding_title", t) or lex.has("soft_title", t) for t, lex in titles)
        self.minutes = any(lex.has("minutes_title", t) for t, lex in titles)
        self.dated = dated or _dateline(known_lex)

    def _lexicon(self, text: str) -> Lexicon | None:
        code = language(text, self.code) if len(text) > 60 or not self.code else self.code
        return lexicon(code) if code in CODES else None

    # -- paragraphs ---------------------------------------------------------------------------------------

    def paragraph(self, paragraph: Paragraph) -> None:
        """Read one paragraph."""
        lex = self._lexicon(paragraph.text)
        if lex is None or lex.has("beside", fold(paragraph.text[:60]).text):
            return
        if paragraph.role == "row" and self._row(paragraph, lex):
            return
        if paragraph.role == "heading" and not self.lead:
            self.heading = fold(paragraph.text).text
        note = lex.has("due_note", fold(paragraph.text[:60]).text)
        if paragraph.role == "text" and not paragraph.text[:1].islower() and not note:
            self._close_list()
        self.alone = self.alone - 1 if note else 0
        self.silent = self._headline(paragraph)
        before = 0
        self.inline = False
        for n, (start, end) in enumerate(self._clauses(paragraph.text, lex)):
            self.sentences += 1
            self.goes_on = any(mark in paragraph.text[before:start] for mark in ";\u061b")
            self._sentence(paragraph, start, end, lex, n)
            before = end - 1
        if paragraph.role == "heading" and not paragraph.text.rstrip().endswith(":"):
            self._close_list()

    def _clauses(self, text: str, lex: Lexicon) -> Iterator[tuple[int, int]]:
        """The sentences of a paragraph; what follows "they decided:" in the same one stands by itself."""
        for start, end in sentences(text):
            at = text.find(":", start, end - 1)
            head = fold(text[start : at + 1]).text if start < at < start + _LEAD else ""
            listed = lex.has("item_lead", head)
            said = any(
                listed or not head[m.end() :].strip(" :")
                for t in lex.triggers
                if head and t.form in _LEADS
                for m in t.pattern.finditer(head)
            )
            if said and text[at + 1 : end].strip():
                yield start, at + 1
                self.inline = True
                start = at + 1 + len(text[at + 1 : end]) - len(text[at + 1 : end].lstrip())
            yield start, end

    def _headline(self, paragraph: Paragraph) -> bool:
        """The headline of an article tells what the article says again."""
        first = self.document.paragraphs[0]
        return (
            paragraph is first
            and len(self.document.paragraphs) >= _ARTICLE
            and paragraph.role != "item"
            and not paragraph.text.rstrip().endswith((".", "!", "?", ":", ";", "\u061b"))
        )

    def _close_list(self) -> None:
        self.lead, self.lead_owner = None, None

    def _sentence(self, paragraph: Paragraph, start: int, end: int, lex: Lexicon, n: int) -> None:
        text = fold(paragraph.text[start:end])
        if not text.text.strip() or self._due_note(text.text, lex):
            return
        mentions = self.finder.mentions(text, lex)
        actors = with_together(mentions, text.text, lex, self.around)
        actors_at = [(m.start, m.end) for m in actors]
        low = paragraph.text[:1].islower()
        listed = paragraph.role == "item" or ((n > 0 or low) and self.lead is not None)
        year = self.dated.year if self.dated else 0
        past = self._past(text.text, lex)
        setting = Setting(self.binding, self.formal, listed, past, year, capitals(text))
        reading = Reading(text.text, lex, setting, actors_at)
        reading.read()
        owners = Owners(text.text, actors, lex, self.around)
        # what stands behind a semicolon leans on what stands before it
        leans = self.last[1] if self.goes_on and self.last and not self.last[1].by_context else None
        owners.default = self.lead_owner if listed else leans
        pieces = reading.pieces
        if not pieces and reading.lead is None:
            pieces = self._continued(text.text, lex, owners) or self._listed(text.text, lex, listed, owners)
        if pieces:
            pieces = [*self._told_first(text.text, lex, owners, pieces[0]), *pieces]
            self.last = (pieces[-1], owners.of(pieces[-1]))
        before: Piece | None = None
        if pieces:
            self.alone = 2 if len(pieces) == 1 and not self.silent else 0
        self.found_dates = dates(text.text, lex, self.dated) if pieces else []
        for piece in () if self.silent else pieces:
            self._draft(paragraph, start, text, piece, before, owners, lex)
            before = piece
        self._remember(text.text, reading, owners, pieces)

    def _due_note(self, s: str, lex: Lexicon) -> bool:
        """'Deadline: 30 June 2026' behind a single draft without a date, in its paragraph or as the next."""
        if self.alone < 1 or not lex.has("due_note", s) or self.drafts[-1].due_words:
            return False
        when = chosen(dates(s, lex, self.dated))
        if when is None or when.date is None:
            return False
        missing = tuple(m for m in self.drafts[-1].missing if m != "date")
        self.drafts[-1] = replace(self.drafts[-1], due=when.date, due_words=when.words, missing=missing)
        return True

    def _past(self, s: str, lex: Lexicon) -> bool:
        """'In 2014 they promised': a year before the document's, named first, makes it history."""
        lead = lex.p("history").match(s)
        if not lead or self.dated is None:
            return False
        year = int(lead["y"])
        return year + (621 if year < 1500 else 0) < self.dated.year

    def _remember(self, s: str, reading: Reading, owners: Owners, pieces: list[Piece]) -> None:
        """What the next sentence may lean on."""
        if reading.lex.has("ordering", s):
            self.ordering, self.ordered = True, False
        elif self.ordering:  # until the first sentence behind what was directed that directs nothing
            self.ordering = bool(pieces) or not self.ordered
            self.ordered = self.ordered or bool(pieces)
        if reading.lead is not None:
            self.lead = reading.lead
            lead = reading.lead
            stub = Piece(lead.hit, lead.hit.firmness, lead.hit.end, len(s), lead.zone, True, False)
            self.lead_owner = owners.of(stub)
        elif s.rstrip().endswith(":"):
            named = [g for g in owners.groups if not owners.oblique(g.start)]
            self.lead = None
            self.lead_owner = (
                Owner(tuple(sorted(named[0].ids)), named[0].kind == "together") if named else None
            )
        if owners.last and owners.last.ids:
            self.around = replace(self.around, before=owners.last.ids)
        elif owners.groups:
            self.around = replace(self.around, before=tuple(sorted(owners.groups[0].ids)))

    def _continued(self, s: str, lex: Lexicon, owners: Owners) -> list[Piece]:
        """'... to prepare a draft; to form a group; ...': further actions of the promise word before."""
        if not self.goes_on or self.last is None or self.lead is not None:
            return []
        opened = lex.p("item_action").match(s)
        if not opened or any(lex.has(name, s) for name in ("ceremony", "boilerplate")):
            return []
        piece, owners.default = self.last
        reading = Reading(s, lex, Setting(self.binding, self.formal, True), [])
        return reading.listed(replace(piece.hit, start=0, end=0), opened.start("v"))

    def _listed(self, s: str, lex: Lexicon, listed: bool, owners: Owners) -> list[Piece]:
        """An item of a list whose promise word stands above it, or one in the imperative."""
        if any(lex.has(name, s) for name in ("question", "boilerplate", "ceremony", "outsiders")):
            return []
        opened = lex.p("item_action").match(s)
        prefix = lex.p("headline").match(s)
        if prefix and not self._only_an_owner(s[: prefix.start("v")], owners, lex):
            prefix = None
        at = prefix.start("v") if prefix else self._directed(s, owners, lex)
        if listed and self.lead is not None and at:  # 'as follows: Kenya to open ...; Uganda to ...'
            return self._told_at(s, lex, at, self.lead.hit.firmness)
        if listed and self.lead is not None and (opened or (not self.inline and lex.has("any_item", s))):
            start = opened.start("v") if opened else 0
            hit = replace(self.lead.hit, start=0, end=0)
            reading = Reading(s, lex, Setting(self.binding, self.formal, True), [])
            return reading.listed(hit, start)
        ordered = lex.has("imperative_heads", self.heading) or self.lead_owner is not None
        item = listed
        listed = listed or ordered or self.formal
        if prefix:
            return self._told_at(s, lex, prefix.start("v"))
        if listed and (bidden := self._bidden(s, owners, lex)):
            return bidden
        done = lex.p("to_be_done").match(s)
        if done and (listed or self.ordering or lex.has("deadline", s)):
            return [replace(p, passive=True) for p in self._told_at(s, lex, done.start("v"))]
        ordered = ordered or (item and self.minutes)
        told = lex.has("imperative", s) or (item and owners.responsible() is not None)
        if listed and opened and told and (ordered or lex.has("deadline", s)):
            hit = Hit("modal", "agreed", 0, 0)
            return Reading(s, lex, Setting(self.binding, self.formal, True), []).listed(
                hit, opened.start("v")
            )
        return []

    def _directed(self, s: str, owners: Owners, lex: Lexicon) -> int:
        """Where the verb stands in "Kenya and Uganda conclude ...", as an item under "directed that:"."""
        named = [(g.start, g.end) for g in owners.groups] + [
            m.span() for m in lex.p("secretariat").finditer(s)
        ]
        for start, end in named:
            verb = lex.p("listed_verb").match(s[end:])
            office = start <= _OFFICE and lex.has("agent", s[:start])  # 'the customs of Iran introduce ...'
            if verb and (start <= _EARLY or office):
                return end + verb.start("v")
        return 0

    def _told_first(self, s: str, lex: Lexicon, owners: Owners, first: Piece) -> list[Piece]:
        """'Ministers to resolve ... and Uganda is to report': what stands before the first promise word."""
        told = lex.p("headline").match(s)
        if not told or told.start("v") >= first.hit.start:
            return []
        at = told.start("v")
        subjects = [g for g in owners.groups if at < g.start < g.end <= first.hit.start]
        if not subjects or first.hit.start - subjects[-1].end > AT_VERB:
            return []
        behind = s[: subjects[-1].start]
        if not lex.has("and_then", behind[-8:]) or not self._only_an_owner(s[:at], owners, lex):
            return []
        end = behind.rstrip().rfind(" ")
        return [replace(p, end=min(p.end, end)) for p in self._told_at(s, lex, at) if p.start < end]

    def _told_at(self, s: str, lex: Lexicon, at: int, firmness: str = "agreed") -> list[Piece]:
        """What is agreed from a place of a sentence on that has no word of promising itself."""
        reading = Reading(s, lex, Setting(self.binding, self.formal, True), [])
        return reading.listed(Hit("modal", firmness, at, at), at)

    def _bidden(self, s: str, owners: Owners, lex: Lexicon) -> list[Piece]:
        """A party first and a verb of bidding last, in a language whose verbs stand last."""
        if not lex.has("bidden", s) or not owners.groups or owners.groups[0].start > _EARLY:
            return []
        if any(t.pattern.search(s) for t in lex.triggers):
            return []
        return self._told_at(s, lex, owners.groups[0].end + 1)

    def _only_an_owner(self, words: str, owners: Owners, lex: Lexicon) -> bool:
        """'Iran to complete ...', 'Indian side: submit ...': a party and no verb of its own."""
        inside = [g for g in owners.groups if g.end <= len(words)]
        secretariat = lex.p("secretariat").search(words)
        if secretariat and not re.search(r"\w", lex.p("headline_glue").sub(" ", words[secretariat.end() :])):
            return True  # who is no party, and yet is told what to do
        if not inside or inside[0].start > 40 or len(words) - inside[-1].end > 40:
            return False
        for when in reversed(dates(words, lex, self.dated)):
            words = words[: when.start] + " " * (when.end - when.start) + words[when.end :]
        if lex.has("tells", words):
            return False  # "This was during a meeting of Iran and Iraq to discuss"
        rest = lex.p("headline_glue").sub(" ", words[inside[-1].end :])
        if re.search(r"\w", rest):
            return False
        said = (m for t in lex.triggers if t.form != "noun" for m in t.pattern.finditer(words))
        return all(any(g.start <= m.start() < g.end for g in inside) for m in said)  # "states" of a party

    # -- tables -------------------------------------------------------------------------------------------

    def _row(self, paragraph: Paragraph, lex: Lexicon) -> bool:
        """A row of a table with columns for action, responsible, deadline; False if it is none."""
        roles = [
            next((r for r in ("owner", "date", "action") if lex.has(f"columns.{r}", fold(h).text)), "")
            for h in paragraph.head
        ]
        if "action" not in roles or not ({"owner", "date"} & set(roles)):
            return not paragraph.head
        cells = paragraph.text.split(BAR)
        if len(cells) != len(roles):
            return False
        at = [sum(len(c) + len(BAR) for c in cells[:i]) for i in range(len(cells))]
        n = roles.index("action")
        if not cells[n].strip() or self._is_nobodys(cells, roles):
            return True
        self.sentences += 1
        text = fold(cells[n])
        whole = fold(" ".join(c for c, r in zip(cells, roles, strict=True) if r == "owner"))
        mentions = with_together(self.finder.mentions(whole, lex), whole.text, lex, self.around)
        ids = tuple(sorted({i for m in mentions for i in m.ids}))
        if not ids:
            mentions = self.finder.mentions(text, lex)
            ids = (
                tuple(sorted({i for m in mentions if m.kind != "capital" for i in m.ids}))
                or self.around.parties
            )
        owner = Owner(ids, not mentions)
        when = fold(" ".join(c for c, r in zip(cells, roles, strict=True) if r == "date"))
        found = chosen(dates(when.text, lex, self.dated) or dates(text.text, lex, self.dated))
        reading = Reading(text.text, lex, Setting(self.binding, True, True), [])
        piece = reading.listed(Hit("modal", "agreed", 0, 0), 0)[0]
        due = (found.date if found else None, when.raw.strip() or (found.words if found else ""))
        self._put(
            paragraph,
            (0, len(paragraph.text)),
            (at[n], at[n] + len(cells[n])),
            text,
            piece,
            owner,
            (),
            due,
            lex,
        )
        return True

    @staticmethod
    def _is_nobodys(cells: list[str], roles: list[str]) -> bool:
        """A row that leaves out on purpose who and when, as talks in an agenda do: "Discussion | - | -"."""
        told = [c.strip() for c, r in zip(cells, roles, strict=True) if r in ("owner", "date")]
        return len(told) > 1 and all(_NOBODY.fullmatch(c) for c in told)

    # -- drafts -------------------------------------------------------------------------------------------

    def _draft(
        self,
        paragraph: Paragraph,
        start: int,
        text: Folded,
        piece: Piece,
        before: Piece | None,
        owners: Owners,
        lex: Lexicon,
    ) -> None:
        owner = owners.of(piece)
        found = self.found_dates
        listed = before is not None and before.hit == piece.hit  # a further action of the same promise word
        low = piece.start if listed else min(piece.hit.start, piece.start)
        since = max(piece.zone[0], before.end if before else 0)
        if lex.order == "sov" and not listed:
            low = min(low, since)
        inside = [d for d in found if low <= d.start < piece.end]
        led = [d for d in inside if d.led] or inside
        leading = [
            d
            for d in found
            if d.end <= piece.start and d.led and d.start < owners.lead_end + 2 and self.dated
        ]
        ahead = [d for d in found if not listed and since <= d.start < low and (d.led or d.coming)]
        when = chosen(led) or chosen(ahead) or chosen(leading)
        s, e = self._done_to(text.text, piece, before, owners, lex), piece.end
        while e > s and text.text[e - 1] in " .,;:!\"')":
            e -= 1
        if when and when.end >= e and when.start > s:
            e = when.start
        bracket = text.text.rfind("(", s, e)
        who, colon, _ = text.text[bracket + 1 : e].partition(":")
        if bracket > s and colon and ")" not in who and lex.has("responsible", f"{who}: "):
            e = bracket  # '(responsible: Iran, by May)'
        while e > s and text.text[e - 1] in " .,;:!\"')(":
            e -= 1
        while s < e - 1 and text.text[s].isspace():
            s += 1
        raw = text.back(s, max(e, s + 1))
        span = (start + raw[0], start + raw[1])
        if not _WORDED.search(paragraph.text[slice(*span)]):
            return  # what is left of an action without a word is none
        quote = (start, start + len(text.raw))
        due = (when.date if when else None, when.words if when else "")
        self._put(paragraph, quote, span, text, piece, owner, owners.to_whom(piece, owner), due, lex)

    def _done_to(self, s: str, piece: Piece, before: Piece | None, owners: Owners, lex: Lexicon) -> int:
        """Where what is promised begins: "the road shall be built" with the road, where nobody is named."""
        low, hit = max(piece.zone[0], owners.lead_end, before.end if before else 0), piece.hit.start
        finite = piece.hit.form in _WITH_SUBJECT and lex.order == "svo"
        if not finite or not low < hit <= piece.start:
            return piece.start
        if opening := lex.p("opening").match(s, low):
            low = opening.end()
        # "both sides" act, but "a meeting" or "the ministries" may be what something is done to
        named = any(
            low <= g.start < hit and g.kind != "together" and not owners.oblique(g.start)
            for g in owners.groups
        )
        named = named or (not piece.passive and lex.p("together.all").search(s, low, hit) is not None)
        return piece.start if named or low >= hit else low

    def _put(  # noqa: PLR0913 -- one call a draft; its parts are named here once
        self,
        paragraph: Paragraph,
        quote: tuple[int, int],
        span: tuple[int, int],
        text: Folded,
        piece: Piece,
        owner: Owner,
        to: tuple[str, ...],
        due: tuple[PartialDate | None, str],
        lex: Lexicon,
    ) -> None:
        clause = text.text[min(piece.start, piece.hit.start) : piece.end]
        what = paragraph.text[span[0] : span[1]]
        # 'a group will be formed to ...': what is done to something stands before what is done
        done_to = fold(what).text if piece.passive and len(what) > piece.end - piece.start else ""
        sort = kind(done_to, lex) or kind(text.text[piece.start : piece.end], lex) or kind(clause, lex)
        sort = sort or kind(fold(what).text, lex)  # "the next session will be held"
        place = measure(clause)
        test = clause[place[0] : place[1]] if place else kinds_known().get(sort, "")
        missing: list[Missing] = []
        if not owner.ids:
            missing.append("owner")
        if due[0] is None:
            missing.append("date")
        if not sort:
            missing.append("kind")
        ident = f"D{len(self.drafts) + 1:02d}"
        this = known(ident, owner.ids, what)
        twice = self.seen.same_as(this) or self.register.same_as(this)
        self.seen.add(this)
        firmness: Firmness = piece.firmness  # type: ignore[assignment]
        self.drafts.append(
            Draft(
                id=ident,
                quote=paragraph.text[quote[0] : quote[1]],
                place=paragraph.place,
                start=quote[0],
                end=quote[1],
                owed_by=owner.ids,
                owed_to=to,
                what=what,
                what_start=span[0],
                what_end=span[1],
                due=due[0],
                due_words=due[1],
                firmness=firmness,
                kind=sort,
                fields=fields(clause, lex),
                acceptance_test=test,
                missing=tuple(missing),
                why=" ".join(text.text[piece.hit.start : piece.hit.end].split()),
                by_context=owner.by_context,
                language=lex.code,
                same_as=twice,
            )
        )


def _dateline(texts: list[tuple[Folded, Lexicon]]) -> dt.date | None:
    """The day of a document by its own words: a day alone in a short line near its head or its foot."""
    for text, lex in [*texts[:_DATELINES], *texts[-4:]]:
        if len(text.text) > 90:
            continue
        days = [d.date for d in dates(text.text, lex, None) if d.date and len(str(d.date)) == 10]
        if len(days) == 1:
            return days[0].last
    return None
