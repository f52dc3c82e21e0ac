"""A row is found by its id in any case, its name on record, and a country's name in five languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

import milepost
from milepost.errors import WrongUse
from milepost.records import Party
from milepost.records.named import country_named
from milepost.report.brief import brief
from milepost.report.calendar import calendar

PARTIES = [
    Party(id="IRN", name="Iran", basis="reference"),
    Party(id="RUS", name="Russian Federation", basis="reference"),
    Party(id="EAEU", name="Eurasian Economic Union", kind="union", basis="reference"),
    Party(id="A", name="Same", basis="assumed"),
    Party(id="B", name="same", basis="assumed"),
]


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("IRN", "IRN"),
        ("irn", "IRN"),
        ("Iran", "IRN"),
        ("Иран", "IRN"),
        ("ایران", "IRN"),
        ("إيران", "IRN"),
        ("Russie", "RUS"),
        ("Россия", "RUS"),
        ("روسیه", "RUS"),
        ("russian federation", "RUS"),
        ("Eurasian  Economic Union", "EAEU"),
        ("", ""),
        ("Same", "Same"),  # two have that name
        ("France", "France"),  # a country, and no party
    ],
)
def test_a_party_by_its_name(text: str, want: str) -> None:
    assert country_named(PARTIES, text) == want


def test_whoever_asks_by_name_gets_the_same_as_by_id() -> None:
    opened = milepost.open(milepost.example("ridge"))
    name = next(p.name for p in opened.records.parties if p.id == "XRL")
    assert calendar(opened, party=name) == calendar(opened, party="XRL")
    assert brief(opened, party=name.upper()).lead == brief(opened, party="XRL").lead
    quick = replace(opened, records=opened.records.with_rows(effects=())).for_register()
    assert quick.calls(party=name) == quick.calls(party="XRL")
    with pytest.raises(WrongUse, match="no party 'Atlantis'"):
        opened.calls(party="Atlantis")


@pytest.mark.parametrize(
    "text", ["MOSCOW", "moscow", "Moscow", "Москва", "москва", "مسکو", "موسكو", "Moscou"]
)
def test_a_place_by_its_name_in_the_languages_of_the_register(text: str) -> None:
    opened = milepost.open(milepost.example("north-south"))
    assert opened.known_node(text) == "MOSCOW"
    assert opened.known_node("Атлантида") == "Атлантида"
