"""The brief for a meeting, in every language of the catalogue and four formats."""

from milepost.report.brief.contents import Brief, brief
from milepost.report.brief.one_page import one_page
from milepost.report.brief.writers import unshown, write_brief

__all__ = ["Brief", "brief", "one_page", "unshown", "write_brief"]
