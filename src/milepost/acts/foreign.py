"""A file of another system comes in: its rows are matched with those that are here, the difference is shown,
and it is applied only when asked, whole, as one entry of the chain.

What a row is called in the file is kept in ``known_as``, with a digest of what the file said and of what
stood here after the import. So the same file brings nothing twice; a file that says something new about a
row changes it; and where both have moved, nobody's word is lost: the row is rejected until the user decides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from milepost.acts.matching import Match, Matcher
from milepost.acts.persons import Person
from milepost.acts.rights import must_act
from milepost.acts.rows import must_edit_all
from milepost.acts.writing import Plan, Register, Written, write
from milepost.errors import BadData, one_of
from milepost.intake.foreign.reading import Key, Named, Proposed, Reading, Unread
from milepost.intake.names import english_names, plain
from milepost.intake.roman import roman, short_digest
from milepost.programme import Programme
from milepost.records import TABLES, Country, KnownAs, PartialDate, Records, Settings, Translation
from milepost.records.lines import points_of, wkt_of
from milepost.results import Cell
from milepost.store.content import Cells, Content, cells_of, content_of, digest, row_of
from milepost.store.edits import Edit
from milepost.store.transfer import Difference

NAMES = "names"  # the system of names that somebody confirmed
_MATCHED_BY_TITLE = ("agreements", "commitments")
_LETTER = {"nodes": "N", "links": "L"}  # as network_ref writes them


@dataclass(frozen=True)
class Choices:
    """What the user decides about a file: who is meant by a name (an id, ``new``, or ``-`` to leave it
    out), under which agreement its commitments stand, whose word holds where both have changed a row, and
    whether rows go that the file no longer has."""

    match: Mapping[str, str] = field(default_factory=dict)
    agreement: str = ""
    owner: str = ""
    country: str = ""
    theirs: bool = False
    remove: bool = False


@dataclass(frozen=True, repr=False)
class ForeignBrought(Written):
    """Row by row what the file changes; who was taken for whom; what was not understood; and whether it was
    applied."""

    kind: str
    system: str
    added: int
    changed: int
    removed: int
    rejected: int
    applied: bool
    differences: tuple[Difference, ...]
    names: tuple[Match, ...]
    unread: tuple[Unread, ...]
    entry: int | None
    hash: str | None

    def as_dict(self) -> dict[str, Any]:
        """The answer as plain JSON values."""
        lists = {
            name: [x.as_dict() for x in getattr(self, name)] for name in ("differences", "names", "unread")
        }
        return {**vars(self), **lists}

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """A row per cell that differs, and one for each thing that was not understood."""
        rows: list[Sequence[Cell]] = [
            [d.what, d.table, d.id, *cell, d.why]
            for d in self.differences
            for cell in (d.cells or (("", "", ""),))
        ]
        rows += [["not understood", "", u.where, "", u.what, "", u.why] for u in self.unread]
        return ["what", "table", "id", "column", "from", "to", "why"], rows


@dataclass(frozen=True)
class _Found:
    """What a file would do to a register: differences for people, edits for the store."""

    differences: tuple[Difference, ...]
    edits: tuple[Edit, ...]
    names: tuple[Match, ...]
    unread: tuple[Unread, ...]


def bring_file(
    register: Register,
    person: Person,
    reading: Reading,
    choices: Choices | None = None,
    *,
    apply: bool = False,
    reason: str = "",
) -> ForeignBrought:
    """What a file of another system changes in the register, applied if that is asked for and nothing of it
    is rejected.

    Raises ``WrongUse`` for an agreement or a match that is not there, ``BadData`` with the findings that the
    rows would bring, ``Forbidden`` for what takes two persons; nothing is written then.
    """
    must_act(person, "edit")
    chosen = choices or Choices()

    def plan(programme: Programme) -> Plan[_Found]:
        found = compare(programme.records, reading, chosen)
        must_edit_all(person, programme.records, found.edits)
        stopped = any(d.what == "rejected" for d in found.differences)
        return Plan(() if stopped else found.edits, reason or f"import of {reading.system}", found, step=True)

    if not apply:
        return _answer(reading, plan(register.now()[1]).about, None)
    done, entry = write(register, person, plan)
    return _answer(reading, done.about, entry)


def look_at(reading: Reading, choices: Choices | None = None) -> ForeignBrought:
    """What a file would bring into an empty register. Nothing is written."""
    day = dt.date(2000, 1, 1)
    settings = Settings(
        title="empty", base_date=day, base_year=day.year, discount_rate_per_year=0.0, horizon=day
    )
    return _answer(reading, compare(Records(settings), reading, choices or Choices()), None)


def compare(records: Records, reading: Reading, choices: Choices) -> _Found:
    """The file against the records: nothing is written."""
    if choices.agreement and all(a.id != choices.agreement for a in records.agreements):
        raise one_of("agreement", choices.agreement, [a.id for a in records.agreements])
    if choices.owner and all(p.id != choices.owner for p in records.parties):
        raise one_of("party", choices.owner, [p.id for p in records.parties])
    work = _Comparison(records, reading, choices)
    for row in reading.rows:
        work.take(spoken(row, records.settings.language))
        for text in texts_of(row, records.settings.language):
            work.take(text)
    work.finish()
    return _Found(
        tuple(work.differences), tuple(work.edits), work.matcher.matches(), (*reading.unread, *work.unread)
    )


class _Comparison:
    """One file against one register, row by row in the order of the file."""

    def __init__(self, records: Records, reading: Reading, choices: Choices) -> None:
        self.reading, self.choices = reading, choices
        self.here: Content = content_of(records)
        self.known = {(k.of_table, k.name): k for k in records.known_as if k.system == reading.system}
        aliases = {(k.of_table, plain(k.name)): k.row for k in records.known_as if k.system == NAMES}
        self.matcher = Matcher(self.here, aliases, choices.match, reading.system)
        self.ids: dict[tuple[str, str], str] = {}
        self.seen: set[tuple[str, str]] = set()
        self.found: dict[str, set[str]] = {}
        self.fresh: set[tuple[str, str]] = set()
        self.taken = {table: {ident.upper() for ident in rows} for table, rows in self.here.items()}
        self.differences: list[Difference] = []
        self.edits: list[Edit] = []
        self.waiting: dict[Key, Proposed] = {}
        self.unread: list[Unread] = []

    # -- one row ------------------------------------------------------------------------------------------

    def take(self, row: Proposed) -> None:
        """Find the row here, or make it; note what differs."""
        if row.table == "agreements" and self.choices.agreement:
            self.ids["agreements", row.key] = self.choices.agreement
            return
        if (row.table, row.key) in self.seen:
            return  # several rows of a file may name one milestone
        self.seen.add((row.table, row.key))
        cells = self._cells(row)
        if cells is None or (row.derived and self._stands(row)):
            return
        known = self.known.get((row.table, row.key))
        rows = self.here[row.table]
        if known is not None and known.row not in rows:
            self.unread.append(
                Unread(row.where, f"{row.table} {known.row}", "was removed here; it stays away")
            )
            return
        ident = known.row if known is not None else self._same(row, cells)
        if ident:
            self._changed(row, ident, cells, known)
        elif row.table == "agreements":
            self.waiting["agreements", row.key] = row
        else:
            for key in row.refs.get("agreement", ()) if row.table == "commitments" else ():
                cells["agreement"] = self._agreement(key)
            self._added(row, cells)

    def _cells(self, row: Proposed) -> Cells | None:
        """What the file says, with names and references as ids of the register."""
        cells = dict(row.cells)
        for column, keys in row.refs.items():
            if row.table == "commitments" and column == "agreement":
                continue  # a commitment stays under the agreement where it stands
            found = [
                self._agreement(key) if key[0] == "agreements" else self.ids.get(key, "") for key in keys
            ]
            if not all(found):
                self.unread.append(
                    Unread(row.where, f"{row.table} {row.key}", "what it belongs to is left out")
                )
                return None
            cells[column] = ";".join(dict.fromkeys(found))
        for column, names in row.names.items():
            ids = [self._named(column, name, row.where) for name in names]
            if found := [i for i in ids if i]:
                cells[column] = ";".join(dict.fromkeys(found))
            elif row.table == "instruments":
                self.unread.append(Unread(row.where, f"act of {names[0].name}", "its party is not known"))
                return None
            elif row.table == "flows":
                self.unread.append(Unread(row.where, f"flow of {names[0].name}", "no country has this name"))
                return None
        return cells

    def _agreement(self, key: Key) -> str:
        """The agreement of the file, made when the first row needs it."""
        if key not in self.ids and key in self.waiting:
            waiting = self.waiting[key]
            self._added(waiting, dict(waiting.cells))
        return self.ids.get(key, "")

    def _named(self, column: str, name: Named, where: str) -> str:
        """The row that a name means, as its column writes it."""
        ident = self.matcher.id_of(name, where)
        return f"{_LETTER[name.table]}:{ident}" if ident and column == "network_ref" else ident

    def _stands(self, row: Proposed) -> bool:
        """Whether the commitment of a derived row was here before: then the register knows better."""
        return all(key not in self.fresh for key in row.refs.get("commitment", ()))

    def _same(self, row: Proposed, cells: Mapping[str, str]) -> str:
        """Id of the row here that this one is, though the file was not imported before; "" if there is
        none."""
        rows, taken = self.here[row.table], self.found.setdefault(row.table, set())
        if (
            row.wanted in rows
            and row.wanted not in taken
            and (self.reading.own or self._agree(row, rows[row.wanted], cells))
        ):
            return row.wanted
        if not row.same or (row.table in _MATCHED_BY_TITLE and self.reading.own):
            return ""
        key = TABLES[row.table].key
        if set(row.same) == set(key):  # the id itself: no need to look at every row
            ident = " ".join(cells.get(c, "") or row.first.get(c, "") for c in key)
            return ident if ident in rows and ident not in taken else ""
        found = [i for i, old in rows.items() if i not in taken and self._agree(row, old, cells)]
        return found[0] if len(found) == 1 or (found and self.reading.own) else ""

    def _agree(self, row: Proposed, old: Mapping[str, str], cells: Mapping[str, str]) -> bool:
        columns = row.same
        return bool(columns) and all(
            agrees(_told(old, c), cells.get(c, "") or row.first.get(c, "")) for c in columns
        )

    def _changed(self, row: Proposed, ident: str, cells: Cells, known: KnownAs | None) -> None:
        self._is(row, ident)
        old, said = self.here[row.table][ident], digest(cells)
        if known is not None and known.said == said:
            return  # the file says what it said before; what changed here since stays
        new = self._normal(
            row, ident, old | {c: v for c, v in cells.items() if not agrees(old.get(c, ""), v)}
        )
        if new is None:
            return
        differs = digest(new) != digest(old)
        moved = known is not None and known.held not in ("", digest(old))
        if differs and moved and not self.choices.theirs:
            why = "the row was changed here and in the file since the last import; --theirs takes the file's"
            self.differences.append(Difference("rejected", row.table, ident, _differing(old, new), why))
            return
        if differs:
            self.differences.append(Difference("changed", row.table, ident, _differing(old, new)))
            self.edits.append(Edit(row.table, ident, new, digest(old)))
            self.here[row.table][ident] = new
        if known is not None or not self.reading.own:
            self._keep(row, ident, said, digest(new))

    def _added(self, row: Proposed, cells: Cells) -> None:
        kind = TABLES[row.table]
        said = {c: v for c, v in cells.items() if v and c != "agreement"}
        filled = dict.fromkeys(kind.columns(), "") | dict(row.first) | {c: v for c, v in cells.items() if v}
        if kind.key == ("id",):
            ident = filled["id"] = self._free(row)
        else:
            ident = " ".join(filled[column] for column in kind.key)
            if ident in self.here[row.table]:
                why = f"is another row of the file for {ident}, which stands already"
                self.unread.append(Unread(row.where, f"{row.table} {row.key}", why))
                return
        if row.table == "commitments" and not filled["owed_by"]:
            filled["owed_by"] = self._owner(row, ident)
        if row.table == "nodes":
            filled["country"] = self._country(filled["country"])
        new = self._normal(row, ident, filled)
        self._is(row, ident)
        if new is None:
            return
        self.fresh.add((row.table, row.key))
        self.differences.append(Difference("added", row.table, ident, _differing({}, new)))
        self.edits.append(Edit(row.table, ident, new, None))
        self.here[row.table][ident] = new
        self.taken[row.table].add(ident.upper())
        self._keep(row, ident, digest(said if row.table == "commitments" else cells), digest(new))

    def _country(self, named: str) -> str:
        """The country of a node. One that the register does not have is made, with a GDP that is to be
        replaced: nodes cannot do without, and files of networks know of none."""
        ident = self.choices.country if self.choices.country and named == "ROW" else named
        if ident and ident not in self.here["countries"]:
            note = "made by an import; put the GDP in its stead"
            name = "Rest of the world" if ident == "ROW" else english_names().get(ident, ident)
            row = Country(id=ident, name=name, gdp_usd_m=1.0, basis="assumed", note=note)
            cells = cells_of(row)
            self.differences.append(Difference("added", "countries", ident, _differing({}, cells)))
            self.edits.append(Edit("countries", ident, cells, None))
            self.here["countries"][ident] = cells
            self.unread.append(
                Unread("nodes", f"GDP of {ident}", "is not in the file: 1 MUSD stands in its stead")
            )
        return ident

    def _is(self, row: Proposed, ident: str) -> None:
        """From now on the row of the file is this row here, and no other row of the file is."""
        self.ids[row.table, row.key] = ident
        self.found.setdefault(row.table, set()).add(ident)

    def _owner(self, row: Proposed, ident: str) -> str:
        """Who owes what the file names no owner of: whom the user says, else a party of that very name,
        so that nobody is guessed and every such row is found again."""
        if self.choices.owner:
            return self.choices.owner
        why = "no owner is named, or none that is known; --owner ID names one for all such rows"
        self.unread.append(Unread(row.where, f"the owner of {ident}", why))
        return self.matcher.nobody()

    def _normal(self, row: Proposed, ident: str, cells: Cells) -> Cells | None:
        """The cells as their table writes them; a fault of them is a rejected row."""
        try:
            return cells_of(row_of(row.table, cells, row.where))
        except BadData as fault:
            for f in fault.findings:
                why = (
                    f"{row.where}"
                    + (f", column {f.column}" if f.column else "")
                    + f": {f.message}. {f.remedy}"
                )
                self.differences.append(Difference("rejected", row.table, ident, why=why))
        return None

    def _free(self, row: Proposed) -> str:
        """An id that no row has, in any letters."""
        taken = self.taken[row.table]
        unread = f"{row.table.upper()}-{short_digest(row.key)}"  # letters that nobody here can sound
        wanted = (_id(row.wanted) or _id(row.key) or unread)[:56]
        n, ident = 1, wanted
        while ident.upper() in taken:
            n += 1
            ident = f"{wanted}-{n}"
        return ident

    # -- what is kept for the next import -------------------------------------------------------------------

    def _keep(self, row: Proposed, ident: str, said: str, held: str) -> None:
        self._write_known(self.reading.system, row.table, row.key, ident, said, held)

    def _write_known(
        self, system: str, table: str, name: str, row: str, said: str = "", held: str = ""
    ) -> None:
        made = KnownAs(
            id=f"K{digest({'system': system, 'table': table, 'name': name})[:14]}",
            system=system,
            of_table=table,
            name=name,
            row=row,
            said=said,
            held=held,
        )
        cells, old = cells_of(made), self.here["known_as"].get(made.id)
        if old != cells:
            self.edits.append(Edit("known_as", made.id, cells, digest(old) if old is not None else None))
            self.here["known_as"][made.id] = cells

    def finish(self) -> None:
        """Parties that are new, names that were confirmed, and rows that the file no longer has."""
        new = self.matcher.new.items()
        self.differences[:0] = [Difference("added", "parties", i, _differing({}, c)) for i, c in new]
        self.edits[:0] = [Edit("parties", i, c, None) for i, c in new]
        for table, name, ident in self.matcher.confirmed():
            self._write_known(NAMES, table, name, ident)
        for (table, name), known in self.known.items():
            if (table, name) in self.seen or known.row not in self.here.get(table, {}):
                continue
            if self.choices.remove:
                old = self.here[table][known.row]
                self.differences.append(Difference("removed", table, known.row))
                self.edits.append(Edit(table, known.row, None, digest(old)))
                self.edits.append(Edit("known_as", known.id, None, digest(cells_of(known))))
            elif table not in ("date_changes", "evidence"):  # an earlier word is kept for good
                why = "is no longer in the file; it stays, unless --remove is given"
                self.unread.append(Unread("the file", f"{table} {known.row}", why))


def spoken(row: Proposed, language: str) -> Proposed:
    """The row in the language of the register, as far as the file has it."""
    own = {column: said[language] for column, said in row.words.items() if said.get(language)}
    return replace(row, cells={**row.cells, **own}) if own else row


def texts_of(row: Proposed, language: str) -> Iterator[Proposed]:
    """What the file says of the row in further languages, as rows of ``texts``. Where the file lacks the
    language of the register, the cell has the words of another, and these are not said twice."""
    for column, said in row.words.items():
        cell = spoken(row, language).cells.get(column, "")
        for other, text in said.items():
            if other not in (language, "") and text and (text != cell or said.get(language)):
                yield Proposed(
                    "texts",
                    f"{row.key}/{column}/{other}",
                    {"text": text},
                    {"of_table": row.table, "column": column, "language": other},
                    refs={"row": ((row.table, row.key),)},
                    same=Translation.key,
                    where=row.where,
                )


def agrees(old: str, new: str) -> bool:
    """Whether a cell here says already what the file says. A file may know only days: 2027 and 2027-12-31
    agree as a promise, 2027-03 and 2027-03-01 as the day of a report."""
    if old == new or " ".join(old.split()) == " ".join(new.split()):
        return True
    if new.startswith("LINESTRING"):
        return _same_line(old, new)
    try:
        a, b = PartialDate(old), PartialDate(new)
    except ValueError:
        return _same_number(old, new)
    return b.precision == "day" and b.first in (a.last, a.known_from)


def _same_line(old: str, new: str) -> bool:
    """Whether two lines are one to 10 m, which is what a file keeps."""
    try:
        return wkt_of(points_of(old)) == wkt_of(points_of(new))
    except ValueError:
        return False


def _same_number(old: str, new: str) -> bool:
    try:
        return float(old) == float(new)
    except ValueError:
        return False


def _told(old: Mapping[str, str], column: str) -> str:
    """A cell; when something happened is when it was reported, where nothing else is said."""
    if column == "happened_on" and not old.get(column):
        return old.get("reported_on", "")
    return old.get(column, "")


def _id(text: str) -> str:
    kept = "".join(c if c.isalnum() or c in "._/-" else "-" for c in roman(text))
    while "--" in kept:
        kept = kept.replace("--", "-")
    return kept.strip("-._/")


def _differing(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    return tuple((c, old.get(c, ""), v) for c, v in new.items() if old.get(c, "") != v)


def _answer(reading: Reading, found: _Found, entry: Any) -> ForeignBrought:
    count = {
        what: sum(d.what == what for d in found.differences)
        for what in ("added", "changed", "removed", "rejected")
    }
    return ForeignBrought(
        kind=reading.kind,
        system=reading.system,
        **count,
        applied=entry is not None,
        differences=found.differences,
        names=found.names,
        unread=found.unread,
        entry=entry.n if entry else None,
        hash=entry.hash if entry else None,
    )
