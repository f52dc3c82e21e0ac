"""Pages in Debian's Chromium: what they say, what they ask for, and pictures of them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT, AxeResults

SHOTS = os.environ.get("MILEPOST_SHOTS", "")
# Chromium's own windows would load two pages of a list below the address beside each of ours: two fifths of
# all its work. Where features are named Playwright's own are not: they stand here too
_WITHOUT = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "AimEnabled",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "SpareRendererForSitePerProcess",
    "ThirdPartyStoragePartitioning",
)
FLAGS = [
    f"--disable-features={','.join(_WITHOUT)}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Watched:
    """A page whose console and requests are looked at."""

    def __init__(self, browser: Any, **more: Any) -> None:
        desk = {"viewport": {"width": 1280, "height": 900}, "accept_downloads": True}
        self.context = browser.new_context(**{**desk, **more})
        self.page = self.context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on(
            "console",
            lambda m: (
                self.said.append(f"{m.text} ({m.location.get('url', '')})")
                if m.type in ("error", "warning")
                else None
            ),
        )
        self.page.on("pageerror", lambda e: self.said.append(str(e)))
        self.page.on("request", lambda r: self.asked.append(r.url))


def settle(page: Any) -> None:
    """Until what was asked for is drawn and nothing moves any more."""
    page.evaluate(
        """() => Promise.all(document.getAnimations().map((a) => a.finished.catch(() => null)))
        .then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))"""
    )


def shot(page: Any, name: str) -> None:
    """A picture to look at, where the environment asks for one."""
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))


def axe(page: Any, rules: Sequence[str] = ()) -> AxeResults:
    """What axe finds on a page, by all its rules or by some. A document is given axe once, however often it
    is looked at."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    only = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    found = AxeResults(page.evaluate("(o) => axe.run(o)", {"resultTypes": ["violations"], **only}))
    assert found.response["passes"], "axe looked at nothing"
    return found
