"""Who is meant by a name in a file: a row of the register by code, id, name or a name that somebody
confirmed before. What is only near is asked, never taken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from milepost.errors import WrongUse, one_of
from milepost.intake.foreign.reading import Named
from milepost.intake.names import by_code, english_names, known_names, nearest, plain
from milepost.intake.roman import named_id
from milepost.languages.catalogue import alpha2
from milepost.records import Party
from milepost.store.content import Cells, Content, cells_of

How = Literal["code", "name", "confirmed", "new", "near", "left out"]
NEW, NONE = "new", "-"
NOT_NAMED = "NOT-NAMED"


@dataclass(frozen=True)
class Match:
    """One name of a file, and the row that was taken for it: ``how`` it was found. ``near`` waits for an
    answer; ``candidates`` are what it may be. ``why`` says what to do."""

    table: str
    name: str
    id: str
    how: How
    candidates: tuple[str, ...] = ()
    why: str = ""
    where: str = ""

    def as_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {**vars(self), "candidates": list(self.candidates)}


class Matcher:
    """Matches names with rows; ``given`` are the user's answers. New parties gather in ``new``."""

    def __init__(
        self,
        here: Content,
        aliases: Mapping[tuple[str, str], str],
        given: Mapping[str, str],
        source: str,
    ) -> None:
        self.here, self.aliases, self.source = here, aliases, source
        self.given = {plain(name): (name, answer) for name, answer in given.items()}
        self.new: dict[str, Cells] = {}
        self._found: dict[tuple[str, ...], Match] = {}
        self._used: set[str] = set()
        self._by_name = {
            table: _index(
                {i: c.get("name", "") or c.get("title", "") for i, c in here.get(table, {}).items()}
            )
            for table in ("parties", "nodes", "links", "commitments", "countries")
        }

    def id_of(self, named: Named, where: str) -> str:
        """The row that a name means; "" for none, or while it is open."""
        key = (named.table, plain(named.name), named.code, named.ident)
        if key not in self._found:
            self._found[key] = self._match(named, where)
        return self._found[key].id

    def matches(self) -> tuple[Match, ...]:
        """Every name, in order of the file. Raises ``WrongUse`` for an answer about a name that is not
        there."""
        names = {plain(m.name) for m in self._found.values()}
        for key, (name, _) in self.given.items():
            if key not in names:
                raise one_of("name in the file", name, sorted({m.name for m in self._found.values()}))
        return tuple(self._found.values())

    def confirmed(self) -> Iterator[tuple[str, str, str]]:
        """Table, name and id of what the user answered: it holds for every later file."""
        for m in self._found.values():
            answer = self.given.get(plain(m.name))
            if answer is not None and m.id and m.how in ("confirmed", "new"):
                yield m.table, m.name, m.id

    def nobody(self) -> str:
        """The party that stands for an owner who is not named."""
        if NOT_NAMED not in self.here["parties"] and NOT_NAMED not in self.new:
            note = "stands where a file names no owner; put the owner in its stead"
            row = Party(id=NOT_NAMED, name="Not named", kind="organisation", basis="assumed", note=note)
            self.new[NOT_NAMED] = cells_of(row)
        return NOT_NAMED

    def _match(self, named: Named, where: str) -> Match:
        table, key = named.table, plain(named.name)
        answer = self.given.get(key)
        if answer is not None:
            return self._answered(named, answer[1], where)
        rows = self.here.get(table, {})
        alias = self.aliases.get((table, key), "")
        if alias in rows or alias in self.new:
            return Match(table, named.name, alias, "confirmed", where=where)
        code = by_code(named.code)
        for ident in (named.ident, code, named.name.strip()):
            if ident and ident in rows:
                return Match(table, named.name or ident, ident, "code", where=where)
        own = self._by_name[table].get(key, "") if key else ""
        if own:
            return Match(table, named.name, own, "name", where=where)
        if table == "parties":
            return self._party(named, code, where)
        known = known_names().get(key, "") if table == "countries" else ""
        if known in rows:
            return Match(table, named.name, known, "name", where=where)
        return Match(table, named.name, "", "left out", where=where, why=f"no row of {table} has this name")

    def _party(self, named: Named, code: str, where: str) -> Match:
        known = code or known_names().get(plain(named.name), "") or _government(named.name)
        if known:
            if known not in self.here["parties"] and known not in self.new:
                self._make(known, english_names().get(known, named.name), known)
                return Match("parties", named.name or known, known, "new", where=where)
            return Match("parties", named.name or known, known, "name", where=where)
        names = [(i, c["name"]) for i, c in (*self.here["parties"].items(), *self.new.items())]
        near = nearest(named.name, names)
        if near and not named.ident:
            told = " or ".join(f"{name} ({ident})" for ident, name in near)
            why = (
                f"may be {told}: --match '{named.name}={near[0][0]}' says so, '{named.name}=new' that it is "
                f"another, '{named.name}=-' that it is left out"
            )
            return Match("parties", named.name, "", "near", tuple(i for i, _ in near), why, where)
        if named.ident and named.ident not in self.new:
            self._make(named.ident, named.name or named.ident, named.ident)
        if named.ident:
            return Match("parties", named.name, named.ident, "new", where=where)
        if named.add and plain(named.name):
            return Match("parties", named.name, self._make_new(named.name), "new", where=where)
        why = "no party has this name; --match 'NAME=ID' says who it is, 'NAME=new' makes one"
        return Match("parties", named.name, "", "left out", where=where, why=why)

    def _answered(self, named: Named, answer: str, where: str) -> Match:
        if answer == NONE:
            return Match(named.table, named.name, "", "left out", where=where, why="as you said")
        if answer == NEW:
            if named.table != "parties":
                raise WrongUse(f"'{named.name}' names no party; only parties can be made new by --match.")
            ident = self.aliases.get((named.table, plain(named.name)), "") or self._make_new(named.name)
            return Match(named.table, named.name, ident, "new", where=where)
        rows = self.here.get(named.table, {})
        if answer not in rows:
            raise one_of(f"row of {named.table}", answer, list(rows))
        return Match(named.table, named.name, answer, "confirmed", where=where)

    def _make_new(self, name: str) -> str:
        base = named_id(plain(name), "ORG")
        ident, n = base, 1
        while ident in self.here["parties"] or ident in self.new:
            n += 1
            ident = f"{base}-{n}"
        self._make(ident, name, "")
        return ident

    def _make(self, ident: str, name: str, known: str) -> None:
        kind: Literal["country", "organisation"] = (
            "country" if alpha2(known) or known in _STATES or _OURS.match(known) else "organisation"
        )
        row = Party(id=ident, name=name, kind=kind, basis="sourced", source=self.source)
        self.new[ident] = cells_of(row)
        self._by_name["parties"].setdefault(plain(name), ident)


def _government(name: str) -> str:
    """The state whose government a name is: "Government of Malawi"; "" for any other name."""
    words = [w for w in plain(name).split() if w not in ("government", "govt")]
    known = known_names().get(" ".join(words), "")
    return known if len(words) < len(plain(name).split()) and alpha2(known) else ""


_OURS = re.compile(r"[A-Z]{3}$")  # the id of a state in a file of our own
_STATES = frozenset(("CSK", "DDR", "SCG", "SUN", "YUG"))  # states that are no more, and sign no more


def _index(names: Mapping[str, str]) -> dict[str, str]:
    """Names that one row alone bears."""
    found: dict[str, list[str]] = {}
    for ident, name in names.items():
        if key := plain(name):
            found.setdefault(key, []).append(ident)
    return {key: ids[0] for key, ids in found.items() if len(ids) == 1}
