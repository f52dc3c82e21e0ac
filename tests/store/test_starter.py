"""A new programme starts with every parameter that the model needs, and a missing one is told with its usual
value."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import milepost
from milepost.network.param_checks import RULES, the_model_has_its_parameters
from milepost.params import PARAMETERS, declared
from milepost.records import Link, Records
from milepost.records.starter import starter_params
from milepost.store.assembly import template_settings
from milepost.store.folder import new_programme

MODES = ("rail", "road", "sea", "ferry", "river")


def all_modes() -> Records:
    row = {"from_node": "A", "to_node": "B", "km": 10, "state": "open", "basis": "assumed"}
    links = tuple(Link.model_validate({"id": f"L{n}", "mode": mode, **row}) for n, mode in enumerate(MODES))
    return Records(settings=template_settings(), links=links, params=starter_params())


def test_the_starter_has_every_parameter_of_every_mode() -> None:
    assert the_model_has_its_parameters in RULES
    assert [f for rule in RULES for f in rule(all_modes())] == []
    needed = {p.name for p in PARAMETERS if p.needed != "no"}
    assert needed
    assert needed <= {p.name for p in starter_params()}
    for p in starter_params():
        known = declared(p.name, p.applies_to)
        assert known.unit == p.unit, p.id
        assert known.low <= p.value <= known.high, p.id
        assert (p.low or 0) <= p.value <= (p.high or 0), p.id
        assert p.basis == "assumed" or p.note, p.id
        assert p.unit, p.id
        if p.name == "added_wait_hours":
            assert p.value == 0


def test_what_is_missing_is_one_finding_with_usual_values() -> None:
    (finding,) = the_model_has_its_parameters(replace(all_modes(), params=()))
    wanted = int(finding.message.split(" ")[0])
    assert wanted > 30
    assert finding.message.startswith(f"{wanted} parameters are missing: ")
    assert "'border_hours' for 'road' (usually 9.9 h)" in finding.message
    assert finding.message.count("usually") == wanted
    assert "milepost new" in finding.remedy


@pytest.mark.parametrize("name", ["new", "new.xlsx"])
def test_a_template_has_the_starter(tmp_path: Path, name: str) -> None:
    new_programme(tmp_path / name)
    programme = milepost.open(tmp_path / name)
    assert [p.model_dump() for p in programme.records.params] == [p.model_dump() for p in starter_params()]
    assert not [f for f in programme.check() if f.table == "params"]


def test_the_reference_of_tables_is_current() -> None:
    from milepost.records.reference import reference_page

    page = Path(__file__).resolve().parents[2] / "docs/reference/tables.md"
    assert page.read_text(encoding="utf-8") == reference_page(), "run: make docs"
