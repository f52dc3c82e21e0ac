"""Who may do what: one table of actions by role, and the rules that depend on whose record it is.

A party writes only its own record and disputes another's; a date moves and "verified" is reached only by two persons. The
single local user of a programme without accounts (role ``local``) may do everything and is named so in the chain: there
is no second person to ask, and the page says so.
"""

from __future__ import annotations

from collections.abc import Mapping

from milepost.errors import MilepostError
from milepost.records import Records
from milepost.web.people import ROLES, Person

_EVERYBODY = frozenset(ROLES)
_SIGNED_IN = _EVERYBODY - {"public reader"}
_OWNERS = frozenset({"focal point", "approver"})

ACTIONS: Mapping[str, frozenset[str]] = {
    "open": _EVERYBODY,  # needed before anybody is known: session, messages
    "read": _EVERYBODY,
    "try": _EVERYBODY,  # move a date without saving it
    "read offices": _SIGNED_IN,  # addresses of offices, the audit trail
    "compute": _SIGNED_IN,  # long jobs, briefs, snapshots
    "subscribe": _SIGNED_IN,  # a calendar address of one's own
    "report": _OWNERS | {"secretariat", "verifier", "council", "local"},  # add evidence
    "ask": _OWNERS | {"local"},  # ask to move a date
    "decide": frozenset({"approver", "secretariat", "council", "local"}),  # grant or refuse it
    "verify": frozenset({"verifier", "council", "local"}),  # propose that a test is met
    "confirm": frozenset({"verifier", "council", "secretariat", "local"}),  # as the second person
    "edit": frozenset({"secretariat", "local"}),  # any row of the register
}


class Forbidden(MilepostError):
    """The person is known and may not do this."""


class NotSignedIn(MilepostError):
    """Nobody is signed in, or the session has ended."""


def must(person: Person | None, action: str) -> Person:
    """The person, if the role may do the action. Raises ``NotSignedIn`` or ``Forbidden``."""
    if person is None:
        raise NotSignedIn("Sign in first.")
    if person.role not in ACTIONS[action]:
        may = ", ".join(r for r in ROLES if r in ACTIONS[action] and r != "local")
        raise Forbidden(f"A {person.role} may not {action}; {may} may.")
    return person


def must_report(person: Person, records: Records, commitment: str, standing: str, disputes: str, meets_test: str) -> None:
    """May this person add this evidence? Raises ``Forbidden`` with the rule that stands in the way."""
    if person.role in ("local",):
        return
    owners = {p for c in records.commitments if c.id == commitment for p in c.owed_by}
    owners |= {p for m in records.milestones if m.commitment == commitment for p in m.owed_by}
    own = bool(person.party) and _speaks_for(records, person.party, owners)
    if person.role in _OWNERS:
        if not own and not disputes:
            raise Forbidden(
                f"{person.party} does not owe {commitment}: it can add a report there only to dispute one that is on record."
            )
        if own and standing == "outside":
            raise Forbidden(f"{person.party} owes {commitment}: its report stands as the owner's word, not as that of an outsider.")
        if not own and standing == "owner":
            raise Forbidden(f"{person.party} does not owe {commitment}: its report is not the owner's word.")
    elif standing == "owner" and person.role != "secretariat":
        raise Forbidden("Only a party that owes the commitment, or the secretariat for it, enters the owner's word.")
    if standing == "outside" and meets_test == "yes":
        raise Forbidden("That a test is met is said by two persons: propose it as a verification, and let another one confirm it.")


def must_edit(person: Person, table: str, before: Mapping[str, str] | None, after: Mapping[str, str] | None) -> None:
    """May one person write this row alone? Raises ``Forbidden`` for what two persons must do.

    A judgement on a report and a moved date pass through their own steps; a first date may be announced by one.
    """
    if person.role == "local":
        return
    old, new = before or {}, after or {}
    if table == "evidence" and new.get("meets_test", "") not in ("", old.get("meets_test", "")):
        raise Forbidden("Whether a report meets the test is said by two persons: enter it without, and let another confirm it.")
    if table == "date_requests" and (new.get("decision", "pending") or "pending") != (old.get("decision", "") or "pending"):
        raise Forbidden("A request is decided by another person than the one who asks, in its own step.")
    if table == "date_changes" and before is not None:
        raise Forbidden("A promised date is not rewritten: it moves by a request that another person grants.")


def speaks_as(person: Person, records: Records, asked_by: str) -> str:
    """The name under which a decision on a date is taken: the party, the secretariat or the deciding body."""
    if person.role == "approver":
        return person.party
    if person.role in ("secretariat", "council"):
        return records.policy.decided_by if person.role == "council" else "secretariat"
    return records.policy.decided_by


def signature(person: Person) -> str:
    """How the chain names a person: party or role, and name."""
    return f"{person.party or person.role}: {person.name}"


def second_person(person: Person, first: str) -> None:
    """Raises ``Forbidden`` if the same person would be the first and the second."""
    if person.role != "local" and signature(person).rpartition(": ")[2] == first.rpartition(": ")[2]:
        raise Forbidden("The person who asks cannot be the one who decides: a second person is needed.")


def _speaks_for(records: Records, party: str, owners: set[str]) -> bool:
    unions = {p.id for p in records.parties if party in p.members}
    return party in owners or bool(owners & unions)
