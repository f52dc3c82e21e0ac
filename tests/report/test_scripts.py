"""Scripts of any country print, or what is missing is named; no line of mixed direction is scrambled."""

from __future__ import annotations

import datetime as dt
import io
import unicodedata
from dataclasses import replace
from typing import Any

import pytest
import typst
from pypdf import PdfReader

import milepost
from milepost.languages import LANGUAGES, Language
from milepost.programme import Programme
from milepost.report.brief import Brief, brief, one_page, unshown
from milepost.report.brief.writers import _compiled, _plain, _png, _shown, pdf

SCRIPTS = {
    "Chinese": "郑州",
    "Georgian": "თბილისი",
    "Armenian": "Երևան",
    "Devanagari": "नेपाल",
    "Ethiopic": "አዲስ",
    "none": "\U0001f9ff\U000e0041",
}


@pytest.fixture(scope="module")
def ridge() -> Programme:
    return milepost.open(milepost.example("ridge"))


def titled(programme: Programme, title: str) -> Programme:
    rows = [c.model_copy(update={"title": title}) for c in programme.records.commitments]
    return replace(programme, records=programme.records.with_rows(commitments=rows))


def text_of(content: bytes) -> str:
    return "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(content)).pages)


@pytest.mark.parametrize("script", list(SCRIPTS))
def test_every_character_is_in_the_pdf_or_named(ridge: Programme, script: str) -> None:
    made = brief(titled(ridge, SCRIPTS[script]), sections=["promised"])
    lost, text = unshown(made), text_of(pdf(made))
    letters = {c for c in SCRIPTS[script] if unicodedata.category(c)[0] == "L"}
    for character in letters:
        assert (character in text) != (character in lost), character
    assert ("stand as ?" in text) == bool(lost)


def test_what_milepost_has_fonts_for_looks_for_no_other(ridge: Programme) -> None:
    for code in LANGUAGES:
        assert unshown(brief(ridge, language=code)) == ""
        made = one_page(ridge, language=code)
        assert pdf(made) == pdf(made)  # the same bytes each time, whatever fonts the machine has


@pytest.mark.parametrize(
    ("word", "carried"), [("Baku", True), ("Баку", True), ("ბაქო", False), ("巴库", False)]
)
def test_the_map_of_a_word_file_takes_fonts_of_the_machine_where_ours_lack_a_name(
    monkeypatch: pytest.MonkeyPatch, word: str, carried: bool
) -> None:
    asked: list[bool] = []
    compiled = typst.compile

    def seen(*arguments: Any, **options: Any) -> Any:
        asked.append(options["ignore_system_fonts"])
        return compiled(*arguments, **options)

    monkeypatch.setattr(typst, "compile", seen)
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><text y="20">{}</text></svg>'
    assert _png(svg.format(word)).startswith(b"\x89PNG")
    assert asked == [carried]


def test_a_sign_that_only_the_compiler_finds_missing_becomes_a_question_mark(ridge: Programme) -> None:
    import json

    from milepost.report.brief.writers import _TEMPLATE

    made = brief(
        titled(ridge, "ab\u22f0\u0870cd"), sections=["promised"]
    )  # in the ranges, in no font of ours
    assert _compiled(_TEMPLATE, json.dumps(_shown(_plain(made)), ensure_ascii=False)).startswith(b"%PDF")


@pytest.mark.parametrize("code", list(LANGUAGES))
def test_dates_and_numbers_have_the_form_of_the_language(code: str) -> None:
    say = Language(code)
    short = {
        "en": "2026-11-03",
        "fr": "03/11/2026",
        "ru": "03.11.2026",
        "ar": "03/11/2026",
        "fa": "۱۴۰۵/۰۸/۱۲",
    }
    month = {"en": "2027-06", "fr": "06/2027", "ru": "06.2027", "ar": "يونيو 2027", "fa": "ژوئن ۲۰۲۷"}
    assert say.short(dt.date(2026, 11, 3)) == short[code]
    assert say.partial("2026-11-03") == short[code]
    assert say.partial("2027-06") == month[code]


def _visual(text: str, base: int) -> str:
    """The order in which a run of Latin letters, numbers and one sign is seen (UAX 9, as far as such a text
    needs it): with a left-to-right mark in front everything is left to right; without one, a leading sign is
    neutral and goes with the paragraph."""
    if base == 0 or text.startswith("\u200e"):
        return text.lstrip("\u200e")
    return text[1:] + text[0] if text[0] in "-−" else text


@pytest.mark.parametrize("code", list(LANGUAGES))
def test_a_sign_stands_before_its_number(code: str) -> None:
    say = Language(code)
    for shown in (say.number(-143), say.number(-1.5, 1), say.share(-0.12)):
        assert _visual(shown, int(say.right_to_left))[0] in "-−", shown
    assert "-" not in say.number(-0.2)


def _sentences(made: Brief) -> list[str]:
    return [
        line for section in _plain(made)["sections"] for block in section["blocks"] for line in _texts(block)
    ]


def _texts(block: dict[str, object]) -> list[str]:
    rows = block.get("rows") or block.get("items") or [block.get("text", "")]
    assert isinstance(rows, list)
    return [str(cell) for row in rows for cell in (row if isinstance(row, list) else [row])]


@pytest.mark.parametrize("code", ["fa", "ar"])
def test_latin_titles_are_set_apart_where_text_runs_right_to_left(ridge: Programme, code: str) -> None:
    title = "Rail (phase 2), 107 km."
    programme = titled(ridge, title)
    found = 0
    for made in (brief(programme, language=code), one_page(programme, language=code)):
        for line in _sentences(made):
            if title in line:
                found += 1
                before, after = line.split(title)[0], line.split(title)[1]
                opened = before.count("\u2068") - before.count("\u2069")
                assert opened > 0, line
                assert after.count("\u2069") >= 1, line
    assert found > 5


def test_the_rest_of_the_world_is_named_in_every_language() -> None:
    named = {code: Language(code).country("ROW", "Rest of world") for code in ("en", "fr", "ru", "fa", "ar")}
    assert named["en"] == "Rest of world"
    assert named["fr"] == "Reste du monde"
    assert len(set(named.values())) == 5
    assert Language("ru").country("ROW", "Our partners") == "Our partners", "a name of one's own is kept"
