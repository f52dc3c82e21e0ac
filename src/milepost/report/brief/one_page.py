"""One page for a minister: headline, map, traffic lights, the costliest delays, what to decide, and what
moved since the last meeting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Literal

from milepost.programme import Programme
from milepost.register.status import Status
from milepost.report.brief.blocks import (
    Figures,
    Grid,
    Items,
    Light,
    Lights,
    Paragraph,
    Picture,
    Quantity,
    Section,
)
from milepost.report.brief.contents import facts_of, footer_of
from milepost.report.brief.frame import Frame, framed
from milepost.report.brief.paper import Brief, Draft
from milepost.report.brief.proposals import drafts_of
from milepost.report.brief.worth import rate_in_words
from milepost.report.corridor_map import corridor_map
from milepost.store.checkpoints import UNSEALED, Seal

THREE = 3
NAMED = 4  # ids beside a traffic light
WIDE = 2.3  # the part shown, times as wide as high: the map fills the page from side to side
Level = Literal["red", "amber", "green", "grey"]


def one_page(
    programme: Programme,
    *,
    meeting: str = "",
    party: str = "",
    language: str = "en",
    on: dt.date | None = None,
    version: str = "",
    seal: Seal = UNSEALED,
) -> Brief:
    """The page for a meeting (default: the next one on record) and a party (default: all). Without values it
    shows what is latest instead of what costs most.

    Raises as :func:`milepost.report.brief.brief`.
    """
    f, lead = framed(programme, meeting=meeting, party=party, language=language, on=on)
    say, held = f.say, f.meeting
    name = f.programme.settings.title  # in the reader's language
    title = held.title if held else name
    drafts = _first_of_each(drafts_of(f))
    sections = (
        Section("", (Paragraph(_headline(f)), Figures(tuple(_figures(f))), *_together(f)), name="headline"),
        *_map(f),
        Section(say.say("section-lights"), (_lights(f),), name="lights"),
        _costliest(f),
        Section(
            say.say("section-three-decisions"),
            (
                Items(tuple(d.text for d in drafts), numbered=True)
                if drafts
                else Paragraph(say.say("decision-nothing")),
            ),
            name="decisions",
        ),
        _trend(f),
    )
    return Brief(
        say,
        name,
        title,
        lead[:3],
        sections,
        footer_of(f, version, seal),
        facts_of(f, seal) | {"one_page": True},
        drafts,
        sections,
        one_page=True,
    )


def _first_of_each(drafts: tuple[Draft, ...]) -> tuple[Draft, ...]:
    """The first three, of no commitment two."""
    found: list[Draft] = []
    seen: set[str] = set()
    for draft in drafts:
        if not seen & set(draft.commitments):
            found.append(draft)
            seen |= set(draft.commitments)
    return tuple(found[:THREE])


def _mine(f: Frame, statuses: tuple[Status, ...]) -> list[Status]:
    return [s for s in statuses if f.mine(s.commitment)]


def _day_cost(f: Frame) -> float | None:
    """What one more day of all that is open loses of benefit, thousand USD; None without values.

    Not net of spending put off: where a dear promise earns little, the sum of all would read as if it paid
    to be late with everything. The net stands with each promise.
    """
    lost = [
        1000 * c.cost_of_a_day_musd
        for c in f.calls
        if not c.milestone and c.cost_of_a_day_musd is not None and f.mine(c.commitment)
    ]
    return sum(lost) if lost else None


def _headline(f: Frame) -> str:
    own = _mine(f, f.statuses)
    counts = {
        "total": len(own),
        "done": sum(s.done for s in own),
        "late": sum(s.timing == "late" for s in own),
    }
    cost = _day_cost(f)
    if cost is None:
        return f.say.say("headline", **counts)
    return f.say.say("headline-cost", **counts, cost=f.say.number(cost))


def _figures(f: Frame) -> Iterator[tuple[str, str]]:
    say, own = f.say, _mine(f, f.statuses)
    done = sum(s.done for s in own)
    yield say.number(done), say.say("figure-delivered", total=len(own))
    yield say.number(sum(s.timing == "late" for s in own)), say.say("figure-late")
    cost = _day_cost(f)
    if cost is not None:
        yield say.number(cost), say.say("figure-day")
        game = f.programme.game_on(f.on)
        worth = sum(f.programme.value(game.players).countries.values())
        yield say.number(worth), say.say("figure-worth")


def _together(f: Frame) -> Iterator[Paragraph]:
    """What all with stated costs come to, with rate and prices; nothing where nobody states a cost."""
    if f.programme.why_no_values or f.programme.is_register:
        return
    found, say = f.programme.appraise(on=f.on, draws=0), f.say
    if found.all_together is None:
        return
    measures = found.all_together.measures
    yield Paragraph(
        say.say(
            "worth-together",
            count=say.number(len(found.one)),
            npv=say.number(measures.npv),
            returns=rate_in_words(measures.eirr, say),
            rate=say.share(found.asked.rate, 2),
            to=say.short(found.asked.horizon),
            year=say.digits(str(found.base_year)),
        )
    )


def _map(f: Frame) -> Iterator[Section]:
    if f.programme.why_no_values or f.programme.is_register:
        return
    drawn, say = corridor_map(f.programme, language=f.say.code, framed=WIDE), f.say
    blocks = (
        Picture(drawn.svg, say.say("map-alt-numbered", count=len(drawn.marked))),
        Paragraph(say.apart(drawn.disclaimer)),
    )
    yield Section(say.say("section-map"), blocks, name="map")


def level_of(status: Status) -> Level:
    """Red: late. Amber: at risk, or promised for no date. Green: delivered, or on time. Grey: stopped."""
    if status.delivery == "stopped":
        return "grey"
    if status.done or status.timing == "on time":
        return "green"
    return "red" if status.timing == "late" else "amber"


def _lights(f: Frame) -> Lights:
    own = _mine(f, f.statuses)
    rows = []
    levels: tuple[Level, ...] = ("red", "amber", "green", "grey")
    for level in levels:
        inside = sorted(
            (s for s in own if level_of(s) == level), key=lambda s: f.heaviest_first(s.commitment)
        )
        if inside or level != "grey":
            names = ", ".join(s.commitment for s in inside[:NAMED])
            more = f.say.say("names-more", count=len(inside) - NAMED) if len(inside) > NAMED else ""
            told = names + more if level in ("red", "amber") else ""
            rows.append(Light(level, f.say.number(len(inside)), f.say.say(f"light-{level}"), told))
    return Lights(tuple(rows))


def _costliest(f: Frame) -> Section:
    """The three that cost most a day; without values the three that are latest."""
    say, weights = f.say, f.weights
    own = [s for s in _mine(f, f.statuses) if not s.closed]
    by_cost = [s for s in own if weights.get(s.commitment, 0.0) > 0]
    chosen = by_cost or [s for s in own if s.days_late]
    rows = []
    for s in sorted(chosen, key=lambda s: f.heaviest_first(s.commitment))[:THREE]:
        cells: list[str] = [
            s.commitment,
            f.title(s.commitment),
            f.names(f.owners(s.commitment)),
            say.partial(str(s.latest_promised)) if s.latest_promised else "–",
            Quantity(say.number(s.days_late) if s.days_late else "–", s.days_late),
        ]
        if by_cost:
            cells.append(f.quantity(weights[s.commitment]))
        rows.append(tuple(cells))
    title = say.say("section-costliest" if by_cost else "section-latest")
    if not rows:
        return Section(title, (Paragraph(say.say("cost-nothing")),), name="costliest")
    net = any(c.saved_of_a_day_musd is not None for c in f.calls)  # beside a headline that is not
    day = "net-day-kusd" if net else "cost-day-kusd"
    names = ("id", "commitment", "owner", "due", "days-late", *([day] if by_cost else []))
    widths = (5, 26, 20, 11, 8, 11)[: len(names)]
    grid = Grid(tuple(say.say(f"column-{n}") for n in names), tuple(rows), (4, 5)[: len(names) - 4], widths)
    return Section(title, (grid,), name="costliest")


def _trend(f: Frame) -> Section:
    """Then and now: what is delivered, late, without evidence, and how many dates were moved between."""
    say = f.say
    then, now = _mine(f, tuple(f.programme.status(f.since))), _mine(f, f.statuses)
    moved = {s.commitment: s.promises for s in then}
    counts = (
        ("trend-delivered", sum(s.done for s in then), sum(s.done for s in now)),
        ("trend-late", sum(s.timing == "late" for s in then), sum(s.timing == "late" for s in now)),
        (
            "trend-no-evidence",
            sum(s.delivery == "no evidence" for s in then),
            sum(s.delivery == "no evidence" for s in now),
        ),
    )
    rows = tuple(
        (say.say(key), *(Quantity(say.number(n), n) for n in (a, b)), Quantity(_signed(f, b - a), b - a))
        for key, a, b in counts
    )
    columns = ("", say.short(f.since), say.short(f.on), say.say("column-change"))
    redated = sum(s.promises > moved.get(s.commitment, 0) > 0 for s in now)
    blocks = (
        Grid(columns, rows, (1, 2, 3), (22, 18, 18, 19)),
        Paragraph(say.say("trend-moved", count=redated)),
    )
    return Section(say.say("section-trend", date=say.short(f.since)), blocks, name="trend")


def _signed(f: Frame, change: int) -> str:
    sign = "+" if change > 0 else "−" if change < 0 else "±"
    return f.say.apart(f"{sign}{f.say.number(abs(change))}")
