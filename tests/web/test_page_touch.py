"""What a finger is to hit, on a telephone and on a tablet, is 44 px high."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from browsing import settle, shot
from serving import Client, running

from milepost.web.app import Config

pytestmark = pytest.mark.browser
PAGES = (
    "overview",
    "timetable",
    "commitments",
    "commitment/R1",
    "plan",
    "register",
    "routes",
    "model",
    "help",
)
SMALL = """() => [...document.querySelectorAll(
    'button, select, input, summary, textarea, nav a, tbody th a, [role=slider]')]
  .filter((e) => e.checkVisibility() && !e.closest('.skip'))
  .map((e) => {
    const held = e.matches('input[type=checkbox], input[type=radio]') ? e.closest('label') : null;
    const reach = e.matches('[role=slider]') ? e.parentElement.querySelector('.reach') : null;
    return [(reach ?? held ?? e).getBoundingClientRect(), e.outerHTML.slice(0, 120)];
  })
  .filter(([box]) => box.width > 1 && box.height > 1 && box.height < 43.5)
  .map(([box, text]) => `${box.height} ${text}`)"""


@pytest.mark.parametrize(("width", "height"), [(390, 844), (820, 1180)])
def test_a_finger_hits_everything(chromium: Any, ridge: Path, width: int, height: int) -> None:
    with running(Config(str(ridge))) as address:
        client = Client(address)
        while client.get("/values").status_code != 200:
            time.sleep(0.1)
        context = chromium.new_context(
            viewport={"width": width, "height": height}, has_touch=True, is_mobile=True
        )
        page = context.new_page()
        for name in PAGES:
            page.goto(f"{address}/?{width}#{name}?lang=en")
            page.locator("main h1:not(.hidden)").first.wait_for()
            if name in ("overview", "timetable"):
                page.wait_for_selector("#gains")
            settle(page)
            assert page.evaluate(SMALL) == [], name
            shot(page, f"finger-{width}-{name.replace('/', '-')}")
        context.close()
