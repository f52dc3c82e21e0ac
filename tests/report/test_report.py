"""The report: whole in one file, honest in its parts, readable in a real browser without a network."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import milepost
from milepost.plots.land import WIDTH, Projection, basemap
from milepost.report.document import html_report, write_report
from milepost.value.interactions import interactions
from opened import opened

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    programme = opened("north-south")
    return write_report(programme, tmp_path_factory.mktemp("report") / "north-south.html")


def test_everything_an_economist_asks_for_is_in_it(report: Path) -> None:
    text = report.read_text(encoding="utf-8")
    programme = opened("north-south")
    assert programme.records.fingerprint in text
    assert milepost.__version__ in text
    assert programme.settings.boundary_disclaimer in text
    for commitment in programme.records.commitments:
        assert commitment.id in text
    for param in programme.records.params:
        assert param.use == "check" or param.name in text
    for words in (
        "What one more day costs",
        "Not valued",
        "How well does it tell what is known?",
        "Furthest off, by kind",
        "Shapley",
        "cannot say",
        "2.1 % a day",
        "held out",
        "recorded and not applied",
        "No effect stated",
        "Discounted at 5.13% a year",  # as the table of costs and 'milepost delay': one rate, told one way
        "at 5.13 % a year",
    ):
        assert words in text, words
    assert len(re.findall(r"within the published range|(?:below|above) the published range", text)) == 4
    assert len(report.read_bytes()) < 1_500_000


def test_nothing_is_loaded_from_outside(report: Path) -> None:
    text = report.read_text(encoding="utf-8")
    loads = re.findall(r'(?:src|href)="([^"]*)"', text)
    assert loads
    for target in loads:
        assert target.startswith(("https://", "http://"))
    assert "<script" not in text
    assert not re.search(r"(?:src|xlink:href)=|url\((?!#)|@import", text)


def test_pictures_are_well_formed(report: Path) -> None:
    pictures = re.findall(r"<svg.*?</svg>", report.read_text(encoding="utf-8"), re.S)
    assert len(pictures) >= 3
    for picture in pictures:
        root = ET.fromstring(picture)
        assert root.find("{http://www.w3.org/2000/svg}title") is not None


def test_text_of_users_is_escaped() -> None:
    programme = milepost.open(milepost.example("ridge"))
    rows = [c.model_copy(update={"title": "<b>&\"'</b><script>"}) for c in programme.records.commitments]
    evil = milepost.Programme(programme.path, programme.records.with_rows(commitments=rows))
    text = html_report(evil)
    assert "<script" not in text
    assert "&lt;b&gt;" in text


def test_a_tornado_is_in_it_where_it_was_asked_for() -> None:
    programme = milepost.open(milepost.example("ridge"))
    rows = [
        p.model_copy(update={"low": 0.5 * p.value, "high": 2 * p.value}) if p.id in ("M12", "M30") else p
        for p in programme.records.params
    ]
    programme = milepost.Programme(programme.path, programme.records.with_rows(params=rows))
    found = programme.tornado()
    text = html_report(programme, tornado=found)
    assert "Which figure moves the value most?" in text
    assert "Without effect: handling_usd_per_t ferry-rail." in text
    assert "Which figure moves" not in html_report(programme)
    moving = [bar for bar in found.bars if bar.swing]
    (picture,) = re.findall(r'<svg[^>]*aria-label="Tornado.*?</svg>', text, re.S)
    root = ET.fromstring(picture)
    bars = root.findall("{http://www.w3.org/2000/svg}rect")
    assert len(bars) == 2 * len(moving) == 4
    ends = [found.central, *(v for b in moving for v in (b.at_low, b.at_high) if v is not None)]
    scale = max(float(b.get("width", 0)) for b in bars) / max(abs(v - found.central) for v in ends)
    for bar, low, high in zip(moving, bars[::2], bars[1::2], strict=True):
        for end, box in ((bar.at_low, low), (bar.at_high, high)):
            assert end is not None
            assert float(box.get("width", 0)) == pytest.approx(abs(end - found.central) * scale, abs=0.1)


def test_a_value_stands_in_two_parts_where_money_changes_hands() -> None:
    plain = milepost.open(milepost.example("ridge"))
    assert "received<" not in html_report(plain)
    margin = plain.records.params[0].model_copy(
        update={"id": "T1", "name": "rate_margin_share", "applies_to": "all", "value": 0.3}
    )
    (snow,) = (r for r in plain.records.restrictions if r.id == "X1")
    risk = snow.model_copy(update={"probability_per_year": 0.3, "length_days": 70.0})
    programme = milepost.Programme(
        plain.path, plain.records.with_rows(params=(*plain.records.params, margin), restrictions=(risk,))
    )
    shares = programme.shapley()
    assert shares.received is not None
    text = html_report(programme)
    assert text.count(' soft">received<') == 2  # a column of commitments, and one of countries
    wanted = {
        **{c: (v, float(shares.received[shares.commitments.index(c)].sum())) for c, v in shares.ranked()},
        **dict(
            zip(
                shares.countries,
                zip(shares.total.tolist(), shares.received.sum(axis=0).tolist(), strict=True),
                strict=True,
            )
        ),
    }
    looked = 0
    for name, (whole, got) in wanted.items():
        found = re.search(
            rf'<td>{name} [^<]*(?:<br><span class="soft">[^<]*</span>)?</td>'
            r'<td class="n">(?:<b>)?([^<]*)(?:</b>)?</td>'
            r'<td class="n soft">([^<]*)</td><td class="n soft">([^<]*)</td>',
            text,
        )
        assert found, name
        told = [float(cell.replace(",", "")) for cell in found.groups()]
        assert told == pytest.approx([whole, whole - got, got], rel=6e-3, abs=1e-6)
        looked += bool(got)
    assert looked > 4


def test_what_is_below_zero_or_hangs_on_another_says_so(report: Path) -> None:
    shares, strong = opened("north-south").shapley(), interactions(opened("north-south").game).strong()
    told = dict(
        re.findall(
            r'<td>(C\d+) [^<]*<br><span class="soft">([^<]*)</span>', report.read_text(encoding="utf-8")
        )
    )
    wanted = 0
    for name, total in shares.ranked():
        most = max((last for _, _, last in strong[name]), default=0.0)
        assert ("Most is lost by" in told.get(name, "")) == (total < 0), name
        assert ("Much of it hangs on" in told.get(name, "")) == (most > abs(total) / 2), name
        wanted += total < 0 or most > abs(total) / 2
    assert wanted == len([name for name in told if "lost by" in told[name] or "hangs on" in told[name]]) > 1
    below, worth = min(shares.ranked(), key=lambda pair: pair[1])
    assert shares.received is not None
    got = float(shares.received[shares.commitments.index(below)].sum())
    assert f"users gain {worth - got:.3g}, receipts change by {got:.3g}".replace("-", "\u2212") in told[
        below
    ].replace("-", "\u2212")


def test_same_data_same_report() -> None:
    programme = milepost.open(milepost.example("ridge"))
    assert html_report(programme) == html_report(milepost.open(milepost.example("ridge")))


@given(st.lists(st.tuples(st.floats(-20, 120), st.floats(-35, 70)), min_size=2, max_size=12, unique=True))
def test_points_stay_inside_the_picture(points: list[tuple[float, float]]) -> None:
    project = Projection(points)
    assert math.isfinite(project.height)
    for point in points:
        x, y = project(point)
        assert -1e-6 <= x <= WIDTH + 1e-6
        assert -1e-6 <= y <= project.height + 1e-6


def test_areas_keep_their_ratio() -> None:
    """Albers is equal-area: small squares of one degree of equal true area stay equal on the map."""
    project = Projection([(20.0, 0.0), (100.0, 65.0)])

    def area(lon: float, lat: float) -> float:
        step = 0.01
        wide = step / math.cos(math.radians(lat))
        corners = [
            project(p) for p in ((lon, lat), (lon + wide, lat), (lon + wide, lat + step), (lon, lat + step))
        ]
        turned = zip(corners, [*corners[1:], corners[0]], strict=True)
        return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in turned)) / 2

    assert area(50, 10) == pytest.approx(area(90, 60), rel=2e-3)


def test_the_basemap_is_current_and_small() -> None:
    source, rings = basemap()
    lock = json.loads((ROOT / "tools/basemap/package-lock.json").read_text(encoding="utf-8"))
    assert lock["packages"]["node_modules/world-atlas"]["version"] in source
    assert 1_000 < sum(len(r) for r in rings) <= 15_000


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 420])
def test_in_a_browser_without_a_network(report: Path, width: int) -> None:
    if shutil.which("chromium") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI has to install Debian's chromium, and it is not there")
        pytest.skip("needs Debian's chromium")
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    flags = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        try:
            page = browser.new_page(viewport={"width": width, "height": 900})
            asked: list[str] = []
            said: list[str] = []
            page.on("request", lambda r: asked.append(r.url))
            page.on("console", lambda m: said.append(m.text))
            page.goto(report.as_uri())
            assert page.locator("h1").inner_text() == "International North-South Transport Corridor"
            assert page.locator("svg.map").bounding_box() is not None
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert asked == [report.as_uri()]
            assert said == []
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
        finally:
            browser.close()
