"""Less than it was takes two persons too: every outcome, by edit, report, workbook or whole programme; and
the two steps in which it is done all the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from milepost.acts.bring import Copy, bring, read_copy
from milepost.acts.dates import ask
from milepost.acts.evidence import judge, record
from milepost.acts.persons import Person, at_the_terminal
from milepost.acts.programmes import import_whole
from milepost.acts.proposals import agree, proposals, propose
from milepost.acts.rights import Forbidden, TakesTwo
from milepost.acts.rows import edit
from milepost.acts.writing import Register
from milepost.errors import WrongUse
from milepost.records import Records
from milepost.register.two_persons import OUTCOMES
from milepost.store.content import content_of, digest, row_of
from milepost.store.edits import Edit, LostRace
from milepost.store.folder import copy_example
from milepost.store.stores import open_store
from milepost.store.verification import verify

SARA, SELMA = Person("sara", "secretariat"), Person("selma", "secretariat")
CARL, FARID, VERA = (
    Person("carl", "council"),
    Person("farid", "focal point", "XRL"),
    Person("vera", "verifier"),
)
VIKTOR = Person("viktor", "verifier")


@pytest.fixture
def register(tmp_path: Path) -> Register:
    """The invented corridor with a proved delivery, a claim, a stop, a milestone and a pending request."""
    copy_example("ridge", tmp_path / "ridge")
    made = Register(tmp_path / "ridge")
    open_store(made.path).take_over(by="x", reason="begin")  # type: ignore[attr-defined]
    said = record(made, VIKTOR, report("R3", standing="outside")).id
    judge(made, VERA, said, "yes")
    record(made, SARA, report("R2", standing="owner", meets_test="yes"))
    stopped = propose(made, SARA, lambda aside: record(aside, SARA, report("R4", shows="stopped")))
    agree(made, CARL, stopped.number, grant=True)
    cells = {"id": "M1", "commitment": "R1", "title": "half", "owed_by": "XWV", "acceptance_test": "seen"}
    edit(made, SARA, [_edit("milestones", "M1", {**cells, "basis": "assumed"})], "a milestone")
    return made


def report(commitment: str, **more: str) -> dict[str, str]:
    cells = {"reported_on": "2025-12-20", "shows": "delivered", "document": "primary", "source": "s"}
    return {"commitment": commitment, **cells, **more}


def _edit(table: str, ident: str, cells: Mapping[str, str] | None) -> Edit:
    return Edit(table, ident, None if cells is None else dict(cells), None)


def now(register: Register) -> Records:
    records, findings = open_store(register.path).read()
    assert records is not None
    assert findings == ()
    return records


def by_id(rows: Any, ident: str) -> Any:
    return next(r for r in rows if r.id == ident)


def changed(row: Any, **cells: Any) -> Edit:
    return Edit.change(row, row.model_copy(update=cells))


# name -> (which of the outcomes, what one person tries)
TRIES: dict[str, tuple[str, Callable[[Records], list[Edit]]]] = {
    "a proof removed": ("proves", lambda r: [Edit.remove(r.evidence[-3])]),
    "a proof judged no": ("proves", lambda r: [changed(r.evidence[-3], meets_test="in part")]),
    "a proof no outsider's": ("proves", lambda r: [changed(r.evidence[-3], standing="unknown")]),
    "a proof as something else": ("proves", lambda r: [changed(r.evidence[-3], shows="progress")]),
    "a claim removed": ("proves", lambda r: [Edit.remove(r.evidence[-2])]),
    "a claim weakened": ("proves", lambda r: [changed(r.evidence[-2], document="secondary")]),
    "a stop taken back": ("stop", lambda r: [Edit.remove(r.evidence[-1])]),
    "a stop put elsewhere": ("stop", lambda r: [changed(r.evidence[-1], commitment="R5")]),
    "a test softened": (
        "acceptance test",
        lambda r: [changed(by_id(r.commitments, "R1"), acceptance_test="any")],
    ),
    "a test of a milestone": (
        "acceptance test",
        lambda r: [changed(r.milestones[-1], acceptance_test="any")],
    ),
    "a test taken away": (
        "acceptance test",
        lambda r: [changed(by_id(r.commitments, "R1"), acceptance_test="")],
    ),
    "another owner": ("who owes", lambda r: [changed(by_id(r.commitments, "R1"), owed_by=("XEM",))]),
    "one owner fewer": ("who owes", lambda r: [changed(r.milestones[-1], owed_by=())]),
    "an effect smaller": ("effects", lambda r: [changed(r.effects[2], after="20")]),
    "an effect removed": ("effects", lambda r: [Edit.remove(r.effects[0])]),
    "a parameter": ("parameter", lambda r: [changed(r.params[0], value=r.params[0].value * 2)]),
    "the band of a parameter": ("parameter", lambda r: [changed(r.params[-1], low=1.0, high=4.0)]),
    "a discount rate": ("parameter", lambda r: [_setting(r, "discount_rate_per_year", "0.4")]),
    "a milestone removed": ("out of the register", lambda r: [Edit.remove(r.milestones[-1])]),
}


def _setting(records: Records, name: str, value: str) -> Edit:
    old = content_of(records)["programme"][name]
    return Edit("programme", name, {"name": name, "value": value}, digest(old))


@pytest.mark.parametrize("name", TRIES)
def test_one_person_makes_nothing_less_by_an_edit_and_two_do(name: str, register: Register) -> None:
    words, made = TRIES[name]
    before, head = now(register), open_store(register.path).head()
    edits = made(before)
    with pytest.raises(Forbidden) as refused:
        edit(register, SARA, edits, name)
    if "judged" in name:  # a judgement has a step of its own
        assert "said by two persons" in str(refused.value)
        return
    assert isinstance(refused.value, TakesTwo)
    assert words in refused.value.outcomes[0], refused.value.outcomes
    assert open_store(register.path).head() == head, "nothing was written"
    put = propose(register, SARA, lambda aside: edit(aside, SARA, edits, name))
    assert words in put.outcomes[0]
    assert now(register) == before, "a proposal changes no row"
    with pytest.raises(Forbidden, match="second person"):
        agree(register, SARA, put.number, grant=True)
    with pytest.raises(Forbidden, match="second person"):
        agree(register, Person("sara", "council"), put.number, grant=True)
    with pytest.raises(Forbidden, match="may not agree"):
        agree(register, VERA, put.number, grant=True)
    assert agree(register, SELMA, put.number, grant=True).state == "granted"
    assert now(register) != before
    with pytest.raises(WrongUse, match="decided already"):
        agree(register, CARL, put.number, grant=False)
    store = open_store(register.path)
    assert verify(store.lines(), store.content()).holds


def test_every_outcome_is_tried() -> None:
    sentences = [sentence for _, sentence in OUTCOMES]
    tried = {next(s for s in sentences if words in s) for words, _ in TRIES.values()}
    assert set(sentences) - tried == {s for s in sentences if "nobody has decided" in s}, (
        "it has its own test"
    )


def test_by_a_workbook_or_another_programme_it_is_the_same(register: Register, tmp_path: Path) -> None:
    before = now(register)
    for name, (words, made) in TRIES.items():
        rows: dict[str, tuple[Any, ...]] = {}
        for e in made(before):
            if e.table == "programme":
                continue
            mine = before.rows(e.table)
            new = [row_of(e.table, e.cells) if r.ident == e.id and e.cells else r for r in mine]
            rows[e.table] = tuple(r for r in new if e.cells is not None or r.ident != e.id)
        if not rows:
            continue
        with pytest.raises(Forbidden) as refused:
            bring(register, SARA, Copy(before.with_rows(**rows)), apply=True, remove=True, reason=name)
        assert words in str(refused.value) or "judged" in name, (name, str(refused.value))
        assert now(register) == before


def test_a_stop_is_said_by_two_and_taken_back_by_two(register: Register) -> None:
    for person, cells in (
        (SARA, report("R1", shows="stopped")),
        (Person("wanda", "focal point", "XWV"), report("R1", shows="stopped", standing="owner")),
    ):
        with pytest.raises(TakesTwo, match="would stop R1"):
            record(register, person, cells)
    put = propose(register, SARA, lambda aside: record(aside, SARA, report("R1", shows="stopped")))
    assert [p.state for p in proposals(register) if p.number == put.number] == ["pending"]
    assert agree(register, CARL, put.number, grant=False, text="it goes on").state == "refused"
    assert [p.state for p in proposals(register) if p.number == put.number] == ["refused"]
    assert not any(e.commitment == "R1" and e.shows == "stopped" for e in now(register).evidence)


def test_what_takes_no_second_person_is_written_as_it_is(register: Register) -> None:
    records = now(register)
    edit(register, SARA, [changed(by_id(records.commitments, "R1"), note="a remark")], "spelt rightly")
    again, moved = [changed(by_id(now(register).commitments, "R1"), note="other")], records.date_changes[0]
    with pytest.raises(WrongUse, match="takes a second person"):
        propose(register, SARA, lambda aside: edit(aside, SARA, again, "x"))
    with pytest.raises(Forbidden, match="by a request"):  # it has steps of its own
        propose(register, SARA, lambda aside: edit(aside, SARA, [Edit.remove(moved)], "x"))


def test_what_was_changed_meanwhile_is_not_agreed_to(register: Register) -> None:
    row = by_id(now(register).commitments, "R1")
    put = propose(register, SARA, lambda aside: edit(aside, SARA, [changed(row, owed_by=("XEM",))], "x"))
    edit(register, SELMA, [changed(row, title="Another title")], "meanwhile")
    with pytest.raises(LostRace, match="changed meanwhile"):
        agree(register, CARL, put.number, grant=True)


def test_a_request_that_nobody_decided_is_not_taken_away_by_one(register: Register) -> None:
    asked = ask(register, Person("anna", "approver", "XWV"), "R1", new_date="2030-06-30", reason="funding")
    row = by_id(now(register).date_requests, asked.id)
    for tried in (Edit.remove(row), changed(row, asked_by="XEM")):
        with pytest.raises(TakesTwo, match="nobody has decided"):
            edit(register, SARA, [tried], "x")


def test_a_proposal_goes_along_with_its_chain(register: Register, tmp_path: Path) -> None:
    row = by_id(now(register).commitments, "R1")
    put = propose(register, SARA, lambda aside: edit(aside, SARA, [changed(row, owed_by=("XEM",))], "x"))
    target = str(tmp_path / "r.db")
    import_whole(read_copy(str(register.path)), target, at_the_terminal("admin"))
    with pytest.raises(Forbidden, match="second person"):
        agree(Register(target), SARA, put.number, grant=True)
    agree(Register(target), CARL, put.number, grant=True)
    assert by_id(now(Register(target)).commitments, "R1").owed_by == ("XEM",)


def test_the_single_local_user_has_nobody_to_ask(register: Register) -> None:
    me = at_the_terminal("XWV")
    records = now(register)
    edit(register, me, [Edit.remove(records.effects[0])], "alone")
    assert len(now(register).effects) == len(records.effects) - 1
