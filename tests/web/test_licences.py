"""What is bundled into the page keeps its licences: beside the page, and in the one file that travels
alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from serving import Client

from milepost.web.app import PAGE
from milepost.web.snapshot import snapshot_html
from milepost.web.state import State

BUNDLED = ("svelte ", "@fluent/bundle ", "clsx ")
TERMS = ("Permission is hereby granted", "Apache License")


def test_the_licences_of_the_bundle_are_served_and_travel_with_a_snapshot(alone: Client, ridge: Path) -> None:
    found = list((PAGE / "assets").glob("third-party-licences*.txt"))
    if not found:
        pytest.fail("the page is not built, or before licences were gathered: make page")
    text = alone.http.get(f"/assets/{found[0].name}").text
    snapshot = snapshot_html(State(str(ridge)))
    for words in (*BUNDLED, *TERMS):
        assert words in text
        assert words in snapshot
    assert found[0].name in snapshot
