"""Work that takes long, in threads of its own with a queue: whoever asks for much waits, and the rest do not.

And answers that were written, kept by what they rest on, with the mark (ETag) by which a reader asks whether
they have changed.
"""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from milepost.errors import Unavailable
from milepost.records.kept import Once

T = TypeVar("T")


class Pool:
    """``threads`` that work off a queue of at most ``queue`` askings, ``of_one`` of one caller.

    Who waits longer than ``seconds`` for a turn, or (unless ``to_the_end``) for the answer, is told so; what
    has not begun then is never done.
    """

    def __init__(
        self, threads: int, queue: int, of_one: int, seconds: float, *, to_the_end: bool = False
    ) -> None:
        self._threads, self._most, self._of_one = threads, queue, of_one
        self._seconds, self._to_the_end = seconds, to_the_end
        self._waiting: deque[tuple[str, Future[Any], Callable[[], Any]]] = deque()
        self._of: Counter[str] = Counter()
        self._turn = threading.Condition()
        self._started = 0
        self.refused = 0

    @property
    def waiting(self) -> int:
        """How many wait for a turn."""
        return len(self._waiting)

    async def run(self, who: str, work: Callable[[], T]) -> T:
        """What ``work`` answers. Raises ``Unavailable`` when too many wait, or it takes too long."""
        future = self._put(who, work)
        waited = asyncio.wrap_future(future)
        try:
            found: T = await asyncio.wait_for(asyncio.shield(waited), self._seconds)
        except TimeoutError:
            if not future.cancel() and self._to_the_end:
                return await waited
            waited.add_done_callback(lambda f: f.cancelled() or f.exception())
            self.refused += 1
            raise _busy(f"after {self._seconds:.0f} seconds") from None
        return found

    def _put(self, who: str, work: Callable[[], T]) -> Future[T]:
        future: Future[T] = Future()
        with self._turn:
            if len(self._waiting) >= self._most or self._of[who] >= self._of_one:
                self.refused += 1
                raise _busy("too many wait")
            self._waiting.append((who, future, work))
            self._of[who] += 1
            if self._started < self._threads:  # of no use to the interpreter's end: nobody waits for them
                self._started += 1
                threading.Thread(target=self._work, daemon=True, name="pool").start()
            self._turn.notify()
        return future

    def _work(self) -> None:
        while True:
            with self._turn:
                while not self._waiting:
                    self._turn.wait()
                who, future, work = self._waiting.popleft()
            try:
                if future.set_running_or_notify_cancel():
                    future.set_result(work())
            except BaseException as fault:
                future.set_exception(fault)
            finally:
                with self._turn:
                    self._of[who] -= 1
                    if self._of[who] <= 0:
                        del self._of[who]


def _busy(why: str) -> Unavailable:
    told = "The server is busy with what others asked; try again in a few seconds."
    return Unavailable(f"a pool is full ({why})", told)


@dataclass(frozen=True)
class Piece:
    """A part of an answer that other answers may have too."""

    body: bytes

    @Once
    def digest(self) -> bytes:
        """SHA-256 of it."""
        return hashlib.sha256(self.body).digest()


@dataclass(frozen=True)
class Written:
    """An answer as it is sent: its body in pieces, media type, headers of its own, and its mark."""

    pieces: tuple[Piece, ...]
    media_type: str | None
    headers: tuple[tuple[str, str], ...]
    mark: str

    @classmethod
    def of(cls, body: bytes, media_type: str | None, headers: tuple[tuple[str, str], ...] = ()) -> Written:
        """With the mark that its bytes have."""
        return cls.of_pieces([Piece(body)], media_type, headers)

    @classmethod
    def of_pieces(
        cls, pieces: Sequence[Piece], media_type: str | None, headers: tuple[tuple[str, str], ...] = ()
    ) -> Written:
        """Of several pieces, with the mark that their bytes have: what was sent in the same pieces is the
        same."""
        digests = b"".join(piece.digest for piece in pieces)
        whole = digests if len(pieces) == 1 else hashlib.sha256(digests).digest()
        return cls(tuple(pieces), media_type, headers, f'"{whole.hex()[:32]}"')

    @property
    def body(self) -> bytes:
        """All of it."""
        return self.pieces[0].body if len(self.pieces) == 1 else b"".join(p.body for p in self.pieces)

    @Once
    def length(self) -> int:
        """Its bytes."""
        return sum(len(piece.body) for piece in self.pieces)

    @Once
    def _heads(self) -> tuple[list[tuple[bytes, bytes]], list[tuple[bytes, bytes]]]:
        """Headers of the answer, and of the word that it is the one which the reader has."""
        told = [*self.headers, ("etag", self.mark), ("cache-control", "private, no-cache")]
        same = [(name.lower().encode("latin-1"), text.encode("latin-1")) for name, text in told]
        kind = [(b"content-type", self.media_type.encode("latin-1"))] if self.media_type else []
        return [*same, (b"content-length", str(self.length).encode()), *kind], same

    async def send(self, scope: Mapping[str, Any], send: Any) -> None:
        """Send it, or that it is the one which the reader has."""
        asked = next((v for k, v in scope["headers"] if k.lower() == b"if-none-match"), b"")
        same = self.mark.encode("latin-1") in asked
        status, headers = (304, self._heads[1]) if same else (200, self._heads[0])
        await send({"type": "http.response.start", "status": status, "headers": [*headers]})
        for piece in () if same else self.pieces[:-1]:
            await send({"type": "http.response.body", "body": piece.body, "more_body": True})
        await send({"type": "http.response.body", "body": b"" if same else self.pieces[-1].body})


class KeptAnswers:
    """The last answers, at most ``most`` bytes of them; each is made once, however many ask for it."""

    def __init__(self, most: int = 64_000_000) -> None:
        self._most, self._held = most, 0
        self._answers: OrderedDict[Hashable, Written] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Written | None:
        """The answer of a key, if it is kept."""
        with self._lock:
            found = self._answers.get(key)
            if found is not None:
                self._answers.move_to_end(key)
            return found

    def once(self, key: Hashable, make: Callable[[], Written]) -> Written:
        """The answer of a key, made if it is not kept."""
        if (found := self.get(key)) is not None:
            return found
        with self._lock:
            mine = self._making.setdefault(key, threading.Lock())
        try:
            with mine:
                if (found := self.get(key)) is None:
                    found = make()
                    self._put(key, found)
        finally:
            with self._lock:
                self._making.pop(key, None)
        return found

    def _put(self, key: Hashable, made: Written) -> None:
        with self._lock:
            if made.length > self._most // 4:
                return
            self._answers[key] = made
            self._held += made.length
            while self._held > self._most:
                self._held -= self._answers.popitem(last=False)[1].length
