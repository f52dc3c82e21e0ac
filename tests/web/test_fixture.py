"""What the page's own tests read is what Python says today."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def test_who_may_report_what_is_current() -> None:
    made = json.loads(runpy.run_path(str(ROOT / "scripts/make_page_fixture.py"))["reports"]())
    kept = json.loads((ROOT / "page/tests/reports.json").read_text(encoding="utf-8"))
    assert made == kept, "run scripts/make_page_fixture.py"
    assert any(m["taken"] for m in made["may"])


def test_the_books_of_the_page_are_current() -> None:
    made = json.loads(runpy.run_path(str(ROOT / "scripts/make_page_fixture.py"))["fixture"]())
    kept = json.loads((ROOT / "page/tests/books.json").read_text(encoding="utf-8"))
    assert [m["name"] for m in made] == [k["name"] for k in kept]
    for new, old in zip(made, kept, strict=True):
        assert new["book"]["commitments"] == old["book"]["commitments"]
        for a, b in zip(new["cases"], old["cases"], strict=True):
            assert a["dates"] == b["dates"]
            assert a["worth"] == pytest.approx(b["worth"], rel=1e-9, abs=1e-9), (
                "run scripts/make_page_fixture.py"
            )
