"""The report's section on how well the model tells what is known, and its picture."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import milepost
from milepost.records import Count
from milepost.report.document import html_report
from milepost.report.ratio_plot import (
    BOTTOM,
    FAR,
    HEIGHT,
    LEAST,
    LEFT,
    MOST,
    RIGHT,
    TOP,
    WIDTH,
    Point,
    dots,
    named,
    ratios_svg,
    scales,
    steps,
)
from milepost.value.baseline import World
from milepost.value.counted import Counted

FOOT = HEIGHT - BOTTOM
POINTS = st.lists(
    st.builds(
        Point,
        name=st.sampled_from(["R01", "K<2>", 'a & "b"']),
        text=st.just("<published> & modelled"),
        published=st.floats(1e-4, 1e5),
        ratio=st.one_of(st.just(0.0), st.floats(1e-9, 1e9), st.floats(0.2, 3.0)),
        held_out=st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


@given(POINTS)
@settings(max_examples=60)
def test_every_figure_is_in_the_picture_in_its_order(points: list[Point]) -> None:
    placed = dots(points)
    assert [d.point for d in placed] == points
    for d in placed:
        assert LEFT <= d.x <= WIDTH - RIGHT
        assert TOP - 1e-9 <= d.y <= FOOT + 1e-9
        assert d.beyond == (-1 if d.point.ratio < LEAST else 1 if d.point.ratio > MOST else 0)
    for a, b in combinations(placed, 2):
        if a.point.ratio < b.point.ratio:
            assert a.y >= b.y - 1e-9
        if a.point.published < b.point.published:
            assert a.x <= b.x + 1e-9


@given(POINTS)
@settings(max_examples=60)
def test_the_bands_are_what_the_summaries_count(points: list[Point]) -> None:
    _, _, (low, high), y = scales(points)
    assert low < 0.5 < 1.5 < high
    for d in dots(points):
        for share in (0.25, 0.5):
            inside = y(1 + share) - 1e-9 <= d.y <= y(1 - share) + 1e-9
            assert inside == (abs(d.point.ratio - 1) <= share) or math.isclose(abs(d.point.ratio - 1), share)


@given(POINTS)
@settings(max_examples=60)
def test_names_are_of_what_is_far_off_and_can_be_read(points: list[Point]) -> None:
    placed = dots(points)
    found = named(placed)
    off = [d for d in placed if abs(d.point.ratio - 1) > 0.5]
    assert bool(found) == bool(off)
    assert set(map(id, found)) <= set(map(id, off))
    for a, b in combinations(found, 2):
        assert abs(a.y - b.y) >= FAR or abs(a.x - b.x) >= 4 * FAR


@given(POINTS)
@settings(max_examples=30)
def test_the_picture_is_well_formed_and_tells_the_samples_apart(points: list[Point]) -> None:
    root = ET.fromstring(ratios_svg(points, "Days & <nights>", "days"))
    mark = [e for e in root if e.tag.endswith(("circle", "path"))]
    assert len(mark) == len(points)
    assert [e.get("fill") == "#fff" for e in mark] == [p.held_out for p in points]
    assert ratios_svg([], "Days", "days") == ""


@given(st.floats(1e-4, 1e4), st.floats(1.5, 1e4))
@settings(max_examples=60)
def test_steps_are_few_and_between(least: float, times: float) -> None:
    found = steps(least, least * times)
    assert found == sorted(found)
    assert len(found) <= 12
    assert all(least <= s <= least * times for s in found)
    assert found or times < 2.5


def test_the_section_says_what_the_model_says_and_asks_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = milepost.open(milepost.example("ridge"))
    link = opened.records.links[0].id
    counts = [
        Count(
            id="N1",
            place_table="links",
            place=link,
            mt=0.4,
            sample="fit",
            basis="assumed",
            source="https://x.y",
        ),
        Count(id="N2", place_table="links", place=link, mt=0.2, sample="check", basis="assumed"),
        Count(id="N3", place_table="corridors", place="all", mt=3.0, sample="check", basis="assumed"),
    ]
    programme = milepost.Programme(opened.path, opened.records.with_rows(counts=counts))
    found = programme.how_well()
    asked = []
    once = Counted.of

    def counting(world: World) -> Counted:
        asked.append(world)
        return once(world)

    monkeypatch.setattr(Counted, "of", counting)
    text = html_report(programme)
    assert len(asked) == 1
    section = text[text.index("How well does it tell") : text.index("Where the trade flows")]
    assert f"{found.headed()}. 1 of them is shown for checking" in section
    assert found.summaries()
    for s in found.summaries():
        row = f'<td class="n">{s.rows}</td><td class="n">{100 * s.median_error:.0f} %</td>'
        assert row in section
    second = section[section.index("Each place or path once") :]
    second = second[: second.index("</table>")]
    assert second.count("<tr><td>") == len(found.each_once()) >= 2
    for s in found.each_once():
        shares = (s.median_error, s.within_quarter, s.within_half)
        cells = "".join(f'<td class="n">{x}</td>' for x in (s.rows, *(f"{100 * x:.0f} %" for x in shares)))
        assert cells in second
    kinds = {
        r.observation.kind for r in found.rows if r.ratio is not None and r.observation.sample != "check"
    }
    assert section.count("<svg") == len(kinds) >= 2
    shown = re.findall(
        r"<td>(?:in the fit|held out|for checking)</td><td class=\"n\">(?:\d{4})?</td>", section
    )
    assert len(shown) == sum(r.model is not None for r in found.rows)
    assert "A corridor has no figure of its own in the model: N3 all" in section
    assert 'href="https://x.y"' in section
    assert "Furthest off, by kind: of days," in section


def test_without_a_published_figure_it_says_so() -> None:
    opened = milepost.open(milepost.example("ridge"))
    programme = milepost.Programme(opened.path, opened.records.with_rows(routes=[], counts=[]))
    text = html_report(programme)
    section = text[text.index("How well does it tell") : text.index("Where the trade flows")]
    assert "the model is beside nothing" in section
    assert "Each place or path once" not in section
    assert "<svg" not in section
