"""Who? Countries by name, adjective or capital; the parties of the programme; "both sides" by what the
document names."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from milepost.languages.catalogue import country_names

_TABLE = Path(__file__).resolve().parent / "countries.csv"
_TOGETHER = re.compile(
    r"\b(both (?:sides|parties|countries|states|governments|ministers|presidents|railways)|the "
    r"(?:two|three|four|five|six) "
    r"(?:sides|parties|countries|states|governments|neighbours|neighbors|nations|ministers|railways)|the "
    r"(?:parties|sides|"
    r"participants|ministers|presidents|signatories|member states|members|delegations|leaders|heads of "
    r"(?:state|government|"
    r"delegation)))\b",
    re.I,
)


@dataclass(frozen=True)
class Mention:
    """One mention in a sentence: id of the party, place, and whether it was resolved from the whole
    document."""

    id: str
    start: int
    end: int
    by_context: bool = False


class Finder:
    """Finds the parties of a document. ``parties`` are (id, name) of the programme, which win over
    countries."""

    def __init__(self, parties: Iterable[tuple[str, str]] = ()) -> None:
        names = dict(_names())
        for ident, name in parties:
            names[name] = ident
        ordered = sorted(names, key=len, reverse=True)
        self._names = names
        self._pattern = re.compile(
            r"(?<![\w-])(" + "|".join(re.escape(n) for n in ordered) + r")(?:'s|’s|s'|ns?)?(?![\w])"
        )

    def mentions(self, text: str, together: tuple[str, ...] = ()) -> list[Mention]:
        """Mentions in order; ``together`` are the parties that "both sides" stands for."""
        found = [Mention(self._names[m[1]], m.start(), m.end()) for m in self._pattern.finditer(text)]
        for m in _TOGETHER.finditer(text):
            found += [Mention(p, m.start(), m.end(), True) for p in together]
        return sorted(found, key=lambda x: (x.start, x.id))

    def together(self, paragraphs: Iterable[str]) -> tuple[str, ...]:
        """The parties that a document is about: named in its first paragraphs, the most frequent first, at
        most six."""
        head = " ".join(list(paragraphs)[:3])
        counts = Counter(m.id for m in self.mentions(head))
        return tuple(p for p, _ in counts.most_common(6))


@lru_cache
def _names() -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = dict(country_names())
    with _TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for column in ("adjectives", "capital", "other"):
                for name in row[column].split(";"):
                    if name:
                        found[name] = row["iso3"]
    return tuple((name, code) for name, code in found.items())
