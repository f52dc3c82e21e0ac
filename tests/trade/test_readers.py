"""Readers on small files in each publisher's layout and on the real extract: nothing dropped, merged or clipped in silence."""

from __future__ import annotations

import gzip
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

import milepost
from milepost.cli import run
from milepost.errors import MilepostError, WrongUse
from milepost.records import Flow
from milepost.trade import readers
from milepost.trade.economy import Economy
from milepost.trade.fetch import baci_address, fetch
from milepost.trade.hat import Solver
from milepost.trade.ppml import ppml
from milepost.trade.readers.flow_files import apply_tariffs
from milepost.trade.sectors import SectorEconomy
from milepost.trade.sectors_hat import SectorSolver
from milepost.value.game import corridor_game


def text(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


def said(reading: readers.Reading) -> str:
    return "\n".join(reading.ledger.sentences())


def test_baci_in_the_layout_of_cepii(tmp_path: Path) -> None:
    flows = text(tmp_path / "BACI_HS22_Y2023_V202501.csv", "t,i,j,k,v,q\n2023,4,8,010121,12.5,3\n2023,4,8,020110,7.5,\n2023,8,4,010121,NA,1\n2023,999,8,010121,5,1\n")  # fmt: skip # noqa: E501
    codes = text(tmp_path / "country_codes.csv", "country_code,country_name,country_iso2,country_iso3\n4,Afghanistan,AF,AFG\n8,Albania,AL,ALB\n")  # fmt: skip # noqa: E501
    found = readers.baci([flows], codes=codes)
    assert found.year == 2023
    assert found.countries == ("AFG", "ALB")
    np.testing.assert_allclose(found.flows[0], np.array([[0.0, 0.02], [0.0, 0.0]]))
    assert "no number in v: 1" in said(found)
    assert "the exporter is no country: 1, 0.0 MUSD" in said(found)
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
    for word in ("not the flow 'M': 1", "a part of a total (by mot): 1", "a commodity of a total that is there: 1", "W00"):
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
    for word in ("CN1 into CHN", "negative final demand (inventories) set to zero, cells: 1, -2.0 MUSD", "taxes less subsidies"):
        assert word in said(found)
    economy = SectorEconomy.from_accounts(
        found.countries, found.sectors, flows=found.flows, tariffs=np.zeros(found.flows.shape),
        materials_musd=found.materials_musd, value_added_musd=found.value_added_musd, final_musd=found.final_musd,
        theta=np.array([5.0, 5.0]),
    )  # fmt: skip
    assert SectorSolver(economy).rebasing.flows_changed < 0.3


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
    np.testing.assert_allclose(found.value_added_musd.ravel(), np.maximum(total - Z.to_numpy().sum(axis=0), 0))
    with pytest.raises(WrongUse, match="Z and Y"):
        readers.pymrio(object())


def test_squares_and_their_faults(tmp_path: Path) -> None:
    found = readers.square([text(tmp_path / "s.csv", ",AAA,BBB\nBBB,1,2\nAAA,3,4\n")])
    np.testing.assert_allclose(found.flows[0], [[2, 1], [4, 3]] if found.countries == ("BBB", "AAA") else [[3, 4], [1, 2]])
    np.savez(tmp_path / "s.npz", countries=np.array(["AAA", "BBB"]), flows=np.ones((2, 2)))
    assert readers.square([tmp_path / "s.npz"]).flows.shape == (1, 2, 2)
    with pytest.raises(WrongUse, match="not square: CCC"):
        readers.square([text(tmp_path / "t.csv", ",AAA,BBB\nAAA,1,2\nBBB,1,1\nCCC,3,4\n")])
    with pytest.raises(WrongUse, match="row AAA, column BBB: 'x'"):
        readers.square([text(tmp_path / "u.csv", ",AAA,BBB\nAAA,1,x\nBBB,3,4\n")])


def test_tariffs_beside_flows(tmp_path: Path) -> None:
    file = text(tmp_path / "t.csv", "iso1,iso2,year,sector,tariff\nBBB,AAA,2019,1,12\nBBB,AAA,2019,1,14\nZZZ,AAA,2019,1,5\n")
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
        tmp_path / "s.csv", ",XWV,XRL,XEM,OTH\nXWV,30000,2000,1000,5\nXRL,1500,9000,800,5\nXEM,1600,900,20000,5\nOTH,1,1,1,1\n"
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
            {"exporter": a, "importer": b, "flow": rng.poisson(1e4 * mean[i, j]) / 1e4, "ln_km": np.log(km[i, j]),
             "ln_tariff": np.log1p(tariff[i, j])}
            for i, a in enumerate(names)
            for j, b in enumerate(names)
        ]
    )  # fmt: skip
    found = ppml(frame, ["ln_km", "ln_tariff"])
    np.testing.assert_allclose(found.coefficient, [-0.9, -6.0], atol=4 * found.standard_error.max())
    theta, se = found.elasticity("ln_tariff")
    assert theta == pytest.approx(5.0, abs=4 * se)
    # adding up: fitted exports are the observed ones, by the first-order conditions
    observed = frame.pivot_table(index="exporter", columns="importer", values="flow", observed=False).to_numpy()
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
    code = run(["trade", "gravity", str(file), "--on", "lndist,contiguity,common_language,pta,international", "--flow", "trade",
                "--where", "year=2006", "--json"])  # fmt: skip
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
            data = (folder / self.path.strip("/")).read_bytes() if (folder / self.path.strip("/")).exists() else None
            if data is None:
                self.send_error(404)
                return
            begin = int(self.headers.get("Range", "bytes=0-").split("=")[1].rstrip("-"))
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


def test_north_south_with_real_flows_beside_the_estimated(shared: Path) -> None:
    """The figures of docs/explain/trade.md: 1.5 bn USD a year with BACI, 5.6 with estimated flows; nearly the same order."""
    programme = milepost.open(milepost.example("north-south"))
    reading = readers.baci([shared / "data/trade/baci2023_aggregate_194.csv.gz"], year=2023)
    rows, told = readers.to_rows(reading, [c.id for c in programme.records.countries])
    assert "156 countries merged into ROW" in told
    assert "trade among them lies inside ROW and was left out: 9,065,669 MUSD" in told
    real = corridor_game(programme.records.with_rows(flows=[Flow.model_validate(row) for row in rows["flows"]]))
    a, b = real.value(real.players).sum(), programme.game.value(programme.game.players).sum()
    assert a == pytest.approx(1470, abs=60)
    assert b == pytest.approx(5553, abs=60)
    alone = [[float(game.value([p]).sum()) for p in real.players] for game in (real, programme.game)]
    assert spearmanr(*alone).statistic > 0.95
