"""What the API answers is what it says it answers: every endpoint has a shape, no body has more or less."""

from __future__ import annotations

import csv
import json
import math
import shutil
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, ValidationError
from serving import Client, running

import milepost
from milepost.cli import run
from milepost.records import ONLY_FOR_VALUES, TABLES
from milepost.store.folder import write
from milepost.web import answers, snapshot
from milepost.web.answers.base import Answer
from milepost.web.answers.crises import Resilience
from milepost.web.answers.plans import Plans
from milepost.web.app import API, Config, create_app
from milepost.web.desk import body_of
from milepost.web.security import Limits
from milepost.web.state import State

# files and streams: their content type is declared instead
FILES = {
    "GET /map.svg": {"image/svg+xml"},
    "GET /calendar.ics": {"text/calendar"},
    "GET /feeds/{token}.ics": {"text/calendar"},
    "GET /programme.xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    "GET /documents/{name}": {"application/octet-stream", "image/png", "image/jpeg"},
    "GET /tables/{name}.{kind}": {
        "text/csv",
        "application/json",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.apache.parquet",
    },
    "GET /features/api": {"application/vnd.oai.openapi+json;version=3.0"},
    "GET /features/collections/{name}/items": {"application/geo+json"},
    "GET /features/collections/{name}/items/{ident}": {"application/geo+json"},
    "GET /jobs/{ident}/events": {"text/event-stream"},
    "GET /jobs/{ident}/result": {
        "application/json",
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "text/html",
    },
}
ELSEWHERE = {"GET /oidc/begin", "GET /oidc/finish"}  # they send the browser somewhere else


def routes_of(path: str) -> dict[str, APIRoute]:
    """'GET /values' -> route."""
    found: dict[str, APIRoute] = {}
    for route in _flat(create_app(Config(path)).routes):
        if isinstance(route, APIRoute) and route.path.startswith(API):
            found |= {f"{method} {route.path.removeprefix(API)}": route for method in route.methods or ()}
    return found


def _flat(routes: Any) -> Iterator[Any]:
    for route in routes:
        yield route
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from _flat(inner.routes)


def _is_shape(kind: Any) -> bool:
    if get_origin(kind) is list:
        return _is_shape(get_args(kind)[0])
    return isinstance(kind, type) and (issubclass(kind, BaseModel) or is_dataclass(kind))


def test_every_endpoint_has_a_shape_or_is_a_file() -> None:
    routes = routes_of("nowhere")
    assert len(routes) > 45
    bare = [name for name, r in routes.items() if not _is_shape(r.response_model)]
    assert set(bare) == FILES.keys() | ELSEWHERE
    described = create_app(Config("nowhere")).openapi()["paths"]
    for name, types in FILES.items():
        method, path = name.split(" ")
        assert set(described[API + path][method.lower()]["responses"]["200"]["content"]) == types, name


def _shapes(kind: type[Answer]) -> Iterator[type[Answer]]:
    for sub in kind.__subclasses__():
        yield sub
        yield from _shapes(sub)


def test_every_member_of_a_shape_says_what_it_is() -> None:
    assert answers.__doc__
    found = {f"{s.__module__}.{s.__name__}": s for s in _shapes(Answer)}
    assert len(found) > 60
    members = 0
    for name, shape in found.items():
        assert shape.__doc__, name
        schema = shape.model_json_schema()["properties"]
        for member, info in shape.model_fields.items():
            members += 1
            assert info.description, f"{name}.{member}"
            told = json.dumps(schema[info.alias or member])
            assert '"type"' in told or '"$ref"' in told, f"{name}.{member} may be anything"
            if not name.endswith("PasskeyOptions"):  # the shape of what a browser is asked is the W3C's
                assert '"additionalProperties": true' not in told, f"{name}.{member} may hold anything"
            if any(f"_{unit}" in member for unit in ("musd", "usd_m", "mt")):
                words = (info.description, shape.__doc__)
                assert any("USD" in w or "tonnes" in w for w in words), f"{name}.{member} names no unit"
    assert members > 300


def test_a_row_has_the_columns_of_its_table_and_no_other() -> None:
    from milepost.web.answers.commitments import Commitment

    assert set(TABLES["commitments"].columns()) <= set(Commitment.model_fields)
    whole = {"id": "E", "commitment": "C", "basis": "assumed", "digest": "0", "source": "s"}
    from milepost.web.answers.commitments import EvidenceRow

    assert EvidenceRow.model_validate(whole).as_dict() == whole, "an empty cell is left out"
    for wrong in ({**whole, "colour": "red"}, {k: v for k, v in whole.items() if k != "basis"}):
        with pytest.raises(ValidationError):
            EvidenceRow.model_validate(wrong)


def _paths(client: Client) -> dict[str, list[str]]:
    """Addresses to ask for each path that has parameters, or that answers differently to a query."""
    register, network = client.get("/register").json(), client.get("/network").json()
    appraised = _body(client, "/appraisals")["commitments"]
    first, last = network["nodes"][0]["id"], network["nodes"][-1]["id"]
    one = register["commitments"][0]["id"]
    return {
        "/messages/{lang}": ["/messages/en", "/messages/fa"],
        "/commitments/{ident}": [f"/commitments/{c['id']}" for c in register["commitments"][:3]],
        "/commitments/{ident}/comments": [f"/commitments/{one}/comments"],
        "/timetable": ["/timetable", "/timetable?as_of=2030-01-01"],
        "/network": ["/network", "/network?as_of=2035-01-01"],
        "/values": ["/values"],
        "/value": ["/value", f"/value?delivered={one}"],
        "/appraisals": ["/appraisals", "/appraisals?basis=alone&rate=0.12&to=2040&flat=true"],
        "/appraisals/{ident}": [f"/appraisals/{c}" for c in list(appraised)[:2]],
        "/routes": ["/routes", f"/routes?delivered={one}"],
        "/routes/{origin}/{destination}": [f"/routes/{first}/{last}?delivered={one}"],
        "/countries/{ident}/paths": [f"/countries/{c['id']}/paths" for c in register["countries"][:2]],
        "/rows/{table}": [f"/rows/{t}" for t in TABLES],
        "/features/collections/{name}": ["/features/collections/nodes", "/features/collections/links"],
        "/jobs/{ident}": [],  # a job must be started first: below
    }


def _body(client: Client, path: str) -> Any:
    answer = client.settled(API + path)
    assert answer.status_code == 200, f"{path}: {answer.text[:300]}"
    return answer.json()


@pytest.mark.parametrize("example", ["ridge", "north-south", "northern-corridor"])
def test_every_body_has_the_members_of_its_shape_and_no_other(example: str, tmp_path: Path) -> None:
    folder = tmp_path / example
    shutil.copytree(milepost.example(example), folder)
    many = 10**6
    limits = Limits(reads_per_minute=many, computed_per_minute=many)
    looked: set[str] = set()
    with running(Config(str(folder), limits=limits)) as address:
        client = Client(address)
        ask = _paths(client)
        for name, route in routes_of(str(folder)).items():
            method, _, path = name.partition(" ")
            if method != "GET" or name in FILES.keys() | ELSEWHERE:
                continue
            shape = TypeAdapter(route.response_model)
            for wanted in ask.get(path, [path]):
                body = _body(client, wanted)
                made = shape.validate_python(body)
                told = shape.dump_python(made, mode="json", by_alias=True, exclude_unset=True)
                assert told == body, wanted
                looked.add(path)
    assert len(looked) >= 22, looked


def test_one_discount_rate_under_one_name(alone: Client, ridge: Path) -> None:
    annual = pytest.approx(math.expm1(milepost.open(ridge).settings.discount_rate_per_year), rel=1e-12)
    values = alone.settled(f"{API}/values").json()
    answers = {
        "programme": alone.get("/programme").json(),
        "book": values["book"],
        "delay": values["delay"],
        "trial": alone.send("POST", "/trial", {"dates": {"R1": None}}).json(),
        "appraisals": alone.get("/appraisals").json(),
    }
    for name, answer in answers.items():
        assert answer["discount_rate_per_year"] == annual, name
        if "continuous_rate_per_year" in answer:
            assert math.expm1(answer["continuous_rate_per_year"]) == annual, name


def test_an_empty_set_is_the_same_behind_a_command_and_in_an_address(
    alone: Client, ridge: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for typed in ("", "none", "all", "R3;R4", " R3 , R4"):
        assert run(["value", str(ridge), "--delivered", typed, "--json"]) == 0
        printed = json.loads(capsys.readouterr().out)
        assert alone.get("/value", params={"delivered": typed}).json() == printed, typed
        table = alone.get("/tables/value.json", params={"delivered": typed}).json()
        assert (
            table
            == alone.get("/tables/value.json", params={"delivered": ",".join(printed["delivered"])}).json()
        )
    assert alone.get("/value?delivered=").json()["delivered"] == []
    everything = alone.get("/tables/value.json").json()
    assert everything == alone.get("/tables/value.json?delivered=all").json()
    assert everything != alone.get("/tables/value.json?delivered=").json()
    assert alone.get("/tables/loads.json?delivered=all").json() != alone.get("/tables/loads.json").json()


def test_what_a_room_answers_is_the_body(alone: Client, ridge: Path) -> None:
    p = milepost.open(ridge)
    assert alone.get("/value").json() == p.value().as_dict()
    assert alone.get("/timetable").json() == p.timetable().as_dict()
    path = p.route("VALE", "EASTMERE", delivered=["R1"]).as_dict()
    assert alone.get("/routes/VALE/EASTMERE?delivered=R1").json()["then"] == path
    statuses = {s.commitment: s.as_dict() for s in p.status()}
    rows = alone.get("/commitments").json()
    assert {c["id"]: c["status"] for c in rows} == statuses
    assert alone.get("/register").json()["commitments"] == rows


def test_an_appraisal_is_what_the_command_prints(
    alone: Client, ridge: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def printed(*words: str) -> Any:
        assert run(["appraise", str(ridge), *words, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    told = _body(alone, "/appraisals")
    assert told == printed()
    assert len(told["commitments"]) == 4
    for ident in told["commitments"]:
        assert _body(alone, f"/appraisals/{ident}") == printed(ident)
    asked = _body(alone, "/appraisals?basis=alone&rate=0.12&to=2040&flat=true")
    assert asked == printed("--alone", "--rate", "0.12", "--to", "2040", "--flat")
    assert asked["commitments"] != told["commitments"]
    assert alone.get("/appraisals/R9").status_code == 400
    assert "R9" in alone.get("/appraisals/R9").json()["error"]
    for wrong in ("rate=12", "rate=nan", "basis=first", "to=40"):
        assert alone.get(f"/appraisals?{wrong}").status_code == 422, wrong


def test_a_plan_and_resilience_are_what_the_commands_print(
    alone: Client, ridge: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = {"kind": "plan", "budget": "60/y", "rate": 0.08, "until": 2031, "reach_musd": 50.0}
    more = {"must": ["R4"], "leave_out": ["R1"]}
    chances = {
        "X1": {"probability_per_year": 0.3, "length_days": 70},
        "X2": {"probability_per_year": 1, "length_days": 365},
    }
    seen = []
    for asked, words, shape in (
        ({"kind": "plan", "budget": "60/y"}, ("plan", "--budget", "60/y"), Plans),
        (
            plan | more,
            ("plan", "--budget", "60/y", "--rate", "0.08", "--until", "2031", "--reach", "50",
             "--must", "R4", "--leave-out", "R1"),
            Plans,
        ),
        ({"kind": "resilience"}, ("resilience",), Resilience),
        (
            {"kind": "resilience", "risks": chances},
            ("resilience", "--risk", "X2=1:365", "--risk", "X1=0.3:70"),
            Resilience,
        ),
    ):  # fmt: skip
        job = alone.send("POST", "/jobs", asked).json()["id"]
        alone.get(f"/jobs/{job}/events")  # to the end
        assert run([words[0], str(ridge), *words[1:], "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert alone.get(f"/jobs/{job}/result").json() == told
        assert shape.model_validate(told).as_dict() == told
        seen.append(told)
    assert seen[0]["plans"] != seen[1]["plans"]
    assert [len(told["risks"]) for told in seen[2:]] == [0, 2]


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "plan", "rate": 1.5},
        {"kind": "plan", "reach_musd": 0},
        {"kind": "plan", "until": 40},
        {"kind": "resilience", "risks": {"X1": {"probability_per_year": 1.5, "length_days": 3}}},
        {"kind": "resilience", "risks": {"X1": {"probability_per_year": 0.5, "length_days": 0}}},
        {"kind": "resilience", "risks": {"X1": {"probability_per_year": 0.5}}},
    ],
)
def test_a_plan_or_a_risk_that_is_none_is_refused(alone: Client, wrong: dict[str, Any]) -> None:
    assert alone.send("POST", "/jobs", wrong).status_code == 422


def test_what_cannot_be_planned_or_happen_is_said(alone: Client) -> None:
    for asked, words in (
        ({"kind": "plan", "budget": "much"}, "'much' is no budget"),
        ({"kind": "plan", "must": ["R9"]}, "R9"),
        ({"kind": "resilience", "risks": {"X9": {"probability_per_year": 0.5, "length_days": 3}}}, "X9"),
    ):
        job = alone.send("POST", "/jobs", asked).json()["id"]
        alone.get(f"/jobs/{job}/events")
        told = alone.get(f"/jobs/{job}").json()
        assert told["state"] == "failed"
        assert words in told["error"]


def test_what_costs_nothing_is_not_appraised(alone: Client, ridge: Path) -> None:
    table = ridge / "commitments.csv"
    with table.open(encoding="utf-8", newline="") as held:
        rows = list(csv.DictReader(held))
    with table.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows({**row, "cost_usd_m": ""} for row in rows)
    told = _body(alone, "/appraisals")
    assert (told["commitments"], told["all_together"]) == ({}, None)
    assert "nobody states what it costs" in told["not_appraised"].values()
    answer = alone.get("/appraisals/R1")
    assert (answer.status_code, "cost" in answer.json()["error"]) == (400, True)


def test_a_snapshot_holds_what_the_server_answers(alone: Client, ridge: Path) -> None:
    state = State(ridge)
    valued = state.current()
    held = snapshot.answers(state, valued)
    assert len(held) > 10
    everything = ",".join(valued.programme.game.players)
    moments = ("read_at", "made_at")
    for path, body in held.items():
        if path == "/session":
            assert body["role"] == "snapshot"
            continue
        asked = f"{path}?delivered={everything}" if path.endswith(("/paths", "/routes")) else path
        told = _body(alone, asked)
        if isinstance(body, dict):
            body, told = ({k: v for k, v in x.items() if k not in moments} for x in (body, told))
        assert body == told, path


def test_a_body_is_a_dictionary_or_a_list_of_them() -> None:
    from milepost.web.answers.people import SignedOut

    made = SignedOut(signed_in=False)
    assert body_of(made) == {"signed_in": False}
    assert body_of((made, made)) == [{"signed_in": False}] * 2
    with pytest.raises(ValidationError):
        made.signed_in = False  # type: ignore[misc]


def test_a_snapshot_of_a_register_alone_holds_all_but_values(ridge: Path, tmp_path: Path) -> None:
    records = milepost.open(ridge).records.with_rows(**dict.fromkeys(ONLY_FOR_VALUES, ()))
    commitments = [c.model_copy(update={"network_ref": ()}) for c in records.commitments]
    write(records.with_rows(commitments=commitments, restrictions=(), capacities=()), tmp_path / "p")
    state = State(tmp_path / "p")
    assert milepost.open(tmp_path / "p").check(), "the model lacks a network"
    assert state.current().alone
    assert state.current().findings == ()
    held = snapshot.answers(state, state.current())
    assert held["/programme"]["findings"] == []
    assert [c["id"] for c in held["/register"]["commitments"]] == [c.id for c in commitments]
    assert held["/network"]["nodes"] == []
    assert "/values" not in held
    assert snapshot.write_snapshot(state, tmp_path / "s.html") > 10_000
