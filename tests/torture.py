"""How much a suite of random cases looks at: a few each time, all of them in ``make torture``.

``MILEPOST_TORTURE=1`` asks for the full number of each suite, ``MILEPOST_TORTURE=0.1`` for a tenth of it,
which is a round of ``make torture``; ``MILEPOST_SEED`` begins the seeds of those that are no law of
hypothesis elsewhere; after ``MILEPOST_UNTIL`` (seconds, as ``time.time()`` has them) no test of random cases
is begun.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

import pytest

Test = TypeVar("Test", bound=Callable[..., Any])
TIMES = float(os.environ.get("MILEPOST_TORTURE") or 0)
UNTIL = float(os.environ.get("MILEPOST_UNTIL") or 0)


def many(few: int, full: int) -> int:
    """The few of every day, or the full number."""
    return max(few, round(full * TIMES)) if TIMES else few


def first_seed(usual: int) -> int:
    """Where a suite's seeds begin: every day at the same, in a round of `make torture` elsewhere."""
    return usual + int(os.environ.get("MILEPOST_SEED") or 0)


def tortured(number: int) -> pytest.MarkDecorator:
    """A test that `make torture` runs with this number of cases, which it adds up."""
    return pytest.mark.torture(number)


def cases(few: int, full: int, **more: Any) -> Callable[[Test], Test]:
    """A law on so many random worlds; ``more`` as hypothesis's ``settings`` has it. It stands above
    ``given``."""

    from hypothesis import settings  # the smoke tests do without it

    def decorate(test: Test) -> Test:
        n = many(few, full)
        made: Test = tortured(n)(settings(max_examples=n, deadline=None, **more)(test))
        return made

    return decorate
