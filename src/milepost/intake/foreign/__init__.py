"""Files of other systems, read into rows that are still to be matched with those of the register."""

from milepost.intake.foreign.reading import Reading, Unread

__all__ = ["Reading", "Unread"]
