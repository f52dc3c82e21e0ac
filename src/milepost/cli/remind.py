"""``milepost remind``: the letters of the week, one a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from milepost.acts.letters import mark_sent
from milepost.acts.persons import at_the_terminal
from milepost.acts.writing import Register
from milepost.cli.app import AsCsv, AsJson, Folder, On, Party, app, date_of, form_of, register_of
from milepost.cli.output import print_notes, say
from milepost.errors import WrongUse
from milepost.report.digests import Digest, Digests, digests
from milepost.report.letters import Letter, Letters, reminders
from milepost.report.letters import send as send_letters


@app.command()
def remind(
    programme: Folder,
    on: On = "",
    since: Annotated[
        str,
        typer.Option(
            "--since",
            metavar="DATE",
            help="After this day (default: a week before; with --each the day before).",
        ),
    ] = "",
    party: Party = "",
    intake: Annotated[
        bool, typer.Option("--intake", help="Also what is missing, and requests for work plans.")
    ] = False,
    each: Annotated[
        bool, typer.Option("--each", help="One letter for each matter on its day, instead of one a week.")
    ] = False,
    by: Annotated[
        str,
        typer.Option("--by", metavar="WHO", help="Who sends: what went out is recorded."),
    ] = "",
    sent: Annotated[
        bool, typer.Option("--sent", help="They went out otherwise: record it, with --by.")
    ] = False,
    means: Annotated[str, typer.Option("--means", metavar="HOW", help="How they went (post, by hand).")] = "",
    send: Annotated[bool, typer.Option("--send", help="Send them; without it they are only shown.")] = False,
    smtp: Annotated[
        str, typer.Option("--smtp", metavar="URL", help="smtp://, smtp+starttls:// or smtps:// server.")
    ] = "",
    sender: Annotated[str, typer.Option("--from", metavar="ADDRESS", help="Address they come from.")] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """One letter a person and week; sent only with --send.

    The costliest delay first: dates, and the ladder of who is told next. What is on record as sent is not
    sent again.
    """
    form = form_of(as_json, as_csv)
    if send and not (smtp and sender):
        raise WrongUse("Sending needs --smtp and --from.")
    if sent and (send or each or not by):
        raise WrongUse("--sent records what went out otherwise: it needs --by, and no --send or --each.")
    if by and (each or intake):
        raise WrongUse("What is recorded as sent are the letters of a week: leave out --each and --intake.")
    make = reminders if each else digests
    batch: Letters | Digests = make(
        register_of(programme), on=date_of(on), since=date_of(since), party=party, intake=intake
    )
    due = [letter for letter in batch if getattr(letter, "sent", None) is None]
    if by and isinstance(batch, Digests):
        post = (smtp, sender) if send else None
        gone = [one for one in due if isinstance(one, Digest) and (sent or (send and one.to))]
        batch = batch.after(_record(programme, by, gone, means or ("e-mail" if send else ""), post))
    elif send:
        batch = batch.after(send_letters(due, server=smtp, sender=sender))
    return say(batch, form, lambda: _print_letters(batch, done=send or sent))


def _record(programme: str, by: str, gone: Sequence[Digest], means: str, post: tuple[str, str] | None) -> int:
    """How many letters are recorded as sent; by ``post`` (mail server, sender) each is sent just before, so
    that where the server refuses one, the record tells which went out."""
    person = at_the_terminal(by)
    for one in gone:
        if post:
            send_letters([one], server=post[0], sender=post[1])
        about = (one.day, one.addressee, one.party)
        mark_sent(Register(programme), person, *about, contact=one.contact, means=means)
    return len(gone)


def _print_letters(batch: Letters | Digests, *, done: bool) -> None:
    for letter in batch:
        if isinstance(letter, Letter):
            nobody = f"{letter.notice.addressee} (no address on record)"
            print(f"{letter.notice.day}  {letter.notice.kind}  to {letter.to or nobody}")
        else:
            nobody = f"{' '.join((letter.addressee, letter.party)).strip()} (no address on record)"
            told = f"matters: {len(letter.notices)}" + (
                f", {letter.more} more counted" if letter.more else ""
            )
            gone = f"  (sent on {letter.sent.sent_on.text} by {letter.sent.sent_by})" if letter.sent else ""
            print(f"{letter.day}  {told}  to {letter.to or nobody}{gone}")
        print_notes([f"  {letter.subject}"])
    verb = f"{batch.sent} sent" if done else "none sent (--send sends them, --json shows their text)"
    notes = [f"{len(batch)} letters, {batch.without_address} without an address; {verb}."]
    if isinstance(batch, Digests) and not batch:
        notes.append(f"The next weekly letters go out on {batch.next_day} (digest_day in policy.toml).")
    print_notes(notes)
