"""The base of the trade model from the records: the matrix by evidence, an elasticity and a closure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.records import Records
from milepost.trade.evidence import Comparison, FlowMatrix, flow_matrix
from milepost.trade.one_sector.economy import Economy
from milepost.trade.world_notes import world_notes


@dataclass(frozen=True)
class Base:
    """The economy, its flows valued as they are recorded, and how it was made: ``matrix`` says what each cell
    rests on."""

    economy: Economy
    matrix: FlowMatrix
    notes: tuple[str, ...]

    @property
    def mark(self) -> NDArray[np.str_]:
        """recorded, reported, estimated or residual, by cell."""
        return self.matrix.mark

    @property
    def comparison(self) -> tuple[Comparison, ...]:
        """Reported flows that are not held, beside those of the model."""
        return self.matrix.comparison


def base(records: Records) -> Base:
    """Flows, elasticity and closure; every choice as a sentence in ``notes``.

    Without recorded flows all is balanced to GDP, so that there is no deficit to close.
    """
    made = flow_matrix(records)
    closure = records.settings.deficits if records.flows else "zero"
    economy = Economy(made.countries, made.flows, records.param("trade_elasticity"), closure)
    return Base(economy, made, (*made.notes, *world_notes(records, records.flows)))
