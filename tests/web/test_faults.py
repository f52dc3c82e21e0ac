"""What is wrong with a request is said of every field in one sentence: what was found, what is expected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError
from serving import Client, running

from milepost.web.app import Config
from milepost.web.faults import sentence
from milepost.web.shapes import NewJob


@pytest.fixture
def client(ridge: Path) -> Iterator[Client]:
    with running(Config(str(ridge))) as address:
        yield Client(address)


def test_all_faults_of_a_body_are_told_at_once(client: Client) -> None:
    answer = client.send(
        "POST",
        "/jobs",
        {
            "draws": "many",
            "rate": 3,
            "seed": 1.5,
            "reach_musd": -1,
            "one_page": "perhaps",
            "must": "R1",
            "risks": {"X1": {"probability_per_year": 0.5}},
            "unknown": 1,
        },
    )
    assert answer.status_code == 422
    told = {f["where"].removeprefix("body."): f["message"] for f in answer.json()["findings"]}
    assert told == {
        "kind": "kind is missing in the body.",
        "draws": 'draws is "many"; expected is a whole number.',
        "rate": "rate is 3; expected is a number of at most 1.0.",
        "seed": "seed is 1.5; expected is a whole number.",
        "reach_musd": "reach_musd is -1; expected is a number above 0.0.",
        "one_page": 'one_page is "perhaps"; expected is true or false.',
        "must": 'must is "R1"; expected is a list.',
        "risks.X1.length_days": "risks.X1.length_days is missing in the body.",
        "unknown": "unknown is no member of the body; leave it out.",
    }
    assert all(message in answer.json()["error"] for message in told.values())


def test_a_password_is_never_told_back(client: Client) -> None:
    for password in ("hush-" * 300, ["hush-hush"], {"a": "hush-hush"}):
        answer = client.send("POST", "/session", {"name": "sara", "password": password})
        assert answer.status_code == 422
        assert "password is not as expected" in answer.json()["error"]
        assert "hush" not in answer.text


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/history?limit=-4", 'limit is "-4"; expected is a number of at least 1.'),
        ("/history?limit=many", 'limit is "many"; expected is a whole number.'),
        ("/value?delivered=" + "x" * 5_000, "; expected is at most 4000 characters."),
    ],
)
def test_a_parameter_of_an_address(client: Client, path: str, said: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 422
    assert said in answer.json()["error"]
    assert len(answer.json()["error"]) < 200, "what was found is shown no longer than is read"


def test_dates_and_bodies_that_are_none(client: Client) -> None:
    wrong = client.send("POST", "/trial", {"dates": {"R1": "soon", "R2": [5]}}).json()["error"]
    assert 'dates.R1 is "soon"; expected is a date as YYYY-MM-DD.' in wrong
    assert "dates.R2 is [5]; expected is a date as YYYY-MM-DD." in wrong
    assert client.send("POST", "/trial", {"dates": 3}).json()["error"] == (
        "dates is 3; expected is an object of names and values."
    )
    assert "expected is an object of names and values" in client.send("POST", "/trial", []).json()["error"]


def test_no_sentence_is_that_of_the_checker() -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(NewJob).validate_python(
            {
                "kind": "x" * 99,
                "draws": 3,
                "views": [{"title": 1, "png": "%"}] * 9,
                "until": 9_999,
                "lang": None,
            }
        )
    for error in refused.value.errors():
        told = sentence({**error, "loc": ("body", *error["loc"])})
        assert "Input" not in told
        assert "another value" not in told, error
        assert error["msg"] not in told
