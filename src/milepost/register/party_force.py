"""Since when is one party bound, until when, and by which act? With the agreement, or later by the party's
own rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from milepost.records import Instrument, PartialDate, Party
from milepost.records.kinds import CALENDAR
from milepost.register.acts import NOT_EVIDENCED, Membership, When, day, effect, made, memberships, until
from milepost.register.decision_table import Clause, DecisionTable, otherwise
from milepost.register.entry_rules import BINDING, Rule, after_span

Legal = Literal[
    "draft",
    "adopted",
    "signed",
    "provisionally applied",
    "in force",
    "suspended",
    "withdrawn",
    "terminated",
    "superseded",
    "not evidenced",
]


@dataclass(frozen=True)
class Entry:
    """Entry into force of the whole, as far as known: when, the days of the trigger, who triggered it."""

    when: When | None
    trigger: When | None
    by: frozenset[str]
    evidenced: bool  # computed or stated; without, nothing is known


@dataclass(frozen=True)
class PartyForce:
    """Where one party stands: since when bound, by which act, how that was worked out, and by which
    clauses."""

    party: str
    state: Legal
    in_force: str | None
    until: str | None
    act: str
    working: str
    rules: tuple[str, ...] = ()


def party_forces(
    rule: Rule | None,
    acts: list[Instrument],
    parties: Mapping[str, Party],
    entry: Entry,
    whole: Legal,
    on: dt.date,
) -> Iterator[PartyForce]:
    """Every party that has acted, in the order of the table; ``whole`` is the state of the agreement on the
    day."""
    by_party: dict[str, list[Instrument]] = {}
    for act in acts:
        if act.party:
            by_party.setdefault(act.party, []).append(act)
    for name, mine in by_party.items():
        yield _party_force(PartyCase(name, rule, mine, parties.get(name), entry, whole, on))


def halted(acts: list[Instrument], party: str, on: dt.date) -> bool:
    """Is the last word of a party (or of all, with an empty name) on a day that application is suspended?"""
    said = [
        a
        for a in acts
        if a.kind in ("suspension", "resumption") and a.party == party and day(effect(a), "last") <= on
    ]
    said.sort(key=lambda a: (day(effect(a), "last"), a.id))
    return bool(said) and said[-1].kind == "suspension"


def ended(acts: list[Instrument], party: str, on: dt.date) -> Instrument | None:
    """The termination for a party (or for all, with an empty name) that has taken effect by a day."""
    return next(
        (a for a in acts if a.kind == "termination" and a.party == party and day(effect(a), "last") <= on),
        None,
    )


def provisional(acts: list[Instrument], on: dt.date) -> bool:
    """Is it applied provisionally on a day by one of these acts?"""
    return any(
        a.kind == "provisional application" and effect(a) and day(effect(a), "last") <= on <= until(a)
        for a in acts
    )


@dataclass(frozen=True)
class PartyCase:
    """What the clauses about one party look at: its acts, the rule, the entry of the whole, and a day."""

    name: str
    rule: Rule | None
    mine: list[Instrument]
    party: Party | None
    entry: Entry
    whole: Legal
    on: dt.date

    @cached_property
    def by_then(self) -> list[Instrument]:
        """Acts made by the day, and those without a date."""
        return [a for a in self.mine if made(a) is None or day(made(a), "first") <= self.on]

    @cached_property
    def now(self) -> Membership | None:
        """The stretch that counts on the day: the last whose way in is free, the withdrawal before it having
        taken effect."""
        kinds = (self.rule.kinds if self.rule else frozenset(BINDING)) | {"succession"}
        found = memberships(self.by_then, kinds) or memberships(self.mine, kinds)[:1]
        return next((m for m in reversed(found) if m.after is None or m.after.last <= self.on), None)

    @cached_property
    def again(self) -> When | None:
        """The withdrawal after which it joined again."""
        return When.of(self.now.after) if self.now and self.now.after else None

    @property
    def after_withdrawal(self) -> str:
        """The same in words."""
        return f", after the withdrawal of {self.again}" if self.again else ""

    def returned(self, since: When) -> When:
        """Bound again at the earliest when the withdrawal before has taken effect."""
        return since.not_before(self.again) if self.again else since

    @cached_property
    def stated(self) -> PartialDate | None:
        """Entry into force for it as a source states it, for this stretch."""
        found = [
            a.date
            for a in self.mine
            if a.kind == "entry into force" and a.date and (not self.again or a.date.last >= self.again.first)
        ]
        return found[-1] if found else None

    @property
    def kinds(self) -> str:
        """The kinds of its acts, each once."""
        return ", ".join(dict.fromkeys(a.kind for a in self.mine))

    @property
    def act(self) -> Instrument:
        """The act that begins the stretch; only asked where there is one."""
        assert self.now is not None
        return self.now.act

    @property
    def date(self) -> PartialDate | None:
        """When that act was made."""
        return made(self.act)

    @cached_property
    def when(self) -> When:
        """The days that this may mean; only asked where it has a date."""
        assert self.date is not None
        return When.of(self.date)

    @property
    def succeeds(self) -> bool:
        """Is the act that binds a succession?"""
        return self.act.kind == "succession"

    @cached_property
    def succeeded(self) -> When:
        """From when a successor succeeds: as its act says, from its first day as a state, or from the act."""
        began = self.act.takes_effect or (self.party.existed_from if self.party else None)
        return When.of(began) if began else self.when

    @property
    def whole_in_force(self) -> bool:
        """Is an entry into force of the agreement itself known?"""
        return self.entry.when is not None and self.entry.evidenced

    @cached_property
    def with_whole(self) -> When:
        """From when a successor is bound: not before the agreement itself."""
        assert self.entry.when is not None
        return self.succeeded.not_before(self.entry.when)

    @property
    def by_the_trigger(self) -> bool:
        """Did it act by the day of the trigger, in every reading of the dates?"""
        trigger, whole = self.entry.trigger, self.entry.when
        if trigger is None or whole is None:
            return False
        if self.act.party in self.entry.by and self.when.last <= trigger.last:
            return True
        exact = whole.first == whole.last
        return self.when.last <= (trigger.last if exact else trigger.first)

    @property
    def own_rule(self) -> bool:
        """Is there a rule for a party that acts later, and a trigger to be later than?"""
        return bool(self.rule and self.rule.per_party and self.entry.trigger)

    @cached_property
    def own(self) -> When:
        """When the wait of the party's own rule is over, at the earliest with the agreement."""
        assert self.rule is not None
        assert self.rule.per_party is not None
        assert self.entry.when is not None
        return after_span(self.when, self.rule.per_party).not_before(self.entry.when)

    @property
    def perhaps_by_the_trigger(self) -> bool:
        """May it have been among those of the trigger, in some reading of the dates?"""
        trigger, whole = self.entry.trigger, self.entry.when
        assert trigger is not None
        assert whole is not None
        return self.when.first <= trigger.last and self.own.first > whole.first

    @property
    def since_whole_at_the_earliest(self) -> When:
        """From the entry of the whole, if it was among those of the trigger, to the end of its own wait."""
        assert self.entry.when is not None
        return When.between(self.entry.when.first, self.own.last)

    @cached_property
    def since(self) -> When | None:
        """Since when it is bound by its act."""
        return ENTRY_OF_A_PARTY.first(self).gives(self)

    @cached_property
    def withdrawals(self) -> list[Instrument]:
        """Withdrawals made by the day."""
        return [a for a in self.by_then if a.kind == "withdrawal"]

    @property
    def left_undated(self) -> bool:
        """Did it withdraw, on a day that no source gives?"""
        return bool(self.withdrawals) and all(made(a) is None for a in self.withdrawals)

    @cached_property
    def left(self) -> When | None:
        """When its withdrawal took effect: from this stretch, or of a party that had only signed, say."""
        if self.now and self.now.exit and (date := effect(self.now.exit)):
            return When.of(date)
        if self.now is None and self.withdrawals and not self.left_undated:
            return next(When.of(date) for a in self.withdrawals if (date := effect(a)))
        return None

    @cached_property
    def vanished(self) -> When | None:
        """When the party ceased to exist."""
        return When.of(self.party.existed_until) if self.party and self.party.existed_until else None

    @property
    def gone(self) -> bool:
        """Has it ceased to exist?"""
        return self.vanished is not None and self.vanished.last < self.on

    @cached_property
    def over(self) -> When | None:
        """When the agreement was terminated for it."""
        act = ended(self.mine, self.name, self.on)
        return When.of(date) if act and (date := effect(act)) else None

    @cached_property
    def until(self) -> When | None:
        """The end of being bound, whatever ends it."""
        return self.left or self.vanished or self.over

    @property
    def ends(self) -> str:
        """What ended it, in a word."""
        return "withdrew" if self.left else "ended" if self.vanished else "terminated"

    @property
    def bound(self) -> bool:
        """Is it bound by its act, in every reading of the dates?"""
        return self.since is not None and self.since.last <= self.on

    @property
    def perhaps_bound(self) -> bool:
        """Did it act, and may the entry for it have come?"""
        return bool(
            self.now and self.since and (self.since.text == NOT_EVIDENCED or self.since.first <= self.on)
        )

    @property
    def has_signed(self) -> bool:
        """Is a signature, or an act that binds, on record by the day?"""
        signing = ("signature", *BINDING)
        return any(a.kind in signing and (a.date is None or a.date.first <= self.on) for a in self.mine)

    @property
    def ended_unbound(self) -> bool:
        """Had it ended before the entry into force for it, or without one?"""
        if self.now is None or self.until is None:
            return False
        since = self.since
        return since is None or (since.text != NOT_EVIDENCED and self.until.last <= since.first)

    @property
    def label(self) -> str:
        """The act by which it is bound, or its last."""
        return f"{self.act.kind} {self.act.date or ''}".strip() if self.now else self.mine[-1].kind


_UNKNOWN = When.between(*CALENDAR)

ENTRY_OF_A_PARTY: DecisionTable[PartyCase, Callable[[PartyCase], When | None]] = DecisionTable(
    "Entry into force for a party",
    "Since when is a party bound by its act? After a withdrawal it is bound again at the earliest when that "
    "has taken effect.",
    (
        Clause(
            "stated for the party",
            lambda case: case.stated is not None,
            lambda case: When.of(case.stated) if case.stated else None,
            "a source states the entry into force for it, and no withdrawal followed",
            "stated by a source",
            "the date stated",
        ),
        Clause(
            "no act that binds",
            lambda case: case.now is None,
            lambda case: None,
            "none of its acts binds, or the last that did has ended by the day",
            "no act that binds is on record: {case.kinds}",
            "none",
        ),
        Clause(
            "act without a date",
            lambda case: case.date is None,
            lambda case: _UNKNOWN,
            "the act that binds has no date",
            "{case.act.kind} without a date",
            "not evidenced",
        ),
        Clause(
            "successor, after the agreement",
            lambda case: case.succeeds and case.whole_in_force and case.with_whole is case.succeeded,
            lambda case: case.returned(case.with_whole),
            "it succeeds to a predecessor, later than the entry into force of the agreement",
            "succession deposited {case.date}, effective {case.with_whole}{case.after_withdrawal}",
            "the day from which it succeeds",
        ),
        Clause(
            "successor, with the agreement",
            lambda case: case.succeeds and case.whole_in_force,
            lambda case: case.returned(case.with_whole),
            "it succeeds to a predecessor, and the agreement enters into force later",
            "succession deposited {case.date}, effective {case.with_whole}, with the agreement"
            "{case.after_withdrawal}",
            "the day of the agreement",
        ),
        Clause(
            "successor to what is not in force",
            lambda case: case.succeeds and case.rule is not None,
            lambda case: None,
            "it succeeds, a rule is on record, and the agreement is not in force: nobody succeeds to that",
            "succession deposited {case.date}, the agreement itself is not in force",
            "none",
        ),
        Clause(
            "successor, no rule",
            lambda case: case.succeeds,
            lambda case: case.returned(case.succeeded),
            "it succeeds, and neither a rule nor an entry into force of the agreement is on record",
            "succession deposited {case.date}, effective {case.succeeded}{case.after_withdrawal}",
            "the day from which it succeeds",
        ),
        Clause(
            "agreement not evidenced, no rule",
            lambda case: not case.whole_in_force and case.rule is None,
            lambda case: _UNKNOWN,
            "neither a rule nor an entry into force of the agreement is on record",
            "{case.act.kind} {case.date}; the agreement itself is not evidenced to be in force",
            "not evidenced",
        ),
        Clause(
            "agreement not in force",
            lambda case: not case.whole_in_force,
            lambda case: None,
            "by the rule on record the agreement is not in force",
            "{case.act.kind} {case.date}; the agreement itself is not evidenced to be in force",
            "none",
        ),
        Clause(
            "by the trigger",
            lambda case: case.by_the_trigger,
            lambda case: case.returned(case.entry.when) if case.entry.when else None,
            "it acted by the day of the trigger, in every reading of the dates",
            "{case.act.kind} {case.date}, by the day of the trigger: with the agreement"
            "{case.after_withdrawal}",
            "the day of the agreement",
        ),
        Clause(
            "perhaps by the trigger",
            lambda case: case.own_rule and case.perhaps_by_the_trigger,
            lambda case: case.returned(case.since_whole_at_the_earliest),
            "it may have acted by the day of the trigger, in some reading of the dates",
            "{case.act.kind} {case.date}, then {case.rule.per_party}{case.after_withdrawal}",
            "between the day of the agreement and the end of the party's own wait",
        ),
        Clause(
            "by the party's own rule",
            lambda case: case.own_rule,
            lambda case: case.returned(case.own),
            "it acted after the trigger, and the agreement has a rule for that",
            "{case.act.kind} {case.date}, then {case.rule.per_party}{case.after_withdrawal}",
            "the end of the party's own wait, at the earliest with the agreement",
        ),
        Clause(
            "no rule for a party",
            otherwise,
            lambda case: _UNKNOWN,
            "otherwise: nothing on record says when a later party is bound",
            "{case.act.kind} {case.date}; no rule for a party is on record",
            "not evidenced",
        ),
    ),
)

STATE_OF_A_PARTY: DecisionTable[PartyCase, Legal] = DecisionTable(
    "State of a party",
    "Where does a party stand on a day?",
    (
        Clause(
            "withdrew, undated",
            lambda case: case.left_undated,
            "withdrawn",
            "it withdrew, and no source says when",
            "; withdrew on a day not on record",
        ),
        Clause(
            "withdrew",
            lambda case: case.left is not None and case.left.last <= case.on,
            "withdrawn",
            "its withdrawal has taken effect, in every reading of the date",
        ),
        Clause(
            "perhaps withdrew",
            lambda case: case.left is not None and case.left.first <= case.on,
            "not evidenced",
            "its withdrawal took effect on some day of that year or month, and nobody knows which",
        ),
        Clause(
            "ceased to exist",
            lambda case: case.gone,
            "terminated",
            "the state or body has ceased to exist",
        ),
        Clause(
            "terminated for it",
            lambda case: case.over is not None,
            "terminated",
            "the agreement was terminated for it",
            "; terminated for it {case.until}",
        ),
        Clause(
            "bound, terminated for all",
            lambda case: case.bound and case.whole == "terminated",
            "terminated",
            "it is bound by its act, and the agreement is terminated",
        ),
        Clause(
            "bound, suspended for all",
            lambda case: case.bound and case.whole == "suspended",
            "suspended",
            "it is bound by its act, and the agreement is suspended",
        ),
        Clause(
            "bound, suspended for it",
            lambda case: case.bound and halted(case.mine, case.name, case.on),
            "suspended",
            "it is bound by its act, and its last word is a suspension",
        ),
        Clause(
            "bound",
            lambda case: case.bound,
            "in force",
            "it is bound by its act, in every reading of the dates",
        ),
        Clause(
            "provisional",
            lambda case: provisional(case.mine, case.on),
            "provisionally applied",
            "it applies the agreement provisionally",
        ),
        Clause(
            "perhaps bound",
            lambda case: case.perhaps_bound,
            "not evidenced",
            "it acted, and in some reading of the dates it is bound",
        ),
        Clause(
            "signed",
            lambda case: case.has_signed,
            "signed",
            "it signed, or made an act that binds and is not in force for it yet",
        ),
        Clause(
            "nothing said", otherwise, "not evidenced", "otherwise: none of its acts says where it stands"
        ),
    ),
)

END_OF_A_PARTY: DecisionTable[PartyCase, None] = DecisionTable(
    "End of a party's being bound",
    "What is to be added about its end? Who ended before the entry into force was never bound: no dates are "
    "given then.",
    (
        Clause(
            "ceased to exist",
            lambda case: case.gone,
            None,
            "the state or body has ceased to exist",
            "; ceased to exist {case.vanished}",
        ),
        Clause(
            "ended before the entry",
            lambda case: case.ended_unbound and case.since is not None,
            None,
            "it withdrew, ended or was released before the entry into force for it",
            "; {case.ends} {case.until}, before the entry into force of {case.since}: never in force",
        ),
    ),
    "all",
)


def _party_force(case: PartyCase) -> PartyForce:
    entry, state = ENTRY_OF_A_PARTY.first(case), STATE_OF_A_PARTY.first(case)
    working = entry.sentence(case) + state.sentence(case)
    working += "".join(clause.sentence(case) for clause in END_OF_A_PARTY.all(case))
    since, until = (None, None) if case.ended_unbound else (case.since, case.until)
    return PartyForce(
        case.name,
        state.gives,
        since.text if since else None,
        until.text if until else None,
        case.label,
        working,
        (entry.name, state.name),
    )
