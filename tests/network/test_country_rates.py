"""Speeds and rates of single countries: who passes there feels them, nobody else does."""

from __future__ import annotations

from dataclasses import replace

import pytest

import milepost
from milepost.network.link_facts import LinkFacts, link_facts
from milepost.records import Link, Param, Records

CLASSES = ("bulk", "general", "containers")


def ridge() -> Records:
    return milepost.open(milepost.example("ridge")).records


def facts(records: Records) -> dict[str, LinkFacts]:
    return {one.id: one for one in link_facts(records)}


def measured(records: Records, name: str, key: str, value: float) -> Records:
    row = Param(id=f"m-{name}-{key}", name=name, applies_to=key, value=value, basis="assumed")
    return records.with_rows(params=[*records.params, row])


def plain(records: Records) -> Records:
    """Without what a link states of itself, so that params count."""
    rows = [x.model_copy(update={"speed_kmh": None, "usd_per_tkm": None}) for x in records.links]
    return records.with_rows(links=rows, effects=())


def ends(records: Records, link: Link) -> tuple[str, str]:
    country = {n.id: n.country for n in records.nodes}
    return country[link.from_node], country[link.to_node]


def test_half_of_the_km_is_run_at_each_country_s_speed_and_other_links_stay() -> None:
    records = plain(ridge())
    where = next(n.country for n in records.nodes if n.id == next(x for x in records.links).from_node)
    before, after = facts(records), facts(measured(records, "country_speed_kmh", f"road/{where}", 10.0))
    inside = across = other = 0
    for link in records.links:
        a, b = before[link.id], after[link.id]
        at_home = sum(one == where for one in ends(records, link))
        if link.mode != "road" or not at_home:
            assert a == b
            other += 1
        elif at_home == 2:
            assert b.running_hours == pytest.approx(link.km / 10.0)
            assert b.kmh_from == f"params m-country_speed_kmh-road/{where}"
            inside += 1
        else:
            assert b.running_hours == pytest.approx(link.km / 2 / 10.0 + link.km / 2 / a.kmh)
            assert b.kmh_from.count("params") == 2
            across += 1
        assert replace(b, kmh=a.kmh, kmh_from="", running_hours=0.0, hours=0.0) == replace(
            a, kmh_from="", running_hours=0.0, hours=0.0
        )
    assert other
    assert inside + across


def test_a_factor_is_on_the_km_of_its_country_alone() -> None:
    records = plain(ridge())
    mode = next(x.mode for x in records.links if x.mode in ("rail", "road"))
    names = {one for x in records.links if x.mode == mode for one in ends(records, x)}
    where = min(names)
    before, after = facts(records), facts(measured(records, "country_rate_factor", f"{mode}/{where}", 3.0))
    for link in records.links:
        factor = 1.0
        if link.mode == mode:
            factor = sum(3.0 if one == where else 1.0 for one in ends(records, link)) / 2
        for cargo in CLASSES:
            told, was = after[link.id].usd_per_tkm[cargo], before[link.id].usd_per_tkm[cargo]
            assert told == pytest.approx(was * factor)
        assert (f"m-country_rate_factor-{mode}/{where}" in after[link.id].rate_from["bulk"]) == (
            factor != 1.0
        )
        assert after[link.id].running_hours == before[link.id].running_hours
    assert any(after[x.id] != before[x.id] for x in records.links)


def test_what_a_link_states_of_itself_counts_before_its_country() -> None:
    records = plain(ridge())
    link = next(x for x in records.links if x.mode in ("rail", "road"))
    stated = records.with_rows(
        links=[
            x.model_copy(update={"speed_kmh": 33.0, "usd_per_tkm": 0.07}) if x.id == link.id else x
            for x in records.links
        ]
    )
    key = f"{link.mode}/{ends(records, link)[0]}"
    stated = measured(stated, "country_speed_kmh", key, 10.0)
    stated = measured(stated, "country_rate_factor", key, 3.0)
    found = facts(stated)[link.id]
    assert found.kmh == 33.0
    assert set(found.usd_per_tkm.values()) == {0.07}
    assert found.kmh_from == "row"
