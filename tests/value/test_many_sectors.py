"""V(S) with many sectors: the one-sector model as a special case, duties as promises, sanctions by sector."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

import milepost
from milepost.errors import WrongUse
from milepost.network.cargo import cargo_mix
from milepost.network.overlay import Overlay
from milepost.network.restrictions import NO_RESTRICTIONS
from milepost.programme import Programme
from milepost.records import (
    Capacity,
    Commitment,
    Effect,
    Records,
    Restriction,
    Sector,
    SectorAccount,
    SectorInput,
    SectorTrade,
)
from milepost.trade.many_sectors.from_records import sector_base
from milepost.trade.many_sectors.solver import SectorShock, SectorSolver
from milepost.value.answers import trade_costs
from milepost.value.baseline import Baseline
from milepost.value.corridor import corridor_game
from milepost.value.shares import shapley

SHARES = {"bulk": 0.3, "general": 0.25, "containers": 0.45}


def ridge() -> Records:
    return milepost.open(milepost.example("ridge")).records


def one_as_many() -> Records:
    """The ridge with its one sector written as the tables of many."""
    records = ridge()
    gdp = {c.id: c.gdp_usd_m for c in records.countries}
    exports = {c: sum(f.usd_m for f in records.flows if f.exporter == c) for c in gdp}
    imports = {c: sum(f.usd_m for f in records.flows if f.importer == c) for c in gdp}
    return replace(
        records,
        settings=records.settings.model_copy(update={"model": "many-sectors"}),
        sector_inputs=(),
        capacities=(),
        sectors=(
            Sector(
                id="all",
                title="All",
                trade_elasticity=records.param("trade_elasticity"),
                basis="assumed",
                **SHARES,
            ),
        ),
        sector_trade=tuple(
            SectorTrade(
                sector="all",
                exporter=f.exporter,
                importer=f.importer,
                usd_m=f.usd_m,
                valuation=f.valuation,
            )
            for f in records.flows
        ),
        sector_accounts=tuple(
            SectorAccount(
                country=c,
                sector="all",
                value_added_usd_m=gdp[c],
                final_usd_m=gdp[c] - exports[c] + imports[c],
            )
            for c in gdp
        ),
    )


def three_sectors(duty: float = 10.0) -> Records:
    """Farms, factories and services with inputs from each other, and a promise to halve a duty."""
    records = ridge()
    rng = np.random.default_rng(3)
    countries = [c.id for c in records.countries]
    shares = {"farm": (0.8, 0.2, 0.0, 9.0), "factory": (0.1, 0.3, 0.6, 5.0), "service": (0.0, 0.0, 0.0, 5.0)}
    trade, accounts, inputs = [], [], []
    for country in records.countries:
        for name, part in (("farm", 0.1), ("factory", 0.3), ("service", 0.6)):
            va = country.gdp_usd_m * part
            accounts.append(
                SectorAccount(country=country.id, sector=name, value_added_usd_m=va, final_usd_m=va)
            )
            for user in shares:
                use = 0.25 * va * float(rng.uniform(0.5, 1.5))
                inputs.append(SectorInput(country=country.id, input=name, user=user, usd_m=use))
    for flow in records.flows:
        for name, part in (("farm", 0.3), ("factory", 0.7)):
            trade.append(
                SectorTrade(
                    sector=name,
                    exporter=flow.exporter,
                    importer=flow.importer,
                    usd_m=part * flow.usd_m,
                    tariff_percent=duty,
                    valuation=flow.valuation,
                )
            )
    assert len(countries) == 3
    promise = Commitment(
        id="T1",
        agreement=records.agreements[0].id,
        title="Halve the duty",
        kind="tariff",
        owed_by=(records.parties[0].id,),
        basis="assumed",
    )
    effect = Effect(
        id="T1.f1",
        commitment="T1",
        target_table="tariffs",
        target="XWV-XRL/factory",
        attribute="duty",
        before="10",
        after="5",
        unit="%",
        basis="assumed",
    )
    return replace(
        records,
        settings=records.settings.model_copy(update={"model": "many-sectors", "deficits": "zero"}),
        sectors=tuple(
            Sector(id=s, title=s, trade_elasticity=t, bulk=b, general=g, containers=c, basis="assumed")
            for s, (b, g, c, t) in shares.items()
        ),
        sector_trade=tuple(trade),
        sector_accounts=tuple(accounts),
        sector_inputs=tuple(inputs),
        capacities=(),
        commitments=(*records.commitments, promise),
        effects=(*records.effects, effect),
    )


def sound(records: Records) -> Programme:
    programme = Programme("memory", records)
    assert programme.check() == ()
    return programme


@pytest.mark.parametrize("closure", ["zero", "fixed", "multiplicative"])
def test_one_sector_is_the_special_case(closure: str) -> None:
    """Home sales are value added less exports in both, so both models are the same model, set by set."""
    many = one_as_many()
    many = replace(many, settings=many.settings.model_copy(update={"deficits": closure}))
    one = replace(many, settings=many.settings.model_copy(update={"model": "one-sector"}))
    a, b = sound(one).game.table(), sound(many).game.table()
    np.testing.assert_allclose(a, b, atol=2e-4, rtol=1e-6)


def test_the_table_equals_single_sets_and_shares_add_up() -> None:
    game = sound(three_sectors()).game
    assert "T1" in game.players
    fresh = corridor_game(Baseline.of(three_sectors()))
    table = game.table()
    for mask in range(0, len(table), 3):
        names = [p for k, p in enumerate(game.players) if mask >> k & 1]
        np.testing.assert_allclose(table[mask], fresh.value(names), atol=1e-3)
    shares = shapley(game)
    np.testing.assert_allclose(shares.share.sum(axis=0), shares.total, atol=1e-6)
    # a promise about a duty and one about the path meet: the table tells them apart
    assert np.abs(game.value(["T1"])).max() > 1
    assert not np.allclose(game.value(["T1", "R3"]), game.value(["R3"]))


def test_a_duty_is_not_valued_with_one_sector_and_says_so() -> None:
    records = three_sectors()
    records = replace(records, settings=records.settings.model_copy(update={"model": "one-sector"}))
    assert "duty" in corridor_game(Baseline.of(records)).not_valued["T1"]
    odd = records.with_rows(
        effects=[
            e.model_copy(update={"target": "nowhere"}) if e.id == "T1.f1" else e for e in records.effects
        ]
    )
    odd = replace(odd, settings=odd.settings.model_copy(update={"model": "many-sectors"}))
    assert "no pair of countries" in corridor_game(Baseline.of(odd)).not_valued["T1"]


def sanction(**more: object) -> Restriction:
    return Restriction.model_validate(
        {
            "id": "S1",
            "title": "Sanction",
            "target_table": "countries",
            "target": "XWV",
            "partner": "XRL",
            "starts": "2030-01-01",
            "effect": "closed",
            "sectors": ("factory",),
            "imposed_by": ("XRL",),
            "basis": "assumed",
            **more,
        }
    )


def test_a_ban_by_sector_hurts_both_sides_and_less_than_a_ban_of_all_trade() -> None:
    records = three_sectors()
    some = records.with_rows(restrictions=(*records.restrictions, sanction()))
    every = records.with_rows(restrictions=(*records.restrictions, sanction(sectors=())))
    part = sound(some).under(("S1",)).value(())
    whole = sound(every).under(("S1",)).value(())
    assert part.restriction_effect is not None
    assert whole.restriction_effect is not None
    for country in ("XWV", "XRL"):
        assert part.restriction_effect[country] < -1
        assert whole.restriction_effect[country] < part.restriction_effect[country]
    assert any("S1" in note for note in part.notes)


def test_one_direction_and_a_surcharge_on_duty() -> None:
    records = three_sectors()
    dearer = sanction(effect="dearer", tariff_percent=20.0, direction="exports")
    with_it = sound(records.with_rows(restrictions=(*records.restrictions, dearer))).under(("S1",))
    effect = with_it.value(()).restriction_effect
    assert effect is not None
    assert effect["XWV"] < 0  # its exports meet a higher duty
    none = sanction(effect="dearer", ad_valorem_percent=20.0, direction="exports")
    iceberg = sound(records.with_rows(restrictions=(*records.restrictions, none))).under(("S1",)).value(())
    assert iceberg.restriction_effect is not None
    # a duty pays its revenue to the importer, an iceberg to nobody
    assert iceberg.restriction_effect["XRL"] < effect["XRL"]


def test_who_bears_what_and_what_commitments_give_back() -> None:
    """Each number of the offset is a game of its own: with and without the sanction, with and without the
    commitments."""
    records = three_sectors()
    with_it = records.with_rows(restrictions=(*records.restrictions, sanction(direction="exports", effect="dearer", ad_valorem_percent=30)))  # fmt: skip # noqa: E501
    under, today = sound(with_it).under(("S1",)), sound(with_it)
    for delivered in (("R3",), ("R1", "R2"), under.game.players):
        answer = under.value(delivered)
        against = answer.offset
        assert against is not None
        alone, usual = under.value(()).restriction_effect, today.value(delivered).countries
        assert alone is not None
        for c in ("XWV", "XRL", "XEM"):
            assert against.alone[c] == alone[c]
            assert against.value[c] == answer.countries[c]
            assert against.together[c] == pytest.approx(alone[c] + answer.countries[c])
            # what the sanction costs once the commitments are there: the world with both less the world with
            # them alone
            assert against.delivered[c] == pytest.approx(against.together[c] - usual[c])
        assert against.side == {"XWV": "targeted", "XRL": "imposes", "XEM": "others"}
        sums = against.by_side()
        assert sum(part["together"] for part in sums.values()) == pytest.approx(
            sum(against.together.values())
        )
        assert against.share() == pytest.approx(-sum(answer.countries.values()) / sum(alone.values()))
    # a wider set gives back more; a promise on the sanctioned duty itself gives back to the targeted side
    narrow, wide = under.value(("R3",)).offset, under.value("all").offset
    assert narrow is not None
    assert wide is not None
    assert (wide.share() or 0) > (narrow.share() or 0) > 0
    assert today.value("all").offset is None
    assert under.value("all").as_dict()["offset_share"] == wide.share()


def test_sides_of_several_restrictions() -> None:
    records = three_sectors()
    answer = sanction(id="S2", target="XRL", partner="XWV", imposed_by=("XWV",))
    records = records.with_rows(restrictions=(*records.restrictions, sanction(), answer))
    both = sound(records).under(("S1", "S2")).value(()).offset
    assert both is not None
    assert both.side == {"XWV": "both", "XRL": "both", "XEM": "others"}
    closed = sound(records).under(("X1",)).value("all").offset
    assert closed is not None
    assert set(closed.side.values()) == {"others"}  # snow imposes nothing on anybody


def test_sector_restrictions_need_sectors() -> None:
    records = three_sectors()
    records = records.with_rows(restrictions=(*records.restrictions, sanction()))
    records = replace(records, settings=records.settings.model_copy(update={"model": "one-sector"}))
    (finding,) = Programme("memory", records).check()
    assert "many-sectors" in finding.remedy
    with pytest.raises(WrongUse, match="many sectors"):
        corridor_game(Baseline.of(records).under(["S1"]))


def test_incomplete_tables_are_findings() -> None:
    records = three_sectors()
    lacking = records.with_rows(sector_accounts=records.sector_accounts[1:])
    found = Programme("memory", lacking).check()
    assert any("has no account of farm" in f.message for f in found)
    assert dt.date(2026, 1, 1) == records.settings.base_date


def test_whose_strengths_meet_whose_needs() -> None:
    """Balassa and Michaely by hand on three countries, and a promise that opens the exchange."""
    records = three_sectors()
    trade = tuple(
        t.model_copy(update={"usd_m": 3 * t.usd_m}) if t.sector == "farm" and t.exporter == "XWV" else t
        for t in records.sector_trade
    )
    records = records.with_rows(
        sector_trade=trade,
        capacities=(
            Capacity(
                id="K1",
                party=records.parties[0].id,
                field="ports",
                what="berths",
                amount=10,
                used=6,
                unit="berths",
                year=2025,
                basis="assumed",
            ),
        ),
    )
    programme = sound(records)
    found = programme.complement()
    farm, west = found.sectors.index("farm"), found.countries.index("XWV")
    flows = {(t.sector, t.exporter, t.importer): t.usd_m for t in trade}
    of_west = sum(v for (s, e, _), v in flows.items() if e == "XWV" and s == "farm") / sum(
        v for (_, e, _), v in flows.items() if e == "XWV"
    )
    of_world = sum(v for (s, _, _), v in flows.items() if s == "farm") / sum(flows.values())
    assert found.advantage[west, farm] == pytest.approx(of_west / of_world)
    other = found.countries.index("XRL")
    x = [sum(v for (s, e, _), v in flows.items() if e == "XWV" and s == k) for k in found.sectors]
    m = [sum(v for (s, _, i), v in flows.items() if i == "XRL" and s == k) for k in found.sectors]
    expected = 100 * (1 - 0.5 * sum(abs(a / sum(x) - b / sum(m)) for a, b in zip(x, m, strict=True)))
    assert found.complementarity[west, other] == pytest.approx(expected)
    best = [f for f in found.matches if f.exporter == "XWV" and f.sector == "farm"]
    assert best
    assert best[0].advantage > 1
    assert any(f.opened_by for f in found.matches)
    # halving a duty of 10 % takes 1 - 1.05 / 1.10 off the price of what it covers, and of nothing else
    by = {
        (m.exporter, m.importer, m.sector): dict(m.opened_by)
        for m in sound(three_sectors(10.0)).complement().matches
    }
    assert {key for key, names in by.items() if "T1" in names} <= {("XWV", "XRL", "factory")}
    strong = records.with_rows(
        sector_trade=tuple(
            t.model_copy(update={"usd_m": 3 * t.usd_m})
            if t.sector == "factory" and t.exporter == "XWV"
            else t
            for t in three_sectors().sector_trade
        )
    )
    by = {(m.exporter, m.importer, m.sector): dict(m.opened_by) for m in sound(strong).complement().matches}
    assert by["XWV", "XRL", "factory"]["T1"] == pytest.approx(100 * (1 - 1.05 / 1.10), abs=1e-6)
    assert found.spare[0].spare == 4
    assert found.as_dict()["matches"]


def test_a_path_opens_exchange_only_for_what_takes_it() -> None:
    """A sector saves by its own cargo and elasticity, as in the model; services that use no path are opened
    by none."""
    records = three_sectors()
    records = records.with_rows(
        sector_trade=tuple(
            t.model_copy(update={"usd_m": 3 * t.usd_m}) if (t.sector, t.exporter) == ("farm", "XWV") else t
            for t in records.sector_trade
        )
    )
    plain = sound(records).complement()
    moving = next(m.sector for m in plain.matches if m.opened_by)
    off = tuple(
        s.model_copy(update={"bulk": 0.0, "general": 0.0, "containers": 0.0}) if s.id == moving else s
        for s in records.sectors
    )
    found = sound(records.with_rows(sectors=off)).complement()
    paths = [c.id for c in records.commitments if c.id != "T1"]
    assert any(name in paths for m in plain.matches if m.sector == moving for name, _ in m.opened_by)
    assert not any(name in paths for m in found.matches if m.sector == moving for name, _ in m.opened_by)
    model = sound(records)
    overlay = Overlay.of(records, model.game.players, model.baseline.done, NO_RESTRICTIONS)
    names = [c.id for c in records.countries]
    for match in plain.matches:
        s = next(x for x in records.sectors if x.id == match.sector)
        costs = trade_costs(
            records,
            overlay.cost(frozenset()),
            tuple(names),
            cargo_mix(records, tuple(names)).of_sector(np.array([s.bulk, s.general, s.containers])),
            s.trade_elasticity,
            np.zeros((len(names), len(names)), dtype=bool),
        )
        for name, percent in match.opened_by:
            if name in paths:
                hat = costs.hat(overlay.cost(frozenset({name})))[
                    names.index(match.exporter), names.index(match.importer)
                ]
                assert percent == pytest.approx(100 * (1 - hat))


def test_a_union_is_its_members_in_complement() -> None:
    """A union of two beside a third: as if all three were named, not as if the third stood alone."""
    records = three_sectors()
    records = records.with_rows(
        sector_trade=tuple(
            t.model_copy(update={"usd_m": 3 * t.usd_m}) if (t.sector, t.exporter) == ("farm", "XWV") else t
            for t in records.sector_trade
        )
    )
    union = records.parties[0].model_copy(
        update={"id": "UNI", "name": "Union", "kind": "union", "members": ("XWV", "XRL")}
    )

    def matches(*owners: tuple[str, ...]) -> list[tuple[str, str, str]]:
        owed = [
            c.model_copy(update={"owed_by": owners[k % len(owners)]})
            for k, c in enumerate(records.commitments)
        ]
        found = sound(records.with_rows(parties=[*records.parties, union], commitments=owed)).complement()
        return [(m.exporter, m.importer, m.sector) for m in found.matches]

    named = matches(("XWV", "XRL"), ("XEM",))
    assert any({a, b} == {"XWV", "XRL"} for a, b, _ in named)
    assert matches(("UNI",), ("XEM",)) == named


def test_what_a_country_sells_at_home_is_no_strength() -> None:
    """Balassa and Michaely are about trade with others: rows of home sales change nothing."""
    records = three_sectors()
    home = tuple(
        SectorTrade(sector=s, exporter=c.id, importer=c.id, usd_m=1e5 * (k + 1))
        for c in records.countries
        for k, s in enumerate(("farm", "factory"))
    )
    plain, more = (
        sound(r).complement()
        for r in (records, records.with_rows(sector_trade=(*records.sector_trade, *home)))
    )
    np.testing.assert_array_equal(plain.advantage, more.advantage)
    np.testing.assert_array_equal(plain.complementarity, more.complementarity)
    assert [(m.exporter, m.importer, m.sector, m.import_share) for m in plain.matches] == [
        (m.exporter, m.importer, m.sector, m.import_share) for m in more.matches
    ]


def test_exports_beyond_output_leave_no_home_sales_and_it_is_said() -> None:
    records = three_sectors()
    big = tuple(
        t.model_copy(update={"usd_m": 1e6})
        if (t.sector, t.exporter, t.importer) == ("farm", "XWV", "XRL")
        else t
        for t in records.sector_trade
    )
    made = sector_base(records.with_rows(sector_trade=big))
    at = made.economy.countries.index("XWV")
    assert made.economy.flows[made.economy.sectors.index("farm"), at, at] == 0.0
    assert any("In 1 of them exports exceed gross output" in note for note in made.notes)


def test_complement_without_data_says_what_to_fill() -> None:
    records = ridge().with_rows(
        sectors=(), sector_trade=(), sector_accounts=(), sector_inputs=(), capacities=()
    )
    with pytest.raises(WrongUse, match="sector_trade"):
        sound(records).complement()


def test_a_promised_duty_is_worth_what_the_model_says_of_that_duty() -> None:
    """T1 halves XRL's duty on factory goods from XWV: the same as solving the economy with that one cell
    changed."""
    records = three_sectors()
    economy = sector_base(records).economy
    solver = SectorSolver(economy)
    j, o, d = economy.sectors.index("factory"), economy.countries.index("XWV"), economy.countries.index("XRL")
    tariffs = solver.base.tariffs.copy()
    assert tariffs[j, o, d] == pytest.approx(0.10)
    tariffs[j, o, d] = 0.05
    alone = solver.solve(SectorShock(tariffs=tariffs)).equivalent_variation_musd
    game = sound(records).game
    np.testing.assert_allclose(game.value(["T1"]), alone, atol=1e-3)
    # a promise to a duty above today's changes nothing
    worse = [e.model_copy(update={"after": "50"}) if e.id == "T1.f1" else e for e in records.effects]
    np.testing.assert_array_equal(
        corridor_game(Baseline.of(records.with_rows(effects=worse))).value(["T1"]), 0.0
    )


def test_a_sanction_is_worth_what_the_model_says_of_that_ban() -> None:
    records = three_sectors()
    records = records.with_rows(restrictions=(*records.restrictions, sanction(direction="exports")))
    solver = SectorSolver(sector_base(records).economy)
    at = solver.base.countries.index
    hat = np.ones(solver.base.flows.shape)
    hat[solver.base.sectors.index("factory"), at("XWV"), at("XRL")] = np.inf
    alone = solver.solve(SectorShock(hat)).equivalent_variation_musd
    found = sound(records).under(("S1",)).value(()).restriction_effect
    assert found is not None
    np.testing.assert_allclose(list(found.values()), alone, atol=1e-3)


def test_a_sanction_on_duty_stays_on_top_of_a_promised_duty() -> None:
    """XRL promises 5 % and imposes 20 points: its duty is 25 %, whoever delivers what."""
    records = three_sectors()
    punished = sanction(effect="dearer", tariff_percent=20.0, direction="exports")
    game = sound(records.with_rows(restrictions=(*records.restrictions, punished))).under(("S1",)).game
    solver = SectorSolver(sector_base(records).economy)
    cell = (
        solver.base.sectors.index("factory"),
        solver.base.countries.index("XWV"),
        solver.base.countries.index("XRL"),
    )
    worth = []
    for duty in (0.30, 0.25):
        tariffs = solver.base.tariffs.copy()
        tariffs[cell] = duty
        worth.append(solver.solve(SectorShock(tariffs=tariffs)).equivalent_variation_musd)
    assert game.restriction_effect is not None
    np.testing.assert_allclose(game.restriction_effect, worth[0], atol=1e-3)
    np.testing.assert_allclose(game.value(["T1"]), worth[1] - worth[0], atol=1e-3)
