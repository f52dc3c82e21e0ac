"""Documents beside the register, kept under their SHA-256, to name as the source of a report."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from milepost.acts.writing import Written
from milepost.errors import WrongUse
from milepost.files import write_whole

_KINDS = {b"%PDF-": ".pdf", b"\x89PNG\r\n\x1a\n": ".png", b"\xff\xd8\xff": ".jpg", b"PK\x03\x04": ".zip"}


@dataclass(frozen=True, repr=False)
class Kept(Written):
    """A kept document; ``source`` is how a report names it."""

    sha256: str
    name: str
    bytes: int
    source: str

    def headed(self) -> str:
        """Under which name."""
        return f"Kept as {self.name}."


PICTURES = {".png": "image/png", ".jpg": "image/jpeg"}
OTHERS = "application/octet-stream"


@dataclass(frozen=True)
class Held:
    """A document that is kept; ``media_type`` is that of a picture, which a page may show, or that of
    bytes."""

    sha256: str
    name: str
    bytes: int
    media_type: str

    def as_dict(self) -> dict[str, Any]:
        """The document as plain JSON values."""
        return asdict(self)


def held(folder: Path, digests: Iterable[str]) -> tuple[Held, ...]:
    """Those of the documents with these digests that are kept, once each; what is no digest names none."""
    found = []
    for sha in dict.fromkeys(digests):
        if re.fullmatch(r"[0-9a-f]{64}", sha):
            for file in sorted(folder.glob(f"{sha}.*"))[:1]:
                kind = PICTURES.get(file.suffix, OTHERS)
                found.append(Held(sha, file.name, file.stat().st_size, kind))
    return tuple(found)


def keep(folder: Path, content: bytes, name: str) -> Kept:
    """Keep a document under its SHA-256. Raises ``WrongUse`` for what is neither PDF, picture nor office
    document."""
    suffix = next((s for magic, s in _KINDS.items() if content.startswith(magic)), "")
    if not suffix:
        raise WrongUse("A document is a PDF, PNG, JPEG or office file (DOCX, XLSX); this is none of them.")
    if suffix == ".zip":
        wanted = Path(name).suffix.lower()
        if wanted not in (".docx", ".xlsx", ".odt", ".ods"):
            raise WrongUse(
                "Only DOCX, XLSX, ODT and ODS are kept of the files that are packed; send a PDF instead."
            )
        suffix = wanted
    sha = hashlib.sha256(content).hexdigest()
    target = folder / f"{sha}{suffix}"
    if not target.exists() or target.read_bytes() != content:
        write_whole(target, content)
    return Kept(sha, target.name, len(content), f"sha256:{sha}")
