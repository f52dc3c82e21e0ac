"""Compile every kernel once and keep it, so that the first command is not slow: ``python -m milepost.warm``.

``make install`` runs it. It asks the small example what commands and server ask, with one sector and with
many: a kernel is compiled for the kinds of arrays it is given, so asking is the way to get the right ones.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace

from milepost import compiled
from milepost.programme import Programme, example, open_programme


def questions() -> tuple[Callable[[], object], ...]:
    """What is asked, each of which compiles kernels that the others may share."""
    ridge = open_programme(example("ridge"))
    settings = ridge.settings.model_copy(update={"model": "many-sectors"})
    many = Programme("many sectors", replace(ridge.records, settings=settings))
    players = ridge.game.players
    return (
        ridge.game.table,
        lambda: ridge.shapley("sampled", orders=2),
        lambda: ridge.value(players),
        ridge.loads,
        ridge.congested,
        ridge.bottlenecks,
        lambda: ridge.intervals(draws=20, orders=2),
        many.game.table,
        lambda: many.value(players),
    )


def main() -> None:
    """Compile, and say in one line how long it took."""
    start = time.monotonic()
    for ask in questions():
        ask()
    print(
        f"Compiled what computes in {time.monotonic() - start:.0f} s; the first command need not wait for it."
    )
    if said := compiled.remark():
        print(said, file=sys.stderr)


if __name__ == "__main__":
    main()
