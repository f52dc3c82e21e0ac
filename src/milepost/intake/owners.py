"""Who owes what a sentence promises, and to whom."""

from __future__ import annotations

import re

from milepost.intake.parties import Mention

_NAMES_OWNER = frozenset(
    [
        "agreed",
        "decided",
        "resolved",
        "obliges",
        "oblige",
        "obliging",
        "bind",
        "binds",
        "require",
        "requires",
        "instructed",
        "directed",
        "tasked",
    ]
)


def owners(
    sentence: str, mentions: list[Mention], start: int, end: int, before: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Ids of who owes and of who is owed, and whether the owner stands only in words like "both sides".

    The promise word is ``sentence[start:end]``; ``before`` are those that the sentence before names.
    """
    subject = [m for m in mentions if m.start < start]
    # 'with Iran', 'by Russia and Iran': those named so after the promise word owe it too
    extra: list[Mention] = []
    for m in mentions:
        lead = sentence[max(0, m.start - 40) : m.start]
        partner = re.search(r"\b(?:with|by)\s+(?:the\s+)?(?:[A-Z]\w+(?:,| and)\s+(?:the\s+)?)*$", lead)
        if m.start >= start and partner and "assistance" not in sentence[m.end : m.end + 14]:
            extra.append(m)
    named = [m for m in subject if not m.by_context] or [m for m in subject if m.by_context]
    if not named and extra:
        named, extra = extra, []
    said = re.search(
        r"\b(?:said|says|declared|confirmed|stated|assured) (?:that )?|\b(?:agreed|decided|resolved) that |"
        r"\b(?:obliges?|obliging|binds?|requires?|instructed|directed|tasked) (?=(?:the )?[A-Z])",
        sentence,
    )
    if said:  # 'the minister said Tajikistan would': the promise is that of the clause
        upto = max(end + 1, said.end() + 60) if said[0].split()[0] in _NAMES_OWNER else end + 1
        inside = [m for m in mentions if said.end() <= m.start < upto and not m.by_context]
        named = inside or named
    agreed_with = [
        m
        for m in extra
        if re.search(r"\b(?:agreed|signed|concluded|resolved|decided)\b", sentence[: m.start])
    ]
    owing = tuple(sorted(dict.fromkeys(m.id for m in (*named, *agreed_with))))
    pronoun = re.match(
        r"^\W*(?:it|they|he|she|the (?:country|government|ministry|minister|republic|kingdom))\b",
        sentence,
        re.I,
    )
    if not owing and pronoun and before:
        return before, (), True
    to = tuple(
        dict.fromkeys(
            m.id for m in mentions if m.start >= end and m.id not in owing and _to_whom(sentence, m)
        )
    )
    return owing, to, bool(named) and all(m.by_context for m in named)


def _to_whom(sentence: str, m: Mention) -> bool:
    return bool(
        re.search(r"\b(?:to|for|assure[sd]?)\s+(?:the\s+)?$", sentence[max(0, m.start - 14) : m.start], re.I)
    )
