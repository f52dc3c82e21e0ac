"""One thin read-only handle on a programme: open it, check it, ask it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from milepost.errors import BadData, Finding, WrongUse, one_of
from milepost.records import Records, Settings
from milepost.register.status import Headline, Status, headline, milestone_status, status
from milepost.register.timetable import Timetable, timetable

if TYPE_CHECKING:
    import pandas as pd

    from milepost.follow_up import Call, Notice
    from milepost.network.loads import Bottleneck, Loads
    from milepost.network.paths import Route
    from milepost.register.force import Force
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


@dataclass(frozen=True)
class Value:
    """V(S): equivalent variation per country of having ``delivered`` delivered, MUSD a year.

    With other restrictions than today's in force, ``restriction_effect`` is what these alone change, and V counts from there;
    ``offset`` says who bears what on which side, alone and together with the commitments.
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
        """A row per country, MUSD a year."""
        import pandas as pd

        return pd.DataFrame({"country": list(self.countries), "musd_per_year": list(self.countries.values())})

    def _repr_html_(self) -> str:
        names = ", ".join(self.delivered) or "nothing"
        return f"<p>V({names}), {self.unit}, prices of {self.base_year}</p>" + self.frame().to_html(index=False)


@dataclass(frozen=True)
class Programme:
    """A corridor programme. Everything computed from it is frozen; the handle itself holds no state."""

    path: Path | str
    records: Records
    reading: tuple[Finding, ...] = ()
    known_on: dt.date | None = None
    applied: frozenset[str] | None = None

    def under(self, with_: Iterable[str] = (), without: Iterable[str] = ()) -> Programme:
        """The same programme with more restrictions in force than on the base date, or without some of them."""
        from milepost.network.restrictions import chosen

        names = chosen(self.sound(), self.settings.base_date, with_, without)
        return Programme(self.path, self.records, self.reading, self.known_on, names)

    @property
    def settings(self) -> Settings:
        """What ``programme.toml`` says."""
        return self.records.settings

    @cached_property
    def _findings(self) -> tuple[Finding, ...]:
        from milepost.network.checks import findings as network_findings
        from milepost.register.checks import findings as register_findings
        from milepost.trade.checks import findings as trade_findings

        return (
            *self.reading,
            *register_findings(self.records),
            *network_findings(self.records),
            *trade_findings(self.records),
        )

    def check(self) -> tuple[Finding, ...]:
        """Every fault in the data at once, file by file; empty when there is none."""
        return self._findings

    def sound(self) -> Records:
        """The records, if they have no findings; raises ``BadData`` with all of them otherwise."""
        if self._findings:
            raise BadData(self._findings)
        return self.records

    @cached_property
    def game(self) -> Game:
        """V over the open commitments that the model values. Raises ``BadData`` if the data have findings."""
        from milepost.value.game import corridor_game

        return corridor_game(self.sound(), self.applied)

    def status(self, on: dt.date | None = None, known_on: dt.date | None = None) -> tuple[Status, ...]:
        """What the evidence proves on a day (default: the base date), as known on a day (default: the same)."""
        key = (on or self.settings.base_date, known_on or self.known_on)
        if key not in self._statuses:
            self._statuses[key] = status(self.sound(), *key)
        return self._statuses[key]

    @cached_property
    def _statuses(self) -> dict[tuple[dt.date, dt.date | None], tuple[Status, ...]]:
        return {}  # a page asks for the same day many times over

    def milestones(self, on: dt.date | None = None, known_on: dt.date | None = None) -> tuple[Status, ...]:
        """The same for every milestone."""
        return milestone_status(self.sound(), on or self.settings.base_date, known_on or self.known_on)

    def headline(self, on: dt.date | None = None, known_on: dt.date | None = None) -> Headline:
        """Four shares instead of one percentage: verified, claimed, moving, no evidence."""
        return headline(self.status(on, known_on), on or self.settings.base_date)

    def force(self, on: dt.date | None = None, known_on: dt.date | None = None, *, history: bool = True) -> tuple[Force, ...]:
        """Entry into force of every agreement and for every party, valid and known on a day."""
        from milepost.register.force import force

        return force(self.sound(), on, known_on or self.known_on, history=history)

    def timetable(self, on: dt.date | None = None, known_on: dt.date | None = None) -> Timetable:
        """When the open commitments are due on a day (default: the base date), as known on a day."""
        return timetable(self.sound(), on or self.settings.base_date, known_on or self.known_on)

    def value(self, delivered: Iterable[str] | Literal["all"] = "all") -> Value:
        """V of a set of commitments (default: all that are valued)."""
        names = self.game.players if delivered == "all" else tuple(dict.fromkeys(delivered))
        worth = dict(zip(self.game.countries, self.game.value(names).tolist(), strict=True))
        alone, against = None, None
        if self.game.restriction_effect is not None:
            from milepost.value.offsets import offset

            alone = dict(zip(self.game.countries, self.game.restriction_effect.tolist(), strict=True))
            today = Programme(self.path, self.records, self.reading, self.known_on).game
            usual = dict(zip(today.countries, today.value(names).tolist(), strict=True))
            against = offset(self.records, self.game.restrictions, alone, worth, usual)
        return Value(names, worth, self.settings.base_year, self.game.notes, "MUSD/year", self.game.restrictions, alone, against)

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

        return shapley(self.game, method=method, orders=orders, seed=seed, until_error=until_error, progress=progress)

    def delay(self, on: dt.date | None = None, days: int = 1) -> DelayCost:
        """Cost of a delay of each dated open commitment, present value on a day (default: the base date)."""
        from milepost.value.delays import delay_cost

        day = on or self.settings.base_date
        return delay_cost(
            self.game,
            self.timetable(day).dates,
            on=day,
            rate_per_year=self.settings.discount_rate_per_year,
            horizon=self.settings.horizon,
            days=days,
        )

    def group(self) -> Group:
        """The group of the parties that owe what is valued: who gains, who could leave, what payments hold it together."""
        from milepost.value.coalitions import group, members

        return group(self.game, members(self.sound(), self.game))

    def draws(self, on: dt.date | None = None, draws: int = 10_000, seed: int = 0, *, worth: bool = True) -> Draws:
        """Drawn timetables of what is open: when it comes, how sure, and what the risk costs each country."""
        from milepost.value.draws import draw

        day = on or self.settings.base_date
        return draw(self.sound(), self.status(day), on=day, draws=draws, seed=seed, game=self.game if worth else None)

    def calls(self, on: dt.date | None = None) -> tuple[Call, ...]:
        """Whom to call, dearest day first."""
        from milepost.follow_up import calls

        return calls(self.records, self.status(on), self.delay(on), self.game.not_valued, milestones=self.milestones(on))

    def notices(
        self, on: dt.date | None = None, since: dt.date | None = None, *, intake: bool = False, party: str = ""
    ) -> tuple[Notice, ...]:
        """Reminders and escalations that go out on a day, by the policy file."""
        from milepost.follow_up import notices

        return notices(self.sound(), on or self.settings.base_date, since, intake=intake, party=party)

    def loads(self, delivered: Iterable[str] = ()) -> Loads:
        """Tonnes on each link and terminal, today or with commitments delivered, at the flows of the base."""
        from milepost.network.loads import loads, tonnes
        from milepost.network.network import Network
        from milepost.network.restrictions import in_force, restrictions
        from milepost.trade.sector_base import flows_between

        records = self.sound()
        now = in_force(records, self.settings.base_date) if self.applied is None else self.applied
        names = frozenset(delivered)
        unknown = sorted(names - {c.id for c in records.commitments})
        if unknown:
            raise one_of("commitment", unknown[0], [c.id for c in records.commitments])
        countries, flows = flows_between(records)
        network = Network.of(records, names, (), restrictions(records, now))
        return loads(records, network, tonnes(records, flows, countries))

    def congested(self, delivered: Iterable[str] | Literal["all"] = "all") -> Congested:
        """V of a set with queues that answer: network and trade at a fixed point, beside V at frozen loads."""
        from milepost.network.restrictions import in_force
        from milepost.value.congested import congested

        records = self.sound()
        now = in_force(records, self.settings.base_date) if self.applied is None else self.applied
        done = frozenset(s.commitment for s in self.status() if s.done)
        return congested(records, self.game, self.game.players if delivered == "all" else delivered, now, done)

    def screen(self, sets: int = 32, seed: int = 0, progress: Callable[[int, int], None] | None = None) -> Screening:
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
        """Intervals on V(all), V of each of ``sets``, shares and cost of delay: elasticity, value of time and flows are drawn."""
        from milepost.value.intervals import intervals

        dates = {c: d for c, d in self.timetable().dates.items() if d is not None}
        return intervals(
            self.sound(), dates, on=self.settings.base_date, draws=draws, seed=seed, orders=orders, applied=self.applied,
            sets=sets, where=where, progress=progress,
        )  # fmt: skip

    def complement(self) -> Complement:
        """Whose strengths meet whose needs, and which commitments open that exchange."""
        from milepost.value.complements import complements

        return complements(self.sound(), self.game, frozenset(s.commitment for s in self.status() if s.done))

    def bottlenecks(self) -> tuple[Bottleneck, ...]:
        """Links and terminals that would be asked for more than they can carry, on the base date and whenever something is due."""
        from milepost.network.loads import Bottleneck

        today = self.settings.base_date
        due = {c: d for c, d in self.timetable().dates.items() if d is not None and c in self.game.players}
        found: list[Bottleneck] = []
        for day in sorted({today, *(d for d in due.values() if d > today)}):
            names = sorted(c for c, d in due.items() if d <= day)
            found += [Bottleneck(day, x.link, x.mode, x.total_mt, x.capacity_mt or 0.0) for x in self.loads(names).bottlenecks()]
        return tuple(found)

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
        """The cheapest way between two nodes as a list of legs, today or with commitments delivered."""
        from milepost.network.network import Network
        from milepost.network.paths import route
        from milepost.network.restrictions import in_force, restrictions

        records = self.sound()
        now = in_force(records, self.settings.base_date) if self.applied is None else self.applied
        network = Network.of(records, frozenset(delivered), (), restrictions(records, now))
        return route(network, origin, destination, cargo=cargo, via=tuple(via), avoid_modes=tuple(avoid_modes))


def open_programme(path: str | Path, *, known_on: dt.date | None = None) -> Programme:
    """Open a programme: a folder of CSV files, one .xlsx workbook, an SQLite file or a PostgreSQL address.

    With ``known_on`` as it was known on that day: what was recorded or announced later is left out. What stood in
    the register when its recording began counts as recorded always. Raises ``BadData`` when so little can be read that there
    is no programme; otherwise the findings wait in ``.check()``, and anything computed refuses until there are none.
    """
    from milepost.store.stores import open_store

    records, findings = open_store(path).read(known_on)
    if records is None:
        raise BadData(findings)
    return Programme(path=path, records=records, reading=findings, known_on=known_on)


def edit_programme(
    path: str | Path, edits: Sequence[Edit], *, by: str, reason: str, known: tuple[int, Records] | None = None
) -> Entry | None:
    """Write rows to a programme: checked as a whole, recorded in its chain, refused if somebody else was faster.

    Returns the entry of the chain, or None if nothing differs. Raises ``BadData`` with the findings that the edit would
    bring, ``LostRace`` with the rows as they are now; nothing is written then. ``known`` are records without faults that a
    server has read up to an entry of the chain: while that is still the last one, they are not read again.
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
        new = [f for f in (*faults, *Programme(path, after).check()) if (f.table, f.id, f.message) not in before]
        if new:
            raise BadData(tuple(new))
        try:
            return store.edit(edits, by=by, reason=reason, head=head)
        except HeadMoved:
            continue  # somebody wrote in between: look again
    raise WrongUse("Too many others are writing; nothing was written. Try again.")


def example(name: str) -> Path:
    """The folder of an example programme that ships with milepost, to open or to look into; copy it to change it."""
    from milepost.store.folder import example_path

    return example_path(name)
