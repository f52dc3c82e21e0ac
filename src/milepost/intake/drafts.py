"""Draft commitments from a document, by rules: who promises what to whom, by when, how firmly, and what is missing.

A sentence becomes a draft when it holds a *promise word* with an *action* after it and nothing that takes it back. Firmness
is the word's, lowered where the action is weak ("agreed to explore" is no more than striving). Every draft carries the
exact quote, its place, and the words that made it one, so that a person can judge it in a second. The rules read English.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from milepost.intake.dates import due
from milepost.intake.documents import Document
from milepost.intake.parties import Finder, Mention
from milepost.intake.sentences import sentences
from milepost.records import PartialDate
from milepost.results import Cell, Result, cell

Firmness = Literal["signed", "agreed", "vowed", "must strive"]
Missing = Literal["owner", "date", "acceptance test"]


@dataclass(frozen=True)
class Draft:
    """One proposed commitment. ``quote`` is ``text[start:end]`` of the paragraph at ``place``, character for character.

    ``by_context`` says that the owner was not named in the sentence but stands for "both sides" or the like.
    """

    id: str
    quote: str
    place: str
    start: int
    end: int
    owed_by: tuple[str, ...]
    owed_to: tuple[str, ...]
    what: str
    due: PartialDate | None
    due_words: str
    firmness: Firmness
    kind: str
    acceptance_test: str
    missing: tuple[Missing, ...]
    why: str
    by_context: bool

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
            "due": str(self.due) if self.due else None,
            "due_words": self.due_words,
            "firmness": self.firmness,
            "kind": self.kind or None,
            "acceptance_test": self.acceptance_test,
            "missing": list(self.missing),
            "why": self.why,
            "by_context": self.by_context,
        }


@dataclass(frozen=True, repr=False)
class Proposal(Result):
    """The drafts of one document, and how many sentences were read to find them."""

    document: str
    sha256: str
    sentences: int
    drafts: tuple[Draft, ...]

    def headed(self) -> str:
        """How many drafts from how much text."""
        return f"{len(self.drafts)} drafts from {self.sentences} sentences"

    def as_dict(self) -> dict[str, Any]:
        """Document and drafts; ``milepost intake`` adds what was written of them."""
        return {
            "document": self.document,
            "sha256": self.sha256,
            "sentences": self.sentences,
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
    "missing",
    "place",
    "why",
    "quote",
)


_STRONG_ACTION = (
    r"build|construct|complete|finish|finali[sz]e|open|inaugurate|commission|launch|start|begin|cut|reduce|lower|raise|increase|lift|"
    r"dredge|deepen|electrify|extend|lengthen|upgrade|moderni[sz]e|rehabilitate|repair|renew|replace|reconstruct|harmoni[sz]e|introduce|"
    r"establish|set up|create|found|form|deploy|exchange|share|abolish|remove|eliminate|waive|simplify|digiti[sz]e|finance|fund|provide|"
    r"allocate|allot|buy|purchase|acquire|order|supply|deliver|transfer|hand over|sign|ratify|accede|submit|publish|operate|run|connect|"
    r"link|join|prepare|allow|permit|grant|adopt|implement|apply|double|triple|expand|install|recogni[sz]e|issue|appoint|designate|"
    r"name|keep|maintain|lease|equip|put|bring|carry|invest|restore|resume|accelerate|speed up|widen|pave|lay|charge|pay|replace|"
    r"admit|unify|merge|station|staff|train|test|certify|move|convert|switch|rise|notify|inform|report|ensure|have|accept|handle|hand|"
    r"be"
)
_WEAK_ACTION = (
    r"strive|endeavou?r|seek|explore|consider|study|examine|discuss|encourage|promote|intensify|strengthen|deepen cooperation|"
    r"cooperate|facilitate|support|look into|work towards?|continue"
)
_NOUNS = (
    r"construction|completion|opening|building|launch|introduction|extension|electrification|moderni[sz]ation|rehabilitation|"
    r"extending|doubling|tripling|raising|cutting|reducing|building|start of works?|first train|digiti[sz]ation|removal|removing|introducing|establishment|creation|expansion|reconstruction|exchange|supply|delivery"
)
_TRIGGERS: tuple[tuple[Firmness, str], ...] = (
    (
        "signed",
        r"\b(?:signed|concluded|initialled|sealed|sign)\b[^.;]{0,60}\b(?:agreement|contract|memorandum|protocol|treaty|deal|accord|convention|MoU)\b",
    ),
    ("must strive", r"\b(?:should|must|ought to|need(?:s)? to|has to|have to)\b"),
    (
        "must strive",
        r"\b(?:called (?:for|on|upon)|urged|stressed|underlined|underscored|emphasi[sz]ed|highlighted)\b",
    ),
    (
        "must strive",
        r"\b(?:(?:expressed|reaffirmed|confirmed|voiced|reiterated) (?:their |its )?(?:readiness|willingness|interest|intention)|(?:is|are|stands?) (?:ready|prepared|willing)|hoped?|hopes) to\b",
    ),
    (
        "agreed",
        r"\b(?:ha(?:s|ve) )?(?:agreed|decided|resolved|undertook|undertakes?|undertaken|approved|determined)\b",
    ),
    ("agreed", r"\b(?:ha(?:s|ve) )?committed (?:itself|themselves|himself|herself)?\b"),
    (
        "vowed",
        r"\b(?:ha(?:s|ve) )?(?:pledged?|pledges|promised?|promises|vowed|vows|assured|guaranteed|guarantees|announced|intends?|plans?)\b",
    ),
    ("vowed", r"\b(?:said|says|declared|confirmed|stated)\b[^.;]{0,80}\b(?:would|will)\b"),
    ("agreed", r"\b(?:reached|came to) (?:an? )?(?:understanding|agreement|consensus|compromise)\b"),
    (
        "agreed",
        r"\b(?:commitments?|obligations?|undertakings?|decision) to\b|\b(?:is|are|remains?) committed to\b",
    ),
    ("agreed", r"\b(?:obliges?|obliging|binds?|binding|requires?|requiring|commits|committing)\b"),
    ("agreed", r"\b(?:instructed|ordered|directed|tasked|mandated)\b"),
    ("vowed", r"\b(?:pledges?|promises?|vows?|intentions?|plans?) to\b"),
    ("vowed", r"\b(?:gave|given|gives) (?:an? |its |their )?(?:assurances?|word|guarantees?|undertaking)\b"),
    ("vowed", r"\b(?:offered|offers|volunteered|proposes|proposed) to\b"),
    (
        "vowed",
        r"\b(?:ha(?:s|ve) )?(?:set|named|fixed|pencilled in|penciled in|earmarked|scheduled|slated)\b(?= (?:\w+ ){0,4}?(?:19|20|21)\d\d)",
    ),
    ("agreed", r"\b(?:is|are) going to\b"),
    ("agreed", r"\bshall\b"),
    ("agreed", r"\bwill\b"),
    ("agreed", r"\b(?:is|are) to\b"),
)
_REJECT: tuple[tuple[str, str], ...] = (
    ("a question", r"\?\s*[\"'”’]?$"),
    (
        "not agreed",
        r"\b(?:did not|didn't|do not|does not|has not|have not|had not|could not|cannot|failed to|refused|declined|rejected|never)\b"
        r"(?! rise| exceed| be (?:raised|increased|closed))",
    ),
    (
        "not agreed",
        r"\b(?:no|without (?:an?|any)?) ?(?:agreement|commitment|decision|deal|date)\b|\bhas yet to\b|\bnot yet\b|\bwhether to\b",
    ),
    (
        "a hypothesis",
        r"^\W*(?:if|had|should|were)\b(?! be).*,|\bcould\b|\bmight\b|\bwould have\b|\bmay (?!\d)(?=\w)",
    ),
    (
        "another's opinion",
        r"\b(?:analysts?|experts?|observers?|economists?|traders?|residents|exporters|importers|drivers|critics|opposition|"
        r"businessm[ae]n|shippers|carriers|farmers|study|survey|report) (?:\w+ ){0,3}?(?:expects?|believes?|hopes?|fears?|says?|said|estimates?|predicts?|"
        r"complained|warns?|warned|demanded)\b|\baccording to (?:a|an|the) (?:study|survey|report)\b|\bopposition deputies\b",
    ),
    ("not agreed", r"\bwill not (?:delay|affect|change|stop|hinder|prevent|hurt)\b|\bwill remain\b"),
    (
        "a forecast",
        r"\b(?:forecast|outlook|projection)s? (?:of|by) |\b(?:is|are|was|were) (?:expected|forecast|projected|estimated|likely)\b",
    ),
    (
        "history",
        r"\b(?:was|were) to have\b|\bhad (?:agreed|promised|pledged|planned)\b|\bbut (?:work|works|it|nothing|this)\b.*\bnever\b",
    ),
    (
        "ceremony",
        r"\b(?:gratitude|hospitality|thanked|congratulated|welcomed|condolences|took note|exchanged views|noted that)\b",
    ),
    (
        "a meeting only",
        r"\b(?:meeting|session|round|summit|talks)\b[^.;]{0,30}\bwill (?:take place|be held|meet)\b|\bwill meet (?:again|in)\b",
    ),
)
_KINDS: tuple[tuple[str, str], ...] = (
    ("tariff", r"\btariff|\btoll|\bdut(?:y|ies)\b|\bfee[s]?\b|\bfree trade|\brebate|\bcharges?\b"),
    (
        "border",
        r"\bborder|\bcrossing|\bcustoms|\bclearance|\bcheckpoint|\bvisa|\btransit (?:permit|guarantee|data)|\baxle",
    ),
    ("port-capacity", r"\bport\b|\bberth|\bquay|\bterminal|\bcrane|\bdry port|\blogistics cent"),
    ("service", r"\btrain[s]?\b|\bferr(?:y|ies)|\bshuttle|\bservice\b|\bconsignment|\bwagon|\bvessels?\b"),
    (
        "upgrade",
        r"\bupgrade|\bmoderni|\brehabilit|\belectrif|\bdredg|\brepair|\bspeed|\bsecond track|\breplace|\bcapacity|\bdouble",
    ),
    (
        "build-link",
        r"\bbuild|\bconstruct|\brailway|\brail\b|\broad\b|\bbridge|\btunnel|\bline\b|\bspur|\bhighway|\bcanal",
    ),
)
_NAMES_OWNER = frozenset(
    [
        "agreed",
        "decided",
        "resolved",
        "obliges",
        "oblige",
        "obliging",
        "bind",
        "binds",
        "require",
        "requires",
        "instructed",
        "directed",
        "tasked",
    ]
)
_MEASURE = re.compile(
    r"\b(?:to|of|at|by) (?:at least |about |some )?\d[\d,.]*(?: ?(?:million|thousand|percent|%))? ?"
    r"(?:tonnes|tons|TEU|hours?|km/h|km|wagons|trucks|trains|Mt|percent|%|containers|berthing slots)\b[^,;.]*",
    re.I,
)


def propose(
    document: Document, parties: Iterable[tuple[str, str]] = (), dated: dt.date | None = None
) -> Proposal:
    """Draft commitments of a document.

    ``parties`` are (id, name) of the programme, so that its own parties are found by their names; ``dated`` is the day of
    the document, without which "within six months" stays words.
    """
    finder = Finder(parties)
    together = finder.together(p.text for p in document.paragraphs)
    drafts: list[Draft] = []
    count = 0
    for paragraph in document.paragraphs:
        before: tuple[str, ...] = ()
        for start, end in sentences(paragraph.text):
            count += 1
            quote = paragraph.text[start:end]
            found = _draft(quote, finder, together, before, dated)
            named = tuple(dict.fromkeys(m.id for m in finder.mentions(quote)))
            before = named or before
            if found is not None:
                values = dict(
                    found,
                    id=f"D{len(drafts) + 1:02d}",
                    quote=quote,
                    place=paragraph.place,
                    start=start,
                    end=end,
                )
                drafts.append(Draft(**values))
    return Proposal(document.name, document.sha256, count, tuple(drafts))


def refused(sentence: str) -> str:
    """Why a sentence is no promise by the rules that take one back; empty if none applies."""
    return next((why for why, pattern in _REJECT if re.search(pattern, sentence, re.I)), "")


def _draft(
    sentence: str, finder: Finder, together: tuple[str, ...], before: tuple[str, ...], dated: dt.date | None
) -> dict[str, Any] | None:
    if refused(sentence) or _of_the_past(sentence, dated):
        return None
    hit = _trigger(sentence)
    if hit is None:
        return None
    firmness, start, end, action, weak = hit
    if weak and firmness != "signed":
        firmness = "must strive"
    mentions = finder.mentions(sentence, together)
    owed_by, owed_to, by_context = _owners(sentence, mentions, start, end, before)
    when = due(sentence, dated, start)
    what = _clause(sentence, action, when.words if when else "")
    kind = next((name for name, pattern in _KINDS if re.search(pattern, sentence, re.I)), "")
    measure = _MEASURE.search(sentence)
    missing: list[Missing] = []
    if not owed_by:
        missing.append("owner")
    if when is None or when.date is None:
        missing.append("date")
    if measure is None:
        missing.append("acceptance test")
    return {
        "owed_by": owed_by,
        "owed_to": owed_to,
        "what": what,
        "due": when.date if when else None,
        "due_words": when.words if when else "",
        "firmness": firmness,
        "kind": kind,
        "acceptance_test": measure[0].strip() if measure else "",
        "missing": tuple(missing),
        "why": " ".join(sentence[start:end].split()),
        "by_context": by_context,
    }


def _of_the_past(sentence: str, dated: dt.date | None) -> bool:
    """'In 2014 they promised': a year before the document's, named before the promise, makes it history."""
    lead = re.match(r"^\W*(?:back )?in (?:\w+ )?((?:19|20)\d{2})\b", sentence, re.I)
    return bool(lead and dated and int(lead[1]) < dated.year)


def _trigger(sentence: str) -> tuple[Firmness, int, int, int, bool] | None:
    """The promise word that governs an action: (firmness, start, end, start of the action, is the action weak)."""
    best: tuple[int, int, Firmness, int, int, int, bool] | None = None
    for rank, (firmness, pattern) in enumerate(_TRIGGERS):
        for match in re.finditer(pattern, sentence, re.I):
            rest = sentence[match.end() :]
            found = _action(rest, firmness)
            if found is None:
                continue
            where, weak = found
            # the earliest word governs the sentence: 'agreed that each would' is agreed, not vowed
            key = (match.start(), rank, firmness, match.start(), match.end(), match.end() + where, weak)
            if best is None or key[:2] < best[:2]:
                best = key
    if best is None:
        return None
    return best[2], best[3], best[4], best[5], best[6]


def _action(rest: str, firmness: Firmness) -> tuple[int, bool] | None:
    """Start of the action that follows a promise word, and whether it is a weak one."""
    if re.match(
        r"\s+by (?:the )?[A-Z]", rest
    ):  # 'a loan was promised by Hungary': what is promised stands before
        return 0, False
    weak = re.match(
        rf"[\s,]*(?:that [^.;]{{0,40}}?)?(?:to |also |jointly |further )*(?:{_WEAK_ACTION})\b", rest, re.I
    )
    if weak:
        return weak.end() - len(weak[0].lstrip(" ,")), True
    strong = re.search(
        rf"\b(?:to |would |will |shall |should |jointly |be |itself |soon |also |each |not |under which [^.;]{{0,40}}? will )*\b({_STRONG_ACTION})(?:ed|n|t|s|ing|d)?\b",
        rest,
        re.I,
    )
    nominal = re.search(rf"\b(?:{_NOUNS})\b", rest, re.I)
    passive = re.search(
        r"\bbe (?:\w+ed|built|begun|begin|cut|set up|put|laid|bought|run|sent|made)\b", rest, re.I
    )
    found = [m for m in (strong, nominal, passive) if m]
    if not found:
        return None
    first = min(found, key=lambda m: m.start())
    far = 160 if firmness == "signed" else 110
    return (first.start(), False) if first.start() <= far else None


def _owners(
    sentence: str, mentions: list[Mention], start: int, end: int, before: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    subject = [m for m in mentions if m.start < start]
    # 'with Iran', 'by Russia and Iran': those named so after the promise word owe it too
    extra: list[Mention] = []
    for m in mentions:
        lead = sentence[max(0, m.start - 40) : m.start]
        partner = re.search(r"\b(?:with|by)\s+(?:the\s+)?(?:[A-Z]\w+(?:,| and)\s+(?:the\s+)?)*$", lead)
        if m.start >= start and partner and "assistance" not in sentence[m.end : m.end + 14]:
            extra.append(m)
    named = [m for m in subject if not m.by_context] or [m for m in subject if m.by_context]
    if not named and extra:
        named, extra = extra, []
    said = re.search(
        r"\b(?:said|says|declared|confirmed|stated|assured) (?:that )?|\b(?:agreed|decided|resolved) that |"
        r"\b(?:obliges?|obliging|binds?|requires?|instructed|directed|tasked) (?=(?:the )?[A-Z])",
        sentence,
    )
    if said:  # 'the minister said Tajikistan would': the promise is that of the clause
        upto = max(end + 1, said.end() + 60) if said[0].split()[0] in _NAMES_OWNER else end + 1
        inside = [m for m in mentions if said.end() <= m.start < upto and not m.by_context]
        named = inside or named
    agreed_with = [
        m
        for m in extra
        if re.search(r"\b(?:agreed|signed|concluded|resolved|decided)\b", sentence[: m.start])
    ]
    owners = tuple(sorted(dict.fromkeys(m.id for m in (*named, *agreed_with))))
    pronoun = re.match(
        r"^\W*(?:it|they|he|she|the (?:country|government|ministry|minister|republic|kingdom))\b",
        sentence,
        re.I,
    )
    if not owners and pronoun and before:
        return before, (), True
    to = tuple(
        dict.fromkeys(
            m.id for m in mentions if m.start >= end and m.id not in owners and _to_whom(sentence, m)
        )
    )
    return owners, to, bool(named) and all(m.by_context for m in named)


def _to_whom(sentence: str, m: Mention) -> bool:
    return bool(
        re.search(r"\b(?:to|for|assure[sd]?)\s+(?:the\s+)?$", sentence[max(0, m.start - 14) : m.start], re.I)
    )


def _clause(sentence: str, start: int, words: str) -> str:
    clause = sentence[start:].rstrip(" .!;\"'”’")
    if words and clause.endswith(words):
        clause = clause[: -len(words)]
    return re.sub(r"^(?:to|would|will|shall|should|be|that)\s+", "", clause.strip(" ,")).strip(" ,")
