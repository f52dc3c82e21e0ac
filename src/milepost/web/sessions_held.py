"""Sessions that were found good a moment ago: a page asks for ten things at once, and the accounts need not
be asked for each.

Whatever this server does to a session, a person or a right ends what is held at once. What another process
does (``milepost people``, a second server) is seen by who reads after :data:`HOLD` at the latest, and by who
writes at once.
"""

from __future__ import annotations

import datetime as dt
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from milepost.web.people import Session

HOLD = dt.timedelta(seconds=2)
_MOST = 10_000


class HeldSessions:
    """Sessions by programme and digest of their token, with the moment at which the accounts gave them."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], tuple[Session, dt.datetime]] = {}
        self._changes = 0
        self._lock = threading.Lock()

    def get(self, programme: str, digest: str, now: dt.datetime) -> Session | None:
        """The session, if it was good within :data:`HOLD` and has not ended since; else None."""
        found = self._held.get((programme, digest))
        if found is None or not dt.timedelta() <= now - found[1] < HOLD or now >= found[0].expires:
            return None
        return found[0]

    @property
    def changes(self) -> int:
        """How often something ended: to be read before the accounts are asked."""
        return self._changes

    def put(self, programme: str, digest: str, session: Session, now: dt.datetime, changes: int) -> None:
        """Hold what the accounts gave, unless something has ended since they were asked (``changes``): the
        answer may be older."""
        with self._lock:
            if changes != self._changes:
                return
            if len(self._held) >= _MOST:
                self._held.clear()
            self._held[programme, digest] = (session, now)

    def end(self) -> None:
        """Hold nothing: to be called after something was written to the accounts that ends or changes a
        session. Whose it is need not be told, since asking anew costs little."""
        with self._lock:
            self._changes += 1
            self._held.clear()
