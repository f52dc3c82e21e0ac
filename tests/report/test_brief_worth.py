"""The page of the brief on costs: its numbers are those of the appraisal, in every language and form, on one
page, and only where a cost is stated."""

from __future__ import annotations

import io
from dataclasses import replace

import openpyxl
import pypdfium2
import pytest
from docx import Document

import milepost
from milepost.languages import LANGUAGES, Language
from milepost.programme import Programme
from milepost.report.brief import brief
from milepost.report.brief.asked import NEED_VALUES, sections_for
from milepost.report.brief.blocks import Grid, Paragraph, Picture, Quantity, Section
from milepost.report.brief.contents import SECTIONS
from milepost.report.brief.paper import Brief
from milepost.report.brief.worth import paid_and_gained, rate_in_words
from milepost.report.brief.writers import docx, page, pdf, xlsx
from milepost.value.appraisal.roots import eirr
from opened import opened


@pytest.fixture(scope="module")
def ridge() -> Programme:
    return milepost.open(milepost.example("ridge"))


def without_costs(programme: Programme) -> Programme:
    bare = [c.model_copy(update={"cost_usd_m": None}) for c in programme.records.commitments]
    return replace(programme, records=programme.records.with_rows(commitments=bare))


def worth(made: Brief) -> Section:
    title = made.language.say("section-worth")
    return next(part for part in made.sections if part.title == title)


@pytest.mark.parametrize("code", list(LANGUAGES))
def test_the_numbers_of_the_brief_are_those_of_the_appraisal(ridge: Programme, code: str) -> None:
    answer, say = ridge.appraise(), Language(code)
    assert answer.all_together is not None
    section = worth(brief(ridge, language=code, sections=["worth"]))
    grid, picture, note = section.blocks
    assert isinstance(grid, Grid)
    assert [row[0] for row in grid.rows] == [*(one.ident for one in answer.ranked()), ""]
    for row, one in zip(grid.rows, (*answer.ranked(), answer.all_together), strict=True):
        cost, npv = row[2], row[3]
        assert isinstance(cost, Quantity)
        assert isinstance(npv, Quantity)
        assert (cost.value, npv.value) == (one.measures.cost_pv, one.measures.npv)
        assert npv == say.number(one.measures.npv, 0 if abs(one.measures.npv) >= 100 else 1)
        assert cost.endswith(" *"), "nobody publishes it"
        assert row[4] == rate_in_words(one.measures.eirr, say)
        told = answer.as_dict()["commitments"].get(one.ident)
        if told is None:
            assert (row[5], row[8]) == ("", "")
            continue
        low, high = (told["risk"]["eirr"][p] for p in ("p5", "p95"))
        least = say.say("page-eirr-none") if low is None else say.share(low)
        if high is not None:
            assert row[5] == say.say("page-interval", low=least, high=say.share(high))
        else:
            assert row[5] == (least if low is None else say.say("page-eirr-up", low=least))
        best = told["best_opening"]
        assert row[8] == (say.digits(str(best["year"])) if best["npv"] > 0 else say.say("page-never"))
        for cell, of in ((row[6], ("own_money", "debt_service")), (row[7], ("benefit",))):
            sums = {who: sum(purse[key] for key in of) for who, purse in told["who"].items()}
            who = max(sums, key=sums.__getitem__)
            read = ridge.in_language(say.code).records
            names = {c.id: c.name for c in read.countries} | {p.id: p.name for p in read.parties}
            name = names.get(who, who)
            amount = say.number(sums[who], 0 if sums[who] >= 100 else 1)
            assert f"{say.country(who, name)} {amount}" in cell
    assert isinstance(picture, Picture)
    assert picture.svg.count("<rect") == 2 * len(answer.years)
    assert say.number(answer.all_together.measures.npv) in picture.alt
    assert isinstance(note, Paragraph)
    assert say.share(answer.asked.rate, 2) in note.text
    assert say.say("worth-assumed") in note.text


def test_who_pays_and_who_gains_are_all_of_the_purse(ridge: Programme) -> None:
    for one in ridge.appraise().one.values():
        paid, gained = paid_and_gained(one.purse)
        assert sum(gained.values()) - sum(paid.values()) == pytest.approx(sum(one.purse.net.values()))


def test_several_rates_and_none_are_words() -> None:
    say = Language("en")
    assert rate_in_words(eirr([-100, 230, -132]), say) == "2 rates"
    assert rate_in_words(eirr([-1, -1]), say) == "none"
    assert rate_in_words(eirr([-100, 110]), say) == "10.0%"


def test_it_is_there_only_where_a_cost_is_stated(ridge: Programme) -> None:
    say = Language("en").say
    assert say("section-worth") in [part.title for part in brief(ridge).sections]
    bare = without_costs(ridge)
    assert say("section-worth") not in [part.title for part in brief(bare).sections]
    asked = worth(brief(bare, sections=["worth"]))
    assert asked.blocks == (Paragraph(say("worth-nothing")),)
    assert "worth" in NEED_VALUES
    faulty = replace(ridge, records=ridge.records.with_rows(params=[]))
    assert faulty.why_no_values
    assert "worth" not in sections_for(faulty.for_register(), ())
    assert set(sections_for(faulty.for_register(), ())) < set(SECTIONS)


@pytest.mark.parametrize(
    ("example", "code"), [*(("ridge", code) for code in LANGUAGES), ("north-south", "ru")]
)
def test_it_is_one_page(example: str, code: str) -> None:
    made = brief(opened(example), language=code, sections=["worth"])
    document = pypdfium2.PdfDocument(pdf(made))
    texts = [sheet.get_textpage().get_text_bounded() for sheet in document]
    assert len(texts) in (2, 3), "the head, this page, and below it or behind it what the model cannot say"
    text = texts[1]
    grid = next(b for b in worth(made).blocks if isinstance(b, Grid))
    for row in grid.rows[:-1]:
        # what is read out of a page that runs right to left may have its letters turned round
        assert row[0] in text or row[0][::-1] in text, row[0]
    if not made.language.right_to_left:
        note = next(b for b in worth(made).blocks if isinstance(b, Paragraph))
        below = " ".join(" ".join(texts[1:]).split())  # long titles may leave its note to the next page
        assert note.text.split()[0] in below
        assert " ".join(note.text.split()[-3:]) in below
    document.close()


def test_every_form_has_table_and_picture(ridge: Programme) -> None:
    made = brief(ridge, sections=["worth"])
    grid = next(b for b in worth(made).blocks if isinstance(b, Grid))
    html = page(made).decode()
    assert html.count("<svg") == 1
    word = Document(io.BytesIO(docx(made)))
    heading = next(p for p in word.paragraphs if p.text == made.language.say("section-worth"))
    assert heading.paragraph_format.page_break_before
    assert len(word.inline_shapes) == 1
    for row in grid.rows:
        assert row[1].replace("&", "&amp;") in html
        assert [c.text for c in word.tables[0].columns[3].cells][1:] == [r[3] for r in grid.rows]
    book = openpyxl.load_workbook(io.BytesIO(xlsx(made)))
    sheet = book.worksheets[1]
    column = [cell.value for cell in sheet["D"]][1:]
    assert column == pytest.approx([r[3].value for r in grid.rows])  # type: ignore[attr-defined]
