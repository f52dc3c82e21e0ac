"""The promises of a sentence: words that promise, the action that follows them, and what takes a promise
back.

A *trigger* of the lexicon has a *form* that says what must follow it: ``act`` (agreed to ..., agreed that
...), ``order`` (instructed X to ...), ``say`` (said that X would ...), ``modal`` (will, shall, must),
``future`` and ``present`` (a verb form that promises by itself), ``need``, ``noun``, ``sign``, ``post`` (a
promise word after what is promised). Each form is one function here; all know the languages only through
their lexicons.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from milepost.intake.lexicon import Lexicon

_NEXT = 12  # triggers ahead that may belong to the clause of one
_HEAD = 40  # characters of a that-clause in which its subject is named
_FAR = 140  # characters between a promise word and its action
_YEAR_SAID = re.compile(r"(?:in|on|of|en|le|du|de|в|от|عام|سنه|في|سال|در) (?:\w+ ){0,3}?((?:19|20)\d\d)\b")
_INNER = ("modal", "inner", "future", "present", "noun", "fixed", "event", "inner future")
_BY_ENDING = ("future", "present", "inner future")
_FINITE = ("act", "order", "passive", "sign", "need", "say", "announce", "post")


@dataclass(frozen=True)
class Hit:
    """A trigger found: its form, firmness and place in the folded sentence."""

    form: str
    firmness: str
    start: int
    end: int


@dataclass(frozen=True)
class Piece:
    """One promise: its trigger, its place (``start`` to ``end``: the action), the words in which its owner
    is looked for (``zone``), and whether the owner of the trigger before it is meant where the zone names
    none."""

    hit: Hit
    firmness: str
    start: int
    end: int
    zone: tuple[int, int]
    first: bool
    inherits: bool
    passive: bool = False
    outer: tuple[int, int] | None = None  # the zone of the word that governs it: "X said that Y would"


@dataclass(frozen=True)
class Lead:
    """A promise word whose actions follow as a list."""

    hit: Hit
    zone: tuple[int, int]


@dataclass(frozen=True)
class Setting:
    """What the text around a sentence says: how binding the document is, whether it has a date, whether the
    sentence is an item of a list, whether it is about the past, the year of the document (0: unknown), and
    where in it words begin with a capital letter."""

    binding: bool = False
    formal: bool = False
    item: bool = False
    past: bool = False
    year: int = 0  # of the document
    capitals: frozenset[int] = frozenset()


@dataclass
class _Scope:
    """An open that-clause: whose firmness holds, and from where to where its governing zone reaches."""

    hit: Hit
    zone: tuple[int, int]


class Reading:
    """One sentence being read from left to right."""

    def __init__(self, text: str, lex: Lexicon, setting: Setting, actors: list[tuple[int, int]]) -> None:
        """``actors`` are the places of parties and of words for them."""
        self.s = text
        self.lex = lex
        self.setting = setting
        self.actors = actors
        self.pieces: list[Piece] = []
        self.lead: Lead | None = None
        self.boundary = 0
        self.scope: _Scope | None = None
        self.attribution: tuple[int, int] | None = None

    # -- the whole sentence -----------------------------------------------------------------------------

    def read(self) -> None:
        """Find the pieces, then give each its end and take lists apart."""
        lex = self.lex
        if self.setting.past or any(
            lex.has(name, self.s)
            for name in ("question", "outsiders", "conditional", "boilerplate", "invitation")
        ):
            return
        said = lex.p("attribution").search(self.s)
        if said and not self._promises(self.s[: said.start()]):
            said = None  # 'The minister, who led the talks, said the two countries agreed to'
        if said:  # '..., the minister told reporters'
            self.attribution = said.span()
        closed = [*self._conditions(), *self._preamble()]
        clusters = [
            c
            for c in _clusters(self.s, lex, self.setting.capitals)
            if not (said and c[0].start >= said.start()) and not any(a <= c[0].start < b for a, b in closed)
        ]
        for n, cluster in enumerate(clusters):
            later = [h for c in clusters[n + 1 : n + 1 + _NEXT] for h in c]
            self._cluster(cluster, later)
        self._ends()
        if self.attribution:
            self.pieces = [self._attributed(p, self.attribution) for p in self.pieces]

    def _conditions(self) -> list[tuple[int, int]]:
        """Where the sentence says on which condition something will be: nobody promises what stands there."""
        found = []
        for m in self.lex.p("condition").finditer(self.s):
            end = re.search(r"[;:]", self.s[m.end() :])
            found.append((m.start(), m.end() + end.start() if end else len(self.s)))
        return found

    def _preamble(self) -> list[tuple[int, int]]:
        """Where the sentence recalls, reaffirms and is guided before it says what is agreed."""
        told = list(self.lex.p("preamble").finditer(self.s))
        if not told:
            return []
        before = self.s[: told[0].start()]
        if re.search(r"\w", before) and (len(told) == 1 or "," in before or self._promises(before)):
            return []
        found: list[tuple[int, int]] = []
        for m in told:
            if found and self._promises(self.s[found[-1][1] : m.start()]):
                break
            end = re.search(r"[,;:]", self.s[m.end() :])
            found.append((m.start(), m.end() + end.start() if end else len(self.s)))
        return found

    def _promises(self, words: str) -> bool:
        return any(t.pattern.search(words) for t in self.lex.triggers)

    def _attributed(self, piece: Piece, said: tuple[int, int]) -> Piece:
        lowers = not self.lex.has("attribution_text", self.s[said[0] : said[1]])
        firmness = (
            "vowed"
            if lowers and piece.firmness in ("agreed", "legal duty") and piece.hit.form != "act"
            else piece.firmness
        )
        return replace(piece, firmness=firmness, end=min(piece.end, said[0]), outer=piece.outer or said)

    def listed(self, hit: Hit, start: int) -> list[Piece]:
        """The sentence as an action whose promise word stands elsewhere: above the list, or nowhere."""
        piece = Piece(hit, self._firmness(hit, None), start, len(self.s), (0, start), True, False)
        return list(self._split(replace(piece, firmness=self._lowered(piece))))

    def _cluster(self, cluster: list[Hit], later: list[Hit]) -> None:
        start = cluster[0].start
        if start < self.boundary:
            return
        zone = self.s[self.boundary : start]
        aside = self.lex.has("relative", zone) or (
            "," in zone and self.lex.p("relative_clause").match(zone[zone.rfind(",") + 1 :])
        )
        meets = any(h.form == "event" for h in cluster)  # 'a committee, which will meet every year'
        opens = any(
            h.form in ("act", "order") and _opens_a_list(self, h) for h in cluster
        )  # 'which provides:'
        if aside and not meets and not opens and not (self.scope and self.boundary == start):
            self.boundary = max(self.boundary, start)
            return
        for hit in cluster:
            if self.scope and self.scope.hit.form == "deny" and hit.form in _INNER:
                continue
            if hit.form in ("act", "passive") and self.lex.has(
                "no_before", self.s[max(0, start - 14) : start]
            ):
                self.scope = _Scope(replace(hit, form="deny"), self.zone(hit))
                break
            if _FORMS[hit.form](self, hit, later):
                self.boundary = max(self.boundary, hit.end)
                return
        if cluster[0].form not in ("say", "announce"):
            self.boundary = max(self.boundary, start)

    def zone(self, hit: Hit) -> tuple[int, int]:
        """Where the subject of a trigger stands: from the last boundary to it."""
        return (self.boundary, hit.start)

    def _first(self) -> bool:
        return self.boundary == 0

    def inherits(self, hit: Hit) -> bool:
        """Whether the subject was named before: "agreed ... and stressed ..."."""
        zone = self.s[self.boundary : hit.start]
        if self.lex.order == "sov" and self.boundary > 0 and re.match(r"\W*\u0648\b", zone):
            return True  # '... and the question of visas they will examine'
        return self.boundary > 0 and (not zone.strip() or self.lex.has("joined", zone))

    def add(self, hit: Hit, start: int, end: int | None = None, *, passive: bool = False) -> bool:
        """A piece from ``start`` on; True, for the forms to return."""
        last = self.pieces[-1].start if self.pieces else -9
        if last <= hit.start <= last + 2 or hit.start <= last < hit.end:
            return True  # 'must strive to double': the verb of the one is the promise word of the other
        scope = (
            self.scope if self.scope and self.scope.hit.form in ("act", "say", "passive", "order") else None
        )
        firmness = self._firmness(hit, scope)
        piece = Piece(
            hit,
            firmness,
            start,
            end if end is not None else len(self.s),
            self.zone(hit),
            self._first(),
            self.inherits(hit),
            passive,
            scope.zone if scope else None,
        )
        self.pieces.append(replace(piece, firmness=self._lowered(piece)))
        return True

    def _firmness(self, hit: Hit, scope: _Scope | None) -> str:
        firmness = hit.firmness
        if scope is not None and not (scope.hit.form == "say" and hit.form in _FINITE):
            outer = scope.hit.firmness
            if hit.firmness == "legal duty" and scope.hit.form != "say":
                return hit.firmness if self.setting.binding else outer
            if scope.hit.form == "say":
                return firmness if firmness in ("must strive", "considered") else outer
            return outer
        duty = hit.form in ("modal", "future", "present") or self.lex.has(
            "undertaking", self.s[hit.start : hit.end]
        )
        if self.setting.binding and firmness == "agreed" and duty:
            return "legal duty"
        return firmness

    def _lowered(self, piece: Piece) -> str:
        """The firmness that weak words leave: 'agreed to explore' is considered, no more."""
        if piece.hit.form == "sign":
            return piece.firmness
        words = self.s[piece.start : piece.end]
        if self.lex.order == "sov":
            words = words if piece.start < piece.hit.start else self.s[piece.start :]
            words = self.lex.p("purpose").sub("", words)
        if self.lex.p("firm_study").match(words):
            return piece.firmness
        if self._opens("consider", words):
            return "considered"
        if self._opens("weak", words) and piece.firmness != "considered":
            return "must strive"
        return piece.firmness

    def _opens(self, name: str, words: str) -> bool:
        pattern = self.lex.p(name)
        return bool(pattern.search(words[:400]) if self.lex.order == "sov" else pattern.match(words))

    # -- ends and lists ---------------------------------------------------------------------------------

    def _ends(self) -> None:
        cut: list[Piece] = []
        for n, piece in enumerate(self.pieces):
            end = piece.end
            other = self.lex.p("other_clause").search(self.s, piece.start, end)
            if other and piece.hit.form not in ("act", "say"):
                end = other.start()
            if n + 1 < len(self.pieces) and self.lex.order != "sov":
                following = self.pieces[n + 1]
                limit = min(following.hit.start, following.start)
                if piece.start < limit < end:
                    between = self.s[piece.start : limit]
                    marks = [m.start() for m in self.lex.p("clause_end").finditer(between)]
                    marks = marks or [m.start() for m in re.finditer(r"[,;]| and | et | и | و", between)]
                    end = piece.start + (marks[-1] if marks else len(between))
            cut += self._split(replace(piece, end=end))
        self.pieces = cut

    def _split(self, piece: Piece) -> Iterator[Piece]:
        """The actions of a list under one promise word."""
        if piece.hit.form == "sign":
            yield from self._signed(piece)
            return
        if piece.hit.form in ("fixed", "announce"):
            yield piece
            return
        text = self.s[: piece.end]
        ends = self._cuts(piece, text)
        kept: list[int] = []
        for start in sorted({piece.start, *ends}):
            if kept and len(text[kept[-1] : start].split()) < 3:
                continue
            kept.append(start)
        if len(text[kept[-1] :].split()) < 2 and len(kept) > 1:
            kept.pop()
        for n, start in enumerate(kept):
            end = ends[kept[n + 1]] if n + 1 < len(kept) else piece.end
            if n and self.lex.p("stative").match(text, start):
                continue
            part = replace(piece, start=start, end=end)
            if n and part.hit.form != "sign":
                base = self._firmness(piece.hit, None) if piece.outer is None else piece.firmness
                part = replace(part, firmness=self._lowered(replace(part, firmness=base)))
            yield part

    def _cuts(self, piece: Piece, text: str) -> dict[int, int]:
        """Where a further action begins: where the one before it ends."""
        nominal = self.lex.p("action_noun").match(text, piece.start) is not None
        nominal = nominal and not text[: piece.start].endswith("to ")
        nominal = nominal and not self.lex.p("verbal").match(text, piece.start)  # "partager", not "partage"
        names = ("split_noun",) if nominal or piece.hit.form == "need" else ("split", "split_noun")
        if self.lex.p("gerund_first").match(text, piece.start):
            names = (*names, "split_gerund")
        begins: dict[int, int] = {}  # by where the one before ends: 'and by August send' is found twice
        for name in names:
            for pattern in self.lex.lists.get(name, ()):
                for m in pattern.finditer(text, piece.start + 8):
                    if not self._is_what_for(piece.start, m):
                        begins[m.start()] = min(m.start("v"), begins.get(m.start(), len(text)))
        return {start: end for end, start in begins.items()}

    def _is_what_for(self, start: int, cut: re.Match[str]) -> bool:
        """Whether "to monitor and resolve" or ", to ensure ..." says what an action is for."""
        if self.lex.p("serves").match(self.s, cut.start()):
            return True
        between = self.s[start : cut.start()]
        return not self.lex.has("further_mark", cut[0]) and self.lex.has("for_what", between)

    def _signed(self, piece: Piece) -> Iterator[Piece]:
        """'signed an agreement on air traffic and a memorandum on archives': each is a promise."""
        text = self.s[: piece.end]
        cuts = list(self.lex.p("sign_split").finditer(text, piece.hit.end))
        yield replace(piece, end=cuts[0].start() if cuts else piece.end)
        for n, cut in enumerate(cuts):
            end = cuts[n + 1].start() if n + 1 < len(cuts) else piece.end
            firm = self.lex.has("binding_doc", text[cut.start("v") : cut.end("v")])
            firmness = "legal duty" if firm else "agreed"
            yield replace(piece, firmness=firmness, start=cut.start("v"), end=end)


def _clusters(s: str, lex: Lexicon, capitals: frozenset[int] = frozenset()) -> Iterator[list[Hit]]:
    """Triggers in order; those that overlap together, in the order of the lexicon. A verb is known by its
    ending, so what has a capital letter within the sentence (Kidira, Riviera) is none."""
    hits: list[tuple[int, int, int, Hit]] = []
    for rank, trigger in enumerate(lex.triggers):
        for m in trigger.pattern.finditer(s):
            end = m.end()
            start = m.start()
            while start < end and s[start].isspace():
                start += 1
            if start in capitals and trigger.form in _BY_ENDING:
                continue
            hits.append((start, rank, end, Hit(trigger.form, trigger.firmness, start, end)))
    hits.sort(key=lambda h: (h[0], h[1]))
    cluster: list[tuple[int, Hit]] = []
    until = -1
    for start, rank, end, hit in hits:
        if cluster and start >= until:
            yield _ranked(cluster)
            cluster = []
        cluster.append((rank, hit))
        until = max(until, end) if len(cluster) > 1 else end
    if cluster:
        yield _ranked(cluster)


def _ranked(cluster: list[tuple[int, Hit]]) -> list[Hit]:
    """Of triggers that overlap the longer one first: 'agreed on the need' before 'agreed'."""
    return [h for _, h in sorted(cluster, key=lambda x: (x[1].start, x[1].start - x[1].end, x[0]))]


# --- forms: each says whether the trigger makes a promise (or opens a clause that may) ----------------


def _deny(r: Reading, hit: Hit, later: list[Hit]) -> bool:
    r.scope = _Scope(hit, r.zone(hit))
    return True


def _close(r: Reading, hit: Hit) -> None:
    r.scope = None


def _verb_at(r: Reading, start: int) -> bool:
    """Whether an action that can be promised stands there."""
    return not r.lex.p("stative").match(r.s, start)


def _complement(r: Reading, hit: Hit, later: list[Hit]) -> tuple[str, int] | None:
    """What follows a promise word first: ('that', place) or ('action', place)."""
    ahead = [h.start for h in later if h.form in _FINITE and h.start >= hit.end]
    # "agreed to sign a treaty": the verb of the one is the promise word of the other
    ahead = [at for at in ahead if not r.lex.has("to_sign", r.s[hit.end : at])]
    reach = min([hit.end + _FAR, *ahead])
    window = r.s[hit.end : reach]
    stop = re.search(r"[;:]", window) or r.lex.p("aside").search(window)
    if stop:
        window = window[: stop.start()]
    found: list[tuple[int, str, int]] = []
    that = r.lex.p("that").match(window)
    if that:
        found.append((that.end(), "that", hit.end + that.end()))
    for name in ("infinitive", "on", "object", "gerund"):
        m = r.lex.p(name).search(window)
        if m and not (name in ("on", "gerund") and r.lex.has("titled", window[: m.start()])):
            at = m.start("v") if m.groupdict().get("v") is not None else m.start("v2")
            found.append((at, "action", hit.end + at))
    if not found and hit.form in ("act", "order") and hit.firmness in ("agreed", "vowed"):
        m = r.lex.p("any_object").match(window)
        found = [(m.start("v"), "action", hit.end + m.start("v"))] if m else []
    if not found:
        return None
    _, what, place = min(found)
    return what, place


def _act(r: Reading, hit: Hit, later: list[Hit]) -> bool:
    found = _complement(r, hit, later)
    if found is None:
        if _opens_a_list(r, hit):
            r.lead = Lead(hit, r.zone(hit))
            _close(r, hit)
            return True
        return False
    what, place = found
    if what == "that":
        return _that(r, hit, later, place)
    if not _verb_at(r, place):
        return False
    done = r.add(hit, place, passive=hit.form == "passive")
    _close(r, hit)
    return done


def _opens_a_list(r: Reading, hit: Hit) -> bool:
    """Whether the sentence ends in words such as 'agreed as follows:'."""
    last = r.s.rstrip().endswith(":") and not r.s[hit.end :].strip(" :")  # '... recommend:'
    return last or (not r.s.rstrip().endswith((".", "!", "?")) and r.lex.has("item_lead", r.s[hit.start :]))


def _that(r: Reading, hit: Hit, later: list[Hit], place: int) -> bool:
    inner = [h for h in later if h.start >= place and h.form in _INNER]
    finite = [h for h in later if h.start >= place and h.form in _FINITE]
    subjunctive = r.lex.p("subjunctive").search(r.s, place)
    ahead = (
        subjunctive and inner and r.lex.has("relative", r.s[subjunctive.end() : inner[0].start])
    )  # 'that a group be set up, which would meet'
    if inner and not ahead and not (finite and finite[0].start < inner[0].start and hit.form == "act"):
        r.scope = _Scope(hit, _said_by(r, hit, place))
        r.boundary = place
        return True
    if subjunctive and hit.form != "say":
        _close(r, hit)
        return r.add(hit, place, passive=r.lex.order == "svo" or hit.form == "passive")
    for a, end in r.actors if hit.form in ("act", "passive", "order") else ():
        bare = r.lex.p("bare_verb").match(r.s[end:])
        if bare and 0 <= a - place <= _HEAD:  # 'that Kenya and Uganda conclude an agreement'
            _close(r, hit)
            return r.add(hit, end + bare.start("v"))
    if hit.form != "say" and not r.s[place:].strip(" ,:-") and _opens_a_list(r, hit):  # 'Directed that:'
        r.lead = Lead(hit, r.zone(hit))
        _close(r, hit)
        return True
    return False


def _order(r: Reading, hit: Hit, later: list[Hit]) -> bool:
    return _act(r, hit, later)


def _say(r: Reading, hit: Hit, later: list[Hit]) -> bool:
    window = r.s[hit.end : hit.end + _FAR]
    that = r.lex.p("that").match(window) or r.lex.p("that_told").match(window)
    inner = [
        h for h in later if h.form in _INNER or (h.form in _FINITE and h.form not in ("say", "announce"))
    ]
    if not inner:
        return False
    place = hit.end + that.end() if that else hit.end
    bare = r.s[hit.end : inner[0].start]
    if not that and (len(bare) > _FAR or not r.lex.has("zero_that", bare)):
        return False
    r.scope = _Scope(hit, _said_by(r, hit, place))
    r.boundary = place
    return True


def _said_by(r: Reading, hit: Hit, place: int) -> tuple[int, int]:
    """Where the subject of a word that governs a clause stands."""
    return (hit.start, place) if r.lex.order == "vso" else r.zone(hit)


def _modal(r: Reading, hit: Hit, later: list[Hit]) -> bool:
    s, lex = r.s, r.lex
    passive = lex.p("passive").match(s, hit.end)
    start = hit.end
    if not passive and not _verb_at(r, start):
        return False
    if lex.has("purposed", s[r.zone(hit)[0] : hit.start]):
        return False
    if not lex.p("any_verb").match(s, start):
        if _opens_a_list(r, hit):
            r.lead = Lead(hit, r.zone(hit))
            return True
        return False
    if not passive and not lex.p("event").match(s, start) and not _agentive(r, hit):
        return False
    if not passive and _tells_of_a_gain(r, hit, start):
        return False
    return r.add(hit, start, passive=bool(passive))


def _tells_of_a_gain(r: Reading, hit: Hit, start: int) -> bool:
    """'The project will strengthen trade': what is good about a thing, which nobody undertakes."""
    zone = r.zone(hit)
    head = r.s[zone[0] : hit.start].rstrip() + " "
    return r.lex.has("thing", head) and r.lex.p("gain").match(r.s, start) is not None


def _agentive(r: Reading, hit: Hit) -> bool:
    """Whether somebody who can promise is the subject: a party, a body, or the subject of the verb before."""
    zone = r.zone(hit)
    if r.scope is not None and r.scope.hit.form in ("act", "passive", "order"):
        return True
    if r.inherits(hit):
        return bool(r.pieces) or r.scope is not None
    if any(zone[0] <= a < zone[1] for a, _ in r.actors):
        return True
    if r.scope is not None and r.lex.has("together.doubles", r.s[zone[0] : zone[1]]):
        return True
    if r.scope is not None and r.scope.hit.form == "say" and r.lex.has("dropped", r.s[zone[0] : zone[1]]):
        return True
    if r.lex.order == "vso":
        after = (hit.start, min(len(r.s), hit.end + 60))
        if any(after[0] <= a < after[1] for a, _ in r.actors):
            return True
        return r.lex.has("agent", r.s[after[0] : after[1]])
    return r.lex.has("agent", r.s[zone[0] : hit.end]) or (
        r.setting.item and not r.s[zone[0] : zone[1]].strip()
    )


def _inner(r: Reading, hit: Hit, later: list[Hit]) -> bool:
    return r.scope is not None and r.scope.hit.form != "deny" and _modal(r, hit, later)


def _inner_future(r: Reading, hit: Hit, later: list[Hit]) -> bool:
    return r.scope is not None and r.scope.hit.form != "deny" and _future(r, hit, later)


def _future(r: Reading, hit: Hit, later: list[Hit]) -> bool:
    """A verb form that is the action itself."""
    s, lex = r.s, r.lex
    passive = lex.p("passive").match(s, hit.start)
    if not passive and lex.p("stative").match(s, hit.start):
        return False
    if lex.order == "sov":
        return _clause_final(r, hit, bool(passive))
    if not passive and not lex.p("event").match(s, hit.start) and not _agentive(r, hit):
        return False
    if not passive and _tells_of_a_gain(r, hit, hit.start):
        return False
    return r.add(hit, hit.start, passive=bool(passive))


def _event(r: Reading, hit: Hit, later: list[Hit]) -> bool:
    """'The next session will be held': nobody need act."""
    return r.add(hit, r.boundary if r.boundary == 0 else hit.start, passive=True)


def _assigned(r: Reading, hit: Hit, later: list[Hit]) -> bool:
    """'Control is laid upon the secretariats': what is promised stands before, who owes it after."""
    return r.add(hit, r.boundary, passive=True)


def _clause_final(r: Reading, hit: Hit, passive: bool) -> bool:
    zone = r.zone(hit)
    words = r.s[zone[0] : hit.end]
    if r.lex.has("effect", words):
        return False
    if not passive and not _agentive(r, hit) and not (r.scope and r.scope.hit.form != "deny"):
        return False
    start = zone[0]
    inside = [(a, end) for a, end in r.actors if zone[0] <= a and end <= zone[1]]
    if inside:
        start = inside[0][1]
        for a, end in inside[1:]:  # "Iran and Iraq": all of the subject, not its first name
            between = r.s[start:a]
            if between.strip() and not (r.lex.p("glue").match(between) and r.lex.has("coordinated", between)):
                break
            start = max(start, end)
    while start < hit.start and not r.s[start].isalnum():
        start += 1
    done = r.add(hit, min(start, hit.start), hit.end, passive=passive)
    r.boundary = hit.end
    return done


def _present(r: Reading, hit: Hit, later: list[Hit]) -> bool:
    """The present tense promises in an agreement, or with a deadline; elsewhere it tells."""
    deadline = r.lex.has("deadline", r.s)
    scope = r.scope.hit.form if r.scope else ""
    if not (r.setting.formal or deadline or scope in ("act", "passive", "order", "say")):
        return False
    if r.lex.order == "svo" and not any(0 <= hit.start - end <= 26 for _, end in r.actors):
        return False
    if r.lex.p("present_stop").match(r.s, hit.start):
        return False
    if not deadline and r.lex.p("telling").match(r.s, hit.start):
        return False
    return _future(r, hit, later)


def _noun(r: Reading, hit: Hit, later: list[Hit]) -> bool:
    if r.lex.has("no_before", r.s[max(0, hit.start - 14) : hit.start]):
        return False
    found = _complement(r, hit, later)
    if found is None or found[0] == "that" or not _verb_at(r, found[1]):
        return False
    return r.add(hit, found[1])


def _need(r: Reading, hit: Hit, later: list[Hit]) -> bool:
    window = r.s[hit.end : hit.end + _FAR]
    m = r.lex.p("need_of").search(window)
    found = _complement(r, hit, later)
    starts = [hit.end + m.start("v")] if m else []
    if found is not None:
        starts.append(found[1])
    if not starts and _opens_a_list(r, hit):
        r.lead = Lead(hit, r.zone(hit))
        return True
    if not starts or not _verb_at(r, min(starts)):
        return False
    _close(r, hit)
    return r.add(hit, min(starts))


def _sign(r: Reading, hit: Hit, later: list[Hit]) -> bool:
    around = r.s[max(0, hit.start - 40) : hit.end + 60]
    year = _YEAR_SAID.search(r.s, hit.end, hit.end + _FAR)
    if r.lex.has("no_signing", around) or (year and int(year[1]) < r.setting.year):
        return False
    _close(r, hit)
    firmness = hit.firmness if r.lex.has("binding_doc", r.s[hit.start : hit.end + 90]) else "agreed"
    if r.lex.has("not_yet", r.s[max(0, hit.start - 20) : hit.start]):  # 'are expected to sign'
        firmness = "vowed"
    return r.add(
        replace(hit, firmness=firmness),
        hit.start,
        passive=r.lex.has("signed_passive", r.s[hit.start : hit.end]),
    )


def _announce(r: Reading, hit: Hit, later: list[Hit]) -> bool:
    m = r.lex.p("announced").match(r.s, hit.end)
    if not m or r.lex.has("text_on", r.s[hit.end : m.end("v")]):
        return False
    if r.scope is None or r.scope.hit.form != "say":  # 'said that it had earmarked ... and would launch'
        _close(r, hit)
    return r.add(hit, m.start("v"))


def _fixed(r: Reading, hit: Hit, later: list[Hit]) -> bool:
    return r.add(hit, hit.end, passive=True)


def _post(r: Reading, hit: Hit, later: list[Hit]) -> bool:
    """What is promised stands before the promise word."""
    zone = r.zone(hit)
    m = r.lex.p("post_marker").search(r.s, zone[0], hit.start)
    if (
        hit.firmness == "must strive"
    ):  # "thanking for the help in ..., stressed the need": where the need stands
        marks = r.lex.p("post_marker").finditer(r.s, zone[0], hit.start)
        m = next((x for x in marks if r.lex.p("needs").match(r.s, x.end())), m)
    start = m.end() if m else zone[0]
    named = [end for a, end in r.actors if zone[0] <= a and end <= hit.start]
    if not m and named and r.lex.has("object_mark", r.s[named[0] : hit.start]):
        start = named[0]
    words = r.s[start : hit.start]
    if start == zone[0] or not words.strip() or r.lex.has("effect", words):
        return False
    if hit.firmness == "must strive" and not r.lex.has("needs", words):
        return False
    _close(r, hit)
    boundary, r_hit = r.boundary, replace(hit)
    done = r.add(r_hit, start, hit.end)
    piece = r.pieces[-1]
    r.pieces[-1] = replace(piece, zone=(boundary, m.start() if m else start))
    return done


_FORMS: dict[str, Callable[[Reading, Hit, list[Hit]], bool]] = {
    "deny": _deny,
    "act": _act,
    "passive": _act,
    "order": _order,
    "say": _say,
    "modal": _modal,
    "inner": _inner,
    "future": _future,
    "inner future": _inner_future,
    "present": _present,
    "noun": _noun,
    "need": _need,
    "sign": _sign,
    "announce": _announce,
    "fixed": _fixed,
    "event": _event,
    "assigned": _assigned,
    "oblige": _act,
    "must": _act,
    "scheduled": _act,
    "readiness": _act,
    "post": _post,
}
