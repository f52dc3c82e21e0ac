"""Names in Latin letters, for ids: whoever reads a list of ids should see who is meant, whatever letters the
name was written in.

Cyrillic letters have their sounds in a table; those of alphabets whose letters are called by their sound
(Arabic and Persian, Greek, Georgian, Armenian, Hebrew) have the first sound of the letter's name in Unicode,
so vowels that are not written are not there. What has no sound in either way (Chinese) is left out; where
nothing remains, a digest of the name stands (:func:`named_id`). One name always gives one id.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

from milepost.intake.folding import folded

_CYRILLIC = (  # each letter and its sound
    "а:a б:b в:v г:g д:d е:e ж:zh з:z и:i й:y к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ф:f х:kh ц:ts ч:ch "
    "ш:sh щ:shch ъ: ы:y ь: э:e ю:yu я:ya ѓ:g є:e ѕ:dz і:i ј:j љ:lj њ:nj ћ:c ќ:k џ:dz ў:u ґ:g ғ:gh қ:q ң:n "
    "ө:o ұ:u ү:u һ:h ә:a"
)
_LATIN = "ø:o đ:d ł:l ß:ss æ:ae œ:oe þ:th ð:d ı:i ə:a"
_SOUNDS = dict(one.split(":") for letters in (_CYRILLIC, _LATIN) for one in letters.split())
_CALLED = re.compile(r"(?:ARABIC|HEBREW|GEORGIAN|ARMENIAN|GREEK)(?: \w+)*? LETTER (?:FARSI |FINAL )?(\w+)")
_FIRST = re.compile(r"[^AEIOU]+|[AEIOU]")
_SYLLABLE = re.compile(r"(?:HIRAGANA LETTER|KATAKANA LETTER|HANGUL SYLLABLE)(?: SMALL)? (\w+)$")


def roman(text: str) -> str:
    """The text in ASCII; capital letters stay capital at the beginning of a word. Letters without a sound are
    left out."""
    return "".join(map(_sound, text))


def named_id(name: str, prefix: str, most: int = 24) -> str:
    """An id in capital letters for a name, at most so long: ``MINISTERSTVO-TRANSPORTA``; ``prefix`` and a
    digest of the name where none of its letters has a sound."""
    words = re.findall(r"[A-Z0-9]+", roman(name).upper())
    made = "-".join(words)[:most].strip("-")
    return made or f"{prefix}-{short_digest(name)}"


def short_digest(name: str) -> str:
    """Six characters that one name always has."""
    return hashlib.sha256(" ".join(folded(name).split()).encode("utf-8", "replace")).hexdigest()[:6].upper()


@lru_cache(maxsize=4096)
def _sound(char: str) -> str:
    if char.isascii():
        return char
    low = char.lower()
    found = _SOUNDS.get(low)
    if found is None:
        plain = "".join(_SOUNDS.get(c, c) for c in folded(char))  # without an accent it may have one
        found = plain if plain.isascii() and plain else _by_name(low if len(low) == 1 else char)
    return found.capitalize() if char != low and found else found


def _by_name(char: str) -> str:
    name = unicodedata.name(char, "")
    if "HAMZA" in name.split()[-1:] or not name:
        return ""
    if syllable := _SYLLABLE.match(name):
        return syllable[1].lower()
    called = _CALLED.match(name)
    first = _FIRST.match(called[1]) if called else None
    return first[0].lower().replace("tch", "ch") if first else ""
