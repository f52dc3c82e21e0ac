"""Rules about the parameters of the model, by their declarations in :mod:`milepost.params`."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from milepost.errors import Finding
from milepost.params import CLASSES, EVERY, PARAMETERS, Parameter, declared, names
from milepost.records import Param, Records
from milepost.records.kinds import ADD_UP
from milepost.records.starter import usual


def the_model_has_its_parameters(records: Records) -> Iterator[Finding]:
    """Every parameter that the network asks for, by name, all at once."""
    modes = {link.mode for link in records.links if link.use == "model"}
    missing = {
        (known.name, keys[-1]): None
        for known in PARAMETERS
        if known.room == "network"
        for keys in known.asked_with(modes)
        if records.find_param(known.name, *keys) is None
    }
    if not missing or not records.whole("params"):
        return
    words = []
    for name, key in missing:
        row = usual(name, key)
        words.append(f"'{name}' for '{key}'" + (f" (usually {row.value:g} {row.unit})" if row else ""))
    message = f"{len(missing)} parameter{'s are' if len(missing) > 1 else ' is'} missing: {', '.join(words)}"
    remedy = (
        f"Add a row for each with its basis and source, or take those of {records.file('params')} "
        "of 'milepost new'"
    )
    yield Finding("params", records.file("params"), 0, "", message, remedy, "name")


def a_parameter_of_the_model_exists(records: Records) -> Iterator[Finding]:
    """A row that nobody reads would be taken for one that counts."""
    for row in _rows(records):
        if row.name not in names():
            message = f"the model has no parameter '{row.name}'"
            yield _at(records, row, "name", message, _instead(row.name, names()))
        elif not (known := declared(row.name)).allows(row.applies_to):
            message = f"{row.name} never applies to '{row.applies_to}'"
            if known.in_country:
                yield _at(records, row, "applies_to", message, f"Write {_example(records, known)}")
            else:
                yield _at(records, row, "applies_to", message, _instead(row.applies_to, (*known.keys, EVERY)))
        elif known.in_country and not records.may_have("countries", row.applies_to.partition("/")[2]):
            message = f"{row.name} is for '{row.applies_to}', and there is no such country"
            yield _at(records, row, "applies_to", message, f"Write {_example(records, known)}")


def a_parameter_stands_once(records: Records) -> Iterator[Finding]:
    """Of two rows about the same only one could count, and nobody would see which."""
    seen: dict[tuple[str, str], str] = {}
    for row in _rows(records):
        key = (row.name, row.applies_to)
        if key in seen:
            message = f"{row.name} for {row.applies_to} stands twice (also {seen[key]})"
            yield _at(records, row, "name", message, "Keep use = model on one of the two")
        seen.setdefault(key, row.id)


def a_parameter_is_in_its_bounds(records: Records) -> Iterator[Finding]:
    """A number beyond what is possible on earth has the wrong unit."""
    for row in _rows(records):
        if row.name not in names():
            continue
        known = declared(row.name)
        if not known.low <= row.value <= known.high:
            message = f"{row.name} is {row.value:g}, outside {known.low:g} to {known.high:g}"
            yield _at(records, row, "value", message, f"Check the unit: {known.unit}")


def a_band_of_a_parameter_is_possible(records: Records) -> Iterator[Finding]:
    """Intervals draw from a band and a fit keeps inside it: neither can where it ends before it begins, and
    what is impossible on earth would be drawn from one that reaches beyond the bounds."""
    for row in _rows(records):
        if row.name not in names():
            continue
        known = declared(row.name)
        if row.low is not None and row.high is not None and row.low > row.high:
            message = f"{row.name} has a band from {row.low:g} down to {row.high:g}"
            yield _at(records, row, "low", message, "Write the lower end as low, the higher one as high")
        for column, end in (("low", row.low), ("high", row.high)):
            if end is not None and not known.low <= end <= known.high:
                message = f"{row.name} has {end:g} as {column} end, outside {known.low:g} to {known.high:g}"
                yield _at(records, row, column, message, f"Check the unit: {known.unit}")


def cargo_classes_share_all_trade(records: Records) -> Iterator[Finding]:
    """What a class does not carry, another one does."""
    found = [records.find_param("trade_share", s) for s in CLASSES]
    shares = [row for row in found if row is not None]
    together = sum(row.value for row in shares)
    if len(shares) == len(CLASSES) and abs(together - 1) > 1e-6:
        message = f"the trade shares of the cargo classes add up to {together:g}"
        yield Finding("params", records.file("params"), shares[0].line, "", message, ADD_UP, "value")


def _rows(records: Records) -> Iterator[Param]:
    return (row for row in records.params if row.use == "model")


def _example(records: Records, known: Parameter) -> str:
    """How a key in a country is written."""
    country = next((c.id for c in records.countries), "IRN")
    return f"the mode ({', '.join(known.keys)}) and the country, such as {known.keys[0]}/{country}"


def _instead(asked: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(asked, known, n=3, cutoff=0.5)
    hint = f"Did you mean {', '.join(near)}? Known: " if near else "Known: "
    return f"{hint}{', '.join(known)}. Or set use = check, to keep the row for comparison"


def _at(records: Records, row: Param, column: str, message: str, remedy: str) -> Finding:
    return Finding(row.table, records.file(row.table), row.line, row.ident, message, remedy, column)


RULES = (
    a_parameter_is_in_its_bounds,
    a_band_of_a_parameter_is_possible,
    the_model_has_its_parameters,
    a_parameter_of_the_model_exists,
    a_parameter_stands_once,
    cargo_classes_share_all_trade,
)
