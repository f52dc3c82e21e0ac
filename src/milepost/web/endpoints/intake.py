"""Commitments out of a text: what it proposes, and those that a person confirms and corrects."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import File, Form, Request, UploadFile
from pydantic import Json

from milepost.acts import drafts
from milepost.acts.drafts import Drafted
from milepost.errors import one_of
from milepost.intake.accept import CORRECTABLE, Correction, Wanted
from milepost.intake.documents import Document, read_document
from milepost.intake.drafts import propose
from milepost.web import writes
from milepost.web.answers.intake import ReadText
from milepost.web.desk import Desk, day
from milepost.web.shapes import Day


def add(desk: Desk) -> None:
    """Add them to the router."""
    endpoint, state = desk.endpoint, desk.state

    def drafted(document: Document, dated: str) -> Drafted:
        records = state.current().programme.records
        parties = [(p.id, p.name) for p in records.parties]
        return Drafted(propose(document, parties, day(dated), drafts.known_promises(records)))

    @endpoint("POST", "/intake", "edit", answer=ReadText, tags=["register"])
    def read(file: Annotated[UploadFile, File()], dated: Day = "") -> Drafted:
        """Draft commitments out of a text (plain text, HTML, Word, PDF). Nothing is written."""
        return drafted(_document(file, file.file.read()), dated)

    @endpoint("POST", "/intake/drafts", "edit", answer=ReadText, tags=["register"], status_code=201)
    def accept(
        request: Request,
        file: Annotated[UploadFile, File()],
        wanted: Annotated[Json[writes.WantedDrafts], Form()],
        dated: Day = "",
    ) -> Drafted:
        """Write the drafts of the same text that a person confirms, corrected, as commitments under an
        agreement. The text itself is kept in the programme's folder, where it has one."""
        content = file.file.read()
        document = _document(file, content)
        proposal = drafted(document, dated).proposal
        done = drafts.accept(
            state.register,
            desk.who(request),
            proposal,
            Wanted(
                tuple(wanted.ids),
                tuple(Correction(c.draft, _part(c.part), c.value) for c in wanted.corrections),
            ),
            agreement=wanted.agreement,
            dated=proposal.dated,
            source=wanted.source,
        )
        if Path(desk.config.path).is_dir():
            drafts.keep_text(Path(desk.config.path), document, content)
        return done


def _part(name: str) -> str:
    if name not in CORRECTABLE:
        raise one_of("part of a draft", name, list(CORRECTABLE))
    return name


def _document(file: UploadFile, content: bytes) -> Document:
    """The text of an upload, under the name that it has with its sender."""
    name = Path((file.filename or "").replace("\\", "/")).name
    plain = "".join(c for c in name if c.isprintable()).strip(". ")
    # as long as every file system takes
    short = plain.encode("utf-8", "ignore")[-200:].decode("utf-8", "ignore") or "text.txt"
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / short
        kept.write_bytes(content)
        return read_document(kept)
