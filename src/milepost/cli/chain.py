"""The audit chain: taken over into, shown, verified, signed; and the schema of its database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from milepost.acts.chain import note, notes_of, take_over
from milepost.acts.chain import sign as sign_chain
from milepost.acts.chain import upgrade as upgrade_store
from milepost.acts.persons import at_the_terminal
from milepost.cli.app import AsCsv, AsJson, Folder, app, form_of
from milepost.cli.output import print_notes, print_table, say
from milepost.cli.writing import By, Reason, tell
from milepost.store import changes
from milepost.store.documents import verified
from milepost.store.stores import open_store
from milepost.store.verification import Given


@app.command()
def record(
    programme: Folder,
    by: By = "",
    reason: Reason = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Begin the audit chain, or take over changes made by hand.

    The chain of a folder begins here; what was changed since its last entry is entered with who and why.
    """
    form = form_of(as_json, as_csv)
    return tell(take_over(programme, at_the_terminal(by), reason), form)


@app.command()
def log(
    programme: Folder,
    row: Annotated[str, typer.Option("--row", metavar="TABLE/ID", help="Only the history of this row.")] = "",
    wide: Annotated[
        bool, typer.Option("--wide", help="Whole hashes, reasons and times: long lines, nothing cut.")
    ] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """The audit chain: who changed what, when and why."""
    form = form_of(as_json, as_csv)
    lines = open_store(programme).lines()
    table, _, ident = row.partition("/")
    found = changes.log(lines, table, ident)

    def page() -> None:
        cells = [
            [
                str(e.entry),
                e.at if wide else e.at[:16],
                e.by,
                e.what,
                e.reason,
                e.hash if wide else e.hash[:8],
            ]
            for e in found
        ]
        columns = ["n", "at (UTC)", "by", "what", "reason", "hash"]
        print_table("", columns, cells, flex=() if wide else (3, 4), whole=wide)
        if not lines:
            print_notes(["There is no chain yet; 'milepost record' begins one."])

    return say(found, form, page)


@app.command()
def verify(
    programme: Folder,
    root: Annotated[
        str, typer.Option("--root", metavar="HASH", help="Root hash printed on a brief; 16 digits or more.")
    ] = "",
    public_key: Annotated[
        str,
        typer.Option(
            "--public-key",
            metavar="HEX",
            help="Key that must have signed the checkpoints; 16 digits or more.",
        ),
    ] = "",
    witness: Annotated[
        Path | None, typer.Option("--witness", metavar="FILE", help="What a witness noted of the chain.")
    ] = None,
    documents: Annotated[
        Path | None, typer.Option("--documents", help="Folder of documents that rows name by their SHA-256.")
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Prove, offline, that nothing was changed behind the chain.

    Says where, if it was.
    """
    form = form_of(as_json, as_csv)
    given = Given(root, public_key, notes_of(witness) if witness else ())
    found = verified(programme, given, documents)

    def page() -> None:
        matched = found.matched
        told = [f"The root is entry {matched[0]} of {matched[1][:16]}, {matched[2]}."] if matched else []
        faults, remarks = [f"FAULT {f}." for f in found.faults], [f"Note: {r}." for r in found.remarks]
        print_notes([*faults, *remarks, *told])
        print(found.headed())

    say(found, form, page)
    return 0 if found.holds else 1


@app.command()
def sign(
    programme: Folder,
    key: Annotated[Path, typer.Option("--key", metavar="FILE", help="Signing key, PEM.")] = Path(
        "milepost.key"
    ),
    new_key: Annotated[
        bool, typer.Option("--new-key", help="Make the key first, readable by its owner only.")
    ] = False,
    pin: Annotated[
        bool, typer.Option("--pin", help="Make this the key that the chain trusts, if it trusts none yet.")
    ] = False,
    follower: Annotated[
        Path | None,
        typer.Option("--next", metavar="FILE", help="Key that is to sign from now on; this one signs that."),
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Sign where the chain stands (Ed25519).

    Afterwards it cannot be rewritten unnoticed.
    """
    form = form_of(as_json, as_csv)
    return tell(sign_chain(programme, key, make_key=new_key, pin=pin, follower=follower), form)


@app.command()
def witness(
    programme: Folder,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What another party keeps; made if new.")],
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Note for another party where the chain stands.

    All that was noted before must be found in the chain first.
    """
    return tell(note(programme, file), form_of(as_json, as_csv))


@app.command()
def upgrade(programme: Folder, as_json: AsJson = False, as_csv: AsCsv = False) -> int:
    """Bring the schema of a database to this release's."""
    form = form_of(as_json, as_csv)
    return tell(upgrade_store(programme), form)
