"""The pictures of a programme, each with title, unit, day and source as they stand in its answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np

from milepost.errors import WrongUse
from milepost.languages import Language
from milepost.network.link_states import drawn_states
from milepost.network.loads import Loads
from milepost.plots.canvas import (
    BLUE,
    FAINT,
    GREEN,
    GREY,
    INK,
    ORANGE,
    RED,
    SKY,
    Caption,
    Picture,
    bars,
    legend,
    picture,
    rounded,
    turn,
)
from milepost.plots.land import WIDTH, Point, Projection, basemap, land_of
from milepost.records import Link, Records
from milepost.records.lines import points_of
from milepost.register.status import Status
from milepost.results import Rows
from milepost.value.delays import Day, DelayCost, day_of
from milepost.value.shares import Shares
from milepost.value.tornado import Tornado
from milepost.value.value import Value

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST = 20  # rows of a picture that can be read
_MODES = {"rail": BLUE, "road": ORANGE, "sea": SKY, "ferry": SKY, "river": SKY}


class Asked(Protocol):
    """What the pictures are made from: a programme, by what it answers."""

    @property
    def path(self) -> Path | str: ...
    @property
    def records(self) -> Records: ...
    @property
    def language(self) -> str: ...
    @property
    def day(self) -> dt.date: ...
    def sound(self) -> Records: ...
    def status(self, on: Day = None) -> Rows[Status]: ...
    def shapley(self) -> Shares: ...
    def delay(self, on: Day = None) -> DelayCost: ...
    def value(self, delivered: Iterable[str] | Literal["all"] = "all") -> Value: ...
    def tornado(self, delivered: Iterable[str] | Literal["all"] = "all") -> Tornado: ...
    def loads(self, delivered: Iterable[str] = ()) -> Loads: ...


@dataclass(frozen=True, repr=False)
class Plots:
    """Pictures of a programme: ``map``, ``timetable``, ``worth``, ``delay``, ``gains``, ``tornado`` and
    ``flows``.

    Each asks the programme for what it shows, unless that is given; shows at most ``most`` rows, the largest
    first; and raises ``WrongUse`` without the extra ``plots``, ``BadData`` while the programme has findings.
    They speak the language of the programme: ``programme.in_language("fa").plot.worth()``.
    """

    programme: Asked

    def __repr__(self) -> str:
        return "<Plots: map, timetable, worth, delay, gains, tornado, flows>"

    def map(self, on: Day = None) -> Picture:
        """The network as it is, and what is promised; ``on``: what is promised for then counts as there."""
        day = day_of(on)
        records = self.programme.sound()
        done = {
            s.commitment
            for s in self.programme.status()
            if day and s.latest_promised and s.latest_promised.last <= day
        }
        states = drawn_states(records, done)
        caption = self._caption("plot-network", self._says.say("plot-network-unit"), day)
        drawn, project = self._land(caption)
        styles = {"open": (1.0, "-"), "delivered": (2.6, "-"), "promised": (2.6, "--"), "closed": (1.0, ":")}
        for link in records.links:
            wide, dash = styles[states[link.id]]
            colour = RED if states[link.id] == "promised" else _MODES.get(link.mode, GREY)
            _draw_link(drawn.axes, project, self._at, link, colour, wide, dash)
        names = {"mode-rail": BLUE, "mode-road": ORANGE, "plot-sea": SKY, "plot-promised": RED}
        for name, colour in names.items():
            dash = "--" if name == "plot-promised" else "-"
            drawn.axes.plot([], [], color=colour, label=self._says.say(name), linestyle=dash)
        legend(drawn)
        return drawn

    def flows(self, delivered: Iterable[str] = (), loads: Loads | None = None) -> Picture:
        """Tonnes on each link by the width of its line; red where they are beyond what it can carry."""
        found = loads or self.programme.loads(delivered)
        moved = self._says.number(found.moved_mt)
        caption = self._caption("plot-flows", self._says.say("plot-flows-unit", moved=moved))
        drawn, project = self._land(caption)
        links = {link.id: link for link in self.programme.records.links}
        largest = max((x.total_mt for x in found.links), default=0.0) or 1.0
        for load in sorted(found.links, key=lambda x: x.total_mt):
            wide = 0.4 + 7 * (load.total_mt / largest) ** 0.5
            colour = RED if (load.use or 0.0) > 1 else _MODES.get(load.mode, GREY)
            _draw_link(drawn.axes, project, self._at, links[load.link], colour, wide, "-")
        for share in (1.0, 0.25, 0.05):
            label = self._says.say("plot-mt", amount=rounded(float(f"{share * largest:.2g}"), 3, self._says))
            drawn.axes.plot([], [], color=GREY, linewidth=0.4 + 7 * share**0.5, label=label)
        drawn.axes.plot([], [], color=RED, label=self._says.say("plot-beyond"))
        legend(drawn)
        return drawn

    def timetable(self, on: Day = None, most: int = 2 * MOST) -> Picture:
        """First promise, latest date and delivery of each commitment, in order of the latest date."""
        day = day_of(on) or self.programme.day
        rows = [s for s in self.programme.status(day) if s.first_promised or s.delivered_on]
        rows = sorted(rows, key=lambda s: (_end(s), s.commitment))[:most]
        caption = self._caption("plot-timetable", self._says.say("plot-timetable-unit"), day)
        drawn = picture(caption, height=0.6 + 0.24 * len(rows))
        axes = drawn.axes
        for row, s in enumerate(rows):
            first = s.first_promised.last if s.first_promised else _end(s)
            axes.plot([_number(first), _number(_end(s))], [row, row], color=RED, linewidth=1.6, zorder=1)
            axes.scatter([_number(first)], [row], s=26, facecolor="white", edgecolor=INK, zorder=2)
            last, mark = (GREEN, "s") if s.delivered_on else (BLUE, "o")
            axes.scatter([_number(_end(s))], [row], s=30, color=last, marker=mark, zorder=3)
        axes.set_yticks(range(len(rows)), [self._title(s.commitment) for s in rows])
        axes.invert_yaxis()
        axes.xaxis_date()
        axes.axvline(_number(day), color=INK, linestyle=":", linewidth=1)
        axes.grid(axis="x", color=FAINT, linewidth=0.6)
        for label, colour, mark in (("plot-latest", BLUE, "o"), ("plot-delivered", GREEN, "s")):
            axes.scatter([], [], color=colour, marker=mark, label=self._says.say(label))
        axes.scatter([], [], facecolor="white", edgecolor=INK, label=self._says.say("plot-first"))
        axes.plot([], [], color=INK, linestyle=":", label=self._says.short(day))
        turn(drawn, self._says, days=True)
        legend(drawn)
        return drawn

    def worth(self, shares: Shares | None = None, most: int = MOST) -> Picture:
        """What each commitment is worth to all countries together (Shapley share)."""
        found = shares or self.programme.shapley()
        told = found.sums(found.share)
        return self._ranked(told, self._says.say("plot-worth-unit"), "plot-worth", most)

    def delay(self, on: Day = None, cost: DelayCost | None = None, most: int = MOST) -> Picture:
        """What one more day of delay of each commitment loses, thousand USD, present value."""
        found = cost or self.programme.delay(on)
        told = dict(zip(found.commitments, (1000 * found.cost.sum(axis=1)).tolist(), strict=True))
        unit = self._says.say("plot-delay-unit", days=found.days)
        return self._ranked(told, unit, "plot-delay", most, found.on)

    def gains(
        self, delivered: Iterable[str] | Literal["all"] = "all", value: Value | None = None, most: int = MOST
    ) -> Picture:
        """What each country gains when commitments are delivered, MUSD a year."""
        found = value or self.programme.value(delivered)
        says = self._says
        names = {c.id: says.country(c.id, c.name) for c in self.programme.records.countries}
        unit = says.say("plot-gains-unit", year=says.digits(str(found.base_year)))
        every = delivered == "all" and value is None
        what = says.say("plot-all") if every else ", ".join(found.delivered)
        told = {names.get(c, c): x for c, x in found.countries.items()}
        note = says.say("plot-what", what=_cut(what, 60))
        return self._bars(self._caption("plot-gains", unit, note=note), told, most)

    def tornado(
        self,
        delivered: Iterable[str] | Literal["all"] = "all",
        tornado: Tornado | None = None,
        most: int = MOST,
    ) -> Picture:
        """The value with one parameter at a time at the ends of its band, the largest swing first."""
        found = tornado or self.programme.tornado(delivered)
        bars_ = [bar for bar in found.bars if bar.at_low is not None and bar.at_high is not None][:most]
        says = self._says
        names = {c.id: says.country(c.id, c.name) for c in self.programme.records.countries}
        whom = names.get(found.country, found.country) or says.say("plot-together")
        caption = self._caption("plot-tornado", says.say("plot-tornado-unit", whom=whom))
        drawn = picture(caption, height=0.8 + 0.26 * len(bars_))
        for row, bar in enumerate(bars_):
            for value, colour in ((bar.at_low, SKY), (bar.at_high, BLUE)):
                assert value is not None
                drawn.axes.barh(row, value - found.central, left=found.central, color=colour, height=0.65)
        labels = [
            says.say(
                "plot-band", name=bar.label.replace("_", " "), low=str(bar.low_end), high=str(bar.high_end)
            )
            for bar in bars_
        ]
        drawn.axes.set_yticks(range(len(bars_)), labels)
        drawn.axes.invert_yaxis()
        drawn.axes.axvline(found.central, color=INK, linewidth=0.9)
        drawn.axes.grid(axis="x", color=FAINT, linewidth=0.6)
        drawn.axes.set_axisbelow(True)
        for name, colour in (("plot-low", SKY), ("plot-high", BLUE)):
            drawn.axes.barh([0], [0], color=colour, label=says.say(name))
        turn(drawn, says)
        legend(drawn)
        return drawn

    def _ranked(
        self, told: Mapping[str, float], unit: str, title: str, most: int, day: dt.date | None = None
    ) -> Picture:
        return self._bars(
            self._caption(title, unit, day),
            {self._title(name): value for name, value in told.items()},
            most,
        )

    def _bars(self, caption: Caption, told: Mapping[str, float], most: int) -> Picture:
        if not told:
            raise WrongUse("There is nothing to draw: no commitment is valued.")
        rows = sorted(told.items(), key=lambda pair: -abs(pair[1]))[:most]
        rows = sorted(rows, key=lambda pair: -pair[1])
        drawn = picture(caption, height=0.7 + 0.26 * len(rows))
        values = [value for _, value in rows]
        colours = [BLUE if v >= 0 else RED for v in values]
        bars(drawn, [name for name, _ in rows], values, colours, self._says)
        turn(drawn, self._says)
        return drawn

    def _caption(self, key: str, unit: str, day: dt.date | None = None, note: str = "") -> Caption:
        says, records = self._says, self.programme.records
        title, when = records.settings.title, says.short(day or self.programme.day)
        source = says.say("plot-source", title=title, day=when, digest=records.fingerprint[:12])
        return Caption(
            says.say("plot-of", what=says.say(key), title=title), unit, source, note, says.right_to_left
        )

    @property
    def _says(self) -> Language:
        return Language(self.programme.language)

    def _title(self, commitment: str) -> str:
        title = next((c.title for c in self.programme.records.commitments if c.id == commitment), "")
        return _cut(f"{commitment} {title}", 44)

    @property
    def _at(self) -> dict[str, Point]:
        return {n.id: (n.lon, n.lat) for n in self.programme.records.nodes}

    def _land(self, caption: Caption) -> tuple[Picture, Projection]:
        """A picture of the land around the network, and where on it a point lies."""
        records = self.programme.records
        points = [(n.lon, n.lat) for n in records.nodes if n.kind != "waypoint"]
        if not points:
            raise WrongUse("There is nothing to draw: the programme has no nodes.")
        project = Projection(points)
        source, rings = land_of(self.programme.path) or basemap()
        note = f"{source}. {records.settings.boundary_disclaimer}"
        about = replace(caption, source=f"{caption.source}\n{note}")
        drawn = picture(about, 9.0, 9.0 * project.height / WIDTH)
        axes = drawn.axes
        for ring in rings:
            xs, ys = zip(*map(project, ring), strict=True)
            if min(xs) < WIDTH and max(xs) > 0 and min(ys) < project.height and max(ys) > 0:
                axes.fill(xs, ys, facecolor="#f8f6f0", edgecolor="#cfc8ba", linewidth=0.5, zorder=0)
        axes.set_xlim(0, WIDTH)
        axes.set_ylim(project.height, 0)
        axes.set_aspect("equal")
        axes.set_facecolor("#e9eff3")
        axes.set_xticks([])
        axes.set_yticks([])
        return drawn, project


def _draw_link(
    axes: Axes, project: Projection, at: Mapping[str, Point], link: Link, colour: str, wide: float, dash: str
) -> None:
    line: Sequence[Point] = points_of(link.geometry) or (at[link.from_node], at[link.to_node])
    xy = np.array([project(point) for point in line])
    at_sea = link.mode in ("sea", "ferry")  # many lines over much water: they may not cover the land's
    axes.plot(
        xy[:, 0], xy[:, 1], color=colour, linewidth=wide * (0.6 if at_sea else 1), linestyle=dash,
        solid_capstyle="round", alpha=0.6 if at_sea else 1, zorder=1 if at_sea else 2,
    )  # fmt: skip


def _end(status: Status) -> dt.date:
    if status.delivered_on:
        return status.delivered_on
    last = status.latest_promised or status.first_promised
    assert last is not None
    return last.last


def _number(day: dt.date) -> float:
    """A day as matplotlib counts: days since 1970-01-01."""
    return float(day.toordinal() - dt.date(1970, 1, 1).toordinal())


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
