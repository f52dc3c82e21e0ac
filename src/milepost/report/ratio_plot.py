"""The model over what is published as a picture: a dot a figure, on logarithmic axes, with the bands of a
quarter and a half. Readable in greyscale; a table stands beside it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 760.0, 320.0
LEFT, RIGHT, TOP, BOTTOM = 60.0, 50.0, 8.0, 44.0
LEAST, MOST = 0.01, 100.0  # ratios beyond are drawn at the edge
INNER, OUTER = 0.25, 0.5  # of what is published, as in the summaries
RATIOS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
MOST_NAMES = 8
FAR = 15.0  # between two names, so that they can be read


@dataclass(frozen=True)
class Point:
    """A published figure above zero, and the model over it, at least 0."""

    name: str
    text: str
    published: float
    ratio: float
    held_out: bool


@dataclass(frozen=True)
class Dot:
    """Where a point stands in the picture; ``beyond`` is -1 below the picture, 1 above it, else 0."""

    point: Point
    x: float
    y: float
    beyond: int


Scale = Callable[[float], float]


def scales(points: Sequence[Point]) -> tuple[tuple[float, float], Scale, tuple[float, float], Scale]:
    """Least and most of what is published and of the ratios that are drawn, each with the place of a value in
    the picture."""
    least = min(p.published for p in points) / 1.2
    most = max(p.published for p in points) * 1.2
    ratios = [min(max(p.ratio, LEAST), MOST) for p in points]
    low, high = min(0.4, *ratios), max(2.5, *ratios)
    low, high = low / 1.15, high * 1.15

    def x(value: float) -> float:
        return LEFT + math.log(value / least) / math.log(most / least) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return TOP + math.log(high / value) / math.log(high / low) * (HEIGHT - TOP - BOTTOM)

    return (least, most), x, (low, high), y


def dots(points: Sequence[Point]) -> tuple[Dot, ...]:
    """Every point in the picture, those beyond its edges at them."""
    _, x, (low, high), y = scales(points)
    found = []
    for p in points:
        beyond = -1 if p.ratio < LEAST else 1 if p.ratio > MOST else 0
        at = low if beyond < 0 else high if beyond > 0 else p.ratio
        found.append(Dot(p, x(p.published), y(at), beyond))
    return tuple(found)


def named(placed: Sequence[Dot]) -> tuple[Dot, ...]:
    """Those that carry a name: off by more than a half, the furthest first, none upon another."""
    off = [d for d in placed if abs(d.point.ratio - 1) > OUTER]
    off.sort(key=lambda d: -abs(math.log(d.point.ratio or 1e-12)))
    found: list[Dot] = []
    for dot in off:
        clear = all(abs(dot.y - d.y) >= FAR or abs(dot.x - d.x) >= 4 * FAR for d in found)
        if clear and len(found) < MOST_NAMES:
            found.append(dot)
    return tuple(found)


def ratios_svg(points: Sequence[Point], title: str, unit: str) -> str:
    """The picture of one kind; without a point none."""
    if not points:
        return ""
    (least, most), x, (low, high), y = scales(points)
    placed = dots(points)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" role="img" '
        f'aria-label="{escape(title)}"><title>{escape(title)}</title>'
    ]
    for share, shade in ((OUTER, "#eef2f5"), (INNER, "#d5e0e8")):
        top, foot = y(1 + share), y(1 - share)
        out.append(
            f'<rect x="{LEFT}" y="{top:.1f}" width="{WIDTH - LEFT - RIGHT}" height="{foot - top:.1f}" '
            f'fill="{shade}"/>'
        )
    at = WIDTH - RIGHT + 6
    out += [_text(at, y(1) + 4, "±25 %"), _text(at, max(y(0.6), y(1) + 14) + 4, "±50 %")]
    out += _axes((least, most), x, (low, high), y, unit)
    out += [_name(dot) for dot in named(placed)]  # under the marks, so that no name hides one
    out += [_mark(dot) for dot in placed]
    return "".join(out) + "</svg>"


def steps(least: float, most: float) -> list[float]:
    """One, two and five of every power of ten between; only the powers where those are many."""
    powers = range(math.floor(math.log10(least)), math.ceil(math.log10(most)) + 1)
    fine = [m * 10.0**k for k in powers for m in (1, 2, 5) if least <= m * 10.0**k <= most]
    coarse = [10.0**k for k in powers if least <= 10.0**k <= most]
    return coarse if len(fine) > 12 and len(coarse) > 2 else fine


def _axes(
    published: tuple[float, float], x: Scale, drawn: tuple[float, float], y: Scale, unit: str
) -> Iterator[str]:
    foot = HEIGHT - BOTTOM
    before = math.inf
    for ratio in sorted((r for r in RATIOS if drawn[0] <= r <= drawn[1]), key=lambda r: (r != 1, -r)):
        if ratio != 1 and (abs(y(ratio) - y(1)) < FAR or abs(y(ratio) - before) < FAR):
            continue
        before = y(ratio)
        shade = "#444" if ratio == 1 else "#dcdcdc"
        yield f'<line x1="{LEFT}" y1="{before:.1f}" x2="{WIDTH - RIGHT}" y2="{before:.1f}" stroke="{shade}"/>'
        yield _text(LEFT - 6, before + 4, f"{ratio:g}", "end")
    for value in steps(*published):
        yield f'<line x1="{x(value):.1f}" y1="{foot}" x2="{x(value):.1f}" y2="{foot + 4}" stroke="#888"/>'
        yield _text(x(value), foot + 16, f"{value:,g}", "middle")
    yield (
        f'<rect x="{LEFT}" y="{TOP}" width="{WIDTH - LEFT - RIGHT}" height="{foot - TOP}" fill="none" '
        'stroke="#888"/>'
    )
    yield _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, f"published, {unit}", "middle")
    middle = (TOP + foot) / 2
    yield (
        f'<text transform="rotate(-90 14 {middle})" x="14" y="{middle}" font-size="12" fill="#444" '
        'text-anchor="middle">model / published</text>'
    )


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    """A word of the axes or a name."""
    style = f'font-size="12" fill="#444" text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{escape(text)}</text>'


def _mark(dot: Dot) -> str:
    """Full in the fit, hollow where held out; at an edge an arrow beyond it."""
    fill = "#fff" if dot.point.held_out else "#b3261e"
    style = f'fill="{fill}" stroke="#b3261e" stroke-width="1.6"'
    told = f"<title>{escape(dot.point.text)}</title>"
    if not dot.beyond:
        return f'<circle cx="{dot.x:.1f}" cy="{dot.y:.1f}" r="4.4" {style}>{told}</circle>'
    inward = 8 * dot.beyond
    return f'<path d="M{dot.x - 5:.1f},{dot.y + inward:.1f}h10l-5,{-inward}z" {style}>{told}</path>'


def _name(dot: Dot) -> str:
    """To the right of its mark; near the right edge to the left of it."""
    left = dot.x > WIDTH - RIGHT - 4 * FAR
    down = (-3, 4, 11)[dot.beyond + 1]
    return _text(dot.x + (-8 if left else 8), dot.y + down, dot.point.name, "end" if left else "start")
