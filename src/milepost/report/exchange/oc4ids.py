"""Commitments as projects of the Open Contracting for Infrastructure Data Standard (OC4IDS), version 0.9.

One commitment is one project. Only what the register knows is written: no approval date, no contract, no
period that nobody stated. Promised dates go out as milestones, each with the day it was announced; reports as
documents with their address.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from milepost.records import Commitment, PartialDate, Records
from milepost.register.status import Status, milestone_status
from milepost.report.exchange.address import is_url
from milepost.report.exchange.geo import line_of

VERSION = "0.9"
_STATUS = {  # codelist projectStatus: closed
    "no evidence": "identification",
    "not started": "identification",
    "started": "implementation",
    "substantial": "implementation",
    "delivered": "completion",
    "verified": "completion",
    "in effect": "maintenance",
    "stopped": "cancelled",
}
_TYPE = {"build-link": "construction", "upgrade": "rehabilitation", "port-capacity": "expansion"}
_SECTOR = {
    "rail": "transport.rail",
    "road": "transport.road",
    "sea": "transport.water",
    "ferry": "transport.water",
    "river": "transport.water",
}


def oc4ids(
    records: Records,
    statuses: tuple[Status, ...],
    *,
    on: dt.date,
    prefix: str = "oc4ids-milepost",
    uri: str = "",
) -> dict[str, Any]:
    """A project package. ``prefix`` is the project-id prefix that the publisher registered; ``on`` the day of
    the statuses."""
    state = {s.commitment: s for s in statuses}
    steps = {s.milestone: s for s in milestone_status(records, on)} if records.milestones else {}
    return {
        "uri": uri or f"urn:milepost:{records.fingerprint}",
        "publisher": {"name": records.settings.title.strip() or "milepost"},
        "publishedDate": f"{on.isoformat()}T00:00:00Z",
        "version": VERSION,
        "projects": [_project(records, c, state[c.id], steps, on, prefix) for c in records.commitments],
    }


def left_out(records: Records, on: dt.date) -> tuple[str, ...]:
    """What of the register has no place in the package, in words."""
    found = ["the value of commitments, dependencies and force of agreements have no place in OC4IDS"]
    if records.texts:
        found.append("texts in further languages are left out: OC4IDS has one language")
    later = sum(not _known(d.announced_on, on) for d in records.date_changes if d.promised_for)
    reports = sum(not _known(e.reported_on, on) for e in records.evidence)
    if later or reports:
        found.append(
            f"{later} dates and {reports} reports are later than {on} and left out; --on takes another day"
        )
    found.extend(
        f"{c.id}: the cost in USD is no number that JSON can hold"
        for c in records.commitments
        if _budget(c) == math.inf
    )
    return tuple(found)


def _project(
    records: Records, c: Commitment, s: Status, steps: dict[str, Status], on: dt.date, prefix: str
) -> dict[str, Any]:
    project: dict[str, Any] = {
        "id": f"{prefix}-{c.id}",
        "updated": _moment(s.last_reported or on),
        "title": c.title or c.id,
    }
    description = " ".join(
        x for x in (c.text, f"Acceptance test: {c.acceptance_test}." if c.acceptance_test else "") if x
    )
    if description:
        project["description"] = description
    project["status"] = _STATUS[s.delivery]
    project["sector"] = _sectors(records, c)
    if c.kind in _TYPE:
        project["type"] = _TYPE[c.kind]
    if s.latest_promised or s.delivered_on:
        end = s.delivered_on or (s.latest_promised.last if s.latest_promised else None)
        if end:
            project["period"] = {"endDate": _moment(end)}
    locations = _locations(records, c)
    if locations:
        project["locations"] = locations
    if (cost := _budget(c)) is not None and math.isfinite(cost):
        project["budget"] = {"amount": {"amount": cost, "currency": "USD"}}
    names = {p.id: p.name for p in records.parties}
    if c.owed_by:
        project["parties"] = [
            {"id": p, "name": names.get(p) or p, "roles": ["publicAuthority"]}
            for p in dict.fromkeys(c.owed_by)
        ]
    documents = [
        {
            "id": e.id,
            "documentType": "physicalProgressReport"
            if e.shows in ("started", "progress")
            else "projectEvaluation"
            if e.shows == "in effect"
            else "x_report",
            "title": (e.report or e.shows)[:200],
            **({"url": e.source} if is_url(e.source) else {}),
            **({"datePublished": _moment(e.reported_on.known_from)} if e.reported_on else {}),
        }
        for e in records.evidence
        if e.commitment == c.id and _known(e.reported_on, on)
    ]
    if documents:
        project["documents"] = documents
    milestones = _milestones(records, c, s, steps, on)
    if milestones:
        project["milestones"] = milestones
    if s.done and s.delivered_on:
        project["completion"] = {
            "endDate": _moment(s.delivered_on),
            "finalScopeDetails": f"{s.delivery}; reports {', '.join(s.proofs)}",
        }
    return project


def _milestones(
    records: Records, c: Commitment, s: Status, steps: dict[str, Status], on: dt.date
) -> list[dict[str, Any]]:
    """Every date that was known on the day. Only the one that holds can still be met, or any by which the
    work was done."""
    found = []
    titles = {m.id: m.title for m in records.milestones}
    for d in records.date_changes:
        if d.commitment != c.id or d.promised_for is None or not _known(d.announced_on, on):
            continue
        mine = steps.get(d.milestone, s) if d.milestone else s
        due = d.promised_for.last
        holds = d.promised_for == mine.latest_promised
        in_time = mine.delivered_on is not None and mine.delivered_on <= due
        state = (
            "met"
            if mine.done and (holds or in_time)
            else "scheduled"
            if holds and due >= on and not mine.closed
            else "notMet"
        )
        found.append(
            {
                "id": d.id,
                "title": titles.get(d.milestone) or c.title or c.id,
                **({"code": d.milestone} if d.milestone else {}),
                "description": d.statement or f"promised for {d.promised_for}",
                "dueDate": _moment(d.promised_for.last),
                "status": state,
                **({"dateModified": _moment(d.announced_on.known_from)} if d.announced_on else {}),
                **({"dateMet": _moment(mine.delivered_on)} if state == "met" and mine.delivered_on else {}),
            }
        )
    return found


def _locations(records: Records, c: Commitment) -> list[dict[str, Any]]:
    nodes = {n.id: n for n in records.nodes}
    links = {x.id: x for x in records.links}
    found = []
    for ref in dict.fromkeys(c.network_ref):
        kind, _, name = ref.partition(":")
        if kind == "N" and name in nodes:
            n = nodes[name]
            point = {"type": "Point", "coordinates": [n.lon, n.lat]}
            found.append({"id": name, "description": n.name, "geometry": point})
        elif kind == "L" and name in links and {links[name].from_node, links[name].to_node} <= set(nodes):
            a, b = nodes[links[name].from_node], nodes[links[name].to_node]
            parts = line_of(records, links[name])
            one = len(parts) == 1
            line = {
                "type": "LineString" if one else "MultiLineString",
                "coordinates": parts[0] if one else parts,
            }
            told = f"{a.name} to {b.name}" + ("" if links[name].geometry else ", straight line")
            found.append({"id": name, "description": told, "geometry": line})
    return found


def _sectors(records: Records, c: Commitment) -> list[str]:
    links = {f"L:{x.id}": x.mode for x in records.links}
    found = ["transport", *(_SECTOR[links[r]] for r in c.network_ref if r in links)]
    if c.kind == "port-capacity":
        found.append("transport.water")
    return list(dict.fromkeys(found))


def _budget(c: Commitment) -> float | None:
    return (
        None if c.cost_usd_m is None else round(c.cost_usd_m * 1e6, 2) if c.cost_usd_m < 1e300 else math.inf
    )


def _known(date: PartialDate | None, on: dt.date) -> bool:
    """As the statuses take it: undated is known always."""
    return date is None or date.known_from <= on


def _moment(day: dt.date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
