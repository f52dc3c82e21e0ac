"""In force since when, for whom, and why? Computed from acts and rules, with two times: valid on, known on.

An agreement enters into force when its *trigger* holds, after an *offset*; a party that acts later follows its own
rule. With ``bound(t)`` the parties that have acted by day ``t``, still exist and have not withdrawn, a condition holds at

* count:    sum over bound(t) of k(p) >= n, where k is 1 for a state and ``organisation_counts`` for an organisation
* share:    the same sum divided by a frozen ``base`` >= s
* weight:   sum over bound(t) of w(p) >= x, where w is a table frozen on a date
* all of:   a named set is contained in bound(t)
* decision: an act of kind *decision* is dated by t

The trigger is the first day on which all conditions of one alternative hold (Vienna Convention on the Law of Treaties,
article 24: an agreement enters into force as it provides). "Thirty days after" is not one rule, so each offset names its
counting convention (:func:`after`). What sources do not say stays *not evidenced*: nothing is guessed, and where only a
month or year is known the answer is an interval.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from milepost.errors import WrongUse
from milepost.records import Agreement, ForceCondition, Instrument, PartialDate, Party, Records

NOT_EVIDENCED = "not evidenced"
BINDING = ("ratification", "acceptance", "approval", "accession", "definitive signature")
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
Convention = Literal[
    "same_day",
    "nth_day_after",
    "after_elapsed_days",
    "months_after",
    "first_of_month_after_nth_day",
    "first_of_nth_month_after_month_of",
]


@dataclass(frozen=True)
class Offset:
    """The wait after a trigger: ``n`` units, counted by a convention, and not before ``floor``."""

    n: int = 0
    unit: Literal["day", "month", "year"] = "day"
    convention: Convention = "same_day"
    floor: dt.date | None = None

    def __str__(self) -> str:
        wait = "the same day" if self.convention == "same_day" else f"{self.n} {self.unit}s, counted as {self.convention}"
        return wait + (f", not before {self.floor}" if self.floor else "")


@dataclass(frozen=True)
class Condition:
    """One condition of a trigger; ``weights`` maps party to weight where the condition weighs."""

    kind: Literal["count", "share", "weight", "all of", "decision"]
    at_least: float = 0.0
    base: float = 0.0
    among: frozenset[str] = frozenset()
    weights: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """When an agreement enters into force: alternatives of conditions, who counts, the offset, and the party's own rule."""

    alternatives: tuple[tuple[Condition, ...], ...]
    offset: Offset
    kinds: frozenset[str] = frozenset(BINDING)
    organisation_counts: float = 0.0
    per_party: Offset | None = None

    @classmethod
    def of(cls, mapping: Mapping[str, Any], weights: Mapping[str, Mapping[str, float]] | None = None) -> Rule:
        """A rule from plain data.

        ``trigger`` is a condition (``count_at_least``, ``share_at_least`` with ``of``, ``weight_at_least`` with
        ``weights`` naming a table, ``all_of`` with a list, ``decision``), or ``all``/``any`` with a list of such;
        ``offset`` and ``per_party`` have ``n``, ``unit``, ``convention``. Raises ``WrongUse`` for anything else.
        """
        trigger = mapping.get("trigger")
        if not isinstance(trigger, Mapping):
            raise WrongUse("A rule of entry into force needs a 'trigger'.")
        named = {str(kind).replace("_", " ") for kind in trigger.get("kinds", BINDING)}
        kinds = named - {str(kind).replace("_", " ") for kind in trigger.get("exclude_kinds", ())}
        branches = trigger.get("any", [trigger])
        alternatives = tuple(tuple(_condition(part, weights or {}) for part in branch.get("all", [branch])) for branch in branches)
        own = mapping.get("per_party")
        return cls(
            alternatives=alternatives,
            offset=_offset(mapping.get("offset") or {}),
            kinds=frozenset(kinds),
            organisation_counts=float(mapping.get("organisation_counts", 0)),
            per_party=_offset(own) if own else None,
        )


@dataclass(frozen=True)
class PartyForce:
    """Where one party stands: since when bound, by which act, and how that was worked out."""

    party: str
    state: Legal
    in_force: str | None
    until: str | None
    act: str
    working: str


@dataclass(frozen=True)
class Force:
    """Entry into force of one agreement. ``in_force`` is a date, a month or year as stated, an interval, None
    (not reached), or *not evidenced*; ``basis`` says whether it was computed from a rule or stated by a source."""

    agreement: str
    state: Legal
    in_force: str | None
    basis: Literal["computed", "stated", "not evidenced"]
    trigger_date: dt.date | None
    trigger_parties: tuple[str, ...]
    parties: tuple[PartyForce, ...]
    working: tuple[str, ...]
    conflicts: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``milepost force``."""
        trigger = {"date": self.trigger_date.isoformat(), "party": "; ".join(self.trigger_parties)} if self.trigger_date else None
        return {
            "state": self.state,
            "in_force": self.in_force,
            "basis": self.basis,
            "trigger": trigger,
            "per_party": {p.party: p.in_force for p in self.parties if p.in_force is not None},
            "parties": {
                p.party: {"state": p.state, "in_force": p.in_force, "until": p.until, "act": p.act, "working": p.working}
                for p in self.parties
            },
            "working": list(self.working),
            "conflicts": list(self.conflicts),
        }


def after(day: dt.date, offset: Offset) -> dt.date:
    """The day on which the wait after ``day`` is over, by the offset's convention.

    * same_day: day itself
    * nth_day_after: day + n (CMR, article 43: "the ninetieth day after")
    * after_elapsed_days: day + n + 1, n clear days pass in between (AfCFTA: 29 April + 30 days is 30 May)
    * months_after: the same day n months later, or that month's last
    * first_of_month_after_nth_day: first of the month following day + n (Rome Statute, article 126)
    * first_of_nth_month_after_month_of: first of the n-th month after the month of day (Mine Ban Convention, article 17)
    """
    n, unit, how = offset.n, offset.unit, offset.convention
    if how == "same_day":
        answer = day
    elif how == "first_of_nth_month_after_month_of":
        answer = _months(day.replace(day=1), n)
    else:
        far = (
            day + dt.timedelta(days=n)
            if unit == "day" and how != "months_after"
            else _months(day, n * (12 if unit == "year" else 1))
        )
        if how == "after_elapsed_days":
            far += dt.timedelta(days=1)
        elif how == "first_of_month_after_nth_day":
            far = _months(far.replace(day=1), 1)
        answer = far
    return max(answer, offset.floor) if offset.floor else answer


def force(
    records: Records, on: dt.date | None = None, known_on: dt.date | None = None, *, history: bool = True
) -> tuple[Force, ...]:
    """Entry into force of every agreement, valid ``on`` a day (default: the base date) as ``known_on`` a day (default:
    all that is on record).

    ``history=False`` is a negative control: it reads the register as today's lists of participants do, without the
    states that vanished and with each party's latest act only. It gives the wrong dates that such lists give.
    """
    day = on or records.settings.base_date
    parties = {p.id: p for p in records.parties}
    acts: dict[str, list[Instrument]] = {}
    for act in events(records.instruments, known_on):
        acts.setdefault(act.agreement, []).append(act)
    rules = rules_of(records)
    answers: dict[str, Force] = {}
    for agreement in records.agreements:
        mine = acts.get(agreement.id, [])
        if not history:
            mine = _as_listed_today(mine, parties, day)
        answers[agreement.id] = _force(agreement, rules.get(agreement.id), mine, parties, day, known_on)
    return tuple(_superseded(answers[a.id], acts.get(a.id, []), answers, day) for a in records.agreements)


def events(instruments: Iterable[Instrument], known_on: dt.date | None) -> tuple[Instrument, ...]:
    """The acts as known on a day: later ones left out, corrected ones replaced. None = all that is on record."""
    known = [i for i in instruments if known_on is None or _known(i) <= known_on]
    corrected = {i.corrects for i in known if i.corrects}
    return tuple(i for i in known if i.id not in corrected)


def rules_of(records: Records) -> dict[str, Rule]:
    """The rules of the programme by agreement."""
    weights: dict[str, dict[str, float]] = {}
    for weighed in records.force_weights:
        weights.setdefault(weighed.weights, {})[weighed.party] = weighed.weight
    conditions: dict[str, list[ForceCondition]] = {}
    for condition in records.force_conditions:
        conditions.setdefault(condition.rule, []).append(condition)
    own = {r.agreement: r for r in records.force_rules if r.applies == "party"}
    answer: dict[str, Rule] = {}
    for row in records.force_rules:
        if row.applies == "agreement" and row.agreement not in answer:
            branches: dict[int, list[Condition]] = {}
            for c in conditions.get(row.id, []):
                made = Condition(c.condition, c.at_least or 0.0, c.base or 0.0, frozenset(c.among), weights.get(c.weights, {}))
                branches.setdefault(c.alternative, []).append(made)
            party_rule = own.get(row.agreement)
            answer[row.agreement] = Rule(
                alternatives=tuple(tuple(branches[k]) for k in sorted(branches)),
                offset=Offset(row.offset, row.offset_unit, row.convention, row.floor.first if row.floor else None),
                kinds=frozenset(row.kinds or BINDING),
                organisation_counts=row.organisation_counts,
                per_party=Offset(
                    party_rule.offset,
                    party_rule.offset_unit,
                    party_rule.convention,
                    party_rule.floor.first if party_rule.floor else None,
                )
                if party_rule
                else None,
            )
    return answer


def triggered(
    rule: Rule, acts: Iterable[Instrument], parties: Mapping[str, Party], side: Literal["first", "last"] = "last"
) -> tuple[dt.date, tuple[str, ...]] | None:
    """First day on which the rule's trigger holds, and who acted on it; None if the acts on record never reach it.

    ``side`` chooses the day an imprecise date counts for: the first or the last that it may mean.
    """
    acts = [a for a in acts if a.date is not None]
    days = sorted({_day(a.date, side) for a in acts})
    days += [p.existed_until.last + dt.timedelta(days=1) for p in parties.values() if p.existed_until]
    for day in sorted(set(days)):
        if _met(rule, acts, parties, day, side):
            today = [a for a in acts if a.kind in {*rule.kinds, "decision"} and _day(a.date, side) == day]
            # of several acts on the day, those without which the trigger would not have been met
            needed = [a for a in today if not _met(rule, [b for b in acts if b is not a], parties, day, side)]
            return day, tuple(dict.fromkeys(a.party or "decision" for a in needed or today))
    return None


def _met(rule: Rule, acts: list[Instrument], parties: Mapping[str, Party], day: dt.date, side: Literal["first", "last"]) -> bool:
    bound = _bound(acts, rule.kinds, parties, day, side)
    decided = any(a.kind == "decision" and _day(a.date, side) <= day for a in acts)
    return any(branch and all(_holds(c, bound, rule, parties, decided) for c in branch) for branch in rule.alternatives)


def _force(
    agreement: Agreement,
    rule: Rule | None,
    acts: list[Instrument],
    parties: Mapping[str, Party],
    on: dt.date,
    known_on: dt.date | None,
) -> Force:
    working: list[str] = []
    conflicts: list[str] = []
    stated = _stated(agreement, acts, known_on)
    undated = [a for a in acts if a.date is None and rule and a.kind in rule.kinds]
    trigger: tuple[dt.date, tuple[str, ...]] | None = None
    entry: PartialDate | tuple[dt.date, dt.date] | None = None
    basis: Literal["computed", "stated", "not evidenced"] = "not evidenced"
    if rule is not None:
        trigger = triggered(rule, acts, parties)
        early = triggered(rule, acts, parties, "first")
        if trigger and early:
            first, last = after(early[0], rule.offset), after(trigger[0], rule.offset)
            entry = PartialDate(last.isoformat()) if first == last else (first, last)
            basis = "computed"
            working.append(f"trigger met on {trigger[0]} by {', '.join(trigger[1])}")
            working.append(f"offset {rule.offset}: in force {_show(entry)}")
        else:
            working.append("the acts on record do not meet the trigger: " + _count(rule, acts, parties, on))
        if undated:
            working.append(f"{len(undated)} acts have no date and are not counted: {', '.join(a.party for a in undated)}")
    else:
        words = f'; its words: "{agreement.entry_into_force_rule}"' if agreement.entry_into_force_rule else ""
        working.append(f"no rule of entry into force is on record{words}")
    if stated is not None:
        working.append(f"a source states entry into force {stated}")
        if entry is None:
            entry, basis = stated, "stated"
        elif not _agree(entry, stated):
            conflicts.append(f"computed {_show(entry)}, a source states {stated}")
    state = _state(agreement, acts, entry, on, basis, rule is not None and not undated)
    whole = _show(entry) if entry is not None else None if rule is not None and not undated else NOT_EVIDENCED
    return Force(
        agreement=agreement.id,
        state=state,
        in_force=whole,
        basis=basis,
        trigger_date=trigger[0] if trigger and basis == "computed" else None,
        trigger_parties=trigger[1] if trigger and basis == "computed" else (),
        parties=tuple(_party_forces(rule, acts, parties, entry, basis, trigger, state, on)),
        working=tuple(working),
        conflicts=tuple(conflicts),
    )


def _party_forces(
    rule: Rule | None,
    acts: list[Instrument],
    parties: Mapping[str, Party],
    entry: PartialDate | tuple[dt.date, dt.date] | None,
    basis: str,
    trigger: tuple[dt.date, tuple[str, ...]] | None,
    whole: Legal,
    on: dt.date,
) -> Iterable[PartyForce]:
    kinds = rule.kinds if rule else frozenset(BINDING)
    by_party: dict[str, list[Instrument]] = {}
    for one in acts:
        if one.party:
            by_party.setdefault(one.party, []).append(one)
    for name in by_party:
        mine = by_party[name]
        mine.sort(key=lambda a: (_day(a.date, "last") if a.date else dt.date.max, a.id))
        left = [a for a in mine if a.kind == "withdrawal"]
        exits = sorted(_effect(a) for a in left if _effect(a) is not None)  # type: ignore[type-var]
        gone_on = [e for e in exits if e and e.first <= on]
        # on a day, the acts up to that day; after a withdrawal only a later act binds again, and the earlier stay on record
        binding = [a for a in mine if a.kind in kinds or a.kind == "succession"]
        done = [a for a in binding if a.date is None or a.date.first <= on] or binding
        current = [a for a in done if not gone_on or a.date is None or a.date.first > gone_on[-1].last]
        stated = [a for a in mine if a.kind == "entry into force" and a.date]
        act: Instrument | None = next(iter(current or done), None)
        since: str | None = None
        first_day: dt.date | None = None
        working = ""
        if stated:
            since, first_day = str(stated[-1].date), stated[-1].date.last if stated[-1].date else None
            working = "stated by a source"
        elif act is None:
            working = "no act that binds is on record: " + ", ".join(dict.fromkeys(a.kind for a in mine))
        elif act.date is None:
            since, working = NOT_EVIDENCED, f"{act.kind} without a date"
        elif act.kind == "succession":
            effect = _effect(act)
            begin = parties[name].existed_from if name in parties else None
            found = act.takes_effect or begin or effect
            since, first_day = (str(found), found.last) if found else (NOT_EVIDENCED, None)
            working = f"succession deposited {act.date}, effective {since}"
        elif isinstance(entry, PartialDate) and trigger and _day(act.date, "last") <= trigger[0]:
            since, first_day = str(entry), entry.last
            working = f"{act.kind} {act.date}, by the day of the trigger: with the agreement"
        elif isinstance(entry, PartialDate) and rule and rule.per_party:
            days = [max(after(_day(act.date, side), rule.per_party), entry.last) for side in _SIDES]
            since, first_day = (_show(days[0] if days[0] == days[1] else (days[0], days[1])), days[1])
            working = f"{act.kind} {act.date}, then {rule.per_party}"
        elif entry is not None and basis != "not evidenced":
            since, working = NOT_EVIDENCED, f"{act.kind} {act.date}; no rule for a party is on record"
        else:
            working = f"{act.kind} {act.date}; the agreement itself is not evidenced to be in force"
            since = NOT_EVIDENCED if rule is None else None
        ended = next((e for e in exits if e and (act is None or act.date is None or e.last > act.date.first)), None)
        if left and not exits:
            working += "; withdrew on a day not on record"
        vanished = parties[name].existed_until if name in parties else None
        until = ended or vanished
        state: Legal
        if left and ((gone_on and not current) or not exits):
            state = "withdrawn"
        elif vanished and vanished.last < on:
            state = "terminated"
            working += f"; ceased to exist {vanished}"
        elif first_day and first_day <= on:
            state = whole if whole in ("suspended", "terminated", "superseded") else "in force"
        elif any(a.kind == "provisional application" and a.date and a.date.last <= on <= _until(a) for a in mine):
            state = "provisionally applied"
        elif since == NOT_EVIDENCED and binding:
            state = "not evidenced"
        elif any(a.kind in ("signature", *BINDING) and (a.date is None or a.date.first <= on) for a in mine):
            state = "signed"
        else:
            state = "not evidenced"
        label = f"{act.kind} {act.date or ''}".strip() if act else mine[-1].kind
        yield PartyForce(name, state, since, str(until) if until else None, label, working)


def _state(
    agreement: Agreement,
    acts: list[Instrument],
    entry: PartialDate | tuple[dt.date, dt.date] | None,
    on: dt.date,
    basis: str,
    known_rule: bool,
) -> Legal:
    started, uncertain = (None, False)
    if isinstance(entry, PartialDate):
        started, uncertain = entry.last <= on, entry.first <= on < entry.last
    elif entry is not None:
        started, uncertain = entry[1] <= on, entry[0] <= on < entry[1]
    ended = [a for a in acts if a.kind == "termination" and (e := _effect(a)) and e.last <= on]
    if ended:
        return "terminated"
    if started:
        if not _within_term(agreement, acts, on):
            return "terminated"
        halts = sorted(
            (a for a in acts if a.kind in ("suspension", "resumption") and not a.party and (e := _effect(a)) and e.last <= on),
            key=lambda a: (_day(_effect(a), "last"), a.id),
        )
        return "suspended" if halts and halts[-1].kind == "suspension" else "in force"
    if uncertain:
        return "not evidenced"
    if any(a.kind == "provisional application" and a.date and a.date.last <= on <= _until(a) for a in acts):
        return "provisionally applied"
    signed = agreement.signed is not None and agreement.signed.first <= on
    if signed or any(a.kind in ("signature", *BINDING) and (a.date is None or a.date.first <= on) for a in acts):
        return "signed"
    if any(a.kind == "adoption" and a.date and a.date.first <= on for a in acts):
        return "adopted"
    return "draft"


def _within_term(agreement: Agreement, acts: list[Instrument], on: dt.date) -> bool:
    """Has the term, with its extensions, not run out? An extension that came too late leaves a gap."""
    if agreement.expires is None:
        return True
    terms = [(dt.date.min, agreement.expires.last)]
    for act in sorted((a for a in acts if a.kind == "extension" and _effect(a)), key=lambda a: _day(_effect(a), "last")):
        start, end = _day(_effect(act), "last"), _until(act)
        if start <= terms[-1][1] + dt.timedelta(days=1):
            terms[-1] = (terms[-1][0], max(end, terms[-1][1]))
        else:
            terms.append((start, end))
    return any(start <= on <= end for start, end in terms)


def _superseded(answer: Force, acts: list[Instrument], all_of_them: Mapping[str, Force], on: dt.date) -> Force:
    for act in acts:
        if act.kind != "supersession":
            continue
        effect = _effect(act)
        heir = all_of_them.get(act.by_agreement)
        day = effect.last if effect else None
        note = f"superseded by {act.by_agreement or 'a later agreement'}" + (f" on {effect}" if effect else "")
        if (day and day <= on) or (day is None and heir is not None and heir.state == "in force"):
            parties = tuple(replace(p, state="superseded") if p.state == "in force" else p for p in answer.parties)
            return replace(answer, state="superseded", parties=parties, working=(*answer.working, note))
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
        if old is None or _day(act.date, "last") >= _day(old.date, "last"):
            latest[key] = act
    return [*kept, *latest.values()]


def _bound(
    acts: list[Instrument], kinds: frozenset[str], parties: Mapping[str, Party], day: dt.date, side: Literal["first", "last"]
) -> set[str]:
    bound: dict[str, dt.date] = {}
    for act in sorted(acts, key=lambda a: (_day(a.date, side), a.kind != "withdrawal")):
        if _day(act.date, side) > day:
            break
        if act.kind in kinds and act.party:
            bound.setdefault(act.party, _day(act.date, side))
        elif act.kind == "withdrawal" and (effect := _effect(act)) and _day(effect, side) <= day:
            bound.pop(act.party, None)
    gone = {p for p in bound if p in parties and (end := parties[p].existed_until) and end.last < day}
    return set(bound) - gone


def _holds(c: Condition, bound: set[str], rule: Rule, parties: Mapping[str, Party], decided: bool) -> bool:
    if c.kind == "decision":
        return decided
    if c.kind == "all of":
        return bool(c.among) and c.among <= bound
    counted = bound & c.among if c.among else bound
    if c.kind == "weight":
        return sum(c.weights.get(p, 0.0) for p in sorted(counted)) >= c.at_least - 1e-9
    total = sum(_adds(p, rule, parties) for p in counted)
    return total >= c.at_least if c.kind == "count" else c.base > 0 and total / c.base >= c.at_least - 1e-12


def _adds(name: str, rule: Rule, parties: Mapping[str, Party]) -> float:
    return rule.organisation_counts if name in parties and parties[name].kind != "country" else 1.0


def _count(rule: Rule, acts: list[Instrument], parties: Mapping[str, Party], on: dt.date) -> str:
    dated = [a for a in acts if a.date is not None]
    bound = _bound(dated, rule.kinds, parties, on, "last")
    says = []
    for branch in rule.alternatives:
        for c in branch:
            inside = bound & c.among if c.among else bound
            if c.kind == "count":
                says.append(f"{sum(_adds(p, rule, parties) for p in inside):g} of {c.at_least:g} parties")
            elif c.kind == "share":
                says.append(f"{sum(_adds(p, rule, parties) for p in inside):g} of {c.base:g} parties, needs {c.at_least:.0%}")
            elif c.kind == "weight":
                says.append(f"weight {sum(c.weights.get(p, 0.0) for p in inside):g} of {c.at_least:g}")
            elif c.kind == "all of":
                says.append(f"no dated act of {', '.join(sorted(c.among - bound))}")
            else:
                says.append("no decision")
    return "; ".join(says) or "the rule has no condition on record"


def _stated(agreement: Agreement, acts: list[Instrument], known_on: dt.date | None) -> PartialDate | None:
    found = [a.date for a in acts if a.kind == "entry into force" and a.date and not a.party]
    if found:
        return found[-1]
    date = agreement.in_force
    return None if date is None or (known_on is not None and date.first > known_on) else date


def _condition(part: Mapping[str, Any], weights: Mapping[str, Mapping[str, float]]) -> Condition:
    among = frozenset(part.get("among", ()))
    if "count_at_least" in part:
        return Condition("count", float(part["count_at_least"]), among=among)
    if "share_at_least" in part:
        return Condition("share", float(part["share_at_least"]), float(part["of"]), among)
    if "weight_at_least" in part:
        table = weights.get(part.get("weights", ""))
        if table is None:
            raise WrongUse(f"The rule weighs by '{part.get('weights')}', and no such table of weights is given.")
        return Condition("weight", float(part["weight_at_least"]), among=among, weights=dict(table))
    if "all_of" in part:
        return Condition("all of", among=frozenset(part["all_of"]))
    if part.get("decision"):
        return Condition("decision")
    known = "count_at_least, share_at_least, weight_at_least, all_of, decision"
    raise WrongUse(f"A condition of entry into force is one of {known}; found {', '.join(map(str, part)) or 'nothing'}.")


def _offset(part: Mapping[str, Any]) -> Offset:
    floor = dt.date.fromisoformat(part["floor"]) if part.get("floor") else None
    convention: Convention = part.get("convention", "nth_day_after" if part.get("n") else "same_day")
    return Offset(int(part.get("n", 0)), part.get("unit", "day"), convention, floor)


_SIDES: tuple[Literal["first"], Literal["last"]] = ("first", "last")


def _day(date: PartialDate | None, side: Literal["first", "last"]) -> dt.date:
    if date is None:
        return dt.date.max
    return date.first if side == "first" else date.last


def _effect(act: Instrument) -> PartialDate | None:
    return act.takes_effect or act.date


def _until(act: Instrument) -> dt.date:
    return act.until.last if act.until else dt.date.max


def _known(act: Instrument) -> dt.date:
    date = act.known_on or act.date
    return date.first if date else dt.date.min


def _agree(entry: PartialDate | tuple[dt.date, dt.date], stated: PartialDate) -> bool:
    first, last = (entry.first, entry.last) if isinstance(entry, PartialDate) else entry
    return stated.first <= last and first <= stated.last


def _show(entry: PartialDate | dt.date | tuple[dt.date, dt.date]) -> str:
    return f"between {entry[0]} and {entry[1]}" if isinstance(entry, tuple) else str(entry)


def _months(day: dt.date, n: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
