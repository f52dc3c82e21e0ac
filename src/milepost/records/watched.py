"""What rules find in some records, kept while the tables that they read stay.

A rule is a function of the records. Which tables it reads is seen by letting it read them through
:class:`_Watched`, so nobody has to say it, and nobody can get it wrong.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from milepost.errors import Finding
from milepost.records.programme_records import Records

Rule = Callable[[Records], Iterator[Finding]]
_FIELDS = frozenset(f.name for f in fields(Records))


class _Watched(Records):
    """Records that remember which of their fields were asked for."""

    _asked: set[str] | None = None

    def __getattribute__(self, name: str) -> Any:
        if name in _FIELDS and (asked := object.__getattribute__(self, "_asked")) is not None:
            asked.add(name)
        return object.__getattribute__(self, name)


def _watched(records: Records) -> tuple[Records, set[str]]:
    """The same records, and what is asked of them from now on."""
    found, asked = object.__new__(_Watched), set[str]()
    # what was worked out of them is left out: whoever wants it reads the tables again
    found.__dict__.update({name: records.__dict__[name] for name in _FIELDS}, _asked=asked)
    return found, asked


@dataclass(frozen=True)
class _Seen:
    """What a rule found, on a day, and all that it read."""

    today: dt.date
    read: Mapping[str, Any]
    found: tuple[Finding, ...]

    def holds(self, records: Records, today: dt.date) -> bool:
        """Is it what the rule would find in these?"""
        return self.today == today and all(records.__dict__[k] is was for k, was in self.read.items())


_HELD: dict[Rule, deque[_Seen]] = {}
_MOST = 4  # of each rule


def found_by(rules: Iterable[Rule], records: Records) -> tuple[Finding, ...]:
    """Everything that rules find, rule by rule; of a rule that reads nothing which differs from before, what
    it found then."""
    today = dt.date.today()
    return tuple(finding for rule in rules for finding in _found(rule, records, today))


def _found(rule: Rule, records: Records, today: dt.date) -> tuple[Finding, ...]:
    held = _HELD.setdefault(rule, deque(maxlen=_MOST))
    for seen in tuple(held):
        if seen.holds(records, today):
            return seen.found
    through, asked = _watched(records)
    found = tuple(rule(through))
    held.appendleft(_Seen(today, {name: records.__dict__[name] for name in asked}, found))
    return found
