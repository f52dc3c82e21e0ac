"""The commands that move a programme between stores, change its rows, and prove that nobody tampered with
it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

import milepost
from milepost.cli.commands import AsCsv, AsJson, Folder, KnownOn, _date, _form, app
from milepost.cli.output import print_csv, print_json, print_notes, print_table
from milepost.cli.register import By, Reason
from milepost.errors import BadData, WrongUse, one_of

Target = Annotated[
    str, typer.Argument(metavar="TARGET", help="Folder, .xlsx, SQLite .db, or postgresql://user@host/name.")
]


@app.command(name="import")
def import_(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="Programme to read: folder, .xlsx, .db or address.")
    ],
    target: Target,
    apply: Annotated[
        bool, typer.Option("--apply", help="Into a programme that exists: apply the differences shown.")
    ] = False,
    remove: Annotated[
        bool, typer.Option("--remove", help="Also take away rows that the source does not have.")
    ] = False,
    by: By = "",
    reason: Reason = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Bring a programme into a new store, or its changed rows into one that exists: first shown, then
    applied."""
    from milepost.programme import edit_programme
    from milepost.store.stores import Folder as FolderStore
    from milepost.store.stores import open_store
    from milepost.store.transfer import copy, merge
    from milepost.store.workbook import seen_digests

    form = _form(as_json, as_csv)
    incoming, findings = open_store(source).read()
    if incoming is None:
        raise BadData(findings)
    if not _exists(target):
        if findings:
            raise BadData(findings)
        copy(incoming, target, by=by or "import", reason=reason or f"import of {Path(source).name}")
        rows = sum(1 for _ in incoming.all_rows())
        _say(
            form,
            {"target": _shown(target), "rows": rows, "applied": True},
            f"Imported {rows:,} rows into {_shown(target)}.",
        )
        return 0
    store = open_store(target)
    current, faults = store.read()
    if current is None or faults:
        raise BadData(faults)
    seen = seen_digests(Path(source)) if source.lower().endswith(".xlsx") else None
    merged = merge(current, incoming, findings, seen, remove=remove)
    counts = {
        k: sum(d.what == k for d in merged.differences) for k in ("added", "changed", "removed", "rejected")
    }
    done = False
    if apply and not merged.rejected and merged.edits:
        if isinstance(store, FolderStore) and not store.path.is_dir():
            raise WrongUse(f"'{target}' can be read only; import it into a folder or a database first.")
        edit_programme(target, merged.edits, by=by, reason=reason or f"import of {Path(source).name}")
        done = True
    if form == "json":
        print_json(
            {
                "target": _shown(target),
                **counts,
                "applied": done,
                "differences": [d.as_dict() for d in merged.differences],
            }
        )
    elif form == "csv":
        print_csv(
            ["what", "table", "id", "column", "from", "to", "why"],
            [
                [d.what, d.table, d.id, *cell, d.why]
                for d in merged.differences
                for cell in (d.cells or (("", "", ""),))
            ],
        )
    else:
        for d in merged.differences:
            print(f"{d.what:8} {d.table} {d.id}" + (f": {d.why}" if d.why else ""))
            if d.what == "changed":
                print_notes([f"    {c}: '{old}' -> '{new}'" for c, old, new in d.cells])
        print(
            ", ".join(f"{n} {k}" for k, n in counts.items())
            + ("; applied." if done else "; nothing applied.")
        )
        if merged.rejected:
            print_notes(["Nothing can be applied while a row is rejected."])
        elif merged.edits and not apply:
            print_notes(["Apply with --apply --by WHO --reason WHY."])
    return 1 if merged.rejected else 0


@app.command()
def export(
    programme: Folder,
    target: Target,
    kind: Annotated[
        str,
        typer.Option(
            "--as",
            metavar="FORMAT",
            help="oc4ids, iati, table-schema, geojson, geopackage, gmns; else milepost's own.",
        ),
    ] = "",
    organisation: Annotated[
        str, typer.Option("--organisation", metavar="ID", help="Publisher's IATI identifier.")
    ] = "",
    on: Annotated[
        str,
        typer.Option(
            "--on", metavar="DATE", help="With --as: statuses on this day (default: the base date)."
        ),
    ] = "",
    known_on: KnownOn = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Write the programme, now or as recorded on a day, to a new folder, workbook, database, or in another
    format."""
    from milepost.report.exchange import export as write_as
    from milepost.store.transfer import copy

    form = _form(as_json, as_csv)
    opened = milepost.open(programme, known_on=_date(known_on))
    if on and not kind:
        raise WrongUse(
            "milepost's own formats hold every day; --on goes with --as FORMAT, and --known-on with both."
        )
    if kind:
        notes = write_as(opened, kind, Path(target), _date(on), organisation)
        said = " ".join([f"Wrote {target}.", *(f"Note: {n}." for n in notes)])
        _say(form, {"target": target, "format": kind, "notes": "; ".join(notes)}, said)
        return 0
    if opened.reading:
        raise BadData(opened.reading)
    if _exists(target):
        raise WrongUse(
            f"'{_shown(target)}' exists; choose another name, or use 'milepost import' to bring changes into "
            "it."
        )
    copy(opened.records, target, by="export", reason=f"export of {Path(programme).name}")
    facts = {
        "target": _shown(target),
        "rows": sum(1 for _ in opened.records.all_rows()),
        "fingerprint": opened.records.fingerprint,
    }
    _say(
        form,
        facts,
        f"Exported {facts['rows']:,} rows to {_shown(target)}; data {opened.records.fingerprint[:16]}.",
    )
    return 0


@app.command()
def edit(
    programme: Folder,
    table: Annotated[str, typer.Argument(metavar="TABLE", help="Table of the row.")],
    ident: Annotated[str, typer.Argument(metavar="ID", help="Id of the row.")],
    cells: Annotated[
        list[str] | None, typer.Argument(metavar="COLUMN=VALUE ...", help="Cells to set; empty = not known.")
    ] = None,
    new: Annotated[bool, typer.Option("--new", help="Add the row.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Take the row away; the chain keeps it.")] = False,
    by: By = "",
    reason: Reason = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Add, change or remove one row: checked as a whole, recorded, refused if somebody else was faster."""
    from milepost.programme import edit_programme
    from milepost.records import TABLES
    from milepost.store.content import cells_of, digest, row_of
    from milepost.store.edits import Edit

    form = _form(as_json, as_csv)
    if table not in TABLES:
        raise one_of("table", table, list(TABLES))
    if not by or not reason:
        raise WrongUse("A change needs --by (who) and --reason (why); both are recorded.")
    given: dict[str, str] = {}
    for cell in cells or []:
        column, sign, value = cell.partition("=")
        if not sign or column not in TABLES[table].columns():
            raise WrongUse(
                f"'{cell}' sets no column of {table}; write COLUMN=VALUE with "
                f"{', '.join(TABLES[table].columns())}."
            )
        given[column] = value
    opened = milepost.open(programme)
    row = next((r for r in opened.records.rows(table) if r.ident == ident), None)
    if new and row is not None:
        raise WrongUse(f"{table} {ident} exists; leave out --new to change it.")
    if not new and row is None:
        raise one_of(f"row of {table}", ident, [r.ident for r in opened.records.rows(table)])
    old = cells_of(row) if row is not None else None
    wanted: dict[str, str] | None = None
    if not remove:
        key = TABLES[table].key
        base = old or (dict(zip(key, ident.split(" "), strict=False)) if len(key) > 1 else {key[0]: ident})
        made = row_of(table, {**base, **given}, "the command line")
        wanted = cells_of(made)
        if made.ident != ident:
            raise WrongUse("An id is never changed; remove the row and add another.")
    change = Edit(table, ident, wanted, digest(old) if old is not None else None)
    entry = edit_programme(programme, [change], by=by, reason=reason)
    facts = {
        "table": table,
        "id": ident,
        "entry": entry.n if entry else None,
        "hash": entry.hash if entry else None,
    }
    said = (
        f"Recorded as entry {entry.n} of the chain, {entry.hash[:16]}."
        if entry
        else "Nothing differs; nothing was written."
    )
    _say(form, facts, said)
    return 0


@app.command()
def record(
    programme: Folder,
    by: By = "",
    reason: Reason = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Begin the audit chain of a folder, or take over into it what was changed by hand since the last
    entry."""
    from milepost.store.stores import Folder as FolderStore
    from milepost.store.stores import open_store

    form = _form(as_json, as_csv)
    if not by or not reason:
        raise WrongUse("Recording needs --by (who) and --reason (why).")
    store = open_store(programme)
    if not isinstance(store, FolderStore) or not store.path.is_dir():
        raise WrongUse("Only a folder is changed by hand; a database records every change as it is made.")
    entry = store.take_over(by=by, reason=reason)
    facts = {
        "entry": entry.n if entry else None,
        "rows": len(entry.changes) if entry else 0,
        "hash": entry.hash if entry else None,
    }
    if entry is None:
        said = "Nothing was changed since the last entry."
    elif entry.n == 1:
        said = f"The chain begins, {entry.hash[:16]}."
    else:
        said = f"{len(entry.changes)} rows taken over as entry {entry.n}, {entry.hash[:16]}."
    _say(form, facts, said)
    return 0


@app.command()
def log(
    programme: Folder,
    row: Annotated[str, typer.Option("--row", metavar="TABLE/ID", help="Only the history of this row.")] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """The audit chain: who changed what, when and why."""
    from milepost.store.changes import read_entry
    from milepost.store.stores import open_store

    form = _form(as_json, as_csv)
    entries = [read_entry(line) for line in open_store(programme).lines()]
    table, _, ident = row.partition("/")
    rows: list[list[Any]] = []
    for e in entries:
        mine = [c for c in e.changes if not row or (c.table, c.id) == (table, ident)]
        if row and not mine:
            continue
        what = "; ".join(f"{c.what} {c.table} {c.id}" for c in mine) or e.kind
        rows.append([e.n, e.at[:19], e.by, e.reason, what, e.hash])
    columns = ["entry", "at", "by", "reason", "what", "hash"]
    if form == "json":
        print_json({"entries": [dict(zip(columns, r, strict=True)) for r in rows]})
    elif form == "csv":
        print_csv(columns, rows)
    else:
        cells = [[str(r[0]), r[1][:16], r[2], r[4], r[3], r[5][:8]] for r in rows]
        print_table("", ["n", "at (UTC)", "by", "what", "reason", "hash"], cells, flex=3)
        if not entries:
            print_notes(["There is no chain yet; 'milepost record' begins one."])
    return 0


@app.command()
def verify(
    programme: Folder,
    root: Annotated[str, typer.Option("--root", metavar="HASH", help="Root hash printed on a brief.")] = "",
    public_key: Annotated[
        str, typer.Option("--public-key", metavar="HEX", help="Key that must have signed the checkpoints.")
    ] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Prove, offline, that nothing in the register was changed behind its chain; say where if it was."""
    from milepost.store.changes import verify as check_chain
    from milepost.store.content import content_of
    from milepost.store.sql import Database
    from milepost.store.stores import open_store

    form = _form(as_json, as_csv)
    store = open_store(programme)
    if isinstance(store, Database):
        content = store.content()
    else:
        records, _ = store.read()
        content = content_of(records) if records is not None else {}
    lines = store.lines()
    full = next((h for h in _hashes(lines) if root and h.startswith(root)), root)
    answer = check_chain(lines, content, store.checkpoints(), root=full, public_key=public_key)
    if form == "json":
        print_json(answer.as_dict())
    elif form == "csv":
        print_csv(["entry", "what"], [[f.n, f.what] for f in answer.faults])
    else:
        print_notes([*(f"FAULT {f}." for f in answer.faults), *(f"Note: {r}." for r in answer.remarks)])
        state = "holds" if answer.holds else f"does NOT hold: {len(answer.faults)} faults"
        print(
            f"The chain of {answer.entries} entries {state}; {answer.checkpoints} checkpoints; root "
            f"{answer.root[:16]}."
        )
    return 0 if answer.holds else 1


@app.command()
def sign(
    programme: Folder,
    key: Annotated[Path, typer.Option("--key", metavar="FILE", help="Signing key, PEM.")] = Path(
        "milepost.key"
    ),
    new_key: Annotated[
        bool, typer.Option("--new-key", help="Make the key first, readable by its owner only.")
    ] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Sign where the chain stands (Ed25519): afterwards it cannot be rewritten unnoticed."""
    import os

    from milepost.store.changes import checkpoint, read_entry
    from milepost.store.changes import new_key as make_key
    from milepost.store.stores import open_store

    form = _form(as_json, as_csv)
    store = open_store(programme)
    records, findings = store.read()
    if records is None:
        raise BadData(findings)
    lines = store.lines()
    if not lines:
        raise WrongUse("There is no chain yet; begin one with 'milepost record DIR --by WHO --reason WHY'.")
    if new_key:
        pem, _ = make_key()
        try:
            handle = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as fault:
            raise WrongUse(f"Cannot make the key '{key}': {fault.strerror}.") from None
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
    try:
        text = key.read_bytes()
    except OSError as fault:
        raise WrongUse(f"Cannot read the key '{key}': {fault.strerror}; --new-key makes one.") from None
    mark = checkpoint(read_entry(lines[-1]), records.fingerprint, text)
    store.add_checkpoint(mark)
    import json

    body = json.loads(mark)
    facts = {"entry": body["n"], "root": body["root"], "public_key": body["key"]}
    _say(form, facts, f"Signed entry {body['n']}, root {body['root'][:16]}; public key {body['key']}.")
    return 0


@app.command()
def upgrade(programme: Folder, as_json: AsJson = False, as_csv: AsCsv = False) -> int:
    """Bring the schema of a database to this release's."""
    from milepost.store.sql import Database
    from milepost.store.stores import open_store

    form = _form(as_json, as_csv)
    store = open_store(programme)
    if isinstance(store, Database):
        store.upgrade()
    _say(form, {"store": store.name, "current": True}, f"{store.name} has this release's schema.")
    return 0


def _exists(target: str) -> bool:
    from milepost.store.sql import Database
    from milepost.store.stores import open_store

    if "://" not in target:
        path = Path(target)
        return path.is_file() or (path.is_dir() and any(path.iterdir()))
    store = open_store(target)
    assert isinstance(store, Database)
    return store.holds_a_programme()


def _shown(target: str) -> str:
    from milepost.store.stores import open_store

    return open_store(target).name


def _hashes(lines: list[str]) -> list[str]:
    import json

    found = []
    for line in lines:
        try:
            found.append(str(json.loads(line)["hash"]))
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
    return found


def _say(form: str, facts: dict[str, Any], sentence: str) -> None:
    if form == "json":
        print_json(facts)
    elif form == "csv":
        print_csv(list(facts), [list(facts.values())])
    else:
        print_notes([sentence])


@app.command()
def intake(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="Communique or article: text, HTML, .docx or PDF, in English."),
    ],
    programme: Annotated[
        str, typer.Option("--programme", metavar="DIR", help="Know its parties; needed to accept.")
    ] = "",
    dated: Annotated[
        str, typer.Option("--dated", metavar="DATE", help="Day of the document, for 'within six months'.")
    ] = "",
    accept: Annotated[
        str,
        typer.Option(
            "--accept", metavar="IDS", help="Drafts that you confirm, by commas; needs --agreement."
        ),
    ] = "",
    agreement: Annotated[
        str, typer.Option("--agreement", metavar="ID", help="Agreement that accepted drafts follow from.")
    ] = "",
    source: Annotated[
        str, typer.Option("--source", metavar="TEXT", help="Address or citation of the document.")
    ] = "",
    by: By = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Draft commitments from a text: who, what, by when, how firm, what is missing. You confirm; nothing
    enters by itself."""
    from milepost.intake import propose, read_document
    from milepost.intake.accept import accepted
    from milepost.programme import edit_programme
    from milepost.store.edits import Edit

    form = _form(as_json, as_csv)
    opened = milepost.open(programme) if programme else None
    parties = [(p.id, p.name) for p in opened.records.parties] if opened else []
    day = _date(dated)
    proposal = propose(read_document(file), parties, day)
    written: list[str] = []
    if accept:
        if opened is None or not agreement or not by:
            raise WrongUse("Accepting drafts needs --programme, --agreement and --by.")
        wanted = [x.strip() for x in accept.split(",") if x.strip()]
        rows = accepted(opened.sound(), proposal, wanted, agreement=agreement, dated=day, source=source)
        edit_programme(programme, [Edit.add(r) for r in rows], by=by, reason=f"intake of {file.name}")
        written = [r.ident for r in rows]
    if form == "json":
        print_json(
            {
                "document": proposal.document,
                "sha256": proposal.sha256,
                "sentences": proposal.sentences,
                "drafts": [d.as_dict() for d in proposal.drafts],
                "written": written,
            }
        )
    elif form == "csv":
        columns = [
            "id",
            "owed_by",
            "owed_to",
            "what",
            "due",
            "due_words",
            "firmness",
            "kind",
            "missing",
            "place",
            "why",
            "quote",
        ]
        rows_out = [
            [";".join(v) if isinstance(v := d.as_dict()[c], list) else v for c in columns]
            for d in proposal.drafts
        ]
        print_csv(columns, rows_out)
    else:
        for d in proposal.drafts:
            owner = " ".join(d.owed_by) + (" (by context)" if d.by_context else "") or "owner?"
            due = str(d.due) if d.due else f"date? ({d.due_words})" if d.due_words else "date?"
            print_notes([f"{d.id}  {d.firmness}  {owner}  {due}  [{d.place}; \u201c{d.why}\u201d]"])
            print_notes([f"     \u201c{d.quote}\u201d"])
            if d.missing:
                print_notes([f"     missing: {', '.join(d.missing)}"])
        said = f"{len(proposal.drafts)} drafts from {proposal.sentences} sentences"
        tail = (
            f"; written: {', '.join(written)}."
            if written
            else "; nothing was written. Confirm with --accept IDS --agreement ID."
        )
        print_notes(
            [
                said + tail,
                "Rules read English and miss about a quarter of promises in long communiques: read the text "
                "as well.",
            ]
        )
    return 0
