"""Names of states and organisations as files write them: whole cells, not words in a sentence.

A name is known or it is not: capital letters, accents, points and "the" do not count, everything else does.
What is only near is for a person to confirm.
"""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from milepost.intake.folding import folded
from milepost.languages.catalogue import LANGUAGES, alpha2, country_names

_HERE = Path(__file__).resolve().parent
_WORD = re.compile(r"[^\W_]+")
_NO_WORDS = frozenset(("the", "of"))
_NEAR = 0.8  # share of a name that must agree before it is worth a question


def plain(name: str) -> str:
    """A name as it is compared: ``The Republic of Moldova`` and ``Republic Moldova`` are one."""
    words = _WORD.findall(folded(name).replace("&", " and ").replace(".", "").replace("'", ""))
    return " ".join(w for w in words if w not in _NO_WORDS) or " ".join(words)


@lru_cache
def known_names() -> Mapping[str, str]:
    """Names of states and organisations in every language of milepost, as :func:`plain` has them, with their
    id. A name that two bear is not there."""
    found: dict[str, set[str]] = {}

    def put(name: str, ident: str) -> None:
        if key := plain(name):
            found.setdefault(key, set()).add(ident)

    for code in LANGUAGES:
        for name, ident in country_names(code).items():
            put(name, ident)
            put(re.sub(r" \(.*\)$", "", name), ident)
    for table, key in (("countries.csv", "iso3"), ("organisations.csv", "id"), ("formal_names.csv", "id")):
        for row in _rows(table):
            for column, cell in row.items():
                if column in LANGUAGES or column == "names" or column.endswith("_name"):
                    for name in filter(None, (cell or "").split(";")):
                        put(name, row[key])
    return {name: ids.pop() for name, ids in found.items() if len(ids) == 1}


@lru_cache
def english_names() -> Mapping[str, str]:
    """Id of a state or organisation -> its English name."""
    found = {row["id"]: row["names"].split(";")[0] for row in _rows("formal_names.csv")}
    found.update({row["id"]: row["en"].split(";")[0] for row in _rows("organisations.csv")})
    found.update({ident: name for name, ident in country_names("en").items()})
    return found


def by_code(code: str) -> str:
    """The alpha-3 code of a state from its alpha-2 or alpha-3 code, "" for anything else."""
    code = code.strip().upper()
    if len(code) == 3 and alpha2(code):
        return code
    return _alpha3().get(code, "") if len(code) == 2 else ""


@lru_cache
def _alpha3() -> Mapping[str, str]:
    return {alpha2(three): three for three in country_names("en").values()}


def nearest(name: str, known: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Up to three (id, name) that look like a name, the nearest first. For a person to choose from."""
    mine, scored = plain(name), []
    for ident, other in known:
        theirs = plain(other)
        score = difflib.SequenceMatcher(None, mine, theirs).ratio()
        words, others = set(mine.split()), set(theirs.split())
        if len(words & others) >= 2 and (words <= others or others <= words):
            score = max(score, _NEAR)
        if score >= _NEAR:
            scored.append((-score, ident, other))
    return [(ident, other) for _, ident, other in sorted(scored)[:3]]


def _rows(name: str) -> list[dict[str, str]]:
    with (_HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
