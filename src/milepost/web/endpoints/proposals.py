"""What takes two persons: proposed by one, agreed to or refused by another."""

from __future__ import annotations

from fastapi import Request

from milepost.acts import evidence
from milepost.acts import rows as table_rows
from milepost.acts.proposals import Proposal, agree, proposals, propose
from milepost.web import writes
from milepost.web.desk import Desk


def add(desk: Desk) -> None:
    """Add them to the router."""
    endpoint, state = desk.endpoint, desk.state

    @endpoint("GET", "/proposals", "read offices", answer=list[Proposal], tags=["register"])
    def listed() -> tuple[Proposal, ...]:
        """Every proposal, newest first: who proposes what, and what became of it."""
        return proposals(state.register)

    @endpoint("POST", "/proposals", "edit", answer=Proposal, tags=["register"], status_code=201)
    def propose_rows(body: writes.Edits, request: Request) -> Proposal:
        """Propose rows that one person may not write alone, as POST /edits takes them."""
        found, who = [e.edit for e in body.edits], desk.who(request)
        return propose(state.register, who, lambda aside: table_rows.edit(aside, who, found, body.reason))

    @endpoint("POST", "/proposals/evidence", "report", answer=Proposal, tags=["register"], status_code=201)
    def propose_report(body: writes.NewEvidence, request: Request) -> Proposal:
        """Propose a report that one person may not add alone: that a promise was stopped, or goes on."""
        who, cells = desk.who(request), body.model_dump()
        return propose(state.register, who, lambda aside: evidence.record(aside, who, cells))

    @endpoint("POST", "/proposals/{number}/decision", "agree", answer=Proposal, tags=["register"])
    def decide_proposal(number: int, body: writes.Decision, request: Request) -> Proposal:
        """Agree to a proposal or refuse it: by another person than the one who made it."""
        return agree(state.register, desk.who(request), number, grant=body.grant, text=body.text)
