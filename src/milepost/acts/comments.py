"""Comments: a remark on a commitment, with its author, its day and the parties that may read it."""

from __future__ import annotations

from collections.abc import Sequence

from milepost.acts.evidence import Recorded
from milepost.acts.persons import Person
from milepost.acts.rights import Forbidden, must_act
from milepost.acts.writing import Plan, Register, day_of_writing, registered, write
from milepost.errors import WrongUse, one_of
from milepost.programme import Programme
from milepost.records import Comment
from milepost.register.comments import readable
from milepost.store.content import row_of
from milepost.store.edits import Edit


def comment(
    register: Register,
    person: Person,
    commitment: str,
    text: str,
    *,
    party: str = "",
    readers: Sequence[str] = (),
    answers: str = "",
) -> Recorded:
    """One new comment on a commitment; the register gives it the next id, and today as its day.

    ``party`` is the one that the author speaks for (a person with a party speaks for that one), ``readers``
    the parties that may read it (none: all). An answer is read by whoever may read what it answers, unless
    ``readers`` says otherwise. The chain's reason does not repeat the words.

    Raises ``WrongUse`` for an unknown commitment or party, or for an empty text; ``Forbidden`` for answering
    what the person may not read, or speaking for another party.
    """
    must_act(person, "comment")
    if not text.strip():
        raise WrongUse("A comment needs words.")
    if person.party and party not in ("", person.party):
        raise Forbidden(f"You speak for {person.party}, not for {party}.")
    mine = person.party or party

    def plan(programme: Programme) -> Plan[str]:
        records = registered(programme)
        if commitment not in {c.id for c in records.commitments}:
            raise one_of("commitment", commitment, [c.id for c in records.commitments])
        known = [p.id for p in records.parties]
        for name in (*readers, *((mine,) if mine else ())):
            if name not in known:
                raise one_of("party", name, known)
        there = {c.id: c for c in readable(records.comments, person.role, person.party)}
        if answers and (answers not in there or there[answers].commitment != commitment):
            raise WrongUse(f"There is no comment {answers} on {commitment} that you may read.")
        may = tuple(readers) or (_with(there[answers]) if answers else ())
        used = {c.id for c in records.comments}
        number = 1
        while f"{commitment}.k{number}" in used:
            number += 1
        cells = {
            "id": f"{commitment}.k{number}",
            "commitment": commitment,
            "written_on": day_of_writing(programme).isoformat(),
            "author": person.name or person.role,
            "party": mine,
            "readers": ";".join(may),
            "text": text.strip(),
            "answers": answers,
        }
        row = row_of("comments", cells, "the new comment")
        assert isinstance(row, Comment)
        return Plan([Edit.add(row)], f"comment on {commitment}", row.id)

    done, entry = write(register, person, plan)
    return Recorded(done.about, entry.n if entry else None, entry.hash if entry else None)


def _with(answered: Comment) -> tuple[str, ...]:
    """The readers of a comment and its author's party: a closed talk stays closed."""
    if not answered.readers:
        return ()
    return tuple(dict.fromkeys((*answered.readers, *((answered.party,) if answered.party else ()))))
