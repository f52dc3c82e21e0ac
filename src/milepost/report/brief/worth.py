"""One page of a brief: what each commitment costs beside what it is worth, and all of them by year."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from milepost.languages import Language
from milepost.report.brief.blocks import Block, Grid, Paragraph, Picture, Quantity
from milepost.report.brief.lengths import LONG, SHOWN, few
from milepost.report.yearly_plot import yearly_svg
from milepost.value.appraisal.answers import Appraisals
from milepost.value.appraisal.appraisal import NO_COST, Appraised, Purse
from milepost.value.appraisal.money import factors
from milepost.value.appraisal.roots import Eirr

MOST = 2  # names in a cell of who pays or gains
COLUMNS = ("id", "commitment", "cost-pv", "npv", "eirr", "nine-of-ten", "pays", "gains", "best-year")
WIDTHS = (4, 24, 7.5, 10.5, 9.5, 11.5, 17, 18.5, 7.5)
LEAST_HEIGHT, MOST_HEIGHT, ROW = 104.0, 320.0, 10.8  # of the picture: with the table it fills a page


def worth_blocks(answer: Appraisals, say: Language, name: Callable[[str], str]) -> Iterator[Block]:
    """Table, picture and what they rest on; nothing where nobody states a cost. ``name`` names who pays and
    gains."""
    whole = answer.all_together
    if whole is None:
        return
    found = (*answer.ranked(), *([whole] if len(answer.one) > 1 else []))
    rows = tuple(_row(answer, one, say, name) for one in found)
    yield Grid(tuple(say.say(f"column-{c}") for c in COLUMNS), rows, (2, 3, 4, 5, 8), WIDTHS)
    streams = whole.streams
    running = np.cumsum(streams.net * factors(answer.asked.rate, len(streams.years)))
    gained = (streams.benefit + streams.left).tolist()
    svg = yearly_svg(
        streams.years,
        gained,
        streams.cost.tolist(),
        running.tolist(),
        say.say("worth-unit"),
        say=say,
        height=max(LEAST_HEIGHT, MOST_HEIGHT - ROW * (len(rows) if len(rows) <= LONG else SHOWN)),
    )
    yield Picture(svg, say.say("worth-chart-alt", npv=say.number(whole.measures.npv), count=len(answer.one)))
    yield Paragraph(" ".join(_notes(answer, say)))


def _notes(answer: Appraisals, say: Language) -> Iterator[str]:
    yield say.say("worth-chart-key")
    yield say.say(
        "worth-basis",
        year=say.digits(str(answer.base_year)),
        first=say.digits(str(answer.years[0])),
        rate=say.share(answer.asked.rate, 2),
        last=say.short(answer.asked.horizon),
    )
    if any(one.assumed > 0 for one in answer.one.values()):
        yield say.say("worth-assumed")
    free = [ident for ident, why in answer.not_appraised.items() if why == NO_COST]
    if free:
        yield say.say("worth-not-stated", names=few(free, say))


def _row(answer: Appraisals, one: Appraised, say: Language, name: Callable[[str], str]) -> tuple[str, ...]:
    how, risk, measures = answer.moved.get(one.ident), answer.risk.get(one.ident), one.measures
    best = ""
    if how is not None:
        best = say.digits(str(how.best_opening)) if how.best_npv > 0 else say.say("page-never")
    paid, gained = paid_and_gained(one.purse)
    return (
        one.ident if how else "",
        one.title if how else say.say("worth-all", count=len(answer.one)),
        Quantity(_musd(say, measures.cost_pv) + (" *" if one.assumed > 0 else ""), measures.cost_pv),
        Quantity(_musd(say, measures.npv), measures.npv),
        rate_in_words(measures.eirr, say),
        "" if risk is None else _between(risk.rates[0], risk.rates[-1], say),
        _most(paid, say, name),
        _most(gained, say, name),
        best,
    )


def paid_and_gained(purse: Purse) -> tuple[dict[str, float], dict[str, float]]:
    """What each pays, own money and debt service, and what each gains, MUSD."""
    who = dict.fromkeys([*purse.own, *purse.debt])
    paid = {name: purse.own.get(name, 0.0) + purse.debt.get(name, 0.0) for name in who}
    return paid, dict(purse.benefit)


def _musd(say: Language, value: float) -> str:
    return say.number(value, 0 if abs(value) >= 100 else 1)


def rate_in_words(found: Eirr, say: Language) -> str:
    """One rate, several, none."""
    if found.rate is not None:
        return say.share(found.rate, 1)
    return say.say("worth-rates", count=len(found.roots)) if found.roots else say.say("page-eirr-none")


def _between(low: float | None, high: float | None, say: Language) -> str:
    """Nine of ten draws: where the low ones have no rate, or the high ones gain before they cost, it says."""
    least = say.say("page-eirr-none") if low is None else say.share(low)
    if high is not None:
        return say.say("page-interval", low=least, high=say.share(high))
    return least if low is None else say.say("page-eirr-up", low=least)


def _most(money: Mapping[str, float], say: Language, name: Callable[[str], str]) -> str:
    """Those with the largest amounts above nothing, with these."""
    above = sorted(((v, who) for who, v in money.items() if v > 0.05), key=lambda pair: (-pair[0], pair[1]))
    comma = "، " if say.right_to_left else ", "
    return comma.join(f"{name(who)} {_musd(say, v)}" for v, who in above[:MOST]) or "–"
