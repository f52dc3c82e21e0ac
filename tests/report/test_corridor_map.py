"""The corridor's map: what is delivered on a day, paths before and after, what it refuses; one SVG for page,
notebook and brief."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest

import milepost
from milepost.errors import WrongUse
from milepost.languages import Language
from milepost.network.link_facts import opened_by
from milepost.plots.land import WIDTH, Projection, basemap
from milepost.programme import Programme
from milepost.report.brief import brief
from milepost.report.brief.writers import page
from milepost.report.corridor_map import CorridorMap, room_around
from milepost.report.map import Drawing, MapLink, _shape
from opened import opened

SVG = "{http://www.w3.org/2000/svg}"


def links(drawn: CorridorMap) -> dict[str, str]:
    """Link -> state."""
    found = {
        p.attrib["data-link"]: p.attrib["data-state"]
        for p in ElementTree.fromstring(drawn.svg).iter(f"{SVG}path")
        if "link" in p.attrib.get("class", "").split()
    }
    assert len(found) > 100
    return found


def test_every_model_link_is_drawn_once_in_its_state(north_south: Programme) -> None:
    found = links(milepost.corridor_map(north_south))
    rows = {k.id: k.state for k in north_south.records.links if k.use == "model"}
    assert found.keys() == rows.keys()
    assert {s for k, s in found.items() if rows[k] == "open"} == {"open"}
    assert set(found.values()) >= {"open", "promised"}


def test_what_is_delivered_by_a_day_is_drawn_so(north_south: Programme) -> None:
    needs = opened_by(north_south.records)
    due = north_south.timetable().dates
    day = dt.date(2030, 1, 1)
    found = links(milepost.corridor_map(north_south, on=day))
    kept = {c for c, d in due.items() if d is not None and d <= day}
    expected = {k for k, names in needs.items() if set(names) <= kept and found[k] != "open"}
    assert expected
    assert {k for k, s in found.items() if s == "delivered"} == expected
    one = next(iter(expected))
    by_name = links(milepost.corridor_map(north_south, delivered=needs[one]))
    assert by_name[one] == "delivered"
    with pytest.raises(WrongUse, match="C99"):
        milepost.corridor_map(north_south, delivered=["C99"])


def test_paths_before_and_after_run_over_their_links(north_south: Programme) -> None:
    before = north_south.route("BANDARABBAS", "MOSCOW")
    after = north_south.route("BANDARABBAS", "MOSCOW", delivered=north_south.game.players)
    assert before.links != after.links
    drawn = milepost.corridor_map(north_south, compared=(before, after), delivered=north_south.game.players)
    paths = {
        p.attrib["class"]: p.attrib["d"]
        for p in ElementTree.fromstring(drawn.svg).iter(f"{SVG}path")
        if p.attrib.get("class", "").startswith("path")
    }
    assert paths.keys() == {"path before", "path after"}
    at = {
        p.attrib["data-link"]: p.attrib["d"]
        for p in ElementTree.fromstring(drawn.svg).iter(f"{SVG}path")
        if "data-link" in p.attrib
    }
    for name, path in (("path before", before), ("path after", after)):
        assert paths[name] == "".join(at[k] for k in path.links)


def test_a_notebook_shows_it_with_the_disclaimer_and_names_stay_text(north_south: Programme) -> None:
    records = north_south.records
    bad = records.nodes[0].model_copy(update={"name": "A<script>&\x07\ud800"})
    hostile = replace(north_south, records=records.with_rows(nodes=[bad, *records.nodes[1:]]))
    shown = milepost.corridor_map(hostile)._repr_html_()
    assert "<script>" not in shown
    assert "\x07" not in shown
    assert north_south.settings.boundary_disclaimer in shown
    ElementTree.fromstring(milepost.corridor_map(hostile).svg)


def test_outlines_are_simplified_to_what_a_page_can_draw_and_keep_their_shape() -> None:
    import math

    from milepost.report.map import VERTICES, within

    circle = [
        (500 + 400 * math.cos(t * 2 * math.pi / 60_000), 300 + 200 * math.sin(t * 2 * math.pi / 60_000))
        for t in range(60_000)
    ]
    small = within([circle], VERTICES)
    assert 8 < sum(map(len, small)) <= VERTICES
    for x, y in small[0]:
        assert ((x - 500) / 400) ** 2 + ((y - 300) / 200) ** 2 == pytest.approx(1, abs=1e-6)
    assert within([circle[:4]], VERTICES) == [circle[:4]], "what is small enough is left as it is"


@pytest.mark.parametrize("name", ["north-south", "northern-corridor", "ridge"])
def test_the_examples_stay_within_the_budget(name: str) -> None:
    import re

    drawn = milepost.corridor_map(opened(name)).svg
    points = len(re.findall(r"-?\d+(?:\.\d+)?,-?\d+(?:\.\d+)?", drawn))
    assert 50 < points <= 15_000 + 3_000, "outlines of at most 15,000 vertices, and the links"


@pytest.mark.parametrize("name", ["ridge", "northern-corridor", "north-south"])
def test_no_number_covers_the_name_of_a_node(name: str) -> None:
    svg = milepost.corridor_map(opened(name)).svg
    numbers = [
        (float(x), float(y)) for x, y in re.findall(r'<circle cx="([-\d.]+)" cy="([-\d.]+)" r="11"', svg)
    ]
    labels = re.findall(
        r'<text x="([-\d.]+)" y="([-\d.]+)" text-anchor="(start|end)" font-size="11.5"[^>]*>([^<]+)</text>',
        svg,
    )
    assert numbers
    assert labels
    for x, y in numbers:
        for at, base, anchor, text in labels:
            left = float(at) - (6.2 * len(text) if anchor == "end" else 0.0)
            outside = (
                max(left - x, x - left - 6.2 * len(text), 0.0),
                max(float(base) - 12 - y, y - float(base) - 1, 0.0),
            )
            assert outside[0] ** 2 + outside[1] ** 2 > 11**2, f"a number covers {text}"


@pytest.mark.parametrize("code", ["fa", "ru", "ar"])
@pytest.mark.parametrize("example", ["north-south", "northern-corridor"])
def test_every_word_of_a_brief_is_in_its_language_under_the_pointer_too(code: str, example: str) -> None:
    made = brief(opened(example), language=code).with_annex()
    text = re.sub(r"<style>.*?</style>", "", page(made).decode(), flags=re.DOTALL)
    assert text.count("<title>") > 50
    labels = " ".join(re.findall(r'aria-label="([^"]*)"', text))
    shown = f"{re.sub(r'<[^>]*>', ' ', text)} {labels}".replace(made.footer, "")
    words = set(re.findall(r"(?<![A-Za-z-])[A-Za-z]?[a-z]{2,}(?![A-Za-z])", shown))
    assert words <= {"milepost", "quot", "Excel", "Natural", "Earth", "world-atlas", "world", "atlas"}, words
    for held in re.findall("\u2068([^\u2068\u2069]*)", text):  # its first letter turns what it holds
        first = re.search(r"[A-Za-z\u0620-\u06ef]", held)
        assert not (first and first[0].isascii() and re.search("[\u0620-\u06ef]{2}", held)), held


def test_the_outlines_are_named_as_they_are_shipped() -> None:
    assert Language("en").say("map-outlines") == basemap()[0]


def test_on_paper_the_picture_is_where_promises_lie(north_south: Programme) -> None:
    whole = milepost.corridor_map(north_south).drawing
    framed = milepost.corridor_map(north_south, framed=True).drawing
    assert whole is not None
    assert framed is not None

    def reach(drawing: Drawing) -> float:
        xs = [mark.at_x for mark in drawing.marks]
        return (max(xs) - min(xs)) / drawing.width

    assert {m.label for m in framed.marks} == {m.label for m in whole.marks}
    assert reach(framed) > 1.3 * reach(whole)
    assert all(0 <= m.x <= framed.width and 0 <= m.y <= framed.height for m in framed.marks)
    assert len(framed.links) == len(whole.links)  # what leads out is cut off at the edge, not left out
    owed = {party for c in north_south.records.commitments for party in c.owed_by}
    drawn = {n.id for n in framed.nodes}
    zones = [n for n in north_south.records.nodes if n.trade_share and n.country in owed]
    large = {n.id for n in zones if n.trade_share and n.trade_share >= 0.02}
    assert len(large) > 10
    assert large <= drawn
    assert "VLADIVOSTOK" in {n.id for n in zones} - large - drawn, (
        "a hundredth of Russia's trade, 8,000 km away"
    )


def test_a_wide_picture_shows_where_promises_lie_and_no_number_is_struck_out(north_south: Programme) -> None:
    wide = milepost.corridor_map(north_south, framed=2.3)
    framed = milepost.corridor_map(north_south, framed=True)
    assert wide.drawing is not None
    assert framed.drawing is not None
    assert 1.7 < wide.drawing.width / wide.drawing.height < 2.6
    assert {m.label for m in wide.drawing.marks} == {m.label for m in framed.drawing.marks}
    for made in (wide, framed):  # lines to places lie under all numbers, names over all dots
        last_lead = made.svg.rindex('stroke="#b3261e" stroke-width="1"/>')
        assert last_lead < made.svg.index('<g class="mark"')
        assert made.svg.rindex('r="2.6"') < made.svg.index('font-size="11.5"')


@pytest.mark.parametrize("points", [((50.0, 40.0),), ((50.0, 40.0), (50.2, 40.0)), ((179.5, 10.0),)])
def test_one_promise_alone_is_shown_in_its_country(points: tuple[tuple[float, float], ...]) -> None:
    drawn = Projection(room_around(points, 2.3))
    lon, lat = points[0]
    assert drawn.holds((lon - 0.5, lat - 0.5))
    assert not drawn.holds((lon - 6.0, lat))
    assert WIDTH / 2.6 < drawn.height < WIDTH / 0.9


def test_a_line_across_180_degrees_goes_on_at_the_other_edge() -> None:
    """Fiji to Samoa is no line across Africa."""
    line = ((170.0, -17.0), (179.0, -17.0), (-179.0, -16.0), (-172.0, -14.0))
    link = MapLink("", line[0], line[-1], "sea", "open", "F", (), line)
    project: Any = lambda point: point  # noqa: E731
    assert _shape(project, link) == "M170.0,-17.0L179.0,-17.0M-179.0,-16.0L-172.0,-14.0"
