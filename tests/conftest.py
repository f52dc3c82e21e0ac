"""What every test may use. Paths to data beside the checkout are found here and nowhere else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of test data beside the checkout: required in CI, otherwise a reason to skip."""
    folder = ROOT.parent / "shared"
    if folder.is_dir():
        return folder
    if os.environ.get("CI") == "true":
        pytest.fail("CI runs with ../shared beside the checkout, and it is not there")
    pytest.skip("needs the data folder ../shared beside the checkout")
