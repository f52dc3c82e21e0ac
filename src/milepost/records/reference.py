"""The page ``docs/reference/tables.md``, made from the records themselves."""

from __future__ import annotations

import types
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt

from milepost.params import PARAMETERS, declared
from milepost.records import TABLES, Policy, Ref, Settings
from milepost.records.kinds import PartialDate
from milepost.records.starter import starter_params


def reference_page() -> str:
    """A section a table, a row a column: name, kind, whether it is needed, meaning."""
    lines = [
        "# Tables",
        "",
        "A programme is a folder with `programme.toml`, `policy.toml` and one CSV file a table; one workbook "
        "with the same",
        "sheets; or a database (SQLite, PostgreSQL) with the same tables.",
        "An empty cell means *not known*; it is never zero. Lists are separated by `;`. Dates are as precise "
        "as their",
        "source: `2026`, `2026-06` or `2026-06-14`; a cell that a spreadsheet holds as a date counts as that "
        "full day.",
        "",
        "CSV files may be separated by commas, semicolons or tabs, as the spreadsheet's locale writes them. "
        "Decimal commas are",
        "read in files with semicolons or tabs where no cell leaves a doubt; otherwise they are refused. "
        "Choices are read in any",
        "case (`Rail`, `YES`) and kept as listed here.",
        "",
        "## programme.toml",
        "",
        "| setting | needed | meaning |",
        "|---|---|---|",
    ]
    for name, info in Settings.model_fields.items():
        lines.append(f"| `{name}` | {'yes' if info.is_required() else ''} | {info.description} |")
    lines += [
        "",
        "## policy.toml",
        "",
        " ".join((Policy.__doc__ or "").split()),
        "",
        "| setting | default | meaning |",
        "|---|---|---|",
    ]
    for name, info in Policy.model_fields.items():
        default = info.default
        shown = (
            ", ".join(map(str, default))
            if isinstance(default, tuple)
            else ""
            if default is None
            else str(default)
        )
        lines.append(f"| `{name}` | {shown} | {info.description} |")
    for table, kind in TABLES.items():
        doc = " ".join((kind.__doc__ or "").split())
        lines += ["", f"## {table}", "", doc, "", "| column | kind | needed | meaning |", "|---|---|---|---|"]
        for name in kind.columns():
            info = kind.model_fields[name]
            sort = kind_of(info.annotation, info.metadata)
            lines.append(
                f"| `{name}` | {sort} | {'yes' if info.is_required() else ''} | {info.description} |"
            )
    return "\n".join([*lines, *_parameters()]) + "\n"


def _parameters() -> list[str]:
    lines = [
        "",
        "### Parameters of the model",
        "",
        "What the model reads from `params`; a row with another name, or that applies to anything else, is a "
        "finding (unless its",
        "`use` is `check`). Every parameter may also apply to `all`, which holds where nothing more "
        "particular stands. A value",
        "outside the bounds has the wrong unit.",
        "",
        "| name | unit | applies to | needed | default | bounds | usually from | meaning |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for known in PARAMETERS:
        needed = {"always": "yes", "if used": "if links use the mode", "no": ""}[known.needed]
        default = "" if known.default is None else f"{known.default:g}"
        lines.append(
            f"| `{known.name}` | {known.unit} | {known.kind_of_keys} | {needed} | {default} | "
            f"{known.low:g} to {known.high:g} | {known.source_kind} | {known.meaning} |"
        )
    lines += [
        "",
        "### Usual values",
        "",
        "`milepost new` writes these rows, with their plausible bands; each is to be replaced where the "
        "corridor is known better.",
        "Only the means of transport that the links use are needed.",
        "",
        "| name | applies to | usual | low | high | unit | basis | meaning |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for p in starter_params():
        low, high = (f"{v:g}" if v is not None else "" for v in (p.low, p.high))
        lines.append(
            f"| `{p.name}` | {p.applies_to} | {p.value:g} | {low} | {high} | {p.unit} | {p.basis} | "
            f"{declared(p.name).meaning} |"
        )
    return lines


def kind_of(annotation: Any, metadata: list[Any]) -> str:
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        inner = [a for a in get_args(annotation) if a is not type(None)]
        return kind_of(inner[0], metadata)
    if hasattr(annotation, "__metadata__"):
        return kind_of(annotation.__origin__, [*metadata, *annotation.__metadata__])
    refs = [m.table for m in metadata if isinstance(m, Ref)]
    if refs:
        return f"{'ids' if annotation is not str and origin is tuple else 'id'} of {refs[0]}"
    if origin is Literal:
        return "one of: " + ", ".join(str(a) or "(empty)" for a in get_args(annotation))
    if annotation is PartialDate:
        return "date"
    if origin is tuple:
        return "list"
    if annotation in (float, int):
        flat = [c for m in metadata for c in getattr(m, "metadata", [m])]
        words = {Gt: "above", Ge: "at least", Lt: "below", Le: "at most"}
        limits = [
            f"{words[type(m)]} {getattr(m, type(m).__name__.lower()):g}" for m in flat if type(m) in words
        ]
        return ("number" if annotation is float else "whole number") + (
            f", {', '.join(limits)}" if limits else ""
        )
    return "text"


if __name__ == "__main__":
    print(reference_page(), end="")
