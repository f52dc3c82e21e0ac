"""The kinds of file that are read, and the one door to their readers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from milepost.errors import one_of
from milepost.intake.foreign import iati, mspdi, oc4ids, untc
from milepost.intake.foreign.reading import Reading

KINDS: dict[str, tuple[str, Callable[[Path, str], Reading]]] = {
    "oc4ids": ("infrastructure projects, JSON (OC4IDS)", oc4ids.read),
    "iati": ("activities, XML (IATI 2.0x and 1.0x)", iati.read),
    "mspdi": ("a plan of Microsoft Project, XML (MSPDI)", mspdi.read),
    "untc": ("who signed and ratified a treaty, CSV or XML (UN Treaty Collection)", untc.read),
}


def read_foreign(kind: str, file: str, source: str = "") -> Reading:
    """The rows of a file of another system. ``source`` is the name under which its ids are kept (default:
    what the file calls itself).

    Raises ``WrongUse`` for a kind that is unknown, ``BadData`` for a file that cannot be read.
    """
    if kind not in KINDS:
        raise one_of("kind of file", kind, list(KINDS))
    return KINDS[kind][1](Path(file), source)
