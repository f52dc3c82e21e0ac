"""Accounts of a team's server: added, listed, changed and removed on the machine that runs it, never over the
network."""

from __future__ import annotations

import getpass
import sys
from typing import Annotated

import typer

from milepost.cli.app import AsCsv, AsJson, app, form_of
from milepost.cli.contents import Sections
from milepost.cli.output import print_table, say
from milepost.results import Form, Made, Rows
from milepost.web.passkeys import Passkeys
from milepost.web.people import NO_ROLE, People, must_be_a_key, must_fit

people = typer.Typer(
    name="people",
    cls=Sections,
    help="Accounts of a team's server.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(people)
Where = Annotated[
    str,
    typer.Option(
        "--people", metavar="FILE-OR-URL", help="Where accounts are kept: a file, or postgresql://..."
    ),
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="Name the person signs in with.")]
Role = Annotated[
    str,
    typer.Option(
        "--role", help="observer, focal point, approver, secretariat, verifier, council, or none: no access."
    ),
]
Party = Annotated[
    str, typer.Option("--party", metavar="ID", help="Party that a focal point or approver speaks for.")
]
Programme = Annotated[
    str,
    typer.Option(
        "--programme", metavar="KEY", help="Only in the programme with this key (default: in every one)."
    ),
]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


@people.command("add")
def add(
    name: Name,
    where: Where,
    role: Role,
    party: Party = "",
    programme: Programme = "",
    password_stdin: FromStdin = False,
    oidc_issuer: Annotated[
        str, typer.Option("--oidc-issuer", help="Sign-in by OpenID Connect: issuer.")
    ] = "",
    oidc_subject: Annotated[
        str, typer.Option("--oidc-subject", help="... and subject there; then no password is needed.")
    ] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Add a person. The password is asked for, or read from standard input; it is never an argument."""
    password = None if oidc_subject and not password_stdin else _password(password_stdin)
    who = {"issuer": oidc_issuer.rstrip("/"), "subject": oidc_subject, "by": _here()}
    if programme:
        must_be_a_key(programme)
        kept = People(where)
        must_fit(role, party)
        kept.add(name, NO_ROLE, "", password, **who)
        kept.set_right(name, programme, role, party, by=_here())
    else:
        People(where).add(name, role, party, password, **who)
    return _said(form_of(as_json, as_csv), name, "added")


@people.command("list")
def list_people(where: Where, as_json: AsJson = False, as_csv: AsCsv = False) -> int:
    """List everybody with role and party, in every programme or in one."""
    form = form_of(as_json, as_csv)
    head = ["name", "role", "party", "programme", "number"]
    found = Rows(People(where).accounts(), "people", heads=head)
    rows = [[p.name, p.role, p.party, p.programme, p.number] for p in found]
    return say(found, form, lambda: print_table("People", head, rows))


@people.command("password")
def password(
    name: Name,
    where: Where,
    password_stdin: FromStdin = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Set a new password; the person's sessions end."""
    kept = People(where)
    kept.set_password(name, _password(password_stdin), by=_here())
    return _said(form_of(as_json, as_csv), name, "has a new password")


@people.command("role")
def role(
    name: Name,
    where: Where,
    role: Role,
    party: Party = "",
    programme: Programme = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Give another role, everywhere or in one programme; the person's sessions end.

    With --programme and --role '' the role in every programme counts there again.
    """
    kept = People(where)
    if programme:
        kept.set_right(name, programme, role, party, by=_here())
        told = f"is {role or 'what it is in every programme'} in {programme} now"
    else:
        kept.set_role(name, role, party, by=_here())
        told = f"is {role} now"
    return _said(form_of(as_json, as_csv), name, told)


@people.command("remove")
def remove(name: Name, where: Where, as_json: AsJson = False, as_csv: AsCsv = False) -> int:
    """Remove a person; what the person wrote stays in the chain."""
    People(where).remove(name, by=_here())
    return _said(form_of(as_json, as_csv), name, "removed")


@people.command("sessions")
def sessions(
    name: Name,
    where: Where,
    end: Annotated[str, typer.Option("--end", metavar="ID", help="End this session; 'all': every one.")] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Show where a person is signed in, or end a session."""
    form, kept = form_of(as_json, as_csv), People(where)
    kept.must_know(name)
    if end == "all":
        return _said(form, name, f"{kept.end_others(name, by=_here())} sessions ended")
    if end:
        kept.end_session(name, end, by=_here())
        return _said(form, name, "session ended")
    head = ["id", "began", "seen"]
    found = Rows(kept.sessions(name), "sessions", heads=[*head, "this"])
    return say(found, form, lambda: print_table("Sessions", head, [[s.id, s.began, s.seen] for s in found]))


@people.command("passkeys")
def passkeys(
    name: Name,
    where: Where,
    remove_it: Annotated[
        str, typer.Option("--remove", metavar="ID", help="Remove this passkey; 'all': every one.")
    ] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Show the passkeys of a person, or remove one; adding one takes the person's own browser."""
    form, people = form_of(as_json, as_csv), People(where)
    people.must_know(name)
    kept = Passkeys(people)
    if remove_it:
        gone = [p.id for p in kept.all(name)] if remove_it == "all" else [remove_it]
        for ident in gone:
            kept.remove(name, ident, by=_here())
        return _said(form, name, f"{len(gone)} passkeys removed")
    head = ["id", "label", "site", "added", "used"]
    found = Rows(kept.all(name), "passkeys", heads=head)
    rows = [[p.id, p.label, p.site, p.added[:10], p.used[:10]] for p in found]
    return say(found, form, lambda: print_table("Passkeys", head, rows))


@people.command("totp")
def totp(
    name: Name,
    where: Where,
    remove_it: Annotated[bool, typer.Option("--remove", help="Without a second factor again.")] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Ask a person for a code besides the password; prints the secret for the person's app."""
    form, kept = form_of(as_json, as_csv), People(where)
    if remove_it:
        kept.no_totp(name, by=_here())
        return _said(form, name, "needs no code any more")
    address = kept.new_totp(name, by=_here())
    done = Made(
        f"{name}: give this to the app for codes, and to nobody else.", {"name": name, "address": address}
    )
    return say(done, form, lambda: print(f"{done.headed()}\n{address}"))


@people.command("log")
def log(
    where: Where,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="How many, newest first.")] = 200,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> int:
    """Show who added, changed or removed accounts, who signed in, and who tried in vain."""
    form = form_of(as_json, as_csv)
    head = ["at", "what", "name", "by", "address", "detail"]
    found = Rows(People(where).trail(limit), "log", heads=head)
    rows = [[e.at, e.what, e.name, e.by, e.address, e.detail] for e in found]
    return say(found, form, lambda: print_table("Accounts: what was done", head, rows))


def _here() -> str:
    """Who works on this machine's command line, as the system names them."""
    try:
        return f"command line, {getpass.getuser()}"
    except (OSError, KeyError):
        return "command line"


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _said(form: Form, name: str, what: str) -> int:
    done = Made(f"{name}: {what}.", {"name": name, "done": what})
    return say(done, form, lambda: print(done.headed()))
