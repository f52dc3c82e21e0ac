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
from milepost.programme import Programme, example, open_programme
from milepost.records import Param


def questions(first: bool = False) -> tuple[Callable[[], object], ...]:
    """What is asked, each of which compiles kernels that the others may share; ``first``: by the main job
    alone."""
    ridge = open_programme(example("ridge"))
    main_job = (ridge.game.table, lambda: ridge.value(ridge.game.players), ridge.loads)
    if first:
        return main_job
    settings = ridge.settings.model_copy(update={"model": "many-sectors"})
    many = Programme("many sectors", replace(ridge.records, settings=settings))
    margin = Param(id="margin", name="rate_margin_share", value=0.1, basis="assumed")
    paid = Programme("receipts", ridge.records.with_rows(params=[*ridge.records.params, margin]))
    return (
        *main_job,
        paid.game.table,
        lambda: paid.value(paid.game.players),
        lambda: ridge.shapley("sampled", orders=2),
        ridge.congested,
        ridge.bottlenecks,
        lambda: ridge.intervals(draws=20, orders=2),
        many.game.table,
        lambda: many.value(many.game.players),
    )


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
