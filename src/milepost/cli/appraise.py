"""``milepost appraise``: what it costs beside what it is worth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import milepost
from milepost.cli.app import (
    AsCsv,
    AsJson,
    Flat,
    Folder,
    KnownOn,
    LastYear,
    On,
    Rate,
    app,
    date_of,
    form_of,
    set_of,
)
from milepost.cli.output import money, print_notes, print_table, progress, say
from milepost.errors import WrongUse
from milepost.records import Records
from milepost.report.appraisal_workbook import write_appraisal
from milepost.results import by_reason, largest
from milepost.value.appraisal.answers import IN_WORDS, Appraisals
from milepost.value.appraisal.appraisal import BASES, Appraised
from milepost.value.appraisal.rare_returns import rare_returns
from milepost.value.appraisal.roots import Eirr


@app.command()
def appraise(
    programme: Folder,
    commitments: Annotated[str, typer.Argument(metavar="[IDS]", help="Ids by commas, or 'all'.")] = "all",
    rate: Rate = None,
    to: LastYear = None,
    alone: Annotated[bool, typer.Option("--alone", help="V of each when nothing else is delivered.")] = False,
    last: Annotated[
        bool, typer.Option("--last", help="V of each when all others are (the default).")
    ] = False,
    shapley: Annotated[bool, typer.Option("--shapley", help="The Shapley share of each.")] = False,
    timetable: Annotated[
        bool, typer.Option("--timetable", help="What each adds in the order of the timetable.")
    ] = False,
    draws: Annotated[int, typer.Option("--draws", min=0, help="Draws of the risk; 0 = none.")] = 1_000,
    parameters: Annotated[
        int,
        typer.Option(
            "--parameters", min=0, help="Draw V's own parameters so many times, too; 0 = no (slow)."
        ),
    ] = 0,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the draws.")] = 0,
    flat: Flat = False,
    crises: Annotated[
        bool, typer.Option("--crises", help="Say beside it what a second path is worth (slow).")
    ] = False,
    xlsx: Annotated[
        str, typer.Option("--xlsx", metavar="FILE", help="Write a workbook whose cells are formulas.")
    ] = "",
    on: On = "",
    known_on: KnownOn = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Costs beside benefits: net present value, rates of return.

    Who pays, who gains, and how sure that is.
    """
    form = form_of(as_json, as_csv)
    given = zip(BASES, (last, alone, shapley, timetable), strict=True)
    bases = [name for name, wanted in given if wanted]
    if len(bases) > 1:
        raise WrongUse(f"Ask for one of --{', --'.join(BASES)}.")
    opened = milepost.open(programme, known_on=date_of(known_on))
    with progress("Appraising", form) as tell:
        answer = opened.appraise(
            set_of(commitments),
            rate=rate,
            to=to,
            basis=bases[0] if bases else "last",  # type: ignore[arg-type]
            on=date_of(on),
            draws=draws,
            seed=seed,
            flat=flat,
        )
        if parameters and draws:
            answer = opened.with_parameters_drawn(answer, parameters, draws=draws, seed=seed, progress=tell)
        if crises:
            answer = opened.with_resilience(answer)
    if xlsx:
        write_appraisal(opened.records, answer, Path(xlsx))
    return say(answer, form, lambda: _print(answer, opened.records, xlsx))


def _print(answer: Appraisals, records: Records, xlsx: str) -> None:
    if len(answer.one) == 1 and answer.all_together is None:
        _print_one(answer, next(iter(answer.one.values())))
    else:
        _print_all(answer)
    print_notes(rare_returns(answer, records))
    if xlsx:
        print_notes([f"Wrote {xlsx}: every number in it is a formula over its inputs."])


def _drawn(answer: Appraisals) -> list[str]:
    """What was drawn beyond what always is."""
    asked = any("the parameters of V" in risk.drawn for risk in answer.risk.values())
    return ["V's own parameters, flows and their sources are drawn, too."] if asked else []


def _percent(share: float | None, digits: int = 1) -> str:
    return "–" if share is None else f"{100 * share:.{digits}f} %"


def _rate(found: Eirr) -> str:
    return (
        _percent(found.rate)
        if len(found.roots) == 1
        else f"{len(found.roots)} rates"
        if found.roots
        else "none"
    )


def _print_all(answer: Appraisals) -> None:
    whole = [] if answer.all_together is None else [answer.all_together]
    cells = [_row(answer, found) for found in (*answer.ranked(), *whole)]
    print_table(
        f"Appraisal, {answer.unit}, {_percent(answer.asked.rate, 2)} a year",
        ["id", "commitment", "cost", "NPV", "EIRR", "9 of 10", "BCR", "open", "P<0"],
        cells,
        right=(2, 3, 4, 5, 6, 7, 8),
        flex=1,
    )
    notes = [
        f"Value: {IN_WORDS[answer.asked.basis]}, counted to {answer.asked.horizon}; the timetable is "
        f"that of {answer.asked.on}. Cost and NPV are present values in {answer.years[0]}; 'open' is the "
        "year of delivery with the largest NPV ('never': it is below zero in every one), 'P<0' the share of "
        "draws with an NPV below zero, and nine of ten draws have a rate of return, in %, within '9 of 10'.",
        *_drawn(answer),
        *_assumptions(answer),
    ]
    notes += [f"{a.ident}: {a.measures.eirr.sentence}" for a in (*answer.ranked(), *whole) if _told(a)]
    print_notes(notes)
    print_notes(
        [f"Not appraised, {why}: {', '.join(ids)}." for why, ids in by_reason(answer.not_appraised).items()]
    )


def _told(found: Appraised) -> bool:
    """Several rates are said; that all amounts are costs or gains is plain from the table."""
    return len(found.measures.eirr.roots) > 1


def _row(answer: Appraisals, found: Appraised) -> list[str]:
    how, risk, measures = answer.moved.get(found.ident), answer.risk.get(found.ident), found.measures
    whole = found is answer.all_together
    return [
        "" if whole else found.ident,
        f"all together ({found.title})" if whole else found.title,
        money(measures.cost_pv),
        money(measures.npv),
        _rate(measures.eirr),
        risk.nine_of_ten if risk else "",
        "–" if measures.bcr is None else f"{measures.bcr:.2f}",
        "" if not how else str(how.best_opening) if how.best_npv > 0 else "never",
        f"{risk.below_zero:.0%}" if risk else "",
    ]


def _assumptions(answer: Appraisals) -> list[str]:
    assumed = [a.ident for a in answer.one.values() if a.assumed > 0]
    undated = [a.ident for a in answer.one.values() if not a.dated]
    notes = []
    if assumed:
        notes.append(f"Nobody publishes the cost of {', '.join(assumed)}: it is assumed.")
    if undated:
        notes.append(
            f"Promised for no date, so taken to come as soon as it can be built: {', '.join(undated)}."
        )
    if answer.resilience and any(answer.resilience.values()):
        told = largest(list(answer.resilience), list(answer.resilience.values()), 8)
        notes.append(
            "Beside the value, and in no figure here: what each takes off the expected loss by what may "
            f"happen, MUSD a year: {', '.join(f'{name} {money(v)}' for name, v in told if v)} (milepost "
            "resilience)."
        )
    if answer.asked.flat:
        notes.append("Flat: no growth of trade, and no ramp-up.")
    return notes


def _financial(found: Appraised) -> str:
    """What is received less what is spent, at market prices; users' gains are no money."""
    rate = (
        f", {_rate(found.financial.eirr)}" if any(found.purse.received.values()) else "; nothing is received"
    )
    return f"NPV {money(found.financial.npv)}{rate}"


def _print_one(answer: Appraisals, found: Appraised) -> None:
    m, how = found.measures, answer.moved[found.ident]
    print_notes([f"{found.ident} {found.title}: {answer.unit}, {_percent(answer.asked.rate, 2)} a year"])
    lost, saved = answer.day[found.ident]
    turning = how.switching
    facts = [
        ["delivered", str(found.delivered)],
        ["net present value", money(m.npv)],
        ["  of gains, and of costs", f"{money(m.benefit_pv)}, {money(m.cost_pv)}"],
        ["rate of return", _rate(m.eirr)],
        ["benefit over cost", "–" if m.bcr is None else f"{m.bcr:.2f}"],
        [
            "return of the first year",
            f"{_percent(m.first_year_return)} in {m.first_year}" if m.first_year else "–",
        ],
        ["money of all purses alone", _financial(found)],
        ["payback", "never" if m.payback_years is None else f"{m.payback_years:.1f} years"],
        [
            "best year to deliver",
            f"{how.best_opening}, NPV {money(how.best_npv)}" if how.best_npv > 0 else "never",
        ],
        ["a day's delay", f"{money(lost)} lost, {money(saved)} saved, {money(lost - saved)} net"],
        [
            "spent before",
            f"{money(found.sunk)}; NPV with it {money(found.npv_with_sunk)}" if found.sunk else "0",
        ],
    ]
    print_table("", ["", ""], facts, flex=1)
    rows = [
        ["costs", "–" if turning.cost is None else f"times {turning.cost:.2f}"],
        ["benefits", "–" if turning.benefit is None else f"times {turning.benefit:.2f}"],
        ["growth", "–" if turning.growth is None else f"{100 * turning.growth:+.2f} points a year"],
        ["delay of benefits", "–" if turning.delay_years is None else f"{turning.delay_years:.1f} years"],
    ]
    print_table("The NPV is zero at", ["", ""], rows, flex=1)
    bars = [[b.what, b.low_label, b.high_label, money(b.low), money(b.high)] for b in how.tornado]
    print_table("What moves the NPV", ["", "from", "to", "NPV", "NPV"], bars, right=(3, 4), flex=0)
    _print_streams(answer, found)
    _print_who(found)
    notes = [m.eirr.sentence, f"Value: {IN_WORDS[answer.asked.basis]}.", *_assumptions(answer)]
    if found.ident in answer.risk:
        risk = answer.risk[found.ident]
        p5, _, p50, _, p95 = risk.quantiles
        notes.append(
            f"In {risk.draws:,} draws of {', '.join(risk.drawn)} the NPV is {money(p50)} at the median, "
            f"{money(p5)} to {money(p95)} in 9 of 10, and below zero in {risk.below_zero:.0%}; "
            f"the rate of return is {_percent(risk.rates[2])} at the median, {risk.nine_of_ten} % in 9 of 10."
        )
    print_notes(notes)


def _print_streams(answer: Appraisals, found: Appraised) -> None:
    s = found.streams
    rows = [
        [str(year), *(money(x) if x else "" for x in amounts)]
        for year, *amounts in zip(
            s.years, s.benefit, s.capital, s.renewal, s.maintenance + s.operation, s.left, s.net, strict=True
        )
    ]
    print_table(
        f"Year by year, {answer.unit}",
        ["year", "benefit", "capital", "renewal", "running", "left", "net"],
        rows,
        right=(1, 2, 3, 4, 5, 6),
        flex=0,
    )


def _print_who(found: Appraised) -> None:
    purse, net = found.purse, found.purse.net
    shown = [who for who, _ in largest(list(net), list(net.values()), 8)]
    got = any(purse.received.values())
    parts = [purse.benefit, *([purse.received] if got else []), purse.own, purse.debt, net]
    rows = [[who, *(money(part.get(who, 0.0)) for part in parts)] for who in shown]
    head = ["", "benefit", *(["of it received"] if got else []), "own money", "debt service", "net"]
    print_table(
        "Who gains and who pays, present values", head, rows, right=tuple(range(1, len(head))), flex=0
    )
    if found.funds:
        print_notes([f"{f.kind} of {money(f.musd)} by {f.by or 'somebody'}" for f in found.funds])
