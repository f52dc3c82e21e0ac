"""The group net of costs: what it sums to, thresholds, instruments, and what is not known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_appraisal import COSTS, DATES, LOAN, asked, cost, param, ridge, sums, world

import milepost
from milepost.cli import run
from milepost.errors import NoSolution, WrongUse
from milepost.network.network import CLASSES
from milepost.programme import Programme
from milepost.records import Records
from milepost.value.appraisal.appraisal import cases_of, in_order, together
from milepost.value.appraisal.purses import Purses
from milepost.value.assignment import demanded
from milepost.value.coalitions import Group, group, members
from milepost.value.game import Game
from milepost.value.instruments import crossing_tonnes, instruments
from milepost.value.side_payments import who_pays_whom
from milepost.value.thresholds import Threshold, thresholds_of
from torture import cases

CENT = 1e-8  # MUSD
GRANT = LOAN.model_copy(update={"id": "L2", "kind": "grant", "commitment": "R2", "by": "a donor"})
BY_A_MEMBER = LOAN.model_copy(update={"id": "L3", "commitment": "R1", "by": "Eastmere", "repaid_by": "XWV"})
FINANCED = world(param("conversion_factor", 0.9), financing=(LOAN, GRANT, BY_A_MEMBER))


def purses_of(
    records: Records | None = None, game: Game | None = None, dates: Mapping[str, dt.date | None] = DATES
) -> Purses:
    found = Purses.of(records or world(), game or sums(), asked(basis="timetable"), dates)
    assert found is not None
    return found


def grouped(
    records: Records | None = None,
    game: Game | None = None,
    thresholds: Mapping[str, Threshold] | None = None,
) -> tuple[Group, Purses]:
    there, told = records or world(), game or sums()
    purses = purses_of(there, told)
    return group(told, members(there, told), purses=purses, thresholds=thresholds), purses


def subsets(names: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [some for n in range(1, len(names) + 1) for some in combinations(names, n)]


@pytest.mark.parametrize("records", [world(), FINANCED], ids=["own money", "financed"])
def test_the_purses_of_any_set_sum_to_its_appraisal(records: Records) -> None:
    game = sums()
    purses = purses_of(records, game)
    every = cases_of(records, game, asked(basis="timetable"), DATES)
    for some in subsets(game.players):
        chosen = tuple(case for case in every if case.commitment.id in some)
        whole = together(chosen, in_order(chosen, game), game, 0.06)
        benefit, paid = purses.benefit(some), purses.cost(some)
        assert benefit == pytest.approx([whole.purse.benefit[c] for c in game.countries], abs=1e-9)
        assert purses.cost(some, "own") == pytest.approx(whole.purse.own, abs=1e-9)
        assert {k: v for k, v in purses.cost(some, "debt").items() if v} == pytest.approx(
            {k: v for k, v in whole.purse.debt.items() if v}, abs=1e-9
        )
        nets = benefit.sum() - sum(paid.values()) - purses.outside(some) + purses.to_economy(some)
        assert nets == pytest.approx(whole.measures.npv, abs=CENT)
        given_out = [f for f in whole.funds if f.by in ("a bank", "a donor")]
        years = 1.06 ** -np.arange(20.0)
        assert purses.outside(some) == pytest.approx(
            sum(float((f.drawn - f.service) @ years) for f in given_out), abs=1e-9
        )


def test_the_group_sums_to_the_appraisal_of_all() -> None:
    found, _ = grouped(FINANCED)
    every = cases_of(FINANCED, sums(), asked(basis="timetable"), DATES)
    npv = together(every, in_order(every, sums()), sums(), 0.06).measures.npv
    assert found.nets is not None
    assert found.nets.npv == pytest.approx(npv, abs=CENT)
    assert found.worth + found.others + found.nets.financiers + found.nets.to_economy == pytest.approx(npv)
    assert found.inside == pytest.approx(found.nets.benefit - found.nets.cost)
    assert found.nets.to_economy > 0
    # who lends is a payer: it gives first and gets back with interest
    east = found.parties.index("XEM")
    assert found.nets.lent[east] != 0
    assert not np.delete(found.nets.lent, east).any()
    # the same through the handle, on an example
    programme = milepost.open(milepost.example("ridge"))
    by_handle, appraised = programme.group(), programme.appraise(draws=0).all_together
    assert appraised is not None
    assert by_handle.nets is not None
    assert by_handle.nets.npv == pytest.approx(appraised.measures.npv, abs=CENT)


def test_a_coalition_delivers_what_it_pays_for_and_what_is_worth_it() -> None:
    """By the definition, a coalition at a time: the best of what some of its members deliver."""
    found, purses = grouped(FINANCED)
    needs = {
        "R1": {"XWV", "XEM"},  # who lends must be there
        "R2": {"XRL"},
        "R3": {"XRL", "XEM"},
        "R4": {"XEM", "XRL"},  # owed by one, paid by the other
    }
    column = {c: k for k, c in enumerate(sums().countries)}

    def left(party: str, some: frozenset[str]) -> float:
        return float(purses.benefit(some)[column[party]]) - purses.cost(some).get(party, 0.0)

    def delivered(parties: set[str]) -> frozenset[str]:
        return frozenset(name for name, need in needs.items() if need <= parties)

    everyone = set(found.parties)
    assert everyone == {"XWV", "XRL", "XEM"}
    worth = {}
    for some in subsets(found.parties):
        best = [delivered(set(part)) for part in (*subsets(some), ())]
        worth[some] = max(sum(left(p, done) for p in some) for done in best)
    missed = [worth[some] for some in worth if len(some) < 3]
    held = {
        "payment": found.inside + found.payment,
        "nucleolus": found.nucleolus,
    }
    for y in held.values():
        after = dict(zip(found.parties, y.tolist(), strict=True))
        missed = [worth[some] - sum(after[p] for p in some) for some in worth if len(some) < 3]
        missed += [left(p, delivered(everyone - {p})) - after[p] for p in found.parties]
        assert max(missed) <= found.epsilon + 1e-6
        assert y.sum() == pytest.approx(found.worth)
    for k, p in enumerate(found.parties):
        assert found.inside[k] == pytest.approx(left(p, delivered(everyone)))
        assert found.outside[k] == pytest.approx(left(p, delivered(everyone - {p})))
        assert found.alone[k] == pytest.approx(worth[p,])
    assert found.share.sum() == pytest.approx(found.worth)


def test_what_is_better_left_undone_is_said() -> None:
    dear = world(costs=(*COSTS, cost("K9", "R4", "capital", 900, payer="XRL")))
    found, _ = grouped(dear)
    assert found.nets is not None
    assert found.nets.better_without == ("R3", "R4")  # who stays away does nothing: R3 is owed by both
    cheap, _ = grouped()
    assert cheap.nets is not None
    assert cheap.nets.better_without == ()
    whole = purses_of(dear)
    lost = float(whole.benefit(sums().players).sum() - whole.benefit(("R1", "R2")).sum())
    assert found.nets.gain_without == pytest.approx(sum(whole.cost(("R3", "R4")).values()) - lost)


@cases(25, 300)
@given(
    st.lists(
        st.tuples(st.sampled_from(["XWV", "XRL", "XEM"]), st.booleans(), st.floats(0.05, 1.0)),
        min_size=1,
        max_size=3,
        unique_by=lambda one: one[0],
    )
)
def test_thresholds_hold_to_the_cent(wanted: list[tuple[str, bool, float]]) -> None:
    plain, purses = grouped()
    assert plain.nets is not None
    asks: dict[str, Threshold] = {}
    for party, as_ratio, part in wanted:
        k = plain.parties.index(party)
        most = plain.worth / len(wanted) * part
        ratio = (most + plain.nets.cost[k]) / plain.nets.cost[k]
        asks[party] = (
            Threshold(party, benefit_cost_ratio=float(ratio))
            if as_ratio and plain.nets.cost[k] > 0 and most > plain.inside[k]
            else Threshold(party, musd_per_year=float(most / purses.level))
        )
    found, _ = grouped(thresholds=asks)
    for payment in (found.payment, found.nucleolus - found.inside):
        assert payment.sum() == pytest.approx(0, abs=CENT)
        for party, one in asks.items():
            k = found.parties.index(party)
            benefit, spent, p = float(plain.nets.benefit[k]), float(plain.nets.cost[k]), float(payment[k])
            if one.musd_per_year is not None:
                yearly = np.full(20, one.musd_per_year) @ 1.06 ** -np.arange(20.0)
                assert benefit - spent + p >= yearly - CENT
            else:
                asked_for = one.benefit_cost_ratio or 0.0
                assert benefit + max(p, 0.0) >= asked_for * (spent + max(-p, 0.0)) - 2 * CENT * asked_for
    if not found.below_threshold and plain.stable_without_payments:
        assert not found.payment.any()


def test_a_ratio_limits_what_a_party_may_pay() -> None:
    one = Threshold("XWV", benefit_cost_ratio=1.25)
    assert one.least_payment(100.0, 100.0, 1.0) == pytest.approx(25)  # (100 + 25) / 100
    assert one.least_payment(200.0, 100.0, 1.0) == pytest.approx(-60)  # 200 / (100 + 60)
    assert Threshold("XWV", musd_per_year=3.0).least_payment(20.0, 5.0, 10.0) == pytest.approx(15)


def test_thresholds_that_ask_for_too_much_have_no_answer() -> None:
    plain, purses = grouped()
    each = plain.worth / purses.level / 3
    exact = {p: Threshold(p, musd_per_year=each * 0.999999) for p in plain.parties}
    found, _ = grouped(thresholds=exact)
    assert found.inside + found.payment == pytest.approx(found.floor, rel=1e-4)
    too_much = {p: Threshold(p, musd_per_year=each * 1.01) for p in plain.parties}
    with pytest.raises(NoSolution, match="No payments meet the thresholds"):
        grouped(thresholds=too_much)


def test_a_share_of_the_capital_is_worth_the_payment() -> None:
    """The rows of costs with that share put on the payer leave each what the payment leaves it."""
    bare = world(costs=(*COSTS, cost("K9", "R2", "residual", 0)))  # what is left stays with who has it
    asks = {"XRL": Threshold("XRL", musd_per_year=13.5)}
    found, purses = grouped(bare, thresholds=asks)
    transfers = instruments(who_pays_whom(found.parties, found.payment), purses, {})
    looked = 0
    for one in transfers:
        share = next((c for c in one.capital if c.commitment == "R2"), None)
        if share is None or one.receiver != "XRL":
            continue
        looked += 1
        assert share.enough
        row = next(c for c in bare.costs if c.id == "K4")
        halves = [
            row.model_copy(update={"amount_m": row.amount_m * (1 - share.share), "payer": "XRL"}),
            row.model_copy(update={"id": "K4b", "amount_m": row.amount_m * share.share, "payer": one.payer}),
        ]
        costs = tuple(x for c in bare.costs for x in (halves if c.id == "K4" else [c]))
        after, _ = grouped(bare.with_rows(costs=costs))
        moved = dict(zip(after.parties, (after.inside - found.inside).tolist(), strict=True))
        assert moved["XRL"] == pytest.approx(one.amount, abs=CENT)
        assert moved[one.payer] == pytest.approx(-one.amount, abs=CENT)
        assert one.musd_per_year * (np.ones(20) @ 1.06 ** -np.arange(20.0)) == pytest.approx(one.amount)
    assert looked


def test_a_fee_is_worth_the_payment() -> None:
    found, purses = grouped(thresholds={"XRL": Threshold("XRL", musd_per_year=13.5)})
    pairs = who_pays_whom(found.parties, found.payment)
    assert pairs
    tonnes = {(a, b): 2e6 for a, b, _ in pairs}
    for one in instruments(pairs, purses, tonnes):
        assert one.fee is not None
        rate = {"XWV": 1.02, "XRL": 1.03, "XEM": 1.0}[one.payer]  # of the base year 2025, as growth says
        level, yearly = 1.0, []
        for year in range(2026, 2046):
            step = rate if one.payer != "XRL" or year <= 2030 else 1.0
            level *= 0.99 if one.payer == "XEM" and year >= 2027 else step
            yearly.append(one.fee.usd_per_t * one.fee.t_per_year * level / 1e6)
        # who has neither growth of its own nor a row for all others keeps the first year's
        if one.payer != "XEM":
            assert sum(x / 1.06**t for t, x in enumerate(yearly)) == pytest.approx(one.amount)
    nothing = instruments(pairs, purses, {})
    assert all(one.fee is None for one in nothing)
    gross = instruments([("XWV", "XRL", 6.0)], None, {("XWV", "XRL"): 2e6})
    assert gross[0].fee is not None
    assert gross[0].fee.usd_per_t == pytest.approx(3.0)
    assert gross[0].capital == ()


def test_tonnes_that_cross_a_country_are_those_of_the_paths() -> None:
    """Pair by pair along the cheapest path; one shipment type, so that a path is all of it."""
    programme = Programme("ridge", world(param("shipment_types", 1)))
    everything = programme.game.players
    world_then = programme.world.with_delivered(everything)
    zones, demand = world_then.network().zones, demanded(world_then)
    country = {n.id: n.country for n in programme.records.nodes}
    names = sorted({z.country for z in zones})
    pairs = [(a, b) for a in names for b in names if a != b]
    expected = dict.fromkeys(pairs, 0.0)
    for s, cargo in enumerate(CLASSES):
        for o, start in enumerate(zones):
            for d, end in enumerate(zones):
                if not demand[s, o, d]:
                    continue
                path = programme.route(start.node, end.node, cargo=cargo, delivered="all")
                crossed = {
                    country[n]
                    for leg in path.as_dict()["legs"]
                    for n in (leg["from_node"], leg["to_node"])
                    if n
                } - {start.country, end.country}
                for payer in {start.country, end.country}:
                    for receiver in crossed:
                        expected[payer, receiver] += float(demand[s, o, d])
    found = crossing_tonnes(programme.world, everything, pairs)
    assert found == pytest.approx(expected)
    assert sum(expected.values()) > 0
    assert crossing_tonnes(programme.world, everything, [("XWV", "a bank")]) == {}


def test_without_a_stated_cost_it_is_left_out_and_said() -> None:
    some = world(costs=[c for c in COSTS if c.commitment != "R4"])
    free = some.with_rows(
        commitments=[
            c.model_copy(update={"cost_usd_m": None}) if c.id == "R4" else c for c in some.commitments
        ]
    )
    found, _ = grouped(free)
    assert found.nets is not None
    assert found.nets.without_cost == {"R4": "nobody states what it costs"}
    assert "R4" not in found.nets.delivered
    three = Game(("R1", "R2", "R3"), sums().countries, sums().evaluate)
    other, _ = grouped(free, three)
    assert other.inside == pytest.approx(found.inside)
    # a cost of nothing is a statement: then it is in
    stated, _ = grouped(free.with_rows(costs=[*free.costs, cost("K0", "R4", "capital", 0)]))
    assert stated.nets is not None
    assert "R4" in stated.nets.delivered
    with pytest.raises(WrongUse, match="R4 has no net value: nobody states"):
        purses_of(free).benefit(("R4",))


def without_costs() -> Programme:
    records = ridge()
    return Programme(
        "ridge",
        records.with_rows(
            commitments=[c.model_copy(update={"cost_usd_m": None}) for c in records.commitments]
        ),
    )


def test_a_register_without_costs_is_reckoned_gross() -> None:
    programme = without_costs()
    found = programme.group()
    assert found.nets is None
    assert found.unit == "MUSD/year"
    assert found.as_dict()["terms"] == "gross"
    asked_for = milepost.open(milepost.example("ridge")).group(gross=True)
    assert found.inside == pytest.approx(asked_for.inside)
    assert found.nucleolus == pytest.approx(asked_for.nucleolus)
    for question in ({"gross": False}, {"rate": 0.05}):
        with pytest.raises(WrongUse, match="Nobody states what any valued commitment costs"):
            programme.group(**question)
    with pytest.raises(WrongUse, match="not discounted"):
        programme.group(gross=True, rate=0.05)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (["XXX=3"], "There is no party 'XXX'"),
        (["XRL=many"], "'many' of XRL is not a number"),
        (["XRL"], "'' of XRL is not a number"),
        (["XRL=nan"], "is not a number"),
        (["XRL=-5%"], "not above zero"),
        (["XRL=3", "XRL=4"], "XRL has two thresholds"),
        (["XWV=1"], "XWV owes and pays for nothing that is valued here"),
        (["BANK=1"], "Nothing is known of what BANK gains"),
        ({"XRL": "x", "XXX": 1}, "no party 'XXX'"),
    ],
)
@pytest.mark.parametrize("net", [True, False])
def test_thresholds_that_make_no_sense(wanted: Any, said: str, net: bool) -> None:
    with pytest.raises(WrongUse, match=said):
        thresholds_of(wanted, ["XRL", "BANK"], ["XWV", "XRL", "BANK"], ["BANK"], net=net)


def test_all_faults_of_thresholds_are_told_at_once() -> None:
    with pytest.raises(WrongUse, match=r"no party 'A'.*not a number.*share of its costs"):
        thresholds_of(["A=1", "XRL=x", "XWV=90%"], ["XRL", "XWV"], ["XRL", "XWV"], [], net=False)
    assert thresholds_of({"XRL": 2.5}, ["XRL"], ["XRL"], [], net=False)["XRL"].musd_per_year == 2.5


def test_a_party_of_which_nothing_is_known_is_said() -> None:
    bank = ridge().parties[0].model_copy(update={"id": "BANK", "name": "A bank", "kind": "organisation"})
    records = replace(world(), parties=(*ridge().parties, bank))
    costs = [c.model_copy(update={"payer": "BANK"}) if c.id == "K8" else c for c in COSTS]
    found, _ = grouped(records.with_rows(costs=costs))
    assert found.without_value == ("BANK",)
    assert found.inside[found.parties.index("BANK")] < 0


def test_the_command_says_which_terms_it_shows(
    capsys: pytest.CaptureFixture[str], tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    folder = str(milepost.example("ridge"))
    assert run(["group", folder, "--threshold", "XRL=15", "--settle", "nucleolus"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    for words in (
        "net present values",
        "Nobody publishes the cost",
        "Asked for: XRL at least 15 MUSD a year",
        "payments to the nucleolus",
        "R2 20.8 %",
    ):
        assert words in text
    assert run(["group", folder, "--gross"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "gross: without costs" in text
    assert "Costs are not counted" in text
    assert "Nobody states" not in text
    for wrong, said in (
        (["--threshold", "XRL=lots"], "is not a number"),
        (["--settle", "dice"], "no division to settle by 'dice'"),
        (["--rate", "9"], "write 0.09 for 9 %"),
        (["--rate", "-0.99999"], "a share a year, from 0 to 1"),
        (["--rate", "nan"], "not nan"),
    ):
        assert run(["group", folder, *wrong]) == 2
        assert said in " ".join(capsys.readouterr().err.split())
    too_much = [x for party in ("XRL", "XWV", "XEM") for x in ("--threshold", f"{party}=50")]
    assert run(["group", folder, *too_much]) == 3
    assert "No payments meet the thresholds" in " ".join(capsys.readouterr().err.split())
