"""A text as the rules read it: lower case, without accents, one shape for letters and digits that are
written in several, with the place of every character in the text as it stands."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_SAME = {
    "\u200c": " ",
    "\u00a0": " ",
    "\u202f": " ",
    "\u2019": "'",
    "\u2018": "'",
    "\u02bc": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u201e": '"',
    "\u00ab": '"',
    "\u00bb": '"',
    "\u2010": "-",
    "\u2011": "-",
    "\u2012": "-",
    "\u2013": "-",
    "\u2014": "-",
    "\u2212": "-",
    "\u060c": ",",
    "\u061b": ";",
    "\u061f": "?",
    "\u066b": ".",
    "\u066c": ",",
    "\u0643": "\u06a9",  # Arabic kaf as Persian kaf
    "\u064a": "\u06cc",  # Arabic yeh, and
    "\u0649": "\u06cc",  # alef maksura, as Persian yeh
    "\u0629": "\u0647",  # teh marbuta as heh
    "\u06c0": "\u0647",
    "\u06d5": "\u0647",
    "\u0671": "\u0627",
    "\u0439": "\u0439",  # short i is a letter, not an accent
    "\u0419": "\u0439",
    "\u0451": "\u0435",
    "\u0401": "\u0435",
    "\u0457": "\u0457",
}


@dataclass(frozen=True)
class Folded:
    """``text`` is folded; its character i stands at ``at[i]`` of ``raw``, and ``at`` ends with the length of
    ``raw``."""

    text: str
    at: tuple[int, ...]
    raw: str

    def back(self, start: int, end: int) -> tuple[int, int]:
        """The place in ``raw`` of the folded ``text[start:end]``."""
        return self.at[start], self.at[end - 1] + 1 if end > start else self.at[start]

    def capital(self, start: int) -> bool:
        """Whether the character was a capital letter in the text as it stands."""
        return self.raw[self.at[start]].isupper()

    def capitals(self, start: int, end: int) -> bool:
        """Whether all letters were capital letters."""
        first, last = self.back(start, end)
        return self.raw[first:last].isupper()


def fold(raw: str) -> Folded:
    """Fold a text; takes time in proportion to its length."""
    out: list[str] = []
    at: list[int] = []
    for i, char in enumerate(raw):
        folded = char if "a" <= char <= "z" or char == " " else _fold(char)
        for part in folded:
            out.append(part)
            at.append(i)
    return Folded("".join(out), (*at, len(raw)), raw)


def capitals(text: Folded) -> frozenset[int]:
    """Where words begin with a capital letter, but for the first word."""
    starts = (m.start() for m in re.finditer(r"(?<=[^\W\d_][ -])[^\W\d_]|(?<=[,;] )[^\W\d_]", text.text))
    return frozenset(i for i in starts if text.capital(i))


def folded(text: str) -> str:
    """The folded text alone."""
    return "".join(_fold(char) for char in text)


@lru_cache(maxsize=4096)
def _fold(char: str) -> str:
    if char in _SAME:
        return _SAME[char]
    if char in "\n\t\r":
        return " "
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    kept: list[str] = []
    for part in unicodedata.normalize("NFKD", char):
        category = unicodedata.category(part)
        if category in ("Mn", "Cf") or part == "\u0640":  # accents, vowel signs, marks of direction, tatweel
            continue
        for low in part.lower():
            if unicodedata.category(low) != "Mn":
                kept.append(_SAME.get(low, low))
    return "".join(kept)
