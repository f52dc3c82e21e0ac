"""Who reads and answers a comment, by role and party."""

from __future__ import annotations

from pathlib import Path

import pytest

import milepost
from milepost.acts.comments import comment
from milepost.acts.persons import ROLES, Person
from milepost.acts.rights import Forbidden
from milepost.acts.writing import Register
from milepost.errors import WrongUse
from milepost.records import Comment
from milepost.register.comments import KEEPERS, readable
from milepost.store.folder import copy_example

OPEN = {"commitment": "R1", "written_on": "2026-01-01", "author": "x", "text": "y"}


def rows() -> list[Comment]:
    return [
        Comment.model_validate({"id": "all", **OPEN}),
        Comment.model_validate({"id": "two", "party": "A", "readers": ("B",), **OPEN}),
    ]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("party", ["", "A", "B", "C"])
def test_who_reads(role: str, party: str) -> None:
    """What is open, everybody signed in; what names readers: they, its author's party, the keepers."""
    seen = [c.id for c in readable(rows(), role, party)]
    closed = role in KEEPERS or (party in ("A", "B") and role != "public reader")
    assert ("two" in seen) == closed
    assert ("all" in seen) == (role != "public reader")


@pytest.fixture
def register(tmp_path: Path) -> Register:
    copy_example("ridge", tmp_path / "p")
    return Register(str(tmp_path / "p"))


def test_an_answer_stays_among_its_readers(register: Register) -> None:
    parties = [p.id for p in milepost.open(register.path).records.parties]
    one, other, third = parties[:3]
    west, east = Person("w", "focal point", one), Person("e", "approver", other)
    first = comment(register, west, "R1", "Land is late.", readers=[other])
    second = comment(register, east, "R1", "By how much?", answers=first.id)
    held = {c.id: c for c in milepost.open(register.path).records.comments}
    assert held[second.id].readers == (other, one)
    assert held[second.id].answers == first.id
    with pytest.raises(WrongUse, match="that you may read"):
        comment(register, Person("t", "focal point", third), "R1", "What?", answers=first.id)
    with pytest.raises(Forbidden, match="You speak for"):
        comment(register, west, "R1", "x", party=other)
    for text, about in (("  ", "R1"), ("x", "R99")):
        with pytest.raises(WrongUse):
            comment(register, west, about, text)
    with pytest.raises(Forbidden):
        comment(register, Person("o", "observer"), "R1", "x")
