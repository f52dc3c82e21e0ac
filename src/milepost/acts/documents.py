"""Documents beside the register, kept under their SHA-256, to name as the source of a report."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

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
