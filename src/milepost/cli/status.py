"""``milepost status``: what the evidence proves."""

from __future__ import annotations

from typing import Annotated

import typer

from milepost.cli.app import AsCsv, AsJson, Folder, KnownOn, On, app, date_of, form_of, register_of
from milepost.cli.output import print_notes, print_table, say
from milepost.languages import Language
from milepost.register.answers import StatusReport
from milepost.register.compare import Comparison
from milepost.register.status import Flag
from milepost.report.standing import timing_shown

MARKS: dict[Flag, str] = {
    "disputed": "D",
    "stale": "S",
    "not verifiable": "V",
    "secondary source only": "2",
    "moved without request": "M",
}


@app.command()
def status(
    programme: Folder,
    on: On = "",
    since: Annotated[
        str, typer.Option("--since", metavar="DATE", help="What is different from this earlier day.")
    ] = "",
    known_on: KnownOn = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """What the evidence proves: states, dates, contradictions.

    Three axes, four shares, slips; nothing is typed in as done.
    """
    form = form_of(as_json, as_csv)
    opened = register_of(programme, known_on)
    if earlier := date_of(since):
        compared = opened.since(earlier, date_of(on))
        return say(compared, form, lambda: _print_comparison(compared))
    answer = opened.status_report(date_of(on))
    return say(answer, form, lambda: _print_status(answer))


def _print_status(answer: StatusReport) -> None:
    head, counts = answer.headline, answer.headline.counts
    shares = ", ".join(f"{counts[name]} {name} ({share:.0%})" for name, share in head.shares.items())
    print_notes(
        [
            f"{head.commitments} commitments on {answer.on}, {head.stopped} stopped. Of the rest: {shares}.",
            *_firmness(answer),
        ]
    )
    english = Language("en")
    cells = [
        [
            s.commitment,
            row.title,
            s.delivery,
            timing_shown(english, s).replace(", moved ", ", "),
            "".join(MARKS[f] for f in s.flags),
            str(s.delivered_on or s.latest_promised or "–"),
            "–" if s.slip_days is None or not (s.closed or s.redated) else english.number(s.slip_days),
            english.number(s.days_late) if s.days_late else "",
        ]
        for row in answer.commitments
        for s in [row.status]
    ]
    columns = ["id", "commitment", "delivery", "timing", "", "now", "slip", "late"]
    print_table("", columns, cells, right=(6, 7), flex=1)
    notes = [
        f"By rules, version {head.rules_version}; nothing is typed in as done. 'delivered' is a claim, "
        "'verified' is not. "
        "Flags: D disputed, S no recent report, V not verifiable, 2 secondary source only, M moved "
        "without request. "
        "Now: delivered, or the latest promised date; slip: days from the first promised date to it, which a "
        "date that was never moved has not; late: days since; 3×: moved three times.",
    ]
    rows = [row.status for row in answer.commitments]
    notes += [f"Sources disagree on {s.commitment}: {c}." for s in rows for c in s.conflicts]
    notes += [
        f"{s.commitment} was announced for {', '.join(s.announced_only)} without a granted "
        "request; the date stays."
        for s in rows
        if s.announced_only
    ]
    print_notes(notes)


def _firmness(answer: StatusReport) -> list[str]:
    """What is only considered does not stand among duties: a line for each degree, if any is stated."""
    if all(not name for name, _ in answer.by_firmness):
        return []
    lines = []
    for name, head in answer.by_firmness:
        counts = ", ".join(f"{count} {state}" for state, count in head.counts.items())
        stopped = f", {head.stopped} stopped" if head.stopped else ""
        lines.append(
            f"{(name or 'firmness not stated').capitalize()} ({head.commitments}): {counts}{stopped}."
        )
    return lines


def _print_comparison(found: Comparison) -> None:
    pairs = [f"{name} {before} -> {found.after.counts[name]}" for name, before in found.before.counts.items()]
    print_notes([f"From {found.since} to {found.on}, each as known then: {', '.join(pairs)}."])
    cells = [
        [d.milestone or d.commitment, d.title, d.what, d.before or "–", d.after or "–"]
        for d in found.differences
    ]
    print_table("", ["id", "commitment", "what", "before", "now"], cells, flex=1)
    if not found.differences:
        print_notes(["Nothing is different."])
