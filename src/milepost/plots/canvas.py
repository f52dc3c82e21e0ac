"""A picture with its title, its unit, its source and its day. Nothing of it is global: no window is opened,
no setting of matplotlib is changed."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from milepost.errors import WrongUse
from milepost.files import write_whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ENDINGS = (".png", ".svg", ".pdf")
# Okabe & Ito (2008): told apart by those who do not see all colours
BLUE, RED, GREEN, ORANGE, SKY, GREY = "#0072b2", "#d55e00", "#009e73", "#e69f00", "#56b4e9", "#6b7680"
INK, FAINT = "#17212b", "#c9d3dc"
_ABOVE, _KEY, _BELOW = 0.6, 0.3, 0.4  # inches for title and unit, for the key, and for the source


@dataclass(frozen=True)
class Caption:
    """What stands around a picture: what it shows, in which unit, of what, as of when, from where."""

    title: str
    unit: str
    source: str
    note: str = ""


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
        from matplotlib.figure import Figure
        from matplotlib.layout_engine import ConstrainedLayoutEngine
    except ImportError:
        raise WrongUse("Plots need the extra: pip install 'milepost[plots]'.") from None
    tall = height + _ABOVE + _KEY + _BELOW
    inside = (0, (_BELOW + _KEY) / tall, 1, height / tall)
    figure = Figure(figsize=(width, tall), layout=ConstrainedLayoutEngine(rect=inside))
    axes = figure.subplots()
    left = 0.1 / width
    under = caption.unit + (f". {caption.note}" if caption.note else "")
    figure.text(left, 1 - 0.1 / tall, caption.title, fontsize=12, fontweight="bold", color=INK, va="top")
    figure.text(left, 1 - 0.36 / tall, under, fontsize=8.5, color=GREY, va="top")
    figure.text(left, 0.08 / tall, caption.source, fontsize=7, color=GREY, va="bottom")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(FAINT)
    axes.tick_params(colors=INK, labelsize=8.5)
    return Picture(figure, axes, caption)


def legend(drawn: Picture) -> None:
    """The labels of what is drawn, under the axes."""
    at = (0.5, _BELOW / drawn.figure.get_figheight())
    drawn.figure.legend(loc="lower center", bbox_to_anchor=at, ncols=5, frameon=False, fontsize=8)


def bars(drawn: Picture, labels: list[str], values: list[float], colours: list[str] | str = BLUE) -> None:
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
        side, gap = ("left", 3) if value >= 0 else ("right", -3)
        axes.annotate(
            three_digits(value), (value, row), (gap, 0), textcoords="offset points", ha=side, va="center",
            fontsize=8, color=INK,
        )  # fmt: skip


def three_digits(value: float) -> str:
    """A number with three significant digits and thousands separators."""
    if not value:
        return "0"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{float(f'{value:.3g}'):,g}"
