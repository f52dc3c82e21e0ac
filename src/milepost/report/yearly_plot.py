"""Money by year as SVG: what is gained upwards, what is spent downwards, and the discounted sum as a line."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from milepost.languages import Language

WIDTH, HEIGHT, LEFT, TOP = 1000.0, 320.0, 64.0, 14.0
FONT = "'Noto Sans', 'Noto Naskh Arabic', system-ui, sans-serif"


def yearly_svg(
    years: Sequence[int],
    gained: Sequence[float],
    spent: Sequence[float],
    running: Sequence[float],
    unit: str,
    *,
    say: Language | None = None,
    height: float = HEIGHT,
) -> str:
    """Bars of each year and the running sum on one scale; readable in greyscale, with a table beside it.

    Numbers and title are those of a language; None: English.
    """
    language = say or Language("en")
    named = language.say("worth-chart-title", count=len(years), unit=unit)
    high = max([*gained, *running, 0.0])
    low = min([*(-s for s in spent), *running, 0.0])
    span = (high - low) or 1.0
    step = (WIDTH - LEFT - 10) / max(len(years), 1)

    def y(value: float) -> float:
        return TOP + (high - value) / span * (height - TOP - 24)

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="img" '
        f'font-family="{FONT}" aria-label="{escape(named)}"><title>{escape(named)}</title>'
    ]
    for tick in _ticks(low, high):
        out.append(
            f'<line x1="{LEFT}" y1="{y(tick):.1f}" x2="{WIDTH}" y2="{y(tick):.1f}" '
            f'stroke="{"#111" if tick == 0 else "#e3e3e3"}"/><text x="{LEFT - 6}" y="{y(tick) + 4:.1f}" '
            f'font-size="11" text-anchor="end" fill="#555">{language.number(tick)}</text>'
        )
    for k, (year, up, down) in enumerate(zip(years, gained, spent, strict=True)):
        x = LEFT + step * k
        for value, fill in ((up, "#1f4e79"), (-down, "#b9c9d6")):
            top, bottom = min(y(value), y(0)), max(y(value), y(0))
            out.append(
                f'<rect x="{x + 1:.1f}" y="{top:.1f}" width="{step - 2:.1f}" height="{bottom - top:.1f}" '
                f'fill="{fill}"/>'
            )
        if len(years) <= 16 or year % 5 == 0:
            out.append(
                f'<text x="{x + step / 2:.1f}" y="{height - 6}" font-size="11" text-anchor="middle" '
                f'fill="#555">{language.digits(str(year))}</text>'
            )
    points = " ".join(f"{LEFT + step * (k + 0.5):.1f},{y(v):.1f}" for k, v in enumerate(running))
    out.append(f'<polyline points="{points}" fill="none" stroke="#b3261e" stroke-width="2.2"/></svg>')
    return "".join(out)


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers between two, about six of them, zero among them."""
    size = 10.0 ** len(str(int((high - low) or 1))) / 100
    step = next(s for f in (1, 2, 5, 10, 20, 50, 100) if (s := f * size) * 7 >= high - low)
    return [step * k for k in range(int(low // step) + 1, int(high // step) + 1)]
