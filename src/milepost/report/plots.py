"""The timetable as SVG. Readable in greyscale; a table stands beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 1000.0


@dataclass(frozen=True)
class Row:
    """One commitment in the timetable: promised dates in order of announcement, delivery if any."""

    label: str
    promised: tuple[dt.date, ...]
    delivered: dt.date | None
    state: str


@dataclass(frozen=True)
class Swing:
    """One parameter of a tornado: its two ends in words, and the model's number at each."""

    label: str
    low_end: str
    high_end: str
    at_low: float
    at_high: float


def timetable_svg(rows: Sequence[Row], today: dt.date) -> str:
    """First promise hollow, later ones small, the latest full; a square where delivered; today's line."""
    days = [d for r in rows for d in (*r.promised, *((r.delivered,) if r.delivered else ()))] + [today]
    first, last = min(days).year, max(days).year + 1
    start, end = dt.date(first, 1, 1).toordinal(), dt.date(last, 1, 1).toordinal()
    left, step = 330.0, 21.0
    height = 40 + step * len(rows)

    def x(day: dt.date) -> float:
        return left + (day.toordinal() - start) / (end - start) * (WIDTH - left - 14)

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="img" '
        f'aria-label="Timetable of {len(rows)} commitments"><title>Timetable: promised, re-dated, '
        "delivered</title>"
    ]
    for year in range(first, last + 1):
        at = x(dt.date(year, 1, 1))
        out.append(f'<line x1="{at:.1f}" y1="22" x2="{at:.1f}" y2="{height - 8:.0f}" stroke="#ddd"/>')
        if (last - first) <= 16 or year % 2 == 0:
            out.append(
                f'<text x="{at:.1f}" y="15" font-size="11" text-anchor="middle" fill="#555">{year}</text>'
            )
    for k, row in enumerate(rows):
        out += _timetable_row(row, 36 + step * k, left, x)
    at = x(today)
    out.append(
        f'<line x1="{at:.1f}" y1="20" x2="{at:.1f}" y2="{height - 8:.0f}" stroke="#111" stroke-dasharray="3 '
        '3"/>'
    )
    out.append(
        f'<text x="{at:.1f}" y="{height:.0f}" font-size="11" text-anchor="middle">{today}</text></svg>'
    )
    return "".join(out)


def _timetable_row(row: Row, y: float, left: float, x: Callable[[dt.date], float]) -> list[str]:
    """One commitment's line of the timetable at the height ``y``; ``x`` places a day."""
    shade = "#666" if row.delivered or row.state == "stopped" else "#111"
    label = row.label if len(row.label) <= 50 else row.label[:49] + "…"
    out = [f'<text x="0" y="{y + 4:.1f}" font-size="12" fill="{shade}">{escape(label)}</text>']
    if not row.promised and not row.delivered:
        out.append(f'<text x="{left:.0f}" y="{y + 4:.1f}" font-size="11" fill="#777">no date promised</text>')
        return out
    points = [x(d) for d in row.promised]
    end_at = x(row.delivered) if row.delivered else points[-1]
    if points and abs(end_at - points[0]) > 1:
        colour = "#b3261e" if end_at > points[0] else "#2e7d32"
        out.append(
            f'<line x1="{points[0]:.1f}" y1="{y}" x2="{end_at:.1f}" y2="{y}" stroke="{colour}" '
            'stroke-width="2"/>'
        )
    out += _promises(points, y, row.delivered is not None)
    if row.delivered:
        at = x(row.delivered)
        out.append(f'<rect x="{at - 4.5:.1f}" y="{y - 4.5}" width="9" height="9" fill="#2e7d32"/>')
    if row.state == "stopped":
        out.append(f'<text x="{end_at + 8:.1f}" y="{y + 4}" font-size="11" fill="#555">stopped</text>')
    return out


def _promises(points: list[float], y: float, delivered: bool) -> Iterator[str]:
    for i, at in enumerate(points):
        if i == 0:
            yield (
                f'<path d="M{at:.1f},{y - 5}l5,5l-5,5l-5,-5z" fill="#fff" stroke="#333" stroke-width="1.2"/>'
            )
        elif i < len(points) - 1:
            yield f'<circle cx="{at:.1f}" cy="{y}" r="2.2" fill="#b3261e"/>'
    if len(points) > 1 and not delivered:
        yield f'<circle cx="{points[-1]:.1f}" cy="{y}" r="5" fill="#1f4e79"/>'


def tornado_svg(rows: Sequence[Swing], central: float, unit: str) -> str:
    """Bars on both sides of the number as it stands: outlined to that of the low end, full to that of the
    high one. The rows come sorted."""
    if not rows:
        return ""
    left, right, step = 330.0, 120.0, 24.0
    height = 30 + step * len(rows)
    ends = [central, *(v for r in rows for v in (r.at_low, r.at_high))]
    least, most = min(ends), max(ends)
    width = (most - least) or 1.0

    def x(value: float) -> float:
        return left + (value - least) / width * (WIDTH - left - right)

    middle = x(central)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="img" '
        f'aria-label="Tornado of {len(rows)} parameters"><title>{escape(unit)}, one parameter at a time at '
        "the ends of its band</title>"
    ]
    for value in dict.fromkeys((least, central, most)):
        out.append(
            f'<text x="{x(value):.1f}" y="12" font-size="11" text-anchor="middle" fill="#555">{value:,.4g}'
            "</text>"
        )
    for k, row in enumerate(rows):
        y = 30 + step * k
        label = row.label if len(row.label) <= 50 else row.label[:49] + "…"
        out.append(f'<text x="0" y="{y + 4:.1f}" font-size="12">{escape(label)}</text>')
        for value, fill in ((row.at_low, "#fff"), (row.at_high, "#1f4e79")):
            a, b = sorted((x(value), middle))
            out.append(
                f'<rect x="{a:.1f}" y="{y - 6:.1f}" width="{b - a:.1f}" height="12" fill="{fill}" '
                'stroke="#1f4e79"/>'
            )
        ends_ = f"{row.low_end} – {row.high_end}"
        out.append(
            f'<text x="{WIDTH - right + 8:.0f}" y="{y + 4:.1f}" font-size="11" fill="#555">{escape(ends_)}'
            "</text>"
        )
    out.append(
        f'<line x1="{middle:.1f}" y1="18" x2="{middle:.1f}" y2="{height:.0f}" stroke="#111" '
        'stroke-width="1.5"/>'
    )
    return "".join(out) + "</svg>"
