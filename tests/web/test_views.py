"""What the page asks for besides values and rows: paths of a country, what numbers rest on, intervals, books
around moved dates."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from serving import Client, running

import milepost
from milepost.value.country_paths import paths_of_country
from milepost.value.delays import worth
from milepost.web.app import Config


def valued(client: Client) -> dict[str, Any]:
    import time

    for _ in range(600):
        answer = client.get("/values")
        if answer.status_code == 200:
            found: dict[str, Any] = answer.json()
            return found
        time.sleep(0.05)
    raise AssertionError("the values never came")


def test_paths_of_a_country_are_those_of_the_library(alone: Client, ridge: Path) -> None:
    p = milepost.open(ridge)
    names = ",".join(p.game.players)
    for country in p.records.countries:
        told = alone.get(f"/countries/{country.id}/paths", params={"delivered": names}).json()
        assert told == paths_of_country(p.world, country.id, p.game.players).as_dict()
    assert alone.get("/countries/XXX/paths").status_code == 400


def test_routes_stand_between_two_sets(alone: Client, ridge: Path) -> None:
    p = milepost.open(ridge)
    names = p.game.players
    told = alone.get("/routes", params={"base": names[0], "delivered": ",".join(names)}).json()
    assert told
    best = [row for row in told if row["best"]]
    assert best, "the cheapest path whatever it passes comes first"
    ends = {n.id: n.name for n in p.records.nodes}
    for row in told:
        between = f"{ends[row['origin']]} – {ends[row['destination']]}"
        assert row["title"].startswith(between), "a title like 'road' says nothing without its ends"
    for row in best:
        assert row["today"]["days"] == pytest.approx(
            p.route(row["origin"], row["destination"], delivered=names[:1]).days
        )
        assert row["then"]["days"] == pytest.approx(
            p.route(row["origin"], row["destination"], delivered=names).days
        )
        links = {k.id for k in p.records.links}
        assert row["then"]["links"]
        assert set(row["then"]["links"]) <= links


def test_the_model_page_names_every_parameter_with_its_basis(alone: Client, ridge: Path) -> None:
    p = milepost.open(ridge)
    told = alone.get("/model").json()
    assert {r["id"] for r in told["params"]} == {r.id for r in p.records.params if r.use == "model"}
    assert all(r["basis"] for r in told["params"])
    assert sum(told["rows_by_basis"]["links"].values()) == len(p.records.links)
    assert told["how_well"] == p.how_well().as_dict()
    assert told["how_well"]["observations"]


def test_a_book_around_moved_dates_is_exact_there(alone: Client, ridge: Path) -> None:
    from milepost.value.book import book

    p = milepost.open(ridge)
    held = {c: dt.date.fromisoformat(d) for c, d in valued(alone)["book"]["dates"].items()}
    names = sorted(held)
    moved: dict[str, Any] = {names[0]: "2033-05-01", names[-1]: None}
    told = alone.send("POST", "/book", {"dates": moved}).json()
    assert sorted(told["commitments"]) == names, "what never comes can still be moved back"
    s = p.settings
    on = dt.date.fromisoformat(told["on"])
    dates = {**held, names[0]: dt.date(2033, 5, 1)}
    del dates[names[-1]]
    mine = book(p.game, dates, on=on, rate_per_year=s.discount_rate_per_year, horizon=s.horizon).worth(dates)
    assert mine == pytest.approx(
        worth(p.game, dates, on=on, rate_per_year=s.discount_rate_per_year, horizon=s.horizon)
    )
    assert alone.send("POST", "/book", {"dates": {"NOBODY": "2030-01-01"}}).status_code == 400


def test_what_needs_and_competes_stands_with_the_values(alone: Client, ridge: Path) -> None:
    game = milepost.open(ridge).game
    told = valued(alone)["together"]
    assert told.keys() == set(game.players)
    pairs = [(a, b, x) for a, rows in told.items() for b, x, _ in rows]
    assert pairs
    for a, b, x in pairs:
        assert x == pytest.approx(
            float((game.value([a, b]) - game.value([a]) - game.value([b])).sum()), abs=1e-9
        )


def test_without_draws_no_interval_is_shown_and_with_them_they_are_the_librarys(
    alone: Client, ridge: Path
) -> None:
    valued(alone)
    assert alone.get("/intervals").json()["draws"] == 0
    with running(Config(str(ridge), interval_draws=10)) as address:
        client = Client(address)
        valued(client)
        import time

        for _ in range(1200):
            answer = client.get("/intervals")
            if answer.status_code == 200:
                break
            assert answer.status_code == 202
            time.sleep(0.05)
        told = answer.json()
        assert told["draws"] == 10
        assert told["share"] == {}, "shares are not drawn here"
        for band in told["total"].values():
            assert band["p5"] <= band["p50"] <= band["p95"]


def test_the_map_shows_the_day_it_is_asked_for(alone: Client) -> None:
    now = alone.get("/map.svg").text
    later = alone.get("/map.svg", params={"as_of": "2045-01-01"}).text
    assert 'data-state="promised"' in now
    assert 'data-state="delivered"' not in now
    assert 'data-state="delivered"' in later
