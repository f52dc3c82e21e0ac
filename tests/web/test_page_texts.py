"""Stories of writing in a real browser: commitments out of a text, a photo as evidence, rows looked at while
they are typed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from browsing import Watched, settle, shot
from serving import PASSWORD, running
from test_page_stories import without_violations
from test_texts import TEXT, png

import milepost
from milepost.web.app import Config
from milepost.web.people import People

pytestmark = pytest.mark.browser
DARK = {"color_scheme": "dark"}


def entered(page: Any, address: str, name: str, lang: str, place: str) -> None:
    """Sign somebody in and go somewhere."""
    page.goto(f"{address}/#overview")
    page.get_by_role("button", name="Sign in").first.click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("form.sign button").click()
    page.locator(".who").wait_for()
    page.goto(f"{address}/?{name}{lang}#{place}?lang={lang}")
    page.locator("main h1:not(.hidden)").first.wait_for()


@pytest.mark.parametrize(("lang", "more"), [("en", {}), ("fa", DARK), ("fr", DARK), ("ru", {}), ("ar", {})])
def test_commitments_are_taken_from_a_text(
    chromium: Any, ridge: Path, people: People, tmp_path: Path, lang: str, more: dict[str, Any]
) -> None:
    with running(Config(str(ridge), people=people, documents=tmp_path / "documents")) as address:
        found = Watched(chromium, **more)
        page = found.page
        entered(page, address, "sara", lang, "register")
        page.locator("main p > a").first.click()
        page.locator("textarea.long").fill(TEXT)
        page.locator("form.write button:not([type=button])").first.click()
        page.locator("#draft-D03").wait_for()
        assert page.locator("#draft-D01 mark").inner_text() == (
            "complete the second track between Vale and the summit"
        )
        without_violations(page, f"drafts in {lang}")
        page.locator("#draft-D01 .tick").click()
        page.locator("#draft-D03 .tick").click()
        page.locator(".enter select").select_option("A1")
        assert "D03" in page.locator(".enter .loss").inner_text(), "its kind is not said yet"
        page.locator(".enter button").click()
        assert len(milepost.open(ridge).records.commitments) == 5, "what lacks something is not sent"
        page.locator("#draft-D03 input[list=kinds]").fill("border")
        page.locator("#draft-D03 input.date").fill("2027-13")
        assert "2028-06-30" in page.locator("#due-D03").inner_text()
        page.locator("#draft-D03 input.date").fill("2027-12")
        assert page.locator(".enter .loss").count() == 0
        settle(page)
        shot(page, f"intake-{lang}")
        page.locator(".enter button").click()
        page.locator("main .band a").first.wait_for()
        records = milepost.open(ridge).records
        assert [c.kind for c in records.commitments[5:]] == ["upgrade", "border"]
        assert page.locator("#draft-D01").count() == 0
        assert page.locator("#draft-D02").count() == 1, "the others wait to be judged"
        page.set_viewport_size({"width": 390, "height": 800})
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        shot(page, f"intake-390-{lang}")
        page.locator("main .band a").first.click()
        page.locator("main blockquote").first.wait_for()
        assert found.said == []
        found.context.close()


@pytest.mark.parametrize(("lang", "more"), [("en", {}), ("ru", DARK), ("fa", {}), ("fr", {}), ("ar", DARK)])
def test_a_photo_is_evidence_that_others_see(
    chromium: Any, ridge: Path, people: People, tmp_path: Path, lang: str, more: dict[str, Any]
) -> None:
    (tmp_path / "gate.png").write_bytes(png(80, 60))
    (tmp_path / "large.png").write_bytes(png()[:8] + b"\0" * 10_000_001)
    with running(Config(str(ridge), people=people, documents=tmp_path / "documents")) as address:
        found = Watched(chromium, **more)
        page = found.page
        entered(page, address, "farid", lang, "commitment/R2")
        form = page.locator("form.write", has=page.locator("input[type=file]"))
        form.locator("input[type=file]").set_input_files(str(tmp_path / "large.png"))
        assert re.search("10|۱۰", page.locator(".fault").inner_text())
        form.locator("input[type=file]").set_input_files(str(tmp_path / "gate.png"))
        form.locator(".photos img").wait_for()
        assert page.locator(".fault").count() == 0
        form.locator("select").nth(0).select_option("delivered")
        form.locator("select").nth(1).select_option("owner")
        form.locator("input.date").fill("2026-03-01")
        form.locator("textarea").fill("The first train stands in Ridgeton.")
        assert "A freight train" in form.inner_text(), "what it will be held against is told"
        form.locator("button:not([type=button])").click()
        page.locator(".reports .photos img").wait_for()
        settle(page)
        wide = page.evaluate("document.querySelector('.reports .photos img').naturalWidth")
        assert wide == 80
        without_violations(page, f"a fiche with a photo in {lang}")
        page.locator(".reports .photos img").scroll_into_view_if_needed()
        shot(page, f"photo-{lang}")
        found.context.close()
        judge = Watched(chromium, **more)
        entered(judge.page, address, "viktor", lang, "inbox")
        judge.page.locator("#claims .photos img").wait_for()
        without_violations(judge.page, f"an inbox with a photo in {lang}")
        shot(judge.page, f"photo-inbox-{lang}")
        assert found.said == judge.said == []
        judge.context.close()


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_a_row_is_looked_at_while_it_is_typed(watched: Watched, ridge: Path, lang: str) -> None:
    with running(Config(str(ridge))) as address:
        page = watched.page
        page.goto(f"{address}/#register/parties%2FXRL?lang={lang}")
        kind = page.locator("form.write label", has_text="kind").locator("input")
        kind.fill("planet")
        page.locator("[id=fault-kind]").wait_for()
        assert "planet" in page.locator("[id=fault-kind]").inner_text()
        assert page.locator("form.write [role=status].loss").count() == 1
        without_violations(page, f"a faulty cell in {lang}")
        kind.fill("country")
        page.locator("form.write [role=status]:not(.loss)").wait_for()
        assert page.locator("[id=fault-kind]").count() == 0
        page.goto(f"{address}/?row#register/agreements%2FA1?lang={lang}")
        page.locator("form.write").wait_for()
        said = {"en": "4 May 2020", "ar": "2020"}[lang]
        # in the reader's words, once the server has told which columns are dates
        page.locator("form.write", has_text=said).wait_for()
        title = page.locator("form.write label", has_text="title").locator("input")
        held = title.input_value()
        title.fill(f"{held}, another")
        page.locator("header nav a").first.click()
        page.locator("#map-legend").wait_for()
        page.go_back()
        page.locator("form.write .band").wait_for()
        assert title.input_value() == f"{held}, another", (
            "what was typed is still there, and said to be unsaved"
        )
        page.locator("form.write .band button").click()
        assert title.input_value() == held
        assert milepost.open(ridge).records == milepost.open(milepost.example("ridge")).records
        page.goto("about:blank")
