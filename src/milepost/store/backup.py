"""A whole register in one file, as it stood at one moment: rows, chain, checkpoints, documents, texts, and
what a caller puts beside them (accounts).

The file is a ZIP. ``manifest.json`` names every part with its size and SHA-256 and who made the file; the
ZIP's comment is the SHA-256 of the manifest. A folder's files are kept as they are, byte by byte; besides,
and of a database alone, rows are kept as text cells, so what one kind of store held goes into any other.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from milepost.errors import BadData, MilepostError, Unavailable, WrongUse
from milepost.files import filled_folder, whole_file
from milepost.records import TABLES
from milepost.store.changes import changed_outside, read_entry
from milepost.store.content import MODELS, Content, content_of, records_of
from milepost.store.documents import FOLDERS, SAFE, documents_of
from milepost.store.folder import read_snapshot
from milepost.store.held import Held, History
from milepost.store.journal import CHAIN, CHECKPOINTS
from milepost.store.snapshot import READ, look
from milepost.store.stores import Folder, Store, open_store
from milepost.store.texts import POLICY_FILE, SETTINGS_FILE, csv_of, texts, toml_value
from milepost.store.transfer import Chain
from milepost.store.verification import verify

NOTE = ".kept"  # beside a programme: what was kept of it last, which may be deleted
KIND, FORMAT = "milepost backup", 1
MANIFEST, CONTENT = "manifest.json", "content.json"
FILES = "files/"  # of a folder, as they lay there
_DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    ValueError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    TypeError,
    AttributeError,
    OverflowError,
    MemoryError,
)
_CHUNK, _MOST_MANIFEST = 1 << 20, 64_000_000


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself. ``parts``: size in bytes and SHA-256 of each part by its name;
    ``findings``: how many faults kept rows of a folder from being read."""

    milepost: str
    made: str
    store: str
    entries: int
    root: str
    rows: int
    findings: int
    parts: Mapping[str, tuple[int, str]]
    format: int = FORMAT
    remarks: tuple[str, ...] = ()

    def text(self) -> str:
        """As JSON."""
        parts = {name: list(found) for name, found in self.parts.items()}
        return json.dumps(
            {"kind": KIND, **vars(self), "parts": parts, "remarks": list(self.remarks)},
            ensure_ascii=False,
            indent=1,
            sort_keys=True,
        )

    def names(self, *folders: str) -> list[str]:
        """Names of the parts that lie in folders of the file."""
        return [name for name in self.parts if name.partition("/")[0] in folders and "/" in name]


@dataclass(frozen=True)
class Whole:
    """A register of one moment, as it goes into a backup or came out of one. ``files`` are those of a
    folder, byte by byte; ``documents`` are by folder and name where they lie; ``beside``: what a caller
    adds."""

    store: str
    held: Held
    files: Mapping[str, bytes] = field(default_factory=dict)
    documents: Mapping[str, Path] = field(default_factory=dict)
    findings: int = 0
    remarks: tuple[str, ...] = ()


def gathered(where: str | Path, documents: Path | None = None) -> Whole:
    """The register at an address as it stands now, whoever writes meanwhile. Documents are never changed
    once they are kept, and are kept before a row names them: so they are looked for last.

    Raises ``WrongUse`` where there is no programme, or a workbook.
    """
    store = open_store(where)
    files: dict[str, bytes] = {}
    findings, remarks = 0, []
    if isinstance(store, Folder):
        if store.path.is_file():
            raise WrongUse(f"'{store.path.name}' is one file already: copy it.")
        if not store.path.is_dir():
            raise Unavailable(f"There is no folder '{store.path}'.")
        seen = look(store.path)
        bad = [f"'{name}' ({raw.strerror})" for name, raw in seen.files.items() if isinstance(raw, OSError)]
        if bad:
            raise Unavailable(f"Not everything in '{store.path}' can be read: {', '.join(bad)}.")
        if not seen.files:
            raise WrongUse(f"The folder '{store.path}' holds no programme.")
        files = {name: raw for name, raw in seen.files.items() if isinstance(raw, bytes)}
        records, faults = read_snapshot(seen)
        findings = len(faults)
        content = content_of(records) if records is not None else {}
        held = Held(content, tuple(seen.lines()), tuple(seen.checkpoints()), None, seen.notes())
        left = sorted(
            n for n in seen.names - READ if not n.startswith(".") and n not in (CHAIN, CHECKPOINTS, *FOLDERS)
        )
        if left:
            remarks.append(
                f"lies in the folder, is no part of the programme and is not in the backup: "
                f"{', '.join(left[:5])}{' ...' if len(left) > 5 else ''}"
            )
        kind = "folder"
    else:
        held = store.snapshot()
        if not held.lines:
            raise WrongUse(f"{store.name} holds no programme.")
        kind = store.name.partition(":")[0].partition("+")[0]
    found = documents_of(where, documents)
    if held.lines and (fault := next(iter(_faults(held, findings)), "")):
        remarks.append(f"the chain does not hold ({fault}); 'milepost verify' tells all")
    return Whole(kind, held, files, found, findings, (*held.notes, *remarks))


def _faults(held: Held, findings: int) -> Iterator[str]:
    content = None if findings else held.content
    yield from map(str, verify(held.lines, content, held.checkpoints, history=held.history).faults)


# ---- writing


def write_backup(
    whole: Whole, target: Path, version: str, beside: Mapping[str, bytes] | None = None, *, check: bool = True
) -> Manifest:
    """Write the file, whole or not at all, readable by its owner only; with ``check`` it takes its name once
    it was restored elsewhere and is the same. Raises ``WrongUse`` if something stands there, ``Unavailable``
    if it comes out otherwise."""
    if target.exists():
        raise WrongUse(f"'{target}' exists; choose another name.")
    with whole_file(target) as part:
        part.chmod(0o600)
        manifest = _written(whole, part, version, beside or {})
        if check:
            must_come_back(whole, part, target.parent)
        return manifest


def _written(whole: Whole, part: Path, version: str, beside: Mapping[str, bytes]) -> Manifest:
    parts: dict[str, tuple[int, str]] = {}
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for name, content in {**_texts(whole), **{f"beside/{n}": c for n, c in beside.items()}}.items():
            packed.writestr(_info(name), content)
            parts[name] = (len(content), hashlib.sha256(content).hexdigest())
        for name, file in whole.documents.items():
            with file.open("rb") as read, packed.open(_info(name), "w", force_zip64=True) as written:
                parts[name] = _copied(read, written)
        manifest = Manifest(
            version,
            dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            whole.store,
            len(whole.held.lines),
            _root(whole.held.lines),
            sum(len(rows) for table, rows in whole.held.content.items() if table in TABLES),
            whole.findings,
            parts,
            remarks=whole.remarks,
        )
        text = manifest.text().encode()
        packed.writestr(_info(MANIFEST), text)
        packed.comment = hashlib.sha256(text).hexdigest().encode()
    return manifest


def _root(lines: Sequence[str]) -> str:
    """The hash of the last entry; "" without a chain, and where that entry is damaged."""
    with suppress(WrongUse):
        return read_entry(lines[-1]).hash if lines else ""
    return ""


def _texts(whole: Whole) -> dict[str, bytes]:
    held = whole.held
    found = {f"{FILES}{name}": content for name, content in whole.files.items()}
    found[CONTENT] = json.dumps(held.content, ensure_ascii=False, separators=(",", ":")).encode()
    for name, lines in ((CHAIN, held.lines), (CHECKPOINTS, held.checkpoints)):
        found[name] = "".join(f"{line}\n" for line in lines).encode()
    return found


def _info(name: str) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    made.compress_type, made.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
    return made


def _copied(read: Any, written: Any) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    while chunk := read.read(_CHUNK):
        written.write(chunk)
        digest.update(chunk)
        size += len(chunk)
    return size, digest.hexdigest()


def note_of(where: str | Path) -> Path | None:
    """Where it is noted when the last backup of a folder or a file was made; None for a database on a
    server."""
    path = Path(where)
    if path.is_dir():
        return path / NOTE / "last-backup.json"
    return path.parent / NOTE / f"{path.name}-last-backup.json" if path.is_file() else None


# ---- reading


class Backup:
    """A backup that was opened, its manifest read and found whole."""

    def __init__(self, file: Path, packed: zipfile.ZipFile, manifest: Manifest) -> None:
        self.file, self.manifest, self._packed = file, manifest, packed

    def part(self, name: str) -> bytes:
        """The bytes of a part. Raises ``WrongUse`` if they are not those that were written."""
        size, wanted = self.manifest.parts[name]
        with self._reading(name) as read:
            found: bytes = read.read(size + 1)
        if len(found) != size or hashlib.sha256(found).hexdigest() != wanted:
            raise _damaged(self.file, f"its part '{name}' is not what was written")
        return found

    def copy(self, name: str, target: Path) -> None:
        """A part as a file. Raises ``WrongUse`` if it is not what was written."""
        with self._reading(name) as read, target.open("xb") as written:
            if _copied(_Bounded(read, self.manifest.parts[name][0]), written) != self.manifest.parts[name]:
                raise _damaged(self.file, f"its part '{name}' is not what was written")
            written.flush()
            os.fsync(written.fileno())

    def whole(self) -> Whole:
        """The register in it, without its documents."""
        try:
            content: Content = json.loads(self.part(CONTENT))
            lines, marks = (
                tuple(line for line in self.part(name).decode().split("\n") if line)
                for name in (CHAIN, CHECKPOINTS)
            )
        except UnicodeDecodeError:
            raise _damaged(self.file, "a text in it is none") from None
        if unknown := set(content) - {*MODELS, *TABLES}:
            raise _newer(self.file, self.manifest, f"it holds the table '{min(unknown)}'")
        for table, rows in content.items():
            if table in TABLES and (
                more := {c for row in rows.values() for c in row} - set(TABLES[table].columns())
            ):
                raise _newer(self.file, self.manifest, f"{table} has the column '{min(more)}'")
        files = {name.removeprefix(FILES): self.part(name) for name in self.manifest.names("files")}
        return Whole(self.manifest.store, Held(content, lines, marks), files, {}, self.manifest.findings)

    def check(self) -> None:
        """Read every part. Raises ``WrongUse`` for the first that is not what was written."""
        for name, (size, wanted) in self.manifest.parts.items():
            digest = hashlib.sha256()
            with self._reading(name) as read:
                bounded = _Bounded(read, size)
                while chunk := bounded.read(_CHUNK):
                    digest.update(chunk)
            if digest.hexdigest() != wanted:
                raise _damaged(self.file, f"its part '{name}' is not what was written")

    @contextmanager
    def _reading(self, name: str) -> Iterator[Any]:
        try:
            with self._packed.open(name) as read:
                yield read
        except _DAMAGES as fault:
            raise _damaged(self.file, f"its part '{name}' cannot be read ({str(fault)[:60]})") from None


class _Bounded:
    """A reader of at most so many bytes and one more: what is packed may unpack to more than it says."""

    def __init__(self, read: BinaryIO, size: int) -> None:
        self._read, self._left = read, size + 1

    def read(self, size: int) -> bytes:
        """The next bytes."""
        found = self._read.read(min(size, self._left))
        self._left -= len(found)
        return found


@contextmanager
def opened(file: Path) -> Iterator[Backup]:
    """A backup to read. Raises ``WrongUse`` for what is none, is damaged, or was made by a newer milepost."""
    try:
        packed = zipfile.ZipFile(file)
    except FileNotFoundError:
        raise WrongUse(f"There is no file '{file}'.") from None
    except PermissionError as fault:
        raise Unavailable(f"Cannot read '{file}': {fault.strerror}.") from None
    except _DAMAGES:
        raise WrongUse(
            f"'{file}' is no backup of milepost's, or it was cut off or damaged; take another copy."
        ) from None
    with closing(packed):
        yield Backup(file, packed, _manifest(file, packed))


def _manifest(file: Path, packed: zipfile.ZipFile) -> Manifest:
    try:
        with packed.open(MANIFEST) as read:
            text = read.read(_MOST_MANIFEST)
        body = json.loads(text)
        if body["kind"] != KIND:
            raise WrongUse(f"'{file}' is no backup of milepost's.")
        if hashlib.sha256(text).hexdigest().encode() != packed.comment:
            raise _damaged(file, "its manifest is not what was written")
        if int(body["format"]) > FORMAT:
            told = f"it has the form {body['format']}, and {FORMAT} is the newest known here"
            raise WrongUse(_newer_text(file, str(body["milepost"]), told))
        parts = {str(name): (int(size), str(digest)) for name, (size, digest) in body["parts"].items()}
        names = [i.filename for i in packed.infolist()]
        if sorted(names) != sorted((*parts, MANIFEST)) or not all(map(_is_safe, parts)):
            raise _damaged(file, "its parts are not those of its manifest")
        return Manifest(
            str(body["milepost"]),
            str(body["made"]),
            str(body["store"]),
            int(body["entries"]),
            str(body["root"]),
            int(body["rows"]),
            int(body["findings"]),
            parts,
            remarks=tuple(map(str, body["remarks"])),
        )
    except MilepostError:
        raise
    except KeyError:
        raise WrongUse(
            f"'{file}' is no backup of milepost's, or it was damaged; take another copy."
        ) from None
    except _DAMAGES as fault:
        raise _damaged(file, f"its manifest cannot be read ({str(fault)[:60]})") from None


def _is_safe(name: str) -> bool:
    """Is it one of the names that are written: nothing in a backup lands outside of where it is restored."""
    kind, _, rest = name.partition("/")
    if kind == "files":
        return rest in READ
    return name in (CONTENT, CHAIN, CHECKPOINTS) or (
        kind in (*FOLDERS, "beside") and bool(SAFE.fullmatch(rest))
    )


def _damaged(file: Path, why: str) -> WrongUse:
    return WrongUse(f"The backup '{file}' is damaged: {why}. Take another copy; nothing was restored.")


def _newer_text(file: Path, version: str, why: str) -> str:
    return (
        f"The backup '{file}' was made by a newer milepost ({version}): {why}. Install that release, or a "
        "later one; nothing was restored."
    )


def _newer(file: Path, manifest: Manifest, why: str) -> WrongUse:
    return WrongUse(_newer_text(file, manifest.milepost, why))


# ---- restoring


def restore_into(backup: Backup, target: str, documents: Path | None = None) -> tuple[str, ...]:
    """The register of a backup in a new folder or an empty database, with its documents: in the folder, or
    in the one named. What a reader should know, in sentences.

    Raises ``WrongUse`` if something stands there, if documents have nowhere to go, or if rows of a folder
    could not be read and it is to go into a database.
    """
    whole, store = backup.whole(), open_store(target)
    kept = backup.manifest.names(*FOLDERS)
    if isinstance(store, Folder):
        if Path(target).suffix.lower() == ".xlsx":
            raise WrongUse("A workbook holds no chain: restore into a folder or a database, then export it.")
        texts_ = folder_texts(whole)

        def fill(folder: Path) -> None:
            for name in kept:
                (folder / name).parent.mkdir(exist_ok=True)
                backup.copy(name, folder / name)

        filled_folder(Path(target), texts_, fill)
        return ()
    if whole.findings:
        raise WrongUse(
            f"Of this folder not everything could be read ({whole.findings} findings), so it goes into a "
            "folder only: restore it there, mend it, then import it."
        )
    if not kept:
        return into_database(whole, store, target)
    if documents is None:
        raise WrongUse(
            f"The backup holds {len(kept)} documents, and a database keeps none: say with --documents FOLDER "
            "where they go."
        )
    if documents.exists() and (not documents.is_dir() or any(documents.iterdir())):
        raise WrongUse(f"'{documents}' exists and is not an empty folder; choose another name.")

    def fill_documents(folder: Path) -> None:
        for name in kept:
            backup.copy(name, folder / Path(name).name)

    told = into_database(whole, store, target)
    try:
        filled_folder(documents, {}, fill_documents)
    except BaseException:
        _undo(store, target)
        raise
    return told


def folder_texts(whole: Whole) -> dict[str, bytes]:
    """Every file of the folder that holds a register: as they lay there, or written anew."""
    found: dict[str, bytes] = dict(whole.files)
    if not found:
        found = {name: text.encode() for name, text in _written_anew(whole.held.content).items()}
    held = whole.held
    for name, lines in ((CHAIN, held.lines), (CHECKPOINTS, held.checkpoints)):
        if lines:
            found[name] = "".join(f"{line}\n" for line in lines).encode()
    return found


def _written_anew(content: Content) -> dict[str, str]:
    """Texts of a database's rows, of those too that no reader would take."""
    with suppress(BadData):
        records, faults = records_of(content)
        if not faults:
            heads = {f"{t}.csv": csv_of([kind.columns()]) for t, kind in TABLES.items() if kind.required}
            return {**heads, **texts(records)}
    found = {}
    for table, rows in content.items():
        if table in MODELS:
            name = SETTINGS_FILE if table == "programme" else POLICY_FILE
            lines = [f"{n} = {c['value'] or toml_value('')}" for n, c in rows.items() if c["value"]]
            found[name] = "".join(f"{line}\n" for line in lines)
        elif rows or TABLES[table].required:
            columns = TABLES[table].columns()
            found[f"{table}.csv"] = csv_of(
                [columns, *([row.get(c, "") for c in columns] for row in rows.values())]
            )
    return found


def into_database(whole: Whole, store: Store, target: str) -> tuple[str, ...]:
    """Fill an empty database. Its chain is that of the backup; what was changed by hand in a folder and not
    recorded is entered first, as the next writer would."""
    made: Any = store
    records, _ = records_of(whole.held.content)
    held = whole.held
    # cells as they were: a column that an older release had not is empty, as an upgrade leaves it, or the
    # chain would find the row changed
    content: Content | None = held.content
    told: tuple[str, ...] = ()
    chain = Chain(held.lines, held.checkpoints)
    if held.lines and (faults := verify(held.lines, None, held.checkpoints).faults):
        raise WrongUse(
            f"Its chain does not hold ({faults[0]}), so it goes into a folder only; nothing was restored."
        )
    if held.lines and changed_outside(held.lines, held.content):
        chain, content = chain.continued(records, "restore", "restored from a backup"), None
        told = ("rows were changed by hand and not recorded: an entry says so now",)
    if not held.lines:
        told = ("the folder had no chain; one begins here",)
    fresh = "://" not in target and not Path(target).exists()
    try:
        made.create(
            records,
            by="restore",
            reason="restored from a backup",
            lines=chain.lines,
            checkpoints=chain.checkpoints,
            content=content if held.lines else None,
        )
    except BaseException:
        if fresh:
            _undo(store, target)
        raise
    return told


def _undo(store: Any, target: str) -> None:
    store.close()
    if "://" not in target:
        for name in (target, f"{target}-wal", f"{target}-shm"):
            Path(name).unlink(missing_ok=True)


# ---- comparing


def must_come_back(whole: Whole, file: Path, folder: Path) -> None:
    """Restore a backup beside itself into the kind of store that it came from, compare, and take it away
    again. Raises ``Unavailable`` with what differs."""
    scratch = folder / f".{file.name[:60]}-restored"
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        scratch.mkdir(mode=0o700)
        with opened(file) as backup:
            target = scratch / ("programme" if whole.store == "folder" or whole.findings else "programme.db")
            restore_into(backup, str(target), scratch / "documents")
            backup.check()
            differs = list(differences(whole, backup, str(target)))
    except OSError as fault:
        raise Unavailable(
            f"The backup could not be tried beside '{file.parent}': {fault.strerror}."
        ) from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    if differs:
        raise Unavailable(
            f"The backup does not come back as it was ({differs[0]}), so it was not kept. The fault is "
            "milepost's own."
        )


def differences(whole: Whole, backup: Backup, target: str) -> Iterator[str]:
    """What is not the same in a restored store, in words."""
    store = open_store(target)
    now = store.snapshot()
    started = not whole.held.lines and bool(now.lines)
    more = len(now.lines) - len(whole.held.lines)  # what was changed by hand is entered in a database
    if now.lines[: len(whole.held.lines)] != whole.held.lines or (isinstance(store, Folder) and more):
        yield "the chain"
    if now.checkpoints != whole.held.checkpoints:
        yield "the checkpoints"
    was, rows = whole.held.content, _in_order(now.content)
    if rows != _in_order(was) and rows != _in_order(_with_later_columns(was)):
        yield "the rows"
    if isinstance(store, Folder) and whole.files:
        yield from (name for name, raw in whole.files.items() if (store.path / name).read_bytes() != raw)
    if whole.held.history is not None and now.history is not None and not (started or more):
        yield from _of_history(whole.held.history, now.history)
    close = getattr(store, "close", None)
    if close:
        close()
    for name, file in whole.documents.items():
        with file.open("rb") as read:
            if hashlib.file_digest(read, "sha256").hexdigest() != backup.manifest.parts[name][1]:
                yield f"'{name}'"


def _with_later_columns(content: Content) -> Content:
    """Rows as this release keeps them: what an older one backed up has not the columns that came since, which
    hold then what they hold where nothing is said. What it has stays as it is."""
    with suppress(BadData):
        records, faults = records_of(content)
        if not faults:
            read = content_of(records)
            return {
                table: {
                    ident: {**read.get(table, {}).get(ident, {}), **cells} for ident, cells in rows.items()
                }
                for table, rows in content.items()
            }
    return content


def _of_history(one: History, two: History) -> Iterator[str]:
    if one.head != two.head or one.index != two.index:
        yield "the index of the chain"
    if {k: sorted(v, key=str) for k, v in one.versions.items()} != {
        k: sorted(v, key=str) for k, v in two.versions.items()
    }:
        yield "the versions of rows"


def _in_order(content: Mapping[str, Mapping[str, Mapping[str, str]]]) -> list[Any]:
    return sorted(
        (table, [(ident, {k: v for k, v in cells.items() if v}) for ident, cells in rows.items()])
        for table, rows in content.items()
        if rows
    )
