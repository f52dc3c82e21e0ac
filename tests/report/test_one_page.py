"""One page for a minister, and how long a brief may be."""

from __future__ import annotations

import io
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document
from pypdf import PdfReader

import milepost
from milepost.cli import run
from milepost.errors import WrongUse
from milepost.languages import LANGUAGES, Language
from milepost.programme import Programme
from milepost.records import PartialDate
from milepost.report.brief import Brief, brief, one_page
from milepost.report.brief.blocks import Figures, Grid, Items, Lights, Paragraph, Picture, Quantity
from milepost.report.brief.lengths import LINES, LONG, SHOWN, few
from milepost.report.brief.one_page import level_of
from milepost.report.brief.writers import docx, page, pdf, xlsx
from milepost.report.report_file import written
from milepost.store.folder import copy_example


@pytest.fixture(scope="module")
def ridge() -> Programme:
    return milepost.open(milepost.example("ridge"))


def part(made: Brief, name: str, kind: type[Any]) -> Any:
    found = [b for s in made.sections if s.name == name for b in s.blocks if isinstance(b, kind)]
    assert len(found) == 1, name
    return found[0]


def pages(made: Brief) -> list[str]:
    return [sheet.extract_text() for sheet in PdfReader(io.BytesIO(pdf(made))).pages]


@pytest.mark.parametrize("code", list(LANGUAGES))
def test_it_is_one_page_in_every_language_and_holds_every_part(north_south: Programme, code: str) -> None:
    made = one_page(north_south, language=code)
    (text,) = pages(made)
    say = Language(code)
    assert [s.name for s in made.sections] == [
        "headline", "map", "lights", "costliest", "decisions", "trend",
    ]  # fmt: skip
    assert len(part(made, "costliest", Grid).rows) == 3
    assert len(part(made, "decisions", Items).items) == 3
    for row in part(made, "costliest", Grid).rows:
        assert row[0] in text
    if not say.right_to_left:  # a PDF keeps what runs right to left in the order of its glyphs
        for section in made.sections:
            if section.name != "map":  # it needs no heading
                assert " ".join(section.title.split()) in " ".join(text.split())


def test_the_longest_register_still_fits(ridge: Programme) -> None:
    long = (
        "A promise with so long a title that three of them fill the better half of a page, in every language "
    )
    rows = tuple(c.model_copy(update={"title": long * 3}) for c in ridge.records.commitments)
    assert len(pages(one_page(replace(ridge, records=ridge.records.with_rows(commitments=rows))))) == 1


def test_its_numbers_are_those_of_the_answers(north_south: Programme) -> None:
    made = one_page(north_south)
    statuses = north_south.status()
    figures = [value for value, _ in part(made, "headline", Figures).rows]
    assert figures[0] == str(sum(s.delivery in ("delivered", "verified", "in effect") for s in statuses))
    assert figures[1] == str(sum(s.timing == "late" for s in statuses))
    whole = north_south.appraise(draws=0)
    assert whole.all_together is not None
    rate = whole.all_together.measures.eirr.rate
    told = next(b.text for s in made.sections[:1] for b in s.blocks[2:] if isinstance(b, Paragraph))
    assert told.startswith(f"All {len(whole.one)} commitments with stated costs together")
    assert f"net present value {whole.all_together.measures.npv:,.0f} million USD" in told
    assert f"rate of return {100 * (rate or 0):.1f}%; at {100 * whole.asked.rate:.2f}% a year" in told
    assert f"to {whole.asked.horizon}, prices of {whole.base_year}." in told
    calls = [c for c in north_south.calls() if not c.milestone]
    total = sum(1000 * (c.cost_of_a_day_musd or 0) for c in calls)  # of benefit; the net stands with each
    assert figures[2] == f"{total:,.0f}"
    assert figures[3] == f"{sum(north_south.value().countries.values()):,.0f}"
    costliest = sorted((c for c in calls if c.net_of_a_day_musd), key=lambda c: -(c.net_of_a_day_musd or 0))
    assert [row[0] for row in part(made, "costliest", Grid).rows] == [c.commitment for c in costliest[:3]]
    assert part(made, "costliest", Grid).columns[-1] == "net cost of a day, thousand USD"


def test_every_commitment_stands_at_one_light(north_south: Programme) -> None:
    lights = part(one_page(north_south), "lights", Lights)
    assert sum(int(row.count) for row in lights.rows) == len(north_south.records.commitments)
    late = next(row for row in lights.rows if row.level == "red")
    assert int(late.count) == sum(s.timing == "late" for s in north_south.status())
    assert all(level_of(s) == "green" for s in north_south.status() if s.done)


def test_the_trend_is_the_status_then_and_now(north_south: Programme) -> None:
    made = one_page(north_south)
    then, now = north_south.status(made.facts["since"]), north_south.status(made.facts["on"])
    late = part(made, "trend", Grid).rows[1]
    want = [sum(s.timing == "late" for s in rows) for rows in (then, now)]
    assert [cell.value for cell in late[1:]] == [*want, want[1] - want[0]]
    assert all(isinstance(cell, Quantity) for cell in late[1:])


def test_a_party_sees_its_own_and_the_decisions_are_of_three_commitments(north_south: Programme) -> None:
    made = one_page(north_south, party="Iran")
    owned = {c.id for c in north_south.records.commitments if "IRN" in c.owed_by}
    assert {row[0] for row in part(made, "costliest", Grid).rows} <= owned
    about = [c for draft in made.drafts for c in draft.commitments]
    assert len(about) == len(set(about)) == 3


def test_without_values_it_shows_what_is_latest(ridge: Programme) -> None:
    register = replace(ridge, records=ridge.records.with_rows(effects=(), links=(), nodes=(), flows=()))
    made = one_page(register.for_register())
    assert [s.name for s in made.sections] == ["headline", "lights", "costliest", "decisions", "trend"]
    assert len(part(made, "headline", Figures).rows) == 2
    assert [row[0] for row in part(made, "costliest", Grid).rows] == ["R3"]
    assert len(pages(made)) == 1


def test_the_other_forms_hold_it_too(ridge: Programme) -> None:
    made = one_page(ridge, language="ru")
    lines = part(made, "lights", Lights).lines
    html = page(made).decode()
    document = Document(io.BytesIO(docx(made)))
    written_ = [p.text for p in document.paragraphs]
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx(made))).worksheets[0]
    cells = [str(row[0].value) for row in sheet.iter_rows()]
    for line in lines:
        assert line in html
        assert line in written_
        assert line in cells
    assert part(made, "map", Picture).alt in html


@pytest.fixture(scope="module")
def five_hundred(ridge: Programme) -> Programme:
    """A made register: 500 commitments with dates, reports and dependencies beside those of the example."""
    r, rng = ridge.records, random.Random(5)
    parties = [p.id for p in r.parties if p.kind == "country"]
    tables: dict[str, list[Any]] = {"commitments": [], "date_changes": [], "evidence": [], "dependencies": []}
    for k in range(500):
        name = f"X{k:03d}"
        new = {"id": name, "title": f"Commitment {k} of a long register", "network_ref": ()}
        tables["commitments"].append(
            r.commitments[0].model_copy(update={**new, "owed_by": (rng.choice(parties),)})
        )
        due = PartialDate(f"{rng.randint(2020, 2030)}-0{rng.randint(1, 9)}")
        moved = {
            "id": f"{name}.1",
            "commitment": name,
            "announced_on": PartialDate("2019"),
            "promised_for": due,
        }
        tables["date_changes"].append(r.date_changes[0].model_copy(update=moved))
        day = PartialDate(f"2025-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}")
        told = {"id": f"{name}.e1", "commitment": name, "reported_on": day}
        tables["evidence"].append(r.evidence[0].model_copy(update=told))
        if k and rng.random() < 0.4:
            waits = {"id": f"Y{k}", "predecessor": f"X{rng.randrange(k):03d}", "successor": name}
            tables["dependencies"].append(r.dependencies[0].model_copy(update=waits))
    rows = {table: (*r.rows(table), *more) for table, more in tables.items()}
    made = replace(ridge, records=r.with_rows(**rows))
    assert not made.check()
    return made


def test_five_hundred_commitments_make_at_most_twelve_pages(five_hundred: Programme) -> None:
    made = brief(five_hundred)
    assert len(pages(made)) <= 12
    assert len(made.drafts) > 400
    for section in made.sections:
        for block in section.blocks:
            if isinstance(block, Grid):
                assert len(block.rows) <= LONG, section.name
            if isinstance(block, Items):
                assert len(block.items) <= LINES, section.name
    whole = made.with_annex()
    cut = [s.name for s in whole.sections[len(made.sections) :]]
    assert {"promised", "decisions", "changed"} <= set(cut)
    annexed = next(s for s in whole.sections[::-1] if s.name == "promised").blocks[0]
    assert isinstance(annexed, Grid)
    assert len(annexed.rows) == sum(s.first_promised is not None for s in five_hundred.status())


def test_the_workbook_is_never_cut(five_hundred: Programme) -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx(brief(five_hundred, sections=["promised"]))))
    assert max(sheet.max_row for sheet in book.worksheets) > 500


def test_a_short_brief_has_no_annex(ridge: Programme) -> None:
    made = brief(ridge)
    assert made.with_annex().sections == made.sections == made.full


@pytest.mark.parametrize("code", list(LANGUAGES))
def test_decisions_are_ranked_and_ten_stand_on_the_first_page(north_south: Programme, code: str) -> None:
    made = brief(north_south, language=code)
    shown = part(made, "decisions", Items)
    assert len(shown.items) == LINES < len(made.drafts)
    weights = {
        c.commitment: (c.cost_of_a_day_musd if c.net_of_a_day_musd is None else c.net_of_a_day_musd) or 0.0
        for c in north_south.calls()
        if not c.milestone
    }
    costs = [max((weights.get(c, 0.0) for c in d.commitments), default=0.0) for d in made.drafts]
    assert costs == sorted(costs, reverse=True)
    assert costs[0] > 0
    titles = [s.title for s in made.sections]
    first = pages(made)[0]
    if code == "en":
        assert f"{LINES}. " in first
        assert titles[1] in first


def test_no_heading_stands_alone_at_the_end_of_a_page(
    five_hundred: Programme, north_south: Programme
) -> None:
    for programme in (five_hundred, north_south):
        made = brief(programme)
        titles = {s.title for s in made.sections}
        sheets = pages(made)
        assert len(sheets) > 3
        for sheet in sheets:
            lines = [line.strip() for line in sheet.splitlines() if line.strip()]
            body = [line for line in lines if not line.startswith(("Data ", "page ", "Page "))]
            assert body[-1] not in titles, body[-3:]


def test_names_of_many_are_few() -> None:
    names = [f"C{k}" for k in range(60)]
    assert few(names[:5], Language("en")) == "C0, C1, C2, C3, C4"
    assert few(names, Language("en")).endswith("C23 and 36 more")
    assert SHOWN < LONG


def test_wrong_endings_are_refused_before_any_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy_example("ridge", tmp_path / "ridge")
    for command in ("report", "snapshot", "brief"):
        for ending in ("txt", "pdf" if command != "brief" else "odt", "doc"):
            target = tmp_path / f"x.{ending}"
            assert run([command, str(tmp_path / "ridge"), "--to", str(target)]) == 2
            assert f"'x.{ending}'" in " ".join(capsys.readouterr().err.split())
            assert not target.exists()
    with pytest.raises(WrongUse, match=r"written as \.html"):
        written(milepost.open(tmp_path / "ridge"), tmp_path / "x.pdf")


def test_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy_example("ridge", tmp_path / "ridge")
    target = tmp_path / "one.pdf"
    assert run(["brief", str(tmp_path / "ridge"), "--one-page", "--lang", "fa", "--to", str(target)]) == 0
    assert len(PdfReader(target).pages) == 1
    assert run(["brief", str(tmp_path / "ridge"), "--one-page", "--annex", "--to", str(target)]) == 2
    assert "--one-page has its own parts" in " ".join(capsys.readouterr().err.split())
