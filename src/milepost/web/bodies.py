"""A request is taken in whole before it is answered.

A refusal needs nothing of the body, so it could be given at once. But what stands unread then makes the
server close the connection, and a proxy that is still passing the body on takes the fault of its writing for
one of the answer: who asked gets the head of a refusal and no text.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from milepost.web.security import App, Message, Scope

WAIT_SECONDS = 2.0


class Whole:
    """The layer that reads what is left of a body, and throws it away, before an answer begins: at most
    ``most_bytes``, well above what a body may have, and for ``wait_seconds``, so that nobody is waited for
    who sends a byte a minute. A client that asks first whether its body is wanted (``Expect: 100-continue``)
    is not made to send it."""

    def __init__(self, app: App, *, most_bytes: int, wait_seconds: float = WAIT_SECONDS) -> None:
        self.app, self._most, self._wait = app, most_bytes, wait_seconds

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not _worth_reading(scope, self._most):
            await self.app(scope, receive, send)
            return
        size, ended = 0, False

        async def noted() -> Message:
            nonlocal size, ended
            message: Message = await receive()
            size += len(message.get("body", b""))
            ended = ended or not message.get("more_body", False)
            return message

        async def read_to_its_end() -> None:
            while not ended and size <= self._most:
                await noted()

        async def after_the_body(message: Message) -> None:
            if message["type"] == "http.response.start" and not ended:
                # who sends more slowly gets its answer, and then the end of the connection
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(read_to_its_end(), self._wait)
            await send(message)

        await self.app(scope, noted, after_the_body)


def _worth_reading(scope: Scope, most_bytes: int) -> bool:
    headers = {name.lower(): value for name, value in scope["headers"]}
    length = headers.get(b"content-length", b"0")
    if headers.get(b"expect", b"").lower() == b"100-continue":
        return False
    if b"transfer-encoding" in headers:
        return True
    return length.isdigit() and 0 < int(length[:20]) <= most_bytes
