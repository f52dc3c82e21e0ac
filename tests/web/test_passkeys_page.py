"""A passkey in a real browser: Debian's Chromium with an authenticator that DevTools gives it (WebAuthn),
a real server, the built page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browsing import Watched, axe, settle, shot
from serving import PASSWORD, running, running_several

import milepost
from milepost.web.app import Config
from milepost.web.people import People

pytestmark = pytest.mark.browser


def authenticator(found: Watched) -> tuple[Any, str]:
    """A device that holds passkeys and asks its owner, who agrees."""
    link = found.context.new_cdp_session(found.page)
    link.send("WebAuthn.enable")
    about = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    return link, link.send("WebAuthn.addVirtualAuthenticator", {"options": about})["authenticatorId"]


def by_password(page: Any) -> None:
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Name", exact=True).fill("sara")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Password").press("Enter")
    page.get_by_role("button", name="My account").wait_for()


@pytest.mark.parametrize("root", ["", "/milepost"])
def test_add_a_passkey_sign_out_and_sign_in_by_it(
    chromium: Any, ridge: Path, people: People, root: str
) -> None:
    with running(Config(str(ridge), people=people, root=root)) as address:
        place = address.replace("127.0.0.1", "localhost") + root + "/"
        found = Watched(chromium)
        page, (link, device) = found.page, authenticator(found)
        page.goto(place)
        by_password(page)
        page.get_by_role("button", name="My account").click()
        page.get_by_label("Name of a new passkey").fill("Telephone <b>&")
        page.get_by_role("button", name="Add a passkey").click()
        page.locator(".sessions li bdi").wait_for()
        assert page.locator(".sessions li bdi").inner_text() == "Telephone <b>&"
        assert page.get_by_role("button", name="Remove Telephone").count() == 1
        assert axe(page).violations_count == 0
        shot(page, "passkeys")
        page.get_by_label("Name of a new passkey").fill("The same")
        page.get_by_role("button", name="Add a passkey").click()
        page.locator(".fault").wait_for()
        assert "holds a passkey" in page.locator(".fault").inner_text()
        kept = link.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
        assert [(c["rpId"], c["isResidentCredential"]) for c in kept] == [("localhost", True)]

        page.get_by_role("button", name="Sign out", exact=True).click()
        page.get_by_role("button", name="Sign in", exact=True).click()
        shot(page, "passkey-sign-in")
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.get_by_role("button", name="My account").wait_for()
        assert page.locator(".who").inner_text() == "sara"
        assert people.trail(1)[0].detail == "passkey"
        settle(page)
        wrong = [u for u in found.asked if not u.startswith((place, "data:"))]
        assert wrong == [], "all that it asks for lies below its part of the site"

        page.get_by_role("button", name="My account").click()
        page.get_by_role("button", name="Remove Telephone").click()
        page.get_by_text("There is none yet").wait_for()
        page.get_by_role("button", name="Sign out", exact=True).click()
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.locator(".fault").wait_for()
        assert "removed" in page.locator(".fault").inner_text()
        found.context.close()
        assert [s for s in found.said if "status of 400" not in s] == []


def test_who_cancels_is_told_so(chromium: Any, ridge: Path, people: People) -> None:
    with running(Config(str(ridge), people=people)) as address:
        found = Watched(chromium)
        page, (link, device) = found.page, authenticator(found)
        link.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
        page.goto(address.replace("127.0.0.1", "localhost"))
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.locator(".fault").wait_for()
        assert page.locator(".fault").inner_text().startswith("Nothing was signed")
        page.goto(f"{address}/?by-number")
        page.get_by_role("button", name="Sign in", exact=True).click()
        assert page.get_by_role("button", name="Sign in with a passkey").count() == 0
        found.context.close()


def test_one_passkey_opens_the_overview_of_several_below_a_part_of_a_site(
    chromium: Any, people: People
) -> None:
    places = [f"{key}={milepost.example('ridge')}" for key in ("north", "south")]
    with running_several(places, Config(places[0], people=people, root="/a/milepost")) as address:
        place = address.replace("127.0.0.1", "localhost") + "/a/milepost/"
        found = Watched(chromium)
        page = found.page
        authenticator(found)
        page.goto(place)
        by_password(page)
        page.get_by_role("button", name="My account").click()
        page.get_by_label("Name of a new passkey").fill("Key")
        page.get_by_role("button", name="Add a passkey").click()
        page.locator(".sessions li bdi").wait_for()
        page.get_by_role("button", name="Sign out", exact=True).click()
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.locator("main h2 a").first.click()
        page.wait_for_url(f"{place}p/north/**")
        page.locator(".who").wait_for()
        page.get_by_role("link", name="All programmes").click()
        page.locator("main h2 a").nth(1).wait_for()
        assert page.url.startswith(f"{place}#")
        assert [u for u in found.asked if not u.startswith((place, "data:"))] == []
        found.context.close()


@pytest.mark.parametrize("lang", ["en", "fa"])
def test_who_signs_in_on_a_telephone_sees_the_whole_of_it(
    chromium: Any, ridge: Path, people: People, lang: str
) -> None:
    seen = """(box) => [...box.querySelectorAll('input, button, li, p')].map((part) => {
      const { left, right, top, bottom } = part.getBoundingClientRect();
      const there = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      return left >= 0 && right <= innerWidth && (part.contains(there) || there?.contains(part));
    })"""
    with running(Config(str(ridge), people=people)) as address:
        found = Watched(chromium)
        page = found.page
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(address.replace("127.0.0.1", "localhost") + f"/#overview?lang={lang}")
        page.locator(".tools button[aria-expanded]").last.click()
        shown = page.locator(".sign").evaluate(seen)
        assert shown == [True] * 5, "three fields and two buttons"
        page.locator(".sign input").first.fill("sara")
        page.locator(".sign input").nth(1).fill(PASSWORD)
        page.locator(".sign input").nth(1).press("Enter")
        page.locator(".who").wait_for()
        page.locator(".tools button[aria-expanded]").last.click()
        page.locator(".sessions li").first.wait_for()
        settle(page)
        shown = page.locator(".sign").evaluate(seen)
        assert len(shown) >= 4
        assert all(shown)
        shot(page, f"account-telephone-{lang}")
        found.context.close()
