"""One function over many scenarios: here, in processes, or on a Dask cluster. The only place that knows where
work runs.

Answers come in the order of the items, whatever finishes first; seeds are part of the items, so one worker or
a hundred give the same bits. An interrupt leaves nothing running. With ``keep`` what is done is on disk and
is not done twice.
"""

from __future__ import annotations

import gc
import hashlib
import multiprocessing
import os
import pickle  # nosec B403 # answers of workers, and of earlier runs of one's own
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from milepost.errors import WrongUse

Item = TypeVar("Item")
Answer = TypeVar("Answer")


WORTH_PROCESSES_SECONDS = 20.0


def soonest_on(seconds: float) -> str:
    """Here or in processes, whichever does work of that length on one core sooner: processes take some
    seconds to start."""
    return "processes" if seconds > WORTH_PROCESSES_SECONDS and (os.cpu_count() or 1) > 1 else "here"


Runner = Callable[[Callable[[Any], Any], Sequence[Any]], list[Any]]


class Beside:
    """Processes beside this one, of low priority, for one piece of work that may be ended from another
    thread."""

    def __init__(self, most: int = 4) -> None:
        self.count = max(1, min(os.cpu_count() or 1, most))
        self._lock, self._ended = threading.Lock(), False
        self._processes: list[Any] = []

    def run(self, do: Callable[[Item], Answer], items: Sequence[Item]) -> list[Answer]:
        """``[do(item) for item in items]``. Raises ``Ended`` where it was ended, or what works did not come
        back."""
        context = multiprocessing.get_context("spawn")
        pipes = [context.Pipe() for _ in range(self.count)]
        with self._lock:
            if self._ended:
                raise Ended
            for _, there in pipes:
                self._processes.append(context.Process(target=_work_beside, args=(there,), daemon=True))
                self._processes[-1].start()
                there.close()
        answer: list[Any] = [None] * len(items)
        try:
            for k, (here, _) in enumerate(pipes):
                here.send((do, list(items[k :: self.count])))
            for k, (here, _) in enumerate(pipes):
                answer[k :: self.count] = here.recv()
        except (EOFError, OSError):
            raise Ended from None
        finally:
            for here, _ in pipes:
                here.close()
            for process in self._processes:
                process.join(1)
        return answer

    def end(self) -> None:
        """End it, or let it not begin."""
        with self._lock:
            self._ended = True
            for process in self._processes:
                if process.is_alive():
                    process.terminate()


class Ended(Exception):
    """Work beside this process did not come to its end."""


def _work_beside(asked: Any) -> None:
    if hasattr(os, "nice"):
        os.nice(10)
    do, items = asked.recv()
    gc.collect()
    gc.freeze()  # what was sent stays to the end, and is not looked through again and again
    asked.send([do(item) for item in items])


def each(
    do: Callable[[Item], Answer],
    items: Sequence[Item],
    *,
    on: str | Runner = "here",
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    keep: Path | None = None,
    wait_seconds: float = 10.0,
) -> list[Answer]:
    """``[do(item) for item in items]``, elsewhere if asked.

    ``on`` is ``here``, ``threads`` (for work that mostly leaves the interpreter), ``processes`` (joblib,
    ``workers`` of them, default: one a core), the address of a Dask scheduler (``tcp://host:8786``; needs the
    extra ``cluster``), which has ``wait_seconds`` to answer, or a function that gives all answers, such as
    :meth:`Beside.run`.
    ``keep`` is a folder for the answers so far: calling again with the same items goes on where it stopped.
    Raises ``WrongUse`` for a place that is none, and for a folder of other work; what ``do`` raises is raised
    here.
    """
    if callable(on):
        return on(do, items)
    done: dict[int, Answer] = {}
    if keep is not None:
        done = _kept(keep, do, items)
    todo = [k for k in range(len(items)) if k not in done]
    count = len(done)
    if progress is not None and count:
        progress(count, len(items))
    for k, answer in zip(todo, _run(do, [items[k] for k in todo], on, workers, wait_seconds), strict=True):
        done[k] = answer
        count += 1
        if keep is not None:
            _keep(keep, k, answer)
        if progress is not None:
            progress(count, len(items))
    return [done[k] for k in range(len(items))]


def _run(
    do: Callable[[Any], Any], items: list[Any], on: str, workers: int | None, wait_seconds: float
) -> Iterator[Any]:
    if on == "here":
        yield from map(do, items)
    elif on == "threads":
        with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
            asked = [pool.submit(do, item) for item in items]
            try:
                for one in asked:
                    yield one.result()
            finally:  # an interrupt, or a fault: what has not begun is not begun
                for one in asked:
                    one.cancel()
    elif on == "processes":
        from joblib import Parallel, delayed

        # a generator: answers arrive in order while later items are still at work; closing it stops the
        # workers
        yield from Parallel(n_jobs=workers or os.cpu_count() or 1, return_as="generator")(
            delayed(do)(item) for item in items
        )
    elif "://" in on:
        yield from _on_cluster(do, items, on, wait_seconds)
    else:
        raise WrongUse(
            "Work runs 'here', in 'threads', in 'processes', or at the address of a Dask scheduler such as "
            f"tcp://host:8786; not '{on}'."
        )


def _on_cluster(
    do: Callable[[Any], Any], items: list[Any], address: str, wait_seconds: float
) -> Iterator[Any]:
    try:
        from distributed import Client
    except ImportError:
        raise WrongUse("A Dask cluster needs the extra: pip install 'milepost[cluster]'.") from None
    try:
        client = Client(address, timeout=wait_seconds, set_as_default=False)
    except (OSError, TimeoutError, ValueError):
        raise WrongUse(f"No Dask scheduler answers at {address}.") from None
    with client:
        futures = client.map(do, items, pure=False)
        try:
            for future in futures:
                yield future.result()
        finally:
            client.cancel(futures, force=True)


def _kept(folder: Path, do: Callable[[Any], Any], items: Sequence[Any]) -> dict[int, Any]:
    """Answers of an earlier run of the same work; the folder is made if it is not there."""
    name = f"{do.__module__}.{getattr(do, '__qualname__', type(do).__name__)}"
    key = hashlib.sha256(name.encode() + pickle.dumps(list(items), protocol=5)).hexdigest()
    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / "work"
    if mark.exists() and mark.read_text(encoding="ascii") != key:
        raise WrongUse(f"'{folder}' keeps the answers of other work; name another folder, or empty it.")
    mark.write_text(key, encoding="ascii")
    # its user names the folder, and answers of other work in it are refused above
    return {int(file.stem): pickle.loads(file.read_bytes()) for file in folder.glob("*.answer")}  # nosec B301


def _keep(folder: Path, number: int, answer: Any) -> None:
    temporary = folder / f"{number}.part"
    temporary.write_bytes(pickle.dumps(answer, protocol=5))
    temporary.replace(folder / f"{number}.answer")
