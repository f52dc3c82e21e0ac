"""A refusal comes whole, though its question was still on its way: a proxy reads no fault of its own."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from serving import Client

from milepost.web.app import API
from milepost.web.bodies import WAIT_SECONDS

BODY = json.dumps({"edits": [], "reason": "x" * 500}).encode()


@contextmanager
def linked(client: Client) -> Iterator[socket.socket]:
    where = urlsplit(str(client.http.base_url))
    with socket.create_connection((str(where.hostname), where.port or 80), timeout=30) as link:
        yield link


def asked(link: socket.socket, *more: str, path: str = f"{API}/edits", length: int = len(BODY)) -> None:
    """Send the head of a question that is refused: it comes from a page of another site."""
    host = "{}:{}".format(*link.getpeername())
    head = [f"POST {path} HTTP/1.1", f"Host: {host}", "Origin: https://evil.example"]
    head += ["Content-Type: application/json", *more]
    if length:
        head.append(f"Content-Length: {length}")
    link.sendall(("\r\n".join(head) + "\r\n\r\n").encode())


def answer(link: socket.socket) -> tuple[int, str]:
    """Status and text of one answer, which must be whole."""
    seen = b""
    while b"\r\n\r\n" not in seen:
        part = link.recv(65536)
        assert part, f"the connection ended in the head of an answer: {seen!r}"
        seen += part
    head, _, text = seen.partition(b"\r\n\r\n")
    length = next(
        int(x.split(b":")[1]) for x in head.lower().split(b"\r\n") if x.startswith(b"content-length")
    )
    while len(text) < length:
        part = link.recv(65536)
        assert part, f"the answer was cut off after {len(text)} of {length} bytes"
        text += part
    return int(head.split()[1]), text.decode()


@pytest.mark.parametrize("path", [f"{API}/edits", "/nowhere"])
def test_a_refusal_waits_for_the_body_and_keeps_the_connection(alone: Client, path: str) -> None:
    with linked(alone) as link:
        for _ in range(3):
            asked(link, path=path)
            link.settimeout(0.3)
            with pytest.raises(TimeoutError):  # half the question is not answered yet
                link.recv(1)
            link.settimeout(30)
            link.sendall(BODY)
            status, text = answer(link)
            assert status == 403
            assert "origin" in json.loads(text)["error"]


def test_in_pieces_too(alone: Client) -> None:
    with linked(alone) as link:
        for _ in range(2):
            asked(link, "Transfer-Encoding: chunked", length=0)
            for _ in range(20):
                link.sendall(b"5\r\nabcde\r\n")
            link.sendall(b"0\r\n\r\n")
            assert answer(link)[0] == 403


def test_nobody_is_waited_for_who_never_sends_the_rest(alone: Client) -> None:
    with linked(alone) as link:
        began = time.monotonic()
        asked(link)
        link.sendall(BODY[:5])
        assert answer(link)[0] == 403
        assert time.monotonic() - began >= WAIT_SECONDS * 0.9


def test_who_asks_first_is_not_made_to_send(alone: Client) -> None:
    with linked(alone) as link:
        asked(link, "Expect: 100-continue")
        link.settimeout(WAIT_SECONDS * 0.9)
        assert answer(link)[0] == 403, "the refusal comes at once, and no '100 Continue' before it"


def test_what_is_far_too_large_is_refused_unread(alone: Client) -> None:
    with linked(alone) as link:
        asked(link, length=10**12)
        link.settimeout(WAIT_SECONDS * 0.9)
        status, text = answer(link)
        assert status == 413
        assert "larger than" in text
