"""One thin read-only handle on a programme: open it, check it, ask it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from milepost.errors import BadData, Finding, NoSolution, WrongUse, one_of
from milepost.records import ONLY_FOR_VALUES, Records, Settings
from milepost.register.answers import Forces, StatusReport
from milepost.register.status import Headline, Status, headline, milestone_status, status
from milepost.register.timetable import Timetable, timetable
from milepost.results import Result, Rows
from milepost.value.delays import Day, day_of
from milepost.value.game import ids_of

if TYPE_CHECKING:
    import pandas as pd

    from milepost.follow_up import Calls, Notice
    from milepost.network.loads import Bottlenecks, Loads
    from milepost.network.paths import Route
    from milepost.store.changes import Entry
    from milepost.store.edits import Edit
    from milepost.trade.complement import Complement
    from milepost.value.coalitions import Group
    from milepost.value.congested import Congested
    from milepost.value.delays import DelayCost
    from milepost.value.draws import Draws
    from milepost.value.game import Game
    from milepost.value.intervals import Intervals
    from milepost.value.offsets import Offset
    from milepost.value.screening import Screening
    from milepost.value.shares import Shares


@dataclass(frozen=True, repr=False)
class Value(Result):
    """V(S): equivalent variation per country of having ``delivered`` delivered, MUSD a year.

    With other restrictions than today's in force, ``restriction_effect`` is what these alone change, and V
    counts from there; ``offset`` says who bears what on which side, alone and together with the commitments.
    """

    delivered: tuple[str, ...]
    countries: dict[str, float]
    base_year: int
    notes: tuple[str, ...] = ()
    unit: str = "MUSD/year"
    restrictions: tuple[str, ...] = ()
    restriction_effect: dict[str, float] | None = None
    offset: Offset | None = None

    def as_dict(self) -> dict[str, Any]:
        """The JSON shape of ``milepost value --json``."""
        return {
            "unit": self.unit,
            "base_year": self.base_year,
            "delivered": list(self.delivered),
            "countries": dict(self.countries),
            "restrictions": list(self.restrictions),
            "restriction_effect": self.restriction_effect,
            **({} if self.offset is None else self.offset.as_dict()),
            "notes": list(self.notes),
        }

    def frame(self) -> pd.DataFrame:
        """A row per country, MUSD a year; with restrictions, what these change besides, and its side."""
        import pandas as pd

        columns: dict[str, list[Any]] = {
            "country": list(self.countries),
            "musd_per_year": list(self.countries.values()),
        }
        if self.offset is not None:
            parts: dict[str, Mapping[str, Any]] = {
                "restrictions_alone": self.offset.alone,
                "restrictions_if_delivered": self.offset.delivered,
                "together": self.offset.together,
                "side": self.offset.side,
            }
            columns |= {name: [part[c] for c in self.countries] for name, part in parts.items()}
        return pd.DataFrame(columns)

    def ranked(self) -> list[tuple[str, float]]:
        """Countries by what they gain, largest first."""
        return sorted(self.countries.items(), key=lambda pair: -pair[1])

    @property
    def all(self) -> float:
        """The sum over all countries of the model."""
        return sum(self.countries.values())

    def headed(self) -> str:
        """Of which set, in which unit and prices."""
        return f"V({', '.join(self.delivered) or 'nothing'}), {self.unit}, prices of {self.base_year}"


@dataclass(frozen=True, repr=False)
class Programme:
    """A corridor programme. Everything computed from it is frozen; the handle itself holds no state.

    Days are given as ``datetime.date`` or in ISO form ("2026-11-25"). ``known_on``: it was opened as known on
    that day (None: as it is now). ``applied``: ids of the restrictions in force in it, changed by
    :meth:`under` (None: those of the base date). ``only_register``: the handle is used for the register
    alone, so faults in what only values need do not stop it.
    """

    path: Path | str
    records: Records
    reading: tuple[Finding, ...] = ()
    known_on: dt.date | None = None
    applied: frozenset[str] | None = None
    only_register: bool = False

    def under(self, with_: Iterable[str] = (), without: Iterable[str] = ()) -> Programme:
        """The same programme with more restrictions in force than on the base date, or without some of
        them."""
        from milepost.network.restrictions import chosen

        names = chosen(self._modelled(), self.settings.base_date, ids_of(with_), ids_of(without))
        return replace(self, applied=names)

    def __repr__(self) -> str:
        return f"<Programme {self.settings.title!r}: {self._size()}, {self.records.fingerprint[:12]}>"

    def _repr_html_(self) -> str:
        r = self.records
        rows = {"title": self.settings.title, "content": self._size(), "base date": self.settings.base_date}
        rows |= {"known on": self.known_on} if self.known_on else {}
        rows |= {"digest": r.fingerprint}
        cells = "".join(
            f"<tr><th>{name}</th><td>{escape(str(value))}</td></tr>" for name, value in rows.items()
        )
        return f"<table>{cells}</table>"

    def _size(self) -> str:
        counts = {
            "commitments": self.records.commitments,
            "agreements": self.records.agreements,
            "nodes": self.records.nodes,
            "links": self.records.links,
            "countries": self.records.countries,
        }
        return ", ".join(f"{len(rows):,} {name}" for name, rows in counts.items())

    @property
    def settings(self) -> Settings:
        """What ``programme.toml`` says."""
        return self.records.settings

    def _in_force(self, records: Records) -> frozenset[str]:
        """Ids of the restrictions in force in this handle."""
        from milepost.network.restrictions import in_force

        return in_force(records, self.settings.base_date) if self.applied is None else self.applied

    def _day(self, on: Day) -> dt.date:
        return day_of(on) or self.settings.base_date

    @cached_property
    def _findings(self) -> tuple[Finding, ...]:
        from milepost.network.checks import findings as network_findings
        from milepost.register.checks import findings as register_findings
        from milepost.trade.checks import findings as trade_findings

        reading = (replace(f, needed_for="values") if f.table in ONLY_FOR_VALUES else f for f in self.reading)
        model = (*network_findings(self.records), *trade_findings(self.records))
        found = (
            *reading,
            *register_findings(self.records),
            *(replace(f, needed_for="values") for f in model),
        )
        return tuple(
            sorted(found, key=lambda f: f.needed_for != "everything")
        )  # stable: what stops everything comes first

    def check(self) -> Rows[Finding]:
        """Every fault in the data at once, file by file, what stops everything first; empty when there is
        none."""
        return Rows(self._findings, "findings")

    def for_register(self) -> Programme:
        """The same programme for follow-up alone: faults in network, trade and parameters stop only what
        needs values."""
        return replace(self, only_register=True)

    def sound(self) -> Records:
        """The records, if nothing stands in the way of what the handle is for; raises ``BadData`` with all
        findings otherwise."""
        return self._registered() if self.only_register else self._modelled()

    def _modelled(self) -> Records:
        """The records, if they have no findings at all: what rests on values needs every table."""
        if self._findings:
            raise BadData(self._findings)
        return self.records

    def _registered(self) -> Records:
        """The records, if the register has no findings. All are raised otherwise, so that all can be repaired
        at once."""
        if any(f.needed_for == "everything" for f in self._findings):
            raise BadData(self._findings)
        return self.records

    @property
    def why_no_values(self) -> str:
        """Why nothing can be valued, as a clause; empty if it can."""
        count = sum(f.needed_for == "values" for f in self._findings)
        return f"the model's data have {count} finding{'s' if count != 1 else ''}" if count else ""

    @cached_property
    def game(self) -> Game:
        """V over the open commitments that the model values. Raises ``BadData`` if the data have findings."""
        from milepost.value.game import corridor_game

        return corridor_game(self._modelled(), self.applied)

    def game_on(self, on: Day = None) -> Game:
        """The game of what is open on a day: what was delivered since the base date is there, what was
        stopped never comes."""
        state = {s.commitment: s for s in self.status(self._day(on))}
        closed = [state[p] for p in self.game.players if p in state and state[p].closed]
        if not closed:
            return self.game
        done = [s.commitment for s in closed if s.done]
        return self.game.given(done, [s.commitment for s in closed if not s.done])

    def status(self, on: Day = None, known_on: Day = None) -> Rows[Status]:
        """What the evidence proves on a day (default: the base date), as known on a day (default: the
        same)."""
        key = (self._day(on), day_of(known_on) or self.known_on)
        if key not in self._statuses:
            self._statuses[key] = Rows(status(self._registered(), *key), "commitments", key[0])
        return self._statuses[key]

    @cached_property
    def _statuses(self) -> dict[tuple[dt.date, dt.date | None], Rows[Status]]:
        return {}  # a page asks for the same day many times over

    def status_report(self, on: Day = None, known_on: Day = None) -> StatusReport:
        """Where everything stands on a day: four shares, every commitment with title and state in law, every
        milestone. What ``milepost status`` prints and the page shows."""
        day = self._day(on)
        known = day_of(known_on) or self.known_on
        return StatusReport.of(
            self._registered(),
            day,
            self.status(day, known),
            self.milestones(day, known),
            self.force(day, known or day),
        )

    def milestones(self, on: Day = None, known_on: Day = None) -> Rows[Status]:
        """The same for every milestone."""
        day = self._day(on)
        return Rows(
            milestone_status(self._registered(), day, day_of(known_on) or self.known_on), "milestones", day
        )

    def headline(self, on: Day = None, known_on: Day = None) -> Headline:
        """Four shares instead of one percentage: verified, claimed, moving, no evidence."""
        return headline(self.status(on, known_on), self._day(on))

    def force(self, on: Day = None, known_on: Day = None, *, history: bool = True) -> Forces:
        """Entry into force of every agreement and for every party, valid and known on a day."""
        from milepost.register.force import force

        day = self._day(on)
        found = force(self._registered(), day, day_of(known_on) or self.known_on, history=history)
        return Forces(found, "agreements", day)

    def timetable(self, on: Day = None, known_on: Day = None) -> Timetable:
        """When the open commitments are due on a day (default: the base date), as known on a day."""
        return timetable(self._registered(), self._day(on), day_of(known_on) or self.known_on)

    def value(self, delivered: Iterable[str] | Literal["all"] = "all") -> Value:
        """V of a set of commitments (default: all that are valued), MUSD a year; a bare text is one id, not
        its letters."""
        names = self.game.players if delivered == "all" else tuple(dict.fromkeys(ids_of(delivered)))
        worth = dict(zip(self.game.countries, self.game.value(names).tolist(), strict=True))
        alone, against = None, None
        if self.game.restriction_effect is not None:
            from milepost.value.offsets import offset

            alone = dict(zip(self.game.countries, self.game.restriction_effect.tolist(), strict=True))
            today = replace(self, applied=None).game
            usual = dict(zip(today.countries, today.value(names).tolist(), strict=True))
            changed = frozenset(self.game.restrictions) ^ frozenset(today.restrictions)
            against = offset(self.records, changed, alone, worth, usual)
        return Value(
            names,
            worth,
            self.settings.base_year,
            self.game.notes,
            "MUSD/year",
            self.game.restrictions,
            alone,
            against,
        )

    def shapley(
        self,
        method: Literal["auto", "exact", "sampled", "stratified"] = "auto",
        orders: int = 500,
        seed: int = 0,
        progress: Callable[[int, int], None] | None = None,
        until_error: float | None = None,
    ) -> Shares:
        """Shapley share of every valued commitment for every country, MUSD a year."""
        from milepost.value.shares import shapley

        return shapley(
            self.game, method=method, orders=orders, seed=seed, until_error=until_error, progress=progress
        )

    def delay(self, on: Day = None, days: int = 1) -> DelayCost:
        """Cost of a delay of each dated open commitment, present value on a day (default: the base date)."""
        from milepost.value.delays import delay_cost

        day = self._day(on)
        return delay_cost(
            self.game_on(day),
            self.timetable(day).dates,
            on=day,
            rate_per_year=self.settings.discount_rate_per_year,
            horizon=self.settings.horizon,
            days=days,
        )

    def group(self) -> Group:
        """The group of the parties that owe what is valued: who gains, who could leave, what payments hold it
        together."""
        from milepost.value.coalitions import group, members

        return group(self.game, members(self._modelled(), self.game))

    def draws(self, on: Day = None, draws: int = 10_000, seed: int = 0, *, worth: bool = True) -> Draws:
        """Drawn timetables of what is open: when it comes, how sure, and what the risk costs each country."""
        from milepost.value.draws import draw

        day = self._day(on)
        return draw(
            self._modelled(),
            self.status(day),
            on=day,
            draws=draws,
            seed=seed,
            game=self.game_on(day) if worth else None,
        )

    def calls(self, on: Day = None, party: str = "") -> Calls:
        """Whom to call, dearest day first, about everything or what a party owes; without costs, and saying
        why, while the model's data have findings. Raises ``WrongUse`` for an unknown party."""
        from milepost.follow_up import Calls, calls

        self.known_party(party)
        day = self._day(on)
        delay, why = None, {c.id: self.why_no_values for c in self.records.commitments}
        if not self.why_no_values:
            delay, why = self.delay(day), dict(self.game_on(day).not_valued)
        rows = calls(self.records, self.status(day), delay, why, milestones=self.milestones(day))
        found = Calls(rows, "calls", day, "MUSD/day")
        return found.to(party) if party else found

    def known_party(self, party: str) -> None:
        """Raises ``WrongUse`` if a party is asked for ("" = all) that is not on record."""
        known = [p.id for p in self.records.parties]
        if party and party not in known:
            raise one_of("party", party, known)

    def notices(
        self, on: Day = None, since: Day = None, *, intake: bool = False, party: str = ""
    ) -> Rows[Notice]:
        """Reminders and escalations that go out on a day, by the policy file."""
        from milepost.follow_up import notices

        day = self._day(on)
        return Rows(
            notices(self._registered(), day, day_of(since), intake=intake, party=party), "notices", day
        )

    def loads(self, delivered: Iterable[str] = ()) -> Loads:
        """Tonnes on each link and terminal, today or with commitments delivered and then beside today, at the
        flows of the base."""
        names = ids_of(delivered)
        if not names:
            return self._loads_today
        return self._loads(names).against(self._loads_today, names)

    @cached_property
    def _loads_today(self) -> Loads:
        return self._loads(())

    def _loads(self, delivered: Iterable[str]) -> Loads:
        from milepost.network.loads import loads, tonnes
        from milepost.network.network import Network
        from milepost.network.restrictions import restrictions
        from milepost.trade.sector_base import flows_between

        records = self._modelled()
        names, done, restricted = (
            self._delivered(delivered),
            self._done(),
            restrictions(records, self._in_force(records)),
        )
        countries, flows = flows_between(records)
        open_trade = flows.copy()
        for a, b in restricted.banned():
            open_trade[countries.index(a), countries.index(b)] = 0.0
        network = Network.of(records, names, done, restricted)
        return loads(records, network, tonnes(records, open_trade, countries), done)

    def _done(self) -> frozenset[str]:
        """Commitments delivered by the base date: they are part of today's network."""
        return frozenset(s.commitment for s in self.status() if s.done)

    def _delivered(self, delivered: Iterable[str] | Literal["all"]) -> frozenset[str]:
        if delivered == "all":
            return frozenset(self.game.players)
        names, known = frozenset(ids_of(delivered)), [c.id for c in self.records.commitments]
        for name in sorted(names - set(known)):
            raise one_of("commitment", name, known)
        return names

    def congested(self, delivered: Iterable[str] | Literal["all"] = "all") -> Congested:
        """V of a set with queues that answer: network and trade at a fixed point, beside V at frozen
        loads."""
        from milepost.value.congested import congested

        records = self._modelled()
        names = self.game.players if delivered == "all" else ids_of(delivered)
        return congested(records, self.game, names, self._in_force(records), self._done())

    def screen(
        self, sets: int = 32, seed: int = 0, progress: Callable[[int, int], None] | None = None
    ) -> Screening:
        """Shares by pairs of commitments, an approximation with its measured error."""
        from milepost.value.screening import screen

        return screen(self.game, sets=sets, seed=seed, progress=progress)

    def intervals(
        self,
        draws: int = 100,
        *,
        orders: int = 60,
        seed: int = 0,
        sets: Sequence[Sequence[str]] = (),
        where: str = "here",
        progress: Callable[[int, int], None] | None = None,
    ) -> Intervals:
        """Intervals on V(all), V of each of ``sets``, shares and cost of delay: elasticity, value of time and
        flows are drawn."""
        from milepost.value.intervals import intervals

        dates = {c: d for c, d in self.timetable().dates.items() if d is not None}
        return intervals(
            self._modelled(),
            dates,
            on=self.settings.base_date,
            draws=draws,
            seed=seed,
            orders=orders,
            applied=self.applied,
            sets=sets,
            where=where,
            progress=progress,
        )

    def complement(self) -> Complement:
        """Whose strengths meet whose needs, and which commitments open that exchange."""
        from milepost.value.complements import complements

        return complements(self._modelled(), self.game, self._done())

    def bottlenecks(self) -> Bottlenecks:
        """Links and terminals that would be asked for more than they can carry, on the base date and whenever
        something is due."""
        from milepost.network.loads import Bottleneck, Bottlenecks

        today = self.settings.base_date
        due = {c: d for c, d in self.timetable().dates.items() if d is not None and c in self.game.players}
        found: list[Bottleneck] = []
        for day in sorted({today, *(d for d in due.values() if d > today)}):
            names = sorted(c for c, d in due.items() if d <= day)
            found += [
                Bottleneck(day, x.link, x.mode, x.total_mt, x.capacity_mt or 0.0)
                for x in self._loads(names).bottlenecks()
            ]
        return Bottlenecks(found, "bottlenecks", today, "Mt/year")

    def route(
        self,
        origin: str,
        destination: str,
        *,
        cargo: str = "containers",
        via: Iterable[str] = (),
        avoid_modes: Iterable[str] = (),
        delivered: Iterable[str] = (),
    ) -> Route:
        """The cheapest way between two nodes as a list of legs, today or with commitments delivered.

        Raises ``WrongUse`` for an unknown name, ``NoSolution`` where there is no way or trade between the
        ends is closed.
        """
        from milepost.network.network import Network
        from milepost.network.paths import route
        from milepost.network.restrictions import restrictions

        records = self._modelled()
        restricted = restrictions(records, self._in_force(records))
        names = self._delivered(delivered)
        network = Network.of(records, names, self._done(), restricted)
        titles = ", ".join(
            f"{r.id} ({r.title})" for r in records.restrictions if r.id in restricted.closing(records)
        )
        country = {n.id: n.country for n in records.nodes}
        ends = (country.get(origin, ""), country.get(destination, ""))
        if ends in restricted.banned():
            raise NoSolution(
                f"Trade from {ends[0]} to {ends[1]} is closed by {titles}; no goods take a way between them."
            )
        try:
            found = route(
                network, origin, destination, cargo=cargo, via=ids_of(via), avoid_modes=ids_of(avoid_modes)
            )
        except NoSolution as fault:
            if not titles:
                raise
            raise NoSolution(f"{fault} Closed in this question: {titles}.") from None
        order = [c.id for c in records.commitments if c.id in names]
        return replace(found, delivered=tuple(order), names={n.id: n.name for n in records.nodes})


def open_programme(path: str | Path, *, known_on: Day = None) -> Programme:
    """Open a programme: a folder of CSV files, one .xlsx workbook, an SQLite file or a PostgreSQL address.

    With ``known_on`` as it was known on that day: what was recorded or announced later is left out. What
    stood in the register when its recording began counts as recorded always. Raises ``BadData`` when so
    little can be read that there is no programme; otherwise the findings wait in ``.check()``: while there
    are any, nothing is valued, and while the register has any, nothing is computed at all.
    """
    from milepost.store.stores import open_store

    day = day_of(known_on)
    records, findings = open_store(path).read(day)
    if records is None:
        raise BadData(findings)
    return Programme(path=path, records=records, reading=findings, known_on=day)


def edit_programme(
    path: str | Path, edits: Sequence[Edit], *, by: str, reason: str, known: tuple[int, Records] | None = None
) -> Entry | None:
    """Write rows to a programme: checked as a whole, recorded in its chain, refused if somebody else was
    faster.

    Returns the entry of the chain, or None if nothing differs. Raises ``BadData`` with the findings that the
    edit would bring, ``LostRace`` with the rows as they are now; nothing is written then. ``known`` are
    records without faults that a server has read up to an entry of the chain: while that is still the last
    one, they are not read again.
    """
    from milepost.store.content import content_of, records_of
    from milepost.store.edits import HeadMoved, applied, row_changes
    from milepost.store.stores import open_store

    if not by.strip():
        raise WrongUse("Say who makes the change: --by PARTY or an office.")
    store = open_store(path)
    for _ in range(50):
        head, _hash = store.head()
        if known is not None and known[0] == head:
            records = known[1]
        else:
            found, reading = store.read()
            if found is None or reading:
                raise BadData(reading)
            records = found
        content = content_of(records)
        changes = row_changes(edits, {(e.table, e.id): content.get(e.table, {}).get(e.id) for e in edits})
        after, faults = records_of(applied(content, changes), records.files)
        before = {(f.table, f.id, f.message) for f in Programme(path, records).check()}
        new = [
            f for f in (*faults, *Programme(path, after).check()) if (f.table, f.id, f.message) not in before
        ]
        if new:
            raise BadData(tuple(new))
        try:
            return store.edit(edits, by=by, reason=reason, head=head)
        except HeadMoved:
            continue  # somebody wrote in between: look again
    raise WrongUse("Too many others are writing; nothing was written. Try again.")


def example(name: str) -> Path:
    """The folder of an example programme that ships with milepost, to open or to look into; copy it to change
    it."""
    from milepost.store.folder import example_path

    return example_path(name)
