"""Long work: started, watched, cancelled, fetched."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

import milepost
from milepost.errors import WrongUse, one_of
from milepost.languages import Language
from milepost.web import downloads
from milepost.web.desk import Desk, attachment, day
from milepost.web.jobs import Work
from milepost.web.shapes import JobState, NewJob
from milepost.web.state import State


def add(desk: Desk) -> None:
    """Add them to the router."""
    endpoint, jobs, state = desk.endpoint, desk.jobs, desk.state

    @endpoint("POST", "/jobs", "compute", response_model=JobState, tags=["jobs"], status_code=202)
    def new_job(body: NewJob, request: Request) -> dict[str, Any]:
        """Start long work."""
        return jobs.start(body.kind, desk.who(request).name, work(state, body)).as_dict()

    @endpoint("GET", "/jobs/{ident}", "compute", response_model=JobState, tags=["jobs"])
    def job(ident: str, request: Request) -> dict[str, Any]:
        """How far it is."""
        return jobs.find(ident, desk.who(request).name).as_dict()

    @endpoint("GET", "/jobs/{ident}/events", "compute", tags=["jobs"], response_class=StreamingResponse)
    async def job_events(ident: str, request: Request) -> Response:
        """Its progress as server-sent events, until it has ended."""
        found = jobs.find(ident, desk.who(request).name)

        async def events() -> Any:
            async for now in jobs.watch(found):
                if await request.is_disconnected():
                    return
                # a line of comment now and then keeps what stands between from closing the stream
                yield f"data: {json.dumps(now)}\n\n" if now else ": waiting\n\n"

        return StreamingResponse(
            events(), media_type="text/event-stream", headers={"cache-control": "no-store"}
        )

    @endpoint("GET", "/jobs/{ident}/result", "compute", tags=["jobs"], response_class=Response)
    def job_result(ident: str, request: Request) -> Response:
        """What came of it."""
        found = jobs.find(ident, desk.who(request).name)
        if found.state != "done":
            raise WrongUse(f"The job is {found.state}." + (f" {found.error}" if found.error else ""))
        return Response(found.content, media_type=found.media_type, headers=attachment(found.name))

    @endpoint("DELETE", "/jobs/{ident}", "compute", response_model=JobState, tags=["jobs"])
    def cancel_job(ident: str, request: Request) -> dict[str, Any]:
        """Cancel it."""
        found = jobs.find(ident, desk.who(request).name)
        jobs.cancel(found)
        return found.as_dict()


def work(state: State, body: NewJob) -> Work:
    """The work of a job. Raises ``WrongUse`` for an unknown kind."""
    valued = state.current(day(body.known_on))
    p = valued.programme
    p.sound()
    if body.kind == "snapshot" and body.known_on:
        raise WrongUse("A snapshot is of what is known now.")

    def as_json(found: Any, name: str) -> tuple[bytes, str, str]:
        return json.dumps(found, ensure_ascii=False).encode(), "application/json", name

    def intervals(tell: Callable[[int, int], None]) -> tuple[bytes, str, str]:
        found = p.intervals(
            min(body.draws, 1_000), orders=30, seed=body.seed, sets=body.delivered, progress=tell
        )
        return as_json(found.as_dict(), "intervals.json")

    def draws(tell: Callable[[int, int], None]) -> tuple[bytes, str, str]:
        tell(0, 1)
        return as_json(p.draws(draws=body.draws, seed=body.seed).as_dict(), "draws.json")

    def report(tell: Callable[[int, int], None]) -> tuple[bytes, str, str]:
        from milepost.report.document import html_report

        return html_report(p, progress=tell).encode(), "text/html; charset=utf-8", "report.html"

    def snapshot(tell: Callable[[int, int], None]) -> tuple[bytes, str, str]:
        from milepost.web.snapshot import snapshot_html

        tell(0, 1)
        return snapshot_html(state, language=body.lang).encode(), "text/html; charset=utf-8", "corridor.html"

    def brief(tell: Callable[[int, int], None]) -> tuple[bytes, str, str]:
        from milepost.report.brief import brief as make
        from milepost.report.brief.writers import docx, page, pdf, xlsx

        tell(0, 2)
        made = make(
            p,
            meeting=body.meeting,
            party=body.party,
            language=body.lang,
            version=milepost.__version__,
            root=valued.head[1],
            sections=body.sections,
        )
        tell(1, 2)
        kind = body.kind.partition("-")[2]
        writer, media = {
            "pdf": (pdf, "application/pdf"),
            "docx": (docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            "xlsx": (xlsx, downloads.MEDIA["xlsx"]),
            "html": (page, "text/html; charset=utf-8"),
        }[kind]
        return writer(made), media, f"brief.{kind}"

    kinds: dict[str, Work] = {
        "intervals": intervals,
        "draws": draws,
        "report": report,
        "snapshot": snapshot,
        **{f"brief-{k}": brief for k in ("pdf", "docx", "xlsx", "html")},
    }
    if body.kind not in kinds:
        raise one_of("kind of job", body.kind, list(kinds))
    Language(body.lang)
    return kinds[body.kind]
