"""Stories of showing to others in a real browser: views in order on a large screen, one figure in a frame of
another site."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from browsing import Watched, settle, shot
from pypdf import PdfReader
from serving import Client, running
from test_page_stories import without_violations

import milepost
from milepost.errors import WrongUse
from milepost.web.app import Config, create_app
from milepost.web.security import embedders

pytestmark = pytest.mark.browser


@contextmanager
def site(bodies: dict[str, str]) -> Iterator[str]:
    """Another site, with a page of its own."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(f"<!doctype html><title>x</title>{bodies['/']}".encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def valued(folder: Path, **more: Any) -> Iterator[str]:
    """A server of the small example, its values made."""
    shutil.copytree(milepost.example("ridge"), folder, dirs_exist_ok=True)
    with running(Config(str(folder), **more)) as address:
        client = Client(address)
        while client.get("/values").status_code != 200:
            time.sleep(0.1)
        yield address


@pytest.fixture(scope="module")
def ridge_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with valued(tmp_path_factory.mktemp("shared") / "ridge") as address:
        yield address


SAYS = {
    "en": {
        "share": "Share",
        "add": "Add to the story",
        "link": "Copy link",
        "present": "Present full screen",
    },
    "fa": {
        "share": "هم‌رسانی",
        "add": "افزودن به روایت",
        "link": "رونوشت پیوند",
        "present": "ارائهٔ تمام‌صفحه",
    },
}


@pytest.mark.parametrize(("code", "more"), [("en", {}), ("fa", {"color_scheme": "dark"})])
def test_a_story_is_told_on_a_large_screen_and_travels_in_its_link(
    chromium: Any, ridge_page: str, code: str, more: dict[str, Any]
) -> None:
    says = SAYS[code]
    found = Watched(chromium, permissions=["clipboard-read", "clipboard-write"], **more)
    page = found.page
    page.goto(f"{ridge_page}/#overview?lang={code}")
    page.wait_for_selector("#gains")
    for place in ("figure:has(svg.map)", "figure:has(#gains)"):
        figure = page.locator(place)
        figure.get_by_role("button", name=says["share"]).click()
        figure.get_by_role("button", name=says["add"]).click()
        figure.locator("[role=status]").wait_for()
    page.goto(f"{ridge_page}/?s#story?lang={code}")
    page.locator("ol.story li").nth(1).wait_for()
    page.locator("textarea").first.fill("What is built, and what is only promised.")
    page.locator(".write input").first.fill("Ridge in two views")
    without_violations(page, f"the story in {code}")
    shot(page, f"story-{code}")
    page.get_by_role("button", name=says["link"]).click()
    page.locator("[role=status]").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    page.get_by_role("button", name=says["present"]).click()
    page.locator(".telling").wait_for()
    settle(page)
    assert page.locator("svg.map").is_visible()
    assert not page.locator("#gains").is_visible(), "a figure is shown alone"
    assert not page.locator("header").is_visible()
    assert "only promised" in page.locator(".telling").inner_text()
    assert (
        float(page.evaluate("parseFloat(getComputedStyle(document.querySelector('.telling h2')).fontSize)"))
        > 24
    )
    without_violations(page, f"a step in {code}")
    shot(page, f"told-1-{code}")
    page.keyboard.press("ArrowLeft" if code == "fa" else "ArrowRight")
    page.locator("#gains").wait_for()
    settle(page)
    assert not page.locator("svg.map").first.is_visible()
    shot(page, f"told-2-{code}")
    page.keyboard.press("PageUp")
    page.locator("svg.map").wait_for()
    page.keyboard.press("Escape")
    page.locator("ol.story").wait_for()
    assert page.locator(".telling").count() == 0
    assert page.locator("header").is_visible()
    assert found.said == []
    found.context.close()
    other = Watched(chromium)
    other.page.goto(link)
    other.page.locator("ol.story li").nth(1).wait_for()
    assert other.page.locator(".write input").first.input_value() == "Ridge in two views"
    assert other.page.locator("textarea").first.input_value().startswith("What is built")
    assert "story=" not in other.page.url
    other.page.goto(f"{ridge_page}/?cut#story?story=abc")
    other.page.locator(".fault").wait_for()
    assert other.said == []
    other.context.close()


@pytest.mark.parametrize(("code", "share", "put"), [("en", "Share", "brief"), ("fr", "Partager", "note")])
def test_a_view_goes_into_the_brief_and_a_minister_has_one_page(
    watched: Watched, ridge_page: str, tmp_path: Path, code: str, share: str, put: str
) -> None:
    page = watched.page
    page.goto(f"{ridge_page}/#overview?lang={code}")
    page.wait_for_selector("#ranking tbody tr")
    figure = page.locator("figure:has(svg.map)").first
    figure.get_by_role("button", name=share).click()
    figure.locator("button", has_text=put).click()
    figure.locator("[role=status]").wait_for()
    page.locator("header nav a").nth(7).click()
    page.locator(".views img").wait_for()
    page.locator(".views input").nth(1).fill("What we saw in spring.")
    without_violations(page, f"the brief in {code}")
    shot(page, f"brief-views-{code}")
    counts = []
    for short in (False, True):
        page.locator("form.write > label select").nth(4).select_option(index=int(short))
        assert page.locator(".views").count() == int(not short), "the one page has its own parts"
        page.locator("form.write > button").click()
        link = page.locator("#made", has_text="one-page" if short else "brief")
        link.wait_for(timeout=60_000)
        with page.expect_download() as download:
            link.click()
        file = tmp_path / download.value.suggested_filename
        download.value.save_as(file)
        counts.append(PdfReader(file))
    assert "What we saw in spring." in counts[0].pages[-1].extract_text()
    assert len(counts[1].pages) == 1


@pytest.mark.parametrize("code", ["en", "ru"])
def test_a_figure_stands_in_a_frame_of_a_site_that_the_server_allows_and_of_no_other(
    chromium: Any, tmp_path: Path, code: str
) -> None:
    bodies = {"/": ""}
    with (
        site(bodies) as allowed,
        site(bodies) as other,
        valued(tmp_path / "ridge", embed_in=(allowed,)) as address,
    ):
        where = f"{address}/#overview?figure=ranking&amp;lang={code}"
        bodies["/"] = f'<iframe id="f" src="{where}" width="900" height="640" title="x"></iframe>'
        found = Watched(chromium)
        found.page.goto(allowed)
        inside = found.page.frame_locator("#f")
        inside.locator("#ranking tbody tr").first.wait_for()
        assert not inside.locator("header").is_visible()
        assert not inside.locator("svg.map").first.is_visible()
        assert inside.locator(".whole a").get_attribute("target") == "_blank"
        shot(found.page, f"framed-{code}")
        assert found.said == []
        # whoever may edit here may not in a frame
        bodies["/"] = bodies["/"].replace("#overview?figure=ranking", "#register/parties?x=")
        found.page.goto(f"{allowed}/?register")
        inside.locator("#rows tbody tr").first.wait_for()
        assert inside.locator("main button", has_text="row").count() == 0
        found.context.close()
        refused = Watched(chromium)
        refused.page.goto(other)
        refused.page.wait_for_timeout(1_000)
        assert refused.page.frame_locator("#f").locator("header, table").count() == 0
        assert any("frame" in s.lower() for s in refused.said)
        refused.context.close()


def test_what_is_no_site_is_refused_before_anything_is_served() -> None:
    assert embedders(["https://Portal.example/", "https://portal.example"]) == ("https://portal.example",)
    for bad in (
        "*",
        "https:",
        "portal.example",
        "http://portal.example",
        "https://a.b; script-src *",
        "https://a/b",
    ):
        with pytest.raises(WrongUse):
            embedders([bad])
        with pytest.raises(WrongUse):
            create_app(Config("nowhere", embed_in=(bad,)))


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
@pytest.mark.parametrize("code", ["en", "fa"])
def test_every_step_of_the_tour_is_walked_by_keyboard(
    chromium: Any, ridge_page: str, code: str, size: tuple[int, int]
) -> None:
    """What it tells is whole and in sight, the focus stays at it, and back goes back."""
    width, height = size
    found = Watched(chromium)
    page = found.page
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{ridge_page}/#overview?lang={code}")
    page.wait_for_selector("#ranking tbody tr")
    page.locator(".offer button").first.click()
    steps = page.locator("nav a").count()
    seen: list[str] = []
    for step in range(steps):
        page.wait_for_function(
            "() => document.activeElement.closest('.tour') && !document.querySelector('main[aria-busy=true]')"
        )
        settle(page)
        seen.append(page.locator(".tour h2").inner_text())
        assert page.locator("nav a[aria-current]").inner_text().startswith(seen[-1])
        box = page.locator(".tour").bounding_box()
        assert box["y"] + box["height"] <= height + 1
        assert box["height"] < 0.32 * height, "most of the page is seen"
        assert page.evaluate("(t => t.scrollWidth <= t.clientWidth)(document.querySelector('.tour'))")
        entry = page.locator("nav a[aria-current]").bounding_box()
        assert -1 <= entry["x"] <= width - 30, "the menu shows where one is"
        shot(page, f"tour-{code}-{width}-{step}")
        if page.locator(".tour button").count() == 2:
            break
        for _ in range(1 if step == 0 else 2):  # what cannot be pressed is passed over
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    assert len(set(seen)) == len(seen) >= 9
    page.go_back()
    page.wait_for_function(f"() => document.querySelector('.tour h2').textContent === {seen[-2]!r}")
    page.locator(".tour button").first.click()
    page.wait_for_function(f"() => document.querySelector('.tour h2').textContent === {seen[-3]!r}")
    page.keyboard.press("Escape")
    assert page.locator(".tour").count() == 0
    assert page.evaluate("document.activeElement.id") == "main"
    assert not found.said


@pytest.mark.parametrize(("code", "more"), [("en", {}), ("ar", {"color_scheme": "dark"})])
def test_a_tour_is_offered_once_and_words_are_explained(
    chromium: Any, ridge_page: str, code: str, more: dict[str, Any]
) -> None:
    found = Watched(chromium, **more)
    page = found.page
    page.goto(f"{ridge_page}/#overview?lang={code}")
    page.wait_for_selector("#ranking tbody tr")
    without_violations(page, f"the offer in {code}")
    page.locator(".offer button").first.click()
    seen = set()
    for _ in range(8):
        page.locator(".tour").wait_for()
        seen.add(page.locator("main h1:not(.hidden)").first.inner_text())
        page.locator(".tour button").nth(1).click()
    assert len(seen) == 8, "every step is another page"
    without_violations(page, f"the tour in {code}")
    shot(page, f"tour-{code}")
    page.keyboard.press("Escape")
    assert page.locator(".tour").count() == 0
    page.goto(f"{ridge_page}/?again#overview?lang={code}")
    page.wait_for_selector("#ranking tbody tr")
    assert page.locator(".offer").count() == 0, "who took it is not asked again"
    page.goto(f"{ridge_page}/?word#commitment/R2?lang={code}")
    word = page.locator("h2 .term").first
    word.wait_for()
    tip = word.locator(".tip")
    assert not tip.is_visible()
    word.locator("button").focus()
    assert tip.is_visible()
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    page.set_viewport_size({"width": 390, "height": 800})
    word.locator("button").focus()
    box = tip.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert found.said == []
    found.context.close()


SHIFTS = """
window.shifts = 0;
new PerformanceObserver((list) => {
  for (const e of list.getEntries()) if (!e.hadRecentInput) shifts += e.value;
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize("code", ["en", "fa"])
def test_the_first_view_stays_where_it_is(watched: Watched, ridge_page: str, code: str) -> None:
    page = watched.page
    page.add_init_script(SHIFTS)
    page.goto(f"{ridge_page}/#overview?lang={code}")
    page.wait_for_selector("#gains")
    page.locator("footer p").wait_for()
    page.wait_for_timeout(1_000)
    assert page.evaluate("shifts") < 0.02
