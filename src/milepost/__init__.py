"""milepost: what every promise along a trade corridor is worth, to whom, and what each day of delay costs.

>>> import milepost
>>> programme = milepost.open("my-corridor")        # doctest: +SKIP
>>> programme.check()                               # doctest: +SKIP
>>> milepost.shapley(programme.game).frame()        # doctest: +SKIP
"""

from importlib.metadata import version as _version

from milepost.acts.rows import edit_programme as edit
from milepost.errors import BadData, Finding, MilepostError, NoSolution, WrongUse
from milepost.programme import Programme, example
from milepost.programme import open_programme as open  # noqa: A004  the name a reader expects: milepost.open(path)
from milepost.report.corridor_map import CorridorMap, corridor_map
from milepost.store.edits import Edit, LostRace
from milepost.value.delays import delay_cost
from milepost.value.game import Game
from milepost.value.shares import shapley

__version__ = _version("milepost")

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
    "WrongUse",
    "__version__",
    "corridor_map",
    "delay_cost",
    "edit",
    "example",
    "open",
    "shapley",
]
