"""Long work: cancel stops it, it never goes back, nobody fills the queue, results end, and a watcher who
leaves is gone."""

from __future__ import annotations

import asyncio
import base64
import io
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest
from pypdf import PdfReader
from serving import Client
from test_texts import png

from milepost.errors import WrongUse
from milepost.web.app import API
from milepost.web.jobs import KEPT_SECONDS, OF_ONE, WAITING, Job, Jobs
from milepost.web.rights import NotThere

Tell = Callable[[int, int], None]


def ended(jobs: Jobs, job: Job) -> list[dict[str, Any]]:
    """What a watcher sees until the end."""

    async def watch() -> list[dict[str, Any]]:
        return [now async for now in jobs.watch(job)]

    return ThreadPoolExecutor(1).submit(asyncio.run, watch()).result()


def test_cancel_stops_at_the_next_step_and_keeps_nothing() -> None:
    jobs, going, steps = Jobs(), threading.Event(), []

    def work(tell: Tell) -> tuple[bytes, str, str]:
        for k in range(10_000_000):
            tell(k, 10_000_000)
            steps.append(k)
            going.set()
        return b"x", "text/plain", "x"

    job = jobs.start("x", "anna", work)
    assert going.wait(10)
    jobs.cancel(job)
    assert ended(jobs, job)[-1]["state"] == "cancelled"
    assert len(steps) < 10_000_000
    assert job.content == b""
    after = jobs.start("y", "anna", lambda tell: (b"y", "text/plain", "y"))
    assert ended(jobs, after)[-1]["state"] == "done", "the next one has its turn"
    jobs.close()


def test_progress_never_goes_back() -> None:
    jobs = Jobs()

    def work(tell: Tell) -> tuple[bytes, str, str]:
        for done, of in ((1, 4), (2, 4), (0, 100), (30, 100), (60, 100), (1, 2), (0, 0), (4, 4)):
            tell(done, of)
            seen.append(job.done / max(job.of, 1))
        return b"", "text/plain", ""

    seen: list[float] = []
    hold = threading.Event()
    jobs.start("first", "anna", lambda tell: (str(hold.wait(10)).encode(), "", ""))
    job = jobs.start("x", "anna", work)
    hold.set()
    ended(jobs, job)
    assert seen == sorted(seen)
    assert seen[-1] == 1
    jobs.close()


def test_nobody_fills_the_queue_and_faults_are_words() -> None:
    jobs, hold = Jobs(), threading.Event()

    def wait(tell: Tell) -> tuple[bytes, str, str]:
        hold.wait(10)
        return b"", "text/plain", ""

    mine = [jobs.start("x", "anna", wait) for _ in range(OF_ONE)]
    with pytest.raises(WrongUse, match="of your jobs"):
        jobs.start("x", "anna", wait)
    others = [jobs.start("x", f"p{k}", wait) for k in range(WAITING - OF_ONE)]
    with pytest.raises(WrongUse, match="waiting already"):
        jobs.start("x", "late", wait)
    with pytest.raises(NotThere):
        jobs.find(mine[0].id, "bob")
    jobs.cancel(mine[1])
    assert mine[1].state == "cancelled"
    hold.set()

    def broken(tell: Tell) -> tuple[bytes, str, str]:
        raise RuntimeError("inside")

    ended(jobs, others[-1])
    job = jobs.start("x", "anna", broken)
    last = ended(jobs, job)[-1]
    assert last["state"] == "failed"
    assert "our fault" in last["error"]
    assert "inside" not in last["error"]
    jobs.close()


def test_results_end_after_an_hour() -> None:
    now = [0.0]
    jobs = Jobs(now=lambda: now[0])
    job = jobs.start("x", "anna", lambda tell: (b"x", "text/plain", "x"))
    ended(jobs, job)
    now[0] = KEPT_SECONDS - 1
    assert jobs.find(job.id, "anna").content == b"x"
    now[0] = KEPT_SECONDS + 1
    with pytest.raises(NotThere):
        jobs.find(job.id, "anna")
    jobs.close()
    with pytest.raises(WrongUse, match="stops"):
        jobs.start("x", "anna", lambda tell: (b"x", "text/plain", "x"))


def test_a_watcher_who_leaves_is_not_waited_for(alone: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = threading.Event()
    real = Jobs.watch

    async def watch(self: Jobs, job: Job) -> Any:
        try:
            async for now in real(self, job):
                yield now
        finally:
            gone.set()

    monkeypatch.setattr(Jobs, "watch", watch)
    job = alone.send("POST", "/jobs", {"kind": "intervals", "draws": 1000}).json()["id"]
    with (
        httpx2.Client(base_url=str(alone.http.base_url)) as other,
        other.stream("GET", f"{API}/jobs/{job}/events", timeout=30) as stream,
    ):
        assert next(stream.iter_lines()).startswith("data: ")
    assert gone.wait(20), "the stream ends with its reader"
    assert alone.get(f"/jobs/{job}").json()["state"] in ("waiting", "running"), "the work goes on"
    alone.send("DELETE", f"/jobs/{job}")


def made(client: Client, **asked: Any) -> httpx2.Response:
    """The result of a job, waited for."""
    job = client.send("POST", "/jobs", asked)
    assert job.status_code == 202, job.text
    for _ in range(600):
        state = client.get(f"/jobs/{job.json()['id']}").json()["state"]
        if state not in ("waiting", "running"):
            break
        time.sleep(0.1)
    return client.get(f"/jobs/{job.json()['id']}/result")


def test_a_brief_is_one_page_or_ends_with_views_and_annex(alone: Client) -> None:
    view = {"title": "As it was seen", "note": "On the day.", "png": base64.b64encode(png(80, 60)).decode()}
    short = PdfReader(io.BytesIO(made(alone, kind="brief-pdf", one_page=True, lang="ru").content))
    assert len(short.pages) == 1
    plain = PdfReader(io.BytesIO(made(alone, kind="brief-pdf").content))
    whole = PdfReader(io.BytesIO(made(alone, kind="brief-pdf", views=[view], annex=True).content))
    assert len(whole.pages) > len(plain.pages)
    last = whole.pages[-1]
    assert "As it was seen" in last.extract_text()
    assert "On the day." in last.extract_text()
    for kind in ("docx", "html", "xlsx"):
        assert made(alone, kind=f"brief-{kind}", views=[view]).status_code == 200
    assert b"data:image/png;base64," in made(alone, kind="brief-html", views=[view]).content


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"one_page": True, "annex": True}, "own parts"),
        ({"one_page": True, "sections": ["cost"]}, "own parts"),
        ({"views": [{"title": "A", "png": base64.b64encode(b"<svg onload=x>").decode()}]}, "no whole PNG"),
        ({"views": [{"title": "A", "png": "no base64!"}]}, "no whole PNG"),
        ({"views": [{"title": "A", "png": base64.b64encode(png()[:-20]).decode()}]}, "no whole PNG"),
    ],
)
def test_what_no_brief_can_hold_is_said(alone: Client, more: dict[str, Any], said: str) -> None:
    answer = made(alone, kind="brief-pdf", **more)
    assert answer.status_code == 400
    assert said in answer.json()["error"]


def test_too_many_views_are_refused_at_once(alone: Client) -> None:
    view = {"title": "A", "png": base64.b64encode(png()).decode()}
    assert alone.send("POST", "/jobs", {"kind": "brief-pdf", "views": [view] * 9}).status_code == 422
