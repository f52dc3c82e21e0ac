"""schemathesis over the whole OpenAPI document against a real server: what comes back is what the document
says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from serving import running

import milepost
from milepost.web.app import API, Config
from milepost.web.security import CSRF_HEADER, Limits

EXAMPLES = 12
# a request that breaks its schema may well be answered: an unknown query parameter is no fault
# (negative_data_rejection), and one that keeps to it may name what is not there (positive_data_acceptance);
# the others hold for every answer
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
# what is made up at random is refused nearly always; these are answered, so that answers are looked at too
DAY = {"known_on": "2030-01-01"}
GOOD: dict[str, list[dict[str, Any]]] = {
    "/messages/{lang}": [{"path_parameters": {"lang": "fa"}}],
    "/commitments": [{"query": DAY}],
    "/commitments/{ident}": [
        {"path_parameters": {"ident": "R2"}},
        {"path_parameters": {"ident": "R2"}, "query": DAY},
    ],
    "/timetable": [{"query": {"as_of": "2029-01-01"}}],
    "/network": [{"query": {"as_of": "2029-01-01", **DAY}}],
    "/countries": [{"query": DAY}],
    "/routes": [{"query": {"delivered": "R1,R2"}}],
    "/routes/{origin}/{destination}": [
        {"path_parameters": {"origin": "N1", "destination": "N2"}, "query": {"delivered": "R1"}}
    ],
    "/values": [{"query": DAY}],
    "/value": [{"query": {"delivered": "R1"}}],
    "/appraisals": [{"query": {"basis": "alone", "rate": 0.1, "to": 2040, "flat": True}}],
    "/appraisals/{ident}": [{"path_parameters": {"ident": "R2"}}],
    "/trial": [{"body": {"dates": {"R1": None, "R2": "2033-01-01"}}}],
    "/tables/{name}.{kind}": [
        {"path_parameters": {"name": n, "kind": k}, "query": q}
        for n, q in (
            ("delay", {"scenario": "R2:2033-01-01"}),
            ("value", {"as_of": "2030-01-01"}),
            ("nodes", DAY),
            ("calls", {}),
        )
        for k in ("csv", "xlsx", "json", "parquet")
    ],
    "/history": [{"query": {"limit": 5}}],
    "/rows/{table}": [
        {"path_parameters": {"table": t}, "query": DAY} for t in ("nodes", "evidence", "contacts")
    ],
    "/features/collections": [{"query": DAY}],
    "/features/collections/{name}": [{"path_parameters": {"name": "nodes"}, "query": DAY}],
    "/features/collections/{name}/items": [
        {"path_parameters": {"name": "links"}, "query": {"limit": 2, "as_of": "2030-01-01"}}
    ],
    "/features/collections/{name}/items/{ident}": [{"path_parameters": {"name": "links", "ident": "L1"}}],
    "/calendar.ics": [{"query": {"lang": "ru", **DAY}}],
    "/feeds": [{"query": {"lang": "ru"}}],
    "/evidence": [
        {"body": {"commitment": "R2", "reported_on": "2026-01-05", "shows": "progress", "source": "s"}}
    ],
    "/meetings": [{"body": {"body": "Ridge Commission", "title": "Eighth session", "date": "2026-10-10"}}],
    "/edits": [
        {
            "body": {
                "reason": "x",
                "edits": [
                    {
                        "table": "policy",
                        "id": "at_risk_days",
                        "cells": {"name": "at_risk_days", "value": "90"},
                    }
                ],
            }
        }
    ],
    "/programme.xlsx": [{"query": DAY}],
}


@pytest.mark.no_cover  # long, and it sees nothing that shorter ones do not
def test_every_answer_is_as_the_document_says(ridge: Path, tmp_path: Path) -> None:
    many = 10**6
    limits = Limits(
        reads_per_minute=many, computed_per_minute=many, writes_per_minute=many, sign_ins_per_minute=many
    )
    with running(Config(str(ridge), documents=tmp_path / "documents", limits=limits)) as address:
        token = httpx2.get(f"{address}{API}/session").json()["csrf"]
        schema = schemathesis.openapi.from_url(f"{address}{API}/openapi.json", timeout=120)
        looked = answered = 0
        faults: list[str] = []
        for found in schema.get_all_operations():
            operation = found.ok()  # type: ignore[union-attr]
            if "/events" in operation.path or operation.path.endswith("/jobs"):
                continue  # streams and long work have their own tests

            @settings(
                max_examples=EXAMPLES,
                deadline=None,
                phases=[Phase.explicit, Phase.generate],
                suppress_health_check=list(HealthCheck),
                derandomize=True,
                database=None,
            )
            @given(case=operation.as_strategy())
            def one(case: Any) -> None:
                case.call_and_validate(
                    headers={CSRF_HEADER: token}, timeout=60, checks=CHECKS, allow_redirects=False
                )

            try:
                one()
            except (AssertionError, schemathesis.errors.SchemathesisError, BaseExceptionGroup) as fault:
                faults.append(f"{operation.method} {operation.path}: {fault}"[:1_500])
            for good in (
                GOOD.get(operation.path.removeprefix(API), []) if operation.method != "delete" else []
            ):
                case = operation.Case(**good, media_type="application/json" if "body" in good else None)
                try:
                    answer = case.call_and_validate(headers={CSRF_HEADER: token}, timeout=60, checks=CHECKS)
                    answered += answer.status_code < 300
                except (AssertionError, BaseExceptionGroup) as fault:
                    faults.append(f"{operation.method} {operation.path} {good}: {fault}"[:1_500])
            looked += 1
        assert not faults, "\n\n".join(faults)
        assert looked > 40
        assert answered > 35


def test_every_answer_of_json_says_what_it_is_and_every_endpoint_what_it_does(ridge: Path) -> None:
    from milepost.web.app import create_app

    found = create_app(Config(str(ridge))).openapi()
    typed = 0
    for path, methods in found["paths"].items():
        for method, about in methods.items():
            assert about["description"], f"{method} {path}"
            good = next(v for k, v in about["responses"].items() if k.startswith(("2", "3")))
            schema = good.get("content", {}).get("application/json", {}).get("schema", {})
            typed += "$ref" in schema or "$ref" in schema.get("items", {})
    assert typed >= 25


FILLED = {"name": "links", "table": "nodes", "kind": "csv", "lang": "en"}


def test_every_address_refuses_a_query_that_it_does_not_describe(tmp_path: Path) -> None:
    """A slip of the pen is told, not passed over: /value?set=R1 is no answer about R1."""
    config = Config(milepost.example("ridge").as_posix())
    with running(config) as address, httpx2.Client(base_url=f"{address}{API}", timeout=60) as client:
        document = client.get("/openapi.json").json()
        asked = 0
        for path, methods in document["paths"].items():
            if "get" not in methods or "/oidc/finish" in path:
                continue
            told = methods["get"].get("parameters", [])
            good = {p["name"] for p in told if p["in"] == "query"}
            filled = re.sub(r"\{(\w+)\}", lambda m: FILLED.get(m[1], "R1"), path.removeprefix(API))
            answer = client.get(filled, params={"set": "R1"})
            assert answer.status_code == (400 if filled.startswith("/features") else 422), path
            assert answer.json()["error"].startswith("There is no parameter 'set'"), path
            if "/items" not in path:  # which have their properties besides
                assert all(name in answer.json()["error"] for name in sorted(good)[:8]), path
            asked += 1
        assert asked > 45
        wanted = client.get("/value", params={"delivred": "R1"})
        assert "Did you mean delivered?" in wanted.json()["error"]
        assert client.get("/value", params={"delivered": "R1"}).status_code == 200
        assert client.get("/network", params={"known_on": "2030-01-01"}).status_code in (200, 202)
        twice = client.get("/value?delivered=R1&delivered=R2")  # is no answer about R2 alone
        assert twice.status_code == 422
        assert "'delivered' stands twice" in twice.json()["error"]
        assert client.get("/features/collections/nodes/items?limit=1&limit=2").status_code == 400
