"""milepost: what every promise along a trade corridor is worth, to whom, and what each day of delay costs.

>>> import milepost
>>> programme = milepost.open("my-corridor")        # doctest: +SKIP
>>> programme.check()                               # doctest: +SKIP
>>> milepost.shapley(programme.game).frame()        # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from milepost.errors import BadData, Finding, MilepostError, NoSolution, WrongUse

if TYPE_CHECKING:
    from milepost.acts.rows import edit_programme as edit
    from milepost.programme import Programme, example
    from milepost.programme import open_programme as open  # noqa: A004  the name a reader expects: milepost.open(path)
    from milepost.report.corridor_map import CorridorMap, corridor_map
    from milepost.store.edits import Edit, LostRace
    from milepost.value.appraisal.money import bcr, first_year_return, npv, payback, residual_value
    from milepost.value.appraisal.plan import Wish
    from milepost.value.appraisal.roots import eirr
    from milepost.value.delays import delay_cost
    from milepost.value.game import Game
    from milepost.value.shares import shapley

    __version__: str

# what is asked for is loaded then: a script that only wants to catch a MilepostError waits for nothing
_FROM = {
    "CorridorMap": ("report.corridor_map", "CorridorMap"),
    "Edit": ("store.edits", "Edit"),
    "Game": ("value.game", "Game"),
    "LostRace": ("store.edits", "LostRace"),
    "Programme": ("programme", "Programme"),
    "Wish": ("value.appraisal.plan", "Wish"),
    "bcr": ("value.appraisal.money", "bcr"),
    "corridor_map": ("report.corridor_map", "corridor_map"),
    "delay_cost": ("value.delays", "delay_cost"),
    "edit": ("acts.rows", "edit_programme"),
    "eirr": ("value.appraisal.roots", "eirr"),
    "example": ("programme", "example"),
    "first_year_return": ("value.appraisal.money", "first_year_return"),
    "npv": ("value.appraisal.money", "npv"),
    "open": ("programme", "open_programme"),
    "payback": ("value.appraisal.money", "payback"),
    "residual_value": ("value.appraisal.money", "residual_value"),
    "shapley": ("value.shares", "shapley"),
}

__all__ = [
    "BadData",
    "CorridorMap",
    "Edit",
    "Finding",
    "Game",
    "LostRace",
    "MilepostError",
    "NoSolution",
    "Programme",
    "Wish",
    "WrongUse",
    "__version__",
    "bcr",
    "corridor_map",
    "delay_cost",
    "edit",
    "eirr",
    "example",
    "first_year_return",
    "npv",
    "open",
    "payback",
    "residual_value",
    "shapley",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        found: Any = version("milepost")
    elif name in _FROM:
        module, there = _FROM[name]
        found = getattr(import_module(f"milepost.{module}"), there)
    else:
        raise AttributeError(f"module 'milepost' has no attribute {name!r}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
