"""Who? Countries by name, adjective or capital in five languages; organisations; the parties of the
programme; "both sides" by what the document names."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from milepost.intake.folding import Folded, folded
from milepost.intake.lexicon import Lexicon
from milepost.languages.catalogue import country_names

_HERE = Path(__file__).resolve().parent
_WORD = re.compile(r"[^\W_]+")
_MOST = 8  # words of the longest name
_HEAD = 6  # paragraphs that may name the parties of a document
_MOST_PARTIES = 12
_ROUTE = 3  # names joined by dashes that are a route
_OF_ONE = 12  # characters between a country and what is its own: "Turkish State Railways"
Kind = Literal["name", "adjective", "capital", "together"]


@dataclass(frozen=True)
class Mention:
    """One mention: ids of the parties, place in the folded text, and whether it stands only for "both
    sides"."""

    ids: tuple[str, ...]
    start: int
    end: int
    kind: Kind

    @property
    def by_context(self) -> bool:
        """Whether the parties are those of the document, not named here."""
        return self.kind == "together"


@dataclass(frozen=True)
class Around:
    """What the document says about who "both sides" are: its parties, and those of the sentences before."""

    parties: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()

    def together(self, words: str, lex: Lexicon) -> tuple[str, ...]:
        """The parties that words such as "both ministries" stand for; empty where nobody is named."""
        wanted = 2 if lex.has("together.two", words) else 3 if lex.has("together.three", words) else 0
        if wanted and len(self.before) == wanted and len(self.parties) != wanted:
            return self.before
        if wanted and len(self.parties) > wanted:
            order = [p for p, _ in self.counts]  # as first named
            count = dict(self.counts)
            ranked = sorted(
                self.parties, key=lambda p: (-count.get(p, 0), order.index(p) if p in count else 0)
            )
            if count.get(ranked[wanted - 1], 0) < 2 * count.get(ranked[wanted], 0):
                return self.before if len(self.before) == wanted else ()  # which of them is not said
            return tuple(sorted(ranked[:wanted]))
        return self.parties or self.before


class Finder:
    """Finds the parties that a text names, in any of the languages. ``parties`` are (id, name) of the
    programme, which win over countries."""

    def __init__(self, parties: Iterable[tuple[str, str]] = ()) -> None:
        self._own = {tuple(_WORD.findall(folded(name))): (ident, "name") for ident, name in parties if name}

    def mentions(self, text: Folded, lex: Lexicon) -> list[Mention]:
        """Mentions in order, the longest name at each place."""
        forms = _forms(lex.code)
        first = _firsts(lex.code) | {k[0] for k in self._own if k}
        tokens = [(m[0], m.start(), m.end()) for m in _WORD.finditer(text.text)]
        found: list[Mention] = []
        twins = _capitals_too(lex.code)
        doubtful: dict[int, str] = {}  # a mention that is also the capital of this country
        i = 0
        while i < len(tokens):
            taken = 0
            for word in _stems(tokens[i][0], lex.code):
                if word not in first:
                    continue
                before = len(found)
                taken = self._longest(tokens, i, word, forms, found, text, lex)
                if taken:
                    if taken == 1 and len(found) > before and word in twins:
                        doubtful[before] = twins[word]
                    break
            i += taken or 1
        named = {i for m in found if m.kind != "capital" for i in m.ids}
        for n, country in doubtful.items():  # Amman, where Jordan is named, is not Oman
            if country in named:
                found[n] = Mention((country,), found[n].start, found[n].end, "capital")
        return found

    def _longest(
        self,
        tokens: list[tuple[str, int, int]],
        i: int,
        word: str,
        forms: dict[tuple[str, ...], tuple[str, Kind]],
        found: list[Mention],
        text: Folded,
        lex: Lexicon,
    ) -> int:
        for n in range(min(_MOST, len(tokens) - i), 0, -1):
            key = (word, *(t[0] for t in tokens[i + 1 : i + n]))
            hit = self._own.get(key) or forms.get(key)
            if hit is None:
                continue
            start, end = tokens[i][1], tokens[i + n - 1][2]
            before = text.text[max(0, start - 30) : start]
            if lex.has("name_in", before):
                return n
            # the United States are no party where dollars are theirs, whatever side of the word they stand on
            if lex.has("money_of", before) or lex.p("money").match(text.text[end : end + 30]):
                return n
            # "pays d'Asie centrale" has no capital letter of its own
            if ";" not in hit[0] and not _written_so(text, start, end, key, str(hit[1]), lex):
                continue
            if hit[1] == "capital" and lex.p("naming").match(text.text[end:]):
                return n
            if hit[1] != "adjective" and lex.p("no_name").match(text.text[end:]):
                return n
            kind: Kind = (
                "capital" if hit[1] == "capital" else "adjective" if hit[1] == "adjective" else "name"
            )
            found.append(Mention(tuple(hit[0].split(";")), start, end, kind))
            return n
        return 0

    def around(self, texts: Iterable[tuple[Folded, Lexicon]]) -> Around:
        """The parties that a document is about: those of the first of its paragraphs that names two or more
        states, else the two that it names most."""
        counts: Counter[str] = Counter()
        parties: tuple[str, ...] = ()
        loose: set[str] = set()  # those by name, where others are named by their region
        for n, (text, lex) in enumerate(texts):
            mentioned = self.mentions(text, lex)
            if parties:
                mentioned = _without_routes(mentioned, text.text)
            counts.update(i for m in mentioned for i in m.ids)
            ids = [i for m in mentioned if m.kind != "capital" for i in m.ids]
            states = [i for i in dict.fromkeys(ids) if i not in organisations()]
            own = {i for m in mentioned if len(m.ids) == 1 for i in m.ids}
            # "Iran and its neighbours" first, and all of them by name in the next paragraph
            more = not parties or set(states) > set(parties)
            # "Iran and countries of Central Asia" first, and which of them in the next
            which = own >= loose and own == set(states) if loose else False
            if n < _HEAD and 2 <= len(states) <= _MOST_PARTIES and (more or which):
                parties = tuple(sorted(states))
                loose = own if own < set(states) else set()
        if not parties:
            parties = tuple(sorted(i for i, _ in counts.most_common(2)))
        return Around(parties, (), tuple(counts.items()))


def _without_routes(mentions: list[Mention], text: str) -> list[Mention]:
    """Without "China - Kazakhstan - Turkmenistan - Iran": where a line runs, and nobody who meets."""
    chains: list[list[Mention]] = []
    for m in mentions:
        if chains and text[chains[-1][-1].end : m.start].strip() == "-":
            chains[-1].append(m)
        else:
            chains.append([m])
    return [m for chain in chains if len(chain) < _ROUTE for m in chain]


def with_together(
    mentions: list[Mention], text: str, lex: Lexicon, around: Around, start: int = 0
) -> list[Mention]:
    """Mentions and the words that stand for the parties of the document, in order."""
    found = list(mentions)
    for m in lex.p("together.all").finditer(text, start):
        ids = around.together(m[0], lex)
        if ids and not _named(mentions, text, m.start(), m.end(), lex):
            found.append(Mention(ids, m.start(), m.end(), "together"))
    return sorted(found, key=lambda x: (x.start, x.end))


def _named(mentions: list[Mention], text: str, start: int, end: int, lex: Lexicon) -> bool:
    """'the ministers of Kenya and Uganda', 'the Omani and Iranian delegations': named, not resolved."""
    for m in mentions:
        if m.kind == "capital":
            continue
        if start <= m.start < end:
            return True
        between = text[end : m.start] if m.start >= end else ""
        if between and len(between) <= 45 and lex.p("together.named").match(between):
            return not any(t.pattern.search(between) for t in lex.triggers)
        if m.kind == "adjective" and 0 <= start - m.end <= 3:
            return True
        if 0 <= start - m.end <= _OF_ONE and lex.p("together.of_one").match(text[m.end : start]):
            return True
    return False


def _written_so(text: Folded, start: int, end: int, key: tuple[str, ...], kind: str, lex: Lexicon) -> bool:
    """Whether a name stands as names do: with a capital letter where the language has them, and in capitals
    where it is an abbreviation that is also a word (US, EU, ECO)."""
    if lex.code in ("fa", "ar"):
        return True
    if key in _shouted(lex.code):
        raw_start, raw_end = text.back(start, end)
        return text.raw[raw_start:raw_end].replace(".", "").isupper()
    if kind == "adjective" and lex.code in ("fr", "ru"):
        return True
    return text.capital(start)


def _stems(word: str, code: str) -> Iterator[str]:
    yield word
    if code == "ar":  # and-, then-, in-, for-, the-: letters written onto the next word
        rest = word
        for prefix in ("\u0648", "\u0641"):
            if rest.startswith(prefix) and len(rest) > 3:
                rest = rest[1:]
                yield rest
                break
        if rest.startswith("\u0644\u0644") and len(rest) > 4:
            yield "\u0627\u0644" + rest[2:]
            yield rest[2:]
        if rest[:1] in ("\u0628", "\u0644", "\u06a9") and len(rest) > 3:
            yield rest[1:]
            rest = rest[1:]
        if rest.startswith("\u0627\u0644") and len(rest) > 4:
            yield rest[2:]
    if code == "en" and word.endswith("s") and len(word) > 5:
        yield word[:-1]


@lru_cache
def organisations() -> frozenset[str]:
    """Ids of the organisations that are known by name."""
    return frozenset(row["id"] for row in _rows("organisations.csv"))


def _rows(name: str) -> list[dict[str, str]]:
    with (_HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache
def _forms(code: str) -> dict[tuple[str, ...], tuple[str, Kind]]:
    """Every written form of a name in a language: its folded words -> (id, kind)."""
    found: dict[tuple[str, ...], tuple[str, Kind]] = {}

    def put(text: str, ident: str, kind: Kind) -> None:
        for form in _inflected(folded(text), code, kind):
            key = tuple(_WORD.findall(form))
            if key and key not in _NO_NAMES.get(code, ()):
                found[key] = (ident, kind)

    def put_all(table: str, column: str, key: str, kind: Kind) -> None:
        for row in _rows(table):
            for name in filter(None, row.get(column, "").split(";")):
                put(re.sub(r" \(.*", "", name), row[key], kind)

    put_all("countries.csv", f"{code}_adjective", "iso3", "adjective")
    put_all("countries.csv", f"{code}_capital", "iso3", "capital")
    for name, iso3 in country_names(code).items():
        put(re.sub(r" \(.*| \u2013 .*|^The ", "", name), iso3, "name")
    put_all("countries.csv", f"{code}_name", "iso3", "name")
    put_all("organisations.csv", code, "id", "name")
    put_all("regions.csv", code, "ids", "name")  # "the Central Asian countries": several ids in one
    return found


@lru_cache
def _capitals_too(code: str) -> dict[str, str]:
    """Names of countries, a word each, that are written as another country's capital is: that country."""
    forms = _forms(code)
    found: dict[str, str] = {}
    for row in _rows("countries.csv"):
        for capital in filter(None, row.get(f"{code}_capital", "").split(";")):
            key = tuple(_WORD.findall(folded(capital)))
            if len(key) == 1 and forms.get(key, (row["iso3"], ""))[0] != row["iso3"]:
                found[key[0]] = row["iso3"]
    return found


# words of the language that are also names of countries: money (Mali), of that (Togo), conduct (Hungarian)
_NO_NAMES: dict[str, tuple[tuple[str, ...], ...]] = {
    "fa": ((folded("مالی"),), (folded("پرو"),), (folded("چاد"),), (folded("ترکی"),)),
    "ar": ((folded("مالي"),), (folded("مجري"),), (folded("كندي"),), (folded("غاني"),)),
    "ru": (("того",), ("чад",)),
}


@lru_cache
def _firsts(code: str) -> frozenset[str]:
    return frozenset(key[0] for key in _forms(code))


@lru_cache
def _shouted(code: str) -> frozenset[tuple[str, ...]]:
    """Forms that count only in capitals: abbreviations of at most five letters."""
    found = set()
    columns = [(row, f"{code}_name") for row in _rows("countries.csv")]
    columns += [(row, code) for row in _rows("organisations.csv")]
    for row, column in columns:
        for name in filter(None, row.get(column, "").split(";")):
            bare = name.replace(".", "")
            if bare.isupper() and len(bare) <= 8 and " " not in bare:
                found.add(tuple(_WORD.findall(folded(name))))
    return frozenset(found)


_RU_ADJECTIVE = ("ий", "ая", "ое", "ие", "ого", "ой", "ому", "ую", "им", "ом", "их", "ими", "ою", "о")


def _inflected(name: str, code: str, kind: Kind) -> list[str]:
    if code == "ru":
        return _russian(name, kind)
    if code == "fr" and kind == "adjective":
        forms = [name, name + "s", name + "e", name + "es"]
        if name.endswith("en"):
            forms += [name + "ne", name + "nes"]
        return forms
    if code == "fa" and kind == "name":
        return [
            name,
            *(name + end for end in ("\u06cc", "\u06cc\u06cc", " \u0627\u06cc", " \u0647\u0627\u06cc")),
        ]
    if code == "fa" and kind == "adjective":
        return [name, name + "\u06cc", name + " \u0647\u0627", name + " \u0647\u0627\u06cc"]
    if code == "ar" and kind == "adjective":
        return [name + folded(end) for end in ("", "ه", "ان", "ين", "تان", "تين", "يين", "ات")]
    return [name]


def _russian(name: str, kind: Kind) -> list[str]:
    if kind == "adjective":
        return [name + end for end in _RU_ADJECTIVE]
    if " " in name or name.isupper():
        return [name]
    if name.endswith("ия"):
        return [name[:-1] + end for end in ("я", "и", "ю", "ей", "ею")]
    if name.endswith("я"):
        return [name[:-1] + end for end in ("я", "и", "е", "ю", "ей", "ею")]
    if name.endswith("а"):
        return [name[:-1] + end for end in ("а", "ы", "и", "е", "у", "ой", "ою")]
    if name.endswith("й"):
        return [name[:-1] + end for end in ("й", "я", "ю", "ем", "е")]
    if name.endswith("ь"):
        return [name[:-1] + end for end in ("ь", "и", "ью", "я", "ю", "ем", "е")]
    if name[-1] in "бвгджзклмнпрстфхцчшщ":
        return [name, *(name + end for end in ("а", "у", "ом", "ем", "е"))]
    return [name]
