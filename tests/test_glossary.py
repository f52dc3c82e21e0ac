"""The page's help by glossary is made of docs/glossary.md, its one source, and is current."""

from __future__ import annotations

import pytest

from milepost.languages import Language
from milepost.languages.catalogue import LANGUAGES
from test_habits import ROOT, script


def test_the_page_explains_what_the_glossary_says() -> None:
    made = script("page_glossary")
    found = made.sentences(made.GLOSSARY.read_text(encoding="utf-8"))
    assert len(found) > 15
    assert made.terms(found) == made.TERMS.read_text(encoding="utf-8"), "run scripts/page_glossary.py"
    held = made.MESSAGES.read_text(encoding="utf-8")
    assert made.messages(found, held) == held, "run scripts/page_glossary.py"


def test_another_sentence_in_the_glossary_is_noticed() -> None:
    made = script("page_glossary")
    text = "**Arc.** A step.\n\n**Link.** A *stretch*\nof the owner's rail.<!-- page: link --> Both ways.\n"
    found = made.sentences(text)
    assert found == {"link": "Link: a *stretch* of the owner\N{RIGHT SINGLE QUOTATION MARK}s rail."}
    held = "one = 1\npage-term-link = Link: old.\npage-term-gone = Gone: old.\ntwo = 2\n"
    assert made.messages(found | {"zone": "Zone: new."}, held) == (
        f"one = 1\npage-term-link = {found['link']}\npage-term-zone = Zone: new.\ntwo = 2\n"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_word_is_explained_in_each_language(language: str) -> None:
    made = script("page_glossary")
    for key in made.sentences((ROOT / "docs/glossary.md").read_text(encoding="utf-8")):
        assert ":" in Language(language).say(f"page-term-{key}"), key
