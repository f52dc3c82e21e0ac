"""What is written already is sent before routing: to whom it may be, as it is now, and made once."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import httpx2
import pytest
from serving import Client, running

from milepost.web import views
from milepost.web.app import Config, create_app
from milepost.web.ready import KeptRoute
from milepost.web.state import Valued

REPORT = {"commitment": "R1", "reported_on": "2026-01-05", "report": "seen", "source": "test"}


def test_an_answer_is_the_same_before_and_after_it_is_kept_and_then_not_sent_again(ridge: Path) -> None:
    with running(Config(str(ridge))) as address:
        client = Client(address)
        for path in (
            "/commitments/R1",
            "/programme",
            "/timetable",
            "/register",
            "/timetable?as_of=2027-01-01",
        ):
            first, second = client.get(path), client.get(path)
            assert first.status_code == second.status_code == 200
            assert first.content == second.content
            headers = [
                {k: v for k, v in a.headers.items() if k not in ("date", "x-request-id")}
                for a in (first, second)
            ]
            assert headers[0] == headers[1]
            mark = {"if-none-match": first.headers["etag"]}
            third = client.http.get(f"/api/v1{path}", headers=mark)
            assert (third.status_code, third.content) == (304, b"")
            head = client.http.head(f"/api/v1{path}")
            assert (head.status_code, head.content) == (200, b"")
            assert head.headers["content-length"] == str(len(first.content))


def test_who_writes_reads_what_was_written(ridge: Path) -> None:
    with running(Config(str(ridge))) as address:
        client = Client(address)
        for n in range(5):
            before = client.get("/commitments/R1")
            assert client.send("POST", "/evidence", {**REPORT, "report": f"the {n}th"}).status_code == 201
            after = client.get("/commitments/R1")
            assert f"the {n}th" in after.text
            assert f"the {n}th" not in before.text
            assert f"the {n}th" in client.get("/register").text


def test_what_there_is_not_is_told_as_before(ridge: Path) -> None:
    with running(Config(str(ridge))) as address:
        client = Client(address)
        client.get("/commitments/R1")
        for path in ("/commitments/R999", "/commitments/R1?known_on=never", "/commitments/R1/x"):
            assert client.get(path).status_code in (400, 404, 422), path


def test_many_who_ask_for_what_is_not_made_make_it_once(ridge: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    real = views.commitments._fiches

    def counted(*args: Any) -> Any:
        made.append(1)
        return real(*args)

    monkeypatch.setattr(views.commitments, "_fiches", counted)
    with running(Config(str(ridge))) as address:
        client = Client(address)
        client.get("/programme")
        made.clear()
        client.send("POST", "/evidence", REPORT)
        answers: list[int] = []

        def ask(ident: str) -> None:
            answers.append(httpx2.get(f"{address}/api/v1/commitments/{ident}").status_code)

        threads = [threading.Thread(target=ask, args=(f"R{1 + n % 3}",)) for n in range(24)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers == [200] * 24
        assert len(made) <= 2, "once for each reading of the programme"


def test_kept_routes_are_those_that_are_asked_for(ridge: Path) -> None:
    route = KeptRoute.of("/api/v1/commitments/{ident}", None)
    match = route.pattern.fullmatch("/api/v1/commitments/R 1.x")
    assert match is not None
    assert match.groupdict() == {"ident": "R 1.x"}
    assert not route.pattern.fullmatch("/api/v1/commitments/R1/comments")
    app = create_app(Config(str(ridge)))
    state = app.state.milepost
    valued = state.current()
    assert isinstance(valued, Valued)
    assert views.commitment_at_once(valued, "R1") is None
    views.make_commitments(valued)
    found = views.commitment_at_once(valued, "R1")
    assert found is not None
    assert found.body == views.commitment_json(valued, "R1")
