"""The same promise twice is one commitment: within a text, and against what the register holds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from milepost.intake.folding import folded

_ALIKE = 0.6  # share of words in common from which two texts are one promise
_LEAST = 3  # words that a text must have to be compared
_COMMON = 60  # a word of more promises than this tells none apart
_WORD = re.compile(r"[^\W\d_]{4,}|\d{2,}")


@dataclass(frozen=True)
class Known:
    """A promise that is known already: its id, its owners, its words."""

    id: str
    owed_by: tuple[str, ...]
    words: frozenset[str]


def known(ident: str, owed_by: Iterable[str], *texts: str) -> Known:
    """A promise as it is compared: by the words that tell promises apart, cut to their stems."""
    words = frozenset(w[:6] for text in texts for w in _WORD.findall(folded(text)))
    return Known(ident, tuple(sorted(owed_by)), words)


class Alike:
    """Promises, found again by their words. Asking takes time in proportion to the words asked for, not to
    the promises held."""

    def __init__(self, promises: Iterable[Known] = ()) -> None:
        self._by_word: dict[str, list[Known]] = {}
        self._by_words: dict[frozenset[str], Known] = {}
        for promise in promises:
            self.add(promise)

    def add(self, promise: Known) -> None:
        """Hold one more."""
        self._by_words.setdefault(promise.words, promise)
        for word in promise.words:
            held = self._by_word.setdefault(word, [])
            if len(held) <= _COMMON:
                held.append(promise)

    def same_as(self, asked: Known) -> str:
        """Id of the promise that says the same; empty if none does. Owners may be missing on one side, not
        differ."""
        if len(asked.words) < _LEAST:
            return ""
        equal = self._by_words.get(asked.words)
        if equal is not None and _owners_agree(asked, equal):
            return equal.id
        near = {
            p.id: p
            for word in asked.words
            if len(found := self._by_word.get(word, ())) <= _COMMON
            for p in found
            if _owners_agree(asked, p)
        }
        scored = [(_alike(asked.words, p.words), p.id) for p in near.values()]
        best = max(scored, default=(0.0, ""))
        return best[1] if best[0] >= _ALIKE else ""


def _owners_agree(one: Known, other: Known) -> bool:
    return not (one.owed_by and other.owed_by) or bool(set(one.owed_by) & set(other.owed_by))


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    common = len(one & other)
    smaller = min(len(one), len(other))
    if smaller < _LEAST:
        return 0.0
    inside = common / smaller if smaller >= 5 else 0.0  # one text says all that the other does, and more
    return max(common / len(one | other), inside - 0.25)
