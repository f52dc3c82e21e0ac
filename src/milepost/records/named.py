"""Rows by the names that people give them: ids in any case, names on record, in every language in which they
stand there, and names of countries in every language of the catalogue."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Literal, Protocol

from milepost.languages import LANGUAGES
from milepost.languages.catalogue import country_names


def set_named(text: str) -> tuple[str, ...] | Literal["all"]:
    """A set of commitments as it is typed behind a command and in an address: ids by commas or semicolons,
    ``all``, or ``none``; what is empty names none."""
    if text.strip() == "all":
        return "all"
    if text.strip() == "none":
        return ()
    return tuple(dict.fromkeys(n for name in text.replace(";", ",").split(",") if (n := name.strip())))


class Named(Protocol):
    """A row with an id and a name."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def name(self) -> str:
        """Its name."""


def row_named(rows: Iterable[Named], text: str, also: Iterable[tuple[str, str]] = ()) -> str:
    """The id of the row that a text names; the text itself where it names none, or more than one. ``also``:
    ids and further names, such as those in other languages."""
    found = list(rows)
    if not text or any(row.id == text for row in found):
        return text
    asked = plain(text)
    names = [*((row.id, row.id) for row in found), *((row.id, row.name) for row in found), *also]
    ids = {ident for ident, name in names if plain(name) == asked}
    return ids.pop() if len(ids) == 1 else text


def country_named(rows: Iterable[Named], text: str) -> str:
    """As :func:`row_named`, and by the name of a country in any language of the catalogue."""
    found = list(rows)
    named = row_named(found, text)
    if any(row.id == named for row in found):
        return named
    code = country_codes().get(plain(text), text)
    return code if any(row.id == code for row in found) else text


def plain(text: str) -> str:
    """Small letters without marks, Arabic and Persian forms of a letter as one."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("ي", "ی").replace("ك", "ک"))
    return " ".join("".join(c for c in letters if unicodedata.category(c) not in ("Mn", "Cf")).split())


@cache
def country_codes() -> dict[str, str]:
    """Plain name of a country in any language -> ISO 3166-1 alpha-3; a name of two countries is none's."""
    found: dict[str, str] = {}
    twice = set()
    for language in LANGUAGES:
        for name, code in country_names(language).items():
            known = plain(name)
            if found.setdefault(known, code) != code:
                twice.add(known)
    return {name: code for name, code in found.items() if name not in twice}
