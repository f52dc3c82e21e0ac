"""``milepost resilience``: what a second path is worth in a crisis."""

from __future__ import annotations

from milepost.cli.app import AsCsv, AsJson, Folder, Shock, With, Without, app, form_of, opened_under
from milepost.cli.output import money, print_notes, print_table, progress, say, top
from milepost.programme import Programme
from milepost.value.resilience import DAYS_PER_YEAR, Resilience


@app.command()
def resilience(
    programme: Folder,
    with_: With = "",
    without: Without = "",
    shock: Shock = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """What closures that may happen are expected to cost a year, and what each commitment takes off it."""
    form = form_of(as_json, as_csv)
    opened = opened_under(programme, with_, without, shock)
    with progress("What may happen", form):
        answer = opened.resilience()
    return say(answer, form, lambda: _print(opened, answer))


def _print(opened: Programme, answer: Resilience) -> None:
    if not answer.risks:
        print_notes(
            [
                "Nothing on record may happen, so nothing is expected to be lost.",
                "A row of restrictions that is closed or dearer says what may happen by two columns: "
                "probability_per_year, from 0 to 1, and length_days, up to 365. It is then never in force "
                "by its dates.",
            ]
        )
        return
    print_notes([f"What may happen, MUSD a year, prices of {answer.base_year}"])
    _print_risks(answer)
    if answer.commitments:
        _print_commitments(opened, answer)
    _print_countries(opened, answer)
    print_notes(_notes(answer))


def _print_risks(answer: Resilience) -> None:
    every = 1 + len(answer.commitments)
    sums, year = answer.expected.sum(axis=2), answer.loss.sum(axis=2)
    shown = [
        [
            r.ident,
            r.title,
            f"{r.probability_per_year:g}",
            f"{r.length_days:g}",
            money(float(year[k, 0]) * r.length_days / DAYS_PER_YEAR),
            money(float(sums[k, 0])),
            money(float(sums[k, every])),
        ]
        for k, r in enumerate(answer.risks)
    ]
    print_table(
        "",
        ["id", "restriction", "chance", "days", "one such", "expected", "all done"],
        shown,
        right=(2, 3, 4, 5, 6),
        flex=1,
    )


def _print_commitments(opened: Programme, answer: Resilience) -> None:
    titles = {c.id: c.title for c in opened.records.commitments}
    columns = (answer.resilience_alone, answer.resilience_last, answer.value_alone, answer.value_last)
    shown = [
        [
            name,
            titles[name],
            *(money(float(part[answer.commitments.index(name)].sum())) for part in columns),
            top(answer.most(name)),
        ]
        for name in answer.ranked()
    ]
    print_table(
        "What each commitment takes off the expected loss, beside its value",
        ["id", "commitment", "alone", "last", "V alone", "V last", "above all for"],
        shown,
        right=(2, 3, 4, 5),
        flex=1,
    )


def _print_countries(opened: Programme, answer: Resilience) -> None:
    names = {c.id: c.name for c in opened.records.countries}
    now, then = answer.expected_loss.tolist(), answer.expected_loss_delivered.tolist()
    order = sorted(range(len(now)), key=lambda k: -abs(now[k]))
    shown = [
        [answer.countries[k], names.get(answer.countries[k], ""), money(now[k]), money(then[k])]
        for k in order
        if money(now[k]) != "0" or money(then[k]) != "0"
    ]
    shown.append(["", "all countries of the model", money(sum(now)), money(sum(then))])
    print_table(
        "Who is expected to lose", ["", "country", "expected", "all done"], shown, right=(2, 3), flex=1
    )


def _notes(answer: Resilience) -> list[str]:
    notes = [
        "One such: what it costs once, by its length as a share of 365 days. Expected: times its chance a "
        "year, with nothing more delivered; all done: with everything delivered.",
        "Alone, last: expected loss without the commitment less expected loss with it, nothing else or all "
        "others delivered. Below zero: it makes a path better that may close. V is of a year in which "
        "nothing happens; what stands beside it is not in it, nor in any other figure.",
    ]
    if len(answer.risks) > 1:
        notes.append("Each strikes by itself: that two hold on the same day is left out.")
    held = float(answer.weights.sum())
    if held > 1:
        notes.append(
            f"Together they hold for {held:.2g} years in a year, so two must hold at once: the sums are too "
            "rough to use."
        )
    return notes
