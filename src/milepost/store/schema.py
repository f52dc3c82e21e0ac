"""The SQL schema, made from the record classes: one table each, its rows kept in every version they ever had.

A row's version is valid from the chain entry ``_from`` until the entry ``_to`` (empty = it holds now), so the
register can be read as recorded at any entry. SQLite numbers rows by itself only where the key is an INTEGER:
hence the variant. ``_row`` is the row's key, ``_position`` its place in the file.
"""

from __future__ import annotations

import types
from functools import cache
from typing import Any, Union, get_args, get_origin

from sqlalchemy import BigInteger, Column, Double, ForeignKey, Index, Integer, MetaData, Table, Text, text

from milepost.records import TABLES, Row

SYSTEM = ("_version", "_row", "_position", "_from", "_to")


@cache
def schema() -> MetaData:
    """The whole schema, the same for all who ask: to be read only."""
    meta = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    Table(
        "changes",
        meta,
        Column("n", BigInteger, primary_key=True, autoincrement=False),
        Column("at", Text, nullable=False),
        Column("hash", Text, nullable=False, unique=True),
        Column("entry", Text, nullable=False),
        comment="The audit chain: one entry a change, canonical JSON.",
    )
    Table(
        "head",
        meta,
        Column("id", BigInteger, primary_key=True, autoincrement=False),
        Column("n", BigInteger, nullable=False),
        Column("hash", Text, nullable=False),
        comment="The last entry of the chain; writers lock this row.",
    )
    Table(
        "checkpoints",
        meta,
        Column("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True),
        Column("entry", Text, nullable=False),
        comment="Signed statements of where the chain stood.",
    )
    _versioned(
        meta,
        "settings",
        "Settings and policy: one a row.",
        [Column("section", Text), Column("name", Text), Column("value", Text)],
    )
    for name, kind in TABLES.items():
        columns = [
            Column(c, _type(kind.model_fields[c].annotation), comment=kind.model_fields[c].description)
            for c in kind.columns()
        ]
        _versioned(meta, name, " ".join((kind.__doc__ or "").split()), columns)
    return meta


def _versioned(meta: MetaData, name: str, comment: str, columns: list[Column[Any]]) -> None:
    table = Table(
        name,
        meta,
        Column(
            "_version", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True
        ),
        Column("_row", Text, nullable=False),
        Column("_position", BigInteger, nullable=False),
        Column("_from", BigInteger, ForeignKey("changes.n"), nullable=False),
        Column("_to", BigInteger, ForeignKey("changes.n")),
        *columns,
        comment=comment,
    )
    holds = text('"_to" IS NULL')
    Index(f"ux_{name}_row_now", table.c["_row"], unique=True, sqlite_where=holds, postgresql_where=holds)


def _type(annotation: Any) -> Any:
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return _type(next(a for a in get_args(annotation) if a is not type(None)))
    if hasattr(annotation, "__metadata__"):
        return _type(annotation.__origin__)
    return Double() if annotation is float else BigInteger() if annotation is int else Text()


def numbers(kind: type[Row]) -> dict[str, type]:
    """Columns that hold numbers, with their Python type."""
    found: dict[str, type] = {}
    for name in kind.columns():
        sort = _type(kind.model_fields[name].annotation)
        if isinstance(sort, Double):
            found[name] = float
        elif isinstance(sort, BigInteger):
            found[name] = int
    return found
