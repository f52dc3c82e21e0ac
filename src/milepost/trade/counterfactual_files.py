"""An agreement with and without, from a user's file: which rows, which coefficient, which flows to start
from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from milepost.errors import WrongUse, one_of
from milepost.trade.closures import CLOSURES, Closure, Matrix
from milepost.trade.counterfactual import Agreement, Change, Counterfactual, counterfactual
from milepost.trade.gravity import balance
from milepost.trade.gravity_files import USUAL, Columns
from milepost.trade.panel_gravity import PanelGravity, panel_ppml
from milepost.trade.ppml import ppml
from milepost.trade.readers.reading import rows_of
from milepost.trade.shock import read_shock

DEFAULT_SIGMA = 7.0


@dataclass(frozen=True)
class Question:
    """What is asked of a file; empty text stands for what is not asked. ``shock``: a file of changes of trade
    costs (:mod:`milepost.trade.shock`) in place of an agreement.

    ``parties``: countries, each pair of which has the agreement, or pairs as AAA-BBB. ``indicator``: column
    that is 1 where a pair has an agreement. ``coefficient``: given, else estimated from the panel whose years
    stand in column ``year``. ``base``: the year of the counterfactual. ``costs``: column with ln of the trade
    cost term without the agreement, to which the flows are fitted. ``resistance``: regressors that tell the
    costs of pairs without an estimate; log(COLUMN) is understood. ``observed``: start from the flows as they
    are, though a panel could fit them.
    """

    parties: tuple[str, ...]
    change: Change = "removed"
    indicator: str = ""
    coefficient: float | None = None
    sigma: float = DEFAULT_SIGMA
    columns: Columns = USUAL
    year: str = ""
    base: str = ""
    costs: str = ""
    resistance: tuple[str, ...] = ()
    observed: bool = False
    deficits: str = "multiplicative"
    reference: str = ""
    guide: bool = False
    shock: Path | None = None


def from_file(file: Path, question: Question) -> Counterfactual:
    """Answer a question about an agreement from a file with a row a pair (and year).

    Raises ``WrongUse`` for what the file cannot answer, and what the fits and the solver raise.
    """
    return from_frame(rows_of(file, "trade"), question)


def from_frame(frame: pd.DataFrame, question: Question) -> Counterfactual:
    """The same from rows that are in memory."""
    closures: dict[str, Closure] = {c: c for c in CLOSURES}
    if question.deficits not in closures:
        raise one_of("rule for deficits", question.deficits, list(CLOSURES))
    notes: list[str] = []
    panel = _panel(frame, question, notes) if question.shock is None else None
    b = 1.0 if question.shock else question.coefficient if panel is None else float(panel.coefficient[0])
    if b is None:
        raise WrongUse(
            "Give the agreement's coefficient (--coefficient), or a panel to tell it from: the column of "
            "years (--year) and the column that is 1 where a pair has an agreement (--on)."
        )
    here = _of_base(frame, question)
    names, flows = _square(here, question.columns.flow, question)
    flows = np.nan_to_num(flows)
    in_force = None
    if question.indicator:
        in_force = np.nan_to_num(_square(here, question.indicator, question)[1])
    touches = _touched(names, question, in_force, notes)
    fitted = (panel is not None or bool(question.costs)) and not question.observed
    if fitted:
        cost = _costs(here, names, panel, question, notes)
        cost = cost * np.exp(b * in_force) if in_force is not None else cost
        flows = balance(cost, flows.sum(axis=1), flows.sum(axis=0))
    found = counterfactual(
        names,
        flows,
        Agreement(touches, b, question.sigma, question.change),
        closure=closures[question.deficits],
        reference=question.reference,
        guide=question.guide,
    )
    return replace(found, baseline="fitted" if fitted else "observed", notes=(*notes, *found.notes))


def _panel(frame: pd.DataFrame, question: Question, notes: list[str]) -> PanelGravity | None:
    """The fit of the panel, where the coefficient is to be told from it."""
    if question.coefficient is not None or not question.year or not question.indicator:
        return None
    if question.costs:
        raise WrongUse("Trade costs come from the panel or from a column (--costs), not from both.")
    panel = panel_ppml(frame, [question.indicator], year=question.year, **question.columns._asdict())
    if len(panel.years) < 2:
        raise WrongUse("The panel has one year; a coefficient beside pair effects needs at least two.")
    notes += panel.notes
    notes.append(
        f"Coefficient of {question.indicator}: {panel.coefficient[0]:.4f} (standard error "
        f"{panel.standard_error[0]:.4f}, clustered by pair {panel.clustered_error[0]:.4f}), "
        f"{panel.observations} rows of {len(panel.years)} years."
    )
    return panel


def _of_base(frame: pd.DataFrame, question: Question) -> pd.DataFrame:
    """The rows of the year that is asked for, once a pair."""
    _, exporter, importer = question.columns
    wanted = [*question.columns, *(c for c in (question.indicator, question.costs, question.year) if c)]
    for column in wanted:
        if column not in frame.columns:
            raise one_of("column", column, list(map(str, frame.columns)))
    if question.year:
        years = frame[question.year].astype(str).str.removesuffix(".0")
        known = sorted(set(years))
        if question.base not in known:
            if question.base or len(known) > 1:
                raise one_of("year of the counterfactual (--base)", question.base, known)
        else:
            frame = frame[years == question.base]
    frame = frame.astype({exporter: str, importer: str})
    twice = frame.duplicated([exporter, importer])
    if twice.any():
        i, j = frame.loc[twice, [exporter, importer]].iloc[0]
        raise WrongUse(f"{int(twice.sum())} pairs stand twice, the first {i}-{j}: name --year and --base.")
    return frame


def _square(here: pd.DataFrame, column: str, question: Question) -> tuple[tuple[str, ...], Matrix]:
    """A column as a square [exporter, importer], NaN where there is none."""
    _, exporter, importer = question.columns
    names = tuple(sorted(set(here[exporter]) | set(here[importer])))
    values = here.assign(**{column: pd.to_numeric(here[column], errors="coerce")})
    table = values.pivot(index=exporter, columns=importer, values=column)
    return names, table.reindex(index=list(names), columns=list(names)).to_numpy(dtype=np.float64)


def _touched(names: Sequence[str], question: Question, in_force: Matrix | None, notes: list[str]) -> Matrix:
    """1 where the agreement changes trade: between its parties, where it is in force if it is removed, where
    none is if it is added."""
    if question.shock is not None:
        return (1.0 - question.sigma) * np.log(read_shock(question.shock, names).factors(names))
    at = {c: k for k, c in enumerate(names)}
    pairs: list[tuple[str, str]] = []
    blocs = [p for p in question.parties if p in at or "-" not in p]
    for party in question.parties:
        if party not in blocs:
            a, _, b = party.partition("-")
            pairs += [(a, b), (b, a)]
    pairs += [(a, b) for a in blocs for b in blocs if a != b]
    touches = np.zeros((len(names), len(names)))
    for a, b in pairs:
        for c in (a, b):
            if c not in at:
                raise one_of("country", c, list(names))
        if a == b:
            raise WrongUse(f"'{a}-{b}' is no pair of two countries.")
        touches[at[a], at[b]] = 1.0
    if not pairs:
        raise WrongUse("Name at least two countries, or a pair as AAA-BBB.")
    if in_force is None:
        return touches
    as_it_is = (in_force > 0) if question.change == "added" else (in_force <= 0)
    idle = (touches > 0) & as_it_is
    if idle.any():
        i, j = np.argwhere(idle)[0]
        says = "have one already" if question.change == "added" else "have none to remove"
        notes.append(
            f"{int(idle.sum())} of {int(touches.sum())} pairs {says} by {question.indicator}, the first "
            f"{names[i]}-{names[j]}; they stay as they are."
        )
    touches[idle] = 0.0
    return touches


def _costs(
    here: pd.DataFrame,
    names: Sequence[str],
    panel: PanelGravity | None,
    question: Question,
    notes: list[str],
) -> Matrix:
    """The trade cost term of each pair without the agreement, 1 at home; pairs without one are told from
    regressors, or do not trade."""
    flow, exporter, importer = question.columns
    if panel is not None:
        known = dict(zip(panel.pairs, panel.pair_effect.tolist(), strict=True))
        keys = [(min(i, j), max(i, j)) for i, j in zip(here[exporter], here[importer], strict=True)]
        effect = np.array([known.get(key, np.nan) for key in keys])
    else:
        effect = pd.to_numeric(here[question.costs], errors="coerce").to_numpy(dtype=np.float64)
    here = here.assign(**{flow: np.exp(effect)})
    home = here[exporter] == here[importer]
    if sorted(here.loc[home, exporter]) != list(names):
        raise WrongUse("Fitted flows need the sales at home of every country (exporter = importer).")
    cost = _square(here, flow, question)[1].copy()
    cost[np.diag_indices(len(names))] = 1.0
    empty = np.isnan(cost)
    if empty.any() and question.resistance:
        abroad, regressors = _with_logs(here[~home], question.resistance)
        told = ppml(abroad, regressors, flow=flow, exporter=exporter, importer=importer)
        order = [told.countries.index(c) if c in told.countries else -1 for c in names]
        by_hand = np.where(np.array(order) < 0, np.nan, 1.0)
        guessed = told.fitted[np.ix_(order, order)] * np.outer(by_hand, by_hand)
        cost = np.where(empty, guessed, cost)
        notes.append(
            f"{int(empty.sum())} pairs without an estimate have their cost from "
            f"{', '.join(question.resistance)}."
        )
    left = np.isnan(cost)
    if left.any():
        notes.append(f"{int(left.sum())} pairs without a trade cost do not trade in either world.")
    return np.nan_to_num(cost)


def _with_logs(frame: pd.DataFrame, names: Sequence[str]) -> tuple[pd.DataFrame, list[str]]:
    """The regressors, log(COLUMN) made where it is asked for."""
    made = {}
    for name in names:
        inner = name.removeprefix("log(").removesuffix(")")
        column = inner if name == f"log({inner})" else name
        if column not in frame.columns:
            raise one_of("column", column, list(map(str, frame.columns)))
        values = pd.to_numeric(frame[column], errors="coerce")
        made[name] = values if column == name else np.log(values.where(values > 0))
    return frame.assign(**made), list(names)
