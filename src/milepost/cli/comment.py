"""``milepost comment``: remarks on a commitment, by whom and for whom."""

from __future__ import annotations

from typing import Annotated

import typer

from milepost.acts.comments import comment as write_comment
from milepost.acts.persons import at_the_terminal
from milepost.acts.writing import Register
from milepost.cli.app import AsCsv, AsJson, Folder, app, form_of, names_of, register_of
from milepost.cli.output import print_notes, say
from milepost.errors import WrongUse
from milepost.register.comments import Remark, remarks


@app.command()
def comment(
    programme: Folder,
    commitment: Annotated[str, typer.Argument(metavar="COMMITMENT", help="Commitment it is about.")],
    text: Annotated[
        str, typer.Argument(metavar="TEXT", help="The remark; without it, the comments on record are shown.")
    ] = "",
    by: Annotated[str, typer.Option("--by", metavar="WHO", help="Who writes it.")] = "",
    party: Annotated[
        str, typer.Option("--party", metavar="ID", help="Party that the author speaks for.")
    ] = "",
    readers: Annotated[
        str, typer.Option("--readers", metavar="IDS", help="Parties that may read it (default: all).")
    ] = "",
    answers: Annotated[str, typer.Option("--answers", metavar="ID", help="Comment that it answers.")] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Comment on a commitment, or show its comments.

    For all parties or for some; without TEXT the comments are shown.
    """
    form = form_of(as_json, as_csv)
    opened = register_of(programme)
    if not text:
        found = remarks(opened.records, commitment)
        return say(found, form, lambda: print_notes([found.headed() + ".", *map(_line, found)]))
    if not by:
        raise WrongUse("A comment needs --by (who).")
    done = write_comment(
        Register(programme),
        at_the_terminal(by),
        commitment,
        text,
        party=opened.known_party(party),
        readers=[opened.known_party(name) for name in names_of(readers)],
        answers=answers,
    )
    return say(done, form, lambda: print(f"{done.id}: {done.headed()}"))


def _line(row: Remark) -> str:
    who = f"{row.author} ({row.party})" if row.party else row.author
    to = f", for {' '.join(row.readers)}" if row.readers else ""
    return f"{row.id} {row.written_on} {who}{to}: {row.text}"
