"""A picture with its title, its unit, its source and its day. Nothing of it is global: no window is opened,
no setting of matplotlib is changed."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jdatetime

from milepost.errors import WrongUse
from milepost.files import write_whole
from milepost.languages import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ENDINGS = (".png", ".svg", ".pdf")
# Okabe & Ito (2008): told apart by those who do not see all colours
BLUE, RED, GREEN, ORANGE, SKY, GREY = "#0072b2", "#d55e00", "#009e73", "#e69f00", "#56b4e9", "#6b7680"
INK, FAINT = "#17212b", "#c9d3dc"
_TITLE_CHARACTERS = 64  # of 12 points that stand in eight inches
_ABOVE, _KEY, _BELOW = 0.6, 0.3, 0.4  # inches for title and unit, for the key, and for the source


@dataclass(frozen=True)
class Caption:
    """What stands around a picture: what it shows, in which unit, of what, as of when, from where."""

    title: str
    unit: str
    source: str
    note: str = ""
    right_to_left: bool = False


@dataclass(frozen=True)
class Picture:
    """A picture: shown by a notebook as it is, changed through ``axes`` (matplotlib), kept by ``save``."""

    figure: Figure
    axes: Axes
    caption: Caption

    def save(self, target: str | Path, dpi: int = 200) -> Path:
        """Write it as .png, .svg or .pdf; the file appears whole or not at all. Raises ``WrongUse`` for
        another ending."""
        path = Path(target)
        if path.suffix.lower() not in ENDINGS:
            raise WrongUse(f"A picture is written as {', '.join(ENDINGS)}; '{path.name}' is none of them.")
        write_whole(path, self._bytes(path.suffix.lower()[1:], dpi))
        return path

    def __repr__(self) -> str:
        return f"<Picture: {self.caption.title}>"

    def _repr_png_(self) -> bytes:
        return self._bytes("png", 110)

    def _bytes(self, kind: str, dpi: int) -> bytes:
        out = io.BytesIO()
        undated: dict[str, Any] = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}[kind]
        about = undated | ({} if kind == "png" else {"Title": self.caption.title})
        self.figure.savefig(out, format=kind, dpi=dpi, metadata=about or None)
        return out.getvalue()


def picture(caption: Caption, width: float = 8.0, height: float = 4.5) -> Picture:
    """An empty picture with its caption, inches. Raises ``WrongUse`` without the extra ``plots``."""
    try:
        from matplotlib import figure as figures
        from matplotlib import ft2font, layout_engine
    except ImportError:
        raise WrongUse("Plots need the extra: pip install 'milepost[plots]'.") from None
    if caption.right_to_left and not hasattr(ft2font, "__libraqm_version__"):
        raise WrongUse(
            "Pictures in Persian and Arabic need matplotlib 3.11 or newer, which shapes their letters."
        )
    tall = height + _ABOVE + _KEY + _BELOW
    inside = (0, (_BELOW + _KEY) / tall, 1, height / tall)
    figure = figures.Figure(figsize=(width, tall), layout=layout_engine.ConstrainedLayoutEngine(rect=inside))
    axes = figure.subplots()
    at, side = (1 - 0.1 / width, "right") if caption.right_to_left else (0.1 / width, "left")
    under = caption.unit + (f". {caption.note}" if caption.note else "")
    mark = "\u200f" if caption.right_to_left else ""  # what is set apart in a line does not turn it
    lines = "\n".join(mark + line for line in caption.source.splitlines())
    large = 12 * min(1.0, _TITLE_CHARACTERS * width / 8 / len(caption.title))
    for y, text, size, colour, weight, edge in (
        (1 - 0.1 / tall, mark + caption.title, large, INK, "bold", "top"),
        (1 - 0.36 / tall, mark + under, 8.5, GREY, "normal", "top"),
        (0.08 / tall, lines, 7, GREY, "normal", "bottom"),
    ):
        figure.text(at, y, text, fontsize=size, color=colour, fontweight=weight, va=edge, ha=side)
    for edge in ("top", "right"):
        axes.spines[edge].set_visible(False)
    for edge in ("left", "bottom"):
        axes.spines[edge].set_color(FAINT)
    axes.tick_params(colors=INK, labelsize=8.5)
    return Picture(figure, axes, caption)


def legend(drawn: Picture) -> None:
    """The labels of what is drawn, under the axes."""
    at = (0.5, _BELOW / drawn.figure.get_figheight())
    drawn.figure.legend(loc="lower center", bbox_to_anchor=at, ncols=5, frameon=False, fontsize=8)


def bars(
    drawn: Picture, labels: list[str], values: list[float], colours: list[str] | str, says: Language
) -> None:
    """Horizontal bars from nought, the first on top, each with its number in three digits."""
    axes, rows = drawn.axes, list(range(len(labels)))
    axes.barh(rows, values, color=colours, height=0.7)
    axes.set_yticks(rows, labels)
    axes.invert_yaxis()
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.grid(axis="x", color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.margins(x=0.12)
    for row, value in zip(rows, values, strict=True):
        side, gap = ("left", 3) if (value >= 0) is not says.right_to_left else ("right", -3)
        axes.annotate(
            rounded(value, 3, says), (value, row), (gap, 0), textcoords="offset points", ha=side, va="center",
            fontsize=8, color=INK,
        )  # fmt: skip


def turn(drawn: Picture, says: Language, *, days: bool = False) -> None:
    """The axes as the language has them: numbers or days in its form, and from right to left where it runs
    so."""
    axes = drawn.axes
    if says.code == "fa" and days:
        years = _solar_years(*axes.get_xlim())
        axes.set_xticks(list(years), [says.digits(str(year)) for year in years.values()])
    elif says.code != "en":
        axes.xaxis.set_major_formatter(
            (lambda x, _: _day(x, says)) if days else lambda x, _: rounded(x, 3, says)
        )
    if says.right_to_left:
        axes.invert_xaxis()
        axes.yaxis.tick_right()
        axes.spines["right"].set_visible(True)
        axes.spines["right"].set_color(FAINT)
        axes.spines["left"].set_visible(False)


def _solar_years(first: float, last: float) -> dict[float, int]:
    """Where Solar Hijri years begin between two days, eight of them at most, counted from 1970."""
    epoch = dt.date(1970, 1, 1).toordinal()
    low, high = (
        jdatetime.date.fromgregorian(date=dt.date.fromordinal(epoch + round(x))).year for x in (first, last)
    )
    every = 1 + (high - low) // 8
    begins = {y: jdatetime.date(y, 1, 1).togregorian().toordinal() - epoch for y in range(low, high + 1)}
    return {float(day): y for y, day in begins.items() if y % every == 0 and first <= day <= last}


def _day(number: float, says: Language) -> str:
    """A day, counted from 1970: the year where one begins with it."""
    day = dt.date(1970, 1, 1) + dt.timedelta(days=round(number))
    return str(day.year) if (day.month, day.day) == (1, 1) else says.short(day)


def rounded(value: float, figures: int, says: Language) -> str:
    """A number with so many significant digits at most, and no decimals from a hundred on."""
    if not value:
        return says.number(0)
    if abs(value) >= 100:
        return says.number(value)
    text = f"{float(f'{value:.{figures}g}'):f}".rstrip("0").rstrip(".")
    return says.number(float(text), len(text.partition(".")[2]))
