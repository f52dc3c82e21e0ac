"""Closures and surcharges: they only close or make dearer, whatever is delivered, and what has no path trades
nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_network import worlds

import milepost
from milepost.errors import NoSolution, WrongUse
from milepost.network.network import UNREACHABLE, Network
from milepost.network.overlay import Overlay
from milepost.network.paths import skim
from milepost.network.restrictions import in_force, restrictions
from milepost.programme import Programme
from milepost.records import PartialDate, Records, Restriction
from torture import cases


def row(ident: str, table: str, target: str, effect: str, starts: str = "2027", **more: Any) -> Restriction:
    return Restriction(
        id=ident,
        title=ident,
        target_table=table,
        target=target,
        effect=effect,
        starts=PartialDate(starts),
        basis="assumed",
        **more,
    )


def ridge(*rows: Restriction) -> Programme:
    base = milepost.open(milepost.example("ridge"))
    return replace(base, records=base.records.with_rows(restrictions=rows))


def balanced(*rows: Restriction) -> Programme:
    """The same without deficits, which a country cut off could not pay."""
    base = ridge(*rows)
    return replace(
        base, records=replace(base.records, settings=base.settings.model_copy(update={"deficits": "zero"}))
    )


@cases(20, 60)
@given(worlds(), st.data())
def test_the_overlay_under_restrictions_is_a_full_search(
    world: tuple[Records, tuple[str, ...]], data: Any
) -> None:
    records, players = world
    rows = []
    for n in range(data.draw(st.integers(1, 3))):
        table = data.draw(st.sampled_from(["links", "nodes", "modes"]))
        target = data.draw(
            st.sampled_from(
                [x.id for x in records.links]
                if table == "links"
                else [x.id for x in records.nodes]
                if table == "nodes"
                else ["rail", "road", "sea"]
            )
        )
        if data.draw(st.booleans()):
            rows.append(row(f"x{n}", table, target, "closed"))
        else:
            rows.append(
                row(
                    f"x{n}",
                    table,
                    target,
                    "dearer",
                    hours=data.draw(st.integers(0, 50)),
                    usd_per_t=data.draw(st.integers(0, 20)),
                )
            )
    records = records.with_rows(restrictions=rows)
    held = restrictions(records, {r.id for r in rows})
    free, bound = Overlay.of(records, players), Overlay.of(records, players, frozenset(), held)
    for mask in range(1 << len(players)):
        delivered = frozenset(p for k, p in enumerate(players) if mask >> k & 1)
        cost = bound.cost(delivered)
        assert np.array_equal(cost, skim(Network.of(records, delivered, (), held)).cost)
        assert (cost >= free.cost(delivered)).all()  # only closed, only dearer


def test_what_is_closed_stays_closed_whatever_is_delivered() -> None:
    shut = ridge(row("X", "links", "VALE-SUMMIT", "closed")).under(["X"])
    assert shut.value(["R1", "R2"]).countries == pytest.approx(shut.value(["R2"]).countries, abs=1e-9)
    free = ridge()
    assert sum(free.value(["R1", "R2"]).countries.values()) > 1
    assert set(shut.value("all").restrictions) == {"X"}
    assert any("With restrictions in force: X" in n for n in shut.value("all").notes)


def test_a_zone_without_a_path_trades_nothing_and_is_reported() -> None:
    from milepost.errors import NoSolution

    with pytest.raises(NoSolution, match="cannot pay its deficit"):  # it is said, and no number given
        ridge(row("X", "programme", "", "closed")).under(["X"]).value([])
    programme = balanced(row("X", "programme", "", "closed")).under(["X"])
    answer = programme.value([])
    assert answer.restriction_effect is not None
    assert all(np.isfinite(v) for v in answer.restriction_effect.values())
    assert all(v < 0 for v in answer.restriction_effect.values())
    assert any("no path left; they trade nothing" in n for n in answer.notes)
    cost = Overlay.of(programme.records, (), frozenset(), restrictions(programme.records, {"X"})).cost(
        frozenset()
    )
    assert (cost[:, ~np.eye(cost.shape[1], dtype=bool)] == UNREACHABLE).all()
    # the same as banning all trade outright: never a big number
    ban = balanced(row("B", "countries", "XWV", "closed"), row("C", "countries", "XRL", "closed")).under(
        ["B", "C"]
    )
    banned = ban.value([]).restriction_effect
    assert banned == pytest.approx(answer.restriction_effect, rel=1e-9)


def test_a_ban_is_the_limit_of_dearer_and_dearer() -> None:
    ban = (
        ridge(row("B", "countries", "XWV", "closed", partner="XEM")).under(["B"]).value([]).restriction_effect
    )
    assert ban is not None
    before = dict.fromkeys(ban, 0.0)
    for percent in (10, 100, 1000, 1e6, 1e9):
        dear = ridge(row("B", "countries", "XWV", "dearer", partner="XEM", ad_valorem_percent=percent)).under(
            ["B"]
        )
        now = dear.value([]).restriction_effect
        assert now is not None
        assert now["XWV"] < before["XWV"]
        before = now
    assert before == pytest.approx(ban, rel=1e-4, abs=1e-3)


def test_dates_and_what_may_be_asked() -> None:
    rows = (
        row("A", "nodes", "GATE", "closed").model_copy(
            update={"starts": PartialDate("2026-03"), "ends": PartialDate("2026-05")}
        ),
        row("R", "nodes", "GATE", "recorded"),
    )
    records = ridge(*rows).records
    assert in_force(records, dt.date(2026, 2, 28)) == frozenset()
    assert in_force(records, dt.date(2026, 3, 1)) == {"A"}
    assert in_force(records, dt.date(2026, 5, 31)) == {"A"}
    assert in_force(records, dt.date(2026, 6, 1)) == frozenset()
    with pytest.raises(WrongUse, match="recorded without an effect"):
        ridge(*rows).under(["R"])
    with pytest.raises(WrongUse, match="no restriction or part of V 'Z'"):
        ridge(*rows).under(["Z"])


def test_lifting_a_restriction_of_today_is_worth_what_it_costs() -> None:
    rows = (
        row("T", "nodes", "GATE", "dearer", "2020", hours=20.0),
    )  # in force on the base date: part of today's network
    today = ridge(*rows)
    assert today.value("all").restriction_effect is None
    lifted = today.under((), ["T"]).value([]).restriction_effect
    assert lifted is not None
    assert lifted["XEM"] > 0
    ban = ridge(row("B", "countries", "XWV", "closed", "2020", partner="XEM"))
    with pytest.raises(WrongUse, match="banned today"):
        ban.under((), ["B"]).value([])


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (row("X", "links", "NOWHERE", "closed"), "touches no link"),
        (row("X", "nodes", "GATE", "dearer"), "dearer by nothing"),
        (row("X", "countries", "ZZZ", "closed"), "no country 'ZZZ'"),
        (row("X", "countries", "XWV", "dearer", partner="XEM"), "dearer by nothing"),
        (row("X", "countries", "XWV", "closed", partner="XWV"), "closed to itself"),
    ],
)
def test_restrictions_that_would_do_nothing_are_found(bad: Restriction, words: str) -> None:
    assert any(words in f.message for f in ridge(bad).check())


def test_a_ban_of_today_is_part_of_the_flows_and_stops_no_other_question() -> None:
    """Both the ban and the surcharge hold; only lifting the ban cannot be told from flows that it made
    zero."""
    ban = row("B", "countries", "XWV", "closed", "2020", partner="XEM")
    road = row("S", "nodes", "GATE", "dearer", hours=12, usd_per_t=4)
    programme = balanced(ban, road)
    effect = programme.under(("S",)).value("all").restriction_effect
    assert effect is not None
    assert sum(effect.values()) < 0
    with pytest.raises(WrongUse, match="banned today"):
        programme.under((), ("B",)).value("all")


def test_a_sector_named_twice_is_restricted_once() -> None:
    once, twice = (
        restrictions(
            ridge(row("X", "countries", "XWV", "dearer", ad_valorem_percent=20, sectors=s)).records, {"X"}
        )
        for s in (("farm",), ("farm", "farm"))
    )
    assert once.trade == twice.trade
    assert set(once.trade.values()) == {1.2}


def test_paths_and_loads_know_what_is_closed_and_what_is_delivered() -> None:
    ban = row("B", "countries", "XWV", "closed", partner="XEM")
    shut = row("G", "nodes", "GATE", "closed")
    programme = balanced(ban, shut)
    with pytest.raises(NoSolution, match=r"^Trade from XWV to XEM is closed by B \(B\)"):
        programme.under(("B",)).route("VALE", "EASTMERE")
    assert programme.route("VALE", "EASTMERE").legs, "not in force: open"
    with pytest.raises(NoSolution, match=r"Closed in this question: G \(G\)\."):
        programme.under(("G",)).route("VALE", "EASTMERE", via=("GATE",))
    free, banned = programme.loads(), programme.under(("B",)).loads()
    assert banned.moved_mt < free.moved_mt
    with pytest.raises(WrongUse, match="no commitment 'NOPE'"):
        programme.route("VALE", "EASTMERE", delivered=("NOPE",))
    # what is delivered on the base date is in the rows: naming it again moves nothing, and it serves the
    # others
    records = programme.records
    effects = [
        *(e.model_copy(update={"together_with": ("R5",)}) if e.id == "R3.f1" else e for e in records.effects),
        records.effects[2].model_copy(update={"id": "R5.f1", "commitment": "R5", "after": "12"}),
    ]
    after = replace(programme, records=records.with_rows(effects=effects, restrictions=()))
    today = after.route("VALE", "EASTMERE", via=("GATE",))
    assert (
        after.route("VALE", "EASTMERE", via=("GATE",), delivered=("R5",)).cost_usd_per_t
        == today.cost_usd_per_t
    )
    assert after.route("VALE", "EASTMERE", via=("GATE",), delivered=("R3",)).hours == pytest.approx(
        today.hours - 24
    )


def test_passing_where_one_stands_is_no_condition() -> None:
    programme = ridge()
    once = programme.route("VALE", "EASTMERE", via=("GATE",))
    assert programme.route("VALE", "EASTMERE", via=("VALE", "GATE", "GATE", "EASTMERE")).legs == once.legs
    there_and_back = programme.route("VALE", "EASTMERE", via=("GATE", "RIDGETON", "GATE"))
    assert there_and_back.km > once.km


def test_a_terminal_beyond_its_capacity_is_a_bottleneck() -> None:
    programme = ridge()
    handled = programme.loads().terminals
    name = max(handled, key=lambda n: handled[n])
    nodes = [
        n.model_copy(update={"capacity_mt_per_year": handled[name] / 2}) if n.id == name else n
        for n in programme.records.nodes
    ]
    tight = replace(programme, records=programme.records.with_rows(nodes=nodes))
    found = tight.loads().bottlenecks()
    assert [(x.link, x.mode) for x in found] == [(name, "terminal")]
    assert found[0].use == pytest.approx(2.0)
    assert [(b.link, b.mode) for b in tight.bottlenecks()][:1] == [(name, "terminal")]


def test_sides_are_those_of_what_is_asked_about() -> None:
    """A ban that holds throughout makes nobody the target of another question."""
    ban = row("B", "countries", "XWV", "closed", "2020", partner="XEM")
    road = row("S", "nodes", "GATE", "dearer", "2020", hours=12, usd_per_t=4)
    found = balanced(ban, road).under((), ("S",)).value("all").offset
    assert found is not None
    assert set(found.side.values()) == {"others"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (row("a", "nodes", "GATE", "dearer", hours=1e308), "hours is 1e+308, outside"),
        (
            row("a", "nodes", "GATE", "dearer", hours=5, ad_valorem_percent=3),
            "where ad_valorem_percent changes nothing",
        ),
        (row("a", "nodes", "GATE", "closed", direction="exports"), "where direction changes nothing"),
        (row("a", "countries", "XWV", "closed", hours=3), "where hours changes nothing"),
        (row("a", "programme", "GATE", "dearer", hours=3), "about every link"),
    ],
)
def test_what_a_restriction_says_and_does_not_do_is_a_finding(given: Restriction, words: str) -> None:
    assert any(words in f.message for f in ridge(given).check())
    plain = row("a", "nodes", "GATE", "dearer", hours=5, usd_per_t=2)
    assert not ridge(plain).check()


def test_a_network_without_zones_or_with_two_services_on_a_link_is_a_finding() -> None:
    base = ridge()
    nowhere = [n.model_copy(update={"trade_share": None}) for n in base.records.nodes]
    assert any(
        "no node has a trade_share" in f.message
        for f in replace(base, records=base.records.with_rows(nodes=nowhere)).check()
    )
    twice = [
        base.records.services[0],
        base.records.services[0].model_copy(update={"id": "F9", "headway_hours": 12.0}),
    ]
    assert any(
        "has two services (F1 and F9)" in f.message
        for f in replace(base, records=base.records.with_rows(services=twice)).check()
    )
    heavy = [
        n.model_copy(update={"load_mt_per_year": 1e80}) if k == 0 else n
        for k, n in enumerate(base.records.nodes)
    ]
    assert any(
        "load_mt_per_year is 1e+80" in f.message
        for f in replace(base, records=base.records.with_rows(nodes=heavy)).check()
    )
