"""Who owes what a piece of a sentence promises, and to whom."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from milepost.intake.lexicon import Lexicon
from milepost.intake.parties import Around, Mention
from milepost.intake.promises import Piece

_LOOK_BACK = 70
AT_VERB = 2  # characters between a subject and its verb
# "NAIROBI, Kenya, Aug 31 - ", "Wuhan. October 31. An Agency - ": where and when an article was written
_DATELINE = re.compile(
    r"\W*(?:[^;:!?]{3,90}?(?:\b\d{1,2}\b|\([^)]{2,40}\))[^;:!?]{0,40}?|[\w.' ]{2,25}, [\w.' ]{3,40})"
    r" --? (?=\w)"
)
_ENDS = ("", ".", ",", ";", ")", "-")  # what may follow a party that is named last
_HEAD = 40  # characters in which a clause names its subject
_CLOSE = 90  # characters between two names of one subject


@dataclass(frozen=True)
class Group:
    """Parties named together ("Iran, Iraq and the Government of Turkey"), with the place of their words."""

    ids: tuple[str, ...]
    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class Owner:
    """Who owes, and whether that was resolved from the text around ("both sides", "it")."""

    ids: tuple[str, ...] = ()
    by_context: bool = False


def groups(
    s: str, mentions: list[Mention], lex: Lexicon, apart: Callable[[int, Mention], bool]
) -> list[Group]:
    """Mentions that stand together as one subject; ``apart`` says of the start of a group and of a mention
    behind a comma that they do not."""
    found: list[Group] = []
    for m in mentions:
        if found and m.start < found[-1].end:
            continue
        between = s[found[-1].end : m.start] if found else ""
        comma = between.strip() == "," and apart(found[-1].start, m)
        joins = _joins(between, lex) or (found and _both_adjectives(s, found[-1], m, between, lex))
        if found and "together" not in (m.kind, found[-1].kind) and not comma and joins:
            last = found[-1]
            kind = last.kind if last.kind == m.kind else "name"
            found[-1] = Group(tuple(dict.fromkeys((*last.ids, *m.ids))), last.start, m.end, kind)
        else:
            found.append(Group(m.ids, m.start, m.end, m.kind))
    return found


def _both_adjectives(s: str, last: Group, m: Mention, between: str, lex: Lexicon) -> bool:
    """'Les présidents ivoirien, A. B., et burkinabè, C. D., ...': named between, and yet one subject."""
    left = s[max(0, last.start - _HEAD) : last.start]
    two = last.kind == m.kind == "adjective" and len(between) <= _CLOSE
    return two and lex.has("plural_agent", left) and lex.has("and_between", between)


def _joins(between: str, lex: Lexicon) -> bool:
    if len(between) > _CLOSE:
        return False
    if lex.p("glue").match(between):
        near = len(between) < 40 and lex.order != "sov"  # "Iran railway Iraq" is Iraq's railway there
        return not between.strip() or lex.has("coordinated", between) or near
    return (
        lex.has("coordinated", between)
        and lex.has("agent", between)
        and not lex.has("with", between)
        and not any(t.pattern.search(between) for t in lex.triggers if t.form != "noun")
    )


class Owners:
    """Resolves the owners of the pieces of one sentence, in order."""

    def __init__(self, s: str, mentions: list[Mention], lex: Lexicon, around: Around) -> None:
        self.s = s
        self.lex = lex
        self.around = around
        self.last: Owner | None = None
        self.default: Owner | None = None  # that of the words above a list
        self.lead_end = max(self._lead_phrases(), self._dateline(mentions))
        early = [m for m in mentions if m.start < self.lead_end]
        late = [m for m in mentions if m.start >= self.lead_end]
        found = [*groups(s, early, lex, self._apart), *groups(s, late, lex, self._apart)]
        self.groups = [g for g in found if not self._only_a_city(g)]

    def _apart(self, start: int, m: Mention) -> bool:
        """'Its neighbour, Iran, will', 'after the talks in Iran, Turkey will': two, and not a list."""
        if self.lex.order != "svo" or not self._at_a_verb(m.end):
            return False
        return self.s[m.end : m.end + 1] == "," or self.oblique(start)

    def _at_a_verb(self, end: int) -> bool:
        at = end + len(self.s[end : end + AT_VERB]) - len(self.s[end : end + AT_VERB].lstrip(", "))
        return any(t.pattern.match(self.s, at) for t in self.lex.triggers if t.form != "noun")

    def _only_a_city(self, g: Group) -> bool:
        """A capital is a place unless it acts: it must stand as the subject does."""
        if g.kind != "capital":
            return False
        if self.oblique(g.start):
            return True
        if self.lex.order != "svo" or self._near_a_verb(g.end):
            return False
        return not (len(g.ids) > 1 and g.start < 4)  # 'Ankara and Baghdad ...' at the head of a sentence act

    def _near_a_verb(self, end: int) -> bool:
        after = self.s[end : end + 30]
        return any(
            t.pattern.match(self.s, end + len(after) - len(after.lstrip())) for t in self.lex.triggers
        ) or bool(re.match(r"^(?:'s)?\W{0,3}(?:\w+\W+){0,1}(?:and|et|и)\b", after))

    def _dateline(self, mentions: list[Mention]) -> int:
        """Where an article itself begins, if somebody who may act is named behind its place and day."""
        m = _DATELINE.match(self.s)
        if not m or not any(x.start >= m.end() for x in mentions):
            return 0
        acted = any(t.pattern.search(self.s, 0, m.end()) for t in self.lex.triggers if t.form != "noun")
        return 0 if acted else m.end()

    def _lead_phrases(self) -> int:
        """Where the clause itself begins, after "In accordance with ...,"."""
        at = 0
        for _ in range(4):
            m = self.lex.p("lead").match(self.s[at:])
            if not m or not m.end():
                return at
            at += m.end()
        return at

    def oblique(self, start: int) -> bool:
        left = self.s[max(0, start - _LOOK_BACK) : start]
        return self.lex.has("oblique", left) and not self.lex.has("agent_of", left)

    # -- one piece ----------------------------------------------------------------------------------------

    def of(self, piece: Piece) -> Owner:
        """The owner of a piece; later pieces fall back on it."""
        owner = self._of(piece)
        if owner.ids:
            self.last = owner
        return owner

    def _of(self, piece: Piece) -> Owner:
        if self._is_the_secretariat(piece):
            return Owner()
        if piece.hit.form == "order":
            object_ = self._in_zone(piece.hit.end, piece.start, first=True)
            if object_:
                return object_
        named = self._two(self._subject(piece))
        # "We will ...", the minister said; but not "the two countries will ..."
        we = self.lex.order != "svo" or self.lex.has("together.doubles", self.s[slice(*piece.zone)])
        if named and named.by_context and piece.outer is not None and we:
            speaker = self._in_zone(*piece.outer, first=True)
            if speaker and not speaker.by_context:
                return speaker
        if named and not (piece.passive and named.by_context):
            return self._with_partners(piece, named)
        agent = self._agent(piece) or self._complement(piece) or self.responsible(piece.start)
        if agent:
            return agent
        if named:
            return named
        if piece.outer is not None:
            outer = self._in_zone(*piece.outer, first=True)
            if outer:
                return outer
        if piece.inherits and self.last:
            return self.last
        return self._around(piece)

    def _two(self, owner: Owner | None) -> Owner | None:
        """'A minister and his Ugandan counterpart': of a text about two, both."""
        pair = self.around.parties
        if owner is None or len(owner.ids) != 1 or len(pair) != 2 or owner.ids[0] not in pair:
            return owner
        for g in self.groups:
            marked = f"{self.s[max(0, g.start - _LOOK_BACK) : g.start]}@{self.s[g.end : g.end + _HEAD]}"
            if g.ids == owner.ids and self.lex.has("counterpart", marked):
                return Owner(tuple(sorted(pair)), True)
        return owner

    def _subject(self, piece: Piece) -> Owner | None:
        start, end = piece.zone
        if self.lex.order == "vso":
            after = self._in_zone(piece.hit.start, self._subject_end(piece), first=True, close=True)
            if after:
                return after
        if piece.hit.form == "noun" and not piece.first:
            return self._in_zone(start, end, first=False)
        return self._in_zone(
            start, end, first=piece.first or self.lex.order == "sov" or piece.outer is not None
        )

    def _subject_end(self, piece: Piece) -> int:
        limit = piece.start if piece.start > piece.hit.start else piece.end
        begin = max(limit, piece.hit.end)
        for m in self.lex.p("after_subject").finditer(self.s, piece.hit.end, begin):
            named = any(g.start <= m.end() < g.end for g in self.groups)
            if not named:  # Pakistan begins as "by" does
                return m.start()
        return limit

    def _in_zone(self, start: int, end: int, *, first: bool, close: bool = False) -> Owner | None:
        low = max(start, self.lead_end) if start < self.lead_end <= end else start
        inside = [g for g in self.groups if low <= g.start and g.end <= end]
        if close:  # a verb that stands first has its subject next to it
            inside = [g for g in inside if g.start - start <= 80 and self._next_to_verb(start, g.start)]
        free = [g for g in inside if not self.oblique(g.start)]
        if self.lex.order == "sov":
            free = [g for g in free if self._heads(self.s[low : g.start])]
        if not first and self.lex.order == "svo":
            free = free[::-1]
            free = [g for g in free if not self.lex.has("broken", self.s[g.end : end])]
        if not free:
            return None
        near = free[-1]  # "In the document signed by A and B, the parties agreed": they stand at the verb
        if first and self.lex.order == "svo" and near.kind == "together" and end - near.end <= AT_VERB:
            return Owner(tuple(sorted(near.ids)), True)
        if near is not free[0] and near.kind != "together" and self._is_subject(near, end, free[0].kind):
            return Owner(tuple(sorted(near.ids)), False)  # "Ministers to ..., and Uganda is to"
        return Owner(tuple(sorted(free[0].ids)), free[0].kind == "together")

    def _is_subject(self, near: Group, end: int, first: str) -> bool:
        """Whether a party stands right before a verb, and right behind an "and" or, whoever is named before
        it ("After the talks with Iraq, Iran will", "its neighbour, Iran, will"), a comma."""
        if self.lex.order != "svo" or near.kind == "capital":
            return False
        left = self.s[max(0, near.start - 8) : near.start]
        if first == "together" and end - near.end <= AT_VERB and self.lex.has("and_then", left):
            return True
        office = self.lex.p("office").fullmatch(self.s, near.end, end) is not None
        return (end - near.end <= AT_VERB or office) and self.lex.has("behind_comma", left)

    def _next_to_verb(self, verb: int, name: int) -> bool:
        between = self.s[verb:name]
        return len(between.split()) <= 3 or self.lex.has("agent", between)

    def _heads(self, before: str) -> bool:
        """Whether the words before a name leave it the subject of a clause whose verb stands last."""
        words = before.split()
        return (
            len(words) <= 1
            or before.rstrip().endswith((",", ":"))
            or self.lex.has("agent", before)
            or self.lex.p("adverbial").match(before.strip()) is not None
        )

    def _with_partners(self, piece: Piece, owner: Owner) -> Owner:
        """'agreed with Iran to': Iran owes it too."""
        if piece.hit.form not in ("act", "sign", "passive", "post") or owner.by_context:
            return owner
        if self.lex.order == "sov":
            return self._beside(piece, owner)
        upto = piece.start if piece.hit.form == "act" else piece.end
        more: list[str] = []
        for g in self.groups:
            if piece.hit.start <= g.start < upto and self.lex.has(
                "with", self.s[max(0, g.start - _LOOK_BACK) : g.start]
            ):
                more += g.ids
        return Owner(tuple(sorted({*owner.ids, *more})), owner.by_context)

    def _beside(self, piece: Piece, owner: Owner) -> Owner:
        """'Iran with Iraq on the railway agreed': the partner stands right behind the subject."""
        for subject, partner in pairwise(g for g in self.groups if g.end <= piece.hit.start):
            between = self.s[subject.end : partner.start]
            if set(subject.ids) <= set(owner.ids) and self.lex.p("with").match(between.strip() + " "):
                return Owner(tuple(sorted({*owner.ids, *partner.ids})), owner.by_context)
        return owner

    def _agent(self, piece: Piece) -> Owner | None:
        """'shall be built by Iran'; 'a memorandum was signed between Iran and Iraq'."""
        for g in self.groups:
            left = self.s[max(0, g.start - _LOOK_BACK) : g.start]
            right = self.s[g.end : g.end + 30]
            acts = self.lex.has("by_agent", left) or self.lex.p("agent_after").match(right) is not None
            if piece.zone[0] <= g.start < piece.end and acts:
                return Owner(tuple(sorted(g.ids)), g.kind == "together")
            if piece.hit.form == "sign" and self.lex.has("between", left):
                return Owner(tuple(sorted(g.ids)), g.kind == "together")
        if piece.hit.form == "sign":
            both = [g for g in self.groups if piece.start <= g.start < piece.end and len(g.ids) > 1]
            if both:
                return Owner(tuple(sorted(both[0].ids)), both[0].kind == "together")
        return None

    def _complement(self, piece: Piece) -> Owner | None:
        """'It was agreed that Iran submit ...': who stands first in what was agreed."""
        if piece.hit.form not in ("passive", "act") or piece.start < piece.hit.end:
            return None
        end = min(piece.end, piece.start + _HEAD)
        return self._in_zone(piece.start, end, first=True)

    def responsible(self, after: int = 0) -> Owner | None:
        """'Opening of the post: Tunisia, by May', '(responsible: Iran)': a party behind a colon, and no more
        than a date after it."""
        for g in self.groups:
            left = self.s[max(0, g.start - _LOOK_BACK) : g.start]
            tail = self.s[g.end : g.end + 1]
            if after < g.start and self.lex.has("responsible", left) and tail in _ENDS:
                return Owner(tuple(sorted(g.ids)), g.kind == "together")
        return None

    def _around(self, piece: Piece) -> Owner:
        start, end = piece.zone
        words = self.s[start:end]
        if self._is_nobody_here(piece, words):
            return Owner()
        if self.last and piece.passive and not piece.first and not self.last.by_context:
            return Owner(self.last.ids, True)  # 'Iran will build it; the works should be finished in 2030'
        if self.lex.has("together.same", words) and self.around.before:
            return Owner(self.around.before, True)
        if self.default is not None and self.default.ids and not self.lex.has("agent", words):
            return self.default
        if self.last and (piece.inherits or self.lex.has("together.doubles", words)):
            return Owner(self.last.ids, True)
        if self.around.parties:
            where = self._where_built(piece)
            return where or Owner(tuple(sorted(self.around.parties)), True)
        return Owner(self.around.before, True) if self.around.before else Owner()

    def _is_the_secretariat(self, piece: Piece) -> bool:
        """Whether the secretariat is to do it, which is no party (unless the programme has it as one)."""
        start, end = piece.zone[0], piece.hit.start
        if piece.hit.form == "order" and self.lex.order != "sov":
            told = len(self.s[piece.hit.end : piece.start].split()) > 1  # not 'it was requested to submit'
            start, end = piece.hit.end if told else start, piece.start
        elif self.lex.order == "vso":
            start, end = piece.hit.start, min(piece.end, piece.hit.end + _HEAD)
        for m in self.lex.p("secretariat").finditer(self.s, start, max(start, end)):
            named = any(g.start <= m.start() < g.end for g in self.groups if g.kind != "together")
            near = not any(m.end() <= g.start < end for g in self.groups)
            if not named and near:
                return True
        return False

    def _is_nobody_here(self, piece: Piece, words: str) -> bool:
        """Whether "the two countries" stands there, and it is not said which."""
        asked = words if piece.start >= piece.hit.end else self.s[piece.zone[0] : piece.end]
        if self.lex.order == "vso":
            asked += " " + self.s[piece.hit.end : piece.hit.end + _HEAD]
        said = self.lex.p("together.all").search(asked)
        wanted = self.lex.has("together.two", said[0]) if said else False
        return wanted and not self.around.together(said[0] if said else "", self.lex)

    def _where_built(self, piece: Piece) -> Owner | None:
        """Works on the territory of one country are its own to do."""
        if not piece.passive or self.lex.has("kinds.meet", self.s[piece.zone[0] : piece.end]):
            return None
        found = [
            g
            for g in self.groups
            if piece.zone[0] <= g.start < piece.end
            and self.lex.has("place", self.s[max(0, g.start - _LOOK_BACK) : g.start])
            and len(g.ids) == 1
        ]
        return Owner(found[0].ids, True) if len(found) == 1 else None

    def to_whom(self, piece: Piece, owner: Owner) -> tuple[str, ...]:
        """Who is owed: 'to Iran', 'assist Afghanistan'."""
        found: list[str] = []
        for g in self.groups:
            left = self.s[max(0, g.start - _LOOK_BACK) : g.start]
            if piece.start <= g.start < piece.end and self.lex.has("to_whom", left):
                found += [i for i in g.ids if i not in owner.ids]
        return tuple(dict.fromkeys(found))
