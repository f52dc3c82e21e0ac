"""What it costs beside what it is worth: the appraisal of all commitments and of one, kept while the
programme stands as it was read."""

from __future__ import annotations

from milepost.value.appraisal.answers import Appraisals
from milepost.value.appraisal.appraisal import Basis
from milepost.web.state import Valued


def appraisals(valued: Valued) -> Appraisals:
    """The appraisal of every commitment whose cost is stated, and of all together."""
    return valued.appraisals


def appraisal(valued: Valued, ident: str) -> Appraisals:
    """That of one. Raises ``WrongUse`` for what is not valued or has no stated cost."""
    made: Appraisals = valued.once(
        f"appraisal of {ident}", lambda: valued.programme.appraise([ident], on=valued.day)
    )
    return made


def appraisals_by(
    valued: Valued, *, basis: Basis, rate: float | None, to: int | None, flat: bool
) -> Appraisals:
    """That of all by another basis, at another rate or to another year; made anew for each who asks. Raises
    ``WrongUse`` for what makes no sense."""
    return valued.programme.appraise(on=valued.day, basis=basis, rate=rate, to=to, flat=flat)
