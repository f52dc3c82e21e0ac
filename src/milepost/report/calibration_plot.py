"""Calibration of kept forecasts as a picture: how often came true what was forecast so surely. Readable in
greyscale; a table stands beside it."""

from __future__ import annotations

from html import escape

from milepost.value.scoring import Score

SIZE, LEFT, TOP = 300.0, 56.0, 16.0


def calibration_svg(found: Score) -> str:
    """A dot a class of probabilities, its area by the number of forecasts, beside the line of equality."""

    def x(share: float) -> float:
        return LEFT + share * SIZE

    def y(share: float) -> float:
        return TOP + (1 - share) * SIZE

    width, height = LEFT + SIZE + 24, TOP + SIZE + 48
    most = max((b.count for b in found.bins), default=0) or 1
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        f'aria-label="{escape(found.headed())}"><title>Calibration: {escape(found.headed())}</title>',
        f'<path d="M{x(0):.1f} {y(0):.1f}H{x(1):.1f}V{y(1):.1f}H{x(0):.1f}Z" fill="none" stroke="#999"/>',
        f'<path d="M{x(0):.1f} {y(0):.1f}L{x(1):.1f} {y(1):.1f}" stroke="#999" stroke-dasharray="4 3"/>',
    ]
    for k in range(6):
        share = k / 5
        out += [
            f'<text x="{x(share):.1f}" y="{y(0) + 16:.1f}" font-size="11" '
            f'text-anchor="middle">{share:.0%}</text>',
            f'<text x="{LEFT - 6:.1f}" y="{y(share) + 4:.1f}" font-size="11" '
            f'text-anchor="end">{share:.0%}</text>',
        ]
    for b in found.bins:
        if b.forecast is None or b.observed is None:
            continue
        radius = 3 + 9 * (b.count / most) ** 0.5
        out.append(
            f'<circle cx="{x(b.forecast):.1f}" cy="{y(b.observed):.1f}" r="{radius:.1f}" fill="#555" '
            f'fill-opacity="0.7"><title>{b.count} forecasts of {b.forecast:.0%}: {b.observed:.0%} came true'
            "</title></circle>"
        )
    out += [
        f'<text x="{x(0.5):.1f}" y="{height - 8:.1f}" font-size="12" text-anchor="middle">forecast</text>',
        f'<text x="12" y="{y(0.5):.1f}" font-size="12" text-anchor="middle" '
        f'transform="rotate(-90 12 {y(0.5):.1f})">came true</text>',
        "</svg>",
    ]
    return "".join(out)
