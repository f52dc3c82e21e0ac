"""The page ``docs/reference/rules.md``, made from the decision tables themselves."""

from __future__ import annotations

import re
from typing import Any

from milepost.register.decision_table import Clause, DecisionTable
from milepost.register.entry_rules import CONVENTIONS
from milepost.register.force import ENTRY, ENTRY_CONFLICTS, ENTRY_WORKING, STATE, SUPERSESSION
from milepost.register.party_force import END_OF_A_PARTY, ENTRY_OF_A_PARTY, STATE_OF_A_PARTY
from milepost.register.requests import ASKING, DECIDES, DECIDING, REMARKS
from milepost.register.status import RULES_VERSION, SUCCESSOR
from milepost.register.status_rules import COUNTED, DELIVERY, FLAGS, TIMING

TABLES: tuple[DecisionTable[Any, Any], ...] = (
    DELIVERY,
    TIMING,
    SUCCESSOR,
    COUNTED,
    FLAGS,
    ENTRY,
    CONVENTIONS,
    ENTRY_WORKING,
    ENTRY_CONFLICTS,
    STATE,
    SUPERSESSION,
    ENTRY_OF_A_PARTY,
    STATE_OF_A_PARTY,
    END_OF_A_PARTY,
    ASKING,
    DECIDES,
    REMARKS,
    DECIDING,
)
_DECIDES = {
    "first": "Read from the top: the first rule that holds decides.",
    "all": "Every rule that holds applies, in this order.",
}


def reference_page() -> str:
    """A section a table, a row a rule: its name, when it holds, what it gives, what an answer says."""
    lines = [
        "# Rules of the register",
        "",
        "By these rules `milepost status`, `force` and `request` come to their answers. The page is made",
        f"from the rules that the program runs (rules of status: version {RULES_VERSION}). Words in angle",
        "brackets stand for what a case has there.",
        "In Python every `Status`, `Force` and `PartyForce` names in `rules` the rules that decided it.",
    ]
    for table in TABLES:
        lines += ["", f"## {table.name}", "", table.question, "", _DECIDES[table.decides], ""]
        lines += ["| | rule | when | then | shown |", "|---|---|---|---|---|"]
        lines += [_row(number, clause) for number, clause in enumerate(table.clauses, 1)]
    return "\n".join(lines) + "\n"


def _row(number: int, clause: Clause[Any, Any]) -> str:
    then = clause.then or ("" if clause.gives is None else f"*{clause.gives}*")
    cells = (str(number), clause.name, clause.text, then, _readable(clause.shows))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _readable(sentence: str) -> str:
    """The sentence with its facts in angle brackets: the last word of each, as the case calls it."""
    named = re.sub(r"\{(?:\w+\.)*(\w+)[^}]*\}", lambda found: f"‹{found[1].replace('_', ' ')}›", sentence)
    return named.strip("; ")


if __name__ == "__main__":
    print(reference_page(), end="")
