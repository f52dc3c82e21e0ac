"""Who may write what: one table of acts by role, and the rules that depend on whose record it is.

A party writes only its own record and disputes another's; a date moves and "verified" is reached only by two
persons. The single local user of a programme without accounts (role ``local``) may do everything and is named
so in the chain: there is no second person to ask, and the page says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from milepost.acts.persons import ROLES, Person
from milepost.errors import MilepostError
from milepost.records import Evidence, Records
from milepost.register.two_persons import moved_dates, new_proofs, weaker

_OWNERS = frozenset({"focal point", "approver"})

ACTS: Mapping[str, frozenset[str]] = {
    "report": _OWNERS | {"secretariat", "verifier", "council", "local"},  # add evidence
    "ask": _OWNERS | {"local"},  # ask to move a date
    "decide": frozenset({"approver", "secretariat", "council", "local"}),  # grant or refuse it
    "verify": frozenset({"verifier", "council", "local"}),  # propose that a test is met
    "confirm": frozenset({"verifier", "council", "secretariat", "local"}),  # as the second person
    "comment": _OWNERS | {"secretariat", "verifier", "council", "local"},  # remark on a commitment
    "send": frozenset({"secretariat", "local"}),  # letters; say that one went out
    "edit": frozenset({"secretariat", "local"}),  # any row of the register
    "agree": frozenset({"secretariat", "council", "local"}),  # to what another person proposes, or not
}


class Forbidden(MilepostError):
    """The person is known and may not do this."""


class TakesTwo(Forbidden):
    """One person may propose it, and another agrees; ``outcomes`` says what would come out, a sentence
    each."""

    def __init__(self, outcomes: Sequence[str]) -> None:
        self.outcomes = tuple(outcomes)
        more = f" (and {len(outcomes) - 1} more such outcomes)" if len(outcomes) > 1 else ""
        super().__init__(
            f"{outcomes[0]}{more}: that takes two persons. Propose it, and let another one of the "
            "secretariat or the council agree."
        )


def must_act(person: Person, act: str, among: Mapping[str, frozenset[str]] = ACTS) -> None:
    """Raises ``Forbidden`` if the person's role may not do the act."""
    if person.role not in among[act]:
        may = ", ".join(r for r in ROLES if r in among[act] and r != "local")
        raise Forbidden(f"A {person.role} may not {act}; {may} may.")


def must_report(person: Person, records: Records, report: Evidence) -> None:
    """May this person add this evidence? Raises ``Forbidden`` with the rule that stands in the way."""
    if person.alone:
        return
    if person.role in _OWNERS:
        _must_be_own_or_dispute(person, records, report)
    elif report.standing == "owner" and person.role != "secretariat":
        raise Forbidden(
            "Only a party that owes the commitment, or the secretariat for it, enters the owner's word."
        )
    if report.standing == "outside" and report.meets_test == "yes":
        raise Forbidden(
            "That a test is met is said by two persons: propose it as a verification, and let another one "
            "confirm it."
        )


def _must_be_own_or_dispute(person: Person, records: Records, report: Evidence) -> None:
    """A party reports on what it owes, as its owner; of anything else it can dispute what is said."""
    item = report.milestone or report.commitment
    owners = {p for c in records.commitments if c.id == report.commitment for p in c.owed_by}
    owners = {p for m in records.milestones if m.id == report.milestone for p in m.owed_by} or owners
    if bool(person.party) and _speaks_for(records, person.party, owners):
        if report.standing == "outside":
            raise Forbidden(
                f"{person.party} owes {item}: its report stands as the owner's word, not as that of an "
                "outsider."
            )
        return
    about = {e.id for e in records.evidence if (e.milestone or e.commitment) == item}
    if report.disputes not in about:
        raise Forbidden(
            f"{person.party} does not owe {item}: it can add a report there only to dispute one that is "
            "on record about it."
        )
    if report.shows not in ("context", "started", "progress"):
        raise Forbidden(
            f"{person.party} does not owe {item}: it disputes what is said, and does not close it."
        )
    if report.standing == "owner":
        raise Forbidden(f"{person.party} does not owe {item}: its report is not the owner's word.")


def must_edit(
    person: Person, table: str, before: Mapping[str, str] | None, after: Mapping[str, str] | None
) -> None:
    """May one person write this row alone? Raises ``Forbidden`` for what two persons must do.

    A judgement on a report and a moved date pass through their own steps; a first date may be announced by
    one. What rows would do together is looked at by :func:`must_be_two`.
    """
    if person.alone:
        return
    old, new = before or {}, after or {}
    judged = new.get("meets_test", "")
    if (
        table == "evidence"
        and judged not in ("", old.get("meets_test", ""))
        and not (before is None and judged == "no")
    ):
        raise Forbidden(
            "Whether a report meets the test is said by two persons: enter it without, and let another "
            "confirm it."
        )
    if table == "date_requests" and (new.get("decision", "pending") or "pending") != (
        old.get("decision", "") or "pending"
    ):
        raise Forbidden("A request is decided by another person than the one who asks, in its own step.")
    if table == "forecasts" and before is not None:
        raise Forbidden("A forecast on record stays as it was made: it is scored, not corrected.")
    if table == "date_changes" and before is not None:
        raise Forbidden("A promised date is not rewritten: it moves by a request that another person grants.")


def must_be_two(person: Person, before: Records, after: Records, *, agreed: bool = False) -> None:
    """Raises ``Forbidden`` if rows that one person writes would together move a date that counts, or prove a
    delivery; ``TakesTwo`` if they would make a promise, its proof or its worth another one, unless a second
    person has ``agreed`` to that.

    It looks at what comes out, so it does not matter by which rows: reports, dates, requests, ids, tests or
    the policy.
    """
    if person.alone:
        return
    for item in moved_dates(before, after):
        raise Forbidden(
            f"This would move the date of {item}: that takes a request, and another person who grants it."
        )
    for item in new_proofs(before, after):
        raise Forbidden(
            f"This would by itself prove that {item} is delivered: that takes two persons. Enter the report "
            "as one that does not "
            "meet the test yet (meets_test 'no'), and let another person confirm it."
        )
    outcomes = () if agreed else weaker(before, after)
    if outcomes:
        raise TakesTwo(outcomes)


def speaks_as(person: Person, records: Records, body: str = "") -> str:
    """The name under which a decision on a date is taken: the party, the secretariat or the deciding body;
    the local user may say which (``body``)."""
    if person.role == "approver":
        return person.party
    if person.role == "secretariat":
        return "secretariat"
    return (body if person.alone else "") or records.policy.decided_by


def second_person(person: Person, writers: Iterable[str]) -> None:
    """Raises ``Forbidden`` if the person is one of those who wrote what is to be judged, in whatever role or
    session."""
    if is_same_person(person, writers):
        raise Forbidden(
            "Who asked for it or wrote it cannot be the one who decides: a second person is needed."
        )


def is_same_person(person: Person, writers: Iterable[str]) -> bool:
    """Is the person one of those who wrote, as the chain names them? The one local user never is."""
    mine = person.signature.rpartition(": ")[2]
    return not person.alone and any(w.rpartition(": ")[2] == mine for w in writers)


def _speaks_for(records: Records, party: str, owners: set[str]) -> bool:
    unions = {p.id for p in records.parties if party in p.members}
    return party in owners or bool(owners & unions)
