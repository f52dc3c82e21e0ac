"""A fit whose values are kept: rows of ``params`` with basis *estimated*, written like any edit."""

from __future__ import annotations

from collections.abc import Callable

from milepost.acts.persons import Person
from milepost.acts.rows import Edited, edit
from milepost.acts.writing import Register, must_sign
from milepost.errors import WrongUse
from milepost.store.edits import Edit
from milepost.value.fitting import Fit

REASON = "fitted to counts, days and costs"


def fit_and_keep(
    register: Register,
    person: Person,
    reason: str = "",
    progress: Callable[[int, int], None] | None = None,
    types: int | None = None,
) -> Fit:
    """Fit the programme and keep what comes of it. Raises ``WrongUse`` without a signature, before anything
    is computed, and as :func:`keep_fit`."""
    must_sign(person, reason or REASON)
    found = register.now()[1].fit(progress, types)
    keep_fit(register, person, found, reason)
    return found


def keep_fit(register: Register, person: Person, fit: Fit, reason: str = "") -> Edited:
    """The fitted values in ``params``; no other row changes. Raises ``WrongUse`` for a fit that did not
    settle, and as :func:`milepost.acts.rows.edit`."""
    if not fit.converged:
        raise WrongUse(
            "The fit stopped before it settled, so it is not kept; look at the observations first."
        )
    records = register.now()[1].records
    there = {p.id: p for p in records.params}
    edits = [
        Edit.change(there[row.id], row) if row.id in there else Edit.add(row) for row in fit.rows(records)
    ]
    return edit(register, person, edits, reason or REASON)
