"""Take the pictures of the README anew: docs/report.png and docs/page.png, from the North-South example.

Needs Debian's chromium and the development environment: .venv/bin/python scripts/make_pictures.py
"""

from __future__ import annotations

import io
import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

import milepost
from milepost.cli import run

DOCS = Path(__file__).resolve().parent.parent / "docs"
COLOURS = 200  # of a palette: half the room, and nobody sees it


def pictures(folder: Path) -> None:
    """Make report and snapshot in a folder, and take the two pictures."""
    programme = folder / "north-south"
    shutil.copytree(milepost.example("north-south"), programme)
    report, page = folder / "report.html", folder / "page.html"
    for command in (
        ["report", str(programme), "--to", str(report)],
        ["snapshot", str(programme), "--to", str(page)],
    ):
        assert run(command) == 0, command
    due = milepost.open(programme).timetable().dates["C01"]
    assert due is not None
    later = due.replace(year=due.year + 2)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        shots = (
            (1080, 1330, report.as_uri(), "svg", "report"),
            (1280, 900, f"{page.as_uri()}#timetable?lang=en&moved=C01:{later}", ".total", "page"),
        )
        for width, height, address, there, name in shots:
            view = browser.new_page(viewport={"width": width, "height": height})
            view.goto(address)
            view.locator(there).first.wait_for()
            view.wait_for_timeout(500)  # what moves has come to rest
            taken = Image.open(io.BytesIO(view.screenshot())).convert("RGB")
            taken.quantize(COLOURS).save(DOCS / f"{name}.png", optimize=True)
        browser.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        pictures(Path(made))
