"""A programme in a new place: begun, or imported or exported whole with a chain that begins there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from milepost.acts.bring import Copy
from milepost.acts.persons import Person
from milepost.acts.writing import Written
from milepost.errors import BadData, WrongUse
from milepost.programme import Programme
from milepost.records import Records
from milepost.records.starter import starter_params
from milepost.store.assembly import template_settings
from milepost.store.documents import copy_documents
from milepost.store.folder import copy_example, example_path, new_programme
from milepost.store.stores import DATABASE_SUFFIXES, Folder, open_store
from milepost.store.transfer import Chain
from milepost.store.transfer import copy as copy_to
from milepost.store.verification import verify


@dataclass(frozen=True, repr=False)
class Imported(Written):
    """A programme that was brought into a new store; how many documents went along, and how many stay where
    they are."""

    target: str
    rows: int
    applied: bool
    documents: int = 0
    left: int = 0

    def headed(self) -> str:
        """How many rows, and where they are now."""
        told = f"Imported {self.rows:,} rows into {self.target}"
        told += f", and {self.documents:,} documents." if self.documents else "."
        if self.left:
            told += f" {self.left:,} documents stay where they are: --documents FOLDER takes them along."
        return told


@dataclass(frozen=True, repr=False)
class Exported(Written):
    """A programme that was written to a new store; ``fingerprint`` is that of its data."""

    target: str
    rows: int
    fingerprint: str

    def headed(self) -> str:
        """How many rows, where they are now, and what they are."""
        return f"Exported {self.rows:,} rows to {self.target}; data {self.fingerprint[:16]}."


@dataclass(frozen=True, repr=False)
class Created(Written):
    """A new programme, and the example it is a copy of ("" for an empty one)."""

    created: str
    example: str = ""

    def headed(self) -> str:
        """Where it is now, and what it began as."""
        return f"Created {self.created}" + (f" from the example '{self.example}'." if self.example else ".")


# ends of names that say another form than a programme has: whoever writes one wants no folder of that name
_OTHER_FORMS = {
    ".geojson": "geojson",
    ".gpkg": "geopackage",
    **dict.fromkeys((".csv", ".json", ".xml", ".xls", ".xlsm", ".ods", ".omx", ".zip", ".parquet"), ""),
    **dict.fromkeys((".html", ".pdf", ".toml"), ""),
}


def form_fits(target: str) -> None:
    """Raises ``WrongUse`` where the name of a new programme ends as that of another form."""
    end = Path(target).suffix.lower()
    if "://" in target or end not in _OTHER_FORMS:
        return
    form = _OTHER_FORMS[end]
    to = f" 'milepost export DIR {target} --as {form}' writes such a file." if form else ""
    raise WrongUse(
        f"'{target}' ends in {end}, which is no form of a programme: name a folder, an .xlsx, an SQLite .db "
        f"or a postgresql:// address.{to}"
    )


def create(target: Path | str, example: str = "", day: dt.date | None = None) -> Created:
    """An empty programme on the base date ``day``, or a copy of an example, in a new folder, workbook or
    database. Raises ``WrongUse`` for an example that is unknown, or if something stands there already."""
    form_fits(str(target))
    store = open_store(target)
    if not isinstance(store, Folder):
        if exists(str(target)):
            raise WrongUse(f"'{store.name}' exists; choose another name.")
        records = _records(example, Path(target).stem, day)
        store = copy_to(records, str(target), by="new", reason="a new programme")
        return Created(store.name, example)
    if example:
        copy_example(example, Path(target))
    else:
        new_programme(Path(target), day=day)
    return Created(str(target), example)


def _records(example: str, name: str, day: dt.date | None) -> Records:
    """What a new database holds: an example, or the settings and parameters of an empty template."""
    if not example:
        return Records(template_settings(name, day), params=starter_params())
    records, findings = open_store(example_path(example)).read()
    if records is None or findings:
        raise BadData(findings)
    return records


def import_whole(
    copy: Copy,
    target: str,
    person: Person,
    reason: str = "",
    *,
    new_chain: bool = False,
    documents: Path | None = None,
) -> Imported:
    """The copy as a new programme, with its audit chain and checkpoints: a root on a printed brief still
    holds, and who asked for a date still may not grant it. With ``new_chain`` a chain begins there.
    Documents go along: into the new folder, or of a database into the folder named.

    Raises ``BadData`` if any of it cannot be read, ``WrongUse`` if something stands there already, or the
    chain does not hold.
    """
    form_fits(target)
    if copy.findings:
        raise BadData(copy.findings)
    chain = Chain() if new_chain else copy.chain
    if chain.lines and (faults := verify(chain.lines, None, chain.checkpoints).faults):
        raise WrongUse(
            f"The chain of '{copy.name}' does not hold ({faults[0]}), so it is not carried along. 'milepost "
            "verify' tells all; '--new-chain' begins a new one in the new place."
        )
    why = reason or f"import of {copy.name}"
    into_folder = isinstance(open_store(target), Folder) and not target.lower().endswith(".xlsx")
    if not into_folder and documents is not None and documents.exists():
        raise WrongUse(f"'{documents}' exists; choose another name.")
    taken = copy.documents if into_folder else {}
    copy_to(copy.records, target, by=person.signature, reason=why, chain=chain, documents=taken)
    if not into_folder and documents is not None:
        taken = copy.documents
        copy_documents(taken, documents)
    rows = sum(1 for _ in copy.records.all_rows())
    return Imported(open_store(target).name, rows, True, len(taken), len(copy.documents) - len(taken))


def export_whole(programme: Programme, target: str) -> Exported:
    """The programme, as it was opened, in a new folder, workbook or database. Raises ``BadData`` if any of it
    cannot be read, ``WrongUse`` if something stands there already."""
    form_fits(target)
    if programme.reading:
        raise BadData(programme.reading)
    if exists(target):
        raise WrongUse(
            f"'{open_store(target).name}' exists; choose another name, or use 'milepost import' to bring "
            "changes into it."
        )
    copy_to(programme.records, target, by="export", reason=f"export of {Path(programme.path).name}")
    records = programme.records
    return Exported(open_store(target).name, sum(1 for _ in records.all_rows()), records.fingerprint)


def exists(target: str) -> bool:
    """Does something stand there: a file, a folder that is not empty, a database with a programme?"""
    path = Path(target)
    database = path.suffix.lower() in DATABASE_SUFFIXES
    if "://" not in target and not path.is_dir() and not (database and path.is_file()):
        return path.is_file()  # to look into a database would make its file
    return open_store(target).holds_a_programme()
