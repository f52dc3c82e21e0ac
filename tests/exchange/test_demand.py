"""Flows as lists and as open matrices: read twice, summed, matched, and refused in words."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

import h5py
import numpy as np
import pytest

import milepost
from milepost.acts.foreign import Choices, ForeignBrought, bring_file
from milepost.acts.persons import at_the_terminal
from milepost.acts.programmes import create
from milepost.acts.writing import Register
from milepost.errors import BadData
from milepost.intake.foreign.demand import unit_of
from milepost.intake.foreign.kinds import read_foreign

NAMES = {"XWV": "Westvale", "XRL": "Ridgeland", "XEM": "Eastmere"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "ridge"
    create(made, "ridge")
    return made


def brought(kind: str, file: Path, folder: Path, *, apply: bool = True) -> ForeignBrought:
    reading = read_foreign(kind, str(file), "counted")
    return bring_file(
        Register(folder), at_the_terminal("me"), reading, Choices(), apply=apply, reason="flows of 2023"
    )


def flows(folder: Path) -> dict[tuple[str, str], float]:
    return {(f.exporter, f.importer): f.usd_m for f in milepost.open(folder).records.flows}


def matrix(file: Path, data: Mapping[str, np.ndarray], zones: list[str], unit: str = "") -> Path:
    """A file as the OMX specification describes it, written by h5py."""
    with h5py.File(file, "w") as made:
        made.attrs["OMX_VERSION"] = b"0.2"
        made.attrs["SHAPE"] = np.array([len(zones)] * 2, dtype="int32")
        for name, values in data.items():
            made.create_dataset(f"data/{name}", data=values)
            if unit:
                made[f"data/{name}"].attrs["unit"] = unit
        made.create_dataset("lookup/number", data=np.arange(len(zones)))
        made.create_dataset("lookup/country", data=np.array(zones, dtype="S40"))
    return file


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", ["long", "omx"])
def test_what_is_read_is_the_sum_by_pair_and_the_second_time_nothing_changes(
    seed: int, kind: str, folder: Path, tmp_path: Path
) -> None:
    rng = random.Random(seed)
    before = flows(folder)
    pairs = [(a, b) for a in NAMES for b in NAMES if a != b]
    said = [(a, b, rng.randint(1, 10**6)) for a, b in pairs for _ in range(rng.randint(0, 3))]
    wanted: dict[tuple[str, str], float] = {}
    for a, b, kusd in said:
        wanted[a, b] = wanted.get((a, b), 0.0) + kusd / 1000
    if kind == "long":
        rng.shuffle(said)
        told = {c: rng.choice((c, name)) for c, name in NAMES.items()}
        lines = [f"{told[a]};{told[b]};{kusd}" for a, b, kusd in said]
        file = tmp_path / "f.csv"
        file.write_text("\n".join(["from;to;value_kUSD", *lines, "Nowhere;XWV;5"]) + "\n", encoding="utf-8")
    else:
        zones = [*NAMES.values(), "Nowhere"]
        data = {f"c{k}": np.zeros((4, 4)) for k in range(3)}
        for a, b, kusd in said:
            data[f"c{rng.randrange(3)}"][list(NAMES).index(a), list(NAMES).index(b)] += kusd
        data["c0"][3, 0] = 5.0
        file = matrix(tmp_path / "f.omx", data, zones, "kUSD")
    looked = brought(kind, file, folder, apply=False)
    assert flows(folder) == before, "nothing is written before it is asked for"
    assert any("Nowhere" in m.name and m.how == "left out" for m in looked.names)
    assert any("flow of Nowhere" in u.what for u in looked.unread)
    done = brought(kind, file, folder)
    assert done.rejected == 0
    after = flows(folder)
    assert {k: after[k] for k in wanted} == pytest.approx(wanted, rel=1e-8)
    assert {k: v for k, v in after.items() if k not in wanted} == {
        k: v for k, v in before.items() if k not in wanted
    }
    again = brought(kind, file, folder)
    assert (again.added, again.changed, again.removed, again.rejected) == (0, 0, 0, 0)
    assert not milepost.open(folder).check()


@pytest.mark.parametrize(
    ("heading", "musd"),
    [
        ("Trade value (million USD)", 1.0),
        ("Value (thousand US$)", 1e-3),
        ("Value in 1000 USD", 1e-3),
        ("Trade Value (US$)", 1e-6),
        ("Exports, USD mn", 1.0),
        ("Стоимость, млн долл.", 1.0),
        ("Стоимость, тыс. долл.", 1e-3),
        ("ارزش (میلیون دلار)", 1.0),
        ("USD bn", 1e3),
        ("usd_m", 1.0),
        ("Value (EUR)", None),
        ("Net weight (kg)", None),
        ("Year", None),
    ],
)
def test_the_unit_stands_in_the_heading(heading: str, musd: float | None) -> None:
    assert unit_of(heading) == (None if musd is None else pytest.approx(musd))


@pytest.mark.parametrize(
    ("cells", "musd"),
    [
        (("1 234,5", "2.345,6"), (1234.5, 2345.6)),
        (("1,234", "2,345.6"), (1234, 2345.6)),
        (("1.234", "0,5"), (1234, 0.5)),
        (("1.25E+03", "7"), (1250, 7)),
        (("$1,234.50", "1\u202f000"), (1234.5, 1000)),
    ],
)
def test_numbers_as_they_are_typed(
    cells: tuple[str, str], musd: tuple[float, float], folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "f.csv"
    file.write_text(f"from;to;usd_m\nXWV;XRL;{cells[0]}\nXRL;XWV;{cells[1]}\n", encoding="utf-8")
    brought("long", file, folder)
    found = flows(folder)
    assert (found["XWV", "XRL"], found["XRL", "XWV"]) == pytest.approx(musd)


def test_who_reports_has_bought_or_sold(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "f.csv"
    for flow, pair in (("Import", ("XRL", "XWV")), ("Export", ("XWV", "XRL"))):
        file.write_text(f"Reporter,Partner,Trade Flow,usd_m\nXWV,XRL,{flow},77\nXWV,XRL,Re-import,5\n")
        reading = read_foreign("long", str(file))
        assert [(r.key, r.cells["usd_m"]) for r in reading.rows] == [(" > ".join(pair), "77")]
        assert any("re-import" in u.what for u in reading.unread)
    file.write_text("Reporter,Partner,Flow,usd_m\nXWV,XRL,M,77\nXWV,XRL,X,5\n")
    with pytest.raises(BadData, match="imports and of exports"):
        read_foreign("long", str(file))
    file.write_text("Reporter,Partner,usd_m\nXWV,XRL,77\n")
    with pytest.raises(BadData, match="bought or sold"):
        read_foreign("long", str(file))


def test_a_pair_under_other_names_is_told_and_changes_nothing(folder: Path, tmp_path: Path) -> None:
    """A file cannot say whether such a row is more of the same or the same again, so its reader is asked."""
    file = tmp_path / "f.csv"
    file.write_text("exporter,importer,usd_m\nXWV,XRL,7\nWestvale,Ridgeland,9\n", encoding="utf-8")
    done = brought("long", file, folder)
    assert flows(folder)["XWV", "XRL"] == 7.0
    assert [u.why for u in done.unread if "Westvale" in u.what] == [
        "is another row of the file for XWV XRL, which stands already"
    ]


def test_a_matrix_of_totals_stands_for_its_parts(folder: Path, tmp_path: Path) -> None:
    whole = np.array([[0, 5, 1], [2, 0, 0], [0, 0, 0]], dtype=float)
    file = matrix(tmp_path / "t.omx", {"food": whole / 2, "TOTAL": whole}, list(NAMES))
    done = brought("omx", file, folder)
    assert flows(folder)["XWV", "XRL"] == 5
    assert [u.what for u in done.unread] == ["the matrices beside TOTAL", "the unit of the matrix"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("exporter,importer,tonnes\nXWV,XRL,7\n", "flows are in tonnes, and trade is kept in money"),
        ("exporter,importer,colour\nXWV,XRL,7\n", "no column holds money"),
        ("a,b,usd\nXWV,XRL,7\n", "no column says from whom goods go"),
        (
            "exporter,importer,year,usd\nXWV,XRL,2022,7\nXWV,XRL,2023,7\n",
            "the rows are of the years 2022 to 2023",
        ),
        ("exporter,importer,usd\n", "a head and no rows"),
    ],
)
def test_what_is_no_trade_is_refused_in_words(text: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "f.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadData) as refused:
        read_foreign("long", str(file))
    assert words in str([f.message for f in refused.value.findings])


def test_a_broken_matrix_is_refused_in_words(tmp_path: Path) -> None:
    good = matrix(tmp_path / "g.omx", {"a": np.ones((3, 3))}, list(NAMES)).read_bytes()
    rng = random.Random(1)
    refused = read = 0
    for n in range(4):
        raw = bytearray(good)
        for _ in range(rng.randint(1, 40)):
            raw[rng.randrange(len(raw))] = rng.randrange(256)
        if n % 4 == 0:
            raw = raw[: rng.randrange(len(raw))]
        file = tmp_path / "b.omx"
        file.write_bytes(bytes(raw))
        try:
            read_foreign("omx", str(file))
            read += 1
        except BadData:
            refused += 1
    assert refused > 0
    assert read + refused == 4
    for data, zones, words in (
        ({"a": np.ones((3, 2))}, list(NAMES), "not square"),
        ({"a": np.ones((2, 2))}, list(NAMES), "no lookup names its zones"),
    ):
        with pytest.raises(BadData, match=words):
            read_foreign("omx", str(matrix(tmp_path / "c.omx", data, zones)))
    with pytest.raises(BadData, match="flows are in tonnes"):
        read_foreign("omx", str(matrix(tmp_path / "d.omx", {"a": np.ones((3, 3))}, list(NAMES), "tonnes")))
