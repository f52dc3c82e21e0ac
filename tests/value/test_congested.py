"""V with queues that answer: Braess's paradox in a corridor, parts of the world that never interact."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

import milepost
from milepost.errors import WrongUse
from milepost.network.network import CLASSES
from milepost.programme import Programme
from milepost.records import (
    Agreement,
    Commitment,
    Country,
    Effect,
    Flow,
    Link,
    Node,
    Param,
    Records,
    Settings,
)
from milepost.value.baseline import Baseline
from milepost.value.corridor import corridor_game
from milepost.value.shares import shapley

SETTINGS = Settings(
    title="t",
    base_date=dt.date(2026, 1, 1),
    base_year=2025,
    discount_rate_per_year=0.05,
    horizon=dt.date(2040, 1, 1),
)


def param(name: str, value: float, applies_to: str = "all") -> Param:
    return Param(
        id=f"{name}-{applies_to}".replace("/", "-"),
        name=name,
        applies_to=applies_to,
        value=value,
        basis="assumed",
    )


def params(**more: float) -> tuple[Param, ...]:
    rows = [param("trade_elasticity", 4.0), *(param(name, value) for name, value in more.items())]
    for s in CLASSES:
        rows += [param("cargo_value_usd_per_t", 1000.0, s), param("value_of_time_share_per_day", 0.01, s)]
        rows += [param("trade_share", 1 / 3, s)]
    rows += [param("speed_kmh", 10.0, "road"), param("freight_rate_usd_per_tkm", 0.0, "road")]
    rows += [param(name, 0.0, "road") for name in ("loading_hours", "border_hours", "internal_border_hours")]
    return tuple(rows)


def node(name: str, country: str, share: float | None = None) -> Node:
    return Node(id=name, name=name, country=country, lat=0, lon=0, trade_share=share, basis="assumed")


def link(name: str, a: str, b: str, km: float, state: str = "open", **more: float) -> Link:
    return Link.model_validate(
        {
            "id": name,
            "from_node": a,
            "to_node": b,
            "mode": "road",
            "km": km,
            "state": state,
            "basis": "assumed",
            **more,
        }
    )


def opens(commitment: str, target: str) -> Effect:
    return Effect(
        id=f"{commitment}.{target}",
        commitment=commitment,
        target_table="links",
        target=target,
        attribute="state",
        after="open",
        basis="assumed",
    )


def commitments(*names: str) -> dict[str, object]:
    return {
        "agreements": (Agreement(id="A", title="A", basis="assumed"),),
        "commitments": tuple(
            Commitment(id=n, agreement="A", title=n, kind="build-link", owed_by=("AAA",), basis="assumed")
            for n in names
        ),
    }


def world(capacity: float, load: float) -> Records:
    """Braess: two paths from A to D, each half queue and half long road; C1 opens a short road between
    them."""
    return Records(
        settings=SETTINGS,
        countries=tuple(Country(id=c, name=c, gdp_usd_m=1e5, basis="assumed") for c in ("AAA", "DDD")),
        nodes=(node("A", "AAA", 1.0), node("B", "AAA"), node("C", "AAA"), node("D", "DDD", 1.0)),
        links=(
            link("AB", "A", "B", 0.01, capacity_mt_per_year=capacity, load_mt_per_year=load),
            link("BD", "B", "D", 205.0),
            link("AC", "A", "C", 205.0),
            link("CD", "C", "D", 0.01, capacity_mt_per_year=capacity, load_mt_per_year=load),
            link("BC", "B", "C", 0.01, "planned"),
        ),
        params=(*params(queue_power=1.0), param("queue_hours_at_capacity", 20.0, "road")),
        flows=tuple(
            Flow(exporter=a, importer=b, usd_m=usd)
            for a, b, usd in (
                ("AAA", "DDD", 1e4),
                ("DDD", "AAA", 1e4),
                ("AAA", "AAA", 9e4),
                ("DDD", "DDD", 9e4),
            )
        ),
        effects=(opens("C1", "BC"),),
        **commitments("C1"),  # type: ignore[arg-type]
    )


def test_braess_is_flagged() -> None:
    """With the short road all goods crowd both queues: 2 x 20 h instead of 10 h + 20.5 h. It is worth less
    than nothing."""
    tonnes = 20.0  # 2 x 10,000 MUSD at 1,000 USD a tonne
    programme = Programme("braess", world(tonnes, tonnes))
    found = programme.congested(["C1"])
    assert found.value.sum() < 0
    ((name, loss),) = found.falls
    assert name == "C1"
    assert loss == pytest.approx(-found.value.sum(), rel=1e-6)
    assert found.as_dict()["braess"]
    # with a hundred times the capacity nothing queues, and the short road is a gain
    free = Programme("free", world(100 * tonnes, tonnes)).congested(["C1"])
    assert free.falls == ()
    assert free.value.sum() > 0


def two_worlds() -> Records:
    """Two pairs of countries that do not trade across, two planned roads in each, and a road that leads
    nowhere of use."""
    names = ("AAA", "BBB", "CCC", "DDD")
    links = [link("ab", "A", "B", 900.0), link("cd", "C", "D", 900.0), link("bc", "B", "C", 500.0)]
    for a, b in (("A", "B"), ("C", "D")):
        middle = f"{a}{b}"
        links += [link(f"{a}1", a, middle, 300.0, "planned"), link(f"{a}2", middle, b, 300.0, "planned")]
    links.append(link("far", "AB", "CD", 9000.0, "planned"))
    pairs = [(a, a, 1e5) for a in names] + [
        ("AAA", "BBB", 9e3),
        ("BBB", "AAA", 8e3),
        ("CCC", "DDD", 7e3),
        ("DDD", "CCC", 9e3),
    ]
    pairs += [(a, b, 0.0) for x, y in (("AB", "CD"), ("CD", "AB")) for a in names for b in names
              if a[0] in x and b[0] in y]  # fmt: skip
    return Records(
        settings=SETTINGS,
        countries=tuple(Country(id=c, name=c, gdp_usd_m=1e5, basis="assumed") for c in names),
        nodes=(*(node(c[0], c, 1.0) for c in names), node("AB", "AAA"), node("CD", "CCC")),
        links=tuple(links),
        params=params(),
        flows=tuple(Flow(exporter=a, importer=b, usd_m=usd) for a, b, usd in pairs),
        effects=tuple(
            opens(c, x) for c, x in (("P1", "A1"), ("P2", "A2"), ("Q1", "C1"), ("Q2", "C2"), ("Z", "far"))
        ),
        **commitments("P1", "P2", "Q1", "Q2", "Z"),  # type: ignore[arg-type]
    )


def test_parts_of_the_world_are_told_apart_exactly() -> None:
    game = corridor_game(Baseline.of(two_worlds()))
    assert game.parts == (("P1", "P2"), ("Q1", "Q2"), ("Z",))
    for size in range(6):
        for group in combinations(game.players, size):
            parts = sum(game.value(set(group) & set(part)) for part in game.parts)
            np.testing.assert_allclose(game.value(group), parts, atol=1e-9)
    # two halves of a missing road are worth nothing alone
    assert (game.value(["P1"]) == 0).all()
    assert game.value(["P1", "P2"]).sum() > 1
    exact, split = shapley(game, method="exact"), shapley(game, method="sampled")
    assert split.method == "exact"
    np.testing.assert_allclose(split.share, exact.share, atol=1e-8)
    np.testing.assert_allclose(
        game.along(["Q2", "P1", "Q1"]), [game.value(s) for s in (["Q2"], ["Q2", "P1"], ["Q2", "P1", "Q1"])]
    )


def test_a_ban_on_trade_is_not_mixed_with_queues() -> None:
    with pytest.raises(WrongUse, match="leave out --congested"):
        milepost.open(milepost.example("ridge")).under(("X3",)).congested(["R3"])


def test_restrictions_count_from_the_empty_set_and_queues_from_today() -> None:
    """Without a queue both columns are the same number under any restriction; a lifted one is seen; 'today'
    is without them."""
    ridge = milepost.open(milepost.example("ridge"))
    for name in ("R9", "R5"):
        with pytest.raises(WrongUse):  # unknown, or delivered: refused as by value
            ridge.congested(("R1", name))
    for with_ in ((), ("X1",), ("X2",)):
        found = ridge.under(with_).congested(("R1", "R2"))
        np.testing.assert_allclose(found.value, found.frozen, rtol=1e-6, atol=1e-6)
    records = ridge.records
    taxed = [
        r.model_copy(
            update={"starts": r.starts.__class__("2020"), "effect": "dearer", "ad_valorem_percent": 10.0}
        )
        for r in records.restrictions
        if r.id == "X3"
    ]
    today = replace(ridge, records=records.with_rows(restrictions=taxed))
    with pytest.raises(WrongUse, match="restrictions on trade"):
        today.under((), ("X3",)).congested(("R1",))
    # a stated load of nothing never queues, however full the model thinks it
    links = [
        x.model_copy(update={"capacity_mt_per_year": 4.0, "load_mt_per_year": load}) if x.id == name else x
        for x in records.links
        for name, load in (("RIDGETON-GATE-ROAD", 0.0),)
    ]
    rows = [*records.params, param("queue_hours_at_capacity", 24.0), param("queue_power", 4.0)]
    idle = replace(ridge, records=records.with_rows(links=links, params=rows)).congested(("R1", "R2"))
    assert [(f.use_today, f.hours_today, f.hours) for f in idle.facilities] == [
        pytest.approx((0.0, 0.0, 0.0), abs=1e-20)
    ]
    links = [
        x.model_copy(update={"load_mt_per_year": 2.0}) if x.capacity_mt_per_year == 4.0 else x for x in links
    ]
    full = replace(ridge, records=records.with_rows(links=links, params=rows))
    assert full.under(("X1",)).congested(()).facilities[0].use_today == pytest.approx(0.5)


def ridge_with(model: str, types: int = 1, variance: float = 0.0, *, queue: bool = False) -> Programme:
    """The ridge under a trade model, with so many shipment types, and a queue on the road to the gate."""
    opened = milepost.open(milepost.example("ridge"))
    records = opened.records
    rows = [p for p in records.params if p.name not in ("shipment_types", "cost_variance")]
    rows += [param("shipment_types", types), param("cost_variance", variance)]
    links = list(records.links)
    if queue:
        rows += [param("queue_hours_at_capacity", 24.0), param("queue_power", 4.0)]
        more = {"capacity_mt_per_year": 2.2, "load_mt_per_year": 2.0}
        links = [x.model_copy(update=more) if x.id == "RIDGETON-GATE-ROAD" else x for x in links]
    settings = opened.settings.model_copy(update={"model": model})
    return replace(opened, records=replace(records.with_rows(links=links, params=rows), settings=settings))


@pytest.mark.parametrize("model", ["one-sector", "many-sectors"])
@pytest.mark.parametrize("types", [1, 4])
def test_without_a_queue_it_is_v_in_both_models_with_any_types(model: str, types: int) -> None:
    found = ridge_with(model, types, 2.0).congested(("R1", "R2", "R4"))
    assert np.abs(found.value).max() > 1
    np.testing.assert_allclose(found.value, found.frozen, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("model", ["one-sector", "many-sectors"])
def test_types_that_do_not_differ_queue_as_one(model: str) -> None:
    """And where they do, they spread: the queue is another one."""
    one, same, apart = (
        ridge_with(model, types, variance, queue=True).congested(("R3",))
        for types, variance in ((1, 0.0), (3, 0.0), (4, 8.0))
    )
    assert abs(one.value.sum() - one.frozen.sum()) > 1e-3 * abs(one.frozen.sum())
    np.testing.assert_allclose(same.value, one.value, rtol=1e-5, atol=1e-4)
    assert same.facilities[0].use == pytest.approx(one.facilities[0].use, rel=1e-6)
    for found in (one, same, apart):
        (facility,) = found.facilities
        assert facility.use_today == pytest.approx(2.0 / 2.2)
        assert facility.hours == pytest.approx(24.0 * facility.use**4, rel=1e-6)
        assert facility.use != pytest.approx(facility.use_today, rel=1e-6)
    assert apart.gap < 1e-8


def test_a_lower_duty_brings_traffic_into_the_queue() -> None:
    """In the model with many sectors a set may change duties alone: paths answer, because trade does."""
    opened = ridge_with("many-sectors", 2, 2.0, queue=True)
    records = opened.records
    pair = next(
        t for t in records.sector_trade
        if t.tariff_percent > 0 and t.usd_m > 0 and {t.exporter, t.importer} == {"XRL", "XEM"}
    )  # fmt: skip
    free = Effect(
        id="duty",
        commitment="R3",
        target_table="tariffs",
        target=f"{pair.exporter}-{pair.importer}/{pair.sector}",
        attribute="duty",
        after="0",
        basis="assumed",
    )
    kept = [e for e in records.effects if e.commitment != "R3"]
    found = replace(opened, records=records.with_rows(effects=[*kept, free])).congested(("R3",))
    assert found.facilities[0].use > found.facilities[0].use_today
    assert np.abs(found.value).max() > 0
