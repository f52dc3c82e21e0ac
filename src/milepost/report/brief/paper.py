"""A brief as it is written: its parts, its facts, and the decisions that it proposes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from milepost.languages import Language
from milepost.report.brief.blocks import Section


@dataclass(frozen=True)
class Draft:
    """A decision that the brief proposes, and the commitments it is about."""

    text: str
    commitments: tuple[str, ...]


@dataclass(frozen=True)
class Brief:
    """A brief, ready to be written. ``facts`` holds what a machine may want to know about it, ``drafts`` the
    decisions that it proposes, in the order of their numbers. ``full`` are the sections without what was cut
    for length: what a workbook holds, and an annex. ``one_page``: it is laid out on one."""

    language: Language
    programme: str
    title: str
    lead: tuple[str, ...]
    sections: tuple[Section, ...]
    footer: str
    facts: dict[str, Any]
    drafts: tuple[Draft, ...] = ()
    full: tuple[Section, ...] = ()
    one_page: bool = False

    def with_annex(self) -> Brief:
        """The same, and at its end every section whole that was cut for length."""
        cut = [long for short, long in zip(self.sections, self.full, strict=True) if short != long]
        annex = tuple(
            replace(part, title=self.language.say("brief-annex", title=part.title), own_page=k == 0)
            for k, part in enumerate(cut)
        )
        return replace(self, sections=(*self.sections, *annex), full=(*self.full, *annex))
