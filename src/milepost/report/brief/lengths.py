"""How long a brief may be: a long table shows its first rows, a long list its first lines, and says how many
there are. What was cut stands in the annex, where one is asked for, and in the workbook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from milepost.languages import Language
from milepost.report.brief.blocks import Block, Grid, Items, Paragraph, Section

LONG, SHOWN = 40, 20  # a table of more rows than the first shows as many as the second
LINES = 10  # of a list, decisions among them
NAMES = 24  # ids in a sentence

T = TypeVar("T")


def in_order(rows: Sequence[T], key: Callable[[T], Any]) -> Sequence[T]:
    """The rows as they are, or by a key if they are so many that they will be cut."""
    return sorted(rows, key=key) if len(rows) > LONG else rows


def few(names: Sequence[str], say: Language) -> str:
    """Names by commas; of very many the first, and how many more."""
    if len(names) <= NAMES:
        return ", ".join(names)
    return ", ".join(names[:NAMES]) + say.say("names-more", count=len(names) - NAMES)


def shortened(section: Section, say: Language) -> Section:
    """The section with its long tables and lists cut; itself if it has none."""
    blocks: list[Block] = []
    for block in section.blocks:
        if isinstance(block, Grid) and len(block.rows) > LONG:
            sums = block.rows[-1:] if not block.rows[-1][0] else ()  # a row of sums has no id
            total = len(block.rows) - len(sums)
            blocks += [
                replace(block, rows=(*block.rows[:SHOWN], *sums)),
                Paragraph(say.say("brief-shortened", shown=SHOWN, total=total)),
            ]
        elif isinstance(block, Items) and len(block.items) > LINES:
            blocks += [
                replace(block, items=block.items[:LINES]),
                Paragraph(say.say("brief-shortened", shown=LINES, total=len(block.items))),
            ]
        else:
            blocks.append(block)
    return section if tuple(blocks) == section.blocks else replace(section, blocks=tuple(blocks))
