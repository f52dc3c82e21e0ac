"""What a reader returns, the ledger of what it did to the data, and the way into a programme's tables."""

from __future__ import annotations

import contextlib
import re
import warnings
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from milepost.errors import WrongUse
from milepost.results import Cell, Result
from milepost.trade.readers.cargo import CargoTotals, cargo_rows
from milepost.trade.readers.codes import dissolved
from milepost.trade.rebasing import REST_OF_WORLD

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Entry:
    """One kind of thing that was done: how many cells or rows, worth how much, with an example."""

    what: str
    count: int
    musd: float
    example: str = ""

    def sentence(self) -> str:
        """In words."""
        small = abs(self.musd) < 0.05
        worth = (
            f", {self.musd:.2g} MUSD"
            if small and self.musd
            else f", {self.musd:,.1f} MUSD"
            if self.musd
            else ""
        )
        shown = f" (for example {self.example})" if self.example else ""
        return f"{self.what}: {self.count:,}{worth}{shown}"


@dataclass
class Ledger:
    """Every row dropped, clipped, merged or balanced, counted while reading."""

    rows: int = 0
    entries: list[Entry] = field(default_factory=list)

    def note(self, what: str, count: int, musd: float = 0.0, example: object = "") -> None:
        """Add an entry; nothing is written for nothing."""
        if count:
            self.entries.append(Entry(what, int(count), float(musd), str(example)))

    def sentences(self) -> tuple[str, ...]:
        """The whole ledger in words."""
        return (f"rows read: {self.rows:,}", *(entry.sentence() for entry in self.entries))


@dataclass(frozen=True)
class OwnTotal:
    """What the file itself adds up to, beside what was taken of the same: MUSD a year, of ``what``."""

    what: str
    file_musd: float
    taken_musd: float

    def sentence(self) -> str:
        """Both totals in words."""
        share = f", {self.taken_musd / self.file_musd:.1%} of it" if self.file_musd else ""
        return (
            f"the file's own total, {self.what}: {self.file_musd:,.1f} MUSD; "
            f"taken: {self.taken_musd:,.1f} MUSD{share}"
        )

    def as_dict(self) -> dict[str, Any]:
        """What it is, and both totals."""
        return {"what": self.what, "file_musd": self.file_musd, "taken_musd": self.taken_musd}


@dataclass(frozen=True, repr=False)
class Reading(Result):
    """Trade between countries by sector, MUSD a year [sector, origin, destination]; the rest where the source
    has it.

    ``tariffs`` as shares of the value, same shape; ``materials_musd`` [country, input, user];
    ``value_added_musd`` and ``final_musd`` [country, sector]. ``valuation`` of the flows, fob or cif;
    ``complete``: what the source does not list is zero, not unknown; ``cargo``: by class, where it has
    products and quantities; ``own_total``: what the file itself says that it adds up to.
    """

    kind: str
    year: int | None
    countries: tuple[str, ...]
    sectors: tuple[str, ...]
    flows: Floats
    ledger: Ledger
    source: str
    tariffs: Floats | None = None
    materials_musd: Floats | None = None
    value_added_musd: Floats | None = None
    final_musd: Floats | None = None
    remarks: tuple[str, ...] = ()  # what was done with it after reading, in words
    into: str = ""  # programme whose tables were written
    valuation: str = "fob"
    complete: bool = False
    cargo: CargoTotals | None = None
    own_total: OwnTotal | None = None

    def sentences(self) -> tuple[str, ...]:
        """The whole ledger in words, the file's own total, and what was done after."""
        total = () if self.own_total is None else (self.own_total.sentence(),)
        return (*self.ledger.sentences(), *total, *self.remarks)

    @property
    def abroad(self) -> float:
        """Trade between countries, MUSD a year."""
        return float(self.total().sum() - np.trace(self.total()))

    def total(self) -> Floats:
        """Trade summed over sectors [origin, destination]."""
        return np.asarray(self.flows.sum(axis=0))

    def headed(self) -> str:
        """What was read: kind, year, size."""
        when = f"{self.kind} {self.year}" if self.year else self.kind
        return (
            f"{when}, {len(self.countries)} countries, {len(self.sectors)} "
            f"sector{'s' if len(self.sectors) != 1 else ''}"
        )

    def frame(self) -> pd.DataFrame:
        """A row per flow above zero: sector, exporter, importer, MUSD a year."""
        j, o, d = np.nonzero(self.flows)
        of = [np.array(names, dtype=object) for names in (self.sectors, self.countries)]
        return pd.DataFrame(
            {
                "sector": of[0][j],
                "exporter": of[1][o],
                "importer": of[1][d],
                "musd_per_year": self.flows[j, o, d],
            }
        )

    def _repr_html_(self) -> str:
        # the ledger, not millions of flows
        lines = "".join(f"<li>{escape(line)}</li>" for line in self.ledger.sentences())
        return f"<p>{escape(self.headed())}</p><ul>{lines}</ul>"

    def as_dict(self) -> dict[str, Any]:
        """What ``milepost trade read --json`` prints."""
        return {
            "kind": self.kind,
            "year": self.year,
            "countries": len(self.countries),
            "sectors": len(self.sectors),
            "trade_between_countries_musd": self.abroad,
            "own_total": None if self.own_total is None else self.own_total.as_dict(),
            "ledger": list(self.sentences()),
            "into": self.into,
        }

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """The ledger, a sentence a row: what was dropped, merged or clipped. The flows are :meth:`frame`."""
        return ["what"], [[line] for line in self.sentences()]


def rows_of(
    path: Path, kind: str, *, text: Sequence[str] = (), use: Sequence[str] | None = None, raw: bool = False
) -> pd.DataFrame:
    """All rows of a CSV file, packed or not; ``use`` names the columns to keep, ``text`` those that are no
    numbers.

    Cells beyond the head are a fault and never cut off. ``raw``: cells stay as they are written, so that NA
    is a name. Raises ``WrongUse`` naming the file and, where there is one, the line.
    """
    path = Path(path)
    if not path.exists():
        raise WrongUse(f"There is no file {path}.")
    if path.is_dir():
        raise WrongUse(f"{path} is a folder; name the {kind} file in it.")
    options: dict[str, Any] = {
        "encoding_errors": "replace",
        "dtype": str if raw else dict.fromkeys(text, str),
    }
    if raw:
        options |= {"keep_default_na": False, "na_values": [""]}
    else:
        options |= _missing(path)
    try:
        head = list(map(str, pd.read_csv(path, nrows=0, encoding_errors="replace").columns))
        _refuse_other_codes(path, head)
        for sign, word in ((";", "semicolons"), ("\t", "tabulators")):
            if len(head) == 1 and sign in head[0]:
                raise WrongUse(
                    f"{path} is separated by {word}; save it with commas, and with points in the numbers."
                )
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            try:
                parts = list(_pieces(path, use, options))
            except (
                pd.errors.ParserWarning
            ):  # rows longer than the head: commas at the end of every line, or numbers cut in two
                first = pd.read_csv(
                    path, nrows=1, header=None, skiprows=1, dtype=str, encoding_errors="replace"
                ).iloc[0, len(head) :]
                if first.notna().any():
                    raise WrongUse(
                        f"{path}, line 2: there are more cells than the head has; write 1234.5 without "
                        "commas."
                    ) from None
                warnings.simplefilter("ignore", pd.errors.ParserWarning)
                parts = list(_pieces(path, use, options))
    except (OSError, EOFError, ValueError, zlib.error) as error:
        sentence = str(error).replace("Error tokenizing data. C error: ", "").strip().rstrip(".")
        raise WrongUse(f"{path} cannot be read as CSV: {sentence}.") from None
    whole: pd.DataFrame = pd.concat(parts, ignore_index=True)
    return whole


# what publishers write for a number that they do not have; in a column of names NA is Namibia
_NO_NUMBER = (
    *(
        "",
        "NA",
        "N/A",
        "n/a",
        "<NA>",
        "#NA",
        "#N/A",
        "#N/A N/A",
        "NaN",
        "nan",
        "-NaN",
        "-nan",
        "null",
        "NULL",
    ),
    *("None", "1.#IND", "1.#QNAN", "-1.#IND", "-1.#QNAN"),
)
_LOOKED_AT = 2_000  # rows by which a column is known for one of names


def _missing(path: Path) -> dict[str, Any]:
    """Options by which an empty cell alone is missing in a column of names, and a word for it too in a
    column of numbers."""
    with contextlib.suppress(OSError, EOFError, ValueError, zlib.error), warnings.catch_warnings():
        warnings.simplefilter("ignore", pd.errors.ParserWarning)  # of too many cells it is told later
        sample = pd.read_csv(
            path,
            nrows=_LOOKED_AT,
            dtype=str,
            index_col=False,
            keep_default_na=False,
            na_values=[],
            encoding_errors="replace",
        )
        names = {c: [""] if _of_names(sample[c]) else list(_NO_NUMBER) for c in sample.columns}
        return {"keep_default_na": False, "na_values": names}
    return {}


def _of_names(cells: pd.Series) -> bool:
    """Whether a column holds names: a cell that is no number, or nothing but words for missing."""
    words = set(cells.astype(str).str.strip())
    left = words - set(_NO_NUMBER)
    if not left:
        return bool(words & {"NA", "N/A"})
    return bool(pd.to_numeric(pd.Series(sorted(left)), errors="coerce").isna().any())


def _pieces(path: Path, use: Sequence[str] | None, options: Mapping[str, Any]) -> Iterator[pd.DataFrame]:
    """In pieces, because BACI has eleven million rows; all columns are read, or pandas would cut off what a
    row has too many."""
    for piece in pd.read_csv(path, index_col=False, chunksize=1_000_000, low_memory=False, **options):
        yield piece if use is None else piece[list(use)]


def table_of(
    paths: Sequence[Path], columns: Mapping[str, Sequence[str]], kind: str, text: Sequence[str] = ()
) -> pd.DataFrame:
    """CSV files one under the other, with the columns of ``columns`` under our names, whichever of theirs is
    there.

    A name that ends in ? may be missing; ``text`` are those of ours that are no numbers (codes with leading
    zeros). Raises ``WrongUse`` naming the file and every column that is missing, or a file without rows.
    """
    parts = []
    if len({Path(p).resolve() for p in paths}) < len(paths):
        raise WrongUse(f"The same {kind} file is named twice; its rows would count twice.")
    for path in map(Path, paths):
        head = columns_of(path, kind)
        there_by = _headings(head)
        found = {
            ours: next((there_by[_heading(t)] for t in theirs if _heading(t) in there_by), None)
            for ours, theirs in columns.items()
        }
        missing = [
            " or ".join(columns[ours])
            for ours, there in found.items()
            if there is None and not ours.endswith("?")
        ]
        if missing:
            raise WrongUse(
                f"{path} is no {kind} file: it has no column {'; no column '.join(missing)}. It has: "
                f"{', '.join(head[:12])}."
            )
        use = {there: ours.rstrip("?") for ours, there in found.items() if there is not None}
        frame = rows_of(
            path, kind, text=[t for t, ours in use.items() if ours in text], use=list(use)
        ).rename(columns=use)
        if frame.empty:
            raise WrongUse(f"{path} has a head and no rows.")
        frame["_file"] = path.name
        frame["_line"] = frame.index + 2
        parts.append(frame)
    if not parts:
        raise WrongUse(f"Name the {kind} file to read.")
    whole: pd.DataFrame = pd.concat(parts, ignore_index=True)
    return whole


def _heading(name: str) -> str:
    """A heading whatever wrote it: R puts points for blanks and signs, others underlines or capitals."""
    return re.sub(r"[\W_]+", "", name.lower())


def _headings(head: Sequence[str]) -> dict[str, str]:
    """Headings by what they are whatever wrote them; of two that become the same the first counts."""
    return {_heading(c): c for c in reversed(head)}


def _refuse_other_codes(path: Path, head: Sequence[str]) -> None:
    """Letters outside ASCII in columns that nobody needs are let pass; a head that is no text is not."""
    if any("\x00" in c for c in head) or head[0].startswith("\ufffd"):
        raise WrongUse(f"{path} is not in UTF-8; save it as CSV in UTF-8.")


def columns_of(path: Path, kind: str) -> list[str]:
    """The head of a CSV file; faults as in :func:`rows_of`."""
    if path.is_file():
        with contextlib.suppress(OSError, EOFError, ValueError, zlib.error):
            head = list(map(str, pd.read_csv(path, nrows=0, encoding_errors="replace").columns))
            if len(head) > 1:
                _refuse_other_codes(path, head)
                return head
    return list(rows_of(path, kind).columns)


def numbers_in(frame: pd.DataFrame, path: Path) -> Floats:
    """A table of numbers, rows and columns named. Raises ``WrongUse`` for a cell that is none, or empty, or
    infinite."""
    values = frame.apply(pd.to_numeric, errors="coerce").to_numpy(dtype=np.float64)
    bad = np.argwhere(~np.isfinite(values))
    if len(bad):
        i, j = map(int, bad[0])
        found: Any = frame.iat[i, j]
        shown = "nothing" if found != found else f"'{found}'"
        raise WrongUse(
            f"{path}: {len(bad)} cells are no numbers, the first in row {frame.index[i]}, column "
            f"{frame.columns[j]}: {shown}. "
            "Write every number with a point, and 0 where there is no trade."
        )
    return np.asarray(values)


def numbers(frame: pd.DataFrame, column: str, ledger: Ledger, unit: float = 1.0) -> pd.DataFrame:
    """Rows whose ``column`` is a number, not negative; the others go to the ledger. ``unit``: one in MUSD, 0
    if it is no money."""
    value = pd.to_numeric(frame[column], errors="coerce")
    bad = ~np.isfinite(value)
    if bad.any():
        where = frame[bad].iloc[0]
        shown = "nothing" if pd.isna(where[column]) else repr(str(where[column]))
        ledger.note(
            f"dropped, no number in {column}",
            int(bad.sum()),
            example=f"{where['_file']}, line {where['_line']}: {shown}",
        )
    negative = value < 0
    if negative.any():
        worth = unit * float(value[negative & ~bad].sum())
        where = frame[negative].iloc[0]
        ledger.note(
            "dropped, negative value",
            int((negative & ~bad).sum()),
            worth,
            f"{where['_file']}, line {where['_line']}",
        )
    keep = ~bad & ~negative
    answer: pd.DataFrame = frame[keep].copy()
    answer[column] = value[keep]
    return answer


def cube(frame: pd.DataFrame, countries: Sequence[str], sectors: Sequence[str], ledger: Ledger) -> Floats:
    """Sum of ``musd`` by sector, exporter, importer; rows of the same cell are added and counted."""
    if frame.empty:
        raise WrongUse(f"No row of the data is left: {'; '.join(ledger.sentences())}.")
    at = {c: k for k, c in enumerate(countries)}
    which = {s: k for k, s in enumerate(sectors)}
    repeated = frame.duplicated(
        ["sector", "exporter", "importer", *(["product"] if "product" in frame else [])]
    )
    ledger.note(
        "rows of a cell that stood before, added to it",
        int(repeated.sum()),
        float(frame.loc[repeated, "musd"].sum()),
    )
    flows = np.zeros((len(sectors), len(countries), len(countries)))
    where = (
        frame["sector"].map(which).to_numpy(),
        frame["exporter"].map(at).to_numpy(),
        frame["importer"].map(at).to_numpy(),
    )
    np.add.at(flows, where, frame["musd"].to_numpy())
    return flows


Table = list[dict[str, Any]]


@dataclass(frozen=True)
class _Positions:
    """Where the countries of a source go: ``where`` is their position in the programme, -1 for none."""

    target: tuple[str, ...]
    where: NDArray[np.int64]
    rest: int | None  # position of ROW
    outside: int  # countries of the source that the programme does not have

    @property
    def keep(self) -> NDArray[np.bool_]:
        return self.where >= 0

    def summed(self, values: Floats) -> Floats:
        """Values by country of the source, in the first axis, summed to the programme's countries."""
        out = np.zeros((len(self.target), *values.shape[1:]))
        np.add.at(out, self.where[self.keep], values[self.keep])
        return out

    def summed_pairs(self, values: Floats) -> Floats:
        """The same of [sector, origin, destination]."""
        out = np.zeros((len(values), len(self.target), len(self.target)))
        for j, square in enumerate(values):
            pairs = np.ix_(self.where[self.keep], self.where[self.keep])
            np.add.at(out[j], pairs, square[np.ix_(self.keep, self.keep)])
        return out


def to_rows(reading: Reading, countries: Sequence[str]) -> tuple[dict[str, Table], tuple[str, ...]]:
    """Rows of a programme's tables for its countries, and sentences about what was merged or left out.

    Countries that the programme does not have become ROW if it has that, else they are left out and counted.
    Sources without accounts give ``flows``, with several sectors or tariffs also ``sectors`` and
    ``sector_trade``; those with accounts ``sectors``, ``sector_trade``, ``sector_accounts`` and
    ``sector_inputs``. Raises ``WrongUse`` if no country is in both.
    """
    said: list[str] = []
    positions = _positions(reading, tuple(countries), said)
    note = f"{reading.kind} {reading.year or ''}".strip()
    if positions.outside and positions.rest is None:
        left = _left_out(reading.total(), positions.keep)
        said += [
            left,
            "to keep that trade, add a country ROW (the rest of the world) and read the data again",
        ]
        note = f"{note}; {left}"  # stays with the rows, so that whoever values them is told
    flows = positions.summed_pairs(reading.flows)
    # a source without home sales cannot tell those of ROW: what its countries sell each other is left out
    # with them
    has_home = bool(np.trace(reading.total()) > 0)
    if positions.rest is not None and positions.outside:
        within = float(sum(square[positions.rest, positions.rest] for square in flows))
        word = "became home sales of ROW" if has_home else "lies inside ROW and was left out"
        said.append(f"trade among them {word}: {within:,.0f} MUSD")
    common, valued = {"basis": "sourced", "source": reading.source}, {"valuation": reading.valuation}
    sectors = _sector_ids(reading.sectors, said)
    tables: dict[str, Table] = {}
    if reading.value_added_musd is None:
        total = flows.sum(axis=0)
        tables["flows"] = [
            {"exporter": a, "importer": b, "usd_m": _round(total[i, j]), **valued, **common, "note": note}
            for i, a in enumerate(countries)
            for j, b in enumerate(countries)
            if (total[i, j] > 0 and (has_home or i != j)) or (reading.complete and i != j)
        ]
        said += _not_listed(reading, total)
        if reading.cargo is not None:
            tables["cargo"] = _cargo(reading.cargo, positions, {**common, "note": note}, said)
        if len(sectors) == 1 and reading.tariffs is None:
            return tables, tuple(said)
        said.append(
            "the source has no accounts: for the model with many sectors fill sector_accounts and "
            "sector_inputs"
        )
    tables["sectors"] = _sectors(sectors)
    said.append("trade elasticities are set to 5 and kinds of cargo to none: state both in sectors")
    paid = reading.flows * (reading.tariffs if reading.tariffs is not None else 0.0)
    duty = positions.summed_pairs(paid)
    tables["sector_trade"] = [
        {
            "sector": s,
            "exporter": a,
            "importer": b,
            "usd_m": _round(flows[j, i, d]),
            "tariff_percent": _round(100 * duty[j, i, d] / flows[j, i, d]) if flows[j, i, d] else 0.0,
            **valued,
            **common,
            "note": note,
        }
        for j, s in enumerate(sectors)
        for i, a in enumerate(countries)
        for d, b in enumerate(countries)
        if (flows[j, i, d] > 0 and (has_home or i != d))
        or (reading.complete and j == 0 and i != d and not flows[:, i, d].any())
    ]
    if reading.value_added_musd is not None:
        tables |= _accounts(reading, reading.value_added_musd, positions, sectors, common)
    return tables, tuple(said)


def _sectors(ids: Sequence[str]) -> Table:
    return [
        {"id": s, "title": s, "trade_elasticity": 5.0, "basis": "assumed", "note": "state it"} for s in ids
    ]


def _cargo(found: CargoTotals, positions: _Positions, common: dict[str, Any], said: list[str]) -> Table:
    """Rows of cargo for the programme's countries."""
    parts = (found.musd, found.weighed_musd, found.tonnes)
    return cargo_rows(CargoTotals(*map(positions.summed_pairs, parts)), positions.target, common, said)


def _not_listed(reading: Reading, total: Floats) -> list[str]:
    """What becomes of pairs without a row, and how the values are read."""
    n = len(total)
    missing = int((total[~np.eye(n, dtype=bool)] == 0).sum())
    told = []
    if missing and reading.complete:
        told.append(f"pairs of countries that the source does not list, written as 0: {missing}")
    elif missing:
        told.append(
            f"pairs of countries that the source does not record, to be estimated: {missing}; write a row "
            "with 0 where there is no trade"
        )
    if reading.kind not in ("BACI", "UN Comtrade"):
        told.append(
            f"values were taken as {reading.valuation}: change valuation in flows if "
            f"{'freight is part of them' if reading.valuation == 'fob' else 'they are without freight'}"
        )
    return told


def _positions(reading: Reading, target: tuple[str, ...], said: list[str]) -> _Positions:
    at = {c: k for k, c in enumerate(target)}
    if not set(target) & set(reading.countries) - {REST_OF_WORLD}:
        raise WrongUse(
            f"The source has none of the programme's countries ({', '.join(target[:8])}) but "
            f"{', '.join(reading.countries[:8])}. "
            "Nothing was written: both name countries by three letters, as in ISO 3166."
        )
    absent = [c for c in target if c not in reading.countries and c != REST_OF_WORLD]
    if absent:
        said.append(f"not in the source, so without trade: {', '.join(absent)}")
    rest = at.get(REST_OF_WORLD)
    outside = sum(c not in at for c in reading.countries)
    for code in sorted(set(reading.countries) - set(at)):
        state = dissolved(code, reading.year)
        heirs = [c for c in target if state is not None and c in state.today]
        if state is not None and heirs:
            said.append(
                f"{code}, {state.in_words()}, is not divided among {', '.join(heirs)}: its trade is "
                f"{'left out' if rest is None else 'merged into ROW'}"
            )
    if outside and rest is not None:
        said.append(f"{outside} countries merged into ROW")
    where = np.array([at.get(c, -1 if rest is None else rest) for c in reading.countries])
    return _Positions(target, where, rest, outside)


def _sector_ids(names: Sequence[str], said: list[str]) -> list[str]:
    """Names of sectors as ids. Raises ``WrongUse`` where two become the same."""
    ids = [re.sub(r"[^A-Za-z0-9._/-]+", "_", name).strip("_")[:64] or f"S{j}" for j, name in enumerate(names)]
    renamed = [f"{a} as {b}" for a, b in zip(names, ids, strict=True) if a != b]
    if renamed:
        said.append(f"sectors whose names are no ids were renamed: {', '.join(renamed[:5])}")
    if len(set(ids)) < len(ids):
        raise WrongUse(
            "Two sectors of the source have the same name once all but letters and digits is taken out; "
            "rename one."
        )
    return ids


def _accounts(
    reading: Reading, value_added: Floats, positions: _Positions, sectors: list[str], common: dict[str, Any]
) -> dict[str, Table]:
    """The tables of accounts: value added and final spending, and what each sector buys of each."""
    va = positions.summed(value_added)
    final = positions.summed(value_added if reading.final_musd is None else reading.final_musd)
    tables: dict[str, Table] = {
        "sector_accounts": [
            {
                "country": c,
                "sector": s,
                "value_added_usd_m": _round(va[i, j]),
                "final_usd_m": _round(final[i, j]),
                **common,
            }
            for i, c in enumerate(positions.target)
            for j, s in enumerate(sectors)
        ],
        "sector_inputs": [],
    }
    if reading.materials_musd is not None:
        inputs = positions.summed(reading.materials_musd)
        tables["sector_inputs"] = [
            {"country": c, "input": a, "user": b, "usd_m": _round(inputs[i, j, k]), **common}
            for i, c in enumerate(positions.target)
            for j, a in enumerate(sectors)
            for k, b in enumerate(sectors)
            if inputs[i, j, k] > 0
        ]
    return tables


def _left_out(trade: Floats, keep: NDArray[np.bool_]) -> str:
    """How many countries are left out, with how much trade, and how much of the others' trade abroad that
    is."""
    inside = trade[np.ix_(keep, keep)]
    across = float(trade[keep][:, ~keep].sum() + trade[~keep][:, keep].sum())
    among = 2 * float(inside.sum() - np.trace(inside))  # once as exports, once as imports
    share = across / (across + among) if across else 0.0
    lost = float(trade.sum() - inside.sum())
    return (
        f"{int((~keep).sum())} countries left out, with {lost:,.0f} MUSD of trade and {share:.0%} of what "
        "the programme's "
        "countries trade abroad"
    )


def _round(value: float) -> float:
    """Nine significant digits: more than any source has."""
    return float(f"{value:.9g}")
