"""``milepost calls``: whom to call first."""

from __future__ import annotations

from milepost.cli.app import AsCsv, AsJson, Folder, KnownOn, On, Party, app, date_of, form_of, register_of
from milepost.cli.output import print_notes, print_table, say, thousands
from milepost.follow_up import Call, Calls


@app.command()
def calls(
    programme: Folder,
    on: On = "",
    known_on: KnownOn = "",
    party: Party = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Whom to call first: what is open, and what a day costs.

    With its owner, days late, and the country that loses most.
    """
    form = form_of(as_json, as_csv)
    opened = register_of(programme, known_on)
    answer = opened.calls(date_of(on), party)
    return say(answer, form, lambda: _print_calls(answer, opened.why_no_values))


def _print_calls(answer: Calls, why_no_values: str) -> None:
    with_costs = any(c.saved_of_a_day_musd is not None for c in answer)
    parts = ["net", "lost", "saved"] if with_costs else ["kUSD/d"]
    print_table(
        f"Open on {answer.day}, costliest delay first",
        ["id", "what", "owed by", "due", "late d", *parts, "borne by"],
        [_cells(c, with_costs=with_costs) for c in answer],
        right=tuple(range(4, 5 + len(parts))),
        flex=1,
    )
    notes = [
        "kUSD/d: what one more day of delay costs all countries, thousand USD, present value; – not valued."
    ]
    if with_costs:
        notes = [
            "Of one more day of delay, thousand USD present value: benefit lost by all countries, saved by "
            "spending later, and net, by which it is ranked. –: not valued, or nobody states what it costs."
        ]
    lacks = [f"{c.commitment} ({', '.join(c.missing)})" for c in answer if c.missing]
    if lacks:
        notes.append(f"Cannot be verified as it stands, missing: {', '.join(lacks)}.")
    for degree in ("must strive", "considered"):
        weak = [c.commitment for c in answer if c.firmness == degree and not c.milestone]
        if weak:
            notes.append(f"Only {degree}, no duty: {', '.join(weak)}.")
    notes += [f"{c.commitment} waits for {', '.join(c.waits_for)}." for c in answer if c.waits_for]
    if why_no_values:
        notes.append(f"Not valued: {why_no_values}; 'milepost check' lists what to do.")
    notes += [
        f"By the ladder now with the {role}: {', '.join(names)}." for role, names in answer.by_step().items()
    ]
    print_notes(notes)


def _cells(call: Call, *, with_costs: bool) -> list[str]:
    parts = [call.cost_of_a_day_musd]
    if with_costs:
        parts = [call.net_of_a_day_musd, call.cost_of_a_day_musd, call.saved_of_a_day_musd]
    return [
        call.milestone or call.commitment,
        call.title,
        _short(call.owed_by, 1 if with_costs else 2),
        call.due.isoformat() if call.due else "no date",
        f"{call.days_late:,}" if call.days_late else "",
        *("" if call.milestone else thousands(part) for part in parts),
        " ".join(call.borne_by),
    ]


def _short(owners: tuple[str, ...], most: int) -> str:
    return " ".join(owners[:most]) + (f" +{len(owners) - most}" if len(owners) > most else "")
