"""Rows of the register, their history, and everything that is written."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Any

from fastapi import File, Query, Request, Response, UploadFile
from fastapi.responses import FileResponse

from milepost.errors import WrongUse
from milepost.store.workbook import write_workbook
from milepost.web import downloads, views, writes
from milepost.web.answers.programme import EntryOfChain, RowOfTable
from milepost.web.desk import Desk, address_of, attachment
from milepost.web.rights import must_see
from milepost.web.shapes import Day, Kept, Written


def add(desk: Desk) -> None:
    """Add them to the router."""
    endpoint, config, state = desk.endpoint, desk.config, desk.state

    @endpoint("GET", "/history", "read offices", answer=list[EntryOfChain], tags=["register"])
    def history(
        table: Annotated[str, Query(max_length=60)] = "",
        row: Annotated[str, Query(max_length=200)] = "",
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
    ) -> tuple[EntryOfChain, ...]:
        """The chain of entries, newest first: who wrote what, when and why."""
        return views.history(state, table, row, limit)

    @endpoint("GET", "/rows/{table}", "read", answer=list[RowOfTable], tags=["register"])
    def rows(request: Request, table: str, known_on: Day = "") -> tuple[RowOfTable, ...]:
        """Rows of one table with the digest that an edit must say it saw."""
        must_see(desk.person_of(request), table)
        return views.rows_of_table(desk.at(known_on), table)

    @endpoint("POST", "/evidence", "report", response_model=Written, tags=["register"], status_code=201)
    def add_evidence(body: writes.NewEvidence, request: Request) -> dict[str, Any]:
        """Add a report. A party reports on what it owes, and disputes what is said of others."""
        return writes.add_evidence(state, desk.who(request), body)

    @endpoint("POST", "/evidence/{ident}/confirmation", "confirm", response_model=Written, tags=["register"])
    def confirm(ident: str, body: writes.Confirmation, request: Request) -> dict[str, Any]:
        """Judge whether a report meets the acceptance test: by another person than the one who entered it."""
        return writes.confirm(state, desk.who(request), ident, body)

    @endpoint("POST", "/requests", "ask", response_model=Written, tags=["register"], status_code=201)
    def ask_date(body: writes.NewRequest, request: Request) -> dict[str, Any]:
        """Ask to move a date."""
        return writes.ask_date(state, desk.who(request), body)

    @endpoint("POST", "/requests/{ident}/decision", "decide", response_model=Written, tags=["register"])
    def decide_date(ident: str, body: writes.Decision, request: Request) -> dict[str, Any]:
        """Grant or refuse a request: by another person than the one who asked."""
        return writes.decide_date(state, desk.who(request), ident, body)

    @endpoint("POST", "/edits", "edit", response_model=Written, tags=["register"])
    def edits(body: writes.Edits, request: Request) -> dict[str, Any]:
        """Write rows together, each with the digest of what was seen (optimistic locking)."""
        return writes.write_rows(state, desk.who(request), body)

    @endpoint("POST", "/workbook", "edit", tags=["register"])
    def bring_workbook(
        request: Request,
        file: Annotated[UploadFile, File()],
        apply: bool = False,
        reason: Annotated[str, Query(max_length=2_000)] = "",
    ) -> dict[str, Any]:
        """Bring a workbook: the difference first, applied only when asked, and only whole."""
        return writes.bring_workbook(state, desk.who(request), file.file.read(), apply=apply, reason=reason)

    @endpoint("GET", "/programme.xlsx", "read offices", media=(downloads.MEDIA["xlsx"],), tags=["register"])
    def workbook(known_on: Day = "") -> Response:
        """The programme as a workbook, to edit and bring back."""
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
        kept = writes.keep_document(documents(), file.file.read(), file.filename or "")
        if config.people is not None:
            config.people.record(
                "kept a document", desk.who(request).name, detail=kept["source"], address=address_of(request)
            )
        return kept

    @endpoint("GET", "/documents/{name}", "read", media=("application/octet-stream",), tags=["register"])
    def document(name: str) -> Response:
        """A kept document."""
        found = writes.document(documents(), name)
        return FileResponse(found, media_type="application/octet-stream", headers=attachment(found.name))

    def documents() -> Path:
        if config.documents is None:
            raise WrongUse("This server keeps no documents; start it with --documents FOLDER.")
        return config.documents
