"""Parties by the names that people give them: ids in any case, names of the register, and of countries in
every language of the catalogue."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache

from milepost.languages import LANGUAGES
from milepost.languages.catalogue import country_names
from milepost.records import Party


def party_named(parties: Iterable[Party], text: str) -> str:
    """The id of the party that a text names; the text itself where it names none, or more than one."""
    rows = list(parties)
    if not text or any(p.id == text for p in rows):
        return text
    asked = _plain(text)
    found = {p.id for p in rows if asked in (_plain(p.id), _plain(p.name))}
    if not found and (code := _codes().get(asked)):
        found = {p.id for p in rows if p.id == code}
    return found.pop() if len(found) == 1 else text


def _plain(text: str) -> str:
    """Small letters without marks, Arabic and Persian forms of a letter as one."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("ي", "ی").replace("ك", "ک"))
    return " ".join("".join(c for c in letters if unicodedata.category(c) not in ("Mn", "Cf")).split())


@cache
def _codes() -> dict[str, str]:
    """Name of a country in any language -> ISO 3166-1 alpha-3; a name of two countries is none's."""
    found: dict[str, str] = {}
    twice = set()
    for language in LANGUAGES:
        for name, code in country_names(language).items():
            plain = _plain(name)
            if found.setdefault(plain, code) != code:
                twice.add(plain)
    return {name: code for name, code in found.items() if name not in twice}
