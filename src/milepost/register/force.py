"""In force since when, for whom, and why? Computed from acts and rules, with two times: valid on, known on.

An agreement enters into force when its *trigger* holds, after an *offset*; a party that acts later follows
its own rule. With ``bound(t)`` the parties that have acted by day ``t`` and have not withdrawn, where a state
that dissolved after its act keeps it (so the Convention on the Law of the Sea counted Yugoslavia), a
condition holds at

* count:    sum over bound(t) of k(p) >= n, where k is 1 for a state and ``organisation_counts`` for
            an organisation
* share:    the same sum divided by a frozen ``base`` >= s
* weight:   sum over bound(t) of w(p) >= x, where w is a table frozen on a date; an organisation that does
            not count adds no weight beside its members
* all of:   a named set is contained in bound(t)
* decision: an act of kind *decision* is dated by t

The trigger is the first day on which all conditions of one alternative hold (Vienna Convention on the Law of
Treaties, article 24: an agreement enters into force as it provides). "Thirty days after" is not one rule, so
each offset names its counting convention (:func:`after`). What sources do not say stays *not evidenced*:
nothing is guessed, and where only a month or year is known the answer is an interval.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

from milepost.records import Agreement, Instrument, PartialDate, Party, Records
from milepost.records.kinds import CALENDAR
from milepost.register.acts import NOT_EVIDENCED, When, day, effect, made, until
from milepost.register.decision_table import Clause, DecisionTable, otherwise
from milepost.register.entry_rules import BINDING, Condition, Offset, Rule, after, after_span, rules_of
from milepost.register.party_force import Entry, Legal, PartyForce, ended, halted, party_forces, provisional
from milepost.register.trigger import count, triggered

__all__ = [
    "BINDING",
    "NOT_EVIDENCED",
    "Condition",
    "Force",
    "Legal",
    "Offset",
    "PartyForce",
    "Rule",
    "after",
    "events",
    "force",
    "triggered",
]

Basis = Literal["computed", "stated", "not evidenced"]


@dataclass(frozen=True)
class Force:
    """Entry into force of one agreement. ``in_force`` is a date, a month or year as stated, an interval, None
    (not reached), or *not evidenced*; ``basis`` says whether it was computed from a rule or stated by a
    source, ``rules`` by which clauses of ``docs/reference/rules.md``."""

    agreement: str
    state: Legal
    in_force: str | None
    basis: Basis
    trigger_date: dt.date | None
    trigger_parties: tuple[str, ...]
    parties: tuple[PartyForce, ...]
    working: tuple[str, ...]
    conflicts: tuple[str, ...]
    rules: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``milepost force``."""
        trigger = (
            {"date": self.trigger_date.isoformat(), "party": "; ".join(self.trigger_parties)}
            if self.trigger_date
            else None
        )
        return {
            "state": self.state,
            "in_force": self.in_force,
            "basis": self.basis,
            "trigger": trigger,
            "per_party": {p.party: p.in_force for p in self.parties if p.in_force is not None},
            "parties": {
                p.party: {
                    "state": p.state,
                    "in_force": p.in_force,
                    "until": p.until,
                    "act": p.act,
                    "working": p.working,
                }
                for p in self.parties
            },
            "working": list(self.working),
            "conflicts": list(self.conflicts),
        }


def force(
    records: Records, on: dt.date | None = None, known_on: dt.date | None = None, *, history: bool = True
) -> tuple[Force, ...]:
    """Entry into force of every agreement, valid ``on`` a day (default: the base date) as ``known_on`` a day
    (default: all that is on record).

    ``history=False`` is a negative control: it reads the register as today's lists of participants do,
    without the states that vanished and with each party's latest act only. It gives the wrong dates that such
    lists give.
    """
    at = on or records.settings.base_date
    parties = {p.id: p for p in records.parties}
    acts: dict[str, list[Instrument]] = {}
    for act in events(records.instruments, known_on):
        acts.setdefault(act.agreement, []).append(act)
    rules = rules_of(records)
    answers: dict[str, Force] = {}
    for agreement in records.agreements:
        mine = acts.get(agreement.id, [])
        if not history:
            mine = _as_listed_today(mine, parties, at)
        answers[agreement.id] = _force(
            AgreementCase(agreement, rules.get(agreement.id), mine, parties, at, known_on)
        )
    return tuple(_superseded(answers[a.id], acts.get(a.id, []), answers, at) for a in records.agreements)


def events(instruments: Iterable[Instrument], known_on: dt.date | None) -> tuple[Instrument, ...]:
    """The acts as known on a day: later ones left out, corrected ones replaced. None = all that is on
    record."""
    known = [i for i in instruments if known_on is None or _known(i) <= known_on]
    corrected = {i.corrects for i in known if i.corrects}
    return tuple(i for i in known if i.id not in corrected)


@dataclass(frozen=True)
class AgreementCase:
    """What the clauses about one agreement look at: its rule and acts, and a day."""

    agreement: Agreement
    rule: Rule | None
    acts: list[Instrument]
    parties: Mapping[str, Party]
    on: dt.date
    known_on: dt.date | None

    @cached_property
    def stated(self) -> PartialDate | None:
        """Entry into force as a source states it."""
        return _stated(self.agreement, self.acts, self.known_on)

    @cached_property
    def undated(self) -> list[Instrument]:
        """Acts that the rule counts, without a date."""
        return [a for a in self.acts if made(a) is None and self.rule and a.kind in self.rule.kinds]

    @property
    def undated_count(self) -> int:
        """How many they are."""
        return len(self.undated)

    @property
    def undated_parties(self) -> str:
        """Who made them."""
        return ", ".join(a.party for a in self.undated)

    @cached_property
    def earliest(self) -> tuple[dt.date, tuple[str, ...]] | None:
        """The first day on which the trigger may hold."""
        return triggered(self.rule, self.acts, self.parties, "first") if self.rule else None

    @cached_property
    def surely(self) -> tuple[dt.date, tuple[str, ...]] | None:
        """The first day on which the trigger holds in every reading of the dates."""
        return triggered(self.rule, self.acts, self.parties) if self.rule else None

    @property
    def by(self) -> tuple[str, ...]:
        """Who acted on the day of the trigger."""
        return self.surely[1] if self.surely and self.earliest else ()

    @property
    def actors(self) -> str:
        """The same in words."""
        return ", ".join(self.by)

    @cached_property
    def trigger(self) -> When | None:
        """The days that the trigger may mean."""
        return When.between(self.earliest[0], self.surely[0]) if self.earliest and self.surely else None

    @property
    def on_trigger(self) -> str:
        """The same in words."""
        return _on(self.trigger) if self.trigger else ""

    @cached_property
    def computed(self) -> When | None:
        """Entry into force by the rule: the trigger, then the offset."""
        return after_span(self.trigger, self.rule.offset) if self.trigger and self.rule else None

    @cached_property
    def hangs(self) -> When | None:
        """Entry into force where it hangs on dates that are not exact whether the trigger is met."""
        if self.rule is None or self.earliest is None or self.surely is not None:
            return None
        return after_span(When.between(self.earliest[0], CALENDAR[1]), self.rule.offset)

    @property
    def count(self) -> str:
        """How far the acts are from the trigger."""
        return count(self.rule, self.acts, self.parties, self.on) if self.rule else ""

    @property
    def words(self) -> str:
        """The rule in the agreement's own words."""
        own = self.agreement.entry_into_force_rule
        return f'; its words: "{own}"' if own else ""

    @property
    def contradicted(self) -> bool:
        """Do rule and source exclude each other?"""
        if self.stated is None or self.computed is None or self.computed.text == NOT_EVIDENCED:
            return False
        return self.stated.first > self.computed.last or self.stated.last < self.computed.first

    @cached_property
    def entry(self) -> When | None:
        """Entry into force of the whole, as far as known."""
        if self.computed and self.computed.text != NOT_EVIDENCED:
            return self.computed
        return When.of(self.stated) if self.stated else self.computed

    @property
    def may_begin(self) -> When | None:
        """The same, or what it may be where that hangs on dates that are not exact."""
        return self.entry or self.hangs

    @property
    def begun(self) -> bool:
        """Has it entered into force, in every reading of the dates?"""
        return self.may_begin is not None and self.may_begin.last <= self.on

    @property
    def is_signed(self) -> bool:
        """Is a signature, or an act that binds, on record by the day?"""
        if self.agreement.signed is not None and self.agreement.signed.known_from <= self.on:
            return True
        signing = ("signature", *BINDING)
        return any(a.kind in signing and (a.date is None or a.date.known_from <= self.on) for a in self.acts)

    @property
    def is_adopted(self) -> bool:
        """Is its adoption on record by the day?"""
        return any(a.kind == "adoption" and a.date and a.date.known_from <= self.on for a in self.acts)


ENTRY: DecisionTable[AgreementCase, Basis] = DecisionTable(
    "Entry into force of an agreement",
    "On what does the date of entry into force rest?",
    (
        Clause(
            "stated",
            lambda case: (
                case.stated is not None and (case.computed is None or case.computed.text == NOT_EVIDENCED)
            ),
            "stated",
            "a source states it, and no rule gives a date",
        ),
        Clause(
            "computed",
            lambda case: case.computed is not None,
            "computed",
            "the acts on record meet the trigger of the rule",
        ),
        Clause(
            "not reached", otherwise, "not evidenced", "otherwise: neither a rule nor a source gives a date"
        ),
    ),
)

ENTRY_WORKING: DecisionTable[AgreementCase, None] = DecisionTable(
    "Working of the entry into force",
    "What does the working of an agreement say?",
    (
        Clause(
            "no rule",
            lambda case: case.rule is None,
            None,
            "no rule of entry into force is on record",
            "no rule of entry into force is on record{case.words}",
        ),
        Clause(
            "trigger met",
            lambda case: case.trigger is not None,
            None,
            "the acts meet the trigger, in every reading of the dates",
            "trigger met {case.on_trigger} by {case.actors}",
        ),
        Clause(
            "offset",
            lambda case: case.trigger is not None,
            None,
            "the acts meet the trigger: the wait after it follows",
            "offset {case.rule.offset}: in force {case.computed}",
        ),
        Clause(
            "trigger perhaps met",
            lambda case: case.hangs is not None,
            None,
            "the acts meet the trigger in some reading of the dates only",
            "whether the acts meet the trigger hangs on dates that are not exact; "
            "if so, in force {case.hangs}",
        ),
        Clause(
            "trigger not met",
            lambda case: case.rule is not None and case.earliest is None,
            None,
            "the acts do not meet the trigger, in no reading of the dates",
            "the acts on record do not meet the trigger: {case.count}",
        ),
        Clause(
            "acts without a date",
            lambda case: bool(case.undated),
            None,
            "acts that the rule counts have no date",
            "{case.undated_count} acts have no date and are not counted: {case.undated_parties}",
        ),
        Clause(
            "stated by a source",
            lambda case: case.stated is not None,
            None,
            "a source states the entry into force",
            "a source states entry into force {case.stated}",
        ),
    ),
    "all",
)

ENTRY_CONFLICTS: DecisionTable[AgreementCase, None] = DecisionTable(
    "Contradictions about the entry into force",
    "Where do rule and source exclude each other?",
    (
        Clause(
            "rule against source",
            lambda case: case.contradicted,
            None,
            "the date by the rule and the date of a source have no day in common",
            "computed {case.computed}, a source states {case.stated}",
        ),
    ),
    "all",
)

STATE: DecisionTable[AgreementCase, Legal] = DecisionTable(
    "State of an agreement",
    "Where does an agreement stand on a day?",
    (
        Clause(
            "terminated",
            lambda case: ended(case.acts, "", case.on) is not None,
            "terminated",
            "a termination for all has taken effect",
        ),
        Clause(
            "term run out",
            lambda case: case.begun and not _within_term(case.agreement, case.acts, case.on),
            "terminated",
            "it entered into force, and its term with all extensions in time has run out",
        ),
        Clause(
            "suspended",
            lambda case: case.begun and halted(case.acts, "", case.on),
            "suspended",
            "it entered into force, and the last word of all is a suspension",
        ),
        Clause(
            "in force",
            lambda case: case.begun,
            "in force",
            "it entered into force, in every reading of the dates",
        ),
        Clause(
            "perhaps in force",
            lambda case: case.may_begin is not None and case.may_begin.first <= case.on,
            "not evidenced",
            "it may have entered into force, in some reading of the dates",
        ),
        Clause(
            "provisional",
            lambda case: provisional(case.acts, case.on),
            "provisionally applied",
            "it is applied provisionally",
        ),
        Clause(
            "signed",
            lambda case: case.is_signed,
            "signed",
            "a signature, or an act that binds, is on record",
        ),
        Clause("adopted", lambda case: case.is_adopted, "adopted", "its adoption is on record"),
        Clause("draft", otherwise, "draft", "otherwise: nothing was signed or adopted"),
    ),
)


def _force(case: AgreementCase) -> Force:
    basis, state = ENTRY.first(case).gives, STATE.first(case)
    entry, trigger = case.entry, case.trigger
    evidenced = case.rule is not None and not case.undated and case.hangs is None
    sure = trigger if trigger and basis == "computed" and trigger.last < CALENDAR[1] else None
    begun = Entry(entry, trigger, frozenset(case.by), basis != "not evidenced")
    return Force(
        agreement=case.agreement.id,
        state=state.gives,
        in_force=entry.text if entry else None if evidenced else NOT_EVIDENCED,
        basis=basis,
        trigger_date=sure.last if sure else None,
        trigger_parties=case.by if sure else (),
        parties=tuple(party_forces(case.rule, case.acts, case.parties, begun, state.gives, case.on)),
        working=tuple(clause.sentence(case) for clause in ENTRY_WORKING.all(case)),
        conflicts=tuple(clause.sentence(case) for clause in ENTRY_CONFLICTS.all(case)),
        rules=(ENTRY.first(case).name, state.name),
    )


def _within_term(agreement: Agreement, acts: list[Instrument], on: dt.date) -> bool:
    """Has the term, with its extensions, not run out? An extension that came too late leaves a gap."""
    if agreement.expires is None:
        return True
    terms = [(dt.date.min, agreement.expires.last)]
    terms += [(day(effect(a), "last"), until(a)) for a in acts if a.kind == "extension" and effect(a)]
    return any(start <= on <= end for start, end in terms)


@dataclass(frozen=True)
class SupersessionCase:
    """What the clauses about one act of supersession look at."""

    act: Instrument
    heir: Force | None
    on: dt.date

    @property
    def effective(self) -> PartialDate | None:
        """When it takes effect."""
        return effect(self.act)

    @property
    def by(self) -> str:
        """What supersedes."""
        return self.act.by_agreement or "a later agreement"


SUPERSESSION: DecisionTable[SupersessionCase, bool] = DecisionTable(
    "Supersession",
    "Is an agreement superseded by a later one?",
    (
        Clause(
            "superseded on a day",
            lambda case: case.effective is not None and case.effective.last <= case.on,
            True,
            "a supersession has taken effect, in every reading of its date",
            "superseded by {case.by} on {case.effective}",
            "superseded",
        ),
        Clause(
            "superseded by what is in force",
            lambda case: case.effective is None and case.heir is not None and case.heir.state == "in force",
            True,
            "a supersession has no date, and the later agreement is in force",
            "superseded by {case.by}",
            "superseded",
        ),
        Clause(
            "not superseded yet",
            otherwise,
            False,
            "otherwise: the supersession is to come",
            then="its own state",
        ),
    ),
)


def _superseded(
    answer: Force, acts: list[Instrument], all_of_them: Mapping[str, Force], on: dt.date
) -> Force:
    for act in acts:
        if act.kind != "supersession":
            continue
        case = SupersessionCase(act, all_of_them.get(act.by_agreement), on)
        clause = SUPERSESSION.first(case)
        if clause.gives:
            return replace(
                answer,
                state="superseded",
                parties=tuple(
                    replace(p, state="superseded") if p.state == "in force" else p for p in answer.parties
                ),
                working=(*answer.working, clause.sentence(case)),
                rules=(*answer.rules, clause.name),
            )
    return answer


def _as_listed_today(acts: list[Instrument], parties: Mapping[str, Party], on: dt.date) -> list[Instrument]:
    latest: dict[tuple[str, bool], Instrument] = {}
    kept = []
    for act in acts:
        party = parties.get(act.party)
        if party and party.existed_until and party.existed_until.last < on:
            continue
        if act.kind not in BINDING:
            kept.append(act)
            continue
        key = (act.party, True)
        old = latest.get(key)
        if old is None or day(act.date, "last") >= day(old.date, "last"):
            latest[key] = act
    return [*kept, *latest.values()]


def _stated(agreement: Agreement, acts: list[Instrument], known_on: dt.date | None) -> PartialDate | None:
    found = [a.date for a in acts if a.kind == "entry into force" and a.date and not a.party]
    if found:
        return found[-1]
    date = agreement.in_force
    return None if date is None or (known_on is not None and date.known_from > known_on) else date


def _on(when: When) -> str:
    return f"on {when}" if when.first == when.last else when.text


def _known(act: Instrument) -> dt.date:
    date = act.known_on or act.date
    return date.known_from if date else dt.date.min
