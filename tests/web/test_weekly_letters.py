"""The letters of the week as the page shows them: as they would be sent, to who sends them, and to a party
its own."""

from __future__ import annotations

import email
import email.policy
import hashlib
from pathlib import Path
from typing import Any

import pytest
from browsing import Watched, settle, shot
from serving import Client, running
from test_page_stories import without_violations
from test_page_texts import entered

import milepost
from milepost.report.digests import digests
from milepost.web.app import Config
from milepost.web.people import People


@pytest.fixture
def in_a_letter_week(ridge: Path) -> Path:
    """The small example four weeks on, when three promises fall due; one office has an address and reads
    Persian."""
    settings = ridge / "programme.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("2026-01-01", "2026-01-29", 1), encoding="utf-8")
    rows = "id,party,role,office,email,language,basis\nk1,XRL,focal point,,anna@rail.example,fa,assumed\n"
    (ridge / "contacts.csv").write_text(rows, encoding="utf-8")
    return ridge


@pytest.fixture
def in_a_letter_week_to_come(in_a_letter_week: Path) -> Path:
    """The same week six years on, a whole number of weeks: the programme looks further ahead than the day on
    which this test writes, so its letters stay those of that week."""
    for name, day in (("programme.toml", "2026-01-29"), ("meetings.csv", "2026-02-10")):
        file = in_a_letter_week / name
        text = file.read_text(encoding="utf-8")
        assert day in text
        file.write_text(text.replace(day, day.replace("2026", "2032"), 1), encoding="utf-8")
    return in_a_letter_week


def test_each_reads_the_letters_that_are_for_him(
    in_a_letter_week: Path, people: People, tmp_path: Path
) -> None:
    told = digests(milepost.open(in_a_letter_week).for_register())
    assert len(told) == 3
    sent = {letter.party: (letter.to, letter.subject, letter.text) for letter in told}
    config = Config(str(in_a_letter_week), people=people, documents=tmp_path / "d", public=True)
    with running(config) as address:
        for name, parties in (
            ("sara", {"XRL", "XEM", "XWV"}),
            ("farid", {"XRL"}),
            ("farah", {"XEM"}),
            ("olga", set()),
            ("viktor", set()),
        ):
            client = Client(address)
            assert client.sign_in(name).status_code == 200
            found = client.get("/letters").json()
            assert {x["party"]: (x["to"], x["subject"], x["text"]) for x in found} == {
                party: sent[party] for party in parties
            }, name
        assert Client(address).get("/letters").status_code == 403


def test_who_sends_letters_says_that_one_went_out_and_it_is_told_from_one_that_is_due(
    in_a_letter_week_to_come: Path, people: People, tmp_path: Path
) -> None:
    config = Config(str(in_a_letter_week_to_come), people=people, documents=tmp_path / "d")
    with running(config) as address:
        clients = {}
        for name in ("sara", "farid", "olga", "viktor"):
            clients[name] = Client(address)
            assert clients[name].sign_in(name).status_code == 200
        sara = clients["sara"]
        letter = next(x for x in sara.get("/letters").json() if x["party"] == "XRL")
        assert (letter["contact"], letter["sent_on"], letter["sent_by"]) == ("k1", None, "")
        body = {k: letter[k] for k in ("day", "addressee", "party", "contact")} | {"means": "post"}
        for name in ("farid", "olga", "viktor"):
            refused = clients[name].send("POST", "/letters/sent", body)
            assert refused.status_code == 403, name
            assert "may not send" in refused.json()["error"]
        for wrong, told in (
            ({"party": "XEM"}, "there is no such letter"),
            ({"day": "2032-01-27"}, "No letters were due"),
            ({"sent_on": "2032-01-02"}, "goes out from that day to today"),
            ({"sent_on": "2999-01-01"}, "goes out from that day to today"),
        ):
            refused = sara.send("POST", "/letters/sent", body | wrong)
            assert refused.status_code == 400, wrong
            assert told in refused.json()["error"]
        assert sara.send("POST", "/letters/sent", body).status_code == 201
        again = sara.send("POST", "/letters/sent", body)
        assert again.status_code == 400
        assert "already, by sara" in again.json()["error"]
        found = {x["party"]: x for x in sara.get("/letters").json()}
        assert (found["XRL"]["sent_by"], found["XRL"]["means"]) == ("sara", "post")
        assert found["XEM"]["sent_on"] is None
        assert clients["farid"].get("/letters").json()[0]["sent_by"] == "sara", "its party reads it"
        due = [x["party"] for x in sara.get("/inbox").json() if x["kind"] == "letter"]
        assert sorted(due) == ["XEM", "XWV"], "what went out waits for nobody"
        last = sara.get("/history").json()[0]
        assert (last["by"], last["reason"]) == (
            "secretariat: sara",
            f"letter of {letter['day']} to focal point XRL sent",
        )
    row = milepost.open(in_a_letter_week_to_come).records.sent_letters[0]
    assert row.words_sha256 == hashlib.sha256(letter["text"].encode()).hexdigest()


def test_a_programme_with_findings_sends_no_letter(in_a_letter_week: Path) -> None:
    (in_a_letter_week / "commitments.csv").write_text("id\n", encoding="utf-8")
    with running(Config(str(in_a_letter_week))) as address:
        assert Client(address).get("/letters").json() == []


@pytest.mark.browser
@pytest.mark.parametrize(("lang", "more"), [("en", {}), ("ar", {"color_scheme": "dark"})])
def test_a_letter_is_read_copied_and_taken_along(
    chromium: Any,
    in_a_letter_week_to_come: Path,
    people: People,
    tmp_path: Path,
    lang: str,
    more: dict[str, Any],
) -> None:
    with running(Config(str(in_a_letter_week_to_come), people=people, documents=tmp_path / "d")) as address:
        found = Watched(chromium, **more)
        page = found.page
        found.context.grant_permissions(["clipboard-read", "clipboard-write"])
        entered(page, address, "sara", lang, "inbox")
        page.locator("#letters .letter").nth(2).wait_for()
        mine = page.locator("details.letter", has=page.locator("a[href^='mailto:']"))
        mine.locator("summary").click()
        text = mine.locator("blockquote")
        assert text.get_attribute("lang") == "fa"
        mine.get_by_role("button").nth(0).click()
        mine.locator("[role=status]", has_text=".").wait_for()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.split() == text.inner_text().split()
        with page.expect_download() as taken:
            mine.get_by_role("button").nth(1).click()
        draft = email.message_from_bytes(Path(taken.value.path()).read_bytes(), policy=email.policy.default)
        assert draft["to"] == "anna@rail.example"
        assert draft.get_content().split() == copied.split()
        page.locator("details.letter summary").nth(0).click()
        without_violations(page, f"letters in {lang}")
        page.locator("#letters").scroll_into_view_if_needed()
        shot(page, f"letters-{lang}")
        page.set_viewport_size({"width": 390, "height": 844})
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        shot(page, f"letters-390-{lang}")
        form = mine.locator("form")
        form.locator("input").fill("post")
        form.get_by_role("button").click()
        form.wait_for(state="detached")
        assert mine.get_attribute("class") == "letter sent"
        assert "sara" in mine.locator("summary").inner_text()
        assert page.locator("details.letter form").count() == 2
        shot(page, f"letters-sent-{lang}")
        assert found.said == []
        found.context.close()
