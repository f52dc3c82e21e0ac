"""Every table of the programme as CSV, XLSX, JSON or Parquet at a stable address, for Excel, Power BI, R and
Stata.

Names of columns are the same in every language and release (at most 32 letters, digits and underscores, as
Stata wants); only the headings of a workbook are words of a language. Days are ISO 8601, a cell holds one
value or values with semicolons, what is not known is empty, text is UTF-8.
"""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from milepost.errors import WrongUse, one_of
from milepost.files import keep_text, no_formula
from milepost.follow_up import calls
from milepost.languages import Language
from milepost.records import TABLES
from milepost.register.timetable import Timetable
from milepost.results import frame_of
from milepost.value.appraisal.deferred import deferred
from milepost.value.delays import DelayCost, delay_cost
from milepost.value.trial import try_dates
from milepost.web.state import Valued

if TYPE_CHECKING:
    import pandas as pd

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
_COUNTS = frozenset({"level", "slip_days", "promises", "redated", "days_late", "overdue_days"})


@dataclass(frozen=True)
class Asked:
    """What an address asks of a table besides its name. None or empty: not asked."""

    as_of: dt.date | None = None
    scenario: Mapping[str, dt.date | None] = field(default_factory=dict)
    delivered: tuple[str, ...] | Literal["all"] | None = None

    @property
    def plain(self) -> bool:
        """Is it the table as it stands?"""
        return self.as_of is None and not self.scenario and self.delivered is None


# which question each computed table answers, and what of an address changes the answer; the rest is refused,
# not passed over
COMPUTED: Mapping[str, tuple[str, frozenset[str]]] = {
    "status": ("state of each commitment on a day", frozenset({"as_of"})),
    "timetable": ("when what is open is due, seen from a day", frozenset({"as_of", "scenario"})),
    "delay": (
        "cost of one more day, million USD present value, per commitment and country",
        frozenset({"as_of", "scenario"}),
    ),
    "shapley": ("share of each commitment in V of all, million USD a year", frozenset()),
    "value": (
        "V of what is delivered, million USD a year, by country",
        frozenset({"as_of", "scenario", "delivered"}),
    ),
    "calls": ("whom to call, dearest day first", frozenset({"as_of", "scenario"})),
    "force": ("entry into force of each agreement", frozenset({"as_of"})),
    "force_parties": ("the same, party by party", frozenset({"as_of"})),
    "forecast": ("drawn dates of what is open", frozenset({"as_of"})),
    "link_facts": (
        "what each link costs, takes, carries and is: hours, USD/t and USD/tkm by cargo class, and where "
        "they come from",
        frozenset({"as_of", "scenario", "delivered"}),
    ),
    "loads": ("tonnes on each link, million a year", frozenset({"as_of", "scenario", "delivered"})),
    "trial": (
        "present value of the timetable with dates moved, by country",
        frozenset({"as_of", "scenario"}),
    ),
}
_WHY = {
    "as_of": "it rests on the base date, or is what the register holds (known_on asks what it held on a day)",
    "scenario": "no due date enters it",
    "delivered": "it has its own sets",
}


# words of the catalogue for columns (English headings are the stable names), and for the terms in them
_WORDS = {
    "id": "column-id",
    "commitment": "column-commitment",
    "owed_by": "column-owner",
    "first_promised": "column-first-promised",
    "latest_promised": "column-promised-now",
    "due": "column-due",
    "days_late": "column-days-late",
    "overdue_days": "column-days-late",
    "delivery": "column-state",
    "state": "column-state",
    "timing": "column-timing",
    "slip_days": "column-slip",
    "firmness": "column-firmness",
    "source": "column-source",
    "agreement": "column-agreement",
    "in_force": "column-in-force",
    "waits_for": "column-first",
    "holds_up": "column-waits",
    "country": "page-country",
    "party": "page-party",
    "change": "page-change-pv",
    "musd_per_year": "page-musd-year",
    "link": "page-link",
    "mode": "page-mode",
    "capacity": "page-capacity",
    "all": "page-all-countries",
    "level": "column-level",
    "flags": "column-flags",
    "missing": "column-missing",
    "delivered_on": "column-delivered-on",
    "promises": "column-promises",
    "redated": "column-redated",
    "percent": "column-percent",
    "percent_of": "column-percent-of",
    "last_reported": "column-last-reported",
    "proofs": "column-proofs",
    "announced_only": "column-announced-only",
    "conflicts": "column-conflicts",
    "moved": "column-moved",
    "title": "column-title",
    "cost_of_a_day_musd": "column-cost-day-musd",
    "saved": "column-saved-day-musd",
    "net": "column-net-day-musd",
    "received_of_a_day_musd": "column-received-day-musd",
    "saved_of_a_day_musd": "column-saved-day-musd",
    "net_of_a_day_musd": "column-net-day-musd",
    "dearest_for": "column-bears-most",
    "why_not_valued": "column-why-not-valued",
    "milestone": "column-milestone",
    "escalated_to": "column-escalated-to",
    "basis": "column-basis",
    "working": "column-working",
    "trigger": "column-trigger",
    "until": "column-until",
    "act": "column-act",
    "promised": "column-promised",
    "on_time": "column-on-time",
    "mt_per_year": "column-tonnes",
    "use": "column-use",
    "from_node": "column-from-node",
    "to_node": "column-to-node",
    "from_name": "column-from-name",
    "to_name": "column-to-name",
    "gauge_mm": "column-gauge",
    "km": "column-km",
    "today": "column-today",
    "since": "column-since",
    "planned": "column-planned",
    "closed_by": "column-closed-by",
    "restricted_by": "column-restricted-by",
    "hours": "column-hours-all",
    "running_hours": "column-hours-running",
    "headway_hours": "column-hours-headway",
    "border_hours": "column-hours-border",
    "restriction_hours": "column-hours-restriction",
    "queue_hours": "column-hours-queue",
    "kmh": "column-kmh",
    "kmh_from": "column-kmh-from",
    "border_from": "column-border-from",
    "usd_per_t_bulk": "column-usd-t-bulk",
    "usd_per_t_general": "column-usd-t-general",
    "usd_per_t_containers": "column-usd-t-containers",
    "usd_per_tkm_bulk": "column-usd-tkm-bulk",
    "usd_per_tkm_general": "column-usd-tkm-general",
    "usd_per_tkm_containers": "column-usd-tkm-containers",
    "rate_from_bulk": "column-rate-from-bulk",
    "rate_from_general": "column-rate-from-general",
    "rate_from_containers": "column-rate-from-containers",
    "fixed_usd_per_t": "column-usd-t-fixed",
    "border_usd_per_t": "column-usd-t-border",
    "restriction_usd_per_t": "column-usd-t-restriction",
    "capacity_mt_per_year": "column-capacity",
    "load_mt_per_year": "column-load",
    "services": "column-services",
    "lines": "column-lines",
    "opened_by": "column-opened-by",
    "commitments": "column-commitments",
    "note": "column-note",
    "before": "column-before",
    "after": "column-after",
    "ROW": "page-rest-of-world",
}
_TERMS = {
    "delivery": "delivery",
    "timing": "timing",
    "state": "legal",
    "in_force": "legal",
    "flags": "flag",
    "missing": "missing",
    "act": "kind",
    "mode": "mode",
    "basis": "basis",
}


def names() -> tuple[str, ...]:
    """Tables that can be asked for: those of the register, and the computed ones."""
    return (*TABLES, *COMPUTED)


def columns() -> dict[str, list[str]]:
    """Columns of the tables of the register, for who enters a new row."""
    return {name: list(row.columns()) for name, row in TABLES.items()}


def table(valued: Valued, name: str, asked: Asked = Asked()) -> pd.DataFrame:
    """One table. Raises ``WrongUse`` for an unknown one, and for what cannot change it: nothing is passed
    over in silence."""
    if name not in TABLES and name not in COMPUTED:
        raise one_of("table", name, list(names()))
    takes = COMPUTED[name][1] if name in COMPUTED else frozenset()
    for what in ("as_of", "scenario", "delivered"):
        given = asked.delivered is not None if what == "delivered" else bool(getattr(asked, what))
        if given and what not in takes:
            others = [n for n, (_, may) in COMPUTED.items() if what in may]
            raise WrongUse(
                f"'{what}' changes nothing in the table {name}: {_WHY[what]}. It applies to "
                f"{', '.join(others)}."
            )
    if name in TABLES:
        rows = valued.programme.records.rows(name)
        columns = list(TABLES[name].columns())
        return frame_of([{c: _plain(getattr(r, c)) for c in columns} for r in rows], columns)
    return _whole(_computed(valued, name, asked))


def _computed(valued: Valued, name: str, asked: Asked) -> pd.DataFrame:
    p, on = valued.programme, asked.as_of
    when = on or valued.day
    unmoved = on is None and not asked.scenario
    makers: dict[str, Callable[[], pd.DataFrame]] = {
        "status": lambda: _rows([s.as_dict() for s in p.status(when)]),
        "timetable": lambda: _timetable(valued, asked),
        "delay": lambda: (valued.delay if unmoved else _delay(valued, asked)).frame().reset_index(),
        "shapley": lambda: valued.shares.frame().rename_axis("commitment").reset_index(),
        "value": lambda: p.value(_delivered(valued, asked, "all")).frame(),
        "calls": lambda: _calls(valued, asked),
        "force": lambda: _rows(
            [
                {
                    "agreement": f.agreement,
                    **_without(f.as_dict(), "per_party", "parties", "trigger"),
                    "trigger": (f.as_dict()["trigger"] or {}).get("date"),
                }
                for f in p.force(when)
            ]
        ),
        "force_parties": lambda: _rows(
            [
                {"agreement": f.agreement, "party": k, **row}
                for f in p.force(when)
                for k, row in f.as_dict()["parties"].items()
            ]
        ),
        "forecast": lambda: (
            (valued.forecast if on is None else p.draws(on, draws=5_000, worth=False)).frame().reset_index()
        ),
        "link_facts": lambda: p.link_facts(_delivered(valued, asked, ())).frame(),
        "loads": lambda: p.loads(_delivered(valued, asked, ())).frame().drop(columns="shift"),
        "trial": lambda: _trial(valued, asked),
    }
    return makers[name]()


def _due(valued: Valued, asked: Asked) -> Timetable:
    """The timetable with the dates of the scenario. Raises ``WrongUse`` for a commitment that is not open."""
    found = valued.programme.timetable(asked.as_of or valued.day)
    for c in asked.scenario:
        if c not in found.dates:
            raise one_of("open commitment", c, list(found.dates))
    dates = {**found.dates, **{c: None if d is None else max(d, found.on) for c, d in asked.scenario.items()}}
    overdue = {c: n for c, n in found.overdue.items() if c not in asked.scenario}
    return Timetable(found.on, dates, overdue)


def _delivered(valued: Valued, asked: Asked, otherwise: Any) -> Any:
    """What counts as delivered: the set that is named, or what is due by a day (with the dates of a
    scenario)."""
    if asked.delivered is not None:
        if asked.as_of or asked.scenario:
            raise WrongUse(
                "Say which are delivered, or a day (as_of) by which those that are due then are: not both."
            )
        return valued.programme.game.players if asked.delivered == "all" else asked.delivered
    if asked.as_of is None:
        if asked.scenario:
            raise WrongUse(
                "Say by which day (as_of=2030-12-31): a moved date changes what is delivered by a day."
            )
        return otherwise
    # seen from today: what is due by that day, whether or not it will be
    due, open_on = _due(valued, Asked(None, asked.scenario)).dates, valued.programme.game_on(valued.day)
    delivered = valued.programme.delivered(valued.day)
    return tuple(
        c
        for c in valued.programme.game.players
        if c in delivered or (c in open_on.players and (d := due.get(c)) is not None and d <= asked.as_of)
    )


def _timetable(valued: Valued, asked: Asked) -> pd.DataFrame:
    due = _due(valued, asked)
    rows = [
        {"commitment": c, "due": d, "overdue_days": due.overdue.get(c, 0), "moved": c in asked.scenario}
        for c, d in due.dates.items()
    ]
    return _rows(rows)


def _delay(valued: Valued, asked: Asked) -> DelayCost:
    p, due = valued.programme, _due(valued, asked)
    game = p.game_on(due.on)
    for c in asked.scenario:
        if c not in game.players:
            raise one_of("valued open commitment", c, list(game.players))
    rate, horizon = p.settings.discount_rate_per_year, p.settings.horizon
    found = delay_cost(
        game, due.dates, on=due.on, rate_per_year=rate, horizon=horizon, days=1, pace=p.pace(due.on)
    )
    later = deferred(p.records, due.dates, on=due.on, horizon=horizon, rate_per_year=rate)
    return found.with_spending(later)


def _calls(valued: Valued, asked: Asked) -> pd.DataFrame:
    p, on = valued.programme, asked.as_of or valued.day
    if asked.scenario:  # whose day is dear when dates are moved; what was promised stays what was promised
        found = calls(
            p.sound(),
            p.status(on),
            _delay(valued, asked),
            p.game_on(on).not_valued,
            milestones=p.milestones(on),
        )
    else:
        found = valued.calls if asked.as_of is None else p.calls(on)
    return _rows([{**c.__dict__, "dearest_for": [country for country, _ in c.dearest_for]} for c in found])


def _trial(valued: Valued, asked: Asked) -> pd.DataFrame:
    p, due = valued.programme, _due(valued, asked)
    held, game = p.timetable(due.on).dates, p.game_on(due.on)
    for c in asked.scenario:
        if c not in game.players:
            raise one_of("valued open commitment", c, list(game.players))
    rate, horizon = p.settings.discount_rate_per_year, p.settings.horizon
    moved = {c: due.dates.get(c) for c in game.players}
    pace = p.pace(due.on)
    return try_dates(game, held, moved, on=due.on, rate_per_year=rate, horizon=horizon, pace=pace).frame()


def _rows(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """A table of plain cells: lists as text with semicolons, whole numbers as such also where some are
    missing."""
    return frame_of(
        [
            {k: "; ".join(map(str, v)) if isinstance(v, (list, tuple)) else v for k, v in row.items()}
            for row in rows
        ]
    )


def _without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {k: v for k, v in row.items() if k not in names}


def _whole(frame: pd.DataFrame) -> pd.DataFrame:
    """Days as ISO text, columns named as every program can read them, integers without a decimal point."""
    frame = frame.copy()
    for column in frame.columns:
        cells = frame[column]
        if cells.dtype == object:
            frame[column] = [v.isoformat() if isinstance(v, dt.date) else v for v in cells]
        elif cells.dtype.kind == "f" and column in _COUNTS:
            frame[column] = cells.astype("Int64")
    return frame


def written(valued: Valued, name: str, kind: str, language: str, asked: Asked) -> bytes:
    """A table in a format; what is asked for again and again is written once, what a reader makes up is not
    kept. Raises ``WrongUse`` for an unknown format, language or table."""
    if kind not in MEDIA:
        raise one_of("format", kind, list(MEDIA))
    Language(language)

    def make() -> bytes:
        return write(table(valued, name, asked), kind, language, name)

    key = f"{name}.{kind} {language if kind == 'xlsx' else ''}"
    content: bytes = valued.once(key, make) if asked.plain else make()
    return content


def write(frame: pd.DataFrame, kind: str, language: str, name: str) -> bytes:
    """The table in a format. Headings of XLSX in a language of milepost's where it has a word for them."""
    if kind == "csv":
        safe = frame.map(lambda v: no_formula(v) if isinstance(v, str) else v)
        return b"\xef\xbb\xbf" + safe.to_csv(index=False, lineterminator="\r\n").encode()
    if kind == "json":
        return json.dumps(
            {"table": name, "rows": json.loads(frame.to_json(orient="records", double_precision=15))},
            ensure_ascii=False,
        ).encode()
    if kind == "parquet":
        try:
            import pyarrow  # noqa: F401
        except ImportError:
            raise WrongUse(
                "Parquet is written by pyarrow: install it with pip install 'milepost[parquet]'."
            ) from None
        out = io.BytesIO()
        frame.astype({c: "string" for c in frame.columns if frame[c].dtype == object}).to_parquet(
            out, index=False
        )
        return out.getvalue()
    if kind == "xlsx":
        return _xlsx(frame, language, name)
    raise one_of("format", kind, list(MEDIA))


def _xlsx(frame: pd.DataFrame, language: str, name: str) -> bytes:
    import openpyxl

    cell_of, bold = openpyxl.cell.WriteOnlyCell, openpyxl.styles.Font(bold=True)

    say = Language(language)
    book = openpyxl.Workbook(write_only=True)
    sheet: Any = book.create_sheet(name[:31])
    sheet.sheet_view.rightToLeft = say.right_to_left
    sheet.freeze_panes = "A2"
    columns = [str(c) for c in frame.columns]
    # rows of the register stay as they are kept, and a mixture of words and names would help nobody: their
    # headings too
    head = [cell_of(sheet, value=word) for word in (_headings(columns, say) if name in COMPUTED else columns)]
    for cell in head:
        cell.font = bold
    sheet.append(head)
    translated = name in COMPUTED and say.code != "en"
    absent = frame.isna().itertuples(index=False)
    for row, lacks in zip(frame.itertuples(index=False), absent, strict=True):
        cells = []
        for column, value, lacking in zip(frame.columns, row, lacks, strict=True):
            if translated and column in _TERMS and isinstance(value, str):
                value = "; ".join(
                    _term(column, term, say) for term in value.split("; ")
                )  # a cell may hold several
            cell = cell_of(sheet, value=None if lacking else value)
            if isinstance(value, str):
                cell.value = "".join(ch for ch in value if ch in "\n\t" or ord(ch) >= 32)
                keep_text(cell)
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _headings(columns: list[str], say: Language) -> list[str]:
    """Words of the catalogue for columns, each used once; the stable name where there is none, and in
    English."""
    found: list[str] = []
    for column in columns:
        word = (
            say.say(_WORDS[column]) if column in _WORDS and say.code != "en" else say.country(column, column)
        )
        found.append(column if word in found else word)
    return found


def _term(column: str, text: str, say: Language) -> str:
    """A term of the register in the language, where the column holds terms and the catalogue has them."""
    try:
        return say.word(_TERMS[column], text)
    except KeyError:
        return text


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return ";".join(map(str, value))
    if value is None or isinstance(value, (int, float, str, bool)):
        return value
    return str(value)
