"""Following up what was promised: whom to call, what to remind whom of, and where a matter goes when nothing
happens."""

from milepost.follow_up.calls import Call, Calls, calls
from milepost.follow_up.notices import Notice, digest_days, notices, notices_of_week, planned

__all__ = ["Call", "Calls", "Notice", "calls", "digest_days", "notices", "notices_of_week", "planned"]
