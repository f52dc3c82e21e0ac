"""Stories of readers in a real browser: a newcomer with a register only, an officer, a minister's telephone,
one who shares a figure."""

from __future__ import annotations

import re
import shutil
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import Watched, axe, settle, shot
from serving import PASSWORD, Client, running

import milepost
from milepost.languages import Language
from milepost.records import ONLY_FOR_VALUES
from milepost.store.folder import write
from milepost.web import kept
from milepost.web.app import Config
from milepost.web.people import People

pytestmark = pytest.mark.browser
PAGES = (
    "overview",
    "timetable",
    "commitments",
    "plan",
    "commitment/R1",
    "countries",
    "country/XRL",
    "routes",
    "register",
    "register/commitments%2FR1",
    "inbox",
    "brief",
    "model",
    "help",
)


@pytest.fixture(scope="module")
def ridge_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with the small example, its values made."""
    folder = tmp_path_factory.mktemp("stories") / "ridge"
    shutil.copytree(milepost.example("ridge"), folder)
    with running(Config(str(folder), documents=folder.parent / "documents")) as found:
        client = Client(found)
        while client.get("/values").status_code != 200:
            time.sleep(0.1)
        yield found


@pytest.fixture
def alone_page(ridge: Path, tmp_path: Path) -> Iterator[str]:
    """A server with the register of the small example, without its network."""
    records = milepost.open(ridge).records.with_rows(**dict.fromkeys(ONLY_FOR_VALUES, ()))
    commitments = [c.model_copy(update={"network_ref": ()}) for c in records.commitments]
    write(records.with_rows(commitments=commitments, restrictions=(), capacities=()), tmp_path / "alone")
    with running(Config(str(tmp_path / "alone"))) as found:
        yield found


def without_violations(page: Any, about: str) -> None:
    """By axe, of all its rules."""
    settle(page)
    found = axe(page)
    assert found.violations_count == 0, f"{about}\n{found.generate_report()}"


@pytest.mark.parametrize("code", ["en", "ru"])
def test_a_newcomer_with_a_register_only_sees_all_but_values(
    watched: Watched, alone_page: str, code: str
) -> None:
    page = watched.page
    for name in PAGES:
        page.goto(f"{alone_page}/?{code}#{name}?lang={code}")
        page.locator("main h1:not(.hidden)").first.wait_for()
        settle(page)
        assert page.locator(".fault").count() == 0, name
        assert page.locator("[aria-busy=true]").count() == 0, f"{name} waits for what never comes"
        without_violations(page, name)
    page.goto(f"{alone_page}/#overview?lang={code}")
    page.locator(".figures li").first.wait_for()
    assert page.locator(".figures li").count() == 2
    shot(page, f"alone-{code}")
    page.locator("main .band a").click()  # how to add a network
    page.locator("#alone pre").wait_for()
    assert "milepost new" in page.locator("#alone pre").inner_text()


@pytest.mark.parametrize("code", ["en", "ru", "fa", "ar", "fr"])
def test_a_dark_screen_has_a_dark_page_until_the_reader_says_otherwise(
    chromium: Any, ridge_page: str, code: str
) -> None:
    """The other pages in the dark are looked at beside those in the light."""
    found = Watched(chromium, color_scheme="dark")
    page = found.page
    page.goto(f"{ridge_page}/?dark{code}#overview?lang={code}")
    page.locator("main h1:not(.hidden)").first.wait_for()
    page.wait_for_selector("#gains")
    without_violations(page, "the first view in the dark")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert sum(int(v) for v in re.findall(r"\d+", dark)[:3]) < 150
    page.get_by_label(Language(code).say("page-theme")).select_option("light")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert sum(int(v) for v in re.findall(r"\d+", light)[:3]) > 700
    assert found.said == []
    found.context.close()


def view_of(page: Any) -> list[float]:
    return [float(x) for x in page.locator("svg.map").get_attribute("viewBox").split()]


def test_the_map_zooms_moves_and_tells_what_the_pointer_is_on(watched: Watched, ridge_page: str) -> None:
    page = watched.page
    page.goto(f"{ridge_page}/#overview")
    page.wait_for_selector("#ranking tbody tr")
    box = page.locator(".mapbox").bounding_box()
    first = view_of(page)
    page.get_by_role("button", name="Zoom in").click()
    near = view_of(page)
    assert near[2] < first[2]
    page.locator(".mapbox").focus()
    page.keyboard.press("ArrowRight")
    assert view_of(page)[0] > near[0] or view_of(page)[0] + view_of(page)[2] > 999
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, -400)
    settle(page)
    assert view_of(page)[2] < near[2], "the wheel zooms once the map is in use"
    page.get_by_role("button", name="Whole network").click()
    assert view_of(page)[2] == pytest.approx(1000)
    page.mouse.down()
    page.mouse.move(box["x"] + 40, box["y"] + 40, steps=4)
    page.mouse.up()
    page.get_by_role("button", name="Fit to the programme").click()
    assert view_of(page) == first
    mark = page.locator("g.mark circle").first
    assert mark.bounding_box()["width"] >= 22, "a target of a finger's tip"
    page.locator("g.mark").first.hover()
    card = page.locator(".card")
    card.wait_for()
    assert re.search(r"R\d", card.inner_text())
    page.locator("path.hit").first.dispatch_event("click")
    panel = page.locator(".mapbox .panel")
    panel.wait_for()
    there = panel.bounding_box()
    assert there["y"] >= box["y"] - 1
    assert there["y"] + there["height"] <= box["y"] + box["height"] + 1, "beside the map, never below it"
    shot(page, "map-panel")
    page.get_by_label("Colour by").select_option("gauge")
    assert "mm" in page.locator("#map-legend").inner_text()
    page.get_by_label("Width of lines").select_option("all")
    page.locator("#map-widths").wait_for()
    page.get_by_label("border crossings").check()
    assert page.locator("svg.map .dot.border").count() > 0
    assert "layers=" in page.url
    without_violations(page, "the map with all that it shows")


def test_numbers_and_names_of_the_map_are_clear_of_one_another(watched: Watched, ridge_page: str) -> None:
    page = watched.page
    for width in (1280, 420):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{ridge_page}/?w{width}#overview")
        page.wait_for_selector("g.mark")
        settle(page)
        met, looked = page.evaluate(
            """() => {
            const boxes = [...document.querySelectorAll('g.mark circle, text.name')]
              .map((e) => e.getBoundingClientRect());
            let met = 0, looked = 0;
            boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => {
              looked += 1;
              if (a.left < b.right - 3 && b.left < a.right - 3
                && a.top < b.bottom - 3 && b.top < a.bottom - 3)
                met += 1;
            }));
            return [met, looked];
        }"""
        )
        assert looked > 3
        assert met == 0


def test_the_timetable_says_its_dates_and_why_it_refuses(watched: Watched, ridge_page: str) -> None:
    page = watched.page
    page.goto(f"{ridge_page}/#timetable")
    page.wait_for_selector("#gains")
    assert page.locator(".time text.now").text_content().startswith("today, ")
    handle = page.locator("circle.handle").first
    handle.hover()
    assert re.search(r"\d{4}", page.locator(".time text.tip-date").text_content())
    box = handle.bounding_box()
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + 4, steps=6)
    said = page.locator(".time text.tip-date").text_content()
    page.mouse.up()
    assert said == page.locator("circle.handle").first.get_attribute("aria-valuetext").split(",")[0]
    assert page.locator(".total").is_visible(), "the total is in sight"
    page.keyboard.press("Control+z")
    assert page.locator(".total").count() == 0
    field = page.locator("input[type=date][aria-label^='Date of']").first
    held = field.input_value()
    field.focus()
    # every digit makes another date, some of them before today: none is refused while it is typed
    page.keyboard.type("12122031")
    field.blur()
    assert field.input_value() == "2031-12-12"
    page.keyboard.press("Control+z")
    assert field.input_value() == held, "one step back, not one for each digit"
    field.fill("2001-01-01")
    field.blur()
    assert "dates begin on" in page.get_by_role("alert").inner_text()
    assert field.input_value() == held
    field.fill("")
    field.blur()
    assert "never come" in page.get_by_role("alert").inner_text()
    assert page.locator(".total").count() == 0, "nothing was moved before it is meant"
    page.get_by_role("button", name="never").click()
    assert "never" in page.url
    page.get_by_role("button", name="Reset all").click()
    wide = page.locator(".time text.year").count()
    page.locator(".legend").get_by_role("button", name="2", exact=True).click()
    assert page.locator(".time text.year").count() < wide
    shot(page, "timetable-two-years")


def test_on_a_telephone_the_map_is_as_wide_as_the_page(chromium: Any, ridge_page: str) -> None:
    found = Watched(chromium, has_touch=True, is_mobile=True)
    page = found.page
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{ridge_page}/#overview")
    page.locator(".first-view svg").first.wait_for()
    boxes = [part.bounding_box() for part in page.locator(".first-view > *").all()]
    assert len(boxes) >= 2
    assert min(box["width"] for box in boxes) > 320, "one below the other, not side by side"
    found.context.close()


def test_a_telephone_has_sliders_that_a_finger_can_hold(chromium: Any, ridge_page: str) -> None:
    found = Watched(chromium, has_touch=True, is_mobile=True)
    page = found.page
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{ridge_page}/#timetable")
    page.locator(".dates input[type=range]").first.wait_for()
    assert page.locator(".time svg").count() == 0
    heights = [s.bounding_box()["height"] for s in page.locator(".dates input[type=range]").all()]
    assert heights
    assert min(heights) >= 44
    page.locator(".dates input[type=range]").first.evaluate(
        "(e) => { e.value = Number(e.max); e.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    page.locator(".total").wait_for()
    shot(page, "telephone-timetable")
    assert found.said == []
    found.context.close()


@pytest.mark.parametrize("width", [720, 360, 320])
def test_nothing_is_cut_off_at_200_and_400_percent(chromium: Any, ridge_page: str, width: int) -> None:
    found = Watched(chromium)
    page = found.page
    page.set_viewport_size({"width": width, "height": 450})
    for name in PAGES:
        page.goto(f"{ridge_page}/?z{width}#{name}")
        page.locator("main h1:not(.hidden)").first.wait_for()
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width + 1, name
    found.context.close()


def test_search_finds_everything_and_back_restores_the_place(watched: Watched, ridge_page: str) -> None:
    page = watched.page
    page.goto(f"{ridge_page}/#commitments")
    page.locator("table.list tbody tr").first.wait_for()
    page.set_viewport_size({"width": 900, "height": 300})
    page.evaluate("scrollTo(0, 150)")
    page.wait_for_timeout(350)
    page.keyboard.press("Control+k")
    page.locator(".finder input").fill("R2")
    assert page.get_by_role("option").first.inner_text().startswith("R2")
    without_violations(page, "the search")
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name=re.compile("^R2")).wait_for()
    assert page.evaluate("scrollY") == 0, "links open at the top"
    menu = page.locator("header nav").bounding_box()
    page.get_by_role("link", name="Countries", exact=True).first.click()
    assert page.locator("header nav").bounding_box() == menu, "the menu does not jump"
    page.go_back()
    page.go_back()
    page.locator("table.list tbody tr").first.wait_for()
    page.wait_for_function("scrollY === 150")


def test_every_figure_is_taken_away_as_a_picture(watched: Watched, ridge_page: str, tmp_path: Path) -> None:
    page = watched.page
    page.goto(f"{ridge_page}/#overview")
    page.wait_for_selector("#ranking tbody tr")
    about = Client(ridge_page).get("/programme").json()
    figures = page.locator("figure")
    assert figures.count() == 3
    for k in range(figures.count()):
        figure = figures.nth(k)
        title = figure.locator("h2").first.inner_text()
        figure.get_by_role("button", name=re.compile("^Download")).click()
        with page.expect_download() as svg:
            figure.get_by_role("button", name="SVG", exact=True).click()
        root = ET.fromstring(Path(svg.value.path()).read_text(encoding="utf-8"))
        said = " ".join(root.itertext())
        assert title[:40] in said
        assert about["title"] in said
        assert about["fingerprint"][:16] in said
        with page.expect_download() as png:
            figure.get_by_role("button", name="PNG", exact=True).click()
        content = Path(png.value.path()).read_bytes()
        assert content.startswith(b"\x89PNG")
        assert len(content) > 8_000
        assert png.value.suggested_filename.endswith(".png")
        (tmp_path / f"{k}.png").write_bytes(content)
    page.locator("figure").first.get_by_role("button", name=re.compile("^Share")).click()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("Copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.url


@pytest.mark.parametrize("code", ["en", "fa"])
def test_a_budget_makes_a_plan_and_a_chance_a_crisis(chromium: Any, ridge_page: str, code: str) -> None:
    """By the keyboard alone, on a telephone: the plan and the crises are those of the library."""
    found = Watched(chromium)
    page = found.page
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{ridge_page}/?plan{code}#plan?lang={code}")
    page.locator("input[name=budget]").focus()
    page.keyboard.type("100")
    page.locator("input[name=rate]").focus()
    page.keyboard.type("8")
    page.keyboard.press("Enter")
    page.locator("#planned #plan-opens").wait_for()
    ridge = milepost.open(milepost.example("ridge"))
    plans = ridge.plan("100", rate=0.08)
    best, fair = plans.plans[:2]
    rows = page.locator("#plan-opens tbody tr")
    shown = [row.get_attribute("data-commitment") for row in rows.all()]
    assert shown == [one.commitment for one in best.opened]
    purses = [row.get_attribute("data-purse") for row in page.locator("#plan-who tbody tr").all()]
    assert purses == sorted(best.net_by_purse, key=lambda who: -best.net_by_purse[who])
    if code == "en":
        figure = float(page.locator("#planned .facts b").first.inner_text().replace(",", ""))
        assert figure == pytest.approx(best.npv_musd, rel=6e-3)
        assert "No plan is better" in page.locator("#planned .exact").inner_text()
        assert best.next_best is not None
        assert f"{best.next_best.npv_musd:.3g}" in page.locator("#plan-next li").first.inner_text()
    page.locator("#plan select").nth(1).select_option("no member worse off")  # answered at once
    assert [row.get_attribute("data-commitment") for row in rows.all()] == [o.commitment for o in fair.opened]
    assert re.search(r"budget=100&aim=no\+member\+worse\+off&rate=8", page.url)
    assert page.locator("#plan .band").count() == 0
    page.locator("input[name=budget]").fill("200")
    page.locator("#plan .band").wait_for()  # what is shown is not of this budget
    page.locator("input[name=budget]").fill("100")
    first = page.locator('[data-restriction="X1"] input')
    first.nth(0).focus()
    page.keyboard.type("30")
    first.nth(1).focus()
    page.keyboard.type("70")
    page.keyboard.press("Enter")
    page.locator("#crises-off").wait_for()
    told = ridge.resilience({"X1": (0.3, 70)})
    order = [row.get_attribute("data-commitment") for row in page.locator("#crises-off tbody tr").all()]
    assert order == told.ranked()
    if code == "en":
        cells = page.locator("#crises-off tbody tr").first.locator("td").all_inner_texts()
        assert float(cells[0].replace("\u2212", "-").strip("\u2007\u2008 ")) == pytest.approx(
            told.resilience_alone.sum(axis=1).max(), rel=6e-3
        )
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    without_violations(page, f"plan in {code}")
    text = page.locator("main").inner_text()
    assert not re.search(r"\b(page|column)-[a-z-]{3,}", text), "an untranslated message"
    settle(page)
    shot(page, f"plan-telephone-{code}")
    page.set_viewport_size({"width": 1280, "height": 900})
    settle(page)
    shot(page, f"plan-{code}")
    assert found.said == []
    found.context.close()


def test_what_cannot_be_planned_is_said_on_the_page(watched: Watched, ridge_page: str) -> None:
    page = watched.page
    page.goto(f"{ridge_page}/?least#plan?aim=least+cost&reach=1000000&budget=10&until=2030")
    page.locator("#plan form button").click()
    page.locator("#plan .fault").wait_for()
    assert "reach" in page.locator("#plan .fault").inner_text()
    page.locator("input[name=reach]").fill("50")
    page.locator("input[name=budget]").fill("")
    page.locator("#plan form button").click()
    page.locator("#plan-opens").wait_for()
    assert page.locator("#plan .fault").count() == 0
    cheap = (
        milepost.open(milepost.example("ridge")).plan(milepost.Wish("", until=2030, reach_musd=50)).plans[2]
    )
    rows = page.locator("#plan-opens tbody tr")
    assert [r.get_attribute("data-commitment") for r in rows.all()] == [o.commitment for o in cheap.opened]


def test_paper_has_bars_and_no_controls(watched: Watched, ridge_page: str) -> None:
    page = watched.page
    page.goto(f"{ridge_page}/#overview")
    page.wait_for_selector("#ranking tbody tr")
    page.emulate_media(media="print")
    for gone in ("header nav", ".tools", ".zoom", ".under button", ".asof"):
        assert not page.locator(gone).first.is_visible(), gone
    bar = page.locator("#ranking .bar").first
    assert bar.is_visible()
    assert bar.evaluate("(e) => getComputedStyle(e).printColorAdjust") == "exact"


def signed_in(page: Any, address: str, name: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Sign in").first.click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("form.sign button").click()
    page.locator(".who").wait_for()


def test_an_officer_is_offered_only_what_he_may_do(
    chromium: Any, ridge: Path, people: People, tmp_path: Path, team: Callable[[str], Client]
) -> None:
    del team
    with running(Config(str(ridge), people=people, documents=tmp_path / "documents")) as address:
        for name, has in (("olga", ()), ("farid", ("reports",)), ("viktor", ("claims", "reports"))):
            found = Watched(chromium)
            page = found.page
            signed_in(page, address, name)
            page.get_by_role("button", name="My account").click()
            page.locator(".sessions li").first.wait_for()
            assert page.locator(".sessions li strong").count() == 1, "one of them is this one"
            page.goto(f"{address}/?{name}#inbox")
            page.locator("main h1:not(.hidden)").first.wait_for()
            settle(page)
            assert page.locator("header nav a", has_text="Inbox").count() == (1 if has else 0), name
            for part in ("requests", "claims", "reports"):
                assert page.locator(f"#{part}").count() == (1 if part in has else 0), (name, part)
            page.goto(f"{address}/?{name}#register/commitments%2FR1")
            page.locator("form.write").wait_for()
            assert page.get_by_role("button", name="Save").count() == 0
            shot(page, f"inbox-{name}")
            found.context.close()


def test_the_first_number_is_there_at_once_and_marked(
    chromium: Any, ridge: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from milepost.web.state import State

    with running(Config(str(ridge))) as address:
        client = Client(address)
        while client.get("/values").status_code != 200:
            time.sleep(0.1)
        told = {f"/{name}": client.get(f"/{name}").json() for name in ("values", "appraisals")}
    kept.keep(str(ridge), told["/values"]["fingerprint"], told)
    monkeypatch.setattr(State, "_work", lambda self, now: time.sleep(20))  # a valuation that takes long
    with running(Config(str(ridge))) as address:
        found = Watched(chromium)
        page = found.page
        begun = time.monotonic()
        page.goto(address)
        page.locator(".figures b").first.wait_for()
        page.locator("#ranking tbody tr").first.wait_for()
        assert time.monotonic() - begun < 10
        assert "Updating; figures from" in page.locator(".progress").inner_text()
        page.locator(".progress progress").wait_for()
        shot(page, "updating")
        found.context.close()
