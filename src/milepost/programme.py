"""One thin read-only handle on a programme: open it, check it, ask it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property, partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from milepost import plots
from milepost import value as values
from milepost.errors import BadData, Finding, NoSolution, WrongUse, one_of
from milepost.follow_up import Calls, Notice, calls, digest_days, notices, notices_of_week
from milepost.many import Runner
from milepost.network.checks import findings as network_findings
from milepost.network.link_facts import LinkTable, link_facts
from milepost.network.link_states import State, link_states
from milepost.network.loads import Bottlenecks
from milepost.network.remarks import remarks as network_remarks
from milepost.network.restrictions import risks
from milepost.network.verify import Unchecked, verify_first
from milepost.params import COUNTED, PARTS
from milepost.records import ONLY_FOR_VALUES, Records, Settings
from milepost.records.named import country_named, row_named
from milepost.records.wording import in_language
from milepost.register.answers import Forces, StatusReport
from milepost.register.checks import findings as register_findings
from milepost.register.checks import remarks as register_remarks
from milepost.register.compare import Comparison
from milepost.register.force import force
from milepost.register.status import Headline, Status, delivered, headline, milestone_status, status
from milepost.register.timetable import Timetable, timetable
from milepost.results import Findings, Rows
from milepost.store.folder import example_path
from milepost.store.stores import open_store, written_on
from milepost.trade.checks import findings as trade_findings
from milepost.trade.shock import Shock, read_shock
from milepost.value.appraisal.checks import findings as cost_findings
from milepost.value.delays import Day, day_of
from milepost.value.game import ids_of
from milepost.value.zone_skim import ZoneSkim

if TYPE_CHECKING:
    from milepost.network.loads import Loads
    from milepost.network.paths import Route
    from milepost.network.select_link import SelectLink
    from milepost.trade.complement import Complement
    from milepost.value.appraisal.answers import Appraisals
    from milepost.value.appraisal.appraisal import Basis
    from milepost.value.appraisal.plan import Wish
    from milepost.value.appraisal.plan_answers import Plans
    from milepost.value.baseline import Baseline, World
    from milepost.value.ceilings import Ceilings
    from milepost.value.coalitions import Group
    from milepost.value.congested import Congested
    from milepost.value.delays import DelayCost
    from milepost.value.draws import Draws
    from milepost.value.fitting import Dealt, Fit
    from milepost.value.forecasts import Forecasts
    from milepost.value.game import Game
    from milepost.value.intervals import Intervals
    from milepost.value.ledger import Ledger
    from milepost.value.observed import HowWell, Unseen
    from milepost.value.pace import Pace
    from milepost.value.resilience import Resilience
    from milepost.value.scoring import Score
    from milepost.value.screening import Screening
    from milepost.value.shares import Shares
    from milepost.value.tornado import Tornado
    from milepost.value.value import Value


@dataclass(frozen=True, repr=False)
class Programme:
    """A corridor programme. Everything computed from it is frozen; the handle itself holds no state.

    Days are given as ``datetime.date`` or in ISO form ("2026-11-25"); where none is given, :attr:`day` is
    meant. ``written``: day of the last entry of its chain (None: nothing was written since it began).
    ``known_on``: it was opened as known on
    that day (None: as it is now). ``applied``: ids of the restrictions in force in it, changed by
    :meth:`under` (None: those of the base date), and so is ``counts``: what V holds besides what users gain;
    ``shock``: trade costs changed from outside.
    ``language``: of its texts, and of what its pictures say. ``only_register``: the handle is used for the
    register alone, so faults in what only values need do not stop it.
    """

    path: Path | str
    records: Records
    reading: tuple[Finding, ...] = ()
    known_on: dt.date | None = None
    applied: frozenset[str] | None = None
    counts: frozenset[str] = COUNTED
    only_register: bool = False
    shock: Shock | None = None
    language: str = "en"
    written: dt.date | None = None

    def under(self, with_: Iterable[str] = (), without: Iterable[str] = ()) -> Programme:
        """The same programme with more restrictions in force, or without some of them; and with more parts
        counted in V, or without some: ``receipts``, ``co2e``, ``accidents``.

        Raises ``WrongUse`` for a name of neither.
        """
        more, less = ids_of(with_), ids_of(without)
        known = [*(r.id for r in self.records.restrictions), *PARTS]
        for name in (*more, *less):
            if name not in known:
                raise one_of("restriction or part of V", name, known)
        counts = (self.counts | frozenset(more)) & frozenset(PARTS) - frozenset(less)
        rows = [[name for name in names if name not in PARTS] for names in (more, less)]
        applied = self.world.under(*rows).restricted.ids if any(rows) else self.applied
        return replace(self, applied=applied, counts=counts)

    def shocked(self, shock: Shock | str | Path) -> Programme:
        """The same programme with trade costs changed from outside the network: by a CSV file with a row a
        pair of countries (exporter, importer, factor or percent, basis, source).

        V counts from there. Raises ``BadData`` with what is wrong in the file.
        """
        if not isinstance(shock, Shock):
            known = [c.id for c in self.records.countries]
            shock = read_shock(Path(shock), known, [s.id for s in self.records.sectors])
        return replace(self, shock=shock)

    def in_language(self, language: str) -> Programme:
        """The same programme with its texts in a language, for what people read; nothing that is computed
        differs. What is missing keeps the language of the tables, with its mark."""
        records = in_language(self.records, language)
        if records is self.records and language == self.language:
            return self
        said = replace(self, records=records, language=language)
        for made in ("baseline", "game", "_findings", "_statuses"):
            if made in self.__dict__:
                said.__dict__[made] = self.__dict__[made]
        return said

    def __repr__(self) -> str:
        return f"<Programme {self.settings.title!r}: {self._size()}, {self.records.fingerprint[:12]}>"

    def _repr_html_(self) -> str:
        r = self.records
        rows = {"title": self.settings.title, "content": self._size(), "base date": self.settings.base_date}
        rows |= {"day": self.day} if self.day != self.settings.base_date else {}
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

    @property
    def plot(self) -> plots.Plots:
        """Pictures for a notebook or a paper: ``programme.plot.worth()``; they need the extra ``plots``."""
        return plots.Plots(self)

    @property
    def day(self) -> dt.date:
        """The day that is meant where none is named: the base date, or the day of the last entry if that is
        later, since what was reported or granted meanwhile counts. As known on a day, none after that day.
        """
        # every door takes its day from here: the same question has one answer in page, terminal and paper
        base, known = self.settings.base_date, self.known_on
        written = self.written or base
        return max(base, written if known is None else min(written, known))

    def _day(self, on: Day) -> dt.date:
        return day_of(on) or self.day

    @cached_property
    def _findings(self) -> tuple[Finding, ...]:
        reading = (replace(f, needed_for="values") if f.table in ONLY_FOR_VALUES else f for f in self.reading)
        found = (*reading, *_found_in(self.records, dt.date.today()))
        return tuple(
            sorted(found, key=lambda f: f.needed_for != "everything")
        )  # stable: what stops everything comes first

    def check(self) -> Findings:
        """Every fault in the data at once, file by file, what stops everything first; empty when there is
        none."""
        return Findings(self._findings, "findings")

    def remarks(self) -> Findings:
        """What stops nothing and a reader of the numbers should know: neighbours without a link, dead ends,
        published routes that are missed by more than half, texts that a language lacks. None while there are
        findings."""
        if self._findings:  # a row that could not be read is missing where others name it
            return Findings((), "remarks")
        return Findings((*register_remarks(self.records), *network_remarks(self.records)), "remarks")

    def verify_first(self) -> Rows[Unchecked]:
        """Assumed and estimated rows of the network, those on which most of V hangs first. Raises ``BadData``
        with the findings that stop values."""
        rows = verify_first(self.sound(), self.loads())
        return Rows(rows, "rows to check", heads=tuple(f.name for f in fields(Unchecked)))

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
    def is_register(self) -> bool:
        """Whether it has no network and no trade at all: then nothing can be valued, and nobody meant to."""
        records = self.records
        return not (records.nodes or records.links or records.flows or records.effects)

    @property
    def why_no_values(self) -> str:
        """Why nothing can be valued, as a clause; empty if it can."""
        count = sum(f.needed_for == "values" for f in self._findings)
        return f"the model's data have {count} finding{'s' if count != 1 else ''}" if count else ""

    @cached_property
    def baseline(self) -> Baseline:
        """Today's world, from which every value is counted. Raises ``BadData`` if the data have findings."""
        return values.Baseline.of(self._modelled(), self.known_on, self.counts)

    @property
    def world(self) -> World:
        """What this handle is asked about: the baseline, or a counterfactual with the restrictions of
        :meth:`under` and the trade costs of :meth:`shocked`."""
        world = self.baseline if self.applied is None else self.baseline.under_these(self.applied)
        return world if self.shock is None else world.shocked(self.shock)

    @cached_property
    def game(self) -> Game:
        """V over the open commitments that the model values. Raises ``BadData`` if the data have findings."""
        return values.corridor_game(self.world)

    def game_on(self, on: Day = None) -> Game:
        """The game of what is open on a day: what was delivered since the base date is there, what was
        stopped never comes."""
        closed = {s.commitment for s in self.status(on) if s.closed}
        over = [p for p in self.game.players if p in closed]
        if not over:
            return self.game
        there = self.delivered(on)
        return self.game.given([p for p in over if p in there], [p for p in over if p not in there])

    def status(self, on: Day = None, known_on: Day = None) -> Rows[Status]:
        """What the evidence proves on a day (default: :attr:`day`), as known on a day (default: the
        same)."""
        key = (self._day(on), day_of(known_on) or self.known_on)
        if key not in self._statuses:
            self._statuses[key] = Rows(status(self._registered(), *key), "commitments", key[0])
        return self._statuses[key]

    @cached_property
    def _statuses(self) -> dict[tuple[dt.date, dt.date | None], Rows[Status]]:
        return {}  # a page asks for the same day many times over

    def delivered(self, on: Day = None, known_on: Day = None) -> frozenset[str]:
        """Ids of the commitments delivered by a day (default: :attr:`day`), as known on a day."""
        return delivered(self._registered(), self._day(on), day_of(known_on) or self.known_on)

    def link_states(self, on: Day = None, seen_from: Day = None) -> dict[str, State]:
        """Link -> open, delivered, promised or closed on a day; what is due by then as seen from another day
        (default: :attr:`day`) counts as delivered."""
        day, seen = self._day(on), self._day(seen_from)
        due = {c for c, d in self.timetable(seen).dates.items() if d is not None and d <= day}
        return link_states(self.sound(), day, self.delivered(max(day, seen)) | due)

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
            self.force(day, known),
        )

    def since(self, since: Day, on: Day = None) -> Comparison:
        """What is different on a day (default: :attr:`day`) from an earlier one, each as it was known
        then. Raises ``WrongUse`` unless the other day lies before."""
        return self.status_report(on).since(self.status_report(since))

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
        """Entry into force of every agreement and for every party, valid on a day, as known on a day
        (default: the same)."""
        day = self._day(on)
        found = force(self._registered(), day, day_of(known_on) or self.known_on or day, history=history)
        return Forces(found, "agreements", day)

    def timetable(self, on: Day = None, known_on: Day = None) -> Timetable:
        """When the open commitments are due on a day (default: :attr:`day`), as known on a day."""
        return timetable(self._registered(), self._day(on), day_of(known_on) or self.known_on)

    def value(self, delivered: Iterable[str] | Literal["all"] = "all") -> Value:
        """V of a set of commitments (default: all that are valued), MUSD a year; a bare text is one id, not
        its letters."""
        names = self.game.players if delivered == "all" else tuple(dict.fromkeys(ids_of(delivered)))
        return values.value_of(self.world, self.game, names)

    def ledger(self, delivered: Iterable[str] | Literal["all"] = "all") -> Ledger:
        """V of a set by what it is made of: user gains, taxes and margins received, external costs; whether V
        counts them or not."""
        names = tuple(dict.fromkeys(ids_of(self._delivered(delivered))))
        return values.ledger_of(self.world, self.game, names)

    def shapley(
        self,
        method: Literal["auto", "exact", "sampled", "stratified"] = "auto",
        orders: int = 500,
        seed: int = 0,
        progress: Callable[[int, int], None] | None = None,
        until_error: float | None = None,
    ) -> Shares:
        """Shapley share of every valued commitment for every country, MUSD a year."""
        return values.shapley(
            self.game, method=method, orders=orders, seed=seed, until_error=until_error, progress=progress
        )

    def pace(self, on: Day = None) -> Pace | None:
        """How V grows from a day (default: :attr:`day`) to the horizon, by the rows of growth and as far as
        stated capacities go; None where nothing grows or is full."""
        day = self._day(on)
        return values.Pace.of(self.records, self.game.countries, day, self.settings.horizon, self._ceilings)

    @property
    def _ceilings(self) -> Ceilings | None:
        return None if self.game.ceilings is None else self.game.ceilings()

    def delay(self, on: Day = None, days: int = 1, *, flat: bool = False) -> DelayCost:
        """Cost of a delay of each dated open commitment, present value on a day (default: :attr:`day`);
        ``flat`` leaves out the growth of trade."""
        day, settings = self._day(on), self.settings
        dates = self.timetable(day).dates
        found = values.delay_cost(
            self.game_on(day),
            dates,
            on=day,
            rate_per_year=settings.discount_rate_per_year,
            horizon=settings.horizon,
            days=days,
            pace=None if flat else self.pace(day),
        )
        later = values.deferred(
            self.records,
            dates,
            on=day,
            horizon=settings.horizon,
            rate_per_year=settings.discount_rate_per_year,
            days=days,
        )
        return found.with_spending(later)

    def appraise(
        self,
        commitments: Iterable[str] | Literal["all"] = "all",
        *,
        rate: float | None = None,
        to: int | None = None,
        basis: Basis = "last",
        on: Day = None,
        draws: int = 1000,
        seed: int = 0,
        flat: bool = False,
    ) -> Appraisals:
        """What the open commitments cost beside what they are worth: streams by year, net present value,
        rates of return, who pays and who gains, and how sure that is.

        ``rate`` is compounded once a year (default: what discounts as much as the programme's), ``to`` the
        last year (default: the programme's horizon), ``basis`` one of last, alone, shapley and timetable.
        With ``draws`` = 0 nothing is drawn; ``flat`` leaves out growth and ramp-up. Raises ``WrongUse`` for a
        commitment that is not valued or whose cost nobody states.
        """
        day = self._day(on)
        asked = values.question(self.settings, day, rate=rate, to=to, basis=basis, flat=flat)
        drawn = None
        if draws:
            drawn = values.draw(self._modelled(), self.status(day), on=day, draws=draws, seed=seed)
        return values.appraise(
            self._modelled(),
            self.game_on(day),
            asked,
            self.timetable(day).dates,
            names=() if commitments == "all" else ids_of(commitments),
            drawn=drawn,
        )

    def with_parameters_drawn(
        self,
        appraised: Appraisals,
        worlds: int = 30,
        *,
        draws: int = 1000,
        seed: int = 0,
        progress: Callable[[int, int], None] | None = None,
    ) -> Appraisals:
        """The same appraisals with V's own parameters in the risk, too: drawn ``worlds`` times (10 or more)
        as :meth:`intervals` draws them. Raises ``WrongUse`` for values in the order of the timetable, which
        draws would change."""
        asked = appraised.asked
        intervals = partial(self.intervals, worlds, seed=seed, progress=progress)
        found = values.worlds_of(intervals, asked.basis, values.players_of(self.world))
        drawn = values.draw(self._modelled(), self.status(asked.on), on=asked.on, draws=draws, seed=seed)
        return values.with_risk(appraised, self._modelled(), drawn, found)

    def with_resilience(self, appraised: Appraisals) -> Appraisals:
        """The same appraisals, and beside them what each commitment takes off the expected loss by what may
        happen; as they are where nothing may, or where it cannot be told (:meth:`resilience` says why)."""
        if not risks(self.records, self.baseline.day):
            return appraised
        try:
            found = self.resilience()
        except NoSolution:
            return appraised
        rows = found.resilience_alone if appraised.asked.basis == "alone" else found.resilience_last
        told = dict(zip(found.commitments, rows.sum(axis=1).tolist(), strict=True))
        return replace(appraised, resilience={name: told[name] for name in appraised.one if name in told})

    def resilience(
        self,
        risks: Mapping[str, tuple[float, float]] | None = None,
        *,
        progress: Callable[[int, int], None] | None = None,
    ) -> Resilience:
        """What is expected to be lost a year by restrictions that may happen, and what each open commitment
        takes off it: beside V, never in it. Without such a row the answer is empty.

        ``risks``: what may happen instead of what is on record, by restriction its probability a year and its
        length in days, whatever its own dates. Raises ``WrongUse`` for one that is unknown, holds already or
        has no effect, and for a probability or length that is none.
        """
        return values.resilience_of(self.world, risks, progress)

    def group(
        self,
        *,
        gross: bool | None = None,
        thresholds: Mapping[str, float | str] | Iterable[str] = (),
        settled_by: str = "smallest",
        rate: float | None = None,
        on: Day = None,
    ) -> Group:
        """The group of the parties that owe or pay for what is valued: who gains, who could leave, what
        payments hold it together.

        Net of costs, unless nobody states any; ``gross`` leaves them out, or with False insists on them.
        ``thresholds``: what a party asks for to join, MUSD a year or a ratio ("120%"), by party.
        ``settled_by``: which payments are put into instruments, smallest, nucleolus or shapley. ``rate`` as
        in :meth:`appraise`. Raises ``WrongUse`` for what makes no sense, ``NoSolution`` where thresholds ask
        for more than there is.
        """
        day, records = self._day(on), self._modelled()
        game, purses = self.game_on(day), None
        if gross and rate is not None:
            raise WrongUse("Gross terms are MUSD a year and not discounted; leave out the rate.")
        if not gross:
            question = values.question(self.settings, day, rate=rate, to=None, basis="timetable", flat=False)
            purses = values.Purses.of(records, game, question, self.timetable(day).dates)
        if purses is None and (gross is False or rate is not None):
            raise WrongUse(
                "Nobody states what any valued commitment costs, so there are no net terms; add rows of "
                "costs, or ask in gross terms."
            )
        asked = self._with_party_ids(thresholds)
        return values.settled(self.world, game, purses, thresholds=asked, by=settled_by)

    def _with_party_ids(
        self, thresholds: Mapping[str, float | str] | Iterable[str]
    ) -> Mapping[str, float | str] | Iterable[str]:
        """Thresholds with each party by its id, whatever name it was given by."""
        parties = self.records.parties
        if isinstance(thresholds, Mapping):
            return {country_named(parties, party): what for party, what in thresholds.items()}
        pairs = (text.partition("=") for text in ids_of(thresholds))
        return [f"{country_named(parties, party.strip())}{sign}{what}" for party, sign, what in pairs]

    def plan(
        self,
        wish: Wish | str = "",
        *,
        rate: float | None = None,
        to: int | None = None,
        on: Day = None,
        flat: bool = False,
        progress: Callable[[int, int], None] | None = None,
    ) -> Plans:
        """The best plans under a budget: which commitments, opened when, for the largest net present value of
        all together, and for the largest with no member worse off.

        ``wish`` is a budget as it is written ("3000", "500/y", "2027:500,2028:800"; MUSD of capital, empty:
        no limit), or a :class:`milepost.Wish` with more: what must come, a value to reach. Rate, last year
        and ``flat`` as in :meth:`appraise`. Raises ``WrongUse`` for what cannot be planned and a value that
        no plan reaches, ``NoSolution`` where no plan holds what must come.
        """
        day = self._day(on)
        asked = values.question(self.settings, day, rate=rate, to=to, basis="alone", flat=flat)
        due, closed = self.timetable(day), {s.commitment for s in self.status(day) if s.closed}
        there = self.delivered(day)
        now = values.Open(
            {name: None if name in due.overdue else date for name, date in due.dates.items()},
            there,
            frozenset(closed - there),
        )
        wanted = values.Wish(wish) if isinstance(wish, str) else wish
        if wanted.members is not None:
            wanted = replace(wanted, members=tuple(map(self.known_country, wanted.members)))
        return values.planned(self._modelled(), self.game_on(day), asked, now, wanted, progress=progress)

    def draws(self, on: Day = None, draws: int = 10_000, seed: int = 0, *, worth: bool = True) -> Draws:
        """Drawn timetables of what is open: when it comes, how sure, and what the risk costs each country.
        Without ``worth`` the register alone is needed."""
        day = self._day(on)
        return values.draw(
            self._modelled() if worth else self._registered(),
            self.status(day),
            on=day,
            draws=draws,
            seed=seed,
            game=self.game_on(day) if worth else None,
        )

    def forecast(
        self,
        on: Day = None,
        meeting: str = "",
        *,
        horizon_days: int = 365,
        draws: int = 10_000,
        seed: int = 0,
    ) -> Forecasts:
        """What is forecast on a day: when each open commitment is delivered, and who ratifies, each with the
        probability by its promised date or by the horizon. To keep them, the act ``acts/forecasts.py``.

        Raises ``WrongUse`` for an unknown meeting.
        """
        day, records = self._day(on), self._registered()
        known = [m.id for m in records.meetings]
        if meeting and meeting not in known:
            raise one_of("meeting", meeting, known)
        drawn = self.draws(day, draws, seed, worth=False)
        return values.forecasts_of(records, drawn, self.status(day), horizon_days, meeting)

    def score(self, on: Day = None) -> Score:
        """How the forecasts that were kept have done by a day (default: :attr:`day`)."""
        day = self._day(on)
        return values.score(self._registered(), self.status(day), day)

    def calls(self, on: Day = None, party: str = "") -> Calls:
        """Whom to call, dearest day first, about everything or what a party owes; without costs, and saying
        why, while the model's data have findings. Raises ``WrongUse`` for an unknown party."""
        party = self.known_party(party)
        day = self._day(on)
        delay, why = None, {c.id: self.why_no_values for c in self.records.commitments}
        if not self.why_no_values:
            delay, why = self.delay(day), dict(self.game_on(day).not_valued)
        rows = calls(self.records, self.status(day), delay, why, milestones=self.milestones(day))
        found = Calls(rows, "calls", day, "MUSD/day")
        return found.to(party) if party else found

    def known_party(self, party: str) -> str:
        """The id of a party asked for by id or by name, in any language of the catalogue ("" = all). Raises
        ``WrongUse`` if it is not on record."""
        known = [p.id for p in self.records.parties]
        found = country_named(self.records.parties, party)
        if found and found not in known:
            raise one_of("party", party, known)
        return found

    def known_country(self, country: str) -> str:
        """The id of a country of the model asked for by id or by name, in any language of the catalogue; the
        text itself if there is none."""
        return country_named(self.records.countries, country)

    def known_node(self, node: str) -> str:
        """The id of a node asked for by id in any case or by name, in any language in which it stands in
        ``texts``; the text itself if there is none."""
        texts = self.records.texts
        said = [(t.row, t.text) for t in texts if (t.of_table, t.column) == ("nodes", "name")]
        return row_named(self.records.nodes, node, said)

    def notices(
        self, on: Day = None, since: Day = None, *, intake: bool = False, party: str = ""
    ) -> Rows[Notice]:
        """Reminders and escalations that go out on a day, by the policy file."""
        day = self._day(on)
        return Rows(
            notices(self._registered(), day, day_of(since), intake=intake, party=party), "notices", day
        )

    def week_of_notices(
        self, on: Day = None, since: Day = None, *, intake: bool = False, party: str = ""
    ) -> tuple[Rows[Notice], dt.date, dt.date]:
        """What the weekly letters tell, their day, and that of the next ones; nothing if no letter day lies
        after ``since`` (default: a week before) up to and with ``on``."""
        until, records = self._day(on), self._registered()
        days = digest_days(records, until, day_of(since))
        week = dt.timedelta(days=7)
        if days is None:
            last = digest_days(records, until, until - week)
            day = last[0] if last else until
            return Rows((), "notices", until), day, day + week
        day, before = days
        found = notices_of_week(records, day, before, intake=intake, party=party)
        return Rows(found, "notices", day), day, day + week

    def loads(self, delivered: Iterable[str] = ()) -> Loads:
        """Tonnes on each link and terminal, today or with commitments delivered and then beside today, at the
        flows of the base."""
        names = ids_of(delivered)
        if not names:
            return self._loads_today
        world = self.world.with_delivered(self._delivered(names))
        return values.assigned(world).against(self._loads_today, names)

    def select_link(self, ident: str, delivered: Iterable[str] = ()) -> SelectLink:
        """Who uses a link, a node, or what a commitment changes, from where to where, and where the goods
        would go without it; today or with commitments delivered."""
        known = {*(x.id for x in self.records.links), *(c.id for c in self.records.commitments)}
        asked = ident if ident in known else self.known_node(ident)
        return values.selected(self.world.with_delivered(self._delivered(ids_of(delivered))), asked)

    def how_well(self) -> HowWell:
        """Published days, costs and counts of traffic beside what the model says of them."""
        return values.how_well(self.world)

    def fit(self, progress: Callable[[int, int], None] | None = None, types: int | None = None) -> Fit:
        """What nobody has measured, fitted to the observations marked ``fit``, with another number of
        shipment types where one is given; nothing is written. Raises ``NoSolution`` without one that the
        model can tell."""
        return values.fit(self.world, progress, types)

    def told_unseen(
        self,
        folds: int = 3,
        progress: Callable[[int, int], None] | None = None,
        dealt: Dealt = "place",
        repeat: int = 1,
        types: int | None = None,
    ) -> Unseen:
        """Published figures beside fits that have not seen them: each place and route kept out once, or with
        ``dealt="figure"`` each figure, whatever else is told of its place; ``repeat`` times, each time dealt
        anew, with another number of shipment types where one is given."""
        return values.told_unseen(self.world, folds, progress, dealt, repeat, types)

    def skim(self, delivered: Iterable[str] = ()) -> ZoneSkim:
        """Generalised cost, hours, dollars and km between all zones, today or with commitments delivered."""
        return ZoneSkim.of(self.world.with_delivered(self._delivered(delivered)))

    @cached_property
    def _loads_today(self) -> Loads:
        return values.assigned(self.world)

    def link_facts(self, delivered: Iterable[str] = ()) -> LinkTable:
        """What each link costs, takes, carries and is, today or with commitments delivered."""
        world = self.world.with_delivered(self._delivered(delivered))
        return link_facts(world.records, world.delivered, world.done, world.restricted.ids)

    def _delivered(self, delivered: Iterable[str] | Literal["all"]) -> Iterable[str]:
        return self.game.players if delivered == "all" else delivered

    def congested(self, delivered: Iterable[str] | Literal["all"] = "all") -> Congested:
        """V of a set with queues that answer: network and trade at a fixed point, beside V at frozen
        loads."""
        return values.with_queues(self.world, self.game, ids_of(self._delivered(delivered)))

    def screen(
        self, sets: int = 32, seed: int = 0, progress: Callable[[int, int], None] | None = None
    ) -> Screening:
        """Shares by pairs of commitments, an approximation with its measured error."""
        return values.screen(self.game, sets=sets, seed=seed, progress=progress)

    def intervals(
        self,
        draws: int = 60,
        *,
        orders: int | None = None,
        seed: int = 0,
        sets: Sequence[Sequence[str] | Literal["all"]] = (),
        where: str | Runner = "here",
        progress: Callable[[int, int], None] | None = None,
    ) -> Intervals:
        """Intervals on V(all), each commitment alone and last, V of each of ``sets``, shares and cost of
        delay: every parameter with a band, the flows and where they are read from are drawn."""
        dates = {c: d for c, d in self.timetable().dates.items() if d is not None}
        asked = tuple(
            tuple(dict.fromkeys(self.game.players if one == "all" else ids_of(one))) for one in sets
        )
        wanted = values.Wanted(self.settings.base_date, dates, orders, asked, self._ceilings)
        return values.draw_intervals(
            self.world, wanted, draws=draws, seed=seed, where=where, progress=progress
        )

    def tornado(
        self,
        delivered: Iterable[str] | Literal["all"] = "all",
        *,
        cost_musd: float = 0.0,
        country: str = "",
        switching: bool = False,
        only: Sequence[str] = (),
        where: str = "here",
        progress: Callable[[int, int], None] | None = None,
    ) -> Tornado:
        """V of a set less a yearly cost with one parameter at a time at the ends of its band, the largest
        swing first; with ``switching`` the values at which it is nothing. ``only``: ids of rows of params."""
        players = values.players_of(self.world)
        chosen = tuple(dict.fromkeys(players if delivered == "all" else ids_of(delivered)))
        return values.tornado_of(
            self.world,
            values.Asked(chosen, self.known_country(country), cost_musd),
            switching=switching,
            only=only,
            where=where,
            progress=progress,
        )

    def complement(self) -> Complement:
        """Whose strengths meet whose needs, and which commitments open that exchange."""
        return values.find_matches(self.world, self.game)

    def bottlenecks(self) -> Bottlenecks:
        """Links and terminals that would be asked for more than they can carry, on the base date and whenever
        something is due."""
        due = {c: d for c, d in self.timetable().dates.items() if d is not None and c in self.game.players}
        return values.bottlenecks(self.world, due)

    def route(
        self,
        origin: str,
        destination: str,
        *,
        cargo: str = "containers",
        via: Iterable[str] = (),
        avoid_modes: Iterable[str] = (),
        delivered: Iterable[str] | Literal["all"] = (),
    ) -> Route:
        """The cheapest path between two nodes, each by id or name, as a list of legs, today or with
        commitments delivered.

        Raises ``WrongUse`` for an unknown name, ``NoSolution`` where there is no path or trade between the
        ends is closed.
        """
        world = self.world.with_delivered(self._delivered(delivered))
        ends = self.known_node(origin), self.known_node(destination)
        links = {link.id for link in self.records.links}
        via = [one if one in links else self.known_node(one) for one in ids_of(via)]
        return values.cheapest_path(world, *ends, cargo=cargo, via=via, avoid_modes=avoid_modes)


_FOUND: list[tuple[Records, dt.date, tuple[Finding, ...]]] = []  # of the last few states of a register
_STATES = 8


def _found_in(records: Records, today: dt.date) -> tuple[Finding, ...]:
    """What the rules find, worked out once for an edit: before it is written, and when it is read."""
    for known, day, held in tuple(_FOUND):
        if known is records and day == today:
            return held
    model = (*network_findings(records), *trade_findings(records), *cost_findings(records))
    found = (*register_findings(records), *(replace(f, needed_for="values") for f in model))
    _FOUND.insert(0, (records, today, found))
    del _FOUND[_STATES:]
    return found


def open_programme(path: str | Path, *, known_on: Day = None) -> Programme:
    """Open a programme: a folder of CSV files, one .xlsx workbook, an SQLite file or a PostgreSQL address.

    With ``known_on`` as it was known on that day: what was recorded or announced later is left out. What
    stood in the register when its recording began counts as recorded always. Raises ``BadData`` when so
    little can be read that there is no programme; otherwise the findings wait in ``.check()``: while there
    are any, nothing is valued, and while the register has any, nothing is computed at all.
    """
    day = day_of(known_on)
    store = open_store(path)
    records, findings = store.read(day)
    if records is None:
        raise BadData(findings)
    return Programme(path=path, records=records, reading=findings, known_on=day, written=written_on(store))


def example(name: str) -> Path:
    """The folder of an example programme that ships with milepost, to open or to look into; copy it to change
    it."""
    return example_path(name)
