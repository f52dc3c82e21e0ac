"""Readers on small files in each publisher's layout and on the real extract: nothing dropped, merged or
clipped in silence."""

from __future__ import annotations

import csv
import gzip
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import milepost
from milepost.cli import run
from milepost.errors import MilepostError, WrongUse
from milepost.records import Cargo
from milepost.trade import readers
from milepost.trade.fetch import baci_address, fetch
from milepost.trade.many_sectors.economy import SectorEconomy
from milepost.trade.many_sectors.solver import SectorSolver
from milepost.trade.one_sector.economy import Economy
from milepost.trade.one_sector.solver import Solver
from milepost.trade.ppml import ppml
from milepost.trade.readers import cargo as cargo_reader
from milepost.trade.readers.flow_files import apply_tariffs


def text(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


def said(reading: readers.Reading) -> str:
    return "\n".join(reading.ledger.sentences())


def test_baci_in_the_layout_of_cepii(tmp_path: Path) -> None:
    flows = text(tmp_path / "BACI_HS22_Y2023_V202501.csv", "t,i,j,k,v,q\n2023,4,8,010121,12.5,3\n2023,4,8,020110,7.5,\n2023,8,4,010121,NA,1\n2023,999,8,010121,5,1\n")  # fmt: skip
    codes = text(tmp_path / "country_codes.csv", "country_code,country_name,country_iso2,country_iso3\n4,Afghanistan,AF,AFG\n8,Albania,AL,ALB\n")  # fmt: skip
    found = readers.baci([flows], codes=codes)
    assert found.year == 2023
    assert found.countries == ("AFG", "ALB")
    np.testing.assert_allclose(found.flows[0], np.array([[0.0, 0.02], [0.0, 0.0]]))
    assert "no number in v: 1" in said(found)
    assert "the exporter is no country: 1, 0.005 MUSD (for example 999)" in said(found)
    with pytest.raises(WrongUse, match="--codes"):
        readers.baci([flows])


def test_baci_2023_of_194_countries(shared: Path) -> None:
    at = shared / "data/trade"
    found = readers.baci([at / "baci2023_aggregate_194.csv.gz"], year=2023)
    gdp = pd.read_csv(at / "baci2023_countries_gdp.csv").set_index("iso3")["gdp_usd_2023"] / 1e6
    assert len(found.countries) == 194
    X = found.total()
    # 2023 world goods trade was some 23 trillion dollars
    assert 1.8e7 < X.sum() < 2.6e7
    own = gdp.loc[list(found.countries)].to_numpy() - X.sum(axis=1)
    clipped = own <= 0.05 * gdp.loc[list(found.countries)].to_numpy()
    assert 0 < clipped.sum() < 20  # small states export more goods than GDP
    np.fill_diagonal(X, np.maximum(own, 0.05 * gdp.loc[list(found.countries)].to_numpy()))
    solver = Solver(Economy(found.countries, X, 4.0, "multiplicative"))
    kazakhstan = found.countries.index("KAZ")
    cut = np.ones(X.shape)
    cut[kazakhstan], cut[:, kazakhstan] = 0.99, 0.99
    cut[kazakhstan, kazakhstan] = 1.0
    gain = solver.solve(cut).real_income_hat[kazakhstan] - 1
    assert gain == pytest.approx(0.0042, abs=0.0006)  # the anchor of the research note


def test_itpd(tmp_path: Path) -> None:
    head = "exporter_iso3,importer_iso3,year,industry_id,industry_descr,broad_sector,trade,flag_mirror,flag_zero\n"
    rows = (
        "AAA,AAA,2019,1,Wheat,Agriculture,100,0,p\nAAA,BBB,2019,1,Wheat,Agriculture,10,1,p\n"
        "AAA,BBB,2018,1,Wheat,Agriculture,9,0,p\nBBB,AAA,2019,10,Cars,Manufacturing,-3,0,p\n"
    )
    file = text(tmp_path / "ITPD.csv", head + rows)
    with pytest.raises(WrongUse, match="2018 to 2019; choose one"):
        readers.itpd([file])
    found = readers.itpd([file], year=2019)
    np.testing.assert_allclose(found.flows[0], [[100, 10], [0, 0]])
    assert "another year than 2019: 1" in said(found)
    assert "negative value: 1" in said(found)
    assert "mirror" in said(found)


def test_comtrade_takes_totals_once(tmp_path: Path) -> None:
    file = text(
        tmp_path / "c.csv",
        "refYear,reporterISO,partnerISO,flowCode,cmdCode,primaryValue,partner2Code,motCode,customsCode\n"
        "2022,KAZ,RUS,M,TOTAL,5000000,0,0,C00\n2022,KAZ,RUS,M,01,1000000,0,0,C00\n2022,KAZ,W00,M,TOTAL,9000000,0,0,C00\n"
        "2022,KAZ,RUS,M,TOTAL,2000000,0,2100,C00\n2022,RUS,KAZ,X,TOTAL,4800000,0,0,C00\n",
    )
    found = readers.comtrade([file])
    assert found.countries == ("KAZ", "RUS")
    assert found.flows[0, 1, 0] == 5.0
    for word in (
        "not the flow 'M': 1",
        "a part of a total (by mot): 1",
        "a commodity of a total that is there: 1",
        "W00",
    ):
        assert word in said(found)
    mirrored = readers.comtrade([file], flow="X")
    assert mirrored.flows[0, 1, 0] == 4.8


ICIO = """,AAA_01,AAA_29,CN1_01,CN1_29,CN2_01,CN2_29,AAA_HFCE,AAA_INVNT,CHN_HFCE,CHN_INVNT,OUT
AAA_01,10,5,1,1,0,0,30,-2,3,0,48
AAA_29,4,20,0,2,1,1,40,1,5,0,74
CN1_01,1,0,20,5,2,1,2,0,50,1,82
CN1_29,1,3,4,30,2,2,6,0,60,2,110
CN2_01,0,0,1,1,2,1,1,0,5,0,11
CN2_29,0,1,1,2,1,3,4,0,8,0,20
{tax}
{va},31,44,54,68,2,11,0,0,0,0,0
{out},48,74,82,110,11,20,83,-1,131,3,
"""


@pytest.mark.parametrize(
    ("tax", "va", "out"),
    [
        ("TLS,1,1,1,1,1,1,0,0,0,0,0", "VA", "OUT"),
        ("AAA_TAXSUB,1,1,0,0,0,0,0,0,0,0,0\nCHN_TAXSUB,0,0,1,1,1,1,0,0,0,0,0", "VALU", "OUTPUT"),
    ],
)
def test_icio_of_every_release(tmp_path: Path, tax: str, va: str, out: str) -> None:
    found = readers.icio([text(tmp_path / "2020_SML.csv", ICIO.format(tax=tax, va=va, out=out))])
    assert found.year == 2020
    assert found.countries == ("AAA", "CHN")
    assert found.sectors == ("01", "29")
    assert found.materials_musd is not None
    assert found.value_added_musd is not None
    assert found.final_musd is not None
    # China is the sum of its parts; the negative inventory is zero
    assert found.flows[0, 1, 1] == 20 + 5 + 2 + 1 + 50 + 1 + 1 + 1 + 2 + 1 + 5
    assert found.flows[0, 0, 0] == 10 + 5 + 30
    assert found.materials_musd[1, 0, 1] == 1 + 5 + 1 + 1 + 1
    assert found.value_added_musd[0, 0] == 32
    assert found.final_musd[0, 0] == 30 + 2 + 1
    for word in (
        "CN1 into CHN",
        "negative final demand (inventories) set to zero, cells: 1, -2.0 MUSD",
        "taxes less subsidies",
    ):
        assert word in said(found)
    economy = SectorEconomy.from_accounts(
        found.countries,
        found.sectors,
        flows=found.flows,
        tariffs=np.zeros(found.flows.shape),
        materials_musd=found.materials_musd,
        value_added_musd=found.value_added_musd,
        final_musd=found.final_musd,
        theta=np.array([5.0, 5.0]),
    )
    assert SectorSolver(economy).rebasing.flows_changed < 0.3


def test_icio_with_processing_trade_of_mexico_beside_mexico_itself(tmp_path: Path) -> None:
    """MEX, MX1 and MX2 on both sides, totals in row and column TOTAL, VALU: one Mexico, and nothing of it
    lost."""
    plain = ICIO.format(tax="TLS,1,1,1,1,1,1,0,0,0,0,0", va="VA", out="OUT")
    china = readers.icio([text(tmp_path / "2018.csv", plain)])
    for first in ("MX1_", "MEX_"):
        other = (
            plain.replace("CN1_", first)
            .replace("CN2_", "MX2_")
            .replace("CHN_", "MEX_")
            .replace("OUT", "TOTAL")
            .replace("VA,", "VALU,")
        )
        mexico = readers.icio([text(tmp_path / "2016.csv", other)])
        assert mexico.countries == ("AAA", "MEX")
        np.testing.assert_array_equal(mexico.flows, china.flows)
        assert "MX2 into MEX" in said(mexico)


def test_icio_faults_are_named(tmp_path: Path) -> None:
    good = ICIO.format(tax="TLS,0,0,0,0,0,0,0,0,0,0,0", va="VA", out="OUT")
    with pytest.raises(WrongUse, match="no row of value added"):
        readers.icio([text(tmp_path / "a.csv", good.replace("\nVA,", "\nXX,"))])
    with pytest.raises(WrongUse, match="neither an industry"):
        readers.icio([text(tmp_path / "b.csv", good.replace("AAA_HFCE", "Household"))])
    with pytest.raises(WrongUse, match="same industries"):
        readers.icio([text(tmp_path / "c.csv", good.replace("CN2_29,0,1", "CN2_30,0,1"))])
    with pytest.raises(WrongUse, match="no file"):
        readers.icio([tmp_path / "none.csv"])


def test_wiod(tmp_path: Path) -> None:
    head = "IndustryCode,IndustryDescription,Country,RNr,Year,AUS1,AUS2,USA1,USA2,AUS3,USA3,TOT\n"
    rows = (
        "A01,Farms,AUS,1,2014,5,2,1,0,20,3,31\nB,Mines,AUS,2,2014,1,9,0,2,10,1,23\n"
        "A01,Farms,USA,1,2014,0,1,50,20,2,90,163\nB,Mines,USA,2,2014,1,0,10,80,3,70,164\n"
        "TXSP,Taxes,TOT,67,2014,1,1,2,2,0,0,6\nVA,Value added,TOT,70,2014,23,10,100,60,0,0,193\n"
        "GO,Output,TOT,73,2014,31,23,163,164,0,0,381\n"
    )
    found = readers.wiod([text(tmp_path / "wiod.csv", head + rows)])
    assert found.year == 2014
    assert found.sectors == ("A01", "B")
    assert found.flows[0, 0, 1] == 1 + 0 + 3
    assert found.value_added_musd is not None
    assert found.value_added_musd[1, 0] == 102
    with pytest.raises(WrongUse, match="no WIOD table"):
        readers.wiod([text(tmp_path / "x.csv", "a,b\n1,2\n")])


def test_pymrio_objects() -> None:
    pairs = pd.MultiIndex.from_product([["R1", "R2"], ["food", "mining"]])
    Z = pd.DataFrame(np.arange(16.0).reshape(4, 4) / 10, index=pairs, columns=pairs)
    Y = pd.DataFrame(5.0, index=pairs, columns=pd.MultiIndex.from_product([["R1", "R2"], ["final"]]))
    found = readers.pymrio(SimpleNamespace(Z=Z, Y=Y, name="test"))
    assert found.value_added_musd is not None
    total = Z.to_numpy().sum(axis=1) + 10.0
    np.testing.assert_allclose(found.flows.sum(axis=2).T.ravel(), total)
    np.testing.assert_allclose(
        found.value_added_musd.ravel(), np.maximum(total - Z.to_numpy().sum(axis=0), 0)
    )
    with pytest.raises(WrongUse, match="Z and Y"):
        readers.pymrio(object())


def test_squares_and_their_faults(tmp_path: Path) -> None:
    found = readers.square([text(tmp_path / "s.csv", ",AAA,BBB\nBBB,1,2\nAAA,3,4\n")])
    np.testing.assert_allclose(
        found.flows[0], [[2, 1], [4, 3]] if found.countries == ("BBB", "AAA") else [[3, 4], [1, 2]]
    )
    np.savez(tmp_path / "s.npz", countries=np.array(["AAA", "BBB"]), flows=np.ones((2, 2)))
    assert readers.square([tmp_path / "s.npz"]).flows.shape == (1, 2, 2)
    with pytest.raises(WrongUse, match="not square: CCC"):
        readers.square([text(tmp_path / "t.csv", ",AAA,BBB\nAAA,1,2\nBBB,1,1\nCCC,3,4\n")])
    with pytest.raises(WrongUse, match="row AAA, column BBB: 'x'"):
        readers.square([text(tmp_path / "u.csv", ",AAA,BBB\nAAA,1,x\nBBB,3,4\n")])


def test_tariffs_beside_flows(tmp_path: Path) -> None:
    file = text(
        tmp_path / "t.csv",
        "iso1,iso2,year,sector,tariff\nBBB,AAA,2019,1,12\nBBB,AAA,2019,1,14\nZZZ,AAA,2019,1,5\n",
    )
    table = readers.tariffs([file])
    assert any("averaged" in line for line in table.attrs["ledger"])
    flows = text(
        tmp_path / "i.csv",
        "exporter_iso3,importer_iso3,year,industry_id,trade\nAAA,BBB,2019,1,10\nBBB,AAA,2019,1,4\nAAA,AAA,2019,1,9\n",
    )
    found = apply_tariffs(readers.itpd([flows]), table)
    assert found.tariffs is not None
    assert found.tariffs[0, 0, 1] == pytest.approx(0.13)
    assert "flows without a tariff rate, taken as free: 1, 4.0 MUSD" in said(found)


def test_read_writes_the_programmes_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "ridge"
    assert run(["new", str(target), "--example", "ridge"]) == 0
    file = text(
        tmp_path / "s.csv",
        ",XWV,XRL,XEM,OTH\nXWV,30000,2000,1000,5\nXRL,1500,9000,800,5\nXEM,1600,900,20000,5\nOTH,1,1,1,1\n",
    )
    assert run(["trade", "read", "square", str(file), "--into", str(target), "--by", "secretariat"]) == 0
    out = capsys.readouterr().out
    assert "1 countries left out, with 19 MUSD of trade" in out
    assert "written: 9 rows of flows" in out
    programme = milepost.open(target)
    assert programme.check() == ()
    assert {(f.exporter, f.importer): f.usd_m for f in programme.records.flows}["XWV", "XRL"] == 2000
    assert run(["trade", "read", "nothing", str(file)]) == 2
    icio = text(tmp_path / "2020.csv", ICIO.format(tax="TLS,1,1,1,1,1,1,0,0,0,0,0", va="VA", out="OUT"))
    assert run(["trade", "read", "icio", str(icio), "--json"]) == 0


def test_gravity_finds_what_made_the_flows_and_leaves_nothing_out_in_silence() -> None:
    rng = np.random.default_rng(0)
    n = 20
    names = [f"C{i:02d}" for i in range(n)]
    km, tariff = rng.uniform(100, 9000, (n, n)), rng.uniform(0, 0.3, (n, n))
    out, into = rng.normal(0, 1, n), rng.normal(0, 1, n)
    mean = np.exp(5 + out[:, None] + into[None] - 0.9 * np.log(km) - 6.0 * np.log1p(tariff))
    frame = pd.DataFrame(
        [
            {
                "exporter": a,
                "importer": b,
                "flow": rng.poisson(1e4 * mean[i, j]) / 1e4,
                "ln_km": np.log(km[i, j]),
                "ln_tariff": np.log1p(tariff[i, j]),
            }
            for i, a in enumerate(names)
            for j, b in enumerate(names)
        ]
    )
    found = ppml(frame, ["ln_km", "ln_tariff"])
    np.testing.assert_allclose(found.coefficient, [-0.9, -6.0], atol=4 * found.standard_error.max())
    theta, se = found.elasticity("ln_tariff")
    assert theta == pytest.approx(5.0, abs=4 * se)
    # adding up: fitted exports are the observed ones, by the first-order conditions
    observed = frame.pivot_table(
        index="exporter", columns="importer", values="flow", observed=False
    ).to_numpy()
    np.testing.assert_allclose(found.fitted.sum(axis=1), observed.sum(axis=1), rtol=1e-6)
    holes = frame.drop(index=[3, 50])
    table = holes.pivot_table(index="exporter", columns="importer", values="flow", observed=False).to_numpy()
    whole, made, left = ppml(holes, ["ln_km", "ln_tariff"]).filled(table)
    assert (made, left) == (0, 2)  # their regressors are not known either
    assert np.isnan(whole).sum() == 2
    unknown = frame.assign(flow=frame["flow"].mask(frame.index == 50))
    whole, made, left = ppml(unknown, ["ln_km", "ln_tariff"]).filled(
        observed * np.where(np.arange(400) == 50, np.nan, 1).reshape(20, 20)
    )
    assert (made, left) == (1, 0)
    assert whole[2, 10] == pytest.approx(mean[2, 10], rel=0.5)
    assert any("not square: 2 of 400" in note for note in ppml(holes, ["ln_km"]).notes)
    silent = frame.copy()
    silent.loc[silent["exporter"] == "C03", "flow"] = 0.0
    assert any("C03" in note for note in ppml(silent, ["ln_km"]).notes)
    with pytest.raises(WrongUse, match="fully"):
        ppml(frame.assign(size=frame["exporter"].str[1:].astype(int)), ["size"])
    with pytest.raises(WrongUse, match="twice"):
        ppml(pd.concat([frame, frame.iloc[:1]]), ["ln_km"])


def test_gravity_of_the_published_sample(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The 30 countries of gegravity's sample, 2006: signs and sizes as its documentation fits them."""
    file = shared / "data/trade/gegravity_sample_data_set.csv"
    code = run(
        [
            "trade",
            "gravity",
            str(file),
            "--on",
            "lndist,contiguity,common_language,pta,international",
            "--flow",
            "trade",
            "--where",
            "year=2006",
            "--json",
        ]
    )
    assert code == 0
    out = capsys.readouterr().out
    import json

    found = json.loads(out)["coefficients"]
    assert -1.0 < found["lndist"] < -0.1
    assert found["international"] < -1
    assert found["contiguity"] > 0


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A real server of files that understands ranges."""
    folder = tmp_path / "www"
    folder.mkdir()

    class Ranges(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            data = (
                (folder / self.path.strip("/")).read_bytes()
                if (folder / self.path.strip("/")).exists()
                else None
            )
            if data is None:
                self.send_error(404)
                return
            begin = int(self.headers.get("Range", "bytes=0-").split("=")[1].rstrip("-"))
            if begin >= len(data) > 0 and begin:
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(data)}")
                self.end_headers()
                return
            self.send_response(206 if begin else 200)
            self.send_header("Content-Length", str(len(data) - begin))
            self.end_headers()
            self.wfile.write(data[begin:])

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Ranges)
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}/", folder
    httpd.shutdown()
    httpd.server_close()
    thread.join()


def test_fetch_resumes_checks_and_says_what_to_do_by_hand(server: tuple[str, Path], tmp_path: Path) -> None:
    import hashlib

    address, folder = server
    data = gzip.compress(bytes(range(256)) * 5000, mtime=0)
    (folder / "a.zip").write_bytes(data)
    target = tmp_path / "a.zip"
    (tmp_path / "a.zip.part").write_bytes(data[:1000])
    digest = hashlib.sha256(data).hexdigest()
    assert fetch(address + "a.zip", target, sha256=digest) == digest
    assert target.read_bytes() == data
    assert not (tmp_path / "a.zip.part").exists()
    with pytest.raises(WrongUse, match="thrown away"):
        fetch(address + "a.zip", tmp_path / "b.zip", sha256="0" * 64)
    assert not (tmp_path / "b.zip").exists()
    with pytest.raises(MilepostError, match="by hand"):
        fetch(address + "nothing.zip", tmp_path / "c.zip")
    with pytest.raises(MilepostError, match="by hand"):
        fetch("http://127.0.0.1:9/none.zip", tmp_path / "d.zip", timeout_s=2)
    assert baci_address("202501").endswith("BACI_HS22_V202501.zip")
    with pytest.raises(WrongUse, match="version"):
        baci_address("latest")


def test_the_recorded_flows_of_north_south_are_those_of_the_published_file(shared: Path) -> None:
    programme = milepost.open(milepost.example("north-south"))
    reading = readers.baci([shared / "data/trade/baci2023_aggregate_194.csv.gz"], year=2023)
    rows, told = readers.to_rows(reading, [c.id for c in programme.records.countries])
    assert "163 countries merged into ROW" in told
    assert "trade among them lies inside ROW and was left out: 9,106,088 MUSD" in told
    read = {(row["exporter"], row["importer"]): float(row["usd_m"]) for row in rows["flows"]}
    shipped = {
        (f.exporter, f.importer): f.usd_m
        for f in programme.records.flows
        if f.basis == "sourced" and f.usd_m > 1 and "ROW" not in (f.exporter, f.importer)
    }
    both = [pair for pair in shipped if pair in read]
    assert len(both) > 500
    off = sorted(abs(shipped[pair] / read[pair] - 1) for pair in both)
    assert off[len(off) // 2] < 0.01
    assert off[len(off) * 9 // 10] < 0.1


ITPD = "exporter_iso3,importer_iso3,year,industry_id,trade\nAAA,AAA,2019,1,100\nAAA,BBB,2019,1,10\nBBB,AAA,2019,10,4\nBBB,BBB,2019,1,9\n"  # fmt: skip
WIOD = (
    "IndustryCode,IndustryDescription,Country,RNr,Year,AUS1,AUS2,USA1,USA2,AUS3,USA3,TOT\n"
    "A01,Farms,AUS,1,2014,5,2,1,0,20,3,31\nB,Mines,AUS,2,2014,1,9,0,2,10,1,23\n"
    "A01,Farms,USA,1,2014,0,1,50,20,2,90,163\nB,Mines,USA,2,2014,1,0,10,80,3,70,164\n"
    "VA,Value added,TOT,70,2014,24,11,102,62,0,0,193\n"
)
SQUARE = ",AAA,BBB\nAAA,3,4\nBBB,1,2\n"
GOOD = {"itpd": ITPD, "icio": ICIO.format(tax="TLS,0,0,0,0,0,0,0,0,0,0,0", va="VA", out="OUT"), "wiod": WIOD, "square": SQUARE,
        "baci": "exporter,importer,value_kusd\nAAA,BBB,5\nBBB,AAA,3\n",
        "comtrade": "refYear,reporterISO,partnerISO,flowCode,cmdCode,primaryValue\n2022,AAA,BBB,M,TOTAL,5\n2022,BBB,AAA,M,TOTAL,4\n"}  # fmt: skip


def refusal(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What a refused command says: one paragraph on standard error, and no apology for a fault of ours."""
    capsys.readouterr()
    assert run(arguments) == 2
    caught = capsys.readouterr()
    assert caught.out == ""
    assert "our fault" not in caught.err
    assert "Traceback" not in caught.err
    return " ".join(caught.err.split())


@pytest.mark.parametrize("kind", sorted(GOOD))
def test_a_file_in_another_dress_is_the_same_file(kind: str, tmp_path: Path) -> None:
    """Packed, with a byte order mark, with Windows line ends, with commas at the end of every line: the same
    numbers."""
    read = {k: getattr(readers, k) for k in GOOD}[kind]
    plain = read([text(tmp_path / "a.csv", GOOD[kind])])
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress(GOOD[kind].encode()))
    marked = text(tmp_path / "b.csv", "\ufeff" + GOOD[kind])
    windows = text(tmp_path / "c.csv", GOOD[kind].replace("\n", "\r\n"))
    head, _, rest = GOOD[kind].partition("\n")
    trailing = text(tmp_path / "d.csv", head + "\n" + rest.replace("\n", ",\n"))
    for path in (packed, marked, windows, trailing):
        np.testing.assert_array_equal(read([path]).flows, plain.flows)


@pytest.mark.parametrize("kind", sorted(GOOD))
@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("semicolons", "semicolons"),
        ("utf-16", "UTF-8"),
        ("empty", "cannot be read"),
        ("no gzip", "cannot be read"),
        ("another file", "no|not"),
        ("a folder", "is a folder"),
        ("nothing", "no file"),
        ("bytes", "UTF-8|cannot be read|no"),
        ("longer rows", "line|more cells"),
    ],
)
def test_what_is_no_such_file_is_refused_in_a_sentence(
    kind: str, what: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import re

    good, path = GOOD[kind], tmp_path / ("x.csv.gz" if what == "no gzip" else "x.csv")
    lines = good.split("\n")
    content = {
        "semicolons": good.replace(",", ";").encode(),
        "utf-16": good.encode("utf-16"),
        "empty": b"",
        "no gzip": good.encode(),
        "another file": b"a,b\n1,2\n",
        "bytes": bytes(range(256)) * 9,
        "longer rows": "\n".join([*lines[:2], lines[2] + ",7,7", *lines[3:]]).encode(),
    }
    if what == "a folder":
        path.mkdir()
    elif what != "nothing":
        path.write_bytes(content[what])
    said = refusal(["trade", "read", kind, str(path)], capsys)
    assert re.search(words, said)
    assert "x.csv" in said


def test_cells_that_are_no_numbers_are_named_by_row_and_column(tmp_path: Path) -> None:
    for bad in ("four", "", "inf"):
        for read, content, row, column in (
            (readers.icio, GOOD["icio"].replace("AAA_29,4,20", f"AAA_29,{bad},20"), "AAA_29", "AAA_01"),
            (readers.wiod, WIOD.replace("2014,5,2,1", f"2014,{bad},2,1"), "AUS A01", "AUS1"),
            (readers.square, SQUARE.replace("1,2", f"{bad},2"), "BBB", "AAA"),
        ):
            with pytest.raises(
                WrongUse, match=f"1 cells are no numbers, the first in row {row}, column {column}"
            ):
                read([text(tmp_path / "x.csv", content)])
    with pytest.raises(WrongUse, match="AAA_01 stands twice"):
        readers.icio([text(tmp_path / "y.csv", GOOD["icio"].replace("AAA_29,4,20", "AAA_01,4,20"))])


def test_wiod_of_several_years_is_not_added_up(tmp_path: Path) -> None:
    earlier = "".join(line.replace(",2014,", ",2013,") + "\n" for line in WIOD.splitlines()[1:])
    file = text(tmp_path / "w.csv", WIOD + earlier)
    with pytest.raises(WrongUse, match="2013, 2014; choose one"):
        readers.wiod([file])
    one = readers.wiod([file], year=2013)
    np.testing.assert_array_equal(one.flows, readers.wiod([text(tmp_path / "v.csv", WIOD)]).flows)
    assert "another year than 2013: 5" in said(one)


def test_rows_that_fall_out_are_in_the_ledger_with_file_and_line(tmp_path: Path) -> None:
    found = readers.itpd(
        [
            text(
                tmp_path / "i.csv",
                ITPD
                + "AAA,BBB,2019,1,x\nAAA,BBB,20x9,1,7\nAAA,BBB,2019,,7\nAAA,BBB,2019,1,inf\nAAA,999,2019,1,7\n",
            )
        ]
    )
    assert found.flows.sum() == 123
    for words in (
        "no number in musd: 2 (for example i.csv, line 6: 'x')",
        "no year: 1 (for example i.csv, line 7)",
        "no industry: 1, 7.0 MUSD",
        "the importer is no country: 1, 7.0 MUSD (for example 999)",
    ):
        assert words in said(found)
    with pytest.raises(WrongUse, match=r"No row of the data is left.*no country: 1"):
        readers.itpd([text(tmp_path / "j.csv", ITPD.split("\n")[0] + "\nAAA,999,2019,1,7\n")])
    with pytest.raises(WrongUse, match="a head and no rows"):
        readers.itpd([text(tmp_path / "k.csv", ITPD.split("\n")[0] + "\n")])
    with pytest.raises(WrongUse, match="named twice"):
        readers.itpd([tmp_path / "i.csv", tmp_path / "i.csv"])
    # a row of BACI in thousands of dollars is told in millions
    baci = text(tmp_path / "b.csv", GOOD["baci"] + "AAA,BBB,-2000\nROM,AAA,3\n")
    told = said(readers.baci([baci]))
    assert "negative value: 1, -2.0 MUSD" in told
    assert "ROM as ROU" in told


def test_comtrade_counts_every_dollar_once(tmp_path: Path) -> None:
    head = "refYear,period,freqCode,reporterISO,partnerISO,flowCode,cmdCode,primaryValue\n"
    chapters = (
        head
        + "2022,2022,A,KAZ,RUS,M,01,4000000\n2022,2022,A,KAZ,RUS,M,0101,3000000\n2022,2022,A,KAZ,RUS,M,010121,2000000\n"
    )
    others = "2022,2022,A,KAZ,UZB,M,TOTAL,7000000\n2022,2022,A,KAZ,UZB,M,01,1000000\n2022,2022,A,KAZ,RUS,MIP,TOTAL,900000\n"
    monthly = "2022,202201,M,KAZ,RUS,M,01,300000\n"
    found = readers.comtrade([text(tmp_path / "c.csv", chapters + others + monthly)])
    at = found.countries.index
    headings = readers.comtrade([text(tmp_path / "h.csv", head + "2022,2022,A,KAZ,RUS,M,0101,3000000\n2022,2022,A,KAZ,RUS,M,010121,2000000\n")])  # fmt: skip
    assert headings.flows.sum() == 3.0
    # one pair has a total, the other the chapter; headings, products, processing trade and months are parts
    # of them
    assert found.flows[0, at("RUS"), at("KAZ")] == 4.0
    assert found.flows[0, at("UZB"), at("KAZ")] == 7.0
    for words in (
        "a commodity of a total that is there: 1, 1.0 MUSD",
        "a commodity of a chapter or heading that is there: 2, 5.0 MUSD",
        "not the flow 'M': 1, 0.9 MUSD (for example MIP)",
        "months of a reporter whose year is there: 1",
        "report nothing themselves, so without imports: 2",
    ):
        assert words in said(found)
    months = head + "".join(f"2022,2022{m:02d},M,KAZ,RUS,M,TOTAL,1000000\n" for m in range(1, 13))
    found = readers.comtrade([text(tmp_path / "m.csv", months)])
    assert found.flows.sum() == 12.0
    assert "months added up: 12 (for example 202201 to 202212)" in said(found)


def test_comtrade_months_are_a_matter_of_each_reporter_and_each_month(tmp_path: Path) -> None:
    head = "refYear,period,freqCode,reporterISO,partnerISO,flowCode,cmdCode,primaryValue\n"
    mixed = "2022,2022,A,KAZ,RUS,M,TOTAL,100000000\n2022,202201,M,UZB,RUS,M,TOTAL,10000000\n2022,202202,M,UZB,RUS,M,TOTAL,15000000\n"
    found = readers.comtrade([text(tmp_path / "a.csv", head + mixed)])
    at = found.countries.index
    assert found.flows[0, at("RUS"), at("KAZ")] == 100.0
    assert found.flows[0, at("RUS"), at("UZB")] == 25.0, (
        "Uzbekistan gave no year: its months are all there is"
    )
    # January has a total, February its chapters
    months = "2022,202201,M,KAZ,RUS,M,TOTAL,100000000\n2022,202202,M,KAZ,RUS,M,01,30000000\n2022,202202,M,KAZ,RUS,M,02,20000000\n"
    found = readers.comtrade(
        [text(tmp_path / "b.csv", head + months + "2022,202201,M,KAZ,RUS,M,01,40000000\n")]
    )
    assert found.flows.sum() == 150.0
    assert {e.what: e.musd for e in found.ledger.entries}[
        "dropped, a commodity of a total that is there"
    ] == 40.0


def test_what_tariffs_drop_or_average_is_in_the_ledger_of_the_flows(tmp_path: Path) -> None:
    file = text(tmp_path / "t.csv", "iso1,iso2,year,sector,tariff\nBBB,AAA,2019,1,12\nBBB,AAA,2019,1,14\nAAA,BBB,2019,10,free\nAAA,BBB,2019,,-3\n")  # fmt: skip
    flows = readers.itpd([text(tmp_path / "i.csv", ITPD)])
    found = apply_tariffs(flows, readers.tariffs([file]))
    for words in (
        "tariffs, rates of a cell that stood before, averaged with it: 1",
        "tariffs, dropped, no number in percent: 1 (for example t.csv, line 4: 'free')",
        "tariffs, dropped, negative value: 1 (for example t.csv, line 5)",
        "taken as free: 1, 4.0 MUSD",
    ):
        assert words in said(found)
    assert "tariffs" not in said(flows)
    # a rate without a sector holds for every sector, one with a sector goes before it
    general = text(tmp_path / "g.csv", "iso1,iso2,year,sector,tariff\nBBB,AAA,2019,1,12\nBBB,AAA,2019,,5\n")
    rates = apply_tariffs(flows, readers.tariffs([general])).tariffs
    assert rates is not None
    assert (rates[0, 0, 1], rates[1, 0, 1]) == (0.12, 0.05)


def test_sectors_and_tariffs_reach_the_programme(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """ITPD has no accounts: total flows, and trade and duties by sector beside them; the programme stays
    sound."""
    target = tmp_path / "ridge"
    assert run(["new", str(target), "--example", "ridge"]) == 0
    for table in ("sectors", "sector_trade", "sector_accounts", "sector_inputs", "capacities"):
        (target / f"{table}.csv").unlink()
    names = {"AAA": "XWV", "BBB": "XRL"}
    rows = ITPD.replace(",1,", ",farm,").replace(",10,", ",factory,")
    for a, b in names.items():
        rows = rows.replace(a, b)
    file = text(
        tmp_path / "i.csv", rows + "XEM,XEM,2019,farm,50\nXEM,XRL,2019,farm,5\nXRL,XEM,2019,factory,6\n"
    )
    duties = text(tmp_path / "t.csv", "iso1,iso2,year,sector,tariff\nXRL,XWV,2019,farm,12\n")
    before = milepost.open(target).records
    assert (
        run(
            [
                "trade",
                "read",
                "itpd",
                str(file),
                "--tariffs",
                str(duties),
                "--into",
                str(target),
                "--by",
                "secretariat",
            ]
        )
        == 0
    )
    out = capsys.readouterr().out
    assert "the source has no accounts" in out
    assert "rows of sector_trade" in out
    after = milepost.open(target)
    assert after.check() == ()
    trade = {
        (t.sector, t.exporter, t.importer): (t.usd_m, t.tariff_percent) for t in after.records.sector_trade
    }
    assert trade["farm", "XWV", "XRL"] == (10.0, 12.0)
    assert trade["factory", "XRL", "XWV"] == (4.0, 0.0)
    # a source that knows none of the countries must not empty the tables
    unknown = text(tmp_path / "s.csv", SQUARE)
    assert "none of the programme's countries" in refusal(
        ["trade", "read", "square", str(unknown), "--into", str(target)], capsys
    )
    assert milepost.open(target).records.flows == after.records.flows
    assert before.flows != after.records.flows


def test_the_ledger_is_folded_and_never_cut(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    file = text(tmp_path / "2020.csv", ICIO.format(tax="TLS,1,1,1,1,1,1,0,0,0,0,0", va="VA", out="OUT"))
    assert run(["trade", "read", "icio", str(file)]) == 0
    out = capsys.readouterr().out
    assert "…" not in out
    assert all(len(line) <= 80 for line in out.splitlines())
    told = " ".join(out.split())
    for line in readers.icio([file]).ledger.sentences():
        assert line in told


def test_npz_faults(tmp_path: Path) -> None:
    def archive(name: str, **arrays: object) -> Path:
        np.savez(tmp_path / name, **arrays)  # type: ignore[arg-type]
        return tmp_path / name

    names, flows = np.array(["AAA", "BBB"]), np.ones((2, 2))
    for path, words in (
        (archive("a.npz", countries=names, flows=np.full((2, 2), np.nan)), "4 flows are no numbers"),
        (archive("b.npz", countries=np.array(["AAA", "AAA"]), flows=flows), "a country stands twice"),
        (archive("c.npz", countries=names, flows=np.ones((3, 2))), "shape"),
        (archive("d.npz", a=names), "wanted countries and flows"),
        (
            archive("e.npz", countries=np.array([None, "A"], dtype=object), flows=flows),
            "no .npz of plain arrays",
        ),
        (text(tmp_path / "f.npz", "junk"), "no .npz of plain arrays"),
        (text(tmp_path / "g.npz", ""), "no .npz of plain arrays"),
        (archive("h.npz", countries=names, flows=-flows), "4 flows are negative"),
    ):
        with pytest.raises(WrongUse, match=words):
            readers.square([path])


def test_pymrio_faults() -> None:
    pairs = pd.MultiIndex.from_product([["R1", "R2"], ["food", "mining"]])
    Z = pd.DataFrame(1.0, index=pairs, columns=pairs)
    Y = pd.DataFrame(5.0, index=pairs, columns=pd.MultiIndex.from_product([["R1", "R2"], ["final"]]))
    with pytest.raises(WrongUse, match="NaN"):
        readers.pymrio(SimpleNamespace(Z=Z.replace(1.0, np.nan), Y=Y))
    with pytest.raises(WrongUse, match="same industries"):
        readers.pymrio(SimpleNamespace(Z=Z.iloc[:3], Y=Y.iloc[:3]))
    other = Y.set_axis(pd.MultiIndex.from_product([["R1", "R9"], ["final"]]), axis=1)
    with pytest.raises(WrongUse, match="final demand of R9"):
        readers.pymrio(SimpleNamespace(Z=Z, Y=other))


def panel(n: int = 14, seed: int = 5) -> pd.DataFrame:
    """A square of flows with a distance, made by equation (1) of the gravity."""
    rng = np.random.default_rng(seed)
    km = rng.uniform(100, 9000, (n, n))
    mean = np.exp(9 + rng.normal(0, 1, n)[:, None] + rng.normal(0, 1, n)[None] - 0.9 * np.log(km))
    return pd.DataFrame(
        [
            {
                "exporter": f"C{i:02d}",
                "importer": f"C{j:02d}",
                "flow": float(rng.poisson(mean[i, j])),
                "ln_km": np.log(km[i, j]),
            }
            for i in range(n)
            for j in range(n)
        ]
    )


def test_standard_errors_are_the_sandwich_with_every_effect_counted() -> None:
    """By hand: H^-1 (X' diag(e^2) X) H^-1 N / (N - k), k with all effects; statsmodels' own GLM leaves the
    last factor out."""
    frame = panel()
    found = ppml(frame, ["ln_km"])
    n = 14
    i, j = frame["exporter"].str[1:].astype(int).to_numpy(), frame["importer"].str[1:].astype(int).to_numpy()
    design = np.column_stack([frame["ln_km"], np.eye(n)[i], np.eye(n)[j][:, 1:]])
    mu, y = found.fitted[i, j], frame["flow"].to_numpy()
    bread = np.linalg.inv(design.T @ (design * mu[:, None]))
    meat = design.T @ (design * ((y - mu) ** 2)[:, None])
    N, k = design.shape
    assert found.standard_error[0] == pytest.approx(
        np.sqrt((bread @ meat @ bread)[0, 0] * N / (N - k)), rel=1e-7
    )
    # pyfixest 0.60 on the same data, fepois with vcov="HC1": the same convention
    assert found.coefficient[0] == pytest.approx(-0.8779713666765613, rel=1e-9)
    assert found.standard_error[0] == pytest.approx(0.015056355319195174, rel=1e-5)


def test_zeros_set_apart_from_all_positive_flows_are_left_out_and_said() -> None:
    """The likelihood has no maximum with them: those pairs go, their fit is zero, all else is as if they were
    not there."""
    frame = panel()
    frame["flow"] += 1.0
    west = {f"C{i:02d}" for i in range(7)}
    out, into = frame["exporter"].isin(west), frame["importer"].isin(west)
    # nothing comes from the west to the east, and whether the east sells to the west is not known
    walled = frame.assign(flow=frame["flow"].where(~(out & ~into), 0.0))[~(~out & into)]
    found, within = ppml(walled, ["ln_km"]), ppml(walled[~(out & ~into).loc[walled.index]], ["ln_km"])
    assert any("49 zeros were left out because" in note for note in found.notes)
    np.testing.assert_allclose(found.coefficient, within.coefficient, rtol=1e-8)
    np.testing.assert_array_equal(found.fitted[:7, 7:], 0.0)
    assert np.isnan(found.fitted[7:, :7]).all()  # no pair tells at what level the two halves would trade
    # known to be zero both ways, no effect could be larger in one without being smaller in the other: nothing
    # is set apart
    both = frame.assign(flow=frame["flow"].where(out == into, 0.0))
    assert not any("zeros were left out because" in note for note in ppml(both, ["ln_km"]).notes)
    # a dummy that is 1 at zeros alone has no coefficient; with one positive flow behind the wall it has
    dummy = frame.index.isin([3, 40, 77])
    closed = frame.assign(flow=frame["flow"].where(~dummy, 0.0), closed=dummy.astype(float))
    with pytest.raises(
        WrongUse,
        match="3 pairs, the first C00-C03, trade nothing and are set apart from all positive flows by closed",
    ):
        ppml(closed, ["ln_km", "closed"])
    closed.loc[90, "closed"] = 1.0
    assert ppml(closed, ["ln_km", "closed"]).coefficient[1] < 0


def test_gravity_refuses_what_cannot_be_fitted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "g.csv"
    panel(6).assign(year=2006).to_csv(file, index=False)
    command = ["trade", "gravity", str(file), "--on"]
    for more, words in (
        (["ln_km", "--where", "year"], "no condition"),
        (["ln_km", "--where", "year=1999"], "no year '1999'"),
        (["ln_km", "--where", "land=1"], "no column 'land'"),
        ([""], "at least one regressor"),
        (["ln_km,ln_km"], "each column once"),
        (["ln_km", "--flow", "usd"], "no column usd"),
        (["ln_km", "--fill", str(file / "f.csv")], "g.csv"),
        (["ln_km", "--elasticity", "tariff"], "no regressor"),
    ):
        assert words in refusal([*command, *more], capsys)
    panel(6).iloc[:9].to_csv(file, index=False)
    assert "bring more of the square" in refusal([*command, "ln_km"], capsys)
    panel(6).assign(flow=0.0).to_csv(file, index=False)
    assert "No positive flow" in refusal([*command, "ln_km"], capsys)
    assert run(["trade", "gravity", str(tmp_path / "no.csv"), "--on", "a"]) == 2


def test_gravity_says_what_it_leaves_out() -> None:
    frame = panel()
    frame.loc[0, "ln_km"] = -np.inf
    frame.loc[1, "flow"] = np.inf
    frame.loc[2, "exporter"] = np.nan
    lonely = pd.DataFrame([{"exporter": "ZZ", "importer": "C01", "flow": 3.0, "ln_km": 7.0}])
    notes = " ".join(ppml(pd.concat([frame, lonely], ignore_index=True), ["ln_km"]).notes)
    for words in (
        "1 rows without an exporter",
        "1 pairs without a regressor",
        "1 pairs without a flow",
        "telling nothing: ZZ",
        "not square",
    ):
        assert words in notes


def test_fetch_refuses_what_is_no_place_and_throws_away_what_does_not_belong(
    server: tuple[str, Path], tmp_path: Path
) -> None:
    address, folder = server
    (folder / "a.zip").write_bytes(b"whole")
    with pytest.raises(WrongUse, match="no address"):
        fetch("somewhere", tmp_path / "a.zip")
    with pytest.raises(WrongUse, match="no SHA-256"):
        fetch(address + "a.zip", tmp_path / "a.zip", sha256="abc")
    with pytest.raises(WrongUse, match="it is a folder"):
        fetch(address + "a.zip", tmp_path)
    with pytest.raises(MilepostError, match="by hand"):
        fetch("http://127.0.0.1:9/none.zip", tmp_path / "d.zip", timeout_s=2)
    assert not list(tmp_path.glob("d.zip*"))
    # what is there already is whole; what is longer than the file belongs to another
    (tmp_path / "a.zip.part").write_bytes(b"whole")
    fetch(address + "a.zip", tmp_path / "a.zip")
    assert (tmp_path / "a.zip").read_bytes() == b"whole"
    (tmp_path / "b.zip.part").write_bytes(b"of something else")
    with pytest.raises(MilepostError, match="thrown away"):
        fetch(address + "a.zip", tmp_path / "b.zip")
    assert fetch(address + "a.zip", tmp_path / "b.zip")
    assert (tmp_path / "b.zip").read_bytes() == b"whole"


def test_a_plain_list_of_flows(tmp_path: Path) -> None:
    content = "year,exporter,importer,sector,value\n2023,AAA,BBB,farm,1500\n2023,BBB,AAA,farm,500\n2023,BBB,AAA,farm,250\n2023,AAA,AAA,mill,9000\n2022,AAA,BBB,farm,1\n2023,,AAA,farm,4000\n2023,AAA,BBB,,many\n"  # fmt: skip
    found = readers.long([text(tmp_path / "flows.csv", content)], unit=1e-3, year=2023)
    assert (found.countries, found.sectors, found.year) == (("AAA", "BBB"), ("farm", "mill"), 2023)
    np.testing.assert_allclose(found.flows, np.array([[[0.0, 1.5], [0.75, 0.0]], [[9.0, 0.0], [0.0, 0.0]]]))
    for line in (
        "dropped, another year than 2023: 1",
        "dropped, no exporter: 1, 4.0 MUSD",
        "dropped, no number in value: 1",
        "rows of a cell that stood before, added to it: 1, 0.2 MUSD",
    ):
        assert line in said(found)
    with pytest.raises(WrongUse, match="choose one with --year"):
        readers.long([tmp_path / "flows.csv"])
    plain = readers.long([text(tmp_path / "plain.csv", "origin,destination,value\nAAA,BBB,2\n")])
    assert (plain.sectors, plain.total().tolist()) == (("all",), [[0.0, 2.0], [0.0, 0.0]])
    with pytest.raises(WrongUse, match="no column importer or destination; no column value"):
        readers.long([text(tmp_path / "odd.csv", "exporter,amount\nAAA,2\n")])
    with pytest.raises(WrongUse, match="no square; read it as long"):
        readers.square([tmp_path / "flows.csv"])


def test_the_unit_of_plain_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = text(tmp_path / "flows.csv", "exporter,importer,value\nAAA,BBB,3000000\nBBB,AAA,1000000\n")
    for arguments, worth in (
        (["--unit", "USD"], "4.00000"),
        (["--unit", "thousand"], "4,000.00"),
        ([], "4,000,000"),
    ):
        assert run(["trade", "read", "long", str(file), *arguments]) == 0
        out = " ".join(capsys.readouterr().out.split())
        assert f"Trade between countries: {worth} MUSD" in out
        assert ("values were taken as million USD" in out) == (not arguments)
    square = text(tmp_path / "square.csv", "from,AAA,BBB\nAAA,9,3000000\nBBB,1000000,9\n")
    assert run(["trade", "read", "square", str(square), "--unit", "USD"]) == 0
    assert "Trade between countries: 4.00000 MUSD" in " ".join(capsys.readouterr().out.split())
    assert run(["trade", "read", "baci", str(file), "--unit", "USD"]) == 2
    assert "say their unit themselves" in " ".join(capsys.readouterr().err.split())
    assert run(["trade", "read", "long", str(file), "--unit", "kg"]) == 2
    assert "Known: USD, thousand, million." in " ".join(capsys.readouterr().err.split())


def test_baci_fills_cargo_from_quantities_and_chapters(tmp_path: Path) -> None:
    """Cereals in bulk, coffee in boxes, gas by pipeline; tonnes from q; what has no quantity leaves the value
    of a tonne open."""
    flows = text(
        tmp_path / "b.csv",
        "t,i,j,k,v,q\n2023,4,8,100190,30,100\n2023,4,8,90111,50,10\n2023,4,8,090112,10,\n"
        "2023,4,8,271121,10,99\n2023,8,4,720810,5,NA\n",
    )
    codes = text(
        tmp_path / "c.csv",
        "country_code,country_name,country_iso2,country_iso3\n4,Afghanistan,AF,AFG\n8,Albania,AL,ALB\n",
    )
    found = readers.baci([flows], codes=codes)
    rows, told = readers.to_rows(found, ["AFG", "ALB", "KAZ"])
    by = {(r["exporter"], r["importer"], r["cargo_class"]): r for r in rows["cargo"]}
    assert {k: (r["share"], r["usd_per_t"]) for k, r in by.items()} == {
        ("AFG", "ALB", "bulk"): (0.3, 300.0),
        ("AFG", "ALB", "containers"): (0.6, 5000.0),
        ("AFG", "ALB", "off_network"): (0.1, None),
        ("AFG", "*", "bulk"): (0.3, 300.0),
        ("AFG", "*", "containers"): (0.6, 5000.0),
        ("AFG", "*", "off_network"): (0.1, None),
        ("ALB", "AFG", "general"): (1.0, None),
        ("ALB", "*", "general"): (1.0, None),
    }
    assert all(Cargo.model_validate(r) for r in rows["cargo"])
    assert {r["valuation"] for r in rows["flows"]} == {"fob"}
    assert len(rows["flows"]) == 2  # what BACI does not list it does not record
    assert any("does not record, to be estimated: 4" in t for t in told)


def test_every_chapter_has_a_class_and_a_reason() -> None:
    with (Path(cargo_reader.__file__).parent / "hs_cargo.csv").open() as file:
        table = list(csv.DictReader(file))
    codes = {r["hs"] for r in table}
    assert len(codes) == len(table)
    assert {f"{k:02d}" for k in range(1, 98) if k != 77} <= codes  # 77 is reserved
    assert {r["cargo_class"] for r in table} == set(cargo_reader.KINDS)
    assert all(r["reason"] for r in table)
    for code, kind in (
        ("270900", "bulk"),
        ("271121", "off_network"),
        ("271111", "bulk"),
        ("870323", "general"),
        ("870899", "containers"),
        ("770000", "containers"),
    ):
        assert cargo_reader.class_of(code) == kind


def test_what_a_whole_source_does_not_list_is_zero(tmp_path: Path) -> None:
    file = text(tmp_path / "l.csv", "exporter,importer,value\nAAA,BBB,5\nBBB,AAA,3\nCCC,AAA,1\n")
    rows, told = readers.to_rows(readers.long([file]), ["AAA", "BBB", "CCC"])
    cells = {(r["exporter"], r["importer"]): r["usd_m"] for r in rows["flows"]}
    assert len(cells) == 6
    assert cells["BBB", "CCC"] == 0
    assert any("written as 0: 3" in t for t in told)
    imports = text(
        tmp_path / "c.csv",
        "refYear,reporterISO,partnerISO,flowCode,cmdCode,primaryValue\n2022,AAA,BBB,M,TOTAL,5\n",
    )
    assert readers.comtrade([imports]).valuation == "cif"
    exports = text(tmp_path / "d.csv", imports.read_text().replace(",M,", ",X,"))
    assert readers.comtrade([exports], flow="X").valuation == "fob"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (",IRN,AZE\n,1,2\nAZE,3,4\n", "line 2"),
        (",IRN,AZE\n  ,1,2\nAZE,3,4\n", "line 2"),
        (",IRN,AZE\nIRN,1,2\nAZE,3,4\n,,\n", "line 4"),
        (",IRN,\nIRN,1,2\nAZE,3,4\n", "column 3"),
    ],
)
def test_a_country_without_a_name_in_a_square_is_said_with_its_line(
    text: str, where: str, tmp_path: Path
) -> None:
    (tmp_path / "square.csv").write_text(text, encoding="utf-8")
    with pytest.raises(WrongUse, match=f"{where}: the country has no name"):
        readers.square([tmp_path / "square.csv"])
