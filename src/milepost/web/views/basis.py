"""The programme itself, what its numbers rest on, its rows and their history."""

from __future__ import annotations

import math
from collections.abc import Set

import milepost
from milepost.errors import one_of
from milepost.languages import spoken
from milepost.languages.said import finding_as_read
from milepost.programme import Programme as Opened
from milepost.records import TABLES, Records
from milepost.records.reference import kind_of
from milepost.report.document import cannot_say
from milepost.store.content import cells_of, digest
from milepost.trade.gravity import coefficients
from milepost.web import downloads, writes
from milepost.web.answers.base import cells
from milepost.web.answers.programme import (
    EntryOfChain,
    Model,
    Programme,
    RowOfTable,
    TableNames,
)
from milepost.web.state import State, Valued

_WITH_BASIS = (
    "links",
    "nodes",
    "crossings",
    "services",
    "effects",
    "date_changes",
    "evidence",
    "flows",
    "countries",
    "params",
)


def about(state: State, valued: Valued) -> Programme:
    """The programme: what it is, on which day, from which data."""
    records = valued.programme.records
    s = records.settings
    return Programme.model_validate(
        {
            "title": s.title,
            "summary": s.summary,
            "base_date": s.base_date,
            "day": valued.day,
            "base_year": s.base_year,
            "horizon": s.horizon,
            "discount_rate_per_year": math.expm1(s.discount_rate_per_year),
            "model": s.model,
            "disclaimer": s.boundary_disclaimer,
            "fingerprint": records.fingerprint,
            "commitments": len(records.commitments),
            "entries": valued.head[0],
            "root": valued.head[1],
            "version": milepost.__version__,
            "read_at": valued.read_at.isoformat(),
            "known_on": valued.programme.known_on,
            "findings": [finding_as_read(f) for f in valued.findings],
            "alone": valued.alone,
            "can_edit": not state.path.lower().endswith(".xlsx"),
            "limits": [spoken(sentence) for sentence in cannot_say(s.model)],
            "headline_routes": list(s.headline_routes),
            "reasons": list(records.policy.reasons),
            "decided_by": records.policy.decided_by,
        }
    )


def basis(valued: Valued) -> Model:
    """What every number rests on: parameters with basis and source, rows by basis, and the model beside
    what is published."""
    made: Model = valued.once("model", lambda: _basis(valued.programme))
    return made


def _basis(programme: Opened) -> Model:
    records = programme.sound()
    return Model.model_validate(
        {
            "params": [
                {**cells(r), "low": r.low, "high": r.high, "value": r.value}
                for r in records.params
                if r.use == "model"
            ],
            "rows_by_basis": _rows_by_basis(records),
            "how_well": programme.how_well().as_dict(),
            "gravity": coefficients() if records.settings.model == "one-sector" else None,
        }
    )


def _rows_by_basis(records: Records) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for table in _WITH_BASIS:
        for row in records.rows(table):
            name = str(getattr(row, "basis", "") or "–")
            found.setdefault(table, {})[name] = found.get(table, {}).get(name, 0) + 1
    return found


def rows_of_table(valued: Valued, table: str) -> tuple[RowOfTable, ...]:
    """Rows of one table with their digests. Raises ``WrongUse`` for an unknown table."""
    if table not in TABLES:
        raise one_of("table", table, list(TABLES))
    held = [(r.ident, cells_of(r)) for r in valued.programme.records.rows(table)]
    return tuple(RowOfTable(id=ident, cells=row, digest=digest(row)) for ident, row in held)


def history(
    state: State, table: str, row: str, limit: int, hidden: Set[str] = frozenset()
) -> tuple[EntryOfChain, ...]:
    """The chain of entries, newest first; those about one table or row if asked. Of ``hidden`` tables the
    cells are left out."""
    return tuple(EntryOfChain.model_validate(e) for e in writes.history(state, table, row, limit, hidden))


def table_names() -> TableNames:
    """What can be had as a table."""
    return TableNames.model_validate(
        {
            "tables": list(downloads.names()),
            "formats": list(downloads.MEDIA),
            "columns": downloads.columns(),
            "dates": {
                table: [
                    n for n, f in model.model_fields.items() if kind_of(f.annotation, f.metadata) == "date"
                ]
                for table, model in TABLES.items()
            },
            "computed": {
                name: {"answers": text, "takes": sorted({"known_on", *takes})}
                for name, (text, takes) in downloads.COMPUTED.items()
            },
        }
    )
