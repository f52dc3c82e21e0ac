"""What a promise is about: its kind of commitment, its measure and its clause."""

from __future__ import annotations

import re

_KINDS: tuple[tuple[str, str], ...] = (
    ("tariff", r"\btariff|\btoll|\bdut(?:y|ies)\b|\bfee[s]?\b|\bfree trade|\brebate|\bcharges?\b"),
    (
        "border",
        r"\bborder|\bcrossing|\bcustoms|\bclearance|\bcheckpoint|\bvisa|\btransit (?:permit|guarantee|data)|\baxle",
    ),
    ("port-capacity", r"\bport\b|\bberth|\bquay|\bterminal|\bcrane|\bdry port|\blogistics cent"),
    ("service", r"\btrain[s]?\b|\bferr(?:y|ies)|\bshuttle|\bservice\b|\bconsignment|\bwagon|\bvessels?\b"),
    (
        "upgrade",
        r"\bupgrade|\bmoderni|\brehabilit|\belectrif|\bdredg|\brepair|\bspeed|\bsecond track|\breplace|\bcapacity|\bdouble",
    ),
    (
        "build-link",
        r"\bbuild|\bconstruct|\brailway|\brail\b|\broad\b|\bbridge|\btunnel|\bline\b|\bspur|\bhighway|\bcanal",
    ),
)
_MEASURE = re.compile(
    r"\b(?:to|of|at|by) (?:at least |about |some )?\d[\d,.]*(?: ?(?:million|thousand|percent|%))? ?"
    r"(?:tonnes|tons|TEU|hours?|km/h|km|wagons|trucks|trains|Mt|percent|%|containers|berthing slots)\b[^,;.]*",
    re.I,
)


def kind(sentence: str) -> str:
    """The kind of commitment by its words; empty if none fits."""
    return next((name for name, pattern in _KINDS if re.search(pattern, sentence, re.I)), "")


def acceptance_test(sentence: str) -> str:
    """The measure that a sentence names, such as "to 25 million tonnes"; empty without one."""
    measure = _MEASURE.search(sentence)
    return measure[0].strip() if measure else ""


def clause(sentence: str, start: int, words: str) -> str:
    """What is promised: the sentence from the action on, without the words of its date."""
    rest = sentence[start:].rstrip(" .!;\"'”’")
    if words and rest.endswith(words):
        rest = rest[: -len(words)]
    return re.sub(r"^(?:to|would|will|shall|should|be|that)\s+", "", rest.strip(" ,")).strip(" ,")
