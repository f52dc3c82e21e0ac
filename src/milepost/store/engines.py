"""The engines of a process: one an address, the last used ones, and none goes with connections left open."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from sqlalchemy.engine import Engine


class Engines:
    """At most ``most`` engines by their address; the one that was not used for longest goes, and closes what
    it holds open."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[Hashable, Engine] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, address: Hashable, make: Callable[[], Engine]) -> Engine:
        """The engine of an address, made if it is not there."""
        gone = []
        with self._lock:
            found = self._held.get(address)
            if found is None:
                found = self._held[address] = make()
            self._held.move_to_end(address)
            while len(self._held) > self._most:
                gone.append(self._held.popitem(last=False)[1])
        for one in gone:
            one.dispose()
        return found
