"""Stories of those who meet over a programme, each in two languages: an officer of Iran who may write of
Iran's own promises, a minister with a telephone, and somebody whose register is given a network."""

from __future__ import annotations

import datetime as dt
import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from browsing import Watched, settle, shot
from openpyxl import Workbook, load_workbook
from pypdf import PdfReader
from serving import PASSWORD, Client, running
from test_page_stories import without_violations
from test_texts import png

import milepost
from milepost.languages import Language
from milepost.records import ONLY_FOR_VALUES, TABLES
from milepost.store.folder import write
from milepost.web.app import Config
from milepost.web.people import People

pytestmark = pytest.mark.browser
TELEPHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
IRAN = (("ali", "focal point", "IRN"), ("mina", "council", ""), ("viktor", "verifier", ""))


@pytest.fixture(scope="module")
def corridor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A secretariat's server with the North-South programme, an officer of Iran and a minister."""
    home = tmp_path_factory.mktemp("persons")
    folder = home / "north-south"
    shutil.copytree(milepost.example("north-south"), folder)
    people = People(home / "people.db", hasher=PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1))
    for name, role, party in IRAN:
        people.add(name, role, party, PASSWORD)
    with running(Config(str(folder), people=people, documents=home / "documents")) as found:
        yield found, folder
    people.close()


def enter(page: Any, address: str, name: str, code: str) -> Language:
    """Somebody signs in, in a language."""
    says = Language(code)
    page.goto(f"{address}/?{name}{code}#overview?lang={code}")
    page.get_by_role("button", name=says.say("page-sign-in")).first.click()
    page.get_by_label(says.say("page-name"), exact=True).fill(name)
    page.get_by_label(says.say("page-password")).fill(PASSWORD)
    page.locator("form.sign button").first.click()
    page.locator(".who").wait_for()
    return says


@pytest.mark.parametrize(("code", "own"), [("en", "C01"), ("fa", "C04")])
def test_an_officer_of_iran_and_a_minister_with_a_telephone(
    chromium: Any, corridor: tuple[str, Path], tmp_path: Path, code: str, own: str
) -> None:
    address, folder = corridor
    (tmp_path / "rails.png").write_bytes(png(80, 60))
    records = milepost.open(folder).records
    owners = {c.id: c.owed_by for c in records.commitments}
    others = next(e.commitment for e in records.evidence if "IRN" not in owners[e.commitment])

    officer = Watched(chromium)
    page = officer.page
    says = enter(page, address, "ali", code)
    entry = page.locator("header nav a", has_text=says.say("page-inbox"))
    waiting = entry.locator(".count").inner_text()
    entry.click()
    page.locator("#reports li").first.wait_for()
    late = [a.get_attribute("href") or "" for a in page.locator("#reports li > a").all()]
    ids = [to.split("#commitment/")[1].split("?")[0] for to in late]
    assert ids
    assert all("IRN" in owners[c] for c in ids), ids
    assert waiting == Language(code).number(len(ids), 0)
    assert page.locator("#requests").count() == page.locator("#claims").count() == 0
    without_violations(page, f"the officer's inbox in {code}")
    shot(page, f"officer-inbox-{code}")

    page.goto(f"{address}/?own{code}#commitment/{own}?lang={code}")
    form = page.locator("form.write", has=page.locator("input[type=file]"))
    form.locator("input[type=file]").set_input_files(str(tmp_path / "rails.png"))
    form.locator(".photos img").wait_for()
    offers = [o.get_attribute("value") for o in form.locator("select").nth(1).locator("option").all()]
    assert offers == ["owner", "unknown"], "of Iran's own promise an officer of Iran is no outsider"
    form.locator("select").nth(0).select_option("progress")
    form.locator("select").nth(1).select_option("owner")
    # a Persian officer types the day that stands on his letter, and sees the one of the register
    form.locator("input.date").fill({"en": "2026-11-20", "fa": "۱۴۰۵/۰۸/۲۹"}[code])
    assert {"en": "20 Nov 2026", "fa": "2026-11-20"}[code] in form.inner_text(), "in the other calendar, too"
    form.locator("textarea").fill(f"Rails are laid, {code}.")
    form.locator("button:not([type=button])").click()
    page.locator(".reports .photos img").wait_for()
    day = due(folder, own)
    asks = page.locator("form.write", has=page.locator(f"button:text-is('{says.say('page-ask-date')}')"))
    wanted = dt.date(day.year + 1, 12, 30)
    asks.locator("input.date").fill(wanted.isoformat())
    if code == "fa":
        wanted += dt.timedelta(weeks=1)
        asks.locator("button.pick").click()
        page.locator(".days [tabindex='0']").wait_for()
        shot(page, "calendar-fa")
        without_violations(page, "a month of the calendar")
        for key in ("PageDown", "PageDown", "PageUp", "PageUp", "ArrowDown"):  # months on and back, a week on
            page.keyboard.press(key)
            settle(page)
        page.keyboard.press("Enter")
        assert page.locator(".days").count() == 0
    asks.locator("select").first.select_option(index=1)
    with page.expect_response("**/requests") as answer:
        asks.locator("button:not([type=button])").click()
    assert answer.value.ok, answer.value.text()
    settle(page)
    without_violations(page, f"the officer's fiche in {code}")
    shot(page, f"officer-fiche-{code}")
    written = milepost.open(folder).records
    assert [e.standing for e in written.evidence if e.report == f"Rails are laid, {code}."] == ["owner"]
    assert [(r.asked_by, r.new_date.text) for r in written.date_requests if r.commitment == own] == [
        ("IRN", wanted.isoformat())
    ]

    page.goto(f"{address}/?not{code}#commitment/{others}?lang={code}")
    page.locator("#disputes").wait_for()
    report = page.locator("form.write", has=page.locator("input[type=file]"))
    shows = report.locator("select").first.locator("option")
    assert [o.get_attribute("value") for o in shows.all()] == ["context", "started", "progress"]
    assert page.locator("form.write", has_text=says.say("page-new-date")).count() == 0
    page.goto(f"{address}/?row{code}#register/commitments%2F{own}?lang={code}")
    page.locator("form.write").wait_for()
    assert page.get_by_role("button", name=says.say("page-save")).count() == 0
    assert officer.said == []
    officer.context.close()

    minister = Watched(chromium, **TELEPHONE)
    page = minister.page
    enter(page, address, "mina", code)
    page.locator("#ranking tbody tr").first.wait_for(timeout=60_000)
    settle(page)
    assert page.locator(".figures li").count() >= 4
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    without_violations(page, f"the minister's first view in {code}")
    shot(page, f"minister-{code}")
    page.goto(f"{address}/?decides{code}#inbox?lang={code}")
    request = page.locator("#requests article", has_text=own)
    request.wait_for()
    shot(page, f"minister-inbox-{code}")
    request.locator("button").first.tap()
    request.locator("input").fill("Agreed in the council.")
    request.locator("form button").first.tap()
    request.wait_for(state="detached")
    assert [r.decision for r in milepost.open(folder).records.date_requests if r.commitment == own] == [
        "granted"
    ]
    page.goto(f"{address}/?brief{code}#brief?lang={code}")
    page.locator("form.write > label select").nth(4).select_option(index=1)
    page.locator("form.write > button").tap()
    link = page.locator("#made", has_text="one-page")
    link.wait_for(timeout=60_000)
    with page.expect_download() as download:
        link.tap()
    download.value.save_as(tmp_path / "one.pdf")
    assert len(PdfReader(tmp_path / "one.pdf").pages) == 1
    assert minister.said == []
    minister.context.close()


def due(folder: Path, commitment: str) -> dt.date:
    status = next(s for s in milepost.open(folder).status() if s.commitment == commitment)
    assert status.latest_promised
    return status.latest_promised.last


def filled(own: bytes, other: Path) -> Workbook:
    """The programme's own workbook, with what only the other one holds pasted in as a person would."""
    book, source = load_workbook(io.BytesIO(own)), load_workbook(other)
    for name in ("commitments", *(t for t in source.sheetnames if t in TABLES)):
        sheet = book[name]
        row = 1 if name == "commitments" else sheet.max_row
        there = {tuple(r) for r in sheet.iter_rows(min_row=2, values_only=True)}
        for values in source[name].iter_rows(min_row=2, values_only=True):
            if name == "commitments" or tuple(values) not in there:
                row += 1
                for column, value in enumerate(values, 1):
                    sheet.cell(row, column).value = value
    return book


@pytest.mark.parametrize("code", ["en", "ru"])
def test_a_register_is_given_a_network_by_a_workbook_and_then_has_values(
    chromium: Any, ridge: Path, tmp_path: Path, code: str
) -> None:
    whole = milepost.open(ridge).records
    with running(Config(str(ridge))) as address:
        (tmp_path / "other.xlsx").write_bytes(Client(address).get("/programme.xlsx").content)
    bare = whole.with_rows(**dict.fromkeys(ONLY_FOR_VALUES, ()))
    commitments = [c.model_copy(update={"network_ref": ()}) for c in bare.commitments]
    write(bare.with_rows(commitments=commitments, restrictions=(), capacities=()), tmp_path / "alone")
    with running(Config(str(tmp_path / "alone"))) as address:
        found = Watched(chromium)
        page = found.page
        page.goto(f"{address}/#overview?lang={code}")
        page.locator(".figures li").first.wait_for()
        assert page.locator("#ranking").count() == 0
        page.goto(f"{address}/?book#register?lang={code}")
        compare = page.get_by_role("button", name=Language(code).say("page-compare"))
        page.locator("input[type=file]").set_input_files(str(tmp_path / "other.xlsx"))
        compare.click()
        page.locator("#passed-over").wait_for()
        shot(page, f"network-of-another-{code}")
        own = Client(address).get("/programme.xlsx").content
        filled(own, tmp_path / "other.xlsx").save(tmp_path / "own.xlsx")
        page.locator("input[type=file]").set_input_files(str(tmp_path / "own.xlsx"))
        compare.click()
        apply = page.get_by_role("button", name=Language(code).say("page-apply"))
        apply.wait_for()
        shot(page, f"network-comes-{code}")
        apply.click()
        page.locator("main .band[role=status]").first.wait_for()
        page.locator("header nav a").first.click()
        page.locator("#ranking tbody tr").first.wait_for(timeout=60_000)
        assert page.locator(".figures li").count() >= 4
        without_violations(page, f"values after the network in {code}")
        shot(page, f"network-there-{code}")
        client = Client(address)
        worth = client.settled("/api/v1/values").json()["shares"]["total"]
        assert worth == pytest.approx(list(milepost.open(ridge).shapley().total))
        assert found.said == []
        found.context.close()
