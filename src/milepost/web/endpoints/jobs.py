"""Long work: started, watched, cancelled, fetched."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from milepost.web.answers.crises import Resilience
from milepost.web.answers.people import JobState
from milepost.web.answers.plans import Plans
from milepost.web.desk import Desk, attachment
from milepost.web.jobs import Job
from milepost.web.shapes import NewJob
from milepost.web.work import RESULTS, work


def add(desk: Desk) -> None:
    """Add them to the router."""
    endpoint, jobs, state = desk.endpoint, desk.jobs, desk.state

    @endpoint("POST", "/jobs", "compute", answer=JobState, tags=["jobs"], status_code=202)
    def new_job(body: NewJob, request: Request) -> Job:
        """Start long work."""
        return jobs.start(body.kind, desk.who(request).name, work(state, body))

    @endpoint("GET", "/jobs/{ident}", "compute", answer=JobState, tags=["jobs"])
    def job(ident: str, request: Request) -> Job:
        """How far it is."""
        return jobs.find(ident, desk.who(request).name)

    @endpoint(
        "GET",
        "/jobs/{ident}/events",
        "compute",
        media=("text/event-stream",),
        tags=["jobs"],
        response_class=StreamingResponse,
    )
    async def job_events(ident: str, request: Request) -> Response:
        """Its progress as server-sent events, until it has ended."""
        found = jobs.find(ident, desk.who(request).name)

        async def events() -> AsyncIterator[str]:
            async for now in jobs.watch(found):
                if await request.is_disconnected():
                    return
                # a line of comment now and then keeps what stands between from closing the stream
                yield f"data: {json.dumps(now)}\n\n" if now else ": waiting\n\n"

        return StreamingResponse(
            events(), media_type="text/event-stream", headers={"cache-control": "no-store"}
        )

    @endpoint(
        "GET",
        "/jobs/{ident}/result",
        "compute",
        media=RESULTS,
        tags=["jobs"],
        responses={200: {"model": Plans | Resilience | dict[str, Any], "content": {m: {} for m in RESULTS}}},
    )
    def job_result(ident: str, request: Request) -> Response:
        """What came of it."""
        found = jobs.finished(ident, desk.who(request).name)
        return Response(found.content, media_type=found.media_type, headers=attachment(found.name))

    @endpoint("DELETE", "/jobs/{ident}", "compute", answer=JobState, tags=["jobs"])
    def cancel_job(ident: str, request: Request) -> Job:
        """Cancel it."""
        found = jobs.find(ident, desk.who(request).name)
        jobs.cancel(found)
        return found
