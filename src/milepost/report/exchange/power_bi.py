"""Flat tables for Power BI and the like: a folder of CSV files whose keys never change.

A key is the id of a row of the register; a table that stands between two others has the keys of both. Dates
are whole days (a year or a month counts to its last day, with what the source said beside it); lists are
rows of a table between. UTF-8 with a mark, by which Excel knows it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from milepost.records import PartialDate, Records
from milepost.register.status import Status
from milepost.store.texts import csv_of

_MARK = "\ufeff"
Row = Sequence[object]


def power_bi(records: Records, statuses: tuple[Status, ...], *, on: dt.date) -> dict[str, str]:
    """File name -> text. Money in million USD, days as 2027-06-30."""
    state = {s.commitment: s for s in statuses}
    owners = [(c.id, p) for c in records.commitments for p in dict.fromkeys(c.owed_by)]
    dates = [d for d in records.date_changes if _known(d.announced_on, on)]
    reports = [e for e in records.evidence if _known(e.reported_on, on)]
    return {
        "commitments.csv": _csv(
            "commitment_key agreement_key title kind firmness cost_usd_m delivery timing "
            "first_promised_on latest_promised_on latest_promised_text delivered_on slip_days days_late "
            "redated reports status_on",
            (
                (
                    *(c.id, c.agreement, c.title, c.kind, c.firmness, c.cost_usd_m),
                    *(
                        s.delivery,
                        s.timing,
                        _last(s.first_promised),
                        _last(s.latest_promised),
                        s.latest_promised,
                    ),
                    *(s.delivered_on, s.slip_days, s.days_late, s.redated, s.evidence, on),
                )
                for c in records.commitments
                for s in (state[c.id],)
            ),
        ),
        "agreements.csv": _csv(
            "agreement_key title signed_on in_force_on",
            ((a.id, a.title, _last(a.signed), _last(a.in_force)) for a in records.agreements),
        ),
        "parties.csv": _csv("party_key name kind", ((p.id, p.name, p.kind) for p in records.parties)),
        "owners.csv": _csv("commitment_key party_key", owners),
        "milestones.csv": _csv(
            "milestone_key commitment_key title", ((m.id, m.commitment, m.title) for m in records.milestones)
        ),
        "dates.csv": _csv(
            "date_key commitment_key milestone_key announced_on promised_on promised_text statement",
            (
                (
                    *(d.id, d.commitment, d.milestone, _first(d.announced_on)),
                    *(_last(d.promised_for), d.promised_for, d.statement),
                )
                for d in dates
            ),
        ),
        "reports.csv": _csv(
            "report_key commitment_key milestone_key reported_on shows happened_on standing percent "
            "percent_of report source",
            (
                (
                    *(e.id, e.commitment, e.milestone, _first(e.reported_on)),
                    *(e.shows, _first(e.happened_on), e.standing, e.percent),
                    *(e.percent_of, e.report, e.source),
                )
                for e in reports
            ),
        ),
        "dependencies.csv": _csv(
            "dependency_key predecessor_key successor_key kind lag_days",
            ((d.id, d.predecessor, d.successor, d.kind, d.lag_days) for d in records.dependencies),
        ),
    }


def _known(date: PartialDate | None, on: dt.date) -> bool:
    return date is None or date.known_from <= on


def _last(date: PartialDate | None) -> dt.date | None:
    """The day by which it must be; none where the source says only after what day."""
    return None if date is None or date.bound == "after" else date.last


def _first(date: PartialDate | None) -> dt.date | None:
    """The day from which it is known."""
    return None if date is None else date.known_from


def _csv(head: str, rows: Iterable[Row]) -> str:
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    return _MARK + csv_of([head.split(), *cells])
