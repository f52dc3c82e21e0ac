"""Every parameter is declared once, and everything that asks for one asks for what is declared."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import milepost
from milepost.errors import Finding, MilepostError, UndeclaredParameter, WrongUse
from milepost.network.param_checks import RULES
from milepost.params import CLASSES, EVERY, MODES, PARAMETERS, declared, names
from milepost.records import Param, Records
from milepost.records.starter import starter_params
from milepost.store.assembly import template_settings
from milepost.value.fitting import PRIORS
from source import tree

SOURCE = Path(milepost.__file__).parent
ASKING = ("param", "param_of", "find_param", "found", "money", "with_param")
# asked for by a name in a variable, in these functions only: the name was checked where it comes from
BY_VARIABLE = {
    ("records/programme_records.py", "param_of"),
    ("network/rates.py", "found"),
    ("network/rates.py", "param"),
    ("network/rates.py", "money_of_rows"),
    ("network/transfers.py", "_by_km"),
    ("value/appraisal/risk.py", "_ratio"),
    ("network/param_checks.py", "the_model_has_its_parameters"),
    ("value/fitting.py", "_free"),
    ("value/sensitivity.py", "value_of_time"),
}


def asked() -> Iterator[tuple[str, str, ast.expr]]:
    """(file, function, first argument) of every call that asks for a parameter."""
    for file in sorted(SOURCE.rglob("*.py")):
        parsed = tree(file)
        for function in ast.walk(parsed):
            if not isinstance(function, ast.FunctionDef):
                continue
            for node in ast.walk(function):
                if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                    continue
                if node.args and node.func.attr in ASKING:
                    first = 1 if node.func.attr == "money" else 0
                    yield file.relative_to(SOURCE).as_posix(), function.name, node.args[first]


def records(*rows: Param) -> Records:
    return Records(settings=template_settings(), params=rows)


def row(name: str, value: float, applies_to: str = EVERY, use: str = "model", **band: float) -> Param:
    cells = {"id": "P1", "name": name, "applies_to": applies_to, "value": value, "basis": "assumed"}
    return Param.model_validate({**cells, "use": use, **band})


def test_everything_asked_for_is_declared_and_everything_declared_is_asked_for() -> None:
    found = list(asked())
    literal = {a.value for _, _, a in found if isinstance(a, ast.Constant) and isinstance(a.value, str)}
    others = {(file, function) for file, function, a in found if not isinstance(a, ast.Constant)}
    assert len(literal) > 15
    assert literal <= set(names())
    assert others == BY_VARIABLE
    by_variable = {
        "value_of_time_share_per_day",  # a constant in value/sensitivity.py
        *("rate_tax_share", "rate_margin_share"),  # in network/transfers.py
        *(f"{of}_ratio_{what}" for of in ("cost", "benefit") for what in ("median", "log_sd")),  # in risk.py
    }
    assert literal | by_variable == set(names()), "declared, and read by nobody"


def test_nobody_writes_a_default_beside_the_declaration() -> None:
    calls = [
        (file.name, node.lineno)
        for file in SOURCE.rglob("*.py")
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("param", "find_param")
        and any(k.arg == "default" for k in node.keywords)
    ]
    assert calls == []


def test_what_is_not_declared_raises() -> None:
    with pytest.raises(UndeclaredParameter, match=r"No parameter 'usd_per_tkm' exists") as fault:
        records().param("usd_per_tkm", "rail")
    assert fault.value.name == "usd_per_tkm"
    assert isinstance(fault.value, MilepostError)
    assert isinstance(fault.value, LookupError)
    with pytest.raises(UndeclaredParameter, match="'speed_kmh' never applies to 'containers'"):
        records(row("speed_kmh", 40)).find_param("speed_kmh", "containers")


def test_a_row_speaks_before_the_default_and_what_has_none_is_missing() -> None:
    assert records().param("queue_power") == declared("queue_power").default == 4
    assert records(row("queue_power", 2)).param("queue_power") == 2
    assert records(row("speed_kmh", 40), row("speed_kmh", 30, "road")).param("speed_kmh", "road") == 30
    assert records(row("speed_kmh", 40)).param("speed_kmh", "road") == 40
    with pytest.raises(WrongUse, match=r"no model row 'speed_kmh' for 'road'"):
        records(row("speed_kmh", 40, "road", use="check")).param("speed_kmh", "road")


def of(*rows: Param) -> list[Finding]:
    return [f for rule in RULES for f in rule(replace(records(), params=(*starter_params(), *rows)))]


@pytest.mark.parametrize(
    ("rows", "column", "message", "remedy"),
    [
        (row("speed_kph", 40, "road"), "name", "no parameter 'speed_kph'", "Did you mean speed_kmh"),
        (row("usd_per_tkm", 1), "name", "no parameter 'usd_per_tkm'", "freight_rate_usd_per_tkm"),
        (row("handling_hours", 8, "road-rail"), "applies_to", "never applies to 'road-rail'", "rail-road"),
        (row("trade_elasticity", 4, "rail"), "applies_to", "never applies to 'rail'", "Known: all"),
        (row("queue_power", 0.5), "value", "queue_power is 0.5, outside 1 to 20", "unit: power"),
        (row("loading_hours", -1), "value", "loading_hours is -1, outside 0", "unit: h"),
        (row("speed_kmh", 41, "rail"), "name", "stands twice", "Keep use = model on one"),
        (
            row("running_hours_per_day", 10, "road", low=12, high=9),
            "low",
            "running_hours_per_day has a band from 12 down to 9",
            "the lower end as low",
        ),
        (
            row("running_hours_per_day", 10, "road", low=9, high=30),
            "high",
            "running_hours_per_day has 30 as high end, outside 1 to 24",
            "unit: h a day",
        ),
        (
            row("running_hours_per_day", 10, "road", low=0, high=12),
            "low",
            "running_hours_per_day has 0 as low end, outside 1 to 24",
            "unit: h a day",
        ),
        (row("running_hours_per_day", 25, "road"), "value", "is 25, outside 1 to 24", "unit: h a day"),
        (row("running_hours_per_day", 12, "sea"), "applies_to", "never applies to 'sea'", "rail, road"),
        (
            row("class_constant_usd_per_tkm", 0.01, "rail/boxes"),
            "applies_to",
            "never applies to 'rail/boxes'",
            "Did you mean rail/containers",
        ),
        (
            row("added_wait_hours", 4, "ferries"),
            "applies_to",
            "never applies to 'ferries'",
            "Did you mean ferry",
        ),
        (
            row("country_constant_usd_per_tkm", 2, "rail"),
            "applies_to",
            "never applies to 'rail'",
            "such as rail/",
        ),
        (
            row("country_constant_usd_per_tkm", 2, "rail/XXX"),
            "applies_to",
            "no such country",
            "such as rail/",
        ),
    ],
)
def test_a_row_that_cannot_be_is_a_finding(rows: Param, column: str, message: str, remedy: str) -> None:
    (finding,) = of(rows)
    assert finding.column == column
    assert message in finding.message
    assert remedy in finding.remedy


def test_what_is_kept_for_comparison_may_be_anything() -> None:
    assert of(row("co2e", -5, "ro-ro ferry", use="check")) == []


def test_declarations_make_sense() -> None:
    assert len(names()) == len(PARAMETERS) == len(set(names()))
    for known in PARAMETERS:
        assert known.unit, known.name
        assert known.meaning, known.name
        assert known.low < known.high, known.name
        assert known.needed == "no" or known.default is None, f"{known.name} is needed and has a default"
        assert known.default is None or known.low <= known.default <= known.high, known.name
    for fitted in PRIORS:
        known = declared(fitted.name, fitted.applies_to)
        assert known.low <= fitted.low < fitted.high <= known.high
        assert fitted.sd > 0
        if known.default is not None and (fitted.added or known.default > 0):
            assert fitted.low <= known.default <= fitted.high, fitted


def test_what_a_network_asks_for() -> None:
    rate = declared("freight_rate_usd_per_tkm")
    assert list(rate.asked_with({"rail"})) == [(f"rail/{s}", "rail") for s in CLASSES]
    assert list(declared("handling_hours").asked_with({"rail", "sea"})) == [("rail-sea",), ("sea",)]
    assert list(declared("trade_share").asked_with(set())) == [(s,) for s in CLASSES]
    assert list(declared("handling_usd_per_t").asked_with(set(MODES))) == []
