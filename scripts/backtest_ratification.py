"""How the ratification forecast would have done at past days.

Run: .venv/bin/python scripts/backtest_ratification.py PAIRS.csv [YEARS]

PAIRS.csv has a row a pair of treaty and party: untc_file, participant, signed (ISO day), days (from signature
to ratification, or to the end of the record), ratified (1 or 0). At each cut-off the hazard and its factors
are made anew from what was known then, open cases kept, and asked of every open case: ratified within YEARS
(5)? Printed: the Brier score of the forecast, of the hazard without factors, and of the best constant known
afterwards.
"""

from __future__ import annotations

import csv
import datetime as dt
import sys
from dataclasses import dataclass
from pathlib import Path

from milepost.value.ratification import Hazard, Ratifications, Wait

CUT_OFFS = tuple(dt.date(year, 1, 1) for year in (2000, 2005, 2010))


@dataclass(frozen=True)
class Pair:
    """One signature and what came of it by the end of the record."""

    treaty: str
    party: str
    signed: dt.date
    days: int
    ratified: bool

    def at(self, day: dt.date) -> Wait:
        """The wait as known on a day."""
        seen = (day - self.signed).days
        return Wait(self.treaty, self.party, min(self.days, seen), self.ratified and self.days <= seen)


def pairs(path: Path) -> list[Pair]:
    """The pairs of a file; one whose ratification stands before its signature is left out."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Pair(
                row["untc_file"],
                row["participant"],
                dt.date.fromisoformat(row["signed"]),
                int(row["days"]),
                row["ratified"] == "1",
            )
            for row in csv.DictReader(file)
            if int(row["days"]) >= 0
        ]


def brier(known: list[Pair], cut: dt.date, horizon: float) -> tuple[int, float, float, float]:
    """Open cases at a cut-off, and three Brier scores: forecast, hazard alone, best constant."""
    there = [p for p in known if p.signed < cut]
    waits = [p.at(cut) for p in there]
    hazard = Hazard.of(waits)
    models = (Ratifications.of(waits, hazard), Ratifications(hazard, {}, {}))
    sums, happened, count = [0.0, 0.0], 0, 0
    for pair, wait in zip(there, waits, strict=True):
        if wait.ratified or (not pair.ratified and pair.days < wait.days + horizon):
            continue
        truth = pair.ratified and pair.days <= wait.days + horizon
        count, happened = count + 1, happened + truth
        for k, model in enumerate(models):
            sums[k] += (model.within(wait, horizon) - truth) ** 2
    share = happened / count
    return count, sums[0] / count, sums[1] / count, share * (1 - share)


def main(arguments: list[str]) -> int:
    """Print a line a cut-off."""
    known = pairs(Path(arguments[0]))
    years = float(arguments[1]) if len(arguments) > 1 else 5.0
    print(f"{len(known)} pairs, {sum(p.ratified for p in known)} ratified; within {years:g} years")
    print(f"{'cut-off':12}{'open':>6}{'forecast':>10}{'no factors':>12}{'best constant':>15}")
    for cut in CUT_OFFS:
        count, ours, plain, constant = brier(known, cut, years * 365.25)
        print(f"{cut}  {count:6d}{ours:10.4f}{plain:12.4f}{constant:15.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
