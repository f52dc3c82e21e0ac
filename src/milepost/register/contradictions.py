"""Where do promises or reports contradict one another? Both sides are kept; none is chosen."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.languages import Said
from milepost.records import Evidence
from milepost.register.status_rules import StatusCase, day_of

_NEAR_DAYS = 92  # two reports of one measure within a quarter that differ are a contradiction, not progress


def contradictions(case: StatusCase) -> tuple[Said, ...]:
    """Every contradiction about one commitment or milestone, a sentence each, in every language."""
    return (
        *_two_dates_on_one_day(case),
        *_done_and_stopped(case),
        *_disputes(case),
        *_less_than_before(case),
    )


def _two_dates_on_one_day(case: StatusCase) -> Iterator[Said]:
    by_day: dict[str, list[str]] = {}
    for promise in case.dates[0]:
        if promise.announced_on:
            by_day.setdefault(promise.announced_on.text, []).append(str(promise.promised_for))
    for day, same in by_day.items():
        first, *others = dict.fromkeys(same)
        for other in others:
            yield Said("conflict-dates", on=day, first_on=first, other_on=other)


def _done_and_stopped(case: StatusCase) -> Iterator[Said]:
    ended = [r for r in case.closing if r.shows == "stopped"]
    held = [r for r in case.closing if r.shows != "stopped"]
    if ended and held:
        yield Said("conflict-stopped", delivered=held[0].id, stopped=ended[0].id)


def _disputes(case: StatusCase) -> Iterator[Said]:
    ids = {r.id for r in case.reports}
    for report in sorted(case.reports, key=lambda r: r.id):
        if report.disputes in ids:
            given = {"report": report.disputes, "by": report.id}
            if report.report:
                yield Said("conflict-disputed", **given, text=report.report)
            else:
                yield Said("conflict-disputed-bare", **given)


def _less_than_before(case: StatusCase) -> Iterator[Said]:
    """A later report of the same measure that shows less."""
    ordered = sorted(case.measured, key=lambda r: (day_of(r), r.id))
    for number, early in enumerate(ordered):
        for late in ordered[number + 1 :]:
            same_measure = early.percent_of.strip().lower() == late.percent_of.strip().lower()
            near = (day_of(late) - day_of(early)).days <= _NEAR_DAYS
            less = early.percent is not None and late.percent is not None and late.percent < early.percent
            if same_measure and near and less:
                yield _less(early, late)


def _less(early: Evidence, late: Evidence) -> Said:
    told = {
        "before": f"{early.percent:g}",
        "early_on": str(early.reported_on),
        "early": early.id,
        "after": f"{late.percent:g}",
        "late_on": str(late.reported_on),
        "late": late.id,
    }
    if early.percent_of:
        return Said("conflict-less-of", **told, what=early.percent_of)
    return Said("conflict-less", **told)
