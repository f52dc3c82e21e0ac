"""Sentences of a paragraph with their exact places."""

from __future__ import annotations

import re

_SHORT = frozenset(
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
        "no",
        "nos",
        "art",
        "arts",
        "para",
        "e.g",
        "i.e",
        "u.s",
        "u.k",
        "u.n",
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
        "km",
        "mt",
        "tonnes",
        "fig",
    ]
) - {"tonnes", "km", "mt"}
_END = re.compile(r"[.!?]+[\"'”’)\]]*(?=\s+|$)|;(?=\s)")


def sentences(text: str) -> list[tuple[int, int]]:
    """(start, end) of each sentence: ``text[start:end]`` is the sentence, without blanks around it."""
    found: list[tuple[int, int]] = []
    start = 0
    for mark in _END.finditer(text):
        before = text[start : mark.start()]
        word = re.split(r"[\s(\"“]", before)[-1].lower() if before else ""
        following = text[mark.end() :].lstrip()
        if mark[0].startswith("."):
            if word in _SHORT and following and word not in ("no",):
                continue
            if re.fullmatch(r"[a-z]", word) and following[:1].isupper():  # an initial: A. Petrov
                continue
            if word == "no" and following[:1].isdigit():
                continue
            if following and following[0].islower():
                continue
        if mark[0] == ";" and not re.search(r"[a-z]{3}", before):
            continue
        _add(found, text, start, mark.end())
        start = mark.end()
    _add(found, text, start, len(text))
    return found


def _add(found: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] == ";"):
        end -= 1
    if end > start:
        found.append((start, end))
