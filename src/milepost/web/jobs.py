"""Long work in the background: asked for, watched as server-sent events, cancelled, its result fetched."""

from __future__ import annotations

import asyncio
import logging
import queue
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from milepost.errors import MilepostError, OurFault, Unavailable, WrongUse
from milepost.web.rights import NotThere

Work = Callable[
    [Callable[[int, int], None]], tuple[bytes, str, str]
]  # tell -> content, media type, file name
KEPT, KEPT_SECONDS = 40, 3_600.0
WAITING, OF_ONE = 12, 4
ALIVE = ("waiting", "running")
_LOG = logging.getLogger("milepost.web")


class Cancelled(Exception):
    """Somebody asked to stop."""


@dataclass
class Job:
    """One piece of work; ``state`` is waiting, running, done, failed or cancelled."""

    id: str
    kind: str
    by: str
    state: str = "waiting"
    done: int = 0
    of: int = 0
    error: str = ""
    ours: bool = False  # it failed by a fault of milepost's
    content: bytes = b""
    media_type: str = ""
    name: str = ""
    ended: float = 0.0
    stop: threading.Event = field(default_factory=threading.Event)

    def as_dict(self) -> dict[str, Any]:
        """The job without its result."""
        return {
            "id": self.id,
            "kind": self.kind,
            "state": self.state,
            "done": self.done,
            "of": self.of,
            "error": self.error,
            "name": self.name,
            "media_type": self.media_type,
            "bytes": len(self.content),
        }


class Jobs:
    """The jobs of a programme, one after the other; the last ``kept`` are kept, their results for an hour.
    Where several programmes share a ``turn``, one job of them all runs at a time."""

    def __init__(
        self,
        *,
        now: Callable[[], float] = time.monotonic,
        turn: AbstractContextManager[Any] | None = None,
        kept: int = KEPT,
    ) -> None:
        self._turn, self._kept = turn or nullcontext(), kept
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._waiting: queue.Queue[tuple[Job, Work] | None] = queue.Queue()
        self._lock = threading.Lock()
        self._now = now
        self._closed = False
        self._worker: threading.Thread | None = None

    def start(self, kind: str, by: str, work: Work) -> Job:
        """Put work in the queue. Raises ``WrongUse`` when too many wait."""
        with self._lock:
            self._forget()
            alive = [j for j in self._jobs.values() if j.state in ALIVE]
            if self._closed:
                raise Unavailable("The server stops.", "The server stops.")
            if len(alive) >= WAITING:
                full = f"{WAITING} jobs are waiting already; wait until one has ended."
                raise Unavailable(full, full)
            if sum(j.by == by for j in alive) >= OF_ONE:
                raise WrongUse(f"{OF_ONE} of your jobs are waiting already; cancel one or wait.")
            job = Job(secrets.token_urlsafe(12), kind, by)
            self._jobs[job.id] = job
            self._waiting.put((job, work))
            if self._worker is None:
                # a thread that the interpreter does not wait for: who stops the server is not to wait for a
                # long sum
                self._worker = threading.Thread(target=self._work, daemon=True, name="jobs")
                self._worker.start()
        return job

    def find(self, ident: str, by: str) -> Job:
        """A job of this person. Raises ``NotThere`` if there is none."""
        with self._lock:
            self._forget()
            job = self._jobs.get(ident)
        if job is None or job.by != by:
            raise NotThere("There is no such job; the server keeps the last forty, and results for an hour.")
        return job

    def finished(self, ident: str, by: str) -> Job:
        """A job of this person that is done. Raises ``NotThere`` if there is none, ``WrongUse`` if it is not
        done."""
        job = self.find(ident, by)
        if job.state == "failed" and job.ours:
            raise OurFault(job.error)
        if job.state != "done":
            raise WrongUse(f"The job is {job.state}." + (f" {job.error}" if job.error else ""))
        return job

    def cancel(self, job: Job) -> None:
        """Ask a job to stop: at once if it waits, else at its next step."""
        with self._lock:
            job.stop.set()
            if job.state == "waiting":
                self._end(job, "cancelled")

    async def watch(self, job: Job) -> AsyncIterator[dict[str, Any]]:
        """The job whenever it has changed, until it has ended; nothing (an empty one) when it has not for a
        while."""
        last: dict[str, Any] | None = None
        quiet = 0
        while True:
            now = job.as_dict()
            if now != last:
                last, quiet = now, 0
                yield now
            elif quiet >= 20:
                quiet = 0
                yield {}
            if now["state"] not in ALIVE or self._closed:
                return
            quiet += 1
            await asyncio.sleep(0.1)

    def close(self) -> None:
        """Stop everything; whoever watches is told no more."""
        with self._lock:
            self._closed = True
            for job in self._jobs.values():
                job.stop.set()
                if job.state == "waiting":
                    self._end(job, "cancelled")
            self._waiting.put(None)

    def _work(self) -> None:
        while (found := self._waiting.get()) is not None:
            with self._turn:
                self._run(*found)

    def _run(self, job: Job, work: Work) -> None:
        with self._lock:
            if job.stop.is_set():
                return
            job.state = "running"

        def tell(done: int, of: int) -> None:
            if job.stop.is_set():
                raise Cancelled
            if (
                of and done * max(job.of, 1) >= job.done * of
            ):  # it never goes back, whatever part of the work counts
                job.done, job.of = done, of

        content, media_type, name, error, state = b"", "", "", "", "done"
        try:
            content, media_type, name = work(tell)
        except Cancelled:
            state = "cancelled"
        except Unavailable as fault:
            _LOG.exception("a job could not have what it needs")
            error, state, job.ours = fault.public, "failed", True
        except MilepostError as fault:
            error, state = str(fault), "failed"
        except Exception as fault:
            _LOG.exception("a job failed")
            job.ours = True
            error, state = (
                f"The work failed ({type(fault).__name__}); this is our fault, not yours.",
                "failed",
            )
        with self._lock:
            if job.stop.is_set():
                state, error = "cancelled", ""
            if state == "done":
                job.content, job.media_type, job.name = content, media_type, name
            job.error = error
            self._end(job, state)

    def _end(self, job: Job, state: str) -> None:
        job.state, job.ended = state, self._now()

    def _forget(self) -> None:
        """What has ended long ago, and the oldest beyond those kept."""
        ended = [k for k, j in self._jobs.items() if j.state not in ALIVE]
        surplus = max(0, len(self._jobs) - self._kept)
        for n, key in enumerate(ended):
            if n < surplus or self._now() - self._jobs[key].ended > KEPT_SECONDS:
                del self._jobs[key]
