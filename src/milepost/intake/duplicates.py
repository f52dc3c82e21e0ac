"""The same promise twice is one commitment: within a text, and against what the register holds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from milepost.intake.folding import folded

_ALIKE = 0.6  # share of words in common from which two texts are one promise
_WORD = re.compile(r"[^\W\d_]{4,}|\d{2,}")


@dataclass(frozen=True)
class Known:
    """A promise that is known already: its id, its owners, its words."""

    id: str
    owed_by: tuple[str, ...]
    words: frozenset[str]


def words_of(*texts: str) -> frozenset[str]:
    """The words that tell promises apart, cut to their stems."""
    return frozenset(w[:6] for text in texts for w in _WORD.findall(folded(text)))


def known(ident: str, owed_by: Iterable[str], *texts: str) -> Known:
    """A promise as it is compared."""
    return Known(ident, tuple(sorted(owed_by)), words_of(*texts))


def same_as(draft: Known, others: Iterable[Known]) -> str:
    """Id of the promise that says the same; empty if none does. Owners may be missing on one side, not differ."""
    best = (0.0, "")
    for other in others:
        if draft.owed_by and other.owed_by and not set(draft.owed_by) & set(other.owed_by):
            continue
        common = len(draft.words & other.words)
        smaller = min(len(draft.words), len(other.words))
        if smaller < 3:
            continue
        alike = common / len(draft.words | other.words)
        inside = common / smaller if smaller >= 5 else 0.0
        score = max(alike, inside - 0.25)
        if score >= _ALIKE and score > best[0]:
            best = (score, other.id)
    return best[1]
