"""The decisions that a brief proposes: what waits for one, what is late or in the way, what nobody outside
has confirmed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from milepost.follow_up.calls import Call
from milepost.records.acceptance import acceptance_tests
from milepost.register.status import Status
from milepost.register.working_days import calendar_of, working_days_after
from milepost.report.brief.blocks import Block, Items, Paragraph
from milepost.report.brief.frame import Frame, reason_shown
from milepost.report.brief.paper import Draft


def drafts_of(f: Frame) -> tuple[Draft, ...]:
    """The decisions that are proposed: those first that are about what costs most a day."""
    weights = f.weights
    found = (*_to_grant(f), *_to_unblock(f), *_to_verify(f), *_to_ratify(f))
    return tuple(
        sorted(found, key=lambda draft: -max((weights.get(c, 0.0) for c in draft.commitments), default=0.0))
    )


def decisions(f: Frame) -> Iterator[Block]:
    lines = tuple(draft.text for draft in drafts_of(f))
    if lines:
        yield Items(lines, numbered=True)
        yield Paragraph(f.say.say("decision-draft"))
    else:
        yield Paragraph(f.say.say("decision-nothing"))


def _to_grant(f: Frame) -> Iterator[Draft]:
    """Requests that are pending."""
    say = f.say
    for r in f.records.date_requests:
        if r.decision == "pending" and r.asked_on.first <= f.on:
            text = say.say(
                "decision-request",
                id=r.id,
                party=f.names((r.asked_by,)),
                new=say.partial(str(r.new_date)),
                reason=reason_shown(f, r),
            )
            yield Draft(text, (r.commitment,))


def _to_unblock(f: Frame) -> Iterator[Draft]:
    """What is late, at risk, in the way of others, or not fit to be verified; dearest day first."""
    state = {s.commitment: s for s in f.statuses}
    for call in f.calls:
        if not call.milestone and f.mine(call.commitment):
            yield from _to_settle(f, call, state[call.commitment])


def _to_settle(f: Frame, call: Call, s: Status) -> Iterator[Draft]:
    for text in _settled(f, call, s):
        yield Draft(text, (call.commitment,))


def _settled(f: Frame, call: Call, s: Status) -> Iterator[str]:
    say, policy = f.say, f.records.policy
    whose = (calendar_of(f.party),)
    by = say.date(working_days_after(f.on + dt.timedelta(days=policy.work_plan_days), 0, whose))
    given = {"id": call.commitment, "title": call.title, "party": f.names(call.owed_by)}
    if s.timing == "late":
        yield say.say("decision-late", **given, date=by)
    elif s.timing == "at risk":
        yield say.say("decision-at-risk", **given, due=say.partial(str(s.latest_promised or "")), date=by)
    if call.holds_up:
        yield say.say("decision-blocker", **given, waits=", ".join(call.holds_up))
    if s.timing == "no date" and s.first_promised is None:
        yield say.say("decision-no-date", **given, date=by)
    lacks = [m for m in s.missing if m != "date"]
    if lacks:
        words = ", ".join(say.word("missing", m) for m in lacks)
        soon = say.date(working_days_after(f.on, policy.intake_working_days, whose))
        yield say.say("decision-missing", **given, missing=words, date=soon)
    if "disputed" in s.flags:
        yield say.say("decision-disputed", **given)


def _to_verify(f: Frame) -> Iterator[Draft]:
    """Claims that nobody outside has confirmed."""
    tested = {item for item, test in acceptance_tests(f.records).items() if test}
    for s in f.statuses:
        if s.delivery == "delivered" and f.mine(s.commitment):
            key = "decision-verify" if s.commitment in tested else "decision-name-test"
            names = f.names(f.owners(s.commitment))
            text = f.say.say(key, id=s.commitment, title=f.title(s.commitment), party=names)
            yield Draft(text, (s.commitment,))


def _to_ratify(f: Frame) -> Iterator[Draft]:
    """Agreements with open commitments that are not evidenced to be in force."""
    records = f.records
    state = {s.commitment: s for s in f.statuses}
    for found in f.programme.force(f.on, f.on):
        if found.in_force == "not evidenced" and (
            not f.party or any(p.party == f.party for p in found.parties)
        ):
            agreement = next(a for a in records.agreements if a.id == found.agreement)
            if any(c.agreement == found.agreement and not state[c.id].closed for c in records.commitments):
                yield Draft(f.say.say("decision-ratify", id=agreement.id, title=agreement.title), ())
