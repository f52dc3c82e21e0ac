"""That a report was written: where, from which data, and what it ranks first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from milepost.errors import WrongUse
from milepost.files import write_whole
from milepost.programme import Programme
from milepost.report.document import write_report
from milepost.report.register_document import register_report
from milepost.results import Cell, Result
from milepost.value.appraisal.plan_answers import Plans
from milepost.value.delays import DelayCost
from milepost.value.tornado import Tornado

BRIEFS = "A PDF, Word or Excel paper is what 'milepost brief' writes."


@dataclass(frozen=True, repr=False)
class ReportFile(Result):
    """A report: its file, the fingerprint of the data it was made from, and the cost of delay it shows (None
    for a register without a network)."""

    report: str
    fingerprint: str
    delay: DelayCost | None

    def headed(self) -> str:
        """Where it lies."""
        return f"Report: {self.report}"

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``milepost report``: file and fingerprint, then that of ``milepost delay``."""
        told = self.delay.as_dict() if self.delay is not None else {}
        return {"report": self.report, "fingerprint": self.fingerprint, **told}

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """File and fingerprint."""
        return ["report", "fingerprint"], [[self.report, self.fingerprint]]


def as_html(target: Path, what: str, others: str = "") -> Path:
    """The file to write, if its ending says HTML. Raises ``WrongUse`` otherwise, before anything is worked
    out: a page under the name of a PDF opens nowhere."""
    if target.suffix.lower() not in (".html", ".htm"):
        raise WrongUse(f"{what} is written as .html; '{target.name}' is not. {others}".rstrip())
    return target


def written(
    programme: Programme,
    target: Path,
    *,
    on: dt.date | None = None,
    tornado: Tornado | None = None,
    plans: Plans | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> ReportFile:
    """Write the report and say so; of a register without a network what needs no values. Raises as
    :func:`milepost.report.document.write_report` does, and ``WrongUse`` for another ending than .html."""
    as_html(target, "A report", BRIEFS)
    if programme.is_register:
        if tornado is not None or plans is not None:
            raise WrongUse("A register without a network has no values to vary and no plans.")
        write_whole(target, register_report(programme, on=on).encode())
        return ReportFile(str(target), programme.records.fingerprint, None)
    file = write_report(programme, target, on=on, tornado=tornado, plans=plans, progress=progress)
    return ReportFile(str(file), programme.records.fingerprint, programme.delay(on))
