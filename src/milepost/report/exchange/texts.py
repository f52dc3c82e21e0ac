"""Texts as XML can carry them."""

from __future__ import annotations


def clean(text: str) -> str:
    """A text without what XML 1.0 cannot carry; a dash where nothing is left."""
    return (
        "".join(
            c
            for c in text
            if c in "\t\n\r" or "\x20" <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c >= "\U00010000"
        )
        or "-"
    )
