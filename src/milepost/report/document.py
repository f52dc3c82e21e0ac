"""The report: everything a reader needs to believe the numbers, in one HTML file that opens without a
network."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from milepost.files import write_whole
from milepost.languages import Language, Said
from milepost.plots.land import basemap
from milepost.programme import Programme
from milepost.records import Records
from milepost.report.corridor_map import corridor_map
from milepost.report.costs_section import costs_section
from milepost.report.how_well import told_section
from milepost.report.numbers import linked, number
from milepost.report.plans_section import plans_section
from milepost.report.plots import Row, Swing, timetable_svg, tornado_svg
from milepost.report.standing import slip_shown, timing_shown
from milepost.trade.gravity import coefficients
from milepost.trade.many_sectors.from_records import sector_base
from milepost.trade.one_sector.from_records import base
from milepost.value.appraisal.plan_answers import Plans
from milepost.value.explain import why
from milepost.value.interactions import interactions
from milepost.value.sensitivity import value_of_time
from milepost.value.tornado import Tornado

Progress = Callable[[int, int], None]


def cannot_say(model: str) -> tuple[Said, ...]:
    """What the model cannot say; with many sectors all but the sentence about one."""
    names = ("two-equilibria", "one-sector", "capacity", "passengers", "restrictions", "estimated", "shapley")
    return tuple(Said(f"cannot-{name}") for name in names if name != "one-sector" or model == "one-sector")


def write_report(
    programme: Programme,
    target: Path,
    *,
    on: dt.date | None = None,
    tornado: Tornado | None = None,
    plans: Plans | None = None,
    progress: Progress | None = None,
) -> Path:
    """Write the report; returns its path. The file appears whole or not at all.

    Raises ``BadData`` if the data have findings, ``WrongUse`` if the file cannot be written.
    """
    text = html_report(programme, on=on, tornado=tornado, plans=plans, progress=progress)
    write_whole(target, text.encode())
    return target


def html_report(
    programme: Programme,
    *,
    on: dt.date | None = None,
    tornado: Tornado | None = None,
    plans: Plans | None = None,
    progress: Progress | None = None,
) -> str:
    """The report as one HTML text; with a ``tornado`` or ``plans``, these too."""
    steps = 7
    tell = progress or (lambda done, of: None)
    records = programme.sound()
    day = on or programme.day
    tell(0, steps)
    shares = programme.shapley()
    tell(1, steps)
    delay = programme.delay(day)
    calls = programme.calls(day)
    tell(2, steps)
    page: dict[str, Any] = {
        "title": programme.settings.title,
        "summary": programme.settings.summary,
        "on": day.isoformat(),
        "base_year": programme.settings.base_year,
        "rate": f"{math.expm1(programme.settings.discount_rate_per_year):.2%}",
        "horizon": programme.settings.horizon.isoformat(),
        "disclaimer": programme.settings.boundary_disclaimer,
        "version": version("milepost"),
        "made": dt.date.today().isoformat(),
        "fingerprint": records.fingerprint,
        "cannot": cannot_say(records.settings.model),
        "seed": ""
        if shares.method == "exact"
        else f" but for the orders of the Shapley shares (seed {shares.seed})",
    }
    page |= _delays(programme, delay, calls) | _worth(programme, shares)
    tell(3, steps)
    page |= _five(programme, shares) | costs_section(programme, day) | plans_section(plans)
    tell(4, steps)
    page |= _value_of_time(programme) | _tornado(tornado)
    tell(5, steps)
    page |= told_section(programme)
    tell(6, steps)
    page |= _network(programme) | timetable_section(programme, day) | _trade(records) | _rows(records)
    if shares.estimated_share is not None:
        page["notes"] = [*page["notes"], *shares.estimated_share.sentences()]
    page["lead"] = _lead(programme, delay, shares)
    page["facts"] = _facts(programme, day, delay, shares, page["costs"])
    environment = Environment(
        loader=PackageLoader("milepost.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    text = environment.get_template("report.html").render(page)
    tell(steps, steps)
    return text


def _applied(programme: Programme, restriction: str) -> str:
    """What a restriction does to the numbers of this report, in words."""
    if restriction in programme.baseline.usual.ids:
        return "in force on the base date and part of today's network"
    row = next(r for r in programme.records.restrictions if r.id == restriction)
    if row.is_risk:
        return (
            f"a risk of {row.probability_per_year:g} a year for {row.length_days:g} days, in no number (see "
            "milepost resilience)"
        )
    return (
        "recorded and not applied to any number"
        if row.effect == "recorded"
        else "not in force on the base date, not applied"
    )


def _title(records: Records, name: str) -> str:
    return next(c.title for c in records.commitments if c.id == name)


def _bars(pairs: list[tuple[str, float]], most: int, widest: float) -> list[dict[str, Any]]:
    top = sorted(pairs, key=lambda p: -abs(p[1]))[:most]
    return [
        {"name": c, "value": number(v), "width": round(max(1.0, 150 * abs(v) / widest), 1), "neg": v < 0}
        for c, v in top
        if v and abs(v) > 1e-9 * widest
    ]


def _lead(programme: Programme, delay: Any, shares: Any) -> str:
    ranked = [pair for pair in delay.ranked() if pair[1] > 0]
    if not ranked:
        return "No dated open commitment changes a cheapest path, so no cost of a day's delay can be stated."
    name, cost = ranked[0]
    parts = _of_a_day(delay, name)
    row = delay.cost[delay.commitments.index(name)]
    dearest = sorted(zip(delay.countries, row.tolist(), strict=True), key=lambda p: -p[1])[:2]
    names = {c.id: c.name for c in programme.records.countries}
    who = " and ".join(f"{names[c]} ({number(1000 * v)})" for c, v in dearest)
    first, worth = shares.ranked()[0]
    return (
        f"One more day's delay of {_title(programme.records, name)} costs {number(1000 * cost)} thousand "
        f"USD{f' net ({parts})' if parts else ''}, borne above "
        f"all by {who}. Worth most a year, if delivered, is {_title(programme.records, first)}: "
        f"{number(worth)} million USD."
    )


def _facts(
    programme: Programme, day: dt.date, delay: Any, shares: Any, costs: list[dict[str, Any]]
) -> list[dict[str, str]]:
    status = programme.status(day)
    head = programme.headline(day)
    late = sum(s.timing == "late" for s in status)
    lost, net = float(delay.cost.sum()), sum(delay.net.values())
    saved = f"; {number(1000 * (lost - net))} saved by spending later" if delay.saved else ""
    whole = costs[-1] if costs else None
    at_a_cost = f"; all cost {whole['cost']} MUSD and return {whole['rate']} a year" if whole else ""
    return [
        {
            "value": f"{head.verified + head.claimed} of {len(status)}",
            "text": f"commitments delivered: {head.verified} verified by others, {head.claimed} claimed",
        },
        {"value": str(late), "text": "open commitments past their latest promised date"},
        {
            "value": f"{number(float(shares.total.sum()))} MUSD",
            "text": f"a year, if every valued commitment were delivered{at_a_cost}",
        },
        {
            "value": f"{number(1000 * lost)} kUSD",
            "text": f"of benefit lost by one more day of each dated commitment{saved}",
        },
    ]


def _of_a_day(delay: Any, name: str) -> str:
    """Benefit lost and spending saved, in words; nothing where nobody states a cost."""
    if name not in delay.saved:
        return ""
    lost = number(1000 * float(delay.cost[delay.commitments.index(name)].sum()))
    return f"{lost} lost, {number(1000 * delay.saved[name])} saved"


def _delays(programme: Programme, delay: Any, calls: Any) -> dict[str, Any]:
    records = programme.records
    by_name = {c.commitment: c for c in calls}
    ranked = delay.ranked()
    widest = max((1000 * float(abs(row).max()) for row in delay.cost), default=1.0) or 1.0
    rows = []
    for name, total in ranked:
        row = 1000 * delay.cost[delay.commitments.index(name)]
        call = by_name[name]
        rows.append(
            {
                "id": name,
                "title": call.title,
                "owed": ", ".join(call.owed_by),
                "due": call.due.isoformat() if call.due else "",
                "late": f"{call.days_late:,}" if call.days_late else "",
                "total": number(1000 * total),
                "parts": _of_a_day(delay, name),
                "bars": _bars(list(zip(delay.countries, row.tolist(), strict=True)), 4, widest),
                "why": "0: on no best path while the others stand as they are on that day",
            }
        )
    shown = [k for k in range(len(delay.countries)) if abs(delay.cost[:, k]).max(initial=0) > 0]
    return {
        "delays": rows,
        "undated": "; ".join(f"{n} {_title(records, n)}" for n in delay.undated),
        "delay_matrix": {
            "columns": [delay.countries[k] for k in shown],
            "rows": [
                {
                    "id": n,
                    "values": [
                        number(1000 * float(delay.cost[delay.commitments.index(n)][k]), 4) for k in shown
                    ],
                }
                for n, _ in ranked
            ],
        },
    }


def _parts(whole: float, received: float | None, digits: int = 3) -> list[str]:
    """A value in two: what users gain, and what is received; nothing where no dollar changes hands."""
    return [] if received is None else [number(whole - received, digits), number(received, digits)]


def _worth(programme: Programme, shares: Any) -> dict[str, Any]:
    records = programme.records
    widest = float(abs(shares.share).max(initial=0.0)) or 1.0
    got = shares.received
    strong = interactions(programme.game).strong()
    rows = []
    for name, total in shares.ranked():
        i = shares.commitments.index(name)
        rows.append(
            {
                "id": name,
                "title": _title(records, name),
                "share": number(total),
                "parts": _parts(total, None if got is None else float(got[i].sum())),
                "alone": number(float(shares.alone[i].sum())),
                "last": number(float(shares.last[i].sum())),
                "because": _because(shares, i, programme, strong[name]),
                "bars": _bars(list(zip(shares.countries, shares.share[i].tolist(), strict=True)), 4, widest),
            }
        )
    gdp = {c.id: c for c in records.countries}
    taken = [None] * len(shares.countries) if got is None else got.sum(axis=0).tolist()
    by_country = sorted(
        zip(shares.countries, shares.total.tolist(), taken, strict=True), key=lambda row: -row[1]
    )
    reasons: dict[str, list[str]] = {}
    for name, reason in programme.game.not_valued.items():
        reasons.setdefault(reason, []).append(f"{name} {_title(records, name)}")
    exact = f"Exact over all {2 ** len(shares.commitments):,} sets of {len(shares.commitments)} commitments."
    error = number(float(shares.error.max(initial=0)))
    sampled = (
        f"Sampled from {shares.orders} pairs of orders, seed {shares.seed}; largest standard error {error}."
    )
    return {
        "worth": rows,
        "total": f"{number(float(shares.total.sum()), 4)}",
        "method": exact if shares.method == "exact" else sampled,
        "by_country": [
            {
                "id": c,
                "name": gdp[c].name,
                "value": number(v, 4),
                "parts": _parts(v, part, 4),
                "percent": f"{100 * v / gdp[c].gdp_usd_m:.4f}",
            }
            for c, v, part in by_country
        ],
        "received": got is not None,
        "not_valued": [
            {"why": reason[0].upper() + reason[1:], "names": "; ".join(n)} for reason, n in reasons.items()
        ],
    }


def _because(shares: Any, i: int, programme: Programme, others: Sequence[tuple[str, float, float]]) -> str:
    """Why a worth is below zero, and on which other commitment much of it hangs; empty if neither is so."""
    row, told = shares.share[i], []
    total = float(row.sum())
    if total < 0:
        got = 0.0 if shares.received is None else float(shares.received[i].sum())
        if total - got > 0:
            told.append(f"Below zero: users gain {number(total - got)}, receipts change by {number(got)}.")
        names = {c.id: c.name for c in programme.records.countries}
        lost = sorted((v, c) for c, v in zip(shares.countries, row.tolist(), strict=True) if v < 0)
        told.append("Most is lost by " + ", ".join(f"{names[c]} ({number(v)})" for v, c in lost[:3]) + ".")
    other, _, more = max(others, key=lambda pair: pair[2], default=("", 0.0, 0.0))
    if more > abs(total) / 2:
        told.append(
            f"Much of it hangs on {other} {_title(programme.records, other)}: with all else delivered, both "
            f"together are worth {number(more)} more than what each adds without the other."
        )
    return " ".join(told)


def _five(programme: Programme, shares: Any) -> dict[str, Any]:
    names = {c.id: c.name for c in programme.records.countries}
    top = [name for name, total in shares.ranked()[:5] if total > 0]
    found = {w.commitment: w for w in why(programme.baseline, tuple(top), shares.commitments)}
    rows = []
    for name in top:
        row = shares.share[shares.commitments.index(name)]
        best = sorted(zip(shares.countries, row.tolist(), strict=True), key=lambda p: -p[1])[:3]
        told = "; ".join(
            f"{j.origin} to {j.destination} ({j.cargo}) goes from {j.days_before:.1f} to {j.days_after:.1f} "
            "days and from "
            f"{number(j.usd_before)} to {number(j.usd_after)} USD a tonne"
            for j in found[name].paths
        )
        rows.append(
            {
                "id": name,
                "title": _title(programme.records, name),
                "share": number(float(row.sum())),
                "whom": ", ".join(f"{names[c]} ({number(v)})" for c, v in best if v > 0),
                "why": f"Paths that gain most, {found[name].background}: {told}." if told else "",
            }
        )
    return {"five": rows}


def _tornado(found: Tornado | None) -> dict[str, Any]:
    """What moves V, in a picture with its table; nothing where nobody asked for it."""
    if found is None:
        return {"tornado": "", "tornado_rows": [], "tornado_head": "", "tornado_still": ""}
    bars = [bar for bar in found.bars if bar.swing]
    rows = [
        Swing(bar.label, bar.low_end, bar.high_end, bar.at_low, bar.at_high)
        for bar in bars
        if bar.at_low is not None and bar.at_high is not None
    ]
    return {
        "tornado": tornado_svg(rows, found.central, found.headed()),
        "tornado_head": found.headed(),
        "tornado_rows": [
            {
                "id": bar.id,
                "label": bar.label,
                "ends": f"{bar.low_end} to {bar.high_end} {bar.unit}".strip(),
                "low": number(bar.at_low or 0.0),
                "high": number(bar.at_high or 0.0),
                "swing": number(bar.swing),
            }
            for bar in bars
        ],
        "tornado_still": ", ".join(bar.label for bar in found.bars if not bar.swing),
    }


def _value_of_time(programme: Programme) -> dict[str, Any]:
    found = value_of_time(programme.baseline)
    ranks = [found.rank(k) for k in range(len(found.share_per_day))]
    middle = ranks[1]
    rows = []
    for name in sorted(found.commitments, key=lambda n: middle[n]):
        i = found.commitments.index(name)
        rows.append(
            {
                "id": name,
                "title": _title(programme.records, name),
                "cells": [
                    {"value": number(found.worth_musd[k][i]), "rank": ranks[k][name]}
                    for k in range(len(ranks))
                ],
            }
        )
    moved = found.moved(2)
    same = (
        "No commitment moves by two places or more."
        if not moved
        else (
            f"Moved by two places or more: {', '.join(moved)}. The others keep their place, give or take one."
        )
    )
    return {
        "vot": rows,
        "vot_heads": [f"{100 * v:.1f} % a day" for v in found.share_per_day],
        "vot_note": same,
    }


def _network(programme: Programme) -> dict[str, Any]:
    drawn = corridor_map(programme, framed=True)
    return {"map": drawn.svg, "mapsource": basemap()[0], "marked": drawn.marked}


def timetable_section(programme: Programme, day: dt.date) -> dict[str, Any]:
    """The timetable as a picture and a table, what is disputed, and restrictions."""
    records = programme.records
    promises: dict[str, list[dt.date]] = {}
    for change in sorted(
        records.date_changes, key=lambda c: c.announced_on.last if c.announced_on else dt.date.min
    ):
        if (
            change.promised_for
            and not change.milestone
            and (change.announced_on is None or change.announced_on.first <= day)
        ):
            promises.setdefault(change.commitment, []).append(change.promised_for.last)
    status = programme.status(day)
    rows = [
        Row(
            f"{s.commitment} {_title(records, s.commitment)}",
            tuple(promises.get(s.commitment, ())),
            s.delivered_on,
            s.delivery,
        )
        for s in status
    ]
    english = Language("en")
    table = [
        {
            "id": s.commitment,
            "title": _title(records, s.commitment),
            "first": str(s.first_promised or "–"),
            "now": str(s.delivered_on or s.latest_promised or "–"),
            "promises": s.promises,
            "slip": slip_shown(english, s)[0],
            "delivery": s.delivery,
            "timing": timing_shown(english, s),
            "percent": f"{s.percent:g} % of {s.percent_of}" if s.percent is not None else "",
        }
        for s in status
    ]
    conflicts = [f"{s.commitment} {_title(records, s.commitment)}: {c}." for s in status for c in s.conflicts]
    conflicts += [
        f"{r.table} {r.ident}: {note}"
        for r in (*records.agreements, *records.evidence, *records.date_changes)
        if any(word in (note := r.note) for word in ("contradict", "differs", "conflict with", "disput"))
    ]
    return {
        "timetable": timetable_svg(rows, day),
        "status": table,
        "conflicts": conflicts,
        "restrictions": [
            f"Restriction, {_applied(programme, r.id)}: {r.title}, from "
            f"{r.starts}{f' to {r.ends}' if r.ends else ''} ({r.source})"
            for r in records.restrictions
        ],
    }


def _trade(records: Records) -> dict[str, Any]:
    if records.settings.model == "many-sectors":
        return {
            "notes": list(sector_base(records).notes),
            "gravity": [],
            "gravity_note": "",
            "comparison": [],
        }
    found, made = base(records), coefficients()
    fits = "; ".join(
        f"{name}: correlation of logs {fit['correlation_of_log_flows']:.2f}, "
        f"{fit['share_within_factor_two']:.0%} within a "
        f"factor of two ({fit['share_within_factor_two_by_value']:.0%} by value)"
        for name, fit in made["fit_from_gdp_and_geography_alone"].items()
    )
    return {
        "notes": list(found.notes),
        "gravity": [
            {"name": n, "b": f"{made['coefficients'][n]:.3f}", "se": f"{made['standard_errors'][n]:.3f}"}
            for n in made["coefficients"]
        ],
        "gravity_note": f"{made['method']}. Prediction from GDP and geography alone: {fits}. {made['data']}.",
        "comparison": [
            {
                "pair": f"{c.exporter} to {c.importer}"
                if c.kind == "flow"
                else f"{c.exporter} and {c.importer}, both ways",
                "period": c.period,
                "reported": number(c.reported_musd),
                "used": number(c.estimated_musd),
            }
            for c in found.comparison
        ],
    }


def _rows(records: Records) -> dict[str, Any]:
    count = Counter(
        row.basis
        for row in records.all_rows()
        if hasattr(row, "basis") and row.basis and getattr(row, "use", "model") == "model"
    )
    total = sum(count.values())
    words = ", ".join(f"{n} {basis}" for basis, n in count.most_common())
    assumed = sum(p.basis == "assumed" for p in records.params if p.use == "model")
    return {
        "basis_text": f"{total:,} rows stand behind these numbers: {words}. Of the parameters, {assumed} are "
        "assumed: they "
        "are ours, marked so, and meant to be replaced.",
        "params": [
            {
                "name": p.name,
                "to": p.applies_to,
                "value": f"{p.value:g}",
                "unit": p.unit,
                "basis": p.basis,
                "band": f"{p.low:g} to {p.high:g}" if p.low is not None and p.high is not None else "",
                "source": linked(p.source),
                "note": p.note,
            }
            for p in records.params
            if p.use == "model"
        ],
        "effects": [
            {
                "commitment": e.commitment,
                "what": f"{e.attribute} of {e.target} ({e.target_table})"
                + ("" if e.use == "model" else ", to compare with"),
                "before": e.before,
                "after": e.after,
                "unit": e.unit,
                "basis": e.basis,
                "source": linked(e.source),
                "note": e.note,
            }
            for e in records.effects
        ],
        "evidence": evidence_rows(records),
    }


def evidence_rows(records: Records) -> list[dict[str, str]]:
    """Every report on record, a row each."""
    return [
        {
            "commitment": e.commitment,
            "date": str(e.reported_on or ""),
            "shows": e.shows,
            "report": e.report + (f" ({e.percent:g} % of {e.percent_of})" if e.percent is not None else ""),
            "source": linked(e.source),
            "note": e.note,
        }
        for e in records.evidence
    ]
