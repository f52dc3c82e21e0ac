"""Who acts: a name, a role, and the party that a focal point or an approver speaks for."""

from __future__ import annotations

from dataclasses import dataclass

ROLES = (
    "public reader",
    "observer",
    "focal point",
    "approver",
    "secretariat",
    "verifier",
    "council",
    "local",
)


@dataclass(frozen=True)
class Person:
    """Somebody who uses the register: a name, a role, and the party a focal point or approver speaks for.

    ``signs``: the name in the chain, where it is not party or role and name.
    """

    name: str
    role: str
    party: str = ""
    signs: str | None = None

    @property
    def signature(self) -> str:
        """How the chain names the person: party or role, and name."""
        return f"{self.party or self.role}: {self.name}" if self.signs is None else self.signs

    @property
    def alone(self) -> bool:
        """The one local user of a programme without accounts: there is no second person to ask."""
        return self.role == "local"


def at_the_terminal(by: str) -> Person:
    """The user of a command line: the machine's own, acting under the name that is given (``--by``)."""
    return Person(by, "local", signs=by.strip())
