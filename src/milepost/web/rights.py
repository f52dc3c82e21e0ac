"""What each role may ask a server for: reading beside the acts (:mod:`milepost.acts.rights`), in one
table."""

from __future__ import annotations

from collections.abc import Mapping

from milepost.acts.persons import ROLES, Person
from milepost.acts.rights import ACTS, must_act
from milepost.errors import MilepostError

_EVERYBODY = frozenset(ROLES)
_SIGNED_IN = _EVERYBODY - {"public reader"}

ACTIONS: Mapping[str, frozenset[str]] = {
    "open": _EVERYBODY,  # needed before anybody is known: session, messages
    "read": _EVERYBODY,
    "try": _EVERYBODY,  # move a date without saving it
    "read offices": _SIGNED_IN,  # addresses of offices, the audit trail
    "compute": _SIGNED_IN,  # long jobs, briefs, snapshots
    "own sessions": _SIGNED_IN,  # one's own: listed, and ended
    "subscribe": _SIGNED_IN,  # a calendar address of one's own
    **ACTS,
}


class NotSignedIn(MilepostError):
    """Nobody is signed in, or the session has ended."""


class NotThere(MilepostError):
    """What the address names does not exist, or is somebody else's."""


def must(person: Person | None, action: str) -> Person:
    """The person, if the role may do the action. Raises ``NotSignedIn`` or ``Forbidden``."""
    if person is None:
        raise NotSignedIn("Sign in first.")
    must_act(person, action, ACTIONS)
    return person


def must_see(person: Person | None, table: str) -> None:
    """May this person read a table? Offices are for those who are signed in."""
    if table in ("contacts", "sent_letters"):
        must(person, "read offices")
    if table == "comments":  # others read what is for them, at the address of the commitment
        must(person, "edit")
