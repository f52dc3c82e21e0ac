"""Ids out of names in any letters: readable where letters have a sound, always the same, never empty."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.intake.roman import named_id, roman
from torture import cases


@pytest.mark.parametrize(
    ("name", "ident"),
    [
        ("Министерство транспорта", "MINISTERSTVO-TRANSPORTA"),
        ("Щёлково", "SHCHELKOVO"),
        ("Қазақстан Темір Жолы", "QAZAQSTAN-TEMIR-ZHOLY"),
        ("وزارت راه", "WZART-RAH"),
        ("საქართველო", "SAKHARTVELO"),
        ("Հայաստան", "HAYASTAN"),
        ("Azərbaycan Dəmir Yolları", "AZARBAYCAN-DAMIR-YOLLARI"),
        ("Société d'État", "SOCIETE-D-ETAT"),
        ("Ministry of Works", "MINISTRY-OF-WORKS"),
    ],
)
def test_a_name_can_be_read_in_its_id(name: str, ident: str) -> None:
    assert named_id(name, "ORG") == ident


def test_a_name_whose_letters_have_no_sound_has_an_id_of_its_own() -> None:
    one, other = named_id("中国国家铁路", "ORG"), named_id("新疆机场", "ORG")
    assert re.fullmatch(r"ORG-[0-9A-F]{6}", one)
    assert one != other
    assert one == named_id(" 中国国家铁路 ", "ORG")


@cases(200, 5000)
@given(st.text(min_size=1, max_size=30))
def test_every_name_has_an_id_that_a_register_takes(name: str) -> None:
    assert re.fullmatch(r"[A-Z0-9]([A-Z0-9-]{0,22}[A-Z0-9])?|ORG-[0-9A-F]{6}", named_id(name, "ORG"))
    assert roman(name).isascii()


@cases(100, 2000)
@given(st.text(st.characters(max_codepoint=127), max_size=30))
def test_latin_letters_stay_as_they_are(name: str) -> None:
    assert roman(name) == name
