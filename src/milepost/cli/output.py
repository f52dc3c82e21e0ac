"""How answers look on a terminal of 80 columns, as JSON and as CSV."""

from __future__ import annotations

import contextlib
import json
import re
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import floor, log10
from typing import Any, Literal

from milepost.results import Cell, Form, Result, by_reason, csv_text, show

LONG = 200  # rows from which a table is laid out by its first row
_OWN = 0xE000  # letters that no text has


def say(answer: Result, form: Form, page: Callable[[], None] | None = None) -> int:
    """Show an answer in the form that was asked for; ``page`` prints it for people (default: its table).

    The one way from an answer to standard output: no command asks for the form itself.
    """
    if form == "text" and page is not None:
        page()
    else:
        print(show(answer, form), end="")
    return 0


def print_json(values: Any) -> None:
    """One JSON document on standard output."""
    print(json.dumps(values, ensure_ascii=False, indent=1, allow_nan=False))


def print_csv(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    """One CSV table on standard output; an empty cell is an absent value."""
    print(csv_text(columns, rows), end="")


def print_table(
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: Sequence[int] = (),
    flex: int | Sequence[int] = (),
    whole: bool = False,
) -> None:
    """A table for people. Columns keep their width but for those of ``flex``, which are cut where the
    terminal ends; of several, one that needs less than its part leaves the rest to the others. ``whole``:
    nothing is cut, however wide the terminal is."""
    from rich import box
    from rich.table import Table

    table = Table(
        title=title or None,
        box=box.SIMPLE_HEAD,
        title_justify="left",
        title_style="bold",
        pad_edge=False,
        padding=(0, 1, 0, 0),
        collapse_padding=True,
        expand=False,
    )
    flexible = [flex] if isinstance(flex, int) else list(flex)
    widths = [max(_cells(r[i]) for r in (columns, *rows)) for i in range(len(columns))]
    screen = console()
    room = screen.width - 2 * len(columns)
    fitted = widths if whole else _widths(widths, columns, right, flexible, room)
    for index, name in enumerate(columns):
        justify: Literal["left", "right"] = "right" if index in right else "left"
        table.add_column(
            name,
            justify=justify,
            overflow="ellipsis",
            no_wrap=True,
            min_width=fitted[index],
            max_width=fitted[index],
        )
    # rich takes a millisecond a row: of a long table it lays out one row, and the others are like it
    long = len(rows) > LONG
    for row in [_widest(columns, rows)] if long else rows:
        table.add_row(*row)
    if whole:
        screen.width = max(screen.width, sum(width + 2 for width in widths) + 4)
    if long:
        with screen.capture() as drawn:
            screen.print(table, soft_wrap=whole)
        _print_like(drawn.get(), rows, right)
    else:
        screen.print(table, soft_wrap=whole)


def _widths(
    widths: Sequence[int], columns: Sequence[str], right: Sequence[int], flexible: Sequence[int], room: int
) -> list[int]:
    """How wide each column is in so much room: first the widest of the flexible ones gives, then other texts
    down to their heads, and numbers and what a row is called only when nothing else is left: a part of them
    is something else."""
    fitted = list(widths)
    others = [i for i in range(len(widths)) if i not in {0, *right, *flexible}]
    least = dict.fromkeys(flexible, 12) | {i: _cells(columns[i]) for i in others}
    for giving in (list(flexible), others, list(range(len(widths)))):
        while sum(fitted) > room:
            able = [i for i in giving if fitted[i] > (least.get(i, 1) if len(giving) < len(widths) else 1)]
            if not able:
                break
            fitted[max(able, key=fitted.__getitem__)] -= 1
    return fitted


def _widest(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A row as wide as each column, in which every column is told by a letter of its own."""
    return [
        chr(_OWN + i) * max(1, *(_cells(row[i]) for row in (columns, *rows))) for i in range(len(columns))
    ]


def _cells(text: str) -> int:
    """How wide a text is on a terminal."""
    from rich.cells import cell_len

    return len(text) if text.isascii() else cell_len(text)


def _print_like(drawn: str, rows: Sequence[Sequence[str]], right: Sequence[int]) -> None:
    """Print a table as rich drew it with one row: that row's columns say how each of ``rows`` is laid out."""
    lines = drawn.split("\n")
    at = next(n for n, line in enumerate(lines) if chr(_OWN) in line)
    spans = [m.span() for m in re.finditer(f"([{chr(_OWN)}-{chr(_OWN + 99)}])\\1*\u2026?", lines[at])]
    ends = [0, *(end for _, end in spans)]
    between = [lines[at][ends[i] : start] for i, (start, _) in enumerate(spans)]
    print("\n".join(lines[:at]))
    for row in rows:
        cells = (_fitted(row[i], end - start, i in right) for i, (start, end) in enumerate(spans))
        print("".join(gap + cell for gap, cell in zip(between, cells, strict=True)) + lines[at][ends[-1] :])
    print("\n".join(lines[at + 1 :]), end="")


def _fitted(cell: str, room: int, right: bool) -> str:
    """A cell as wide as its column: cut with an ellipsis, or filled up with spaces."""
    from rich.cells import set_cell_size

    wide = _cells(cell)
    if wide > room:
        return set_cell_size(cell, room - 1) + "\u2026"
    fill = " " * (room - wide)
    return fill + cell if right else cell + fill


def print_notes(lines: Sequence[str]) -> None:
    """Sentences under a table, folded at the width of the terminal."""
    wide = width()
    for line in lines:
        print(textwrap.fill(line, width=wide, subsequent_indent="  ", break_on_hyphens=False))


def print_not_valued(reasons: Mapping[str, str]) -> None:
    """Why commitments are not valued, a sentence a reason."""
    print_notes([f"Not valued: {why}: {', '.join(names)}." for why, names in by_reason(reasons).items()])


def complain(sentence: str) -> None:
    """One sentence on standard error."""
    print(textwrap.fill(sentence, width()), file=sys.stderr)


def console() -> Any:
    """A console on standard output as it is now (tests redirect it), honouring COLUMNS."""
    from rich.console import Console

    return Console(file=sys.stdout, highlight=False)


def width() -> int:
    """Columns to fold sentences at."""
    return min(int(console().width), 100)


def thousands(musd: float | None) -> str:
    """MUSD as thousand USD."""
    return money(None if musd is None else 1000 * musd)


def in_thousands(values: Sequence[float | None], digits: int = 3) -> list[str]:
    """MUSD as thousand USD, all with the decimals that give the largest ``digits`` significant digits."""
    most = max((abs(v) for v in values if v is not None), default=0.0)
    decimals = max(0, digits - 1 - floor(log10(1000 * most))) if most else 0
    told = ("–" if v is None else f"{1000 * v:,.{min(decimals, 6)}f}" for v in values)
    return ["0" if text != "–" and not text.strip("-0.,") else text for text in told]


def top(most: Sequence[tuple[str, float]], factor: float = 1.0, least: float = 0.0) -> str:
    """Names with their values in two digits, without those of nothing or of less than ``least``."""
    return " ".join(
        f"{name} {money(factor * value, 2)}" for name, value in most if value and factor * abs(value) >= least
    )


def money(value: float | None, digits: int = 3) -> str:
    """A number with ``digits`` significant digits and thousands separators; a dash for none; never -0."""
    if value is None:
        return "–"
    if value == 0:
        return "0"
    size = floor(log10(abs(value)))
    decimals = max(0, digits - 1 - size)
    text = f"{value:,.{min(decimals, 6)}f}"
    return "0" if not text.strip("-0.,") else text


@contextlib.contextmanager
def progress(label: str, form: Form) -> Iterator[Callable[[int, int], None] | None]:
    """A progress bar on standard error for work of more than two seconds; silent when piped or
    machine-read."""
    if form != "text" or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn(label),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task(label, total=None)

        def tell(done: int, of: int) -> None:
            bar.update(task, completed=done, total=of)

        yield tell
