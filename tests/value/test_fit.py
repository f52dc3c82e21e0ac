"""What is published beside the model, and what is fitted to it."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import milepost
from milepost.acts.fit import fit_and_keep, keep_fit
from milepost.acts.persons import at_the_terminal
from milepost.acts.writing import Register
from milepost.cli import run
from milepost.errors import NoSolution, WrongUse
from milepost.network.network import CLASSES, Network
from milepost.network.paths import route
from milepost.params import WATER
from milepost.records import Count, Param, Price, Records, Restriction, Route
from milepost.value import fitting
from milepost.value.assignment import assigned, demanded
from milepost.value.baseline import Baseline
from milepost.value.counted import Counted
from milepost.value.fitting import PRIORS, STEPS, Fit, _slopes, _weights, fit, told_unseen, with_estimates
from milepost.value.observed import HowWell, Model, Observation, Told, Unseen, how_well, observations


def ridge() -> Records:
    return milepost.open(milepost.example("ridge")).records


def count(ident: str, table: str, place: str, mt: float, **more: object) -> Count:
    row = {"id": ident, "place_table": table, "place": place, "mt": mt, "sample": "fit", "basis": "assumed"}
    return Count.model_validate({**row, **more})


def with_param(records: Records, name: str, key: str, value: float) -> Records:
    kept = [p for p in records.params if (p.name, p.applies_to) != (name, key)]
    row = Param(id=f"new-{name}-{key}", name=name, applies_to=key, value=value, basis="assumed")
    return records.with_rows(params=[*kept, row])


@pytest.mark.parametrize("name", ["ridge", "north-south"])
def test_counts_of_links_and_terminals_are_the_loads(name: str) -> None:
    world = Baseline.of(milepost.open(milepost.example(name)).records)
    counted, loads = Counted.of(world), assigned(world)
    assert len(loads.links) > 3
    for x in loads.links:
        assert counted.mt.get(("links", x.link, "", "forward"), 0.0) == pytest.approx(x.there_mt)
        assert counted.mt.get(("links", x.link, x.mode, "back"), 0.0) == pytest.approx(x.back_mt)
        assert counted.mt.get(("links", x.link, x.mode, "both"), 0.0) == pytest.approx(x.total_mt)
    for node, mt in loads.terminals.items():
        assert counted.mt["nodes", node, "", "both"] == pytest.approx(mt)


@dataclass
class Walked:
    """Million tonnes by country passed, post, border of a country, and pair of countries crossed."""

    transit: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    posts: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    over: dict[tuple[str, str], float] = field(default_factory=lambda: defaultdict(float))
    crossed: dict[tuple[str, str], float] = field(default_factory=lambda: defaultdict(float))

    def walk(
        self, country: dict[str, str], ends: tuple[str, str], legs: Sequence[tuple[str, str, str]], mt: float
    ) -> None:
        home = [country[e] for e in ends]
        ashore = home[:1]  # countries in the order in which the goods are on their soil
        for tail, head, mode in legs:
            i, j = country[tail], country[head]
            if i != j:
                self.crossed[i, j] += mt
            if mode not in WATER:
                ashore += [i, j]
                for name, post, other in ((i, tail, j), (j, head, i)):
                    if i != j and name not in home:
                        self.posts[post] += mt
                        self.over[name, other] += mt
        for before, after in pairwise([*ashore, home[1]]):
            if before != after and after != home[1]:
                self.transit[after] += mt


def test_transit_and_borders_by_walking_every_path() -> None:
    """The twin: every pair of zones by itself, along the nodes of its path."""
    records = ridge()
    asked = [count(f"t-{c.id}", "countries", c.id, 1.0, direction="transit") for c in records.countries]
    records = records.with_rows(counts=asked)
    world = Baseline.of(records)
    network, demand = world.network(), demanded(world)
    country = {n.id: n.country for n in records.nodes}
    mode = {x.id: x.mode for x in records.links}
    walked = Walked()
    for (s, o, d), tonnes in np.ndenumerate(demand):
        if tonnes:
            a, b = network.zones[o], network.zones[d]
            arcs = route(network, a.node, b.node, cargo=CLASSES[s]).arcs
            node = network.frame.node_of
            legs = [(node[arc.tail], node[arc.head], mode[arc.row]) for arc in arcs if arc.key[0] == "link"]
            walked.walk(country, (a.node, b.node), legs, tonnes / 1e6)
    transit, posts, over, crossed = walked.transit, walked.posts, walked.over, walked.crossed
    counted = Counted.of(world)
    assert crossed
    assert transit
    for name in {c.id for c in records.countries}:
        assert counted.mt.get(("countries", name, "", "transit"), 0.0) == pytest.approx(
            transit.get(name, 0.0), abs=1e-9
        )
        modes = [counted.mt.get(("countries", name, by, "transit"), 0.0) for by in ("rail", "road")]
        assert sum(modes) == pytest.approx(transit.get(name, 0.0), abs=1e-9)
    assert posts
    ports = {key[1] for key in _ashore_keys(network)}
    for post, mt in posts.items():
        told = counted.mt["nodes", post, "", "transit"]
        assert told >= mt - 1e-9 if post in ports else told == pytest.approx(mt)
    for (name, other), mt in over.items():
        assert counted.mt["borders", f"{name}-{other}", "", "transit"] == pytest.approx(mt)
    for (i, j), mt in crossed.items():
        assert counted.mt["borders", f"{i}-{j}", "", "forward"] == pytest.approx(mt)
        assert counted.mt["borders", f"{j}-{i}", "", "back"] == pytest.approx(mt)


def _ashore_keys(network: Network) -> list[tuple[str, ...]]:
    return [arc.key for arc in network.arcs if arc.key[0] == "cross"]


def told_by(records: Records, world: Baseline) -> Records:
    """The records with the model of another world as what is published: days, costs and counts."""
    model = Model(world)
    routes = []
    for row in records.routes:
        if row.origin and row.destination and row.days_min:
            days = next(
                model.tells(o).model for o in observations(records) if o.id == row.id and o.kind == "days"
            )
            routes.append(row.model_copy(update={"days_min": days, "days_max": days, "sample": "fit"}))
    loads = assigned(world)
    counts = [
        count(f"n{k}", "links", x.link, x.total_mt) for k, x in enumerate(loads.links) if x.total_mt > 0.2
    ]
    return records.with_rows(routes=routes, counts=counts)


def test_a_fit_finds_the_waits_that_made_what_is_published() -> None:
    start = ridge()
    truth = with_param(
        with_param(start, "vehicle_wait_hours", "road", 60.0), "added_wait_hours", "border", 30.0
    )
    published = told_by(start, Baseline.of(truth))
    assert len(published.routes) >= 1
    assert len(published.counts) >= 4
    found = fit(Baseline.of(published))

    def worst(told: HowWell) -> float:
        return max(abs(float(np.log(r.ratio or 1.0))) for r in told.rows if r.observation.kind == "days")

    assert worst(found.before) > 0.05
    assert worst(found.after) < worst(found.before) / 2
    for e in found.estimates:
        assert e.low <= e.after <= e.high


def test_only_what_is_not_recorded_is_fitted_and_only_params_change(tmp_path: Path) -> None:
    folder = tmp_path / "ridge"
    shutil.copytree(milepost.example("ridge"), folder)
    records = ridge()
    rates = [p for p in records.params if p.name == "freight_rate_usd_per_tkm"]
    assert rates
    sourced = [
        p.model_copy(update={"basis": "sourced", "source": "a tariff"}) if p in rates else p
        for p in records.params
    ]
    published = records.with_rows(params=sourced, counts=[count("n1", "links", records.links[0].id, 1.0)])
    found = fit(Baseline.of(published))
    assert {f"{p.name} ({p.applies_to})" for p in rates if p.applies_to in _fitted_keys()} <= set(found.kept)
    assert not [
        e for e in found.estimates if e.name == "freight_rate_usd_per_tkm" and e.applies_to in _keys(rates)
    ]

    with pytest.raises(WrongUse, match="needs --by"):
        fit_and_keep(Register(folder), at_the_terminal(""), progress=lambda *_: pytest.fail("it computes"))
    kept = keep_fit(Register(folder), at_the_terminal("XRL"), found)
    assert {row.table for row in kept.rows} == {"params"}
    after = milepost.open(folder).records
    for table in ("links", "crossings", "flows", "routes", "nodes"):
        assert [r.model_dump() for r in after.rows(table)] == [r.model_dump() for r in records.rows(table)]
    fitted = [p for p in after.params if p.basis == "estimated"]
    assert {(p.name, p.applies_to) for p in fitted} >= {(e.name, e.applies_to) for e in found.estimates}


def _fitted_keys() -> set[str]:
    return {p.applies_to for p in PRIORS if p.name == "freight_rate_usd_per_tkm"}


def _keys(rows: list[Param]) -> set[str]:
    return {p.applies_to for p in rows}


def test_what_cannot_be_told_says_why_and_without_observations_nothing_is_fitted() -> None:
    records = ridge()
    place = records.countries[0].id
    counts = [
        count("n1", "countries", place, 3.0, mode="rail", direction="import"),
        count("n2", "corridors", "the whole way", 3.0),
        count("n3", "links", records.links[0].id, 3.0, direction="transit"),
    ]
    told = how_well(Baseline.of(records.with_rows(counts=counts, routes=[])))
    assert len(told.rows) == 3
    assert all(row.model is None and row.why_not for row in told.rows)
    with pytest.raises(NoSolution, match="nothing is fitted"):
        fit(Baseline.of(records.with_rows(counts=counts, routes=[])))


def test_what_is_counted_together_is_summed() -> None:
    records = ridge()
    a, b, c = [x.link for x in assigned(Baseline.of(records)).links][:3]
    counts = [count(f"n{k}", "links", ident, 1.0) for k, ident in enumerate((a, b, c, f"{a}; {b};{c}"))]
    told = [r.model or 0.0 for r in how_well(Baseline.of(records.with_rows(counts=counts, routes=[]))).rows]
    assert min(told[:3]) > 0
    assert told[3] == pytest.approx(sum(told[:3]))


def test_traffic_of_the_base_year_is_told_as_the_network_was_then() -> None:
    """What was shut after the year of the flows carried them; what is shut in it did not."""
    records = ridge().with_rows(restrictions=[])
    year = records.settings.base_year
    used = assigned(Baseline.of(records)).links[0]
    counts = [count("n1", "links", used.link, 1.0)]

    def told(starts: str, ends: str | None) -> float:
        shut = Restriction.model_validate(
            {"id": "H1", "title": "shut", "target_table": "links", "target": used.link, "starts": starts}
            | {"ends": ends, "effect": "closed", "basis": "assumed"}
        )
        row = records.with_rows(counts=counts, routes=[], restrictions=[shut])
        (one,) = how_well(Baseline.of(row)).rows
        return one.model or 0.0

    day = records.settings.base_date
    assert day.year > year
    assert told(f"{day.year}-01-01", None) == pytest.approx(used.total_mt)
    assert told(f"{year}-01-01", f"{year}-12-31") == 0
    assert told(f"{year}-01-01", None) == 0


def test_a_second_fit_does_not_lean_on_the_first() -> None:
    """What was fitted is expected where it was before: the same figures give the same parameters again."""
    records = ridge()
    rail = next(x for x in records.links if x.mode == "rail")
    busy = next(x for x in assigned(Baseline.of(records)).links if x.mode == "rail")
    counts = [count("n1", "links", busy.link, busy.total_mt / 3, mode="rail")]
    published = records.with_rows(counts=counts, params=[p for p in records.params if p.basis != "estimated"])
    first = fit(Baseline.of(published))
    country = next(n.country for n in records.nodes if n.id == rail.from_node)
    assert f"rail/{country}" in {e.applies_to for e in first.estimates}
    again = fit(Baseline.of(with_estimates(published, first.estimates)))
    free = {(p.name, p.applies_to) for p in published.params}
    defaulted = [(a, b) for a, b in zip(first.estimates, again.estimates, strict=True)]
    assert len(defaulted) > 5
    for a, b in defaulted:
        if (a.name, a.applies_to) not in free:
            assert b.before == pytest.approx(a.after, rel=1e-3)


def test_a_price_is_brought_to_a_tonne() -> None:
    records = ridge()
    a, b = [n.id for n in records.nodes if n.trade_share][:2]
    rows = [
        Route(id=f"p{k}", origin=a, destination=b, cost=3000.0, cost_unit=unit, sample="fit", basis="assumed")
        for k, unit in enumerate(("USD/t", "USD/TEU", "USD/FEU", "EUR/box"))
    ]
    priced = with_param(records, "tonnes_per_teu", "all", 12.0).with_rows(routes=rows, counts=[])
    assert [o.observed for o in observations(priced)] == [3000.0, 3000.0 / 14.0, 125.0]
    priced = with_param(priced, "tonnes_per_20_foot_box", "all", 15.0)  # a heavy box costs little a tonne
    assert [o.observed for o in observations(priced)] == [3000.0, 200.0, 125.0]


def way_of(records: Records, ident: str, **more: object) -> Route:
    a, b = [n.id for n in records.nodes if n.trade_share][:2]
    row = {"id": ident, "origin": a, "destination": b, "days_min": 9, "days_max": 9, "cost": 50.0}
    row |= {"cost_unit": "USD/t", "sample": "fit", "basis": "assumed"}
    return Route.model_validate({**row, **more})


def test_a_train_s_own_days_and_price_are_told_without_loading() -> None:
    records = with_param(ridge(), "loading_usd_per_t", "all", 7.0)
    rows = [way_of(records, "door"), way_of(records, "train", loading="excluded")]
    world = Baseline.of(records.with_rows(routes=rows, counts=[]))
    model = Model(world)
    told = {(o.kind, o.id): model.tells(o).model or 0.0 for o in observations(world.records)}
    path = model.path("door")
    assert path is not None
    assert path.legs[0].what.startswith("loading")
    assert path.legs[-1].what.startswith("unloading")
    ends = path.legs[0], path.legs[-1]
    assert told["days", "door"] == pytest.approx(path.days)
    assert told["days", "door"] - told["days", "train"] == pytest.approx(sum(x.all_hours for x in ends) / 24)
    assert told["cost", "door"] - told["cost", "train"] == pytest.approx(14.0)


def test_a_published_way_is_told_as_the_network_was_then() -> None:
    records = ridge().with_rows(restrictions=[], counts=[])
    day = records.settings.base_date
    path = Model(Baseline.of(records.with_rows(routes=[way_of(records, "w")]))).path("w")
    assert path is not None
    shut = Restriction.model_validate(
        {"id": "H1", "title": "shut", "target_table": "links", "target": path.links[0]}
        | {"starts": f"{day.year}-01-01", "effect": "closed", "basis": "assumed"}
    )
    now = Baseline.of(records.with_rows(routes=[way_of(records, "w")], restrictions=[shut]))
    assert path.links[0] not in {a.row for a in now.network().arcs}
    then = Model(now).path("w")
    assert then is not None
    assert then.links == path.links


def test_figures_of_one_way_have_the_weight_of_one_and_are_kept_out_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    records = ridge()
    rows = [way_of(records, f"w{k}", title=f"as told by source {k}", year=2020 + k) for k in range(4)]
    other = way_of(records, "x", title="as told by source 0", avoid_modes="rail")
    told = observations(records.with_rows(routes=[*rows, other], counts=[]))
    things = {o.id: o.thing for o in told}
    assert len({things[f"w{k}"] for k in range(4)}) == 1
    assert things["x"] != things["w0"]
    by_id = dict(zip(((o.kind, o.id) for o in told), _weights(told), strict=True))
    assert by_id["days", "w1"] == pytest.approx(0.5)
    assert by_id["days", "x"] == 1.0
    asked: list[set[str]] = []

    def seen(world: Baseline, progress: object = None) -> object:
        asked.append({r.id for r in world.records.routes if r.sample == "held out"})
        raise NoSolution("enough")

    monkeypatch.setattr("milepost.value.fitting.fit", seen)
    with pytest.raises(NoSolution, match="enough"):
        told_unseen(Baseline.of(records.with_rows(routes=[*rows, other], counts=[])), 2)
    assert asked == [{"w0", "w1", "w2", "w3"}]


@pytest.mark.parametrize("step", STEPS)
def test_slopes_are_asked_for_inside_the_bounds_only(step: float) -> None:
    """A prior wider than its bounds asked for waits below nothing."""
    low, high = np.array([0.0, 0.0, -1.0, 0.0]), np.array([48.0, 1.0, 1.0, 1e9])
    asked: list[np.ndarray[tuple[int], np.dtype[np.float64]]] = []

    def residuals(
        x: np.ndarray[tuple[int], np.dtype[np.float64]],
    ) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        asked.append(x)
        return np.array([3.0 * x[0], x[0] - 2.0 * x[1], 5.0 * x[2] + x[3]])

    for at in (low, high, (low + high) / 2, low + 0.9 * (high - low)):
        sd = np.array([48.0, 10.0, 0.4, 2.0])
        slope = _slopes(residuals, at, residuals(at), (low, high), step * sd, lambda _done: None) / step
        exact = np.array([[3, 0, 0, 0], [1, -2, 0, 0], [0, 0, 5, 1]]) * sd
        np.testing.assert_allclose(slope, exact, rtol=1e-6, atol=1e-6)
    assert len(asked) == 4 * 5
    for x in asked:
        assert (x >= low).all()
        assert (x <= high).all()


def test_an_old_price_is_shown_and_enters_nothing() -> None:
    records = milepost.open(milepost.example("ridge")).records
    base = records.settings.base_year
    a, b = sorted(n.id for n in records.nodes)[:2]
    of = Route(id="P", origin=a, destination=b, cost=90.0, cost_unit="USD/t", sample="fit", basis="assumed")
    years = (base - 6, base - 5, base, base + 2)
    rows = [of.model_copy(update={"id": f"P{y}", "year": y}) for y in years]
    found = {o.id: o.sample for o in observations(records.with_rows(routes=rows, counts=()))}
    assert found == {f"P{base - 6}": "check", f"P{base - 5}": "fit", f"P{base}": "fit", f"P{base + 2}": "fit"}


def test_a_price_of_another_year_is_told_at_the_prices_of_the_base_year() -> None:
    """USD 90 of a year with prices a tenth lower are 100 of the base year; without a level they stay."""
    records = milepost.open(milepost.example("ridge")).records
    base = records.settings.base_year
    a, b = sorted(n.id for n in records.nodes)[:2]
    of = Route(id="P", origin=a, destination=b, cost=90.0, cost_unit="USD/t", sample="fit", basis="assumed")
    rows = [of.model_copy(update={"id": f"P{y}", "year": y}) for y in (base - 2, base - 1, base)]
    levels = [
        Price(currency="USD", year=y, price_index=p, basis="assumed")
        for y, p in ((base - 2, 90.0), (base, 100.0))
    ]
    priced = records.with_rows(routes=rows, counts=(), prices=levels)
    found = {o.id: o.observed for o in observations(priced)}
    assert found == {f"P{base - 2}": pytest.approx(100.0), f"P{base - 1}": 90.0, f"P{base}": 90.0}


def test_what_keeps_goods_off_a_mode_is_sought_only_where_its_traffic_was_counted() -> None:
    """Days of a way say nothing of what shippers weigh beside them: without a count it stays at nothing."""
    records = ridge()
    rail = next(x for x in assigned(Baseline.of(records)).links if x.mode == "rail")

    def width(*counts: Count) -> float:
        free = fitting._free(records.with_rows(counts=counts))[0]
        (one,) = (p for p, _ in free if (p.name, p.applies_to) == (fitting.CONSTANT, "rail"))
        return one.sd

    place = records.countries[0].id
    assert width() == fitting.UNCOUNTED_SD
    assert width(count("n1", "countries", place, 1.0, mode="road")) == fitting.UNCOUNTED_SD
    assert width(count("n1", "countries", place, 1.0, mode="rail", sample="held out")) == fitting.UNCOUNTED_SD
    assert width(count("n1", "countries", place, 1.0, mode="rail")) > 10 * fitting.UNCOUNTED_SD
    assert width(count("n1", "links", rail.link, 1.0)) > 10 * fitting.UNCOUNTED_SD
    ways = records.with_rows(counts=[], routes=[way_of(records, "w", days_min=90, days_max=90)])
    found = {e.applies_to: e.after for e in fit(Baseline.of(ways)).estimates if e.name == fitting.CONSTANT}
    assert found
    assert all(abs(value) < 2 * fitting.UNCOUNTED_SD for value in found.values())


def test_every_place_is_kept_out_once_and_told_by_a_fit_without_it() -> None:
    records = ridge()
    links = records.links[:4]
    counts = [count(f"n{k}", "links", x.id, 0.5 + k) for k, x in enumerate(links)]
    counts += [
        count("n9", "links", links[0].id, 0.7),
        count("c", "links", links[1].id, 9.0, sample="check"),
    ]
    world = Baseline.of(records.with_rows(counts=counts))
    unseen = told_unseen(world, 2)
    asked = [o for o in observations(world.records) if o.sample != "check"]
    assert len(asked) > 4
    assert sorted((r.observation.kind, r.observation.id) for r in unseen.rows) == sorted(
        (o.kind, o.id) for o in asked
    )
    assert all(r.observation.sample == "held out" for r in unseen.rows)
    with pytest.raises(WrongUse, match="ask for 2 or more"):
        told_unseen(world, 1)


def test_dealt_by_figure_another_of_the_same_place_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    records = ridge()
    where = records.links[0].id
    counts = [count(f"n{k}", "links", where, 0.5 + k) for k in range(4)]
    seen: list[dict[str, str]] = []

    def fitted(world: Baseline, tell: object) -> Fit:
        seen.append({r.id: r.sample for r in world.records.counts})
        told = how_well(world)
        return Fit((), (), told, told, 1, True)

    monkeypatch.setattr(fitting, "fit", fitted)
    world = Baseline.of(records.with_rows(counts=counts))
    unseen = told_unseen(world, 2, dealt="figure")
    kept = [r.observation.id for r in unseen.rows if r.observation.kind == "count"]
    assert sorted(kept) == ["n0", "n1", "n2", "n3"]
    assert [sum(s == "held out" for s in one.values()) for one in seen] == [2, 2]
    seen.clear()
    told_unseen(world, 2, dealt="place")
    assert [set(one.values()) for one in seen] == [{"held out"}, {"fit"}]


def test_dealt_several_times_each_time_keeps_every_figure_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first time is the one without a repeat; the others are dealt otherwise, in parts of equal size, and
    the same each time they are asked for."""
    records = ridge()
    links = records.links[:6]
    counts = [count(f"n{k}", "links", x.id, 0.5 + k) for k, x in enumerate(links)]
    counts.append(count("n9", "links", links[0].id, 0.7))
    seen: list[frozenset[str]] = []

    def fitted(world: Baseline, tell: object) -> Fit:
        seen.append(frozenset(r.id for r in world.records.counts if r.sample == "held out"))
        told = how_well(world)
        return Fit((), (), told, told, 1, True)

    monkeypatch.setattr(fitting, "fit", fitted)
    world = Baseline.of(records.with_rows(counts=counts))
    once = told_unseen(world, 3, dealt="place")
    first = seen.copy()
    seen.clear()
    often = told_unseen(world, 3, dealt="place", repeat=4)
    assert seen[:3] == first
    again = seen.copy()
    seen.clear()
    told_unseen(world, 3, dealt="place", repeat=4)
    assert seen == again
    dealt = [again[k : k + 3] for k in range(0, 12, 3)]
    for parts in dealt:
        assert sorted(x for part in parts for x in part) == sorted(c.id for c in counts)
        assert sorted(len(part - {"n9"}) for part in parts) == [2, 2, 2]
        assert sum({"n0", "n9"} <= part for part in parts) == 1
    assert [sorted(part - {"n9"}) for part in dealt[0]] == [["n0", "n3"], ["n1", "n4"], ["n2", "n5"]]
    assert len({frozenset(parts) for parts in dealt[1:]}) == 3  # each time otherwise
    assert once.rows == often.times[0].rows
    assert len(often.rows) == 4 * len(once.rows)
    for summary in often.summaries():
        one = often.of_times(summary.kind)
        assert len(one) == 4
        assert summary.rows == sum(s.rows for s in one)
        assert min(s.within_half for s in one) <= summary.within_half <= max(s.within_half for s in one)
    plain = often.as_dict()
    assert [len(plain["times"]), plain["observations"][-1]["time"]] == [4, 4]
    assert often.table()[0][0] == "time"
    with pytest.raises(WrongUse, match="ask for 1 or more"):
        told_unseen(world, 3, repeat=0)


def test_counts_and_routes_are_dealt_on_by_place_and_each_by_itself_by_figure() -> None:
    """By place the parts stay equal in size; by figure every second of each kind is kept out."""
    records = ridge()
    counts = [count(f"n{k}", "links", x.id, 0.5 + k) for k, x in enumerate(records.links[:3])]
    asked = records.with_rows(counts=counts)
    by_place = fitting._parts(asked, 2, "place")
    assert [by_place["counts", f"n{k}"] for k in range(3)] == [0, 1, 0]
    assert [by_place["routes", r.id] for r in asked.routes] == [1, 0, 1]
    by_figure = fitting._parts(asked, 2, "figure")
    assert [by_figure["counts", f"n{k}"] for k in range(3)] == [0, 1, 0]
    assert [by_figure["routes", r.id] for r in asked.routes] == [0, 1, 0]


def test_a_fit_may_draw_other_types_than_the_programme_and_keeps_those_it_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every world that is tried has the types that are asked for, once; nothing else differs, and no row of
    them is fitted."""
    records = ridge()
    links = records.links[:3]
    counts = [count(f"n{k}", "links", x.id, 0.5 + k) for k, x in enumerate(links)]
    world = Baseline.of(records.with_rows(counts=counts))
    drawn = fitting.drawn_in(world, 5)
    assert [p.value for p in drawn.records.params if p.name == fitting.TYPES] == [5.0]
    assert [p for p in drawn.records.params if p.name != fitting.TYPES] == [
        p for p in records.params if p.name != fitting.TYPES
    ]
    assert fitting.drawn_in(world, None) is world
    seen: list[float] = []
    model = Model

    def noted(tried: Baseline) -> object:
        seen.append(tried.records.param(fitting.TYPES))
        return model(tried)

    monkeypatch.setattr(fitting, "Model", noted)
    found = fit(world, types=5)
    assert set(seen) == {5.0}
    assert fitting.TYPES not in {e.name for e in found.estimates}
    assert all(r.observation.sample == "held out" for r in told_unseen(world, 2, types=3).rows)
    assert set(seen) == {5.0, 3.0}
    with pytest.raises(WrongUse, match="0 shipment types cannot be drawn; ask for 1 to 256"):
        fit(world, types=0)


def told(ident: str, observed: float, model: float, thing: str = "", **more: Any) -> Told:
    kind = more.pop("kind", "days")
    row = Observation(
        kind, ident, ident, "held out", observed, 2023, "a source", (thing,) if thing else (), **more
    )
    return Told(row, model)


def test_each_thing_once_is_missed_from_the_nearer_end_of_what_is_published() -> None:
    rows = [
        told("a1", 12.0, 18.0, "a", between=(10.0, 14.0)),
        told("a2", 20.0, 18.0, "a"),  # the model is between its two sources
        told("b", 10.0, 12.0, "b"),  # 20 % above the only one
        told("c", 30.0, 10.0, "c", between=(20.0, 40.0)),  # half of the lowest
        told("d1", 10.0, 11.0, "d"),  # the train alone is another thing than the train with its loading
        told("d2", 14.0, 11.0, "d", alone=True),
        told("e", 5.0, 6.0),  # without a way it is a thing of its own
        told("f1", 16.0, 28.0, "f", cargo="general"),  # and so is another class of cargo
        told("f2", 40.0, 28.0, "f", cargo="containers"),
    ]
    (once,) = HowWell(tuple(rows)).each_once()
    missed = [0.0, 0.2, 0.5, 0.1, 3 / 14, 0.2, 0.75, 0.3]
    assert (once.rows, once.within_half) == (8, 7 / 8)
    assert once.within_quarter == pytest.approx(5 / 8)
    assert once.median_error == pytest.approx(np.median(missed))
    # each time that they were dealt they count again, and the two times are not mixed
    again = [told("a1", 12.0, 9.0, "a", between=(10.0, 14.0)), told("a2", 20.0, 9.0, "a")]
    twice = Unseen((*rows, *again), (HowWell(tuple(rows)), HowWell(tuple(again))))
    (both,) = twice.each_once()
    assert both.rows == 9
    assert both.median_error == pytest.approx(np.median([*missed, 0.1]))
    assert [s["rows"] for s in twice.as_dict()["each_once"]] == [9]
    assert twice.headed() == "9 of 9 published figures beside the model, dealt 2 times"


def test_two_fits_that_tell_of_one_way_are_beside_its_range_by_their_mean() -> None:
    """Kept out figure by figure the two sources of a way are told by two fits."""
    rows = [told("a1", 10.0, 6.0, "a"), told("a2", 14.0, 16.0, "a"), told("b1", 10.0, 16.0, "b")]
    (once,) = HowWell(tuple(rows)).each_once()
    assert once.rows == 2
    assert once.median_error == pytest.approx(0.3)  # 11 in 10 to 14; 16 for 10
    published = observations(milepost.open(milepost.example("northern-corridor")).records)
    cargo = {o.id: o.cargo for o in published if o.kind == "cost"}
    assert (cargo["F0021"], cargo["F0070"]) == ("general", "containers")


def test_folds_that_are_repeated_tell_how_far_they_are_of_all() -> None:
    seen: list[float] = []
    told_unseen(Baseline.of(ridge()), 2, lambda done, of: seen.append(done / of), repeat=2)
    assert seen == sorted(seen)
    assert 0.5 < seen[-1] <= 1


def test_a_repeated_fold_says_in_the_terminal_what_the_answer_holds(
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = milepost.example("ridge")
    found = milepost.open(folder).told_unseen(2, repeat=3, types=2)
    assert run(["fit", str(folder), "--folds", "2", "--repeat", "3", "--types", "2"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Told by 6 fits that had not seen it" in said
    (days,), (once,), each = found.summaries(), found.each_once(), found.of_times("days")
    assert f"days held out 9 {100 * days.median_error:.0f} {100 * days.within_quarter:.0f}" in said
    assert f"days held out 9 {100 * once.median_error:.0f} {100 * once.within_quarter:.0f}" in said
    off = sorted(100 * s.median_error for s in each)
    assert len(off) == 3
    assert off[0] + 1 < off[-1]
    assert "From the lowest to the highest of 3 times kind median error % within 25 % within 50 % ─" in said
    assert f"days {off[0]:.0f} to {off[-1]:.0f} " in said


def test_the_terminal_and_the_register_fit_with_the_types_that_are_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "ridge"
    shutil.copytree(milepost.example("ridge"), folder)
    opened = milepost.open(folder)
    wanted = opened.fit(types=3)
    assert wanted.estimates != opened.fit().estimates
    assert run(["fit", str(folder), "--types", "3", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(wanted.as_dict()))
    kept = fit_and_keep(Register(folder), at_the_terminal("XRL"), "more types", types=3)
    assert kept.estimates == wanted.estimates
    assert milepost.open(folder).records.param(fitting.TYPES) == opened.records.param(fitting.TYPES)


def test_ferries_and_rests_are_fitted_where_a_row_states_them_and_inside_its_band() -> None:
    records = ridge()
    keys = fitting.WITH_A_ROW
    assert keys == (("added_wait_hours", "ferry"), ("running_hours_per_day", "road"))
    free = {(p.name, p.applies_to) for p, _ in fitting._free(records)[0]}
    assert ("added_wait_hours", "port") in free
    assert not free & set(keys)
    rows = [
        Param(id="w", name="added_wait_hours", applies_to="ferry", value=6.0, basis="assumed"),
        Param(
            id="h",
            name="running_hours_per_day",
            applies_to="road",
            value=12.0,
            low=9.0,
            high=18.0,
            basis="sourced",
            source="a survey",
        ),
    ]
    stated = fitting._free(records.with_rows(params=[*records.params, *rows]))[0]
    found = {(p.name, p.applies_to): (p.low, p.high, value) for p, value in stated}
    assert [found[key] for key in keys] == [(0.0, 240.0, 6.0), (9.0, 18.0, 12.0)]


def test_a_constant_of_boxes_by_rail_is_fitted_where_somebody_counted_rail() -> None:
    """Elsewhere nothing says what keeps them off, so it stays at nothing as that of the mode does."""
    records = ridge()
    rail = next(x.id for x in records.links if x.mode == "rail")
    road = next(x.id for x in records.links if x.mode == "road")
    for link, sd in ((rail, 0.04), (road, fitting.UNCOUNTED_SD)):
        free = fitting._free(records.with_rows(counts=[count("n1", "links", link, 1.0)]))[0]
        of = {(p.name, p.applies_to): p for p, _ in free}
        for name, key in ((fitting.OF_CLASS, "rail/containers"), (fitting.CONSTANT, "rail")):
            assert (of[name, key].sd, of[name, key].centre) == (sd, 0.0)


def test_a_route_of_which_one_end_is_stated_says_why_it_is_not_compared() -> None:
    records = ridge()
    first, second, third = (r for r in records.routes)
    routes = [
        first.model_copy(update={"days_max": None}),
        second.model_copy(update={"days_min": None}),
        third,
    ]
    told = {row.observation.id: row for row in how_well(Baseline.of(records.with_rows(routes=routes))).rows}
    assert [told[r.id].model is None for r in routes] == [True, True, False]
    assert told[first.id].why_not == "only its shortest time is stated"
    assert told[first.id].observation.observed == first.days_min
    assert told[second.id].why_not == "only its longest time is stated"
    assert told[second.id].observation.observed == second.days_max
    assert fit(
        Baseline.of(records.with_rows(routes=[*routes[:2], third.model_copy(update={"sample": "fit"})]))
    )


def test_more_parts_than_there_are_places_are_refused() -> None:
    """A part without a place would be a fit to all, and no fit that has not seen anything."""
    records = ridge()
    link = records.links[0].id
    counts = [count("n1", "links", link, 1.0), count("n2", "links", link, 2.0)]
    world = Baseline.of(records.with_rows(counts=counts))
    with pytest.raises(WrongUse, match="4 places and routes cannot be kept out in 5 parts; ask for 2 to 4"):
        told_unseen(world, 5)
    with pytest.raises(WrongUse, match="5 figures cannot be kept out in 6 parts; ask for 2 to 5"):
        told_unseen(world, 6, dealt="figure")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("--compare --folds 3", "--compare fits nothing; leave out --folds."),
        ("--compare --types 64 --write", "--compare fits nothing; leave out --types, --write."),
        ("--compare --repeat 2 --keep-out figure", "leave out --repeat, --keep-out."),
        ("--repeat 2", "--repeat deals anew what --folds keeps out; ask for --folds, too."),
        ("--keep-out figure", "--keep-out says what --folds keeps out; ask for --folds, too."),
        ("--folds 3 --write", "leave out --write, or --folds."),
        ("--folds 9", "3 places and routes cannot be kept out in 9 parts; ask for 2 to 3."),
        ("--types 0", "0 shipment types cannot be drawn; ask for 1 to 256."),
    ],
)
def test_an_option_without_effect_is_refused(
    asked: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["fit", str(milepost.example("ridge")), *asked.split()]) == 2
    said = capsys.readouterr()
    assert words in " ".join(said.err.split())
    assert not said.out


@pytest.mark.parametrize("name", ["north-south", "northern-corridor"])
def test_each_thing_once_is_the_plain_twin(name: str) -> None:
    """Told by tables of pandas, from the rows of the example and the plain answer alone."""
    programme = milepost.open(milepost.example(name))
    found = programme.how_well()
    rows = pd.DataFrame(found.as_dict()["observations"]).dropna(subset="ratio")
    records = programme.records
    ways = {
        r.id: (r.origin, r.destination, r.via, sorted(r.avoid_modes), r.loading == "excluded", r.cargo)
        for r in records.routes
    }
    places = {c.id: (c.place_table, c.place, c.mode, c.direction) for c in records.counts}
    rows["thing"] = [str(ways.get(i) or places[i]) for i in rows["id"]]
    bounds = {r.id: (r.days_min, r.days_max) for r in records.routes}
    for end, at in (("low", 0), ("high", 1)):
        rows[end] = [
            bounds[i][at] if kind == "days" else observed
            for i, kind, observed in zip(rows["id"], rows["kind"], rows["observed"], strict=True)
        ]
    each = rows.groupby(["kind", "sample", "thing"]).agg({"model": "mean", "low": "min", "high": "max"})
    above, below = each["model"] / each["high"] - 1, 1 - each["model"] / each["low"]
    off = above.combine(below, max).clip(lower=0.0)
    for s in found.each_once():
        mine = off.loc[s.kind, s.sample]
        assert len(mine) == s.rows
        assert s.median_error == pytest.approx(mine.median())
        assert s.within_quarter == pytest.approx((mine <= 0.25).mean())
        assert s.within_half == pytest.approx((mine <= 0.5).mean())
    figures = {(s.kind, s.sample): s.rows for s in found.summaries()}
    assert all(s.rows <= figures[s.kind, s.sample] for s in found.each_once())
    assert sum(s.rows for s in found.each_once()) < sum(figures.values())
