"""What a reader makes of a file that another system wrote: rows as the file states them, names that are
still to be matched, and everything that has no home in the register.

A reader knows the file and nothing else. Which rows are there already, who is meant by a name and what may
be written is decided where the register is at hand (``acts/foreign.py``).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree

from milepost.errors import BadData, Finding
from milepost.intake.roman import roman
from milepost.records import PartialDate

MOST_BYTES = 200_000_000
Key = tuple[str, str]  # table, and the row's id in the file


@dataclass(frozen=True)
class Named:
    """Somebody or something that a file names, to be matched with a row of ``table``.

    ``code`` is an ISO 3166 code where the file gives one, ``ident`` the id in a file of our own. ``add``: a
    new row may be made for a name that is like no other (an organisation that publishes); without it such a
    name is left out and told.
    """

    table: str
    name: str
    code: str = ""
    add: bool = False
    ident: str = ""


@dataclass(frozen=True)
class Proposed:
    """One row as a file states it.

    ``key`` is its id in the file. ``cells`` are what the file says, ``first`` what a new row needs besides
    and no later import touches. ``refs`` are columns that name other rows of the file, ``names`` columns
    whose names are to be matched. ``wanted`` is the id that a new row would like. ``same``: a row here that
    agrees in these columns is this row. ``derived``: the file draws it from other facts (a status, a last
    date), so it is taken over only along with a new commitment. ``words``: what the file says of a column in
    several languages, by language; the register's own goes into the cell, the others into ``texts``.
    """

    table: str
    key: str
    cells: Mapping[str, str]
    first: Mapping[str, str] = field(default_factory=dict)
    refs: Mapping[str, tuple[Key, ...]] = field(default_factory=dict)
    names: Mapping[str, tuple[Named, ...]] = field(default_factory=dict)
    wanted: str = ""
    same: tuple[str, ...] = ()
    where: str = ""
    derived: bool = False
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Unread:
    """One thing of a file that is not taken over: where it stands, what it is, why. ``times`` counts
    equals."""

    where: str
    what: str
    why: str
    times: int = 1

    def as_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return dict(vars(self))


@dataclass(frozen=True)
class Reading:
    """What a file gives. ``source`` is what it calls itself: ids are kept under it. ``own``: milepost
    wrote it, so its ids are ours."""

    kind: str
    source: str
    rows: tuple[Proposed, ...]
    unread: tuple[Unread, ...] = ()
    own: bool = False

    @property
    def system(self) -> str:
        """Under what name the ids of the file are kept."""
        return f"{self.kind}:{self.source}" if self.source else self.kind


class Ledger:
    """What was not understood, in order of the file; the same said twice is counted."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], tuple[str, int]] = {}

    def add(self, where: str, what: str, why: str) -> None:
        """One more thing that is not taken over."""
        first, n = self._found.get((what, why), (where, 0))
        self._found[what, why] = (first, n + 1)

    def lines(self) -> tuple[Unread, ...]:
        """Everything that was told."""
        return tuple(Unread(where, what, why, n) for (what, why), (where, n) in self._found.items())


class Faults:
    """Faults of one file, gathered and raised together."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._found: list[Finding] = []

    def add(self, message: str, remedy: str, *, line: int = 0, column: str = "", table: str = "") -> None:
        """One more fault."""
        self._found.append(Finding(table, self.file, line, "", message, remedy, column))

    def stop(self) -> None:
        """Raises ``BadData`` with all of them, if there are any."""
        if self._found:
            raise BadData(tuple(self._found))


def bad_file(path: Path, message: str, remedy: str, line: int = 0) -> BadData:
    """The refusal of a whole file, in one sentence."""
    return BadData((Finding("", path.name, line, "", message, remedy),))


def content_of_file(path: Path) -> bytes:
    """The bytes of a file. Raises ``BadData`` where there is none, it is empty or too large."""
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise bad_file(path, "the file is larger than 200 MB", "Split it, or take out what is not needed")
        content = path.read_bytes()
    except OSError as fault:
        raise bad_file(path, f"the file cannot be read ({fault.strerror})", "Check its name") from None
    if not content.strip():
        raise bad_file(path, "the file is empty", "Export it again")
    return content


def text_of_file(path: Path) -> str:
    """The text of a file in UTF-8 (with or without a mark), UTF-16 with a mark, else in the Windows code page
    of its letters: 1252, 1251 (Cyrillic) or 1256 (Arabic, Persian)."""
    content = content_of_file(path)
    for start, code in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig")):
        if content.startswith(start):
            try:
                text = content.decode(code)
            except UnicodeDecodeError:
                continue
            break
    else:
        text = content.decode(_code_page(content), "replace")
    if "\0" in text:
        raise bad_file(path, "the file is no text", "Export it again, as text")
    return text


def _code_page(content: bytes) -> str:
    """The code page of a text that is not UTF-8. Western words have few letters beyond ASCII; Arabic ones
    read as such have no accented ones among them."""
    high = [b for b in content if b >= 0xC0]
    low = sum(65 <= b <= 90 or 97 <= b <= 122 for b in content)
    if 2 * len(high) < low or not high:
        return "cp1252"
    accented = sum(c < "\u0250" for c in bytes(high).decode("cp1256", "replace"))
    return "cp1256" if accented < len(high) / 50 else "cp1251"


def tree_of_file(path: Path) -> Any:
    """The root of an XML file. Entities, document types and addresses are refused, so that no file can
    make the reader open another one or fill the memory. Raises ``BadData``."""
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content_of_file(path), parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        line = getattr(fault, "lineno", 0) or 0
        raise bad_file(path, f"this is no XML: {str(fault)[:120]}", "Export it again", line) from None
    if root.getroottree().docinfo.doctype:
        raise bad_file(path, "the file has a document type (DOCTYPE)", "Take it out; nothing here needs one")
    return root


def words_of(element: Any) -> str:
    """The text of an element with all below it, blanks folded."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def local(element: Any) -> str:
    """The name of an element without its namespace; "" for what is no element."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def day_of(text: str) -> str:
    """The day at the head of an ISO date or moment, "" for anything else."""
    found = re.match(r"\s*(\d{4}-\d{2}-\d{2})(?:[T ].*|Z|[+-]\d\d:\d\d)?\s*$", text or "", re.S)
    return found[1] if found and is_date(found[1]) else ""


def is_date(text: str) -> bool:
    """Whether the register takes the text for a date."""
    try:
        PartialDate(text)
    except ValueError:
        return False
    return True


def id_of(text: str) -> str:
    """An id made from a text: in the characters that ids may have, at most 48 of them; "" if there are
    none."""
    plain = re.sub(r"[^A-Za-z0-9._/-]+", "-", roman(text)).strip("-._/")
    return plain[:48].rstrip("-._/")


def number_of(text: str) -> float | None:
    """A finite number as JSON or XML writes it; None for anything else."""
    try:
        value = float(text)
    except (TypeError, ValueError):
        return None
    return value if value == value and abs(value) != float("inf") else None


def short(text: str, most: int = 200) -> str:
    """At most so many characters, blanks folded."""
    plain = " ".join(str(text).split())
    return plain if len(plain) <= most else plain[: most - 1].rstrip() + "…"


def today_or(day: str) -> str:
    """A day, or today's."""
    return day or dt.date.today().isoformat()


def listed(found: Sequence[str]) -> str:
    """Distinct names in order, joined as a cell of several."""
    return ";".join(dict.fromkeys(found))


def names_in(text: str) -> frozenset[str]:
    """The words of a text, as a set of names."""
    return frozenset(text.split())
