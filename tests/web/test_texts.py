"""Commitments out of a text, rows looked at before they are written, and pictures among the documents: what
the API answers."""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pydantic import TypeAdapter
from serving import Client

import milepost
from milepost.web.answers.intake import ReadText
from milepost.web.app import API
from milepost.web.security import CSRF_HEADER

TEXT = """Joint communique of the Seventh Session of the Ridge Commission
Vale, 12 March 2026

The Commission agreed as follows:
1. Westvale shall complete the second track between Vale and the summit by June 2028.
2. Ridgeland will open the terminal at Ridgeton within six months.
3. Both sides agreed to reduce the waiting time of trucks at Gate to 6 hours.
"""


def png(width: int = 8, height: int = 6) -> bytes:
    """A picture of one colour."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = b"".join(b"\0" + b"\x1f\x5f\xa8" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def post(
    client: Client, path: str, content: bytes | str, name: str = "minutes.txt", **data: Any
) -> httpx2.Response:
    answer: httpx2.Response = client.http.post(
        API + path, files={"file": (name, content)}, data=data, headers={CSRF_HEADER: client.csrf}
    )
    return answer


def wanted(**more: Any) -> str:
    return json.dumps({"ids": ["D01"], "agreement": "A1", **more})


def test_a_text_proposes_and_what_is_confirmed_enters(alone: Client, ridge: Path) -> None:
    answer = post(alone, "/intake", TEXT)
    assert answer.status_code == 200, answer.text
    TypeAdapter(ReadText).validate_python(answer.json())
    first, second, third = answer.json()["drafts"][:3]
    assert (first["owed_by"], first["due"], first["firmness"]) == (["XWV"], "2028-06", "legal duty")
    assert second["due"] == "2026-09", "counted from the dateline"
    assert "kind" in third["missing"]
    before = len(milepost.open(ridge).records.commitments)
    assert before == 5, "nothing is written by reading"
    body = wanted(
        ids=["D01", "D03"],
        source="https://example.org/communique",
        corrections=[
            {"draft": "D03", "part": "owner", "value": "XRL;XEM"},
            {"draft": "D03", "part": "kind", "value": "border"},
            {"draft": "D03", "part": "due", "value": "2027-12"},
        ],
    )
    answer = post(alone, "/intake/drafts", TEXT, wanted=body)
    assert answer.status_code == 201, answer.text
    TypeAdapter(ReadText).validate_python(answer.json())
    records = milepost.open(ridge).records
    rows = {c.id: c for c in records.commitments if c.id in answer.json()["written"]}
    assert [c.owed_by for c in rows.values()] == [("XWV",), ("XRL", "XEM")]
    assert {str(d.promised_for) for d in records.date_changes if d.commitment in rows} == {
        "2028-06",
        "2027-12",
    }
    assert all(c.source == "https://example.org/communique" for c in rows.values())
    kept = ridge / "texts" / f"{hashlib.sha256(TEXT.encode()).hexdigest()}.txt"
    assert kept.read_text() == TEXT
    again = post(alone, "/intake", TEXT).json()["drafts"][0]
    assert again["same_as"] in rows, "what stands in the register is told"


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (wanted(ids=["D99"]), 400, "D99"),
        (wanted(agreement="A9"), 400, "A9"),
        (wanted(ids=["D03"]), 400, "D03"),
        (wanted(corrections=[{"draft": "D01", "part": "colour", "value": "red"}]), 400, "colour"),
        (wanted(corrections=[{"draft": "D01", "part": "due", "value": "soon"}]), 400, "soon"),
        (wanted(ids=[]), 422, "ids"),
        ("no json", 422, "no JSON"),
    ],
)
def test_what_cannot_be_entered_is_refused_in_one_sentence(
    alone: Client, ridge: Path, body: str, status: int, said: str
) -> None:
    answer = post(alone, "/intake/drafts", TEXT, wanted=body)
    assert answer.status_code == status, answer.text
    assert said in answer.json()["error"]
    assert len(milepost.open(ridge).records.commitments) == 5
    assert not (ridge / "texts").exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.zip", b"PK\x03\x04 no"),
        ("../../../etc/passwd", b" "),
        ("x" * 400 + ".pdf", b"%PDF-1.7 damaged"),
        ("\u0628" * 300 + ".docx", b"PK\x03\x04 damaged"),
    ],
)
def test_what_is_no_text_is_refused(alone: Client, name: str, content: bytes) -> None:
    answer = post(alone, "/intake", content, name=name)
    assert answer.status_code == 400, answer.text
    assert "tmp" not in answer.json()["error"]


def test_only_who_edits_takes_commitments_from_texts(team: Callable[[str], Client]) -> None:
    for name, status in (("farid", 403), ("viktor", 403), ("", 401), ("sara", 200)):
        assert post(team(name), "/intake", TEXT).status_code == status, name


def test_rows_are_looked_at_before_they_are_written(alone: Client, ridge: Path) -> None:
    def look(**cells: str) -> dict[str, Any]:
        row = {"table": "parties", "id": cells["id"], "cells": cells, "seen": None}
        answer = alone.send("POST", "/edits/check", {"edits": [row], "reason": "check"})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    good = {"id": "XNW", "name": "Newland", "kind": "country", "basis": "assumed", "source": ""}
    assert look(**good) == {"error": "", "findings": []}
    bad = look(**good | {"kind": "planet"})
    assert bad["error"]
    assert [f["column"] for f in bad["findings"]] == ["kind"]
    assert look(**good | {"id": "XRL"})["error"], "somebody else's row"
    assert alone.get("/history").json() == []
    assert "XNW" not in {p.id for p in milepost.open(ridge).records.parties}


def test_pictures_are_shown_and_other_documents_fetched(alone: Client) -> None:
    picture = post(alone, "/documents", png(), name="gate.png").json()
    paper = post(alone, "/documents", b"%PDF-1.7 hello", name="a.pdf").json()
    asked = ",".join([picture["sha256"], paper["sha256"], "0" * 64, "..%2F", "*"])
    found = alone.get(f"/documents?digests={asked}").json()
    assert [(d["sha256"], d["media_type"]) for d in found] == [
        (picture["sha256"], "image/png"),
        (paper["sha256"], "application/octet-stream"),
    ]
    assert alone.get("/documents").json() == [], "who knows no digest is told of no document"
    shown = alone.get(f"/documents/{picture['name']}")
    assert shown.content == png()
    assert shown.headers["content-type"] == "image/png"
    assert shown.headers["content-disposition"] == "inline"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    fetched = alone.get(f"/documents/{paper['name']}")
    assert fetched.headers["content-type"] == "application/octet-stream"
    assert fetched.headers["content-disposition"].startswith("attachment")
