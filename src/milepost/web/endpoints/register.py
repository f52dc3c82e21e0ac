"""Rows of the register, their history, and everything that is written."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Any

from fastapi import File, Query, Request, Response, UploadFile
from fastapi.responses import FileResponse

from milepost.acts import comments, dates, evidence, forecasts, meetings
from milepost.acts import documents as keeping
from milepost.acts import letters as acts_letters
from milepost.acts import rows as table_rows
from milepost.acts.dates import Asked, Decided
from milepost.acts.documents import Held, Kept
from milepost.acts.evidence import Recorded
from milepost.acts.forecasts import KeptForecasts
from milepost.acts.rows import Checked, Edited
from milepost.errors import WrongUse
from milepost.register.comments import KEEPERS, readable
from milepost.value.scoring import Score as Scores
from milepost.web import downloads, views, writes
from milepost.web.answers.commitments import CommentRow, Score
from milepost.web.answers.programme import Checked as CheckedRows
from milepost.web.answers.programme import EntryOfChain, KeptDocument, RowOfTable
from milepost.web.answers.together import WeeklyLetter
from milepost.web.desk import Desk, address_of, attachment, day, ids
from milepost.web.rights import must_see
from milepost.web.shapes import Day


def add(desk: Desk) -> None:
    """Add them to the router."""
    _read(desk)
    _write(desk)
    _documents(desk)


def _read(desk: Desk) -> None:
    endpoint, state = desk.endpoint, desk.state

    @endpoint("GET", "/history", "read offices", answer=list[EntryOfChain], tags=["register"])
    def history(
        request: Request,
        table: Annotated[str, Query(max_length=60)] = "",
        row: Annotated[str, Query(max_length=200)] = "",
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
    ) -> tuple[EntryOfChain, ...]:
        """The chain of entries, newest first: who wrote what, when and why."""
        keeps = desk.who(request).role in KEEPERS
        return views.history(state, table, row, limit, frozenset() if keeps else frozenset({"comments"}))

    @endpoint("GET", "/rows/{table}", "read", answer=list[RowOfTable], tags=["register"], kept=True)
    def rows(request: Request, table: str, known_on: Day = "") -> tuple[RowOfTable, ...]:
        """Rows of one table with the digest that an edit must say it saw."""
        must_see(desk.person_of(request), table)
        return views.rows_of_table(desk.at(known_on), table)

    @endpoint(
        "GET",
        "/programme.xlsx",
        "read offices",
        media=(downloads.MEDIA["xlsx"],),
        tags=["register"],
        heavy=True,
    )
    def workbook(request: Request, known_on: Day = "") -> Response:
        """The programme as a workbook, to edit and bring back; with the comments that the reader may read."""
        from milepost.store.workbook import write_workbook

        records = desk.at(known_on).programme.records
        person = desk.who(request)
        records = records.with_rows(comments=readable(records.comments, person.role, person.party))
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "programme.xlsx"
            write_workbook(records, file)
            return Response(
                file.read_bytes(), media_type=downloads.MEDIA["xlsx"], headers=attachment("programme.xlsx")
            )

    @endpoint("GET", "/score", "read", answer=Score, tags=["register"])
    def score(as_of: Day = "", known_on: Day = "") -> Scores:
        """How the forecasts that were kept have done: Brier score, CRPS, calibration, and each forecast."""
        valued = desk.at(known_on)
        return valued.programme.score(day(as_of) or valued.day)

    @endpoint(
        "GET",
        "/commitments/{ident}/comments",
        "read offices",
        answer=list[CommentRow],
        tags=["register"],
    )
    def comments_on(request: Request, ident: str) -> list[CommentRow]:
        """The comments on a commitment that the reader may read, the oldest first."""
        return views.comments_on(desk.at("").programme.records, ident, desk.who(request))

    @endpoint("GET", "/letters", "read offices", answer=list[WeeklyLetter], tags=["register"], heavy=True)
    def letters(request: Request) -> tuple[WeeklyLetter, ...]:
        """The letters of the week as they would be sent: all to the secretariat, to a party its own."""
        return views.letters(state, desk.who(request))


def _write(desk: Desk) -> None:
    endpoint, state = desk.endpoint, desk.state

    @endpoint("POST", "/evidence", "report", answer=Recorded, tags=["register"], status_code=201)
    def add_evidence(body: writes.NewEvidence, request: Request) -> Recorded:
        """Add a report. A party reports on what it owes, and disputes what is said of others."""
        return evidence.record(state.register, desk.who(request), body.model_dump())

    @endpoint("POST", "/evidence/{ident}/confirmation", "confirm", answer=Recorded, tags=["register"])
    def confirm(ident: str, body: writes.Confirmation, request: Request) -> Recorded:
        """Judge whether a report meets the acceptance test: by another person than the one who entered it."""
        return evidence.judge(state.register, desk.who(request), ident, body.verdict, body.reason)

    @endpoint("POST", "/requests", "ask", answer=Asked, tags=["register"], status_code=201)
    def ask_date(body: writes.NewRequest, request: Request) -> Asked:
        """Ask to move a date."""
        return dates.ask(state.register, desk.who(request), **body.model_dump())

    @endpoint("POST", "/requests/{ident}/decision", "decide", answer=Decided, tags=["register"])
    def decide_date(ident: str, body: writes.Decision, request: Request) -> Decided:
        """Grant or refuse a request: by another person than the one who asked."""
        return dates.decide(state.register, desk.who(request), ident, **body.model_dump())

    @endpoint("POST", "/forecasts", "edit", answer=KeptForecasts, tags=["register"], status_code=201)
    def keep_forecasts(body: writes.NewForecasts, request: Request) -> KeptForecasts:
        """Forecast deliveries and ratifications as of today, and keep them for a meeting."""
        return forecasts.keep(state.register, desk.who(request), **body.model_dump())

    @endpoint("POST", "/comments", "comment", answer=Recorded, tags=["register"], status_code=201)
    def add_comment(body: writes.NewComment, request: Request) -> Recorded:
        """Comment on a commitment, for all parties or for some."""
        return comments.comment(state.register, desk.who(request), **body.model_dump())

    @endpoint("POST", "/letters/sent", "send", answer=Recorded, tags=["register"], status_code=201)
    def letter_sent(body: writes.NewSentLetter, request: Request) -> Recorded:
        """Record that a letter of the week went out: by whom, when and how."""
        return acts_letters.mark_sent(state.register, desk.who(request), **body.model_dump())

    @endpoint("POST", "/meetings", "edit", answer=Recorded, tags=["register"], status_code=201)
    def add_meeting(body: writes.NewMeeting, request: Request) -> Recorded:
        """Add a meeting: the session on which decisions fall."""
        return meetings.record(state.register, desk.who(request), body.model_dump())

    @endpoint("POST", "/edits", "edit", answer=Edited, tags=["register"])
    def edits(body: writes.Edits, request: Request) -> Edited:
        """Write rows together, each with the digest of what was seen (optimistic locking)."""
        found = [e.edit for e in body.edits]
        return table_rows.edit(state.register, desk.who(request), found, body.reason)

    @endpoint("POST", "/edits/check", "edit", answer=CheckedRows, tags=["register"])
    def check_edits(body: writes.Edits, request: Request) -> Checked:
        """Look at rows before they are written: what POST /edits would refuse them for. Nothing is
        written."""
        return table_rows.check(state.register, desk.who(request), [e.edit for e in body.edits])

    @endpoint("POST", "/workbook", "edit", answer=writes.Brought, tags=["register"])
    def bring_workbook(
        request: Request,
        file: Annotated[UploadFile, File()],
        apply: bool = False,
        reason: Annotated[str, Query(max_length=2_000)] = "",
    ) -> Any:
        """Bring a workbook: the difference first, applied only when asked, and only whole."""
        from milepost.acts import bring

        copy = bring.uploaded(file.file.read(), file.filename or "workbook")
        return bring.bring(state.register, desk.who(request), copy, apply=apply, reason=reason)


def _documents(desk: Desk) -> None:
    endpoint, config = desk.endpoint, desk.config

    @endpoint("POST", "/documents", "report", answer=Kept, tags=["register"], status_code=201)
    def keep(request: Request, file: Annotated[UploadFile, File()]) -> Kept:
        """Keep a document (PDF, picture, office file) under its SHA-256, to name as the source of a
        report."""
        kept = keeping.keep(documents(), file.file.read(), file.filename or "")
        if config.people is not None:
            config.people.record(
                "kept a document", desk.who(request).name, detail=kept.source, address=address_of(request)
            )
        return kept

    @endpoint("GET", "/documents", "read", answer=list[KeptDocument], tags=["register"])
    def kept_documents(
        digests: Annotated[str, Query(max_length=8_000, description="SHA-256 digests, by commas")] = "",
    ) -> tuple[Held, ...]:
        """Which of the documents with these digests are kept, and of what kind they are."""
        return keeping.held(config.documents, ids(digests)) if config.documents else ()

    kinds = (keeping.OTHERS, *keeping.PICTURES.values())

    @endpoint("GET", "/documents/{name}", "read", media=kinds, tags=["register"])
    def document(name: str) -> Response:
        """A kept document: a picture to be shown, anything else to be fetched."""
        found = writes.document(documents(), name)
        headers = attachment(found.name)
        kind = keeping.PICTURES.get(found.suffix, keeping.OTHERS)
        if kind != keeping.OTHERS:  # its name is its digest: it never changes
            headers = {"content-disposition": "inline", "cache-control": "private, max-age=86400, immutable"}
        return FileResponse(found, media_type=kind, headers=headers)

    def documents() -> Path:
        if config.documents is None:
            raise WrongUse("This server keeps no documents; start it with --documents FOLDER.")
        return config.documents
