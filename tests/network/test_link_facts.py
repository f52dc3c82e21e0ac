"""What is told about a link is what goods pay on it: as a law on every link, and by hand on some of each
mode."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest

import milepost
from milepost.network.link_facts import LinkFacts, link_facts
from milepost.network.network import CLASSES, Network
from milepost.network.paths import route
from milepost.network.restrictions import restrictions
from milepost.programme import Programme

EXAMPLES = ("ridge", "north-south", "northern-corridor")


@pytest.fixture(scope="module")
def programmes() -> dict[str, Programme]:
    return {name: milepost.open(milepost.example(name)) for name in EXAMPLES}


@pytest.fixture(scope="module")
def north_south(programmes: dict[str, Programme]) -> dict[str, LinkFacts]:
    return {facts.id: facts for facts in programmes["north-south"].link_facts()}


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_path_over_just_that_link_pays_what_its_facts_say(
    programmes: dict[str, Programme], name: str
) -> None:
    """The link alone on the map, in both directions, for every class of cargo."""
    records = programmes[name].sound()
    table = programmes[name].link_facts()
    assert len(table) == sum(link.use == "model" for link in records.links)
    rows = {link.id: link for link in records.links}
    seen = 0
    for facts in table:
        alone = Network.of(records.with_rows(links=[rows[facts.id].model_copy(update={"state": "open"})]))
        for cargo in CLASSES:
            for ends in ((facts.from_node, facts.to_node), (facts.to_node, facts.from_node)):
                legs = [leg for leg in route(alone, *ends, cargo=cargo).legs if leg.from_node != leg.to_node]
                assert [leg.row for leg in legs] == [facts.id]
                assert legs[0].km == facts.km
                assert legs[0].hours == facts.running_hours
                assert legs[0].hours + legs[0].wait_hours == facts.hours
                assert legs[0].usd_per_t == facts.usd_per_t[cargo]
                seen += 1
    assert seen == 6 * len(table) > 50


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_parts_add_up_and_no_link_is_free(programmes: dict[str, Programme], name: str) -> None:
    for facts in programmes[name].link_facts():
        waits = facts.headway_hours + facts.border_hours + facts.restriction_hours + facts.queue_hours
        assert facts.hours == pytest.approx(facts.km / facts.kmh + waits)
        for cargo in CLASSES:
            parts = facts.fixed_usd_per_t + facts.border_usd_per_t + facts.restriction_usd_per_t
            assert facts.usd_per_t[cargo] == pytest.approx(facts.usd_per_tkm[cargo] * facts.km + parts)
            assert facts.usd_per_t[cargo] > 0, f"{facts.id} costs nothing"


def cells(table: str, **at: str) -> dict[str, str]:
    """The one row of a file that has these cells, as it stands there; what is empty is left out."""
    file = Path(milepost.example("north-south")) / f"{table}.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        (row,) = (r for r in csv.DictReader(lines) if all(r[k] == v for k, v in at.items()))
    return {k: v for k, v in row.items() if v}


def value(name: str, applies_to: str) -> str:
    return cells("params", name=name, applies_to=applies_to, use="model")["value"]


# fitted: hours added at a border, and USD/tkm
ADDED, RAIL, BULK, ROAD = 10.92, 0.02867, 0.01944, 0.07741
SEA, FERRY, RIVER = 0.004216, 0.05237, 0.01842
IRAN, TURKMENISTAN, AZERBAIJAN = 31.3, 29.3, 53.3  # km/h by rail, by rail and by road, as measured
DAY = 13.71 / 24  # of day and night a truck runs

# link; km, km/h, gauge and rate as its row states them; hours between departures; hours; USD/t of bulk and of
# containers. Speeds, rates and waits of the modes are those of params.csv, checked below.
BY_HAND = [
    # a railway inside Iran: km by speed, km by rate; bulk goes in block trains
    ("BANDARABBAS-SIRJAN", "372", "", "", "", 372 / IRAN, 372 * BULK, 372 * RAIL),
    # across a border without a crossing row: the usual hours, those fitted besides, and a charge
    (
        "TBILISI-YEREVAN",
        "374",
        "",
        "",
        "",
        374 / 44.17 + 13.6 + ADDED,
        374 * BULK + 10.75,
        374 * RAIL + 10.75,
    ),
    # across a border whose customs are in the change of gauge at its end, and half full: 48 hours where it is
    # full, with the fourth power of 3 / 7.5 of them; half of it where the railway asks 1.69 times the mean
    (
        "SERAHSTM-SARAKHSIR",
        "12",
        "",
        "",
        "",
        6 / TURKMENISTAN + 6 / IRAN + ADDED + 48 * (3 / 7.5) ** 4,
        12 * BULK * (1.69 + 1) / 2,
        12 * RAIL * (1.69 + 1) / 2,
    ),
    ("BANDARABBAS-SIRJAN-ROAD", "305", "", "", "", 305 / (42 * DAY), 305 * ROAD, 305 * ROAD),
    (
        "ASTARAIR-ASTARAAZ-ROAD",
        "5",
        "",
        "",
        "",
        (2.5 / 42 + 2.5 / AZERBAIJAN) / DAY + 9.9 + ADDED,
        5 * ROAD + 10.4,
        5 * ROAD + 10.4,
    ),
    ("NHAVASHEVA-BANDARABBAS-SEA", "2079", "", "", "", 2079 / 23.96, 2079 * SEA, 2079 * SEA),
    # its own speed and rate; half of four days until the next ship
    ("ANZALI-ASTRAKHAN-CASPIAN", "1102", "17", "0.038", "96", 1102 / 17 + 48, 1102 * 0.038, 1102 * 0.038),
    ("ALAT-AKTAU-CASPIAN", "530", "", "", "72", 530 / 17 + 36, 530 * FERRY, 530 * FERRY),
    ("ALAT-TURKMENBASHI-CASPIAN", "338", "", "", "72", 338 / 17 + 36, 338 * FERRY, 338 * FERRY),
    ("ASTRAKHAN-VOLGOGRAD-RIVER", "491", "", "", "", 491 / 12, 491 * RIVER, 491 * RIVER),
    ("SARATOV-SAMARA-RIVER", "430", "", "", "", 430 / 12, 430 * RIVER, 430 * RIVER),
]


# whose speed somebody measured in a country that the link lies in
MEASURED = {
    "BANDARABBAS-SIRJAN": "params CS-rail-IRN",
    "SERAHSTM-SARAKHSIR": "params CS-rail-TKM; params CS-rail-IRN",
    "ASTARAIR-ASTARAAZ-ROAD": "params M11; params CS-road-AZE; params M11R",
    "BANDARABBAS-SIRJAN-ROAD": "params M11; params M11R",
}


def test_the_rows_are_those_that_the_figures_by_hand_are_made_of() -> None:
    assert [value("speed_kmh", m) for m in ("rail", "road", "sea", "ferry", "river")] == [
        "44.17",
        "42",
        "23.96",
        "17",
        "12",
    ]
    rates = {"rail": RAIL, "rail/bulk": BULK, "road": ROAD, "sea": SEA, "ferry": FERRY, "river": RIVER}
    assert {m: float(value("freight_rate_usd_per_tkm", m)) for m in rates} == rates
    assert [value("border_hours", m) for m in ("rail", "road")] == ["13.6", "9.9"]
    assert [value("border_usd_per_t", m) for m in ("rail", "road")] == ["10.75", "10.4"]
    assert value("added_wait_hours", "border") == str(ADDED)
    assert float(value("running_hours_per_day", "road")) / 24 == DAY
    measured = [value("country_speed_kmh", key) for key in ("rail/IRN", "rail/TKM", "road/AZE")]
    assert [float(one) for one in measured] == [IRAN, TURKMENISTAN, AZERBAIJAN]
    assert value("country_rate_factor", "rail/TKM") == "1.69"
    assert value("queue_hours_at_capacity", "rail") == "48"
    full = cells("links", id="SERAHSTM-SARAKHSIR")
    assert (full["load_mt_per_year"], full["capacity_mt_per_year"]) == ("3", "7.5")
    modes = [cells("links", id=row[0])["mode"] for row in BY_HAND]
    assert {m: modes.count(m) for m in modes} == {"rail": 3, "road": 2, "sea": 2, "ferry": 2, "river": 2}


@pytest.mark.parametrize(
    ("ident", "km", "kmh", "rate", "headway", "hours", "bulk", "containers"),
    BY_HAND,
    ids=[row[0] for row in BY_HAND],
)
def test_figures_by_hand(
    north_south: dict[str, LinkFacts],
    ident: str,
    km: str,
    kmh: str,
    rate: str,
    headway: str,
    hours: float,
    bulk: float,
    containers: float,
) -> None:
    row, facts = cells("links", id=ident), north_south[ident]
    assert (row["km"], row.get("speed_kmh", ""), row.get("usd_per_tkm", "")) == (km, kmh, rate)
    assert row["usd_per_t"] == "0"
    if headway:
        assert cells("services", link=ident)["headway_hours"] == headway
    assert facts.hours == pytest.approx(hours, rel=1e-12)
    assert facts.usd_per_t["bulk"] == pytest.approx(bulk, rel=1e-12)
    assert facts.usd_per_t["containers"] == pytest.approx(containers, rel=1e-12)
    assert facts.usd_per_t["general"] == facts.usd_per_t["containers"]
    usual = cells("params", name="speed_kmh", applies_to=facts.mode)["id"]
    assert facts.kmh_from == ("row" if kmh else MEASURED.get(ident, f"params {usual}"))
    assert facts.rate_from["bulk"] == "row" or facts.rate_from["bulk"].startswith("params M")
    assert (facts.rate_from["bulk"] == "row") == bool(rate)


def test_bandar_abbas_to_sirjan(north_south: dict[str, LinkFacts]) -> None:
    """The link that the page showed for nothing: 372 km at 31.3 km/h, and 0.02867 USD/tkm but for bulk."""
    facts = north_south["BANDARABBAS-SIRJAN"]
    assert (facts.from_name, facts.to_name) == ("Bandar Abbas (Shahid Rajaee)", "Sirjan")
    assert facts.hours == pytest.approx(11.8850, abs=1e-4)
    assert facts.usd_per_t == pytest.approx(
        {"bulk": 372 * BULK, "general": 372 * RAIL, "containers": 372 * RAIL}
    )
    assert (facts.kmh_from, facts.rate_from["bulk"], facts.rate_from["general"]) == (
        "params CS-rail-IRN",
        "params M18",
        "params M17",
    )
    assert (facts.today, facts.since, facts.gauge_mm) == ("open", "1995", 1435)
    assert facts.commitments == ("C18", "C28")
    assert facts.border_from == ""


def test_who_is_paid_for_a_border(north_south: dict[str, LinkFacts]) -> None:
    assert north_south["TBILISI-YEREVAN"].border_from == "params M53"
    assert north_south["CHELYABINSK-AKTOBE"].border_from == "params M57", "inside a customs union"
    assert north_south["SERAHSTM-SARAKHSIR"].border_from == "crossings D06b"
    samur = [x for x in north_south.values() if "SAMUR" in (x.from_node, x.to_node) and x.mode == "rail"]
    assert {(x.border_from, x.border_hours) for x in samur} == {("crossings D04", 12 + ADDED), ("", 0.0)}


def test_what_a_link_carries_and_what_is_promised(north_south: dict[str, LinkFacts]) -> None:
    facts = north_south["SERAHSTM-SARAKHSIR"]
    assert (facts.load_mt_per_year, facts.capacity_mt_per_year) == (3, 7.5)
    assert facts.use == pytest.approx(0.4)
    promised = [x for x in north_south.values() if x.today == "promised"]
    assert promised
    assert all(x.state != "open" and x.since is None for x in promised)
    assert any(x.opened_by for x in promised)


def test_what_is_delivered_counts(programmes: dict[str, Programme]) -> None:
    before = {x.id: x for x in programmes["north-south"].link_facts()}
    after = {x.id: x for x in programmes["north-south"].link_facts(programmes["north-south"].game.players)}
    opened = {x for x in before if before[x].today == "promised" and after[x].today == "open"}
    assert opened
    assert all(set(after[x].opened_by) for x in opened)
    faster = [x for x in after.values() if x.kmh_from == "effects"]
    assert all(x.kmh > before[x.id].kmh for x in faster)
    assert all(after[x].hours <= before[x].hours for x in before)


def test_a_restriction_closes_or_makes_dearer(programmes: dict[str, Programme]) -> None:
    records = programmes["ridge"].sound()
    (snow,) = (r for r in records.restrictions if r.id == "X1")
    assert (snow.target, snow.effect, snow.starts.first) == ("GATE", "closed", dt.date(2027, 1, 10))
    closed = [x for x in link_facts(records, applied=["X1"]) if x.today == "closed"]
    assert closed
    for facts in closed:
        assert "GATE" in (facts.from_node, facts.to_node)
        assert facts.closed_by == facts.restricted_by == ("X1",)
        assert facts.since == "2027-01-10"
    dearer = [r.id for r in records.restrictions if r.effect == "dearer" and r.target_table != "countries"]
    assert dearer
    charged = restrictions(records, dearer).surcharge
    assert charged
    plain = {x.id: x for x in link_facts(records)}
    for facts in link_facts(records, applied=dearer):
        hours, usd = charged.get(facts.id, (0.0, 0.0))
        assert facts.hours == pytest.approx(plain[facts.id].hours + hours)
        assert facts.usd_per_t["bulk"] == pytest.approx(plain[facts.id].usd_per_t["bulk"] + usd)
        assert facts.today == "open" or plain[facts.id].today != "open"


def test_the_table_has_a_column_a_figure(programmes: dict[str, Programme]) -> None:
    table = programmes["ridge"].link_facts()
    columns, rows = table.table()
    assert {"id", "usd_per_t_bulk", "usd_per_tkm_containers", "rate_from_general", "hours"} <= set(columns)
    assert len(rows) == len(table)
    assert [row["id"] for row in table.as_dict()["links"]] == [facts.id for facts in table]
    assert set(table.as_dict()["links"][0]["usd_per_t"]) == set(CLASSES)
