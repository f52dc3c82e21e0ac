"""Import: a programme into a new store, its changed rows into one that exists, or another system's file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from milepost.acts.bring import Brought, bring, read_copy
from milepost.acts.foreign import Choices, ForeignBrought, bring_file, look_at
from milepost.acts.persons import at_the_terminal
from milepost.acts.programmes import exists, import_whole
from milepost.acts.writing import Register
from milepost.cli.app import AsCsv, AsJson, app, form_of
from milepost.cli.output import print_notes, say
from milepost.cli.writing import By, Reason, tell
from milepost.errors import WrongUse
from milepost.files import write_whole
from milepost.intake.foreign.kinds import read_foreign, suggest_map
from milepost.intake.foreign.reading import Reading
from milepost.results import Form, Made
from milepost.store.transfer import Difference

Source = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE", help="Programme to read: folder, .xlsx, .db or address; with --as a file."
    ),
]
Into = Annotated[
    str,
    typer.Argument(
        metavar="[TARGET]",
        help="Folder, .xlsx, SQLite .db, or postgresql://user@host/name; with --as it may be left out: "
        "then the file is only looked at.",
    ),
]
Kind = Annotated[
    str,
    typer.Option(
        "--as",
        metavar="KIND",
        help="The source is a file of another system: oc4ids, iati, mspdi, untc, table, gmns, geojson, long, "
        "omx.",
    ),
]
Apply = Annotated[
    bool, typer.Option("--apply", help="Into a programme that exists: apply the differences shown.")
]
Remove = Annotated[bool, typer.Option("--remove", help="Also take away rows that the source does not have.")]
Matches = Annotated[
    list[str] | None,
    typer.Option(
        "--match",
        metavar="NAME=ID",
        help="With --as: who is meant by a name of the file: an id, 'new', or '-' to leave it out. Kept.",
    ),
]
UnderAgreement = Annotated[
    str,
    typer.Option(
        "--agreement", metavar="ID", help="With --as: new rows stand under this agreement of the register."
    ),
]
Owner = Annotated[
    str,
    typer.Option("--owner", metavar="ID", help="With --as: who owes what the file names no owner of."),
]
InCountry = Annotated[
    str,
    typer.Option(
        "--country", metavar="ID", help="With --as: where nodes lie if the file does not say (else ROW)."
    ),
]
CalledSource = Annotated[
    str,
    typer.Option(
        "--source",
        metavar="NAME",
        help="With --as: the name under which ids are kept (default: what the file calls itself).",
    ),
]
Theirs = Annotated[
    bool,
    typer.Option(
        "--theirs", help="With --as: where a row was changed here and in the file, take the file's."
    ),
]


MapFile = Annotated[
    str,
    typer.Option("--map", metavar="FILE", help="With --as table: how its columns are read, TOML."),
]
Suggest = Annotated[
    bool,
    typer.Option(
        "--suggest",
        help="With --as table: look at its columns and write the map, to --map or to the terminal.",
    ),
]


NewChain = Annotated[
    bool,
    typer.Option(
        "--new-chain", help="Into a new store: begin an audit chain there, instead of taking its own along."
    ),
]


Documents = Annotated[
    Path | None,
    typer.Option(
        "--documents",
        metavar="FOLDER",
        help="Into a new store: documents of a database, where they are, or are to go.",
    ),
]


@app.command(name="import")
def import_(
    source: Source,
    target: Into = "",
    kind: Kind = "",
    apply: Apply = False,
    remove: Remove = False,
    match: Matches = None,
    agreement: UnderAgreement = "",
    owner: Owner = "",
    country: InCountry = "",
    name: CalledSource = "",
    theirs: Theirs = False,
    map_file: MapFile = "",
    suggest: Suggest = False,
    new_chain: NewChain = False,
    documents: Documents = None,
    by: By = "",
    reason: Reason = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Bring in a programme, changed rows, or another system's file.

    Into a new store, or into one that exists: first shown, then applied.
    """
    form = form_of(as_json, as_csv)
    if suggest:
        return _suggest(kind, source, map_file, form)
    if kind:
        choices = Choices(_matches(match), agreement, owner, country, theirs, remove)
        reading = read_foreign(kind, source, name, map_file)
        return _foreign(reading, target, choices, (apply, by, reason), form)
    if match or agreement or owner or country or name or theirs or map_file:
        raise WrongUse(
            "--match, --agreement, --owner, --country, --source, --theirs and --map go with --as KIND."
        )
    if not target:
        raise WrongUse("Say where it goes: milepost import SOURCE TARGET.")
    if not exists(target):
        here = documents if documents is not None and documents.is_dir() else None
        goes = None if here else documents
        me, copy = at_the_terminal(by or "import"), read_copy(source, here)
        return tell(import_whole(copy, target, me, reason, new_chain=new_chain, documents=goes), form)
    if documents is not None or new_chain:
        raise WrongUse("--documents and --new-chain are for a new store, and there is one.")
    copy = read_copy(source)
    done = bring(Register(target), at_the_terminal(by), copy, apply=apply, remove=remove, reason=reason)

    def page() -> None:
        _print_differences(done.differences)
        _print_counts(done, apply)

    say(done, form, page)
    return 1 if done.rejected else 0


def _suggest(kind: str, file: str, map_file: str, form: Form) -> int:
    """The map of a table, to a file that is not there yet, or to the terminal."""
    text = suggest_map(kind, file)
    if not map_file:
        print(text, end="")
        return 0
    if Path(map_file).exists():
        raise WrongUse(f"'{map_file}' exists; choose another name.")
    write_whole(Path(map_file), text.encode())
    made = Made(f"Wrote {map_file}; look at it, then import with it.", {"map": map_file})
    return say(made, form, lambda: print_notes([made.headed()]))


def _foreign(
    reading: Reading,
    target: str,
    choices: Choices,
    how: tuple[bool, str, str],
    form: Form,
) -> int:
    """A file of another system: looked at, compared, or applied."""
    apply, by, reason = how
    if apply and not target:
        raise WrongUse("Say where it goes: milepost import --as KIND FILE DIR --apply.")
    if not target:
        done = look_at(reading, choices)
    else:
        if not exists(target):
            raise WrongUse(f"There is no programme '{target}'; start one with 'milepost new {target}'.")
        done = bring_file(Register(target), at_the_terminal(by), reading, choices, apply=apply, reason=reason)

    def page() -> None:
        _print_differences(done.differences)
        for m in done.names:
            if m.how in ("near", "left out"):
                print_notes([f"To confirm: '{m.name}' ({m.where}): {m.why}"])
            elif m.how != "confirmed" or m.id != m.name:
                print_notes([f"Taken for {m.id} ({m.how}): '{m.name}'"])
        for u in done.unread:
            print_notes([f"Not taken over: {u.what} ({u.where}{_times(u.times)}): {u.why}"])
        _print_counts(done, apply or not target)

    say(done, form, page)
    return 1 if done.rejected else 0


def _times(n: int) -> str:
    return f", {n} times" if n > 1 else ""


def _print_differences(differences: tuple[Difference, ...]) -> None:
    for d in differences:
        print(f"{d.what:8} {d.table} {d.id}" + (f": {d.why}" if d.why else ""))
        if d.what == "changed":
            print_notes([f"    {c}: '{old}' -> '{new}'" for c, old, new in d.cells])


def _print_counts(done: Brought | ForeignBrought, apply: bool) -> None:
    counts = f"{done.added} added, {done.changed} changed, {done.removed} removed, {done.rejected} rejected"
    print(counts + ("; applied." if done.applied else "; nothing applied."))
    if isinstance(done, Brought) and done.passed_over:
        print_notes(
            [
                f"{done.passed_over:,} rows of the copy stand as they did when it was taken, and are not in "
                "the register: they were removed since, or it was taken from another programme. They are not "
                "taken over; to bring them, paste them into a workbook of this programme ('milepost export')."
            ]
        )
    if done.rejected:
        print_notes(["Nothing can be applied while a row is rejected."])
    elif done.differences and not apply:
        print_notes(["Apply with --apply --by WHO --reason WHY."])


def _matches(typed: list[str] | None) -> dict[str, str]:
    """Names and what they mean. Raises ``WrongUse`` for what says neither."""
    found = {}
    for answer in typed or ():
        name, sign, ident = answer.rpartition("=")
        if not sign or not name.strip() or not ident.strip():
            raise WrongUse(f"'{answer}' says nothing of a name; write 'NAME=ID', 'NAME=new' or 'NAME=-'.")
        found[name.strip()] = ident.strip()
    return found
