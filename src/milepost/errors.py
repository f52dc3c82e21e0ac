"""Faults. A fault in *data* is a value (:class:`Finding`); a fault in a *request* is an exception.

MilepostError
├── WrongUse      the request names something that does not exist (exit code 2)
│   └── Unavailable   what milepost itself needs cannot be had: its store, its disk, its turn (exit code 2)
├── BadData       the data have findings; all of them are carried (exit code 1)
├── NoSolution    there is no answer: no path, no equilibrium (exit code 3)
├── OurFault      milepost failed where it should not (exit code 2)
└── UndeclaredParameter   a mistake in the program: it asks for a parameter that does not exist
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Literal

NeededFor = Literal["everything", "values", "nothing"]


@dataclass(frozen=True, order=True)
class Finding:
    """One fault in the data: where it is, what was found, what to do about it, and what cannot be done until
    it is repaired.

    A fault in what only the model reads (``needed_for`` = values) leaves the register usable; a remark
    (nothing) stops nothing, and a reader of the numbers should know it.

    ``message`` and ``remedy`` are English; where they are messages of the catalogue
    (:class:`milepost.languages.said.Said`), a page says them in the reader's language.
    """

    table: str
    file: str
    line: int
    id: str
    message: str
    remedy: str
    column: str = ""
    needed_for: NeededFor = "everything"

    def as_dict(self) -> dict[str, Any]:
        """The finding as plain JSON values."""
        return {name: getattr(self, name) for name in _FIELDS}

    def __str__(self) -> str:
        where = self.file + (f", line {self.line}" if self.line else "")
        where += f", column {self.column}" if self.column else ""
        return f"{where}: {self.message}. {self.remedy}"


_FIELDS = tuple(f.name for f in fields(Finding))


FEW = 13  # names that are all told


class MilepostError(Exception):
    """Base of all milepost exceptions; its text is one sentence a corridor officer can act on."""

    exit_code: ClassVar[int] = 2


class WrongUse(MilepostError):
    """The request cannot be understood: an unknown commitment, node, date or example."""

    exit_code = 2


class Unavailable(WrongUse):
    """What milepost itself needs cannot be had now: the fault of no request.

    The text is for who runs milepost and may name a host, a file or a user; ``public`` is what a reader of a
    server is told.
    """

    def __init__(self, text: str, public: str = "") -> None:
        super().__init__(text)
        self.public = public or (
            "The store of the programme cannot be used now; the fault is the server's, not yours. Try again "
            "in a minute; who runs the server finds the cause in its log."
        )


class OurFault(MilepostError):
    """Milepost failed where it should not."""


class BadData(MilepostError):
    """The programme's data have faults; ``findings`` holds every one of them."""

    exit_code = 1

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        n = len(findings)
        first = f" The first: {findings[0]}" if findings else ""
        super().__init__(f"The data have {n} finding{'s' if n != 1 else ''}; run 'milepost check'.{first}")


class NoSolution(MilepostError):
    """No answer exists or none was found; never replaced by a number."""

    exit_code = 3


class UndeclaredParameter(MilepostError, LookupError):
    """The program asks for a parameter, or a key of one, that ``milepost.params`` does not declare."""

    def __init__(self, name: str, key: str, known: tuple[str, ...]) -> None:
        self.name, self.key, self.known = name, key, known
        what = f"The parameter '{name}' never applies to '{key}'" if key else f"No parameter '{name}' exists"
        super().__init__(f"{what}; milepost.params declares: {', '.join(known)}.")


def one_of(what: str, asked: str, known: list[str], *, most: int = FEW) -> WrongUse:
    """The refusal of an unknown name, with what may be asked for; all of it if there are at most ``most``."""
    if not known:
        return WrongUse(f"There is no {what} '{asked}'; there is none at all.")
    near = _near(asked, known)
    told = known if len(known) <= most else sorted(known)[:8]
    more = f" and {len(known) - len(told)} more" if len(told) < len(known) else ""
    hint = f"Did you mean {', '.join(near)}?" if near else f"Known: {', '.join(told)}{more}."
    if near and len(known) <= most:
        hint += f" Known: {', '.join(known)}."  # the nearest name may be far off: 'de' is not a slip for 'en'
    return WrongUse(f"There is no {what} '{asked}'. {hint}")


def _near(asked: str, known: list[str]) -> list[str]:
    """Names that may be meant: those that differ only in capitals, marks and leading noughts if there are
    any (C1, c-01: C01), the most alike otherwise."""
    same = [name for name in known if _bare(name) == _bare(asked)]
    if same:
        return same[:3]
    back = {name.upper(): name for name in known}
    return [back[k] for k in difflib.get_close_matches(asked.upper(), list(back), n=3, cutoff=0.5)]


def _bare(name: str) -> str:
    letters = re.sub(r"[\W_]+", "", name.casefold())
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", letters)
