"""What a set of commitments is worth, and what follows from it.

The room's questions under one roof. Each comes from its module when it is first asked for: the trade and
network models take a second to load, and the register does without them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from milepost.value.appraisal.answers import appraise, question, with_risk
    from milepost.value.appraisal.deferred import deferred
    from milepost.value.appraisal.plan import Wish, planned
    from milepost.value.appraisal.plan_choices import Open
    from milepost.value.appraisal.purses import Purses
    from milepost.value.appraisal.worlds import worlds_of
    from milepost.value.assignment import assigned, bottlenecks, selected
    from milepost.value.baseline import Baseline, Counterfactual, World
    from milepost.value.cheapest_paths import cheapest_path
    from milepost.value.complements import find_matches
    from milepost.value.congested import with_queues
    from milepost.value.corridor import corridor_game, players_of
    from milepost.value.delays import delay_cost
    from milepost.value.draws import draw
    from milepost.value.fitting import fit, told_unseen
    from milepost.value.forecasts import forecasts_of
    from milepost.value.intervals import Wanted, draw_intervals
    from milepost.value.ledger import ledger_of
    from milepost.value.observed import how_well
    from milepost.value.pace import Pace
    from milepost.value.resilience import resilience_of
    from milepost.value.scoring import score
    from milepost.value.screening import screen
    from milepost.value.settling import settled
    from milepost.value.shares import shapley
    from milepost.value.tornado import Asked, tornado_of
    from milepost.value.value import value_of

_MODULE = {
    "appraise": "appraisal.answers",
    "with_risk": "appraisal.answers",
    "worlds_of": "appraisal.worlds",
    "question": "appraisal.answers",
    "assigned": "assignment",
    "bottlenecks": "assignment",
    "selected": "assignment",
    "Asked": "tornado",
    "Baseline": "baseline",
    "Counterfactual": "baseline",
    "World": "baseline",
    "cheapest_path": "cheapest_paths",
    "how_well": "observed",
    "find_matches": "complements",
    "with_queues": "congested",
    "corridor_game": "corridor",
    "deferred": "appraisal.deferred",
    "Purses": "appraisal.purses",
    "delay_cost": "delays",
    "draw": "draws",
    "Open": "appraisal.plan_choices",
    "Pace": "pace",
    "Wanted": "intervals",
    "Wish": "appraisal.plan",
    "draw_intervals": "intervals",
    "fit": "fitting",
    "forecasts_of": "forecasts",
    "score": "scoring",
    "planned": "appraisal.plan",
    "players_of": "corridor",
    "ledger_of": "ledger",
    "resilience_of": "resilience",
    "screen": "screening",
    "settled": "settling",
    "shapley": "shares",
    "told_unseen": "fitting",
    "tornado_of": "tornado",
    "value_of": "value",
}
__all__ = [
    "Asked",
    "Baseline",
    "Counterfactual",
    "Open",
    "Pace",
    "Purses",
    "Wanted",
    "Wish",
    "World",
    "appraise",
    "assigned",
    "bottlenecks",
    "cheapest_path",
    "corridor_game",
    "deferred",
    "delay_cost",
    "draw",
    "draw_intervals",
    "find_matches",
    "fit",
    "forecasts_of",
    "how_well",
    "ledger_of",
    "planned",
    "players_of",
    "question",
    "resilience_of",
    "score",
    "screen",
    "selected",
    "settled",
    "shapley",
    "told_unseen",
    "tornado_of",
    "value_of",
    "with_queues",
    "with_risk",
    "worlds_of",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULE[name]}"), name)
