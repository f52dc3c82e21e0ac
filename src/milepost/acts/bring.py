"""A copy comes back: a workbook that was edited elsewhere, or another programme, into a register that exists.
The difference first; applied only when asked, and only whole."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from milepost.acts.persons import Person
from milepost.acts.rights import must_act
from milepost.acts.rows import must_edit_all
from milepost.acts.writing import TRIES, Plan, Register, Written, write
from milepost.apart import apart
from milepost.errors import BadData, Finding, WrongUse
from milepost.packed import Most, must_be_bounded
from milepost.programme import Programme
from milepost.records import TABLES, Records
from milepost.results import Cell
from milepost.store.content import content_of
from milepost.store.documents import documents_of
from milepost.store.stores import open_store
from milepost.store.transfer import NO_CHAIN, Chain, Difference, Merge, merge
from milepost.store.workbook import read_with_digests, seen_digests

_OF_AN_UPLOAD = Most(unpacked=100_000_000, parts=1_000, cells=1_000_000, rows=500_000, merged=100_000)


@dataclass(frozen=True)
class Copy:
    """What is brought: rows, the findings of reading them, digests of the rows as they were when the copy was
    taken, where it carries them, and the audit chain and the documents of where it comes from."""

    records: Records
    findings: tuple[Finding, ...] = ()
    seen: dict[tuple[str, str], str] | None = None
    name: str = ""
    chain: Chain = NO_CHAIN
    documents: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True, repr=False)
class Brought(Written):
    """Row by row what the copy changes, how many of each kind, and whether that was applied; ``passed_over``
    rows stand in the copy as they did when it was taken, and are not in the register."""

    added: int
    changed: int
    removed: int
    rejected: int
    passed_over: int
    applied: bool
    differences: tuple[Difference, ...]
    entry: int | None
    hash: str | None

    def as_dict(self) -> dict[str, Any]:
        """The answer as plain JSON values."""
        return {**vars(self), "differences": [d.as_dict() for d in self.differences]}

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row per cell that differs."""
        return ["what", "table", "id", "column", "from", "to", "why"], [
            [d.what, d.table, d.id, *cell, d.why]
            for d in self.differences
            for cell in (d.cells or (("", "", ""),))
        ]


def read_copy(source: str, documents: Path | None = None) -> Copy:
    """The programme at an address or in a file, with the documents in its folder and in the one named. Raises
    ``BadData`` when there is none."""
    store = open_store(source)
    for _ in range(TRIES):
        records, findings = store.read()
        if records is None:
            raise BadData(findings)
        if source.lower().endswith(".xlsx"):
            return Copy(records, findings, seen_digests(Path(source)), Path(source).name)
        held = store.snapshot()
        if held.content == content_of(records):  # else somebody wrote in between
            chain, found = Chain(held.lines, held.checkpoints), documents_of(source, documents)
            return Copy(records, findings, None, Path(source).name, chain, found)
    raise WrongUse(f"'{source}' is being written to all the time; try again.")


def uploaded(content: bytes, name: str) -> Copy:
    """The workbook in a file's bytes, sent under a name. Raises ``WrongUse`` for what is no workbook,
    ``BadData`` for one that is no programme."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "upload.xlsx"
        file.write_bytes(content)
        _must_be_workbook(file)
        told = Path(name).name
        must_be_bounded(file, told, _OF_AN_UPLOAD)
        records, findings, seen = apart(read_with_digests, file, what=f"'{told}'", seconds=60)
        if records is None:
            raise BadData(findings)
        return Copy(records, findings, seen, told)


def bring(
    register: Register,
    person: Person,
    copy: Copy,
    *,
    apply: bool = False,
    remove: bool = False,
    reason: str = "",
) -> Brought:
    """What the copy changes in the register, applied if that is asked for and no row is rejected.

    A row that was changed in the register since the copy was taken is rejected, not overwritten. Rows that
    the copy does not have stay, unless ``remove`` is given. Raises ``Forbidden`` for what takes two persons.
    """
    must_act(person, "edit")

    def compare(programme: Programme) -> Merge:
        return merge(programme.records, copy.records, copy.findings, copy.seen, remove=remove)

    def plan(programme: Programme) -> Plan[Merge]:
        found = compare(programme)
        must_edit_all(person, programme.records, found.edits)
        edits = () if found.rejected else found.edits
        return Plan(edits, reason or f"import of {copy.name}", found)

    if not apply:
        return _brought(compare(register.now()[1]), None)
    done, entry = write(register, person, plan)
    return _brought(done.about, entry)


def put_tables(
    register: Register, person: Person, tables: Mapping[str, Sequence[Mapping[str, Any]]], reason: str
) -> Brought:
    """Whole tables, in the place of those that stand there: what a source gives is taken over row by row."""
    must_act(person, "edit")
    made = {name: tuple(TABLES[name].model_validate(row) for row in rows) for name, rows in tables.items()}

    def plan(programme: Programme) -> Plan[Merge]:
        found = merge(programme.records, programme.records.with_rows(**made), (), None, remove=True)
        must_edit_all(person, programme.records, found.edits)
        return Plan(found.edits, reason, found)

    done, entry = write(register, person, plan)
    return _brought(done.about, entry)


def _brought(found: Merge, entry: Any) -> Brought:
    count = {
        what: sum(d.what == what for d in found.differences)
        for what in ("added", "changed", "removed", "rejected")
    }
    return Brought(
        **count,
        passed_over=found.passed_over,
        applied=entry is not None,
        differences=found.differences,
        entry=entry.n if entry else None,
        hash=entry.hash if entry else None,
    )


def _must_be_workbook(file: Path) -> None:
    try:
        with zipfile.ZipFile(file) as packed:
            if "xl/workbook.xml" not in packed.namelist():
                raise WrongUse("This is no Excel workbook (.xlsx).")
    except zipfile.BadZipFile:
        raise WrongUse("This is no Excel workbook (.xlsx).") from None
