"""Writers of one server who come at once write to a database in one transaction.

An act is planned and checked in its turn, on what those before it are about to write, and waits outside of
its turn. Who waits first writes for all who wait by then. Each has its own entry of the chain, and is
answered when it stands there. If one fails, those who built on it plan anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from milepost.acts.writing import ToWrite
from milepost.records import Records
from milepost.store.changes import Entry
from milepost.store.edits import HeadMoved

WriteAll = Callable[[Sequence[ToWrite]], Sequence[Entry]]


class _Waiting:
    """One act that waits to be written, after ``base`` (None: after what stands there)."""

    def __init__(self, asked: ToWrite, base: _Waiting | None) -> None:
        self.asked, self.base = asked, base
        self.entry: Entry | None = None
        self.fault: Exception | None = None

    @property
    def done(self) -> bool:
        """Is it written, or refused?"""
        return self.entry is not None or self.fault is not None


class Batches:
    """What is to be written, in the order of planning. ``write_all`` writes some of it, whole or not at all;
    ``wrote`` is told the last entry of what was written, and the records after it."""

    def __init__(self, write_all: WriteAll, wrote: Callable[[Entry, Records], None]) -> None:
        self._write_all, self._wrote = write_all, wrote
        self._queue: list[_Waiting] = []
        self._last: _Waiting | None = None
        self._turn = threading.Condition()
        self._busy = False  # somebody writes, for all who waited then

    def ahead(self) -> tuple[int, Records] | None:
        """The number of the last entry that is to be written, and the records after it; None where nothing
        is."""
        last = self._last
        return None if last is None or last.fault else (last.asked.head + 1, last.asked.after)

    def put(self, asked: ToWrite) -> Callable[[], Entry]:
        """Have it written, in one's turn; what comes back waits for its entry, outside of it. That raises
        ``HeadMoved`` if it was planned on what does not stand there, ``Unavailable`` if that is not known."""
        last = self._last
        base = last if last is not None and last.asked.after is asked.before else None
        mine = self._last = _Waiting(asked, base)
        with self._turn:
            self._queue.append(mine)

        def wait() -> Entry:
            self._until(mine)
            if mine.fault is not None:
                raise mine.fault
            assert mine.entry is not None
            return mine.entry

        return wait

    def settle(self) -> None:
        """Wait until all that was put is written, or failed."""
        self._until(None)

    def _until(self, mine: _Waiting | None) -> None:
        with self._turn:
            while self._busy and not (mine and mine.done):
                self._turn.wait()
            if (mine and mine.done) or not self._queue:
                return
            self._busy = True
            asked, self._queue = self._queue, []
        try:
            self._write(asked)
        finally:
            with self._turn:
                self._busy = False
                self._turn.notify_all()

    def _write(self, asked: list[_Waiting]) -> None:
        for one in asked:  # in order: what one rests on was told before
            if one.base is not None and one.base.fault is not None:
                one.fault = HeadMoved()
        good = [one for one in asked if one.fault is None]
        if not good:
            return
        try:
            entries = self._write_all([one.asked for one in good])
        except HeadMoved as fault:
            if len(good) > 1:  # nothing was written: one by one it is told who is too late
                for one in good:
                    self._write([one])
                return
            good[0].fault = fault
        except Exception as fault:  # it may stand there or not: nobody may write it a second time
            for one in good:
                one.fault = fault
        else:
            try:
                self._wrote(entries[-1], good[-1].asked.after)  # read before its writer is answered
            finally:
                for one, entry in zip(good, entries, strict=True):
                    one.entry, one.base = entry, None
