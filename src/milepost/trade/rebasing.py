"""What solving the baseline did to real incomes, in words: whose moved most, and when that is too much to
pass over."""

from __future__ import annotations

import numpy as np

from milepost.trade.closures import Vector

REST_OF_WORLD = "ROW"
NAMED = 3
LARGE = 0.10  # a real income that moves by more before any shock is not that country's any more


def moved_most(countries: tuple[str, ...], real_income_hat: Vector) -> str:
    """The countries whose real income moved most, largest first, by how much; ``real_income_hat`` is after
    over before."""
    moves = np.asarray(real_income_hat) - 1.0
    order = [k for k in np.argsort(-np.abs(moves), kind="stable").tolist() if abs(moves[k]) >= 5e-4][:NAMED]
    return ", ".join(f"{countries[k]} ({moves[k]:+.1%})" for k in order) or "none (below 0.05%)"


def keep_deficits(countries: tuple[str, ...], real_income_hat: Vector) -> tuple[str, ...]:
    """Advice to keep deficits, if the real income of a country moves by more than a tenth; the rest of the
    world counts not."""
    moves = np.abs(np.asarray(real_income_hat) - 1.0)
    order = np.argsort(-moves, kind="stable").tolist()
    far = [countries[k] for k in order if moves[k] > LARGE and countries[k] != REST_OF_WORLD]
    if not far:
        return ()
    more = f" and {len(far) - 8} more" if len(far) > 8 else ""
    return (
        f"Without deficits the real income of {', '.join(far[:8])}{more} moves by more than {LARGE:.0%}, so "
        "values there "
        'are those of another economy: set deficits = "fixed" in programme.toml and compare.',
    )
