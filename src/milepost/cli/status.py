"""``milepost status``: what the evidence proves."""

from __future__ import annotations

from milepost.cli.app import AsCsv, AsJson, Folder, KnownOn, On, app, date_of, form_of, register_of
from milepost.cli.output import print_notes, print_table, say
from milepost.register.answers import StatusReport
from milepost.register.status import Flag

MARKS: dict[Flag, str] = {
    "disputed": "D",
    "stale": "S",
    "not verifiable": "V",
    "secondary source only": "2",
    "moved without request": "M",
}


@app.command()
def status(
    programme: Folder, on: On = "", known_on: KnownOn = "", as_json: AsJson = False, as_csv: AsCsv = False
) -> int:
    """What the evidence proves: three axes, four shares, slips, contradictions."""
    form = form_of(as_json, as_csv)
    answer = register_of(programme, known_on).status_report(date_of(on))
    return say(answer, form, lambda: _print_status(answer))


def _print_status(answer: StatusReport) -> None:
    head, counts = answer.headline, answer.headline.counts
    shares = ", ".join(f"{counts[name]} {name} ({share:.0%})" for name, share in head.shares.items())
    print_notes(
        [f"{head.commitments} commitments on {answer.on}, {head.stopped} stopped. Of the rest: {shares}."]
    )
    cells = [
        [
            s.commitment,
            row.title,
            s.delivery,
            s.timing,
            "".join(MARKS[f] for f in s.flags),
            str(s.delivered_on or s.latest_promised or "–"),
            f"{s.slip_days:+,}" if s.slip_days is not None else "–",
        ]
        for row in answer.commitments
        for s in [row.status]
    ]
    columns = ["id", "commitment", "delivery", "timing", "", "now", "slip d"]
    print_table("", columns, cells, right=(6,), flex=1)
    notes = [
        f"By rules, version {head.rules_version}; nothing is typed in as done. 'delivered' is a claim, "
        "'verified' is not. "
        "Flags: D disputed, S no recent report, V not verifiable, 2 secondary source only, M moved "
        "without request. "
        "Now: delivered, or the latest promised date; slip: from the first promised date to it.",
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
