"""Action plans and other tables of promises, with any column names: a map says which column is what.

A row is a commitment; where a column names a milestone, the row is one step of the commitment that its other
columns name. A promised date is a row of its own, and so is a report.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from milepost.errors import WrongUse
from milepost.intake.folding import folded
from milepost.intake.foreign.cells import amount_in, date_in, owners_in
from milepost.intake.foreign.grid import Grid, grid_of
from milepost.intake.foreign.reading import (
    Faults,
    Ledger,
    Named,
    Proposed,
    Reading,
    bad_file,
    id_of,
    number_of,
    short,
)
from milepost.intake.foreign.table_map import TARGETS, UNITS, TableMap, read_map, text_of_map
from milepost.intake.names import plain

_HERE = Path(__file__).resolve().parent
_MOST_HEAD = 25  # rows among which a head is looked for
_DATES = ("promised_for", "announced_on", "status_reported_on")
_KINDS = {"build": "build-link", "construct": "build-link", "rehabilit": "upgrade", "upgrade": "upgrade"}
_BEGINNING = re.compile(r"\b(start|begin\w*|from|debut|начал\w*|شروع|آغاز|اغاز|بدايه|بداية|البدء)\b")
_TOTALS = frozenset(
    map(
        plain,
        ("total", "totals", "grand total", "sum", "итого", "всего", "جمع", "جمع کل", "مجموع", "المجموع"),
    )
)
Refs = dict[str, tuple[tuple[str, str], ...]]


def read(path: Path, map_file: Path, source: str = "") -> Reading:
    """Commitments with their steps, dates and reports. Raises ``BadData`` with every fault of the map, or
    of the table under it."""
    table = read_map(map_file)
    grid = grid_of(path, table.sheet)
    faults = Faults(path.name)
    at = _columns(grid, table, faults)
    faults.stop()
    name = source or table.name or path.stem
    ledger = Ledger()
    mapped = set(at.values())
    for k, head in enumerate(_heads(grid, *table.header)):
        if k not in mapped and head:
            ledger.add("the head", f"column '{short(head, 60)}'", "is not in the map")
    first = {"title": name, "basis": "sourced", "source": path.name}
    rows = [Proposed("agreements", name, {}, first, wanted=id_of(name), same=("title",), where="the file")]
    below: dict[int, dict[str, str]] = {}
    for n, row in zip(grid.numbers, grid.rows, strict=True):
        if n > table.header[1] and not below and _numbers_columns(row):
            ledger.add(f"row {n}", "the row below the head", "only numbers the columns")
        elif n > table.header[1]:
            below[n] = {c: row[k] if row[k].strip(" -\u2013\u2014") else "" for c, k in at.items()}
    work = _Rows(table, name, ledger, [_number(cells.get("id", "")) for cells in below.values()])
    for n, cells in below.items():
        rows += work.row(f"row {n}", cells)
    if len(rows) == 1:
        raise bad_file(
            path, "there is no row with a title below the head", "See which rows the map takes for it"
        )
    return Reading("table", name, tuple(rows), ledger.lines())


class _Rows:
    """Row after row of one table."""

    def __init__(self, table: TableMap, name: str, ledger: Ledger, numbers: Sequence[str] = ()) -> None:
        self.above = {n[:k] for n in numbers for k, c in enumerate(n) if c == "."}  # 1 and 1.2 of 1.2.3
        self.map, self.name, self.ledger = table, name, ledger
        self.values = {c: {plain(w): ours for w, ours in words.items()} for c, words in table.values.items()}
        self.first = {"basis": "sourced", "source": name}
        self.keys: dict[str, str] = {}  # key of a commitment -> its title
        self.last = ""

    def row(self, where: str, cells: Mapping[str, str]) -> Iterator[Proposed]:
        """What one row of the table becomes."""
        title, step = short(cells.get("title", "")), short(cells.get("milestone", ""))
        if not title and not (step and self.last):
            if any(cells.values()):
                told = short(" | ".join(v for v in cells.values() if v), 60)
                self.ledger.add(where, f"row '{told}'", "has no title")
            return
        if why := self._no_action(cells):
            self.ledger.add(where, f"row '{short(title or step, 60)}'", why)
            return
        key = self._key(cells.get("id", ""), title) if title else self.last
        if self.keys.get(key, title) != title:  # numbers begin anew with each part of a plan
            key = f"{key}: {plain(title)}"
        if key not in self.keys:
            self.keys[key] = title
            yield self._commitment(where, key, cells, title, own=not step)
        elif not step:
            self.ledger.add(where, f"row '{short(title, 60)}'", "repeats the id of a row above")
            return
        self.last = key
        about: Refs = {"commitment": (("commitments", key),)}
        if step:
            yield Proposed(
                "milestones",
                f"{key}/{plain(step)}",
                {"title": step},
                self.first,
                refs=about,
                names=self._people(cells, ("owed_by",)),
                same=("commitment", "title"),
                wanted=f"{self._wanted(key)}.{id_of(step)[:24]}",
                where=where,
            )
            about = about | {"milestone": (("milestones", f"{key}/{plain(step)}"),)}
        yield from self._date(where, f"{key}/{plain(step)}", about, cells)
        yield from self._report(where, f"{key}/{plain(step)}", about, cells)

    def _no_action(self, cells: Mapping[str, str]) -> str:
        """Why a row is a heading or a total of other rows; "" for a row of its own."""
        said = {c: v for c, v in cells.items() if v}
        if plain(cells.get("title", "")) in _TOTALS or plain(cells.get("id", "")) in _TOTALS:
            return "is a total of other rows"
        if len(said) > 2 and len(set(said.values())) == 1:
            return "is a heading: one text in merged cells"
        if set(said) <= {"id", "title"} and _number(cells.get("id", "")) in self.above:
            return "is a heading of the rows that its number begins"
        return ""

    def _key(self, ident: str, title: str) -> str:
        return ident or f"title: {plain(title)}"

    def _wanted(self, key: str) -> str:
        return id_of(key.removeprefix("title: "))[:32].rstrip("-._/")

    def _commitment(
        self, where: str, key: str, cells: Mapping[str, str], title: str, *, own: bool
    ) -> Proposed:
        found = {"title": title}
        for column in (
            "text",
            "acceptance_test",
            "cost_note",
            "status_reported",
            "kind",
            "firmness",
            "source",
            "note",
        ):
            if column in cells and (value := self._word(column, cells[column])):
                found[column] = value
        if fields := owners_in(cells.get("fields", ""), self.map.between_owners):
            found["fields"] = ";".join(self._word("fields", f).replace(";", ",") for f in fields)
        if cost := cells.get("cost_usd_m", ""):
            amount = amount_in(cost, UNITS[self.map.cost_unit], self.map.decimal)
            if amount is None or amount < 0:
                self.ledger.add(where, f"cost '{short(cost, 40)}'", "is no amount in USD")
            else:
                found["cost_usd_m"] = repr(round(amount, 9))
        if on := self._day(where, "status_reported_on", cells):
            found["status_reported_on"] = on
        wanted = self._wanted(key)
        return Proposed(
            "commitments",
            key,
            found,
            {"kind": self._kind(title)} | self.first | self.map.fixed,
            refs={"agreement": (("agreements", self.name),)} if "agreement" not in self.map.fixed else {},
            names=self._people(cells, ("owed_by", "beneficiaries") if own else ("beneficiaries",)),
            wanted=f"R{wanted}" if wanted.isdigit() else wanted,
            same=("title",),
            where=where,
        )

    def _kind(self, title: str) -> str:
        words = folded(title)
        return next((kind for word, kind in _KINDS.items() if word in words), "works")

    def _word(self, column: str, cell: str) -> str:
        return self.values.get(column, {}).get(plain(cell), cell)

    def _people(self, cells: Mapping[str, str], columns: tuple[str, ...]) -> dict[str, tuple[Named, ...]]:
        found = {}
        for column in columns:
            names = owners_in(cells.get(column, ""), self.map.between_owners)
            named = tuple(Named("parties", self._word(column, n), add=True) for n in names)
            if named:
                found[column] = named
        return found

    def _day(self, where: str, column: str, cells: Mapping[str, str]) -> str:
        cell = cells.get(column, "")
        if not cell:
            return ""
        solar = self.map.calendar == "solar hijri"
        found = date_in(cell, language=self.map.language, solar=solar, day_first=self.map.day_first)
        if not found:
            self.ledger.add(where, f"{column} '{short(cell, 40)}'", "names no date")
        return found

    def _date(self, where: str, key: str, about: Refs, cells: Mapping[str, str]) -> Iterator[Proposed]:
        day, announced = self._day(where, "promised_for", cells), self._day(where, "announced_on", cells)
        if day:
            yield Proposed(
                "date_changes",
                f"{key}/{day}",
                {"promised_for": day} | ({"announced_on": announced} if announced else {}),
                self.first | {"statement": f"{self.name}: {short(cells['promised_for'], 80)}"},
                refs=about,
                wanted=f"{self._wanted(key)}.{day}",
                same=("commitment", "milestone", "promised_for"),
                where=where,
            )

    def _report(self, where: str, key: str, about: Refs, cells: Mapping[str, str]) -> Iterator[Proposed]:
        words, share = cells.get("report", ""), cells.get("percent", "")
        percent = number_of(folded(share).strip(" %\u066a").replace(",", ".")) if share else None
        if percent is not None and 0 < percent < 1 and not {"%", "\u066a"} & set(share):
            percent *= 100  # a spreadsheet keeps 40 % as 0.4
        if share and (percent is None or not 0 <= percent <= 100):
            self.ledger.add(where, f"percent '{short(share, 30)}'", "is no share from 0 to 100")
            percent = None
        if not words and not percent:
            return
        facts = {"percent": f"{percent:g}", "percent_of": "the action"} if percent else {}
        yield Proposed(
            "evidence",
            f"{key}/{plain(words)}/{percent or ''}",
            facts | ({"report": words} if words else {}),
            self.first
            | {"shows": "progress" if percent else "context", "report": words or f"{percent:g} % done"}
            | ({"reported_on": on} if (on := self._day(where, "status_reported_on", cells)) else {}),
            refs=about,
            wanted=f"{self._wanted(key)}.r",
            where=where,
        )


def _numbers_columns(row: Sequence[str]) -> bool:
    """Whether a row says 1, 2, 3 ... and nothing else, as the row below the head of many plans does."""
    cells = list(dict.fromkeys(folded(c).strip(" .()") for c in row if c))
    return len(cells) > 2 and cells == [str(k) for k in range(1, len(cells) + 1)]


def _number(ident: str) -> str:
    """The number of a row such as ``1.2.``, without the last point."""
    return ident.strip().rstrip(".")


def _heads(grid: Grid, first: int, last: int) -> list[str]:
    """Heads of the columns: the rows of the head joined; where upper cells are merged, or left empty
    after the first, they hold for all columns below."""
    rows = [(n, list(row)) for n, row in zip(grid.numbers, grid.rows, strict=True) if first <= n <= last]
    for n, row in rows[:-1]:
        for k in range(1, len(row)):
            row[k] = row[k] or (row[k - 1] if n not in grid.merged else "")
    found = []
    for k in range(len(grid.rows[0])):
        parts = [" ".join(row[k].split()) for _, row in rows if row[k]]
        found.append(" / ".join(dict.fromkeys(parts)))
    return found


def _columns(grid: Grid, table: TableMap, faults: Faults) -> dict[str, int]:
    """Where each mapped column stands; what is not there, or there twice, is a fault."""
    heads = [plain(h) for h in _heads(grid, *table.header)]
    counts = Counter(heads)
    found: dict[str, int] = {}
    for column, head in table.columns.items():
        mine = plain(head)
        if counts[mine] != 1 or not mine:
            what = "is there twice" if counts[mine] > 1 else "is not there"
            told = ", ".join(h for h in _heads(grid, *table.header) if h)
            faults.add(
                f"the column '{short(head, 60)}' {what}",
                f"The head in rows {table.header[0]} to {table.header[1]} has: {short(told, 300)}",
                line=table.header[1],
                column=column,
            )
        else:
            found[column] = heads.index(mine)
    return found


def suggest(path: Path, sheet: str = "") -> str:
    """A map for a table, by the words in its heads and by what stands below them, as TOML. Raises
    ``WrongUse`` where no row looks like a head."""
    grid = grid_of(path, sheet)
    first, last, columns = _head_of(grid)
    below = [r for n, r in zip(grid.numbers, grid.rows, strict=True) if n > last]
    heads = _heads(grid, first, last)
    language, solar = _language(heads, below, columns)
    days = [r[columns["promised_for"]] for r in below] if "promised_for" in columns else []
    costs = [r[columns["cost_usd_m"]] for r in below] if "cost_usd_m" in columns else []
    table = TableMap(
        name=path.stem,
        sheet=grid.name if grid.sheets else "",
        header=(first, last),
        language=language,
        calendar="solar hijri" if solar else "gregorian",
        day_first=not any(_month_first(d) for d in days),
        decimal="," if _commas(costs) else ".",
        cost_unit=_unit(heads[columns["cost_usd_m"]] if costs else "", costs),
        columns={c: heads[columns[c]] for c in TARGETS if c in columns},
        fixed={},
    )
    return text_of_map(table)


def _words() -> dict[str, list[str]]:
    return tomllib.loads((_HERE / "columns.toml").read_text(encoding="utf-8"))


def _head_of(grid: Grid) -> tuple[int, int, dict[str, int]]:
    """Rows of the head, and column -> index: the row in which most heads are known; one above it where it
    names groups of columns."""
    best: tuple[float, int, int, dict[str, int]] = (0, 0, 0, {})
    numbered = list(zip(grid.numbers, grid.rows, strict=True))[:_MOST_HEAD]
    for i, (n, _) in enumerate(numbered):
        for start in (i, i - 1, i - 2):
            if start < 0 or any(len({c for c in numbered[k][1] if c}) < 2 for k in range(start, i)):
                break
            found = _known(_heads(grid, numbered[start][0], n))
            score = len(found) + sum(_beside(numbered[k][1], numbered[k + 1][1]) for k in range(start, i))
            if "title" in found and score > best[0]:
                best = (score, numbered[start][0], n, found)
    if len(best[3]) < 2:
        raise WrongUse(
            "No row looks like the head of a plan; write the map by hand (docs/explain/import.md)."
        )
    return _with_row_below(grid, best[1], best[2], best[3])


def _beside(upper: Sequence[str], lower: Sequence[str]) -> float:
    """What a row above a head counts: something if cells are merged with those below them, which makes the
    two one head; less than nothing otherwise."""
    merged = sum(bool(a) and a == b for a, b in zip(upper, lower, strict=True))
    return 0.25 if merged > 1 else -0.5


def _with_row_below(
    grid: Grid, first: int, last: int, found: dict[str, int]
) -> tuple[int, int, dict[str, int]]:
    """The head with the row below it, where that row only divides columns of the head: it says again what
    merged cells say, or nothing, but for words under a head that spans several columns."""
    at = grid.numbers.index(last)
    if at + 1 >= len(grid.rows):
        return first, last, found
    head, below = grid.rows[at], grid.rows[at + 1]
    new = [k for k, cell in enumerate(below) if cell and cell != head[k]]

    def spans(k: int) -> bool:
        over = next((head[j] for j in range(k, -1, -1) if head[j]), "")
        beside = [j for j in (k - 1, k + 1) if 0 <= j < len(head) and j in new]
        return bool(over) and any(head[j] in ("", head[k]) or not head[k] for j in beside)

    title = below[found["title"]]
    only_words = all(spans(k) and not any(c.isdigit() for c in below[k]) for k in new)
    if len(new) < 2 or title not in ("", head[found["title"]]) or not only_words:
        return first, last, found
    return first, grid.numbers[at + 1], _known(_heads(grid, first, grid.numbers[at + 1]))


def _known(heads: list[str]) -> dict[str, int]:
    """Column of the register -> index of the head that means it; each head means one."""
    found: dict[str, int] = {}
    for column, words in _words().items():
        for k, head in enumerate(heads):
            if k in found.values() or not head or len(head) > 120:
                continue
            text = folded(head).strip()
            parts = [p.strip() for p in text.split(" / ")]
            if column == "promised_for" and _BEGINNING.search(parts[-1]):
                continue
            if any(_means(word, text, parts) for word in map(folded, words)):
                found[column] = k
                break
    if "title" not in found and "text" in found:
        found["title"] = found.pop("text")
    return found


def _means(word: str, text: str, parts: list[str]) -> bool:
    if word[0] == "=":
        return word[1:] in (text, *parts)
    if word[0] == "^":
        return any(p.startswith(word[1:]) for p in parts)
    return word in text


def _language(heads: list[str], below: list[tuple[str, ...]], columns: dict[str, int]) -> tuple[str, bool]:
    """Language by letters and words of the heads; whether days are of the Solar Hijri calendar."""
    text = folded(" ".join(heads))
    dates = [folded(r[columns["promised_for"]]) for r in below] if "promised_for" in columns else []
    years = [y for d in dates for y in re.findall(r"(?<!\d)(?:1[34]|20)\d\d(?!\d)", d)]
    solar = sum(y < "15" for y in years) > len(years) / 2
    if any("\u0600" <= c <= "\u06ff" for c in text):
        arabic = any(
            w in text for w in map(folded, ("المسؤول", "الجهة", "الموعد", "المشروع", "الاجراء", "النشاط"))
        )
        return ("ar", solar) if arabic else ("fa", solar)
    if any("\u0400" <= c <= "\u04ff" for c in text):
        return "ru", solar
    french = sum(
        w in text for w in ("responsable", "echeance", "mesure", "activite", "cout", "statut", "delai")
    )
    return ("fr" if french >= 2 else "en"), solar


def _month_first(cell: str) -> bool:
    parts = cell.replace("-", "/").replace(".", "/").split("/")
    return len(parts) == 3 and all(p.isdigit() for p in parts) and len(parts[0]) <= 2 and int(parts[1]) > 12


def _commas(cells: list[str]) -> bool:
    """Whether amounts have decimals after a comma."""
    return sum("," in c and len(c.rsplit(",", 1)[1].strip()) in (1, 2) for c in cells) > 0


def _unit(head: str, cells: list[str]) -> str:
    """The unit of a cost, by its head; a bare USD where most amounts are thousands and more."""
    text = folded(head)
    if any(w in text for w in ("million", "mln", "mn", "м$", "млн", "میلیون", "مليون")):
        return "million USD"
    if any(w in text for w in ("thousand", "'000", "millier", "тыс", "هزار", "الف")):
        return "thousand USD"
    if any(w in text for w in ("billion", "milliard", "млрд")):
        return "billion USD"
    amounts = [a for c in cells if c and (a := amount_in(c, 1.0, ".")) is not None]
    return "USD" if amounts and sorted(amounts)[len(amounts) // 2] >= 1e4 else "million USD"
