"""The programme behind the server: read anew when its store has changed, valued in the background, kept by
what it rests on.

A reader never waits for a valuation: what is not ready says so, and until a new value is there the last good
one is given with the time it was made.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import json
import logging
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from milepost.acts.writing import Register, ToWrite, Wait
from milepost.errors import BadData, Finding, MilepostError, OurFault, Unavailable
from milepost.many import Beside, Ended
from milepost.programme import Programme, open_programme
from milepost.records import TABLES, Records, Row
from milepost.records.kept import PerTable
from milepost.register.status import differs_by_item
from milepost.store.changes import Entry
from milepost.store.content import cells_of, content_of_table, digest, digests
from milepost.store.snapshot import stamp
from milepost.store.stores import open_store
from milepost.value.appraisal.answers import Appraisals
from milepost.value.appraisal.by_date import spending_by_date
from milepost.value.book import Book, book
from milepost.value.country_paths import Skims
from milepost.web.batches import Batches
from milepost.web.kept import LastRun, last_run

KEPT = 8
LOOK, AGAIN = 0.05, 2.0  # seconds between two looks at the store, while it answers and while it does not
SELDOM = 5.0  # seconds between two looks at the most
REST = 10.0  # seconds at most between two valuations
PATIENCE, SILENT = 0.5, 3.0  # seconds that a reader waits for a look; after which a store is silent
_SERIAL = itertools.count(1)
_LOG = logging.getLogger("milepost.web")
NO_INTERVALS: dict[str, Any] = {
    "unit": "MUSD/year",
    "draws": 0,
    "seed": 0,
    "orders": 0,
    "sets": [],
    "total": {},
    "total_sum": {"p5": 0.0, "p50": 0.0, "p95": 0.0, "central": 0.0},
    "alone": {},
    "last": {},
    "share": {},
    "delay_of_a_day": {},
    "flow_sources": [],
    "drawn": [],
    "flow_errors": [],
    "not_drawn": [],
}
# tables that no value rests on; whether a commitment is open is told separately
_NOT_VALUED = frozenset(
    {
        "agreements",
        "instruments",
        "force_rules",
        "force_conditions",
        "force_weights",
        "milestones",
        "date_changes",
        "date_requests",
        "dependencies",
        "durations",
        "drivers",
        "evidence",
        "meetings",
        "attendance",
        "decisions",
        "kinds",
        "comments",
        "forecasts",
        "texts",
        "contacts",
        "sent_letters",
        "known_as",
        "capacities",
        "policy",
    }
)


def _digest_of(rows: Sequence[Row]) -> str:
    """SHA-256 of a table, whatever the order of its rows; empty for none."""
    told = repr(sorted((row.ident, digest(cells_of(row))) for row in rows))
    return hashlib.sha256(told.encode()).hexdigest() if rows else ""


_digest_of_rows: PerTable[str] = PerTable(_digest_of)


class NotReady(MilepostError):
    """The values are being computed."""


@dataclass(frozen=True)
class Progress:
    """How far the valuation is: ``ready``, ``working``, ``failed`` or ``none`` (nothing can be valued)."""

    state: str
    done: int
    of: int
    what: str

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


# all that a page shows first is made before values are told to be there: readers would wait for it
STEPS = ("book", "delay", "shares", "forecast", "calls", "appraisals")
_BY_DATES = ("book", "delay", "shares", "forecast", "appraisals")  # the calls rest on each report


class Valued:
    """A programme as read at one moment, and what was computed from it."""

    def __init__(self, programme: Programme, head: tuple[int, str], like: Valued | None) -> None:
        self.programme = programme.for_register() if programme.is_register else programme
        self.serial = next(_SERIAL)
        self.day = programme.day
        self.head = head
        self.read_at = dt.datetime.now(dt.UTC).replace(microsecond=0)
        self.made: dict[str, Any] = {}
        self._locks: dict[str, threading.RLock] = {}
        self._lock = threading.Lock()
        self.like = like  # a state before it, whose game may hold for it too
        self.skims: Skims | None = None
        self.skims_lock = threading.Lock()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with the data; of a register alone, with what a register needs."""
        found = self.programme.check()
        return tuple(f for f in found if f.needed_for != "values") if self.alone else tuple(found)

    @property
    def alone(self) -> bool:
        """Is it a register without a network, in which nothing can be valued and nobody meant to?"""
        return self.programme.only_register

    @cached_property
    def game_key(self) -> str:
        """Digest of what V rests on."""
        records = self.programme.records
        settings = digests({"programme": content_of_table(records, "programme")})
        tables = [(t, _digest_of_rows(records.rows(t))) for t in sorted(TABLES) if t not in _NOT_VALUED]
        rows = repr((settings, [(t, digest) for t, digest in tables if digest]))
        done = (
            "" if self.findings else repr([(s.commitment, s.closed, s.done) for s in self.programme.status()])
        )
        return hashlib.sha256((rows + done + repr(self.programme.applied)).encode()).hexdigest()

    def adopt(self) -> None:
        """Take over the game of the state before: it rests on network, trade and what is open, an edit
        elsewhere keeps it. And all that rests on due dates besides, where these are the same too."""
        like, self.like = self.like, None
        if like is None or "game" in self.programme.__dict__:
            return
        like.adopt()
        if "game" in like.programme.__dict__ and like.game_key == self.game_key:
            self.programme.__dict__["game"] = like.programme.game
            steps = _BY_DATES if self._is_due_as(like) else ("shares",)
            self.made.update({step: like.made[step] for step in steps if step in like.made})

    def _is_due_as(self, like: Valued) -> bool:
        """Does nothing differ but reports that move no date, and prove no more than before?"""
        ours, theirs = self.programme.records, like.programme.records
        if self.day != like.day or ours.date_changes is not theirs.date_changes:
            return False
        if not differs_by_item(theirs, ours):
            return False
        pairs = zip(self.programme.status(self.day), like.programme.status(like.day), strict=True)
        return all(
            row is was or (row.delivery, row.latest_promised) == (was.delivery, was.latest_promised)
            for row, was in pairs
        ) and self.programme.timetable(self.day) == like.programme.timetable(like.day)

    def json(self, what: str, make: Callable[[], Any]) -> bytes:
        """The result ``what`` as JSON, written once."""
        found: bytes = self.once(
            f"{what} as JSON", lambda: json.dumps(make(), ensure_ascii=False, allow_nan=False).encode()
        )
        return found

    def once(self, what: str, make: Callable[[], Any]) -> Any:
        """The result ``what``, made at most once."""
        if what not in self.made:
            with self._lock:
                mine = self._locks.setdefault(what, threading.RLock())
            with mine:  # one lock a result: who reads the register does not wait for the values
                if what not in self.made:
                    self.made[what] = make()
        return self.made[what]

    @property
    def book(self) -> Book:
        """V of every set that the timetable may pass through."""

        def make() -> Book:
            due, game = self.programme.timetable(self.day), self.programme.game_on(self.day)
            settings, dates = self.programme.settings, {c: due.dates.get(c) for c in game.players}
            rate, horizon = settings.discount_rate_per_year, settings.horizon
            made = book(
                game,
                dates,
                on=due.on,
                rate_per_year=rate,
                horizon=horizon,
                pace=self.programme.pace(due.on),
            )
            spending = spending_by_date(
                self.programme.records, dates, on=due.on, horizon=horizon, rate_per_year=rate
            )
            return replace(made, spending=spending)

        found: Book = self.once("book", make)
        return found

    @property
    def shares(self) -> Any:
        """Shapley shares."""
        return self.once("shares", self.programme.shapley)

    @property
    def delay(self) -> Any:
        """Cost of a day's delay."""
        return self.once("delay", lambda: self.programme.delay(self.day))

    @property
    def forecast(self) -> Any:
        """Drawn timetables, without their worth."""
        return self.once("forecast", lambda: self.programme.draws(self.day, draws=5_000, worth=False))

    @property
    def calls(self) -> Any:
        """Whom to call first."""
        return self.once("calls", lambda: self.programme.calls(self.day))

    @property
    def appraisals(self) -> Appraisals:
        """What every commitment costs beside what it is worth, and all together."""
        found: Appraisals = self.once("appraisals", lambda: self.programme.appraise(on=self.day))
        return found

    @property
    def ready(self) -> bool:
        """Are all values there?"""
        return {"book", "shares", "delay", "forecast", "appraisals"} <= self.made.keys()


class State:
    """The current programme of the server, and earlier states of knowledge of it."""

    def __init__(
        self,
        path: str | Path,
        interval_draws: int = 0,
        *,
        kept: int = KEPT,
        valuing: AbstractContextManager[Any] | None = None,
        drawing: AbstractContextManager[Any] | None = None,
    ) -> None:
        """``kept`` earlier states of knowledge are kept; programmes that share ``valuing`` and ``drawing``
        are valued, and their intervals drawn, one after the other."""
        self.path = str(path)
        self._kept = kept
        self._valuing, self._drawing_turn = valuing or nullcontext(), drawing or nullcontext()
        self.interval_draws = interval_draws  # draws for intervals on V, made beside the server; 0: none
        self._drawing: Beside | None = None
        self._drawn_for = ""  # the game whose intervals are drawn, or being drawn
        self._drawn: dict[str, Any] | None = None
        self.store = open_store(path)
        self._current: Valued | None = None
        self._stamp: Any = None
        self._looking: threading.Thread | None = None
        self._phase, self._since = "", 0.0  # what looks at the store does now, and since when
        self._next = 0.0  # when it is looked at again
        self._mine: tuple[Entry, Records] | None = None  # what an act of this server wrote last
        self._files = Path(path).exists()  # a folder or a file, and no address
        self.away_since: dt.datetime | None = None  # its store cannot be reached since
        self._lock = threading.RLock()
        self._known: OrderedDict[tuple[str, dt.date], Valued] = OrderedDict()
        self._opening = threading.Lock()  # one state of knowledge after the other; readers of today go on
        self._reading = threading.Lock()
        self._writing = threading.Lock()
        self._waits = False  # what was planned in this turn waits to be written
        self._write_began = self._batch_began = math.inf  # when the act, the batch began that writes now
        self._busy = threading.Event()
        self._at_work: Valued | None = None  # what is valued, or was last
        self.good: Valued | None = None
        self.failed, self.broken = "", False
        self._doing = 0
        self.begins = 0.0  # the values are not made before this moment: who reads comes first
        self.keeps: Callable[[Valued], None] = lambda valued: None  # what is done with new values

    @cached_property
    def last_run(self) -> LastRun | None:
        """What the run before kept, shown until there are values of this one."""
        return last_run(self.path)

    def progress(self) -> Progress:
        """How far the valuation is; it is begun if it was not."""
        now = self.current()
        if now.alone:
            return Progress("none", 0, len(STEPS), "")
        if now.ready:
            return Progress("ready", len(STEPS), len(STEPS), "")
        if self.failed and not self._busy.is_set():
            return Progress("failed", 0, len(STEPS), self.failed)
        self.value()
        return Progress("working", self._doing, len(STEPS), STEPS[self._doing])

    def current(self, known_on: dt.date | None = None) -> Valued:
        """The programme as it is now, or as known on a day; while its store cannot be reached, as it was last
        read (:attr:`away_since`). Raises ``BadData`` if it cannot be read at all, ``Unavailable`` if its
        store could not be reached yet."""
        if self._current is None:
            with self._reading:
                if self._current is None:
                    self._read()
        elif time.monotonic() > self._next:
            self._look_again()
        now = self._current
        assert now is not None
        if known_on is None:
            return now
        key = (now.head[1] or repr(self._stamp), known_on)
        with self._opening:
            if key not in self._known:
                self._must_be_there()
                self._known[key] = Valued(open_programme(self.path, known_on=known_on), now.head, now)
                while len(self._known) > self._kept:
                    self._known.popitem(last=False)
            return self._known[key]

    def mark(self) -> tuple[int, int]:
        """What every answer rests on: which reading of the programme, and which values."""
        return self.mark_of(self.current())

    def mark_at_once(self) -> tuple[int, int] | None:
        """The same, if the store was looked at a moment ago; else None."""
        now = self.at_once()
        return None if now is None else self.mark_of(now)

    def mark_of(self, now: Valued) -> tuple[int, int]:
        """What every answer of this reading of the programme rests on."""
        good = self.good
        return now.serial, good.serial if good is not None else 0

    def at_once(self) -> Valued | None:
        """The programme, if its store was looked at a moment ago; else None."""
        return None if time.monotonic() > self._next else self._current

    def last_read(self) -> Valued | None:
        """The programme as it was last read, whenever that was; None before the first time."""
        return self._current

    @property
    def register(self) -> Register:
        """The register behind the server, for the acts that write to it."""
        batches = self._batches
        if batches is None:
            return Register(self.path, self._held, self._turn, wrote=self._wrote)

        def later(asked: ToWrite) -> Wait:
            self._waits = True
            return batches.put(asked)

        return Register(
            self.path, self._held, self._turn, wrote=self._wrote, later=later, settle=batches.settle
        )

    @cached_property
    def _batches(self) -> Batches | None:
        """Writers of a database write in one transaction where they come at once."""
        write_all = getattr(self.store, "write_all", None)

        def write(asked: Sequence[ToWrite]) -> Sequence[Entry]:
            self._batch_began = time.monotonic()
            try:
                written: Sequence[Entry] = write_all(asked) if write_all is not None else ()
            except BaseException:
                self._batch_began = math.inf
                raise
            return written

        def wrote(entry: Entry, records: Records) -> None:
            with self._reading:
                if self._current is None or self._current.head[0] < entry.n:  # else it was read already
                    self._mine = (entry, records)
                    self._take_mine()
            self._batch_began = math.inf

        return None if write_all is None else Batches(write, wrote)

    def _wrote(self, entry: Entry, records: Records) -> None:
        """Keep what an act of this server wrote to a database: it need not be read again. The files of a
        folder are read, since anybody may have changed them meanwhile."""
        if not self._files or Path(self.path).is_file():
            self._mine = (entry, records)

    def _held(self) -> tuple[int, Programme] | None:
        """The programme as read up to the last entry; a folder may be changed by hand while its chain stays,
        so it is read again."""
        if Path(self.path).is_dir() and self._look() != self._stamp:
            return None
        now = self.current()
        ahead = self._batches.ahead() if self._batches is not None else None
        if ahead is not None and ahead[0] > now.head[0]:
            return ahead[0], self._programme(ahead[1])
        return None if now.programme.reading else (now.head[0], now.programme)

    def _programme(self, records: Records) -> Programme:
        found = Programme(self.path, records, written=dt.datetime.now(dt.UTC).date())  # as it is written now
        return found.for_register() if found.is_register else found

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Acts of this server write in turn, and what was written is read before its writer is answered."""
        with self._writing:
            self._waits, self._write_began = False, time.monotonic()
            try:
                yield
            finally:
                with self._reading:
                    if self._mine is not None:  # it is known what stands there now
                        self._take_mine()
                    elif not self._waits:  # else it is written, and taken in, by a batch
                        self._read()
                self._write_began = math.inf

    def _take_mine(self) -> None:
        assert self._mine is not None
        self._stamp = (self._mine[0].n, self._mine[0].hash)
        self._current = self._changed(self._stamp)
        self._next = time.monotonic() + LOOK

    def _look_again(self) -> None:
        """Has the store changed? One looks, the others go on with what there is; nobody waits long for a
        store that does not answer."""
        now = time.monotonic()
        if any(0.0 < now - began < SILENT for began in (self._write_began, self._batch_began)):
            # an act of ours is writing, and reads what it wrote: who looked now would read it half-way
            self._next = time.monotonic() + LOOK
            return
        with self._lock:
            if self._looking is not None and self._looking.is_alive():
                silent = self._phase == "look" and time.monotonic() - self._since > SILENT
                if silent and self.away_since is None:
                    self._away("it does not answer")
                return
            self._looking = threading.Thread(target=self._look_beside, daemon=True, name="look")
            self._looking.start()
            looking = self._looking
        if self.away_since is None:
            looking.join(PATIENCE)

    def _look_beside(self) -> None:
        with self._reading:
            try:
                self._read()
            except Exception as fault:  # what cannot be read now was read before: readers go on with that
                _LOG.exception("the programme cannot be read again")
                self._away(type(fault).__name__)

    def _read(self) -> None:
        """Read the programme if its store has changed. Raises ``Unavailable`` and ``BadData`` only where
        nothing was read before."""
        try:
            self._phase, self._since = "look", time.monotonic()
            stamp = self._look()
            took, self._phase = time.monotonic() - self._since, "read"
            if self._current is None or stamp != self._stamp:
                self._current = self._changed(stamp)
                self._stamp = stamp
        except (Unavailable, OSError) as fault:
            if self._current is None:
                if isinstance(fault, Unavailable):
                    raise
                raise Unavailable(f"{self.path} cannot be read: {fault.strerror}.") from None
            self._away(str(fault))
        else:
            if self.away_since is not None:
                _LOG.warning("the store of the programme answers again")
            self.away_since = None
            self._next = time.monotonic() + min(max(LOOK, 10 * took), SELDOM)

    def _changed(self, stamp: Any) -> Valued:
        """The programme after a change: what an act of ours wrote, or read anew."""
        mine, self._mine = self._mine, None
        if mine is not None and stamp == (mine[0].n, mine[0].hash):
            entry, records = mine
            day = entry.when.date() if entry.n > 1 else None
            return Valued(Programme(self.path, records, written=day), stamp, self._to_adopt_from())
        last = self.store.last()
        head = (last.n, last.hash) if last else (0, "")
        return Valued(open_programme(self.path), head, self._to_adopt_from())

    def _to_adopt_from(self) -> Valued | None:
        """The last state whose game is there or on its way: of edits that nobody had valued none is held."""
        now = self._current
        while now is not None and "game" not in now.programme.__dict__ and now is not self._at_work:
            now = now.like
        return now

    def _away(self, why: str) -> None:
        """Note that the store cannot be used now, once."""
        if self.away_since is None:
            self.away_since = dt.datetime.now(dt.UTC).replace(microsecond=0)
            _LOG.warning("the store of the programme cannot be used, readers get what is in memory: %s", why)
        self._next = time.monotonic() + AGAIN

    def value(self, *, wait: bool = False) -> Valued | None:
        """The current programme if its values are ready; else starts to make them (or waits) and gives the
        last good ones."""
        now = self.current()
        if now.ready:
            self.good, self.failed = now, ""
            return now
        if now.alone:
            self.failed = "The programme has no network, so nothing is valued."
            return None
        if wait:
            self._work(now)
        elif not self._busy.is_set() and time.monotonic() >= self.begins:
            self._busy.set()
            threading.Thread(target=self._work, args=(now,), daemon=True, name="values").start()
        return self.good

    def ready(self) -> Valued:
        """The programme with its values. Raises ``NotReady`` while there are none."""
        found = self.value()
        if found is None and self.broken:
            raise OurFault(self.failed)
        if found is None:
            raise NotReady(self.failed or "The values are being computed; ask again in a second.")
        return found

    def _work(self, now: Valued) -> None:
        self._busy.set()
        began, self._at_work = time.monotonic(), now
        try:
            with self._valuing:
                now.adopt()
                for self._doing in range(len(STEPS)):
                    getattr(now, STEPS[self._doing])
            self.good, self.failed, self.broken = now, "", False
            self._draw(now)
            self.keeps(now)
        except BadData as fault:
            self.failed = f"The data have {len(fault.findings)} findings; values wait until there are none."
        except MilepostError as fault:
            self.failed = str(fault)
        except Exception as fault:
            _LOG.exception("the values cannot be computed")
            self.broken = True
            self.failed = f"The model failed ({type(fault).__name__}); this is our fault, not yours."
        finally:
            # beside one edit after the other, readers have the machine half of the time
            self.begins = time.monotonic() + min(time.monotonic() - began, REST)
            self._busy.clear()

    def intervals(self, valued: Valued) -> dict[str, Any] | None:
        """Intervals on what ``valued`` is worth, if they are drawn already."""
        return self._drawn if self._drawn_for == valued.game_key else None

    def _draw(self, now: Valued) -> None:
        """Begin to draw intervals in a process of their own: readers are not to wait for them.

        A report that changes nothing that V rests on does not begin them anew.
        """
        key = now.game_key
        if not self.interval_draws or key == self._drawn_for:
            return
        beside = Beside()
        with self._lock:
            self.close()
            self._drawn_for, self._drawn, self._drawing = key, None, beside

        def draw() -> None:
            with self._drawing_turn:
                try:
                    asked = now.programme.intervals(self.interval_draws, orders=0, where=beside.run)
                    found = asked.as_dict()
                except (Ended, MilepostError):  # from outside, or the model failed: none is waited for
                    found = NO_INTERVALS
            if key == self._drawn_for:
                self._drawn = found
                self.keeps(now)

        threading.Thread(target=draw, daemon=True, name="intervals").start()

    def close(self) -> None:
        """End what is still being drawn."""
        with self._lock:
            self._drawn_for = ""
            if self._drawing is not None:
                self._drawing.end()
                self._drawing = None

    def _must_be_there(self) -> None:
        """A folder or file that was read before is still there. Raises ``Unavailable``."""
        if self._current is not None and self._files and not Path(self.path).exists():
            raise Unavailable(f"'{self.path}' is not there any more.")

    def _look(self) -> Any:
        folder = Path(self.path)
        self._must_be_there()
        if folder.is_dir():
            return stamp(folder)
        if folder.is_file() and folder.suffix.lower() == ".xlsx":
            return folder.stat().st_mtime_ns
        return self.store.head()
