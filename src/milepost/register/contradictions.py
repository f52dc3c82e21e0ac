"""Where do promises or reports contradict one another? Both sides are kept; none is chosen."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.register.status_rules import StatusCase, day_of

_NEAR_DAYS = 92  # two reports of one measure within a quarter that differ are a contradiction, not progress


def contradictions(case: StatusCase) -> tuple[str, ...]:
    """Every contradiction about one commitment or milestone, a sentence each."""
    return (
        *_two_dates_on_one_day(case),
        *_done_and_stopped(case),
        *_disputes(case),
        *_less_than_before(case),
    )


def _two_dates_on_one_day(case: StatusCase) -> Iterator[str]:
    by_day: dict[str, list[str]] = {}
    for promise in case.dates[0]:
        if promise.announced_on:
            by_day.setdefault(promise.announced_on.text, []).append(str(promise.promised_for))
    for day, same in by_day.items():
        dates = list(dict.fromkeys(same))
        if len(dates) > 1:
            yield f"promised on {day} for {' and for '.join(dates)}"


def _done_and_stopped(case: StatusCase) -> Iterator[str]:
    ended = [r for r in case.closing if r.shows == "stopped"]
    held = [r for r in case.closing if r.shows != "stopped"]
    if ended and held:
        yield f"reported both delivered ({held[0].id}) and stopped ({ended[0].id})"


def _disputes(case: StatusCase) -> Iterator[str]:
    ids = {r.id for r in case.reports}
    for report in sorted(case.reports, key=lambda r: r.id):
        if report.disputes in ids:
            yield f"{report.disputes} is disputed by {report.id}: {report.report or report.shows}"


def _less_than_before(case: StatusCase) -> Iterator[str]:
    """A later report of the same measure that shows less."""
    ordered = sorted(case.measured, key=lambda r: (day_of(r), r.id))
    for number, early in enumerate(ordered):
        for late in ordered[number + 1 :]:
            same_measure = early.percent_of.strip().lower() == late.percent_of.strip().lower()
            near = (day_of(late) - day_of(early)).days <= _NEAR_DAYS
            less = early.percent is not None and late.percent is not None and late.percent < early.percent
            if same_measure and near and less:
                yield (
                    f"{early.percent:g} % of {early.percent_of or 'it'} reported on {early.reported_on} "
                    f"({early.id}), {late.percent:g} % on {late.reported_on} ({late.id})"
                )
