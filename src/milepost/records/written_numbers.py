"""Numbers with a point that parts thousands in one locale and decimals in another."""

from __future__ import annotations

import re

_EITHER = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")


def may_be_either(cell: str) -> bool:
    """Whether a number with a point may be of thousands or of decimals: ``1.800``."""
    return _EITHER.fullmatch(cell) is not None


def either(cell: str, sure: str) -> tuple[str, str]:
    """What is wrong with such a cell beside one with a decimal comma, and what to do."""
    whole, part = cell.replace(".", ""), cell.rstrip("0").rstrip(".")
    return (
        f"'{cell}' may be {whole} or {part}: other numbers of the file have a comma before the decimals "
        f"('{sure}')",
        f"Write {whole} or {part.replace('.', ',')}",
    )
