"""``milepost backup`` and ``milepost restore``: a register in one file, and out of one."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer

from milepost.acts.backups import back_up
from milepost.acts.backups import restore as restore_backup
from milepost.cli.app import AsCsv, AsJson, Folder, app, form_of
from milepost.cli.output import print_notes, say
from milepost.cli.writing import Target

Accounts = Annotated[
    str,
    typer.Option(
        "--people", metavar="FILE-OR-URL", help="Accounts too: where they are kept, or are to be kept."
    ),
]
Documents = Annotated[
    Path | None,
    typer.Option(
        "--documents",
        metavar="FOLDER",
        help="Documents that do not lie in the programme's folder: where they are, or are to go.",
    ),
]
Check = Annotated[
    bool,
    typer.Option(
        "--verify/--no-verify", help="Restore for a trial and compare, or compare what was restored."
    ),
]


@app.command()
def backup(
    programme: Folder,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write; it must not exist.")],
    people: Accounts = "",
    documents: Documents = None,
    verify: Check = True,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Back up a programme into one file, while others write.

    Rows, chain, checkpoints, requests, documents and texts as they stood at one moment. The file is restored
    for a trial and compared before it takes its name.
    """
    form = form_of(as_json, as_csv)
    kept = _accounts().dump_of(people) if people else None
    done = back_up(programme, file, documents=documents, accounts=kept, check=verify)
    return say(done, form, lambda: print_notes([done.headed(), *(f"Note: {one}." for one in done.remarks)]))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")],
    target: Target,
    people: Accounts = "",
    documents: Documents = None,
    verify: Check = True,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Restore a backup as a new programme.

    Into a folder, an SQLite file or an empty PostgreSQL database, whatever kind it came from.
    """
    form = form_of(as_json, as_csv)
    load = _accounts().loading(people) if people else None
    done = restore_backup(file, target, documents=documents, load_accounts=load, check=verify)
    return say(done, form, lambda: print_notes([done.headed(), *(f"Note: {one}." for one in done.remarks)]))


def _accounts() -> ModuleType:
    # the server's accounts need more than a folder does
    from milepost.web import people

    return people
