"""The page before several programmes, comments on a commitment, and how forecasts did."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from browsing import Watched, settle, shot
from serving import PASSWORD, running_several

import milepost
from milepost.cli import run
from milepost.web.app import Config
from milepost.web.people import NO_ROLE, People

pytestmark = pytest.mark.browser
LANGUAGES = ("en", "fr", "ru", "fa", "ar")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Two programmes; farah speaks for a party in the one and may not know of the other."""
    base = tmp_path_factory.mktemp("several")
    for name in ("ridge", "valley"):
        shutil.copytree(milepost.example("ridge"), base / name)
    file = base / "valley" / "programme.toml"
    text = file.read_text(encoding="utf-8").replace('key = "ridge"', 'key = "valley"')
    file.write_text(text.replace("The Ridge", "Secret valley"), encoding="utf-8")
    ridge = str(base / "ridge")
    assert run(["record", ridge, "--by", "test", "--reason", "begin"]) == 0
    assert run(["forecast", ridge, "--by", "test", "--draws", "50", "--on", "2025-06-01"]) == 0
    closed = ("comment", ridge, "R3", "--by", "test", "Between two parties.", "--readers", "XRL")
    assert run([*closed]) == 0
    quick = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    people = People(base / "people.db", hasher=quick)
    people.add("sara", "secretariat", "", PASSWORD)
    people.add("farah", NO_ROLE, "", PASSWORD)
    people.set_right("farah", "ridge", "focal point", "XEM")
    with running_several([ridge, str(base / "valley")], Config("", people=people)) as address:
        yield address
    people.close()


def _sign_in(watched: Watched, place: str, name: str) -> None:
    page = watched.page
    page.goto(place)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("form.sign button").click()
    page.locator("article.panel h2").first.wait_for()


def test_a_person_sees_the_programmes_of_ones_own_and_comments_in_one(watched: Watched, place: str) -> None:
    page = watched.page
    _sign_in(watched, place, "farah")
    assert page.locator("article.panel h2").all_inner_texts() == ["The Ridge (an invented corridor)"]
    assert "Secret" not in page.content()
    late = page.get_by_role("link", name="R3 One-stop border at Gate")
    late.click()
    page.locator("#comments").wait_for()
    assert "/p/ridge/" in page.url
    assert "Between two parties." not in page.content()  # it is for another party
    page.get_by_label("Your comment").fill("The officers come on Monday.\nThe scanner too.")
    page.locator("#comments button").click()
    said = page.locator("#comments article")
    said.filter(has_text="The scanner too.").wait_for()
    assert "farah (XEM" in said.inner_text() or "farah (" in said.inner_text()
    shot(page, "comments")
    page.goto(f"{place}/p/ridge/#model")
    page.locator("#scores").wait_for()
    assert "forecasts kept" in page.locator("#scores").inner_text()
    page.get_by_role("link", name="All programmes").click()
    page.locator("article.panel h2").wait_for()
    assert page.url.startswith(f"{place}/#")


def test_the_overview_in_five_languages(watched: Watched, place: str) -> None:
    page = watched.page
    _sign_in(watched, place, "sara")
    assert page.locator("article.panel h2").count() == 2
    for code in LANGUAGES:
        page.get_by_role("combobox").first.select_option(code)
        page.locator(f"html[lang={code}]").wait_for()
        settle(page)
        text = page.locator("main").inner_text()
        assert "page-" not in text
        assert "{" not in text
        shot(page, f"programmes-{code}")
    assert page.evaluate("document.documentElement.dir") == "rtl"
