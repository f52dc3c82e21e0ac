"""That a report was written: where, from which data, and what it ranks first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from milepost.programme import Programme
from milepost.report.document import write_report
from milepost.results import Cell, Result
from milepost.value.appraisal.plan_answers import Plans
from milepost.value.delays import DelayCost
from milepost.value.tornado import Tornado


@dataclass(frozen=True, repr=False)
class ReportFile(Result):
    """A report: its file, the fingerprint of the data it was made from, and the cost of delay it shows."""

    report: str
    fingerprint: str
    delay: DelayCost

    def headed(self) -> str:
        """Where it lies."""
        return f"Report: {self.report}"

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``milepost report``: file and fingerprint, then that of ``milepost delay``."""
        return {"report": self.report, "fingerprint": self.fingerprint, **self.delay.as_dict()}

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """File and fingerprint."""
        return ["report", "fingerprint"], [[self.report, self.fingerprint]]


def written(
    programme: Programme,
    target: Path,
    *,
    on: dt.date | None = None,
    tornado: Tornado | None = None,
    plans: Plans | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> ReportFile:
    """Write the report and say so. Raises as :func:`milepost.report.document.write_report` does."""
    file = write_report(programme, target, on=on, tornado=tornado, plans=plans, progress=progress)
    return ReportFile(str(file), programme.records.fingerprint, programme.delay(on))
