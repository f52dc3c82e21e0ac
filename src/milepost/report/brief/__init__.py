"""The brief for a meeting, in every language of the catalogue and four formats."""

from milepost.report.brief.asked import sections_for
from milepost.report.brief.contents import brief
from milepost.report.brief.one_page import one_page
from milepost.report.brief.paper import Brief
from milepost.report.brief.views import View, with_views
from milepost.report.brief.writers import unshown, write_brief

__all__ = ["Brief", "View", "brief", "one_page", "sections_for", "unshown", "with_views", "write_brief"]
