"""What takes two persons: that a promised date moves, and that a delivery counts as verified.

Whatever rows an edit touches (the reports and dates themselves, their ids, requests, the policy, the day from
which requests are needed, an acceptance test), only its outcome counts: which dates count, and which reports
prove.
"""

from __future__ import annotations

from milepost.records import DateChange, Records
from milepost.records.acceptance import acceptance_tests
from milepost.register.status_rules import counted_dates, proofs

Key = tuple[str, ...]
_FREE = ("id", "note")  # what may be rewritten in a report without touching what it proves


def moved_dates(before: Records, after: Records) -> tuple[str, ...]:
    """Commitments and milestones whose dates that count would be others than they are. A first date moves
    nothing."""
    old, new = _dates(before), _dates(after)
    return tuple(item for item, dates in old.items() if dates and new.get(item, ()) != dates)


def new_proofs(before: Records, after: Records) -> tuple[str, ...]:
    """Commitments and milestones which ``after`` proves verified or in effect by a report that did not prove
    it before."""
    held = set(_proofs(before))
    return tuple(dict.fromkeys(item for key, item in _proofs(after).items() if key not in held))


def _dates(records: Records) -> dict[str, tuple[Key, ...]]:
    requests = {r.id: r for r in records.date_requests}
    granted = {r.id for r in records.date_requests if r.decision == "granted"}
    items: dict[str, list[DateChange]] = {}
    for change in records.date_changes:
        items.setdefault(change.milestone or change.commitment, []).append(change)
    found: dict[str, tuple[Key, ...]] = {}
    for item, changes in items.items():
        rows = []
        for change in counted_dates(changes, granted, records.requests_since)[0]:
            request = requests.get(change.request) if change.request else None
            # a grant whose day is moved is not known on the days between
            rows.append(
                (
                    str(change.announced_on),
                    str(change.promised_for),
                    str(request.decided_on if request else None),
                )
            )
        found[item] = tuple(rows)
    return found


def _proofs(records: Records) -> dict[Key, str]:
    tests = acceptance_tests(records)
    effect, outside = proofs(records.evidence, records.policy)
    found: dict[Key, str] = {}
    for report in (*effect, *outside):
        item = report.milestone or report.commitment
        test = tests.get(item, "") or tests.get(report.commitment, "")
        found[(item, test, *(str(v) for k, v in report.model_dump().items() if k not in _FREE))] = item
    return found
