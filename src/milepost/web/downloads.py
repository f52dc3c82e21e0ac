"""Every table of the programme as CSV, XLSX, JSON or Parquet at a stable address, for Excel, Power BI, R and Stata."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pandas as pd

from milepost.errors import WrongUse, one_of
from milepost.languages import Language
from milepost.records import TABLES
from milepost.web.state import Valued

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
COMPUTED = ("status", "timetable", "delay", "shapley", "value", "calls", "force", "forecast", "loads", "trial")


def names() -> tuple[str, ...]:
    """Tables that can be asked for: those of the register, and the computed ones."""
    return (*TABLES, *COMPUTED)


def columns() -> dict[str, list[str]]:
    """Columns of the tables of the register, for who enters a new row."""
    return {name: list(row.columns()) for name, row in TABLES.items()}


def table(valued: Valued, name: str, dates: dict[str, Any], delivered: tuple[str, ...] | None, on: Any) -> pd.DataFrame:
    """One table. ``on`` and the sets of a scenario apply to what depends on them. Raises ``WrongUse`` for an unknown one."""
    p, when = valued.programme, on or valued.day
    if name in TABLES:
        rows = p.records.rows(name)
        columns = list(TABLES[name].columns())
        return pd.DataFrame([{c: _plain(getattr(r, c)) for c in columns} for r in rows], columns=columns)
    makers: dict[str, Callable[[], pd.DataFrame]] = {
        "status": lambda: pd.DataFrame([_flat(s.as_dict()) for s in p.status(when)]),
        "timetable": lambda: _timetable(valued, on),
        "delay": lambda: _long(valued.delay if on is None else p.delay(on)),
        "shapley": lambda: valued.shares.frame(),
        "value": lambda: p.value("all" if delivered is None else delivered).frame(),
        "calls": lambda: pd.DataFrame([_flat(c.__dict__) for c in p.calls(when)]),
        "force": lambda: pd.DataFrame([_flat(f.as_dict()) for f in p.force(when)]),
        "forecast": lambda: valued.forecast.frame().reset_index(),
        "loads": lambda: p.loads(delivered or ()).frame(),
        "trial": lambda: _trial(valued, dates),
    }  # fmt: skip
    if name not in makers:
        raise one_of("table", name, list(names()))
    return makers[name]()


def _timetable(valued: Valued, on: Any) -> pd.DataFrame:
    due = valued.programme.timetable(on or valued.day)
    days = [{"commitment": c, "due": d.isoformat() if d else None} for c, d in due.dates.items()]
    return pd.DataFrame([{**row, "overdue_days": due.overdue.get(str(row["commitment"]), 0)} for row in days])


def _trial(valued: Valued, dates: dict[str, Any]) -> pd.DataFrame:
    from milepost.web.views import trial

    found = trial(valued, dates)
    names = list(found["before"])
    return pd.DataFrame({"country": names, **{k: [found[k][c] for c in names] for k in ("before", "after", "change")}})


def _long(delay: Any) -> pd.DataFrame:
    frame = delay.frame().reset_index()
    answer: pd.DataFrame = frame
    return answer


def write(frame: pd.DataFrame, kind: str, language: str, name: str) -> bytes:
    """The table in a format. Headings of XLSX in a language of milepost's where it has a word for them."""
    if kind == "csv":
        # a cell that a spreadsheet would run as a formula is kept as text
        safe = frame.map(lambda v: f"'{v}" if isinstance(v, str) and v[:1] in ("=", "+", "@", "\t", "\r") else v)
        return b"\xef\xbb\xbf" + safe.to_csv(index=False, lineterminator="\r\n").encode()
    if kind == "json":
        return json.dumps({"table": name, "rows": json.loads(frame.to_json(orient="records"))}, ensure_ascii=False).encode()
    if kind == "parquet":
        try:
            import pyarrow  # noqa: F401
        except ImportError:
            raise WrongUse("Parquet is written by pyarrow: install it with pip install 'milepost[parquet]'.") from None
        out = io.BytesIO()
        frame.astype({c: "string" for c in frame.columns if frame[c].dtype == object}).to_parquet(out, index=False)
        return out.getvalue()
    if kind == "xlsx":
        return _xlsx(frame, language, name)
    raise one_of("format", kind, list(MEDIA))


def _xlsx(frame: pd.DataFrame, language: str, name: str) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    say = Language(language)
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(name[:31])
    sheet.sheet_view.rightToLeft = say.right_to_left
    sheet.freeze_panes = "A2"
    head = [WriteOnlyCell(sheet, value=str(c)) for c in frame.columns]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    for row in frame.itertuples(index=False):
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=None if pd.isna(value) else value)
            if isinstance(value, str):
                cell.value = "".join(ch for ch in value if ch in "\n\t" or ord(ch) >= 32)
                cell.data_type = "s"  # a text that begins with '=' stays a text
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return ";".join(map(str, value))
    if value is None or isinstance(value, (int, float, str, bool)):
        return value
    return str(value)


def _flat(values: dict[str, Any]) -> dict[str, Any]:
    return {
        k: "; ".join(map(str, v)) if isinstance(v, (list, tuple)) else str(v) if isinstance(v, dict) else v
        for k, v in values.items()
    }
