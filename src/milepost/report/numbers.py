"""Numbers as the papers write them."""

from __future__ import annotations

from math import floor, log10


def number(value: float, digits: int = 3) -> str:
    """Three significant digits, thousands separators, no negative zero."""
    if value == 0:
        return "0"
    decimals = max(0, min(6, digits - 1 - floor(log10(abs(value)))))
    text = f"{value:,.{decimals}f}"
    return text if text.strip("-0.,") else "0"


def brief(value: float, digits: int = 3) -> str:
    """The same without zeros at the end of a fraction: 7 where 7 is published, not 7.00."""
    text = number(value, digits)
    return text.rstrip("0").rstrip(".") if "." in text else text


def span(low: float, high: float) -> str:
    """From one number to another, or one alone where they are the same."""
    return f"{low:g} to {high:g}" if high > low else f"{low:g}"


def linked(source: str) -> str:
    """Only web addresses become links."""
    return source if source.startswith(("https://", "http://")) else ""
