"""Examples opened once a worker: what one test has had worked out (V, the cost of a day, an appraisal) the
next one does not work out again. For a test that changes nothing and does not count what is computed."""

from __future__ import annotations

from functools import cache

import milepost
from milepost.programme import Programme


@cache
def opened(name: str) -> Programme:
    """An example, with all that it has been asked before."""
    return milepost.open(milepost.example(name))
