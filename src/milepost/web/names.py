"""Names of persons as they are compared, and passwords that somebody would try first.

Names are compared as RFC 8265 (PRECIS, UsernameCaseMapped) has it, by width and case folded, and besides by
how they look: a Cyrillic ``а`` in a Latin name is the same to the eye, so it is the same name.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from milepost.errors import WrongUse
from milepost.late import Late

_zxcvbn = Late("zxcvbn")

# letters of other scripts that are drawn as a Latin one (out of Unicode's confusables), small ones
_LOOKS = {
    **dict(zip("асеорхуіјѕһԁԛԝѵӏ", "aceopxyijshdqwvl", strict=True)),
    **dict(zip("αορνικτυχ", "aopviktux", strict=True)),
}
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "ARMENIAN", "GEORGIAN")
GUESSES = 10**8  # a password that takes fewer tries than this is known to whoever tries


@lru_cache(maxsize=20_000)
def compared(name: str) -> str:
    """The form in which two names are the same name."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    plain = "".join(c for c in folded if unicodedata.category(c) != "Cf")  # joiners and marks of direction
    return "".join(_LOOKS.get(c, c) for c in " ".join(plain.split()))


def must_be_a_name(name: str) -> str:
    """The name as it is kept. Raises ``WrongUse`` for one that cannot be read for what it is."""
    kept = unicodedata.normalize("NFC", name.strip())
    if not kept or len(kept) > 200 or ":" in kept or any(ord(c) < 32 for c in kept):
        raise WrongUse("A name has 1 to 200 characters, no colon and no line break.")
    if any(unicodedata.category(c) in ("Cc", "Cf", "Co", "Cn") and c != "\u200c" for c in kept):
        raise WrongUse("A name holds only characters that can be seen.")
    for word in kept.split():
        scripts = {s for c in word if c.isalpha() for s in _SCRIPTS if unicodedata.name(c, "").startswith(s)}
        if len(scripts) > 1:
            raise WrongUse(f"The word '{word[:40]}' mixes alphabets ({', '.join(sorted(scripts)).title()}).")
    return kept


def must_be_hard_to_guess(password: str, name: str) -> None:
    """Raises ``WrongUse`` for a password that is the name, or that is tried early (zxcvbn)."""
    if compared(name) and compared(password).replace(" ", "") == compared(name).replace(" ", ""):
        raise WrongUse("The password is the name; choose another.")
    parts = [name, *name.split(), "milepost", "corridor"]
    if _zxcvbn.zxcvbn(password[:72], user_inputs=parts)["guesses"] < GUESSES:
        raise WrongUse("This password is among those that are tried first; choose a longer or rarer one.")
