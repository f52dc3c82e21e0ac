"""What a brief is put together from: sentences, lists, tables and pictures under headings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


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


@dataclass(frozen=True)
class Figures:
    """A few numbers that carry the page, each with what it is."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Light:
    """How many stand how: ``level`` red, amber, green or grey; what that means, and the first of them."""

    level: Literal["red", "amber", "green", "grey"]
    count: str
    label: str
    names: str


@dataclass(frozen=True)
class Lights:
    """Traffic lights; told apart by shape and word, not by colour alone."""

    rows: tuple[Light, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """The same in sentences."""
        return tuple(
            f"{row.label}: {row.count}" + (f" ({row.names})" if row.names else "") for row in self.rows
        )


Block = Paragraph | Items | Grid | Picture | Figures | Lights


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it."""

    title: str
    blocks: tuple[Block, ...]
    own_page: bool = False  # begins on a page of its own, where there are pages
    name: str = ""  # what it is, in no language
