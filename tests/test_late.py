"""What a server does without until it is asked: modules that load long are loaded late."""

from __future__ import annotations

import subprocess
import sys

import pytest

from milepost.late import Late

LATE = (
    "alembic",
    "authlib",
    "bs4",
    "docx",
    "httpx2",
    "icalendar",
    "joserfc",
    "pypdf",
    "scipy.optimize",
    "scipy.sparse",
    "scipy.special",
    "zxcvbn",
)


def test_a_server_begins_without_them() -> None:
    code = f"import milepost.cli.serve, sys; print([m for m in {LATE!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_is_asked_of_it_is_what_the_module_has() -> None:
    late = Late("fractions")
    assert late.Fraction(1, 2) == 0.5
    assert repr(late) == "Late('fractions')"
    with pytest.raises(AttributeError, match="nothing"):
        late.nothing  # noqa: B018
    with pytest.raises(ModuleNotFoundError):
        Late("no_such_module_anywhere").anything  # noqa: B018
