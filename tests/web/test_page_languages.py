"""Every word of the page is in the reader's language: what is in another stands so in the data."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import Watched, settle
from serving import Client, running

import milepost
from milepost.languages.catalogue import page_messages
from milepost.records import TABLES
from milepost.store.content import content_of
from milepost.web.app import Config

pytestmark = pytest.mark.browser
# names of tables, files, programs and commands are the same in every language
OWN = {w for t in TABLES for w in t.split("_")} | {
    *("milepost", "forecast", "remind", "by", "value", "status", "delay", "shapley", "changes", "map"),
    *("serve", "draws", "check"),
    *("natural", "earth", "world", "atlas", "fran", "openapi", "ogc", "api", "features", "csv", "svg"),
    *("xlsx", "docx", "pdf", "ics", "word", "excel", "qgis", "stata", "state"),
}
VIEWS = ("overview", "timetable", "commitments", "commitment/{}", "plan", "countries", "country/{}", "routes",
         "inbox", "intake", "story", "brief", "model", "help")  # fmt: skip
TEXTS = """() => {
  const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const held = walk.currentNode.parentElement;
    if (held.closest('script, style, noscript, pre, code, kbd, [lang=en]')) continue;
    found.push(walk.currentNode.data);
  }
  for (const name of ['aria-label', 'title', 'placeholder', 'aria-valuetext'])
    for (const e of document.querySelectorAll(`[${name}]`)) found.push(e.getAttribute(name));
  return found.map((t) => t.trim()).filter(Boolean);
}"""


@pytest.fixture(scope="module", params=["north-south", "northern-corridor"])
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """A large example with its values made: its name and address."""
    folder = tmp_path_factory.mktemp("languages") / request.param
    shutil.copytree(milepost.example(request.param), folder)
    with running(Config(str(folder))) as address:
        client = Client(address)
        while client.get("/values").status_code != 200:
            time.sleep(0.1)
        yield request.param, address


def plain(text: str) -> str:
    """The words in small letters, and no letter that stands alone."""
    return " ".join(w for w in re.findall(r"[a-z]+", text.lower()) if len(w) > 1)


def written(folder: Path) -> list[str]:
    """All that stands in the data, whatever its language, cell by cell."""
    records = milepost.open(folder).records
    return [v for rows in content_of(records).values() for row in rows.values() for v in row.values()]


def latin(text: str) -> list[str]:
    """Pieces of a text in small Latin letters; codes and units are none."""
    parts = re.findall(r"[A-Za-z][A-Za-z0-9 .'’&/%+-]*", re.sub(r"https?://\S+|\b[0-9a-f]{12,}\b", " ", text))
    return [plain(p) for p in parts if re.search(r"(?<![A-Za-z0-9])[A-Za-z]?[a-z]{2,}", p)]


def is_data(piece: str, known: str, codes: set[str]) -> bool:
    """Does it stand in the data, or is it put together of what stands there and of codes?"""
    return piece in known or " ".join(w for w in piece.split() if w not in codes) in known


def english() -> dict[str, str]:
    """What the page says in English, without the messages that are filled in: text -> name."""
    lines = re.findall(r"^([a-z][a-z0-9-]*) = ([^{\n]{4,})$", page_messages("en"), flags=re.M)
    return {text.strip(): name for name, text in lines}


@pytest.mark.parametrize("lang", ["fa", "ru", "ar", "fr"])
def test_every_word_of_the_page_is_in_its_language(chromium: Any, served: tuple[str, str], lang: str) -> None:
    name, address = served
    example = milepost.example(name)
    cells, item = written(example), milepost.open(example).records.commitments[0].id
    known = "\n".join(plain(v) for v in cells)
    codes = OWN | {line for line in known.split("\n") if " " not in line}
    said = page_messages(lang)
    foreign = {t: n for t, n in english().items() if not re.search(rf"= {re.escape(t)}$", said, re.M)}
    country = milepost.open(example).game.countries[0]
    found = Watched(chromium)
    left: list[str] = []
    for view in VIEWS:
        place = view.format(country if "country" in view else item)
        found.page.goto(f"{address}/?{lang}#{place}?lang={lang}")
        found.page.locator("main h1:not(.hidden)").first.wait_for()
        found.page.wait_for_load_state("networkidle")
        settle(found.page)
        for text in found.page.evaluate(TEXTS):
            if text in foreign and text not in cells:
                left.append(f"{view}: {text} ({foreign[text]})")
            elif lang != "fr":
                left += [f"{view}: {p}" for p in latin(text) if not is_data(p, known, codes)]
    assert sorted(set(left)) == []
    assert found.said == []
    found.context.close()
