"""Long work in the background: asked for, watched as server-sent events, cancelled, its result fetched."""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from milepost.errors import MilepostError, WrongUse

Work = Callable[[Callable[[int, int], None]], tuple[bytes, str, str]]  # tell -> content, media type, file name
KEPT = 40
WAITING = 10


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
    content: bytes = b""
    media_type: str = ""
    name: str = ""
    stop: threading.Event = field(default_factory=threading.Event)

    def as_dict(self) -> dict[str, Any]:
        """The job without its result."""
        return {
            "id": self.id, "kind": self.kind, "state": self.state, "done": self.done, "of": self.of, "error": self.error,
            "name": self.name, "media_type": self.media_type, "bytes": len(self.content),
        }  # fmt: skip


class Jobs:
    """The jobs of a server, one after the other; the last forty are kept."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="job")
        self._lock = threading.Lock()

    def start(self, kind: str, by: str, work: Work) -> Job:
        """Put work in the queue. Raises ``WrongUse`` when too many wait."""
        with self._lock:
            if sum(j.state in ("waiting", "running") for j in self._jobs.values()) >= WAITING:
                raise WrongUse(f"{WAITING} jobs are waiting already; cancel one or wait.")
            job = Job(secrets.token_urlsafe(12), kind, by)
            self._jobs[job.id] = job
            old = [k for k, j in self._jobs.items() if j.state not in ("waiting", "running")]
            for k in old[: max(0, len(self._jobs) - KEPT)]:
                del self._jobs[k]
        self._pool.submit(self._run, job, work)
        return job

    def find(self, ident: str, by: str) -> Job:
        """A job of this person. Raises ``WrongUse`` if there is none."""
        job = self._jobs.get(ident)
        if job is None or job.by != by:
            raise WrongUse("There is no such job; the server keeps the last forty.")
        return job

    def cancel(self, job: Job) -> None:
        """Ask a job to stop; it does at its next step."""
        job.stop.set()
        if job.state == "waiting":
            job.state = "cancelled"

    async def watch(self, job: Job) -> AsyncIterator[dict[str, Any]]:
        """The job whenever it has changed, until it has ended."""
        last: dict[str, Any] | None = None
        while True:
            now = job.as_dict()
            if now != last:
                last = now
                yield now
            if job.state not in ("waiting", "running"):
                return
            await asyncio.sleep(0.1)

    def close(self) -> None:
        """Stop everything."""
        for job in self._jobs.values():
            job.stop.set()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _run(self, job: Job, work: Work) -> None:
        if job.stop.is_set():
            job.state = "cancelled"
            return

        def tell(done: int, of: int) -> None:
            job.done, job.of = done, of
            if job.stop.is_set():
                raise Cancelled

        job.state = "running"
        try:
            job.content, job.media_type, job.name = work(tell)
            job.state = "cancelled" if job.stop.is_set() else "done"
        except Cancelled:
            job.state = "cancelled"
        except MilepostError as fault:
            job.error, job.state = str(fault), "failed"
        except Exception as fault:
            job.error, job.state = f"The work failed ({type(fault).__name__}); this is our fault, not yours.", "failed"
