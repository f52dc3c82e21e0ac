"""How well the model tells what is known, as the report shows it: days, costs and counts beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from milepost.programme import Programme
from milepost.report.numbers import brief, linked, number, span
from milepost.report.ratio_plot import OUTER, Point, ratios_svg
from milepost.value.observed import KINDS, HowWell, Kind, Model, Summary, Told
from milepost.value.rival_paths import Rival, rivals

NAMES: dict[Kind, str] = {"days": "Days", "cost": "Freight cost", "count": "Counts of traffic"}
UNITS: dict[Kind, str] = {"days": "days", "cost": "USD/t", "count": "million tonnes a year"}
SAMPLES = {"fit": "in the fit", "held out": "held out", "check": "for checking"}


def told_section(programme: Programme) -> dict[str, Any]:
    """What the template shows of it; the model is asked once."""
    model = Model(programme.world)
    found = model.how_well()
    names = {n.id: n.name for n in programme.records.nodes}
    return {
        "told_text": _text(found),
        "told_summary": _near(found.summaries()),
        "told_once": _near(found.each_once()),
        "told_pictures": [
            {"title": NAMES[kind], "svg": svg} for kind in KINDS if (svg := _picture(found.rows, kind))
        ],
        "told_rows": [_row(row) for row in found.rows if row.model is not None],
        "told_compared": sum(row.model is not None for row in found.rows),
        "told_away": _away(found.rows),
        "paths": [_rival(r, names) for r in rivals(model)],
    }


def _near(summaries: Sequence[Summary]) -> list[dict[str, Any]]:
    return [
        {
            "kind": NAMES[s.kind],
            "sample": SAMPLES[s.sample],
            "rows": s.rows,
            "error": f"{100 * s.median_error:.0f} %",
            "quarter": f"{100 * s.within_quarter:.0f} %",
            "half": f"{100 * s.within_half:.0f} %",
        }
        for s in summaries
    ]


def _text(found: HowWell) -> list[str]:
    """How many are compared, how many are far off, and which furthest."""
    if not found.rows:
        return ["No published time, price or count of traffic is on record, so the model is beside nothing."]
    counting = [r for r in found.rows if r.ratio is not None and r.observation.sample != "check"]
    far = sum(abs((row.ratio or 0.0) - 1) > OUTER for row in counting)
    checks = sum(row.model is not None and row.observation.sample == "check" for row in found.rows)
    text = f"{found.headed()}."
    if checks:
        text += f" {checks} of them {_is(checks)} shown for checking and in no statistic."
    if not counting:
        return [text]
    count = f"{len(counting)} that count, {far}" if len(counting) > 1 else f"one that counts, {far}"
    text += f" Of the {count} {_is(far)} off by more than half of what is published."
    worst = "; ".join(f"of {_small(row)}, {_furthest(row)}" for row in found.furthest())
    return [
        text,
        f"Furthest off, by kind: {worst}.",
        "Published figures of one path or place differ among themselves, often by half.",
    ]


def _is(rows: int) -> str:
    return "is" if rows == 1 else "are"


def _small(row: Told) -> str:
    return NAMES[row.observation.kind].lower()


def _furthest(row: Told) -> str:
    o = row.observation
    says = brief(row.model or 0.0)
    return f"{o.id} {o.where} ({SAMPLES[o.sample]}): {brief(o.observed)} {o.unit} published, {says} modelled"


def _picture(rows: Sequence[Told], kind: Kind) -> str:
    points = [
        Point(
            row.observation.id,
            _furthest(row),
            row.observation.observed,
            row.ratio,
            row.observation.sample == "held out",
        )
        for row in rows
        if row.observation.kind == kind and row.observation.sample != "check" and row.ratio is not None
    ]
    title = f"{NAMES[kind]}: the model over {len(points)} published figures"
    return ratios_svg(points, title, UNITS[kind])


def _row(row: Told) -> dict[str, Any]:
    o = row.observation
    return {
        "kind": NAMES[o.kind],
        "id": o.id,
        "where": o.where,
        "sample": SAMPLES[o.sample],
        "year": o.year or "",
        "published": brief(o.observed),
        "model": brief(row.model or 0.0),
        "ratio": "–" if row.ratio is None else brief(row.ratio, 2),
        "unit": o.unit,
        "link": linked(o.source),
        "source": o.source,
    }


def _away(rows: Sequence[Told]) -> list[dict[str, str]]:
    """What is not compared, by reason."""
    by: dict[str, list[str]] = {}
    for row in rows:
        if row.why_not:
            by.setdefault(row.why_not, []).append(f"{row.observation.id} {row.observation.where}")
    return [{"why": why[:1].upper() + why[1:], "which": ", ".join(which)} for why, which in by.items()]


def _rival(found: Rival, names: dict[str, str]) -> dict[str, str]:
    row, path = found.route, found.path
    shown = {
        "title": f"{names[row.origin]} to {names[row.destination]}, {row.branch or row.title}",
        "stated": span(found.days_min, found.days_max),
    }
    if path is None:
        return {**shown, "days": "–", "usd": "–", "km": "–", "verdict": "the model has no such path"}
    off = found.off_days or 0.0
    side = "below" if off < 0 else "above"
    return {
        **shown,
        "days": f"{path.days:.1f}",
        "usd": number(path.usd_per_t),
        "km": f"{path.km:,.0f}",
        "verdict": f"{side} the published range by {abs(off):.1f} days"
        if off
        else "within the published range",
    }
