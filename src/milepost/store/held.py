"""What a store holds at one moment: rows, chain and checkpoints as they stand together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from milepost.store.content import Content

Version = tuple[int, int | None, str]  # from which entry, until which (None: it holds now), digest of the row


@dataclass(frozen=True)
class History:
    """What a database keeps besides the chain, which must say the same: every version of every row by table
    and id, the columns beside the entries (number, moment, hash), and the head."""

    versions: Mapping[tuple[str, str], tuple[Version, ...]]
    index: tuple[tuple[int, str, str], ...]
    head: tuple[int, str]


@dataclass(frozen=True)
class Held:
    """Rows as they are, faulty ones too where the store keeps them; the chain, entry by entry; the signed
    checkpoints, oldest first; in a database its history. ``notes``: what a reader should know, in
    sentences."""

    content: Content
    lines: tuple[str, ...]
    checkpoints: tuple[str, ...]
    history: History | None = None
    notes: tuple[str, ...] = field(default=())
