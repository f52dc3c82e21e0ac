"""What stands in a brief: promised and where it stands, changed, due, who waits for whom, dearest delays,
decisions.

Everything is a sentence or a table made by rules from the register and the model; titles are those of the
table texts, and where it lacks one, the words of the register with the mark of their language.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from milepost.errors import one_of
from milepost.follow_up.calls import Call
from milepost.programme import Programme
from milepost.register.status import RULES_VERSION, by_firmness
from milepost.report.brief.blocks import Block, Grid, Items, Paragraph, Picture, Quantity, Section
from milepost.report.brief.changes import changed, expiring
from milepost.report.brief.frame import Frame, framed, kusd, last_decided
from milepost.report.brief.lengths import few, in_order, shortened
from milepost.report.brief.paper import Brief
from milepost.report.brief.proposals import decisions, drafts_of
from milepost.report.brief.worth import worth_blocks
from milepost.report.corridor_map import corridor_map
from milepost.report.standing import (
    conflict_shown,
    firmness_shown,
    seal_shown,
    slip_shown,
    state_shown,
    timing_shown,
)
from milepost.store.checkpoints import UNSEALED, Seal


def brief(
    programme: Programme,
    *,
    meeting: str = "",
    party: str = "",
    language: str = "en",
    on: dt.date | None = None,
    version: str = "",
    seal: Seal = UNSEALED,
    sections: Sequence[str] = (),
) -> Brief:
    """The brief for a meeting (default: the next one on record) and a party (default: all).

    ``sections`` picks parts in this order (default: all): summary, decided, decisions, cost, worth, promised,
    map, changed, expiring, blocks, force, conflicts, limits; ``worth`` is there only where a cost is stated.
    What the model cannot say is never left out where a cost is shown. ``on`` is the day of knowledge: by
    default the programme's. Raises ``WrongUse`` for an unknown meeting, party or language, ``BadData`` if the
    programme has findings.
    """
    frame, lead = framed(programme, meeting=meeting, party=party, language=language, on=on)
    say, records, held, day = frame.say, frame.records, frame.meeting, frame.on
    whole = frame.programme.settings.title  # in the reader's language
    title = say.say("brief-title", meeting=held.title if held else whole)
    for name in sections:
        if name not in SECTIONS:
            raise one_of("section", name, list(SECTIONS))
    told = not sections and not last_decided(records, held, day)
    chosen = tuple(dict.fromkeys(sections)) or tuple(n for n in SECTIONS if n != "decided" or not told)
    if {"cost", "worth", "summary", "decisions"} & set(chosen) and "limits" not in chosen:
        chosen = (*chosen, "limits")
    made = tuple(part for name in chosen if (part := _section(frame, name, asked=name in sections)).blocks)
    drafts = drafts_of(frame) if "decisions" in chosen else ()
    footer, facts = footer_of(frame, version, seal), facts_of(frame, seal)
    short = tuple(shortened(part, say) for part in made)
    return Brief(say, whole, title, lead, short, footer, facts, drafts, made)


def footer_of(f: Frame, version: str, seal: Seal) -> str:
    """What stands under every page: of which data, which chain, which program, which day."""
    return f.say.say(
        "footer",
        fingerprint=f.records.fingerprint[:16],
        root=seal_shown(f.say, seal),
        version=version or "–",
        date=f.say.short(f.on),
    )


def facts_of(f: Frame, seal: Seal) -> dict[str, Any]:
    """What a machine may want to know of a brief."""
    return {
        "meeting": f.meeting.id if f.meeting else "",
        "party": f.party,
        "language": f.say.code,
        "on": f.on.isoformat(),
        "since": f.since.isoformat(),
        "until": f.until.isoformat(),
        "fingerprint": f.records.fingerprint,
        "root": seal.root,
        "key": seal.key,
        "rules_version": RULES_VERSION,
    }


def _section(f: Frame, name: str, *, asked: bool) -> Section:
    """One part; what was asked for by name and has nothing to say says so."""
    blocks = tuple(SECTIONS[name](f))
    if asked and not blocks:
        blocks = (Paragraph(f.say.say(f"{name}-nothing")),)
    return Section(f.say.say(f"section-{name}"), blocks, name in OWN_PAGE, name)


def _summary(f: Frame) -> Iterator[Block]:
    say = f.say
    head = f.programme.headline(f.on)
    lines = [
        say.say(
            "summary-shares",
            total=head.commitments,
            verified=head.verified,
            claimed=head.claimed,
            moving=head.moving,
            none=head.no_evidence,
            stopped=head.stopped,
        ),
        say.say("summary-late", count=sum(s.days_late > 0 for s in f.statuses)),
        *_firmness(f),
    ]
    valued = [c for c in f.calls if c.cost_of_a_day_musd is not None]
    if valued:
        lines += _day_costs(f, valued)
        if f.party:
            own = f.programme.delay(f.on)
            bears = (
                sum(row[own.countries.index(f.party)] for row in own.cost.tolist())
                if f.party in own.countries
                else 0.0
            )
            owes = sum(f.party in c.owed_by for c in f.calls if not c.milestone)
            lines.append(
                say.say("summary-own", party=f.names((f.party,)), count=owes, cost=say.number(kusd(bears)))
            )
    else:
        lines.append(say.say("summary-nothing-valued"))
    yield Items(tuple(lines))
    yield Paragraph(say.say("brief-sources", version=RULES_VERSION))


def _firmness(f: Frame) -> Iterator[str]:
    """How many are promised how firmly, and how many of each are delivered; nothing where no row says it."""
    say, found = f.say, by_firmness(f.records, f.statuses, f.on)
    if all(not name for name, _ in found):
        return
    parts = [
        say.say(
            "summary-firmness-one",
            firmness=firmness_shown(say, name),
            count=head.commitments,
            done=head.verified + head.claimed,
        )
        for name, head in found
    ]
    yield say.say("summary-firmness", list=("؛ " if say.right_to_left else "; ").join(parts))


def _promised(f: Frame) -> Iterator[Block]:
    say = f.say
    then = {s.commitment: s for s in f.programme.status(f.since)}
    rows = []
    for s in in_order(f.statuses, lambda s: f.heaviest_first(s.commitment)):
        if not f.mine(s.commitment) or s.first_promised is None:
            continue
        old = then[s.commitment].latest_promised if s.commitment in then else None
        flags = [say.word("flag", flag) for flag in s.flags if flag != "secondary source only"]
        state = say.word("delivery", s.delivery) + (f" ({'; '.join(flags)})" if flags else "")
        rows.append(
            (
                s.commitment,
                f.title(s.commitment),
                f.names(f.owners(s.commitment)),
                say.partial(str(s.first_promised)),
                say.partial(str(old)) if old else "–",
                say.partial(str(s.latest_promised)),
                state + f.firmness(s.commitment),
                timing_shown(say, s),
                Quantity(*slip_shown(say, s)),
            )
        )
    if not rows:
        yield Paragraph(say.say("promised-nothing"))
        return
    # three dates: the slip runs from the first one, while the meeting compares what it held last time with
    # what holds now
    columns = (
        *(say.say(f"column-{n}") for n in ("id", "commitment", "owner", "first-promised")),
        say.say("column-promised-on", date=say.short(f.since)),
        *(say.say(f"column-{n}") for n in ("promised-now", "state", "timing", "slip")),
    )
    yield Grid(columns, tuple(rows), (8,), (5, 18, 14, 9, 9, 9, 16, 9, 7))


def _map(f: Frame) -> Iterator[Block]:
    drawn = corridor_map(f.programme, language=f.say.code, framed=True)
    say, numbered = f.say, len(drawn.marked)
    yield Picture(drawn.svg, say.say("map-alt-numbered", count=numbered) if numbered else say.say("map-alt"))
    yield Paragraph(" ".join((say.say("map-legend"), *([say.say("map-legend-numbers")] if numbered else []))))
    yield Paragraph(say.apart(drawn.disclaimer))


def _blocks(f: Frame) -> Iterator[Block]:
    say = f.say
    state = {s.commitment: s for s in f.statuses}
    rows = []
    for d in in_order(f.records.dependencies, lambda d: f.heaviest_first(d.predecessor)):
        first, waits = state.get(d.predecessor), state.get(d.successor)
        if first is None or waits is None or first.closed or waits.closed:
            continue
        if not (f.mine(d.predecessor) or f.mine(d.successor)):
            continue
        rows.append(
            (
                f"{d.predecessor} {f.title(d.predecessor)}",
                f.names(f.owners(d.predecessor)),
                say.partial(str(first.latest_promised)) if first.latest_promised else "–",
                f"{d.successor} {f.title(d.successor)}",
                f.names(f.owners(d.successor)),
            )
        )
    if not rows:
        yield Paragraph(say.say("blocks-nothing"))
        return
    names = ("first", "owner", "due", "waits", "owner")
    yield Grid(tuple(say.say(f"column-{n}") for n in names), tuple(rows), (), (30, 17, 10, 30, 17))


def _day_costs(f: Frame, valued: list[Call]) -> Iterator[str]:
    """What one more day of all, and of the dearest, costs; with both parts where a cost is stated."""
    say, first = f.say, valued[0]
    parts: dict[str, list[float]] = {
        "lost": [c.cost_of_a_day_musd or 0.0 for c in valued],
        "saved": [c.saved_of_a_day_musd or 0.0 for c in valued],
        "net": [c.net_of_a_day_musd or 0.0 for c in valued],
    }
    with_costs = any(c.saved_of_a_day_musd is not None for c in valued)
    if with_costs:
        yield say.say("summary-cost-net", **{k: say.number(kusd(sum(v))) for k, v in parts.items()})
    else:
        yield say.say("summary-cost", cost=say.number(kusd(sum(parts["lost"]))))
    if not first.borne_by:
        return
    about = {
        "id": first.commitment,
        "title": first.title,
        "countries": f.names(first.borne_by),
    }
    if with_costs:
        each = {k: say.number(kusd(v[0])) for k, v in parts.items()}
        yield say.say("summary-dearest-net", **about, **each)
    else:
        yield say.say("summary-dearest", **about, cost=say.number(kusd(parts["lost"][0])))


def _cost(f: Frame) -> Iterator[Block]:
    say = f.say
    rows = []
    delay = f.programme.delay(f.on)
    own = delay.countries.index(f.party) if f.party in delay.countries else None
    state = {s.commitment: s for s in f.statuses}
    index = {c: k for k, c in enumerate(delay.commitments)}
    with_costs = any(c.saved_of_a_day_musd is not None for c in f.calls)
    for call in f.calls:
        if call.cost_of_a_day_musd is None:
            continue
        row = [
            call.commitment,
            call.title,
            f.names(call.owed_by),
            say.partial(str(promised)) if (promised := state[call.commitment].latest_promised) else "–",
            Quantity(say.number(call.days_late) if call.days_late else "–", call.days_late),
            f.quantity(kusd(call.cost_of_a_day_musd)),
        ]
        if own is not None:
            row.append(f.quantity(kusd(float(delay.cost[index[call.commitment], own]))))
        if with_costs:
            row += [f.quantity(kusd(x)) for x in (call.saved_of_a_day_musd, call.net_of_a_day_musd)]
        row.append(f.names(call.borne_by))
        rows.append(tuple(row))
    if not rows:
        yield Paragraph(say.say("cost-nothing"))
        return
    names = ["id", "commitment", "owner", "due", "days-late", "cost-all"]
    columns = [say.say(f"column-{n}") for n in names]
    if own is not None:
        columns.append(say.say("column-cost-own", party=f.names((f.party,))))
    if with_costs:
        columns += [say.say("column-saved"), say.say("column-net")]
    right = tuple(range(4, len(columns)))
    columns.append(say.say("column-bears-most"))
    widths = {
        7: (5, 24, 18, 10, 8, 13, 18),
        8: (5, 22, 17, 10, 8, 11, 11, 16),
        9: (5, 21, 14, 10, 7, 10, 9, 9, 15),
        10: (5, 18, 13, 10, 7, 9, 9, 8, 8, 13),
    }
    yield Grid(tuple(columns), tuple(rows), right, widths[len(columns)])


def _worth(f: Frame) -> Iterator[Block]:
    """Nothing where nobody states a cost."""
    yield from worth_blocks(f.programme.appraise(on=f.on), f.say, lambda who: f.names((who,)))


def _force(f: Frame) -> Iterator[Block]:
    say, records = f.say, f.records
    rows = []
    for found in f.programme.force(f.on, f.on):
        agreement = next(a for a in records.agreements if a.id == found.agreement)
        mine = next((p for p in found.parties if p.party == f.party), None)
        if f.party and mine is None and f.party not in agreement.parties_text:
            continue
        since = (mine.in_force if mine and mine.in_force else found.in_force) or "–"
        text = say.word("legal", "not evidenced") if since == "not evidenced" else say.partial(since)
        rows.append(
            (found.agreement, agreement.title, say.word("legal", mine.state if mine else found.state), text)
        )
    if rows:
        names = ("id", "agreement", "legal", "in-force")
        yield Grid(tuple(say.say(f"column-{n}") for n in names), tuple(rows), (), (7, 55, 20, 20))
    else:
        yield Paragraph(say.say("changed-nothing"))


def _decided(f: Frame) -> Iterator[Block]:
    """What was decided last time, and where each commitment that it is about stands now."""
    say = f.say
    found = [
        d
        for d in last_decided(f.records, f.meeting, f.on)
        if not f.party or f.party in d.owed_by or any(map(f.mine, d.commitments)) or not d.commitments
    ]
    if not found:
        yield Paragraph(say.say("decided-nothing"))
        return
    state = {s.commitment: s for s in f.statuses}
    rows = []
    for d in found:
        now = [f"{c}: {state_shown(say, state[c])}" for c in d.commitments if c in state]
        due = say.partial(str(d.due)) if d.due else "–"
        told = ("؛ " if say.right_to_left else "; ").join(now) or "–"
        rows.append((d.id, d.text, say.word("stands", d.stands), f.names(d.owed_by), due, told))
    names = ("id", "what", "stands", "owner", "due", "now")
    yield Grid(tuple(say.say(f"column-{n}") for n in names), tuple(rows), (), (6, 34, 9, 13, 9, 25))


def _conflicts(f: Frame) -> Iterator[Block]:
    lines = tuple(
        f"{f.say.apart(s.commitment)} {f.say.apart(f.title(s.commitment))}: {conflict_shown(f.say, c)}"
        for s in in_order(f.statuses, lambda s: f.heaviest_first(s.commitment))
        if f.mine(s.commitment)
        for c in s.conflicts
    )
    yield Items(lines) if lines else Paragraph(f.say.say("conflicts-nothing"))


def _limits(f: Frame) -> Iterator[Block]:
    say, settings = f.say, f.programme.settings
    rows = [r for r in f.records.all_rows() if getattr(r, "basis", "")]
    assumed = sum(getattr(r, "basis", "") in ("assumed", "estimated") for r in rows)
    share = say.say("limit-assumed", share=say.share(assumed / len(rows) if rows else 0.0))
    if f.programme.why_no_values:  # nothing is valued, so nothing is said of how
        yield Items((share, *_past_forecasts(f)))
        return
    undated = f.programme.delay(f.on).undated
    not_valued = [
        c.commitment
        for c in f.calls
        if c.cost_of_a_day_musd is None and not c.milestone and c.commitment not in undated
    ]
    lines = [
        say.say(
            "limit-horizon",
            rate=say.share(math.expm1(settings.discount_rate_per_year)),
            horizon=say.short(settings.horizon),
            year=say.digits(str(settings.base_year)),
        ),
        say.say("limit-overdue"),
        *([say.say("limit-undated", names=few(sorted(undated), say))] if undated else []),
        *([say.say("limit-not-valued", names=few(sorted(not_valued), say))] if not_valued else []),
        share,
        *_past_forecasts(f),
    ]
    if applied := f.programme.game.restrictions:
        lines.append(say.say("limit-restricted", names=", ".join(applied)))
    elif f.records.restrictions:
        lines.append(say.say("limit-model"))
    yield Items(tuple(lines))


def _past_forecasts(f: Frame) -> Iterator[str]:
    """How the forecasts that were kept did; nothing where none was."""
    found, say = f.programme.score(f.on), f.say
    if not found.forecasts:
        return
    kept, figures = say.number(len(found.forecasts)), found.figures()
    if figures["brier"] is None:
        yield say.say("limit-forecasts-open", kept=kept)
        return
    judged = say.number(len(found.judged))
    yield say.say("limit-forecasts", kept=kept, judged=judged, brier=say.number(figures["brier"], 3))
    if figures["brier_official"] is not None:
        ours, theirs = (say.number(figures[n], 3) for n in ("brier_where_dated", "brier_official"))
        yield say.say("limit-forecasts-official", brier=ours, official=theirs)


SECTIONS: Mapping[str, Callable[[Frame], Iterator[Block]]] = {
    "summary": _summary,
    "decided": _decided,
    "decisions": decisions,
    "cost": _cost,
    "worth": _worth,
    "promised": _promised,
    "map": _map,
    "changed": changed,
    "expiring": expiring,
    "blocks": _blocks,
    "force": _force,
    "conflicts": _conflicts,
    "limits": _limits,
}


OWN_PAGE = frozenset({"worth"})
