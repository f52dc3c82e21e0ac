"""The economy of many sectors from the records, and what each sector pays for a path through the network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.records import Records
from milepost.trade.many_sectors.economy import SectorEconomy
from milepost.trade.world_notes import world_notes


@dataclass(frozen=True)
class SectorBase:
    """The economy, its flows valued as they are recorded, and how it was made, as sentences. ``cif`` [sector,
    exporter, importer]: recorded with freight."""

    economy: SectorEconomy
    notes: tuple[str, ...]
    cif: NDArray[np.bool_]


def sector_base(records: Records) -> SectorBase:
    """From the tables sectors, sector_trade, sector_accounts and sector_inputs. Raises ``WrongUse`` for what
    does not fit.

    What is sold at home and not given is what the accounts leave over: gross output less exports, never below
    zero; how often that bound was needed is said.
    """
    names = tuple(c.id for c in records.countries)
    sectors = tuple(s.id for s in records.sectors)
    at = {c: k for k, c in enumerate(names)}
    which = {s: k for k, s in enumerate(sectors)}
    n, J = len(names), len(sectors)
    flows, tariffs = np.zeros((J, n, n)), np.zeros((J, n, n))
    home = np.zeros((J, n), dtype=bool)
    cif = np.zeros((J, n, n), dtype=bool)
    for row in records.sector_trade:
        j, o, d = which[row.sector], at[row.exporter], at[row.importer]
        flows[j, o, d], tariffs[j, o, d] = row.usd_m, row.tariff_percent / 100
        home[j, o] |= o == d
        cif[j, o, d] = row.valuation == "cif"
    va, final = np.zeros((n, J)), np.zeros((n, J))
    for account in records.sector_accounts:
        i, j = at[account.country], which[account.sector]
        va[i, j], final[i, j] = account.value_added_usd_m, account.final_usd_m
    materials = np.zeros((n, J, J))
    for used in records.sector_inputs:
        materials[at[used.country], which[used.input], which[used.user]] = used.usd_m
    gross = (materials.sum(axis=1) + va).T
    exports = flows.sum(axis=2)
    bounded = 0
    for j, i in np.argwhere(~home):
        left = gross[j, i] - exports[j, i]
        bounded += int(left < 0)
        flows[j, i, i] = max(left, 0.0)
    economy = SectorEconomy.from_accounts(
        names,
        sectors,
        flows=flows,
        tariffs=tariffs,
        materials_musd=materials,
        value_added_musd=va,
        final_musd=final,
        theta=np.array([s.trade_elasticity for s in records.sectors]),
        closure=records.settings.deficits,
    )
    notes = [
        f"Trade model with {J} sectors, input-output links and tariffs (Caliendo and Parro 2015), closure of "
        "deficits: "
        f"{records.settings.deficits}; welfare is the exact change of real income."
    ]
    if (~home).any():
        notes.append(
            f"Home sales of {int((~home).sum())} countries and sectors are gross output less exports."
        )
    if bounded:
        notes.append(f"In {bounded} of them exports exceed gross output; home sales were set to zero there.")
    return SectorBase(economy, (*notes, *world_notes(records, records.sector_trade)), cif)
