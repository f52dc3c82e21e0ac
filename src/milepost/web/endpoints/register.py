"""Rows of the register, their history, and everything that is written."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from fastapi import File, Query, Request, Response, UploadFile
from fastapi.responses import FileResponse

from milepost.acts import bring, dates, evidence, meetings
from milepost.acts import documents as keeping
from milepost.acts import rows as table_rows
from milepost.acts.dates import Asked, Decided
from milepost.acts.documents import Kept
from milepost.acts.evidence import Recorded
from milepost.acts.rows import Edited
from milepost.errors import WrongUse, one_of
from milepost.web import downloads, views, writes
from milepost.web.desk import Desk, address_of, attachment
from milepost.web.rights import must
from milepost.web.shapes import Day, EntryOfChain, RowOfTable


def add(desk: Desk) -> None:
    """Add them to the router."""
    endpoint, config, state = desk.endpoint, desk.config, desk.state

    @endpoint("GET", "/history", "read offices", response_model=list[EntryOfChain], tags=["register"])
    def history(
        table: Annotated[str, Query(max_length=60)] = "",
        row: Annotated[str, Query(max_length=200)] = "",
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
    ) -> list[dict[str, Any]]:
        """The chain of entries, newest first: who wrote what, when and why."""
        return writes.history(state, table, row, limit)

    @endpoint("GET", "/rows/{table}", "read", response_model=list[RowOfTable], tags=["register"])
    def rows(request: Request, table: str, known_on: Day = "") -> list[dict[str, Any]]:
        """Rows of one table with the digest that an edit must say it saw."""
        from milepost.records import TABLES

        if table not in TABLES:
            raise one_of("table", table, list(TABLES))
        if table == "contacts":
            must(desk.person_of(request), "read offices")
        return views.rows_of_register(desk.at(known_on).programme.records, table)

    @endpoint("POST", "/evidence", "report", response_model=Recorded, tags=["register"], status_code=201)
    def add_evidence(body: writes.NewEvidence, request: Request) -> dict[str, Any]:
        """Add a report. A party reports on what it owes, and disputes what is said of others."""
        return evidence.record(state.register, desk.who(request), body.model_dump()).as_dict()

    @endpoint("POST", "/evidence/{ident}/confirmation", "confirm", response_model=Recorded, tags=["register"])
    def confirm(ident: str, body: writes.Confirmation, request: Request) -> dict[str, Any]:
        """Judge whether a report meets the acceptance test: by another person than the one who entered it."""
        return evidence.judge(state.register, desk.who(request), ident, body.verdict, body.reason).as_dict()

    @endpoint("POST", "/requests", "ask", response_model=Asked, tags=["register"], status_code=201)
    def ask_date(body: writes.NewRequest, request: Request) -> dict[str, Any]:
        """Ask to move a date."""
        return dates.ask(state.register, desk.who(request), **body.model_dump()).as_dict()

    @endpoint("POST", "/requests/{ident}/decision", "decide", response_model=Decided, tags=["register"])
    def decide_date(ident: str, body: writes.Decision, request: Request) -> dict[str, Any]:
        """Grant or refuse a request: by another person than the one who asked."""
        return dates.decide(state.register, desk.who(request), ident, **body.model_dump()).as_dict()

    @endpoint("POST", "/meetings", "edit", response_model=Recorded, tags=["register"], status_code=201)
    def add_meeting(body: writes.NewMeeting, request: Request) -> dict[str, Any]:
        """Add a meeting: the session on which decisions fall."""
        return meetings.record(state.register, desk.who(request), body.model_dump()).as_dict()

    @endpoint("POST", "/edits", "edit", response_model=Edited, tags=["register"])
    def edits(body: writes.Edits, request: Request) -> dict[str, Any]:
        """Write rows together, each with the digest of what was seen (optimistic locking)."""
        found = [e.edit for e in body.edits]
        return table_rows.edit(state.register, desk.who(request), found, body.reason).as_dict()

    @endpoint("POST", "/workbook", "edit", response_model=writes.Brought, tags=["register"])
    def bring_workbook(
        request: Request,
        file: Annotated[UploadFile, File()],
        apply: bool = False,
        reason: Annotated[str, Query(max_length=2_000)] = "",
    ) -> dict[str, Any]:
        """Bring a workbook: the difference first, applied only when asked, and only whole."""
        copy = bring.uploaded(file.file.read(), file.filename or "workbook")
        return bring.bring(state.register, desk.who(request), copy, apply=apply, reason=reason).as_dict()

    @endpoint("GET", "/programme.xlsx", "read offices", tags=["register"], response_class=Response)
    def workbook(known_on: Day = "") -> Response:
        """The programme as a workbook, to edit and bring back."""
        import tempfile

        from milepost.store.workbook import write_workbook

        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "programme.xlsx"
            write_workbook(desk.at(known_on).programme.records, file)
            return Response(
                file.read_bytes(), media_type=downloads.MEDIA["xlsx"], headers=attachment("programme.xlsx")
            )

    @endpoint("POST", "/documents", "report", response_model=Kept, tags=["register"], status_code=201)
    def keep(request: Request, file: Annotated[UploadFile, File()]) -> dict[str, Any]:
        """Keep a document (PDF, picture, office file) under its SHA-256, to name as the source of a
        report."""
        kept = keeping.keep(documents(), file.file.read(), file.filename or "")
        if config.people is not None:
            config.people.record(
                "kept a document", desk.who(request).name, detail=kept.source, address=address_of(request)
            )
        return kept.as_dict()

    @endpoint("GET", "/documents/{name}", "read", tags=["register"], response_class=FileResponse)
    def document(name: str) -> Response:
        """A kept document."""
        found = writes.document(documents(), name)
        return FileResponse(found, media_type="application/octet-stream", headers=attachment(found.name))

    def documents() -> Path:
        if config.documents is None:
            raise WrongUse("This server keeps no documents; start it with --documents FOLDER.")
        return config.documents
