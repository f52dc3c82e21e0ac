"""Plans of Microsoft Project in its XML (MSPDI), which most other planners write too: tasks with their
dates, baselines and dependencies.

A task of the first level is a commitment, what lies below it a milestone of that commitment. Where one task
alone stands on the first level and holds all others, it is the plan itself, and its children are the
commitments. The finish of a baseline and the finish of the plan are promised dates; none overwrites another.
What the plan calls started, in work or finished comes in as a report that nobody has proved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from milepost.intake.foreign.reading import (
    Ledger,
    Named,
    Proposed,
    Reading,
    bad_file,
    day_of,
    id_of,
    local,
    names_in,
    number_of,
    short,
    today_or,
    tree_of_file,
    words_of,
)

ALIAS = "milepost id"  # of the field in which our own export keeps a row's id
_KINDS = {"0": "FF", "1": "FS", "2": "SF", "3": "SS"}
_ELAPSED = {"4", "6", "8", "10", "12", "36", "38", "40", "42", "44"}  # formats of a lag in hours of the clock
_EMPTY = re.compile(r"(?:PT)?[0.HMS]*|false|-")
_PERCENT = {"19", "20", "51", "52"}
_TAKEN = names_in(
    "UID ID Name Notes OutlineLevel Finish ActualStart ActualFinish PercentComplete PredecessorLink Baseline "
    "IsNull Active "
)
_HOUSEKEEPING = names_in(  # what follows from the rest of a plan, or only says how it is shown
    "Type CreateDate WBS OutlineNumber Priority Start Duration DurationFormat Work Summary Milestone "
    "Manual EarlyStart EarlyFinish LateStart LateFinish StartVariance FinishVariance WorkVariance "
    "FreeSlack TotalSlack RemainingDuration RemainingWork RegularWork CalendarUID ConstraintType "
    "FixedCostAccrual EarnedValueMethod ActualDuration PercentWorkComplete GUID DisplayAsSummary Critical "
    "Estimated EffortDriven ResumeValid LevelAssignments LevelingCanSplit LevelingDelay "
    "LevelingDelayFormat Stop Resume ExtendedAttribute HideBar Rollup CommitmentType DurationText "
    "ManualStart ManualFinish ManualDuration StartText FinishText "
)


@dataclass
class _Task:
    """One task, and where it hangs: ``owner`` is the uid of its commitment."""

    uid: str
    name: str
    level: int
    element: Any
    owner: str = ""
    ident: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


def read(path: Path, source: str = "") -> Reading:
    """Commitments, milestones, dates, reports and dependencies of one plan. Raises ``BadData``."""
    if path.suffix.lower() == ".mpp":
        raise bad_file(
            path, "plans are read as XML, not as .mpp", "Save the plan as XML (MSPDI) in its program"
        )
    root = tree_of_file(path)
    if local(root) != "Project":
        raise bad_file(path, f"the root is <{local(root)}>, not <Project>", "Save the plan as XML (MSPDI)")
    facts = {local(c): words_of(c) for c in root if not len(c)}
    name = source or facts.get("Title") or facts.get("Name") or path.stem
    ledger = Ledger()
    own_field = _own_field(root)
    tasks = _tasks(root, own_field, ledger)
    if not tasks:
        raise bad_file(path, "the plan has no tasks", "Save the plan with its tasks")
    title = _commitments(tasks, ledger, own=bool(own_field)) or name
    said = today_or(
        next((d for k in ("StatusDate", "LastSaved", "CurrentDate") if (d := day_of(facts.get(k, "")))), "")
    )
    first = {"title": short(title), "basis": "sourced", "source": path.name}
    rows = [Proposed("agreements", name, {}, first, wanted=id_of(name), same=("title",), where="the file")]
    owners = _owners(root, own=bool(own_field))
    begun = day_of(facts.get("CreationDate", ""))
    for task in tasks.values():
        rows += _rows(task, tasks, name, owners.get(task.uid, ()), (begun, said), own=bool(own_field))
    rows += _dependencies(tasks, _minutes(facts), ledger)
    _calendars(root, ledger)
    return Reading("mspdi", name, tuple(rows), ledger.lines(), own=bool(own_field))


def _minutes(facts: Mapping[str, str]) -> float:
    return number_of(facts.get("MinutesPerDay", "")) or 480.0


def _own_field(root: Any) -> str:
    for definition in root.iter("{*}ExtendedAttribute"):
        if words_of(definition.find("{*}Alias")) == ALIAS:
            return words_of(definition.find("{*}FieldID"))
    return ""


def _tasks(root: Any, own_field: str, ledger: Ledger) -> dict[str, _Task]:
    found: dict[str, _Task] = {}
    for element in root.iterfind("{*}Tasks/{*}Task"):
        facts = {local(c): words_of(c) for c in element if not len(c)}
        uid, name = facts.get("UID", ""), facts.get("Name", "").strip()
        where = f"task {facts.get('ID') or uid or '?'}"
        level = number_of(facts.get("OutlineLevel", "1"))
        if facts.get("IsNull") == "1" or uid == "0" or level == 0:
            continue
        if not uid or not name or uid in found or level is None:
            why = (
                "has no id"
                if not uid
                else "has no name"
                if not name
                else "has an id or a level that cannot be"
            )
            ledger.add(where, f"task '{short(name, 60)}'", why)
            continue
        if facts.get("Active") == "0":
            ledger.add(where, f"task '{short(name, 60)}'", "is inactive in the plan")
            continue
        for what in ("Finish", "ActualFinish", "ActualStart"):
            if facts.get(what) and not day_of(facts[what]):
                ledger.add(where, f"{what} '{short(facts[what], 30)}'", "is no day")
        if not facts.get("Finish") and facts.get("FinishText"):
            ledger.add(where, f"the finish '{short(facts['FinishText'], 30)}'", "is no day")
        for child in element:
            what = local(child)
            if what not in _TAKEN | _HOUSEKEEPING and not _EMPTY.fullmatch(words_of(child)):
                ledger.add(where, f"{what} of tasks", "has no column here")
        ident = next(
            (
                words_of(a.find("{*}Value"))
                for a in element.iterfind("{*}ExtendedAttribute")
                if own_field and words_of(a.find("{*}FieldID")) == own_field
            ),
            "",
        )
        found[uid] = _Task(uid, name, int(level), element, "", ident, facts)
    return found


def _commitments(tasks: Mapping[str, _Task], ledger: Ledger, *, own: bool) -> str:
    """Hang every task below its commitment; the title of the plan where one task holds all others."""
    top = min(t.level for t in tasks.values())
    heads = [t for t in tasks.values() if t.level == top]
    title = ""
    if len(heads) == 1 and len(tasks) > 1 and not own:
        title, top = heads[0].name, min(t.level for t in tasks.values() if t.level > top)
        ledger.add(
            f"task {heads[0].facts.get('ID', heads[0].uid)}",
            f"task '{short(title, 60)}'",
            "is the plan itself",
        )
    owner = ""
    for task in tasks.values():
        if title and task is heads[0]:
            continue
        if task.level <= top or not owner:
            owner = task.uid
        task.owner = owner
    return title


def _owners(root: Any, *, own: bool) -> dict[str, tuple[Named, ...]]:
    """Task -> its resources as names of parties. Nobody is made a party by being a resource."""
    names: dict[str, Named] = {}
    for r in root.iterfind("{*}Resources/{*}Resource"):
        if words_of(r.find("{*}Type")) != "0":  # material is no owner
            name = words_of(r.find("{*}Name"))
            code = words_of(r.find("{*}Code")) if own else ""
            if name:
                names[words_of(r.find("{*}UID"))] = Named("parties", name, ident=code)
    found: dict[str, tuple[Named, ...]] = {}
    for a in root.iterfind("{*}Assignments/{*}Assignment"):
        task, named = words_of(a.find("{*}TaskUID")), names.get(words_of(a.find("{*}ResourceUID")))
        if named:
            found[task] = (*found.get(task, ()), named)
    return found


def _rows(
    task: _Task,
    tasks: Mapping[str, _Task],
    agreement: str,
    owners: tuple[Named, ...],
    days: tuple[str, str],
    *,
    own: bool,
) -> Iterator[Proposed]:
    if not task.owner:
        return
    where = f"task {task.facts.get('ID', task.uid)}"
    wanted = task.ident.partition("/")[2]
    cells = {"title": short(task.name)}
    names = {"owed_by": owners} if owners else {}
    first = {"basis": "sourced", "source": agreement}
    if task.uid == task.owner:
        if notes := task.facts.get("Notes", ""):
            cells["text"] = notes
        yield Proposed(
            "commitments",
            task.uid,
            cells,
            first | {"kind": "works"},
            refs={"agreement": (("agreements", agreement),)},
            names=names,
            wanted=wanted or f"T{task.uid}",
            where=where,
        )
        about: dict[str, tuple[tuple[str, str], ...]] = {"commitment": (("commitments", task.uid),)}
    else:
        about = {"commitment": (("commitments", task.owner),)}
        yield Proposed(
            "milestones",
            task.uid,
            cells,
            first,
            refs=about,
            names=names,
            wanted=wanted or f"T{task.owner}.{task.uid}",
            same=("commitment", "title"),
            where=where,
        )
        about = about | {"milestone": (("milestones", task.uid),)}
    yield from _dates(task, about, first, days, where)
    yield from _reports(task, about, first, days[1], where, own=own)


def _dates(
    task: _Task,
    about: Mapping[str, tuple[tuple[str, str], ...]],
    first: dict[str, str],
    days: tuple[str, str],
    where: str,
) -> Iterator[Proposed]:
    """Finishes of the baselines, then that of the plan, each day once."""
    seen = set()
    for baseline in task.element.iterfind("{*}Baseline"):
        day, n = day_of(words_of(baseline.find("{*}Finish"))), words_of(baseline.find("{*}Number"))
        if day and day not in seen:
            seen.add(day)
            name = "baseline" if n in ("", "0") else f"baseline {n}"
            yield _date(task, about, first | {"statement": f"finish of the {name}"}, day, where)
    day = day_of(task.facts.get("Finish", ""))
    percent = number_of(task.facts.get("PercentComplete", "")) or 0.0
    finished = bool(task.facts.get("ActualFinish") or _finished(task, percent, days[1]))
    if day and day not in seen and not finished:
        announced = next((d for d in reversed(days) if d and d <= day), "")
        said = {"statement": "finish of the plan", "announced_on": announced}
        yield _date(task, about, first | said, day, where)


def _date(
    task: _Task,
    about: Mapping[str, tuple[tuple[str, str], ...]],
    first: dict[str, str],
    day: str,
    where: str,
) -> Proposed:
    return Proposed(
        "date_changes",
        f"{task.uid}/finish/{day}",
        {"promised_for": day},
        first,
        refs=about,
        wanted=f"T{task.uid}.{day}",
        same=("commitment", "milestone", "promised_for"),
        where=where,
    )


def _reports(
    task: _Task,
    about: Mapping[str, tuple[tuple[str, str], ...]],
    first: dict[str, str],
    said: str,
    where: str,
    *,
    own: bool,
) -> Iterator[Proposed]:
    """What the plan says of the work: started, so many percent, finished."""
    percent = number_of(task.facts.get("PercentComplete", "")) or 0.0
    found = [
        ("started", day_of(task.facts.get("ActualStart", "")), ""),
        ("progress", "", f"{percent:g}" if 0 < percent < 100 else ""),
        ("delivered", day_of(task.facts.get("ActualFinish", "")) or _finished(task, percent, said), ""),
    ]
    for shows, day, share in found:
        if not day and not share:
            continue
        cells = {"shows": shows} | (
            {"happened_on": day} if day else {"percent": share, "percent_of": "the task"}
        )
        words = f"the plan says: {share} % complete" if share else f"the plan says: {shows} {day}"
        yield Proposed(
            "evidence",
            f"{task.uid}/{shows}/{day or share}",
            cells,
            first | {"reported_on": max(said, day), "report": words},
            refs=about,
            wanted=f"T{task.uid}.{shows}",
            same=("commitment", "milestone", *cells),
            where=where,
            derived=own,
        )


def _finished(task: _Task, percent: float, said: str) -> str:
    """The day of a task that is complete, where the planner keeps no actual finish: its finish, if that has
    passed when the plan was saved."""
    day = day_of(task.facts.get("Finish", "")) if percent >= 100 else ""
    return day if day <= said else ""


def _dependencies(tasks: Mapping[str, _Task], minutes: float, ledger: Ledger) -> Iterator[Proposed]:
    """One row for each two commitments that depend on one another; no circles."""
    after: dict[str, set[str]] = {}
    for task in tasks.values():
        for link in task.element.iterfind("{*}PredecessorLink"):
            uid = words_of(link.find("{*}PredecessorUID"))
            where, what = (
                f"task {task.facts.get('ID', task.uid)}",
                f"the link from task {uid} to task {task.uid}",
            )
            before = tasks[uid].owner if uid in tasks else ""
            kind = _KINDS.get(words_of(link.find("{*}Type")) or "1")
            shape = words_of(link.find("{*}LagFormat"))
            why = (
                "goes to another plan, or to a task that is not there"
                if not before or words_of(link.find("{*}CrossProject")) == "1"
                else "is of no kind that is known"
                if not kind
                else "has a lag in percent"
                if shape in _PERCENT
                else "stays within one commitment"
                if before == task.owner or not task.owner
                else "repeats another between the same two commitments"
                if task.owner in after.get(before, ())
                else "would close a circle"
                if _reaches(after, task.owner, before)
                else ""
            )
            if why:
                ledger.add(where, what, why)
                continue
            after.setdefault(before, set()).add(task.owner)
            lag = (number_of(words_of(link.find("{*}LinkLag"))) or 0.0) / 10
            days = lag / (1440 if shape in _ELAPSED else minutes)
            yield Proposed(
                "dependencies",
                f"{uid}>{task.uid}",
                {"kind": str(kind), "lag_days": f"{round(days, 4):g}"},
                {"basis": "sourced"},
                refs={"predecessor": (("commitments", before),), "successor": (("commitments", task.owner),)},
                wanted=f"T{before}-T{task.owner}",
                same=("predecessor", "successor"),
                where=where,
            )


def _reaches(after: Mapping[str, set[str]], start: str, end: str) -> bool:
    left, seen = [start], set()
    while left:
        at = left.pop()
        if at == end:
            return True
        if at not in seen:
            seen.add(at)
            left += after.get(at, ())
    return False


def _calendars(root: Any, ledger: Ledger) -> None:
    """A plan's calendar says which days are worked; the register counts by the calendars of states."""
    for calendar in root.iterfind("{*}Calendars/{*}Calendar"):
        name = words_of(calendar.find("{*}Name"))
        off = len(calendar.findall("{*}WeekDays/{*}WeekDay/{*}TimePeriod")) + len(
            calendar.findall("{*}Exceptions/{*}Exception")
        )
        base = words_of(calendar.find("{*}IsBaseCalendar")) == "1"
        if base or off:
            plain = short(re.sub(r"[^\w .-]", "", name), 60)
            what = f"calendar '{plain}' with {off} exceptions"
            ledger.add("calendars", what, "working days of the register are those of a state's calendar")
    for element in root.iterfind("{*}Resources/{*}Resource"):
        if words_of(element.find("{*}Name")):
            ledger.add("resources", "rates, hours and calendars of resources", "have no table here")
