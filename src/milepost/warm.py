"""Compile every kernel once and keep it, so that the first command is not slow: ``python -m milepost.warm``.

``make install`` runs it, ``make demo`` with ``--first``. It asks the small example what commands and server
ask, with one sector and with many: a kernel is compiled for the kinds of arrays it is given, so asking is the
way to get the right ones.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace

from milepost import compiled
from milepost.network import one_path
from milepost.programme import Programme, example, open_programme
from milepost.records import Param, Records


def questions(first: bool = False) -> tuple[Callable[[], object], ...]:
    """What is asked, each of which compiles kernels that the others may share; ``first``: by the main job
    alone."""
    ridge = open_programme(example("ridge"))
    main_job = (ridge.game.table, lambda: ridge.value(ridge.game.players), ridge.loads)
    if first:
        return main_job
    settings = ridge.settings.model_copy(update={"model": "many-sectors"})
    many = Programme("many sectors", replace(ridge.records, settings=settings))
    tax = Param(id="T1", name="rate_tax_share", applies_to="road", value=0.1, basis="assumed")
    taxed = Programme("taxed", ridge.records.with_rows(params=[*ridge.records.params, tax]))
    typed = Programme("types", with_types(ridge.records))
    return (
        *main_job,
        ridge.ledger,
        lambda: ridge.shapley("sampled", orders=2),
        ridge.congested,
        ridge.bottlenecks,
        lambda: ridge.intervals(draws=20, orders=2),
        many.game.table,
        lambda: many.value(many.game.players),
        many.ledger,
        taxed.game.table,
        lambda: taxed.value(taxed.game.players),
        lambda: replace(taxed, records=replace(taxed.records, settings=settings)).game.value(()),
        many.congested,
        typed.game.table,
        lambda: typed.value(typed.game.players),
        typed.ledger,
        typed.congested,
        lambda: one_path.line(one_path.PLAIN),
    )


def with_types(records: Records) -> Records:
    """The same records with a few shipment types that differ, and a stated capacity: what is cut, too."""
    rows = {"shipment_types": 2.0, "cost_variance": 2.0, "time_spread": 0.5, "taste_spread": 0.1}
    params = [p for p in records.params if p.name not in rows]
    params += [Param(id=name, name=name, value=value, basis="assumed") for name, value in rows.items()]
    links = [k.model_copy(update={"capacity_mt_per_year": 1e-3}) for k in records.links]
    return records.with_rows(params=params, links=links)


def main() -> None:
    """Compile, and say in one line how long it took."""
    start = time.monotonic()
    for ask in questions(first="--first" in sys.argv[1:]):
        ask()
    print(
        f"Compiled what computes in {time.monotonic() - start:.0f} s; the first command need not wait for it."
    )
    if said := compiled.remark():
        print(said, file=sys.stderr)


if __name__ == "__main__":
    main()
