"""A line a request, numbered, with nothing in it that would have to be kept secret."""

from __future__ import annotations

import io
import json
import logging
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import PASSWORD, Client, running

from milepost.cli import run
from milepost.web.app import API, Config
from milepost.web.logs import Form, write_lines
from milepost.web.people import People, account_number
from milepost.web.security import COOKIE

NAMES = ("milepost", "milepost.requests", "uvicorn", "uvicorn.error")
WRONG = "my other password is correct-horse"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is written."""
    held = {n: (logging.getLogger(n).handlers[:], logging.getLogger(n).propagate) for n in NAMES}
    levels = {n: logging.getLogger(n).level for n in NAMES}
    out = io.StringIO()
    yield out
    for name, (handlers, propagates) in held.items():
        logger = logging.getLogger(name)
        logger.handlers[:], logger.propagate = handlers, propagates
        logger.setLevel(levels[name])


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_line_a_request_without_secrets(
    form: Form, lines: io.StringIO, ridge: Path, people: People, tmp_path: Path
) -> None:
    write_lines(form, lines)
    with running(Config(str(ridge), people=people, documents=tmp_path / "documents")) as address:
        client = Client(address)
        client.sign_in("sara", WRONG)
        client.sign_in(WRONG, PASSWORD)
        assert client.sign_in("sara").status_code == 200
        secrets = [
            client.csrf,
            client.http.cookies[COOKIE],
            PASSWORD,
            WRONG,
            "correct-horse",
            "sara",
            "127.0.0.1",
        ]
        path = client.send("POST", "/feeds").json()["path"]
        secrets.append(path.rpartition("/")[2].removesuffix(".ics"))
        assert client.http.get(path).status_code == 200
        numbers = [
            client.get("/commitments/R1?hidden=querysecret").headers["x-request-id"],
            client.http.head(f"{API}/commitments/R1").headers["x-request-id"],
            client.http.get("/nothing/here/pathsecret", headers={"x-request-id": "forged"}).headers[
                "x-request-id"
            ],
            client.http.get("/health/live").headers["x-request-id"],
            client.http.request("PROPFIND", f"{API}/programme").headers["x-request-id"],
        ]
        assert len(set(numbers)) == 5
        assert "forged" not in numbers
        shutil.rmtree(ridge)
        begin = time.monotonic()  # a look at the store is held for a moment
        while (away := client.http.get("/health/ready")).status_code != 503:
            assert time.monotonic() - begin < 10
            time.sleep(0.05)
    text = lines.getvalue()
    assert [one for one in (*secrets, "querysecret", "pathsecret", "forged") if one in text] == []
    assert account_number("sara") in text
    if form == "text":
        asked = [line for line in text.splitlines() if " request=" in line]
        assert len(asked) >= 9
        assert any(
            f"request={numbers[0]} method=GET route={API}/commitments/{{ident}}" in line for line in asked
        ), asked
        return
    told = [json.loads(line) for line in text.splitlines()]
    by = {one["request"]: one for one in told if "route" in one}
    assert all(
        set(one) == {"at", "level", "request", "method", "route", "status", "ms", "account"}
        for one in by.values()
    )
    first, head, nothing, live, brew = (by[n] for n in numbers)
    assert re.fullmatch(rf"{API}/commitments/\{{\w+\}}", first["route"])
    assert (first["status"], first["account"]) == (422, account_number("sara"))  # which names no value of it
    assert (head["method"], head["route"]) == ("HEAD", first["route"])
    assert (nothing["route"], nothing["status"]) == ("none", 404)
    assert (live["route"], live["account"]) == ("/health/live", "")
    assert brew["method"] == "other"
    assert by[away.headers["x-request-id"]]["status"] == 503


def test_an_answer_that_is_the_servers_fault_bears_the_number_of_the_log(
    lines: io.StringIO, ridge: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_lines("json", lines)
    with running(Config(str(ridge))) as address:
        client = Client(address)

        def broken(*_: object, **__: object) -> None:
            raise ZeroDivisionError("at /home/of/somebody")

        monkeypatch.setattr("milepost.web.desk.Desk.at", broken)
        answer = client.get("/commitments")  # nothing of it is made ahead
    assert answer.status_code == 500
    number = answer.headers["x-request-id"]
    assert number in answer.json()["error"]
    assert "somebody" not in answer.text
    told = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert any("trace" in one and number in one["message"] for one in told)


def test_what_is_no_form_is_refused(ridge: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["serve", str(ridge), "--port", "0", "--log", "xml"]) == 2
    assert "--log is json or text" in capsys.readouterr().err
