"""Pictures in Python: each shows its own answer, says what it is, and needs nothing until it is asked for."""

from __future__ import annotations

import builtins
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import milepost
from milepost.errors import WrongUse
from milepost.languages import Language
from milepost.plots import Picture
from milepost.plots.canvas import rounded
from milepost.plots.land import BOUNDARIES
from milepost.programme import Programme
from milepost.store.folder import copy_example

NAMES = ("map", "timetable", "worth", "delay", "gains", "tornado", "flows")


@pytest.fixture(scope="module")
def ridge() -> Programme:
    return milepost.open(milepost.example("ridge"))


@pytest.fixture(scope="module")
def drawn(ridge: Programme) -> dict[str, Picture]:
    return {name: getattr(ridge.plot, name)() for name in NAMES}


def _texts(picture: Picture) -> list[str]:
    return [text.get_text() for text in picture.figure.texts]


def _widths(picture: Picture) -> dict[str, float]:
    labels = [label.get_text() for label in picture.axes.get_yticklabels()]
    patches: list[Any] = list(picture.axes.patches)
    return dict(zip(labels, [float(bar.get_width()) for bar in patches], strict=True))


def test_each_says_what_it_is_in_which_unit_when_and_from_where(
    drawn: dict[str, Picture], ridge: Programme
) -> None:
    assert set(drawn) == set(NAMES)
    for name, picture in drawn.items():
        title, unit, source = _texts(picture)
        assert ridge.settings.title in title, name
        assert unit.strip(), name
        assert "2026-01-01" in source, name
        assert ridge.records.fingerprint[:12] in source, name
        assert picture._repr_png_().startswith(b"\x89PNG"), name
        box = picture.figure.get_tightbbox()
        assert box.width <= picture.figure.get_figwidth() + 0.05, f"{name}: something is cut"


def test_bars_are_the_answers(drawn: dict[str, Picture], ridge: Programme) -> None:
    shares = ridge.shapley()
    want = shares.sums(shares.share)
    got = {label.split()[0]: width for label, width in _widths(drawn["worth"]).items()}
    assert got == pytest.approx(want)
    lost = ridge.delay()
    want = dict(zip(lost.commitments, (1000 * lost.cost.sum(axis=1)).tolist(), strict=True))
    got = {label.split()[0]: width for label, width in _widths(drawn["delay"]).items()}
    assert got == pytest.approx(want)
    names = {c.id: c.name for c in ridge.records.countries}
    assert _widths(drawn["gains"]) == pytest.approx({names[c]: x for c, x in ridge.value().countries.items()})


def test_bars_run_from_the_largest_to_the_smallest_and_no_more_than_asked(ridge: Programme) -> None:
    two = list(_widths(ridge.plot.worth(most=2)).values())
    assert len(two) == 2
    every = list(_widths(ridge.plot.worth()).values())
    assert every == sorted(every, reverse=True)
    assert two == every[:2]


def test_the_timetable_has_a_row_for_all_that_has_a_date(drawn: dict[str, Picture], ridge: Programme) -> None:
    labels = {label.get_text().split()[0] for label in drawn["timetable"].axes.get_yticklabels()}
    assert labels == {s.commitment for s in ridge.status() if s.first_promised or s.delivered_on}
    assert len(labels) > 3


def test_lines_of_the_map_are_the_links_and_wider_where_more_is_carried(
    drawn: dict[str, Picture], ridge: Programme
) -> None:
    lines = [line for line in drawn["map"].axes.lines if len(np.asarray(line.get_xdata())) > 1]
    assert len(lines) == len(ridge.records.links)
    carried = sorted(x.total_mt for x in ridge.loads().links if x.mode == "road")
    widths = [
        line.get_linewidth()
        for line in drawn["flows"].axes.lines
        if len(np.asarray(line.get_xdata())) > 1 and line.get_alpha() == 1
    ]
    assert len(widths) >= len(carried) > 2
    assert widths == sorted(widths)


def test_outlines_of_the_programme_are_drawn_and_named(tmp_path: Path) -> None:
    copy_example("ridge", tmp_path / "p")
    square = {"type": "Polygon", "coordinates": [[[0, 0], [30, 0], [30, 30], [0, 0]]]}
    found = {"source": "A survey of ours", "features": [{"type": "Feature", "geometry": square}]}
    (tmp_path / "p" / BOUNDARIES).write_text(json.dumps(found), encoding="utf-8")
    plot = milepost.open(tmp_path / "p").plot
    for picture in (plot.map(), plot.flows()):
        assert "A survey of ours" in picture.caption.source


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_the_same_file_each_time(ridge: Programme, tmp_path: Path, ending: str) -> None:
    names = [ridge.plot.gains().save(tmp_path / f"{k}.{ending}") for k in (1, 2)]
    one, two = (name.read_bytes() for name in names)
    assert len(one) > 3000
    assert ending == "svg" or one == two  # ids of clips in an SVG are drawn by chance


def test_another_ending_is_refused_and_nothing_written(ridge: Programme, tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match=r"\.png, \.svg, \.pdf; 'x\.gif' is none of them"):
        ridge.plot.gains().save(tmp_path / "x.gif")
    assert not list(tmp_path.iterdir())


def test_without_the_extra_one_sentence_says_how_to_get_it(
    ridge: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def absent(name: str, *rest: Any, **more: Any) -> Any:
        if name.split(".")[0] == "matplotlib":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", absent)
    value = ridge.value()
    with pytest.raises(WrongUse, match=r"^Plots need the extra: pip install 'milepost\[plots\]'\.$"):
        ridge.plot.gains(value=value)


def test_nothing_is_loaded_and_no_window_opened_before_it_is_asked_for() -> None:
    code = (
        "import sys, milepost; p = milepost.open(milepost.example('ridge')); p.plot; repr(p.plot)\n"
        "assert not any(m.startswith('matplotlib') for m in sys.modules)\n"
        "p.plot.timetable(); assert 'matplotlib.figure' in sys.modules\n"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_rounded() -> None:
    told = [rounded(x, 3, Language("en")) for x in (0.0, 1234567.0, 12.345, 0.012345, -5.678, 4e-9)]
    assert told == ["0", "1,234,567", "12.3", "0.0123", "-5.68", "0"]
    assert rounded(1234.5, 3, Language("fr")).replace("\u202f", " ") == "1 234"
    assert rounded(12.345, 3, Language("fa")) == "۱۲٫۳"


@pytest.mark.parametrize("code", ["fr", "ru", "fa", "ar"])
def test_pictures_speak_the_language_of_the_programme(ridge: Programme, code: str) -> None:
    said, says = ridge.in_language(code), Language(code)
    assert said.language == code
    english = {"Million", "Thousand", "Delivered", "Worth", "promised", "countries", "links"}
    for name in NAMES:
        picture: Picture = getattr(said.plot, name)()
        keys = [t for legend in picture.figure.legends for t in legend.get_texts()]
        texts = [*_texts(picture), *(t.get_text() for t in keys)]
        assert not [t for t in texts if english & set(re.findall("[A-Za-z]+", t))], name
        assert picture._repr_png_().startswith(b"\x89PNG"), name
        assert picture.figure.get_tightbbox().width <= picture.figure.get_figwidth() + 0.05, f"{name}: cut"
        if name in ("worth", "gains", "delay", "tornado", "timetable"):
            low, high = picture.axes.get_xlim()
            assert bool(low > high) is says.right_to_left, name
    bars = _widths(said.plot.gains())
    countries = {says.country(c.id, c.name): c.id for c in ridge.records.countries}
    assert {countries[name]: x for name, x in bars.items()} == pytest.approx(dict(ridge.value().countries))
    if code == "fa":
        assert "۱۴۰۴" in said.plot.timetable().caption.source


def test_letters_that_join_need_a_matplotlib_that_joins_them(
    ridge: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    from matplotlib import ft2font

    monkeypatch.delattr(ft2font, "__libraqm_version__")
    ridge.plot.worth()
    with pytest.raises(WrongUse, match=r"matplotlib 3\.11"):
        ridge.in_language("fa").plot.worth()
