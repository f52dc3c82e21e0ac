"""Import: a programme into a new store, or its changed rows into one that exists."""

from __future__ import annotations

from typing import Annotated

import typer

from milepost.acts.bring import bring, read_copy
from milepost.acts.persons import at_the_terminal
from milepost.acts.programmes import exists, import_whole
from milepost.acts.writing import Register
from milepost.cli.app import AsCsv, AsJson, app, form_of
from milepost.cli.output import print_notes, say
from milepost.cli.writing import By, Reason, Target, tell


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
    form = form_of(as_json, as_csv)
    copy = read_copy(source)
    if not exists(target):
        return tell(import_whole(copy, target, at_the_terminal(by or "import"), reason), form)
    done = bring(Register(target), at_the_terminal(by), copy, apply=apply, remove=remove, reason=reason)

    def page() -> None:
        for d in done.differences:
            print(f"{d.what:8} {d.table} {d.id}" + (f": {d.why}" if d.why else ""))
            if d.what == "changed":
                print_notes([f"    {c}: '{old}' -> '{new}'" for c, old, new in d.cells])
        counts = (
            f"{done.added} added, {done.changed} changed, {done.removed} removed, {done.rejected} rejected"
        )
        print(counts + ("; applied." if done.applied else "; nothing applied."))
        if done.rejected:
            print_notes(["Nothing can be applied while a row is rejected."])
        elif done.differences and not apply:
            print_notes(["Apply with --apply --by WHO --reason WHY."])

    say(done, form, page)
    return 1 if done.rejected else 0
