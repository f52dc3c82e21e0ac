"""Which sections of a brief can be written from the data there are."""

from __future__ import annotations

from collections.abc import Sequence

from milepost.errors import BadData
from milepost.programme import Programme
from milepost.report.brief.contents import SECTIONS

# Sections of a brief that show values or the network they rest on.
NEED_VALUES = tuple(name for name in SECTIONS if name in ("cost", "worth", "map"))


def sections_for(programme: Programme, asked: Sequence[str]) -> Sequence[str]:
    """The sections asked for (none: all); while nothing can be valued, all but those that need values.

    Raises ``BadData`` if one is asked for by name that needs values when there are none.
    """
    if not programme.why_no_values:
        return asked
    if set(asked) & set(NEED_VALUES):
        raise BadData(programme.check())
    return asked or [name for name in SECTIONS if name not in NEED_VALUES]
