"""``milepost group``: is it good for each member?"""

from __future__ import annotations

import milepost
from milepost.cli.app import AsCsv, AsJson, Folder, app, form_of
from milepost.cli.output import money, print_notes, print_table, say
from milepost.programme import Programme
from milepost.value.coalitions import COLUMNS, Group


@app.command()
def group(programme: Folder, as_json: AsJson = False, as_csv: AsCsv = False) -> int:
    """Is the group good for each member? Who gains, who could walk away, what payments hold it together."""
    form = form_of(as_json, as_csv)
    opened = milepost.open(programme)
    answer = opened.group()
    return say(answer, form, lambda: _print_group(opened, answer))


def _print_group(opened: Programme, answer: Group) -> None:
    names = {p.id: p.name for p in opened.records.parties}
    got = answer.received
    cells = [
        [
            p,
            names.get(p, p),
            *(money(float(getattr(answer, c)[k])) for c in COLUMNS),
            *([] if got is None else [money(float(got[k]))]),
        ]
        for k, p in enumerate(answer.parties)
    ]
    head = ["", "party", "in group", "if it left", "alone", "Shapley", "payment"]
    head += [] if got is None else ["of it received"]
    right = tuple(range(2, len(head)))
    print_table("The group of those who owe, MUSD a year", head, cells, right=right, flex=1)
    notes = [
        f"Worth of the group to its members {money(answer.worth, 4)}, to all others "
        f"{money(answer.others, 4)} MUSD a year. "
        "In group: all take part; if it left: the others go on without it; alone: what it alone owes."
    ]
    if answer.stable_without_payments:
        notes.append("No party and no coalition does better by leaving; no payment is needed.")
    elif answer.epsilon:
        notes.append(
            "No payments can hold the group together: with those shown some coalition still gains up to "
            f"{money(answer.epsilon)} MUSD a year by leaving (least core)."
        )
    else:
        notes.append(
            "With the payments shown (positive: received) nobody does better by leaving; no smaller ones "
            "will do."
        )
    if answer.better_outside:
        notes.append(f"Better outside, if the others went on: {', '.join(answer.better_outside)}.")
    notes.append(
        "A commitment is delivered only if all who owe it take part. Payments are what would do, not "
        "what is agreed."
    )
    print_notes(notes)
    print_notes(opened.game.notes)
