"""Sentences of a paragraph with their exact places; takes time in proportion to the length of the text."""

from __future__ import annotations

import re

from milepost.intake.documents import MARKER

MOST = 2000  # characters of a sentence; a longer one is cut at a blank
_SHORT = frozenset(  # abbreviations that end no sentence
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "gen",
        "col",
        "hon",
        "st",
        "nos",
        "art",
        "arts",
        "para",
        "e.g",
        "i.e",
        "u.s",
        "u.k",
        "u.n",
        "u.s.a",
        "approx",
        "est",
        "vol",
        "vs",
        "cf",
        "inc",
        "ltd",
        "co",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "h.e",
        "fig",
        "ref",
        "sec",
        "eng",
        "lt",
        "maj",
        "messrs",
        "mm",
        "mme",
        "mlle",
        "m",
        "art",
        "n",
        "no",
        "env",
        "al",
        "etc",
        "p",
        "pp",
        "ex",
        "réf",
        "г",
        "кв",
        "гг",
        "ст",
        "п",
        "пп",
        "им",
        "тыс",
        "млн",
        "млрд",
        "руб",
        "долл",
        "др",
        "пр",
        "т.е",
        "т.д",
        "т.п",
        "т.к",
        "н.э",
        "ул",
        "рис",
        "табл",
        "см",
        "стр",
        "обл",
        "р-н",
        "г-н",
        "г-жа",
        "акад",
        "проф",
    ]
)
_END = re.compile(r"[.!?\u061f\u2026]+[\"'\u201d\u2019\u00bb)\]]*(?=\s+|$)|[;\u061b](?=\s)")
_BEFORE = re.compile(r"[^\s(\"\u201c\u00ab]*$")
_YEAR_MARK = re.compile(r"\d\s?г$")


def sentences(text: str) -> list[tuple[int, int]]:
    """(start, end) of each sentence: ``text[start:end]`` is the sentence, without blanks, numbers of the
    list and bullets around it."""
    found: list[tuple[int, int]] = []
    marker = MARKER.match(text)
    start = marker.end() if marker else 0
    for mark in _END.finditer(text, start):
        if _ends(text, start, mark):
            _add(found, text, start, mark.end())
            start = mark.end()
    _add(found, text, start, len(text))
    return found


def _ends(text: str, start: int, mark: re.Match[str]) -> bool:
    low = max(start, mark.start() - 24)
    before = text[low : mark.start()]
    found = _BEFORE.search(before)
    word = found[0].lower() if found else ""
    following = text[mark.end() : mark.end() + 3].lstrip()
    if mark[0].startswith("."):
        if word == "no" or word == "art":
            return not following[:1].isdigit()
        if word in _SHORT and following:
            if word in ("г", "гг") and _YEAR_MARK.search(
                before
            ):  # '2027 г. The next' ends, '2027 г. и' does not
                return following[:1].isupper()
            return False
        if re.fullmatch(r"[^\W\d_]|(?:[^\W\d_]\.)+[^\W\d_]", word) and following[:1].isupper():
            return False  # an initial: A. Petrov
        if re.fullmatch(r"\d{1,2}(?:\.\d{1,2})*", word) and mark.start() - start < 6:
            return False  # the number of a clause
        if following[:1].islower():
            return False
    return mark[0][0] not in ";\u061b" or bool(re.search(r"[^\W\d_]{3}", before))


def _add(found: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in ";\u061b"):
        end -= 1
    while end - start > MOST:
        cut = text.rfind(" ", start + 1, start + MOST)
        cut = cut if cut > start else start + MOST
        found.append((start, cut))
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if end > start:
        found.append((start, end))
