"""The main stories in a real browser: Debian's Chromium, a real server, the built page."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import Watched, axe, settle, shot
from serving import Client, running

import milepost
from milepost.languages import LANGUAGES
from milepost.value.delays import worth
from milepost.web.app import PAGE, Config
from milepost.web.snapshot import write_snapshot
from milepost.web.state import State

pytestmark = pytest.mark.browser
# rules of axe about colours: nothing else is other in the dark than it is in the light
COLOURS = ["color-contrast", "link-in-text-block"]
PAGES = (
    "overview",
    "timetable",
    "commitments",
    "plan",
    "commitment/C01",
    "countries",
    "country/IRN",
    "routes",
    "register",
    "register/effects%2FC01.f1",
    "inbox",
    "brief",
    "model",
    "help",
)


# words of tables that stand on two lines; addresses and digests may
WORDS_IN_TWO_LINES = r"""() => {
  const broken = [];
  let looked = 0;
  for (const cell of document.querySelectorAll('main td, main th')) {
    const walk = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      if (walk.currentNode.parentElement.closest('code, .hidden, a[href^=http]')) continue;
      for (const word of walk.currentNode.data.matchAll(/\p{L}{2,}/gu)) {
        const range = document.createRange();
        range.setStart(walk.currentNode, word.index);
        range.setEnd(walk.currentNode, word.index + word[0].length);
        looked += 1;
        if (new Set([...range.getClientRects()].map((r) => Math.round(r.top))).size > 1) broken.push(word[0]);
      }
    }
  }
  return { broken, looked };
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with the North-South programme, its values made."""
    if not (PAGE / "index.html").is_file():
        pytest.fail("the page is not built: make page")
    folder = tmp_path_factory.mktemp("page") / "north-south"
    shutil.copytree(milepost.example("north-south"), folder)
    with running(Config(str(folder), documents=folder.parent / "documents")) as found:
        client = Client(found)
        while client.get("/values").status_code != 200:
            time.sleep(0.1)
        yield found


def change(page: Any) -> float:
    return float(page.locator("#change-all").get_attribute("data-change"))


def float_of(text: str) -> float:
    return float(text.replace("\u2212", "-").replace("+", "").replace(",", ""))


def expected(moved: str, day: str) -> tuple[float, dict[str, float]]:
    import datetime as dt

    p = milepost.open(milepost.example("north-south"))
    held = {c: d for c, d in p.timetable().dates.items() if c in p.game.players}
    s = p.settings
    more = {
        "on": s.base_date,
        "rate_per_year": s.discount_rate_per_year,
        "horizon": s.horizon,
        "pace": p.pace(),
    }
    before = worth(p.game, held, **more)  # type: ignore[arg-type]
    after = worth(p.game, {**held, moved: dt.date.fromisoformat(day)}, **more)  # type: ignore[arg-type]
    return float((after - before).sum()), dict(zip(p.game.countries, (after - before).tolist(), strict=True))


def test_open_the_example_and_slide_the_date(watched: Watched, address: str) -> None:
    page = watched.page
    page.goto(address)
    page.wait_for_selector("#gains")
    shot(page, "overview")
    assert page.locator("svg.map path.link[data-now=promised]").count() > 2
    assert page.locator("svg.map path.link[data-now=delivered]").count() == 0
    first = page.locator("#gains tfoot .n").first.inner_text()
    assert page.locator("#gains thead th").count() == 3, "no column of noughts on the day of the register"
    figures = page.locator(".figures li b").all_inner_texts()
    assert len(figures) == 4
    shares = Client(address).get("/values").json()["shares"]
    assert float_of(figures[0]) == pytest.approx(sum(shares["total"]), rel=5e-3)
    assert page.locator(".sentence").inner_text().startswith("One more day")
    assert "thousand USD net, " in page.locator(".sentence").inner_text(), "what is saved is taken off"
    whole = Client(address).get("/appraisals").json()
    together = page.locator(".together:not(.room)").inner_text()
    assert f"All {len(whole['commitments'])} commitments with stated costs together" in together
    told = re.search(r"value ([\u2212\d,.]+) million USD, .* return ([\u2212\d.]+)%; at ([\d.]+)%", together)
    assert told is not None, together
    assert float_of(told[1]) == pytest.approx(whole["all_together"]["npv"], rel=5e-3)
    assert float_of(told[2]) == pytest.approx(100 * whole["all_together"]["eirr"]["rate"], abs=0.051)
    assert float_of(told[3]) == pytest.approx(100 * whole["discount_rate_per_year"], abs=0.0051)
    assert together.rstrip().endswith("prices of 2023.")
    assert "no draws were asked for" in page.locator(".figures li").first.inner_text()
    assert page.locator("#ranking tbody tr").count() == 10
    page.locator("#asof").focus()
    page.keyboard.press("End")
    assert page.locator("svg.map path.link[data-now=delivered]").count() > 2
    assert page.locator("#gains tfoot .n").first.inner_text() != first
    page.locator("#asof").blur()
    assert "date=" in page.url
    shot(page, "overview-later")
    page.get_by_label(re.compile("^Link")).select_option(index=3)
    assert page.locator(".panel dd").count() >= 8
    assert "link=" in page.url
    page.get_by_label("Width of lines").select_option("difference")
    page.wait_for_selector("svg.map path.link.more", state="attached")
    shot(page, "overview-flows")
    assert all(url.startswith((address, "data:", "blob:")) for url in watched.asked), (
        "nothing is asked of anybody else"
    )


def test_drag_rasht_astara_two_years_and_type_the_same(watched: Watched, address: str) -> None:
    page = watched.page
    page.goto(f"{address}/#timetable")
    page.wait_for_selector("#gains")
    handle = page.get_by_role("slider", name=re.compile("^C01 "))
    start = int(handle.get_attribute("aria-valuenow"))
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    wide = page.locator(".time svg").bounding_box()["width"] / 1000
    years = page.locator(".time text.year")
    one = years.nth(1).bounding_box()["x"] - years.nth(0).bounding_box()["x"]
    page.mouse.move(x, y)
    page.mouse.down()
    for k in range(1, 41):
        page.mouse.move(x + 2 * one * k / 40, y)
    page.mouse.up()
    assert wide > 0
    moved = int(handle.get_attribute("aria-valuenow"))
    assert 700 < moved - start < 760
    import datetime as dt

    day = (dt.date(1970, 1, 1) + dt.timedelta(days=moved)).isoformat()
    total, countries = expected("C01", day)
    assert change(page) == pytest.approx(total, rel=1e-9, abs=1e-6)
    assert total < -50
    dragged = page.locator("#gains").inner_text()
    assert page.locator("#gains tr[data-country=IRN] td.loss").count() == 1
    assert countries["IRN"] < 0
    shot(page, "dragged")
    address_of_it = page.url
    page.get_by_role("button", name="Undo").click()
    assert page.locator("#change-all").inner_text() == "–"
    field = page.get_by_label("Date of C01", exact=True)
    field.fill(day)
    field.blur()
    assert page.locator("#gains").inner_text() == dragged
    other = page.context.new_page()
    other.goto(address_of_it)
    other.wait_for_selector("#gains")
    assert other.locator("#gains").inner_text() == dragged, "the address holds the whole state"
    page.get_by_label("Name", exact=True).fill("two years")
    page.get_by_role("button", name="Keep as scenario").click()
    page.get_by_role("button", name="Reset all").click()
    assert page.get_by_text("two years").count() >= 1
    assert float_of(page.locator("#compared tfoot td").first.inner_text()) == pytest.approx(total, rel=1e-2)
    handle.focus()
    before = int(handle.get_attribute("aria-valuenow"))
    page.keyboard.press("ArrowRight")
    assert int(handle.get_attribute("aria-valuenow")) == before + 30
    page.get_by_role("button", name="C07: a month later").click()
    assert page.get_by_role("slider", name=re.compile("^C07 ")).get_attribute("aria-valuetext")
    assert change(page) < 0, "two moved dates at once"
    assert page.locator("#compared thead th").count() == 3, "the trial stands beside the kept one"
    shot(page, "compared")


def test_add_evidence_and_see_it_in_the_chain(watched: Watched, address: str) -> None:
    page = watched.page
    page.goto(f"{address}/#commitment/C05")
    page.get_by_label("Date of the report").fill("2026-11-20")
    page.get_by_label("What was reported").fill("Crane tests seen at the terminal")
    page.get_by_label("source", exact=True).fill("a site visit")
    page.get_by_role("button", name="Add evidence").click()
    page.get_by_text("Saved and recorded in the chain.").wait_for()
    page.get_by_text("Crane tests seen at the terminal").wait_for()
    page.locator("input[type=file]").first.set_input_files(
        files=[{"name": "visit.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 a visit"}]
    )
    page.get_by_text("The document is kept").wait_for()
    page.get_by_label("Date of the report").fill("2026-11-21")
    page.get_by_label("What was reported").fill("Photographs of the cranes")
    page.get_by_role("button", name="Add evidence").click()
    kept = page.locator(".reports a", has_text="sha256:").first
    with page.expect_download() as download:
        kept.click()
    assert Path(download.value.path()).read_bytes() == b"%PDF-1.7 a visit"
    shot(page, "evidence")
    page.goto(f"{address}/#register")
    page.get_by_text("report on C05").first.wait_for()
    shot(page, "register")


def test_enter_a_row_and_remove_it(watched: Watched, address: str) -> None:
    page = watched.page
    page.goto(f"{address}/#register/drivers")
    page.get_by_role("button", name="New row").click()
    form = page.locator("form.write").first
    for name, value in {
        "id": "D9",
        "title": "Flood",
        "low_factor": "1",
        "likely_factor": "1.1",
        "basis": "assumed",
    }.items():
        form.get_by_label(name, exact=True).fill(value)
    form.get_by_label("high_factor", exact=True).fill("much")
    form.get_by_label("Reason", exact=True).fill("a driver to try")
    form.get_by_role("button", name="Save").click()
    page.get_by_role("alert").wait_for()
    assert "much" in page.get_by_role("alert").inner_text(), "the fault says what was found"
    watched.said.clear()  # the browser notes the refused request
    form.get_by_label("high_factor", exact=True).fill("1.5")
    form.get_by_role("button", name="Save").click()
    page.get_by_text("Saved and recorded in the chain.").wait_for()
    assert "register/drivers%2FD9" in page.url
    page.get_by_role("button", name="Remove this row").click()
    page.get_by_role("button", name="Yes, remove D9").click()
    page.wait_for_url(re.compile("#register/drivers$"))
    page.reload()
    page.get_by_text("a driver to try").first.wait_for()
    assert page.locator("option", has_text="D9").count() == 0


def test_two_shares_of_one_whole_are_saved_together(watched: Watched, address: str) -> None:
    from playwright.sync_api import expect

    page = watched.page
    rows = {r["id"]: r["cells"] for r in Client(address).get("/rows/cargo").json()}
    ids = [i for i, cells in rows.items() if cells["exporter"] == "KAZ" and cells["importer"] == "AFG"]
    one, other = ids[:2]
    form = page.locator("form.write").first
    page.goto(f"{address}/#register/cargo%2F{one}")
    expect(form.get_by_label("id", exact=True)).to_have_value(one)
    form.get_by_label("share", exact=True).fill(str(round(float(rows[one]["share"]) - 0.1, 6)))
    page.get_by_text("in one edit").first.wait_for()
    watched.said.clear()
    form.get_by_role("button", name="Change another row too").click()
    page.locator("#aside").get_by_text(one).first.wait_for()
    page.goto(f"{address}/#register/cargo%2F{other}")
    expect(form.get_by_label("id", exact=True)).to_have_value(other)  # its row is there
    form.get_by_label("share", exact=True).fill(str(round(float(rows[other]["share"]) + 0.1, 6)))
    form.get_by_label("Reason", exact=True).fill("counted anew")
    form.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved and recorded in the chain.").wait_for()
    assert page.locator("#aside").count() == 0
    now = {r["id"]: float(r["cells"]["share"]) for r in Client(address).get("/rows/cargo").json()}
    assert now[one] == pytest.approx(float(rows[one]["share"]) - 0.1)
    assert now[other] == pytest.approx(float(rows[other]["share"]) + 0.1)


def test_paths_before_and_after_stand_side_by_side_and_on_the_map(watched: Watched, address: str) -> None:
    page = watched.page
    page.goto(f"{address}/#country/IRQ")
    page.wait_for_selector("#paths tbody tr")
    assert page.locator("#paths tbody tr").count() >= 6
    shot(page, "country-paths")
    page.locator("#paths tbody a").first.click()
    page.wait_for_selector("#path")
    page.wait_for_selector("svg.map path.path.after", state="attached")
    assert "from=" in page.url
    assert "to=" in page.url
    cells = page.locator("#path tbody td").all_inner_texts()
    assert len(cells) == 6
    p = milepost.open(milepost.example("north-south"))
    ends = [re.search(rf"{k}=(\w+)", page.url) for k in ("from", "to")]
    assert all(ends)
    found = p.route(ends[0][1], ends[1][1], delivered=p.game.players)  # type: ignore[index]
    assert float_of(cells[1]) == pytest.approx(found.days, rel=5e-3)
    shot(page, "routes-map")


def test_a_fiche_says_what_it_needs_and_what_it_competes_with(watched: Watched, address: str) -> None:
    page = watched.page
    page.goto(f"{address}/#commitment/C01")
    page.wait_for_selector("#together tbody tr")
    text = page.locator("#together").inner_text()
    assert "need one another" in text
    assert "compete" in text
    box = page.locator("svg.map").get_attribute("viewBox").split()
    assert float(box[2]) < 700, "the small map shows what it is about"
    assert page.get_by_text("hangs on one other").count() == 0, "worth much without any other"
    values = Client(address).get("/values").json()
    worth = {c: sum(row) for c, row in values["shares"]["commitments"].items()}
    needy = {c: max(values["together"][c], key=lambda t: t[2]) for c in worth if values["together"].get(c)}
    c, (other, _, more) = next((c, t) for c, t in needy.items() if t[2] > abs(worth[c]))
    page.goto(f"{address}/#commitment/{c}")
    need = page.locator("p", has_text="hangs on one other")
    assert need.get_by_role("link").inner_text().startswith(other)
    assert float_of(re.findall(r"worth ([\d.,]+) million", need.inner_text())[0]) == pytest.approx(
        more, rel=5e-3
    )
    lossy = min(worth, key=lambda c: worth[c])
    assert worth[lossy] < 0
    page.goto(f"{address}/#commitment/{lossy}")
    row = dict(zip(values["shares"]["countries"], values["shares"]["commitments"][lossy], strict=True))
    loser = min(row, key=lambda k: row[k])
    countries = Client(address).get("/register").json()["countries"]
    name = next(k["name"] for k in countries if k["id"] == loser)
    assert f"Most is lost by {name}" in page.locator("main").inner_text()


def test_a_fiche_says_what_it_costs_and_what_it_is_worth(watched: Watched, address: str) -> None:
    page = watched.page
    told = Client(address).get("/appraisals").json()
    one = told["commitments"]["C01"]
    page.goto(f"{address}/#commitment/C01")
    page.wait_for_selector("#appraised")
    facts = {
        key: page.locator(f"#appraised dd.page-{key}").inner_text()
        for key in ("npv", "cost-pv", "eirr", "best-year", "below-zero", "net-day", "who-pays", "who-gains")
    }
    three = pytest.approx
    assert float_of(facts["npv"]) == three(one["npv"], rel=5e-3)
    assert float_of(facts["cost-pv"]) == three(one["cost_pv"], rel=5e-3)
    drawn = one["risk"]["eirr"]
    shown = [float_of(x) for x in re.findall(r"([\u2212\d.,]+)%", facts["eirr"])]
    rates = [one["eirr"]["rate"], drawn["p5"], drawn["p95"]]
    assert facts["eirr"].endswith("in 9 of 10 draws")
    assert shown == [
        three(100 * rate, abs=within) for rate, within in zip(rates, (0.05, 0.5, 0.5), strict=True)
    ]
    best = one["best_opening"]
    assert facts["best-year"].startswith(str(best["year"]) if best["npv"] > 0 else "never")
    assert facts["below-zero"] == f"{100 * one['risk']['below_zero']:.0f}%"
    day = Client(address).get("/values").json()["delay"]["net"]["C01"]
    assert float_of(facts["net-day"].split("\n")[0]) == three(1000 * day, rel=5e-3)
    names = {c["id"]: c["name"] for c in Client(address).get("/register").json()["countries"]}
    who, most = max(one["who"].items(), key=lambda pair: pair[1]["benefit"])
    assert facts["who-gains"].startswith(names[who])
    gained = re.search(r"[\d.,]*\d", facts["who-gains"])
    assert gained
    assert float_of(gained[0]) == three(most["benefit"], rel=5e-3)
    assert facts["who-pays"].startswith("Iran")
    assert page.locator("#appraised .band").count() == 0, "a source states its cost"
    figure = page.locator("#appraised figure")
    assert len(figure.locator("polyline").get_attribute("points").split()) == len(told["years"])
    assert figure.locator("rect.gained").count() == len(told["years"])
    figure.locator("button").first.click()
    assert float_of(figure.locator("td").last.inner_text()) == three(one["npv"], rel=5e-3)
    page.goto(f"{address}/#commitment/C15")
    page.wait_for_selector("#appraised .band")
    assert "assumed" in page.locator("#appraised .band").inner_text()


def test_days_and_lists_go_by_the_net(watched: Watched, address: str) -> None:
    """A day's delay is net of what spending later saves, both parts stand below it, and beside it the net
    present value."""
    page = watched.page
    told = Client(address).get("/values").json()["delay"]
    npvs = {c: a["npv"] for c, a in Client(address).get("/appraisals").json()["commitments"].items()}
    page.goto(f"{address}/#commitments")
    page.locator("table.list tbody td b").nth(20).wait_for()
    nets = []
    for row in page.locator("table.list tbody tr").all():
        ident = row.locator("th").inner_text().split()[0]
        cells = row.locator("td").all_inner_texts()
        if ident in told["net"]:
            head, parts = cells[4].split("\n")[:2]
            nets.append(float_of(head))
            assert nets[-1] == pytest.approx(1000 * told["net"][ident], rel=5e-3, abs=5e-3)
            lost, saved = (float_of(x) for x in re.findall(r"\d[\d.,]*\d|\d", parts)[:2])
            assert lost - saved == pytest.approx(nets[-1], rel=2e-2, abs=2)
        if ident in npvs:
            assert float_of(cells[7].split("\n")[0]) == pytest.approx(npvs[ident], rel=6e-3, abs=5e-3)
    assert len(nets) == len(told["net"])
    assert nets == sorted(nets, reverse=True)
    page.get_by_role("button", name="net present value, million USD").click()
    first = page.locator("table.list tbody th").first.inner_text().split()[0]
    assert first == max(npvs, key=npvs.__getitem__)
    page.goto(f"{address}/#overview")
    dear = page.locator("section", has_text="Costliest delays").last
    dear.locator("li").first.wait_for()
    shown = [one.split()[0] for one in dear.locator("li").all_inner_texts()]
    above = [c for c, net in told["net"].items() if net > 0]
    assert shown == sorted(above, key=lambda c: -told["net"][c])[:8]
    text = dear.locator("li").first.inner_text()
    assert "saved by spending later" in text
    assert "net present value" in text


def test_intervals_come_when_they_are_drawn(watched: Watched, tmp_path: Path) -> None:
    folder = tmp_path / "ridge"
    shutil.copytree(milepost.example("ridge"), folder)
    with running(Config(str(folder), interval_draws=10)) as found:
        page = watched.page
        page.goto(found)
        page.wait_for_selector("#gains .whisker", timeout=60_000, state="attached")
        assert "10 draws" in page.locator("main").inner_text()
        told = Client(found).get("/intervals").json()
        again = milepost.open(folder).intervals(10, orders=0).as_dict()
        assert told["total"] == again["total"]
        page.goto(f"{found}/#model")
        page.locator("#tornado button").first.click()
        page.wait_for_selector("#tornado table.gains", timeout=60_000)
        row = page.locator("#tornado table.gains tbody tr").inner_text()
        assert "source of flows" in row, "the only bar: ridge gives no bands"
        assert "gravity – recorded" in row
        assert page.locator("#tornado .bars .bar").count() == 2


def test_a_large_programme_makes_its_book_anew_around_what_was_moved(
    watched: Watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import datetime as dt

    from milepost.value import book as books

    monkeypatch.setattr(books, "MOST_DATED", 1)  # as if the example were too large for all its sets
    folder = tmp_path / "nc"
    shutil.copytree(milepost.example("northern-corridor"), folder)
    p = milepost.open(folder)
    s = p.settings
    held = {c: d for c, d in p.timetable().dates.items() if c in p.game.players and d is not None}
    moved = dict(held)
    names = sorted(held)[:3]
    assert len(names) == 3
    with running(Config(str(folder))) as found:
        page = watched.page
        page.goto(f"{found}/#timetable")
        page.wait_for_selector("#gains")
        told = Client(found).get("/values").json()["book"]
        assert not told["complete"]
        for k, name in enumerate(names):
            moved[name] = max(held[name], s.base_date) + dt.timedelta(days=500 + 200 * k)
            field = page.get_by_label(f"Date of {name}", exact=True)
            field.fill(moved[name].isoformat())
            field.blur()
            more: Any = {
                "on": s.base_date,
                "rate_per_year": s.discount_rate_per_year,
                "horizon": s.horizon,
                "pace": p.pace(),
            }
            wanted = float((worth(p.game, moved, **more) - worth(p.game, held, **more)).sum())
            page.locator("#change-all", has_text=re.compile(r"[0-9]")).wait_for()
            assert change(page) == pytest.approx(wanted, rel=1e-9, abs=1e-6)
        page.goto("about:blank")  # what it still asks for is not asked of a server that has gone


def test_empty_and_faulty_programmes_say_what_to_do(watched: Watched, tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "milepost", "new", str(tmp_path / "empty")], check=True, capture_output=True
    )
    with running(Config(str(tmp_path / "empty"))) as found:
        page = watched.page
        page.goto(found)
        page.get_by_text("milepost new", exact=False).first.wait_for()  # where to start
        shot(page, "empty")
    folder = tmp_path / "ridge"
    shutil.copytree(milepost.example("ridge"), folder)
    rows = (folder / "links.csv").read_text(encoding="utf-8")
    (folder / "links.csv").write_text(rows.replace("rail", "railroad", 1), encoding="utf-8")
    with running(Config(str(folder))) as found:
        page.goto(found)
        page.get_by_text("links.csv", exact=False).first.wait_for()
        assert "railroad" in page.locator("main").inner_text()
        shot(page, "findings")


def test_export_the_brief(watched: Watched, address: str, tmp_path: Path) -> None:
    page = watched.page
    page.goto(f"{address}/#brief")
    page.get_by_label("Format").select_option("pdf")
    page.get_by_role("button", name="Make").click()
    link = page.locator("#made")
    link.wait_for(timeout=60_000)
    with page.expect_download() as download:
        link.click()
    file = tmp_path / "brief.pdf"
    download.value.save_as(file)
    assert file.read_bytes().startswith(b"%PDF")
    shot(page, "brief")


def test_the_snapshot_works_from_a_file_without_a_network(chromium: Any, tmp_path: Path) -> None:
    target = tmp_path / "corridor.html"
    write_snapshot(State(milepost.example("north-south")), target, language="en")
    assert target.stat().st_size < 3_000_000
    found = Watched(chromium, offline=True)
    page = found.page
    page.goto(target.as_uri() + "#timetable")
    page.wait_for_selector("#gains")
    field = page.get_by_label("Date of C01", exact=True)
    field.fill("2031-01-31")
    field.blur()
    assert change(page) == pytest.approx(expected("C01", "2031-01-31")[0], rel=1e-9, abs=1e-6)
    for name in PAGES:
        page.goto(target.as_uri() + f"#{name}")
        page.locator("h1").first.wait_for()
    page.goto(target.as_uri() + "#commitment/C01")
    page.wait_for_selector("#appraised polyline")
    page.goto(target.as_uri() + "#overview")
    page.get_by_label("Language").select_option("fa")
    page.get_by_role("heading", level=1, name=re.compile("وعده")).wait_for()
    assert page.locator("html").get_attribute("dir") == "rtl"
    shot(page, "snapshot-fa")
    assert [u for u in found.asked if not u.startswith(("file:", "data:", "blob:"))] == []
    assert found.said == []
    found.context.close()


def test_figures_and_each_place_once_stand_below_one_another(watched: Watched, address: str) -> None:
    """Both tables of how well the model tells what is known, cell by cell as the server has them."""
    told = Client(address).get("/model").json()["how_well"]
    page = watched.page
    page.goto(f"{address}/#model")
    tables = page.locator("figure", has_text="Each place or path once").locator("table.short")
    tables.nth(1).wait_for()
    assert tables.count() == 2
    for table, near in zip((tables.nth(0), tables.nth(1)), (told["summary"], told["each_once"]), strict=True):
        rows = [row.split("\t") for row in table.locator("tbody").inner_text().splitlines()]
        asked = [
            [
                str(s["rows"]),
                *(f"{int(100 * s[x] + 0.5)} %" for x in ("median_error", "within_quarter", "within_half")),
            ]
            for s in near
        ]
        assert [[cell.replace("\xa0", " ") for cell in row[-4:]] for row in rows] == asked
        assert len(asked) == 6
    assert told["summary"] != told["each_once"]


@pytest.mark.parametrize("code", list(LANGUAGES))
def test_axe_finds_nothing_on_any_page(watched: Watched, address: str, code: str) -> None:
    page = watched.page
    for name in PAGES:
        page.goto(f"{address}/?{code}#{name}?lang={code}")
        page.locator("main h1").first.wait_for()
        if name in ("overview", "timetable", "countries"):
            page.wait_for_selector("#gains")
        if name == "commitment/C01":
            page.wait_for_selector("#appraised")
        settle(page)
        shot(page, f"{name.replace('/', '-')}-{code}")
        assert page.locator("html").get_attribute("lang") == code
        text = page.locator("body").inner_text()
        assert not re.search(r"\b(page|delivery|timing|column)-[a-z-]{3,}", text), (
            f"{name}: an untranslated message"
        )
        for light in ("dark", "light"):  # of the same page: what it holds is the same, its colours are not
            page.emulate_media(color_scheme=light)
            settle(page)
            if light == "dark":
                shot(page, f"dark-{name.replace('/', '-')}-{code}")
            found = axe(page, COLOURS if light == "dark" else ())
            assert found.violations_count == 0, f"{code} {name}, {light}\n{found.generate_report()}"


def test_persian_shows_solar_years_and_mirrors_the_time_axis(watched: Watched, address: str) -> None:
    page = watched.page
    page.goto(f"{address}/#timetable?lang=fa")
    page.wait_for_selector("#gains")
    years = page.locator(".time text.year")
    assert re.fullmatch("[۰-۹]{4}", years.first.text_content())
    assert years.nth(0).bounding_box()["x"] > years.nth(1).bounding_box()["x"]
    handle = page.get_by_role("slider", name=re.compile("^C01 "))
    before = int(handle.get_attribute("aria-valuenow"))
    handle.focus()
    page.keyboard.press("ArrowLeft")
    assert int(handle.get_attribute("aria-valuenow")) == before + 30, (
        "leftward is later where time runs to the left"
    )


def test_what_is_overdue_keeps_the_date_that_was_promised(watched: Watched, address: str) -> None:
    page = watched.page
    for name in ("commitments", "timetable"):
        page.goto(f"{address}/?promised#{name}")
        row = page.locator("tr", has=page.get_by_role("rowheader", name=re.compile("^C14 "))).first
        row.wait_for()
        text = " ".join(row.inner_text().split())
        assert re.search(r"20 Mar 2026 counted from \d+ \w{3} \d{4} ", text), name
    page.goto(f"{address}/?promised#country/IRN")
    page.get_by_role("listitem").filter(has_text="C14").filter(has_text="20 Mar 2026").first.wait_for()


def test_first_promises_stand_at_their_own_days_and_later_ones_after_them(
    watched: Watched, address: str
) -> None:
    page = watched.page
    page.goto(f"{address}/#timetable")
    page.wait_for_selector("#gains")
    first = page.locator(".time path.promised:not(.later)")
    said = first.locator("title").all_text_contents()
    left = [first.nth(k).bounding_box()["x"] for k in range(first.count())]
    at = dict(zip(said, left, strict=True))
    assert (
        at["first promised: 31 Dec 2017"] + 20
        < at["first promised: 2019"]
        < at["first promised: 20 Mar 2021"] - 20
    )
    assert page.locator(".time text.beyond").count() == 0
    later = page.locator(".time path.promised.later title").all_text_contents()
    assert "promised later: Jan 2029" in later


def test_a_promise_older_than_the_axis_is_named_and_a_model_without_published_times_says_so(
    watched: Watched, tmp_path: Path
) -> None:
    folder = tmp_path / "ridge"
    shutil.copytree(milepost.example("ridge"), folder)
    for name, old, new in (
        ("date_changes.csv", "2020-05-04,2024,", "1999-05-04,2004,"),
        ("routes.csv", None, ""),
    ):
        file = folder / name
        text = file.read_text(encoding="utf-8")
        head = text.splitlines(keepends=True)[0]
        file.write_text(text.replace(old, new) if old else head, encoding="utf-8")
    page = watched.page
    with running(Config(str(folder))) as found:
        page.goto(f"{found}/#timetable")
        page.wait_for_selector("#gains")
        assert page.locator(".time text.beyond").all_text_contents() == ["2004"]
        page.goto(f"{found}/#model")
        page.get_by_text("nothing to compare the model with").wait_for()
        assert "Median error" not in page.locator("main").inner_text()
        page.goto(f"{found}/#commitment/R1")
        page.get_by_role("heading", name=re.compile("change of present value, million USD")).wait_for()


@pytest.mark.parametrize("margin", ["", "T1,rate_margin_share,all,0.3,,,,,model,assumed,,invented\n"])
def test_a_value_stands_in_two_parts_only_where_money_changes_hands(
    watched: Watched, tmp_path: Path, margin: str
) -> None:
    folder = tmp_path / "ridge"
    shutil.copytree(milepost.example("ridge"), folder)
    with (folder / "params.csv").open("a", encoding="utf-8") as file:
        file.write(margin)
    shares = milepost.open(folder).shapley()
    page, looked = watched.page, 0
    with running(Config(str(folder))) as found:
        for name in ("country/XRL", "countries", "commitment/R1"):
            page.goto(f"{found}/#{name}")
            page.locator("table.gains tbody tr th a").first.wait_for()
            settle(page)
            rows = page.locator("table.gains").first.locator("tr").all()
            cells = [row.locator("td.part").all_text_contents() for row in rows]
            looked += sum(map(len, cells))
            for told in filter(None, cells):
                assert len(told) == 2
            assert page.locator("th.part").count() == (2 if margin else 0)
        if shares.received is not None:
            row = shares.commitments.index("R1")
            told = page.locator("table.gains tfoot td.part").all_text_contents()
            wanted = (float((shares.share - shares.received)[row].sum()), float(shares.received[row].sum()))
            assert [float_of(t) for t in told] == pytest.approx(wanted, rel=6e-3)
    assert looked == (2 * (4 + 4 + 4) if margin else 0)  # of 4 commitments, 3 countries and all, twice


def test_no_line_is_wider_than_a_telephone(chromium: Any, address: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    for name in PAGES:
        page.goto(f"{address}/?small#{name}")
        page.locator("main h1").first.wait_for()
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 400, name
    context.close()


@pytest.mark.parametrize(("code", "widths"), [("en", (1440, 1280, 1024, 390)), ("fa", (1440, 1280, 390))])
def test_the_ranking_is_whole_beside_the_map_and_on_a_telephone(
    chromium: Any, address: str, code: str, widths: tuple[int, ...]
) -> None:
    for width in widths:
        found = Watched(chromium, viewport={"width": width, "height": 900})
        found.page.goto(f"{address}/#overview?lang={code}")
        found.page.wait_for_selector("#ranking tbody tr")
        settle(found.page)
        room = "(t) => [t.parentElement.scrollWidth - t.parentElement.clientWidth, t.offsetWidth]"
        beyond, wide = found.page.locator("#ranking").evaluate(room)
        assert beyond == 0, (code, width)
        assert wide > 300, (code, width)
        cut = "(all) => all.filter((h) => h.scrollWidth > h.clientWidth).map((h) => h.innerText)"
        assert found.page.locator("#ranking thead th").evaluate_all(cut) == [], (code, width)
        found.context.close()


@pytest.mark.parametrize("code", ["en", "ru"])
def test_no_word_of_a_table_breaks_inside_on_a_narrow_screen(chromium: Any, address: str, code: str) -> None:
    context = chromium.new_context(viewport={"width": 500, "height": 800})
    page = context.new_page()
    looked = 0
    for name in ("overview", "timetable", "commitments", "commitment/C01", "country/IRN", "model"):
        page.goto(f"{address}/?narrow{code}#{name}?lang={code}")
        page.locator("main table").first.wait_for(state="attached")
        settle(page)
        found = page.evaluate(WORDS_IN_TWO_LINES)
        assert found["broken"] == [], name
        looked += found["looked"]
    assert looked > 300
    context.close()


def test_the_page_is_small() -> None:
    """All that a first view loads of it."""
    import gzip

    loaded = [f for f in PAGE.rglob("*") if f.suffix in (".js", ".css", ".html")]
    assert {f.suffix for f in loaded} == {".js", ".css", ".html"}
    assert sum(len(gzip.compress(f.read_bytes(), 9)) for f in loaded) <= 140_000


@pytest.mark.parametrize("lang", ["en", "fa"])
def test_commitments_on_a_telephone_are_not_scrolled_sideways(
    watched: Watched, address: str, lang: str
) -> None:
    page = watched.page
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/#commitments?lang={lang}")
    page.locator("table.list tbody tr").nth(3).wait_for()
    settle(page)
    shot(page, f"commitments-390-{lang}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = "document.querySelector('.list-box')"
    assert page.evaluate(f"{box}.scrollWidth - {box}.clientWidth") <= 0, "the table has its whole width"
    outside = page.evaluate(
        """() => [...document.querySelectorAll('.list tbody th, .list tbody td')]
        .filter((e) => e.checkVisibility())
        .map((e) => [e.getBoundingClientRect(), e])
        .filter(([b, e]) => b.left < 0 || b.right > 390 || e.scrollWidth > e.clientWidth + 1)
        .map(([, e]) => e.outerHTML.slice(0, 90))"""
    )
    assert outside == []
    # each cell says what it is, and the heads that sorted are a choice
    cell = page.locator("table.list tbody tr").first.locator("td").nth(1)
    assert cell.evaluate("e => getComputedStyle(e, '::before').content") not in ("none", '""')
    page.locator("label.small-only select").select_option("id")
    first = page.locator("table.list tbody th").all_inner_texts()
    assert first == sorted(first)
