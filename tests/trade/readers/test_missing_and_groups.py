"""What looks like a country and is none, what looks like nothing and is one, and blanks that say nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from milepost.errors import WrongUse
from milepost.trade import readers
from milepost.trade.readers.reading import Reading, rows_of

COMTRADE = "refYear,flowCode,reporterISO,partnerISO,partner2Code,motCode,cmdCode,primaryValue\n"


def file(folder: Path, text: str, name: str = "a.csv") -> Path:
    made = folder / name
    made.write_text(text, encoding="utf-8")
    return made


def told(reading: Reading) -> str:
    return " ".join(reading.ledger.sentences())


@pytest.mark.parametrize("blanks", [("0", "0"), ("", ""), ("0", ""), ("", "0"), ("0.0", "0")])
def test_a_blank_second_partner_is_no_part_of_a_total(blanks: tuple[str, str], tmp_path: Path) -> None:
    rows = f"2023,M,KEN,UGA,{blanks[0]},{blanks[1]},TOTAL,5000000\n2023,M,UGA,KEN,0,0,TOTAL,3000000\n"
    found = readers.comtrade([file(tmp_path, COMTRADE + rows)])
    assert found.abroad == pytest.approx(8.0)
    part = "2023,M,KEN,UGA,840,0,TOTAL,1000000\n2023,M,KEN,UGA,0,3100,TOTAL,1000000\n"
    with_parts = readers.comtrade([file(tmp_path, COMTRADE + rows + part)])
    assert with_parts.abroad == pytest.approx(8.0)
    assert "a part of a total (by partner2): 1" in told(with_parts)
    assert "a part of a total (by mot): 1" in told(with_parts)


@pytest.mark.parametrize("group", ["WLD", "EUU", "SSF"])
def test_a_group_beside_its_members_counts_nothing(group: str, tmp_path: Path) -> None:
    rows = "2023,M,KEN,UGA,0,0,TOTAL,5000000\n2023,M,UGA,KEN,0,0,TOTAL,3000000\n"
    alone = readers.comtrade([file(tmp_path, COMTRADE + rows)])
    beside = readers.comtrade([file(tmp_path, COMTRADE + rows + f"2023,M,KEN,{group},0,0,TOTAL,9000000\n")])
    assert beside.countries == alone.countries
    assert beside.abroad == alone.abroad
    assert f"is a group of countries: 1, 9.0 MUSD (for example {group})" in told(beside)


def test_namibia_is_a_country_and_no_missing_value(tmp_path: Path) -> None:
    text = "exporter,importer,value\nNA,ZA,120\nZA,NA,300\nZA,ZA,NA\nBW,ZA,5\n"
    frame = rows_of(file(tmp_path, text), "long")
    assert list(frame["exporter"]) == ["NA", "ZA", "ZA", "BW"]
    assert frame["value"].isna().tolist() == [False, False, True, False], "but a number may be missing"
    only = rows_of(file(tmp_path, "exporter,importer,value\nNA,ZA,1\nNA,BW,2\n"), "long")
    assert list(only["exporter"]) == ["NA", "NA"]


def test_a_number_that_a_list_does_not_name_is_still_a_country(tmp_path: Path) -> None:
    flows = file(tmp_path, "t,i,j,k,v,q\n2022,842,490,854232,5000,\n2022,490,842,854232,9000,10\n")
    totals = []
    for iso in ("N/A", "S19", "TWN"):
        codes = file(
            tmp_path, f"country_code,country_name,country_iso3\n842,USA,USA\n490,Other Asia,{iso}\n", "c.csv"
        )
        found = readers.baci([flows], codes=codes)
        assert found.countries == ("TWN", "USA")
        totals.append(found.abroad)
    assert totals == [pytest.approx(14.0)] * 3


def test_numbers_alone_name_countries_in_comtrade(tmp_path: Path) -> None:
    rows = [("M", 404, 800, 600), ("M", 404, 0, 900), ("M", 404, 490, 300), ("M", 800, 404, 50)]
    text = "".join(f"2023,{f},{a},{b},TOTAL,{v}000000\n" for f, a, b, v in rows)
    found = readers.comtrade(
        [file(tmp_path, "refYear,flowCode,reporterCode,partnerCode,cmdCode,primaryValue\n" + text)]
    )
    assert found.countries == ("KEN", "TWN", "UGA")
    assert found.abroad == pytest.approx(950.0)
    assert found.own_total is not None
    assert (found.own_total.file_musd, found.own_total.taken_musd) == pytest.approx((900.0, 900.0))
    with pytest.raises(WrongUse, match="reporterISO or reporterCode"):
        readers.comtrade([file(tmp_path, "refYear,flowCode,cmdCode,primaryValue\n2023,M,TOTAL,1\n")])


@pytest.mark.parametrize("group", ["EU", "EU27_2020", "European Union", "EA19", "Areas, n.e.s.", "OECD"])
def test_a_group_by_other_words_beside_its_members(group: str, tmp_path: Path) -> None:
    rows = "exporter,importer,value\nDEU,KEN,5\nKEN,DEU,3\nUGA,KEN,2\n"
    alone = readers.long([file(tmp_path, rows)])
    beside = readers.long([file(tmp_path, rows + f'"{group}",KEN,9\nKEN,"{group}",7\n')])
    assert beside.countries == alone.countries == ("DEU", "KEN", "UGA")
    assert beside.abroad == alone.abroad
    assert "a total of a group of countries: 2, 16.0 MUSD" in told(beside)


def test_the_union_alone_is_a_country_of_the_file(tmp_path: Path) -> None:
    found = readers.long([file(tmp_path, "exporter,importer,value\nEU,KEN,5\nKEN,EU,3\nUGA,KEN,2\n")])
    assert found.countries == ("EU", "KEN", "UGA")


@pytest.mark.parametrize("word", ["nan", "NaN", "<NA>", "None", "null"])
def test_a_word_for_nothing_is_no_country(word: str, tmp_path: Path) -> None:
    found = readers.long(
        [file(tmp_path, f"exporter,importer,value\nNA,ZA,5\nZA,NA,3\n{word},ZA,9\nZA,{word},9\n")]
    )
    assert found.countries == ("NA", "ZA")
    assert found.abroad == pytest.approx(8.0)
    assert "no exporter: 1, 9.0 MUSD" in told(found)
