"""Views that a reader chose from the page, as parts of a brief: each a picture with its title and a word."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import typst

from milepost.errors import WrongUse
from milepost.report.brief.blocks import Block, Paragraph, Picture, Section
from milepost.report.brief.paper import Brief

MOST_VIEWS = 8
MOST_DOTS = 8_000  # on a side
_SHEET = b'#set page(width: auto, height: auto)\n#image(bytes(sys.inputs.svg), format: "svg")'
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class View:
    """A picture (PNG) with its title, and what is said of it."""

    title: str
    note: str
    png: bytes


def with_views(brief: Brief, views: Sequence[View]) -> Brief:
    """The brief with a part for each view at its end. Raises ``WrongUse`` for too many of them, and for what
    is no picture."""
    if len(views) > MOST_VIEWS:
        raise WrongUse(f"A brief takes at most {MOST_VIEWS} views; these are {len(views)}.")
    parts = tuple(_part(view, k) for k, view in enumerate(views, start=1))
    return replace(brief, sections=(*brief.sections, *parts), full=(*brief.full, *parts))


def _part(view: View, number: int) -> Section:
    title = view.title.strip() or f"{number}"
    blocks: list[Block] = [Paragraph(view.note.strip())] if view.note.strip() else []
    blocks.append(Picture(_drawn(view.png, title), title))
    return Section(title, tuple(blocks), own_page=True, name=f"view-{number}")


def _drawn(png: bytes, title: str) -> str:
    """The picture within an SVG, which every format takes; it has been drawn once, so that it can be."""
    width, height = _size(png, title)
    packed = base64.b64encode(png).decode("ascii")
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}"><image width="{width}" height="{height}" '
        f'href="data:image/png;base64,{packed}"/></svg>'
    )
    try:
        typst.compile(_SHEET, format="png", ppi=10.0, sys_inputs={"svg": svg})
    except typst.TypstError:
        raise _broken(title) from None
    return svg


def _size(png: bytes, title: str) -> tuple[int, int]:
    """Width and height in dots, of a PNG whose every part is whole."""
    if not png.startswith(_SIGNATURE) or len(png) < 45:
        raise _broken(title)
    at, size, ended = len(_SIGNATURE), (0, 0), False
    while at + 12 <= len(png) and not ended:
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        body, said = png[at + 8 : at + 8 + length], png[at + 8 + length : at + 12 + length]
        if len(said) < 4 or struct.unpack(">I", said)[0] != zlib.crc32(kind + body):
            raise _broken(title)
        if kind == b"IHDR" and length == 13:
            size = struct.unpack(">II", body[:8])
        ended = kind == b"IEND"
        at += 12 + length
    if not ended or not all(0 < n <= MOST_DOTS for n in size):
        raise _broken(title)
    return size


def _broken(title: str) -> WrongUse:
    return WrongUse(
        f"The view '{title[:60]}' is no whole PNG picture of at most {MOST_DOTS:,} dots a side; take it from "
        "the page again."
    )
