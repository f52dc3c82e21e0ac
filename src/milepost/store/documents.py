"""A whole register verified: its chain, and the documents and texts that lie beside it under their
SHA-256."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from milepost.files import filled_folder
from milepost.store.content import Content
from milepost.store.stores import open_store
from milepost.store.verification import Given, Tampering, Verification, verify

FOLDERS = ("documents", "texts")
_NAMED = re.compile(r"sha256:([0-9a-f]{64})")
SAFE = re.compile(
    r"[^/\\\0\x01-\x1f.][^/\\\0\x01-\x1f]{0,254}"
)  # a name that lies in its folder and is seen there
_KEPT = re.compile(r"([0-9a-f]{64})(\.[a-z0-9]+)?")


def documents_of(where: str | Path, besides: Path | None = None) -> dict[str, Path]:
    """Files of documents and texts, by ``documents/NAME`` and ``texts/NAME``: those in a programme's folder,
    and as documents those of a folder named ``besides``."""
    own = [(name, Path(where) / name) for name in FOLDERS] if Path(where).is_dir() else []
    return {
        f"{kind}/{file.name}": file
        for kind, folder in [*own, *([("documents", besides)] if besides else [])]
        if folder.is_dir()
        for file in sorted(folder.iterdir())
        if file.is_file() and SAFE.fullmatch(file.name)
    }


def copy_documents(files: Mapping[str, Path], target: Path) -> None:
    """Copies of documents and texts in a new folder, whole or not at all. Raises ``WrongUse`` if it exists
    and is not empty."""

    def fill(folder: Path) -> None:
        for file in files.values():
            shutil.copyfile(file, folder / file.name)

    filled_folder(target, {}, fill)


def verified(where: str | Path, given: Given, documents: Path | None = None) -> Verification:
    """Everything that does not hold in the programme at an address, by what one holds besides; documents are
    looked for in its folder, and in the one named."""
    store = open_store(where)
    held = store.snapshot()
    found = verify(
        held.lines,
        held.content,
        held.checkpoints,
        root=given.root,
        public_key=given.key,
        witness=given.witness,
        history=held.history,
    )
    own = [Path(where) / name for name in FOLDERS] if Path(where).is_dir() else []
    found = with_documents(found, held.content, [*own, *([documents] if documents else [])])
    return replace(found, remarks=(*found.remarks, *held.notes))


def with_documents(found: Verification, content: Content, folders: Sequence[Path]) -> Verification:
    """The same with what does not hold of documents: kept under a SHA-256 that is not theirs, or named by
    a row and not there. Where no folder is there, what is named is only counted."""
    named = dict(_named(content))
    there = [folder for folder in folders if folder.is_dir()]
    if not there:
        told = (f"{len(named)} documents are named by rows, and no folder of documents was looked at",)
        return replace(found, remarks=(*found.remarks, *(told if named else ())))
    kept: set[str] = set()
    faults = list(_replaced(there, kept))
    faults += [
        Tampering(0, f"the document {sha[:16]}... that {row} names is not there")
        for sha, row in named.items()
        if sha not in kept
    ]
    return replace(found, faults=(*found.faults, *faults))


def _replaced(folders: Sequence[Path], kept: set[str]) -> Iterator[Tampering]:
    for folder in folders:
        for file in sorted(folder.iterdir()):
            name = _KEPT.fullmatch(file.name)
            if name is None or not file.is_file():
                continue
            kept.add(name[1])
            with file.open("rb") as opened:
                held = hashlib.file_digest(opened, "sha256").hexdigest()
            if held != name[1]:
                what = (
                    f"the document {name[1][:16]}... in '{folder.name}' was replaced: it is another one now"
                )
                yield Tampering(0, what)


def _named(content: Content) -> Iterator[tuple[str, str]]:
    for table, rows in content.items():
        for ident, cells in rows.items():
            for cell in cells.values():
                for sha in _NAMED.findall(cell):
                    yield sha, f"{table} {ident}"
