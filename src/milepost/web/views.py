"""What the page and the API show, as plain values: one function a view, no web framework here (the snapshot
uses them too)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import milepost
from milepost.languages import spoken
from milepost.languages.catalogue import alpha2
from milepost.network.calibration import compare
from milepost.network.effects import is_valued
from milepost.network.link_facts import changed_by
from milepost.programme import Programme
from milepost.records import Records, Row
from milepost.report.corridor_map import corridor_map
from milepost.report.document import cannot_say
from milepost.report.map import Land, read_land
from milepost.store.content import cells_of, digest
from milepost.trade.gravity import coefficients
from milepost.value.assignment import link_flows
from milepost.value.book import book_around as moved_book
from milepost.value.cheapest_paths import headline_paths, named_path
from milepost.value.country_paths import Skims
from milepost.value.explain import gains_from
from milepost.value.interactions import interactions
from milepost.value.trial import try_dates
from milepost.web.state import NO_INTERVALS, State, Valued

BOUNDARIES = "boundaries.geojson"
_SOURCE = ("basis", "source", "note")


def about(state: State, valued: Valued) -> dict[str, Any]:
    """The programme: what it is, on which day, from which data."""
    records = valued.programme.records
    s = records.settings
    return {
        "title": s.title,
        "summary": s.summary,
        "base_date": s.base_date.isoformat(),
        "day": valued.day.isoformat(),
        "base_year": s.base_year,
        "horizon": s.horizon.isoformat(),
        "discount_rate_per_year": s.discount_rate_per_year,
        "model": s.model,
        "disclaimer": s.boundary_disclaimer,
        "fingerprint": records.fingerprint,
        "commitments": len(records.commitments),
        "entries": valued.head[0],
        "root": valued.head[1],
        "version": milepost.__version__,
        "read_at": valued.read_at.isoformat(),
        "known_on": valued.programme.known_on.isoformat() if valued.programme.known_on else None,
        "findings": [f.as_dict() for f in valued.findings],
        "can_edit": not state.path.lower().endswith(".xlsx"),
        "limits": [spoken(sentence) for sentence in cannot_say(s.model)],
        "headline_routes": list(s.headline_routes),
        "reasons": list(records.policy.reasons),
        "decided_by": records.policy.decided_by,
    }


def register(valued: Valued) -> dict[str, Any]:
    """Commitments with everything known about them, and what they refer to."""
    made: dict[str, Any] = valued.once("register", lambda: _register(valued.programme, valued.day))
    return made


def _register(programme: Programme, day: dt.date) -> dict[str, Any]:
    records = programme.sound()
    due = programme.timetable(day)
    waiting = programme.records.dependencies
    status = {s.commitment: s for s in programme.status(day)}
    steps = {s.milestone: s for s in programme.milestones(day)}
    places: dict[str, list[str]] = {}
    for key, names in changed_by(records).items():
        for name in names:
            places.setdefault(name, []).append(key)
    commitments = []
    for c in records.commitments:
        s = status[c.id]
        mine = [e for e in records.effects if e.commitment == c.id]
        commitments.append(
            {
                **_row(c),
                "status": s.as_dict(),
                "closed": s.closed,
                "due": _iso(due.dates.get(c.id)),
                "overdue_days": due.overdue.get(c.id, 0),
                "places": places.get(c.id, []),
                "valued_effects": sum(is_valued(records, e) for e in mine),
                "effects": [_row(e) for e in mine],
                "promises": [
                    _row(d) for d in records.date_changes if d.commitment == c.id and not d.milestone
                ],
                "requests": [_row(r) for r in records.date_requests if r.commitment == c.id],
                "evidence": [_row(e) for e in records.evidence if e.commitment == c.id],
                "milestones": [
                    {**_row(m), "status": steps[m.id].as_dict() if m.id in steps else None}
                    for m in records.milestones
                    if m.commitment == c.id
                ],
                "waits_for": [d.predecessor for d in waiting if d.successor == c.id],
                "holds_up": [d.successor for d in waiting if d.predecessor == c.id],
            }
        )
    head = programme.headline(day)
    return {
        "commitments": commitments,
        "headline": head.as_dict(),
        "parties": [
            {"id": p.id, "name": p.name, "kind": p.kind, "members": list(p.members), "iso2": alpha2(p.id)}
            for p in records.parties
        ],
        "countries": [
            {"id": c.id, "name": c.name, "gdp_usd_m": c.gdp_usd_m, "iso2": alpha2(c.id)}
            for c in records.countries
        ],
        "agreements": [_row(a) for a in records.agreements],
        "force": [f.as_dict() for f in programme.force(day)],
        "meetings": [_row(m) for m in records.meetings],
        "restrictions": [_row(r) for r in records.restrictions],
        "routes": [_row(r) for r in records.routes],
        "bodies": sorted({m.body for m in records.meetings}),
    }


def network(valued: Valued, land: Land | None = None) -> dict[str, Any]:
    """The map and what lies behind each of its lines and places."""
    made: dict[str, Any] = valued.once("network", lambda: _network(valued.programme, land))
    return made


def _network(programme: Programme, land: Land | None) -> dict[str, Any]:
    records = programme.sound()
    svg = corridor_map(programme, land=land).svg
    changed = changed_by(records)
    closed = [r for r in records.restrictions if r.effect != "recorded"]
    return {
        "svg": svg,
        "links": [facts.as_dict() for facts in programme.link_facts()],
        "nodes": [
            {
                "id": n.id,
                "name": n.name,
                "country": n.country,
                "kind": n.kind,
                "lat": n.lat,
                "lon": n.lon,
                "commitments": list(changed.get(f"N:{n.id}", ())),
            }
            for n in records.nodes
        ],
        "restrictions": [r.id for r in closed],
    }


def land_of(path: str) -> Land | None:
    """Outlines that the programme brings along, or None for the shipped ones."""
    file = Path(path) / BOUNDARIES
    return read_land(file) if file.is_file() else None


def flows(valued: Valued) -> dict[str, Any]:
    """Tonnes on each link at the flows of the base, today and with everything delivered; million tonnes a
    year."""

    def make() -> dict[str, Any]:
        p = valued.programme
        return link_flows(p.world, p.world.with_delivered(p.game.players)).as_dict()

    made: dict[str, Any] = valued.once("flows", make)
    return made


def values(valued: Valued) -> dict[str, Any]:
    """Everything the page needs to value any date: the book, shares, a day's cost, forecasts, and why
    something has none."""

    def make() -> dict[str, Any]:
        programme, delay, shares = valued.programme, valued.delay, valued.shares
        forecast = valued.forecast.as_dict()
        return {
            "book": valued.book.as_dict(),
            "delay": delay.as_dict(),
            "shares": {
                "unit": "MUSD/year",
                "method": shares.method,
                "commitments": {c: shares.share[i].tolist() for i, c in enumerate(shares.commitments)},
                "countries": list(shares.countries),
                "total": shares.total.tolist(),
            },
            "forecast": {
                "commitments": forecast["commitments"],
                "left_out": {c: spoken(why) for c, why in forecast["left_out"].items()},
                "seed": forecast["seed"],
                "draws": forecast["draws"],
            },
            "calls": [_plain(c.__dict__) for c in valued.calls],
            "not_valued": {c: spoken(why) for c, why in programme.game_on(valued.day).not_valued.items()},
            "notes": [spoken(note) for note in programme.game.notes],
            "why_zero": {c: _iso(d) or "" for c, d in _gains_from(valued).items()},
            "together": interactions(programme.game).strong(),
            "restrictions": list(programme.game.restrictions),
            "fingerprint": programme.records.fingerprint,
            "made_at": dt.datetime.now(dt.UTC).replace(microsecond=0).isoformat(),
        }

    made: dict[str, Any] = valued.once("values", make)
    return made


def _gains_from(valued: Valued) -> dict[str, dt.date | None]:
    return gains_from(valued.programme.game_on(valued.day), valued.programme.timetable(valued.day).dates)


def intervals(state: State, valued: Valued) -> dict[str, Any]:
    """Intervals on V(all) by country and on a day's delay, if they were drawn."""
    return state.intervals(valued) or NO_INTERVALS


def book_around(valued: Valued, dates: dict[str, dt.date | None]) -> dict[str, Any]:
    """The book around a timetable with some dates moved (None: never): where a book is incomplete it is exact
    for one more.

    Raises ``WrongUse`` for a date of what is not valued or has none.
    """
    return moved_book(valued.book, valued.programme.game_on(valued.book.on), dates).as_dict()


def trial(valued: Valued, dates: dict[str, dt.date | None]) -> dict[str, Any]:
    """Present value per country of the timetable with some dates moved (None: never), against the one that
    holds."""
    programme = valued.programme
    held, settings = programme.timetable(valued.day), programme.settings
    return try_dates(
        programme.game_on(valued.day),
        held.dates,
        dates,
        on=held.on,
        rate_per_year=settings.discount_rate_per_year,
        horizon=settings.horizon,
    ).as_dict()


def routes(valued: Valued, delivered: tuple[str, ...], base: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """The headline paths (or the first six on record): ``today``, with ``base`` delivered, and ``then``."""
    world = valued.programme.world
    found = headline_paths(world.with_delivered(base), world.with_delivered(delivered))
    return [path.as_dict() for path in found]


def path(
    valued: Valued,
    origin: str,
    destination: str,
    base: tuple[str, ...],
    delivered: tuple[str, ...],
    cargo: str,
) -> dict[str, Any]:
    """The cheapest path between two nodes: ``today``, with ``base`` delivered, and ``then``."""
    world = valued.programme.world
    return {
        when: named_path(world.with_delivered(names), origin, destination, cargo=cargo).as_dict()
        for when, names in (("today", base), ("then", delivered))
    }


def country_paths(valued: Valued, country: str, delivered: tuple[str, ...]) -> dict[str, Any]:
    """The paths of a country to its partners. The skims of the last set asked for are kept: every country
    rests on the same."""
    with valued.skims_lock:
        if valued.skims is None or valued.skims.delivered != delivered:
            valued.skims = Skims.of(valued.programme.world, delivered)
        found = valued.skims
    return found.of_country(country).as_dict()


def model(valued: Valued) -> dict[str, Any]:
    """What every number rests on: parameters with basis and source, rows by basis, and the model beside
    published times."""
    made: dict[str, Any] = valued.once("model", lambda: _model(valued.programme))
    return made


def _model(programme: Programme) -> dict[str, Any]:
    records = programme.sound()
    used = [r for r in records.params if r.use == "model"]
    bases: dict[str, dict[str, int]] = {}
    for table in (
        "links",
        "nodes",
        "crossings",
        "services",
        "effects",
        "date_changes",
        "evidence",
        "flows",
        "countries",
        "params",
    ):
        for row in records.rows(table):
            basis = str(getattr(row, "basis", "") or "–")
            bases.setdefault(table, {})[basis] = bases.get(table, {}).get(basis, 0) + 1
    checked = compare(records)
    fitted = coefficients()
    return {
        "params": [{**_row(r), "low": r.low, "high": r.high, "value": r.value} for r in used],
        "rows_by_basis": bases,
        "routes": [
            {
                "id": r.route,
                "title": r.title,
                "sample": r.sample,
                "published_days": [r.days_min, r.days_max],
                "model_days": r.model_days,
                "uncalibrated_days": r.uncalibrated_days,
                "error_days": r.error_days,
            }
            for r in checked.routes
        ],
        "routes_without_way": list(checked.without_way),
        "median_error_days": {
            sample: {
                "model": checked.median_error_days(sample, True),
                "uncalibrated": checked.median_error_days(sample, False),
            }
            for sample in ("fit", "held out")
        },
        "gravity": fitted if records.settings.model == "one-sector" else None,
    }


def _row(row: Row) -> dict[str, Any]:
    """The row as text cells, with the digest by which an edit says what it saw."""
    cells = cells_of(row)
    plain: dict[str, Any] = {k: v for k, v in cells.items() if v}
    for name in type(row).columns():
        value = getattr(row, name)
        if isinstance(value, tuple):
            plain[name] = [str(v) for v in value]
    return {**plain, "id": row.ident, "digest": digest(cells)}


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {k: _iso(v) if isinstance(v, dt.date) else v for k, v in values.items()}


def rows_of_register(records: Records, table: str) -> list[dict[str, Any]]:
    """Rows of one table with their digests."""
    return [{"id": r.ident, "cells": cells_of(r), "digest": digest(cells_of(r))} for r in records.rows(table)]
