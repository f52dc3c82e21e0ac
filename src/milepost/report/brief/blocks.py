"""What a brief is put together from: sentences, lists, tables and pictures under headings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Paragraph:
    """One sentence or more."""

    text: str


@dataclass(frozen=True)
class Items:
    """A list of sentences."""

    items: tuple[str, ...]
    numbered: bool = False


class Quantity(str):
    """A number as the reader sees it; ``value`` is what a workbook reckons with (None: no number, an empty
    cell there)."""

    value: float | None

    def __new__(cls, shown: str, value: float | None) -> Quantity:
        made = super().__new__(cls, shown)
        made.value = value
        return made


@dataclass(frozen=True)
class Grid:
    """A table: names of columns, rows of text (numbers as ``Quantity``), which columns are numbers, and their
    relative widths."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()
    widths: tuple[float, ...] = ()


@dataclass(frozen=True)
class Picture:
    """An SVG, and what it shows in words for who does not see it."""

    svg: str
    alt: str


Block = Paragraph | Items | Grid | Picture


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it."""

    title: str
    blocks: tuple[Block, ...]
    own_page: bool = False  # begins on a page of its own, where there are pages
