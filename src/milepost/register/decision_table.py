"""Rules as rows: a table of clauses, read from the top; the first that holds decides, or all that hold speak.

A clause has a name, its condition on a frozen case of facts, the condition in words, what it gives and the
sentence that an answer shows. ``docs/reference/rules.md`` is made from these rows, so what a lawyer reads
there is what was computed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

Case = TypeVar("Case")
Gives = TypeVar("Gives")


def otherwise(case: object) -> bool:
    """The condition of a last clause: it always holds."""
    return True


@dataclass(frozen=True)
class Clause(Generic[Case, Gives]):
    """One rule. ``text`` is its condition in words; ``gives`` the answer, or how it is worked out, which
    ``then`` says in words; ``shows`` the sentence of the working, with facts of the case in braces."""

    name: str
    when: Callable[[Case], bool]
    gives: Gives
    text: str
    shows: str = ""
    then: str = ""

    def sentence(self, case: Case) -> str:
        """What an answer shows of this clause."""
        return self.shows.format(case=case)


@dataclass(frozen=True)
class DecisionTable(Generic[Case, Gives]):
    """Clauses in their order, and the question that they answer. ``decides`` says whether the first clause
    that holds decides alone, or all that hold are listed."""

    name: str
    question: str
    clauses: tuple[Clause[Case, Gives], ...]
    decides: Literal["first", "all"] = "first"

    def first(self, case: Case) -> Clause[Case, Gives]:
        """The clause that decides. Such a table ends with :func:`otherwise`, so there is one."""
        return next(clause for clause in self.clauses if clause.when(case))

    def all(self, case: Case) -> tuple[Clause[Case, Gives], ...]:
        """Every clause that holds, in order."""
        return tuple(clause for clause in self.clauses if clause.when(case))
