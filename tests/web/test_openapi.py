"""schemathesis over the whole OpenAPI document against a real server: whatever is sent, no fault of ours comes back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from serving import running

from milepost.web.app import API, Config
from milepost.web.security import CSRF_HEADER, Limits

EXAMPLES = 12


def test_no_request_makes_the_server_fail(ridge: Path, tmp_path: Path) -> None:
    limits = Limits(reads_per_minute=10**6, writes_per_minute=10**6, sign_ins_per_minute=10**6)
    with running(Config(str(ridge), documents=tmp_path / "documents", limits=limits)) as address:
        token = httpx2.get(f"{address}{API}/session").json()["csrf"]
        schema = schemathesis.openapi.from_url(f"{address}{API}/openapi.json")
        looked = 0
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
                answer = case.call(headers={CSRF_HEADER: token}, timeout=60)
                assert answer.status_code < 500, f"{case.method} {answer.request.url}: {answer.text[:500]}"

            one()
            looked += 1
        assert looked > 40
