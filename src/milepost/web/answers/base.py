"""What all answers have in common: frozen, complete, nothing beyond what is declared."""

from __future__ import annotations

from types import new_class
from typing import Annotated, Any, get_origin

from pydantic import BaseModel, ConfigDict, Field

from milepost.records import TABLES
from milepost.records.kept import PerRow
from milepost.store.content import cells_of, digest

Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
"""A moment in UTC, ISO 8601."""


def _no_defaults(schema: dict[str, Any]) -> None:
    """What may be left out has no value that would stand for it."""
    for about in schema.get("properties", {}).values():
        about.pop("default", None)


class Answer(BaseModel):
    """Base of what is sent: every member is declared; a number is finite, what cannot be known is null."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        use_attribute_docstrings=True,
        json_schema_extra=_no_defaults,
        validate_by_alias=True,
        validate_by_name=True,
    )

    def as_dict(self) -> dict[str, Any]:
        """The body as plain JSON values; what was not given (an empty cell of a row) is left out."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


class Row(Answer):
    """One row of the register: cells as text, lists as lists; a cell that is empty is left out."""

    id: str
    """Key of the row: its id, or the columns that name it with spaces between them."""
    digest: str
    """Digest of the row, by which an edit says what it saw (SHA-256)."""


def with_columns(kind: type[Row], table: str, name: str = "") -> Any:
    """The shape ``kind`` with the columns of a table beside its own members, each with the meaning that the
    table declares."""
    record = TABLES[table]
    types: dict[str, Any] = {}
    fields: dict[str, Any] = {}
    for column in record.columns():
        if column not in kind.model_fields:
            info = record.model_fields[column]
            many = get_origin(info.annotation) is tuple
            default = ... if many or info.is_required() else ""
            types[column] = list[str] if many else str
            fields[column] = Field(default, description=info.description)
    about: dict[str, Any] = {
        "__doc__": record.__doc__,
        "__module__": kind.__module__,
        "__annotations__": types,
        # the table says what a column means: pydantic need not look for it in source, which takes seconds
        "model_config": ConfigDict(use_attribute_docstrings=False),
    }
    return new_class(
        name or f"{record.__name__}Row", (kind,), exec_body=lambda body: body.update(about | fields)
    )


def cells(row: Any) -> dict[str, Any]:
    """The members of a row as :class:`Row` has them; a mapping of its own."""
    return dict(_members(row))


def _members_of(row: Any) -> dict[str, Any]:
    held = cells_of(row)
    plain: dict[str, Any] = {k: v for k, v in held.items() if v}
    for name in type(row).columns():
        value = getattr(row, name)
        if isinstance(value, tuple):
            plain[name] = [str(v) for v in value]
    return {**plain, "id": row.ident, "digest": digest(held)}


_members: PerRow[dict[str, Any]] = PerRow(_members_of)
