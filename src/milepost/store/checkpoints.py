"""Checkpoints: signed statements (Ed25519, RFC 8032) of where the audit chain stood.

Each names the SHA-256 of the checkpoint before it, and each later entry of the chain names that of the last
checkpoint: so none can be taken away, put in or signed anew without being missed. The key that is trusted is
*pinned* by an entry of the chain; who holds it endorses with a checkpoint whatever was pinned before it, so a
new key is trusted once the old one has signed after it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from milepost.errors import WrongUse
from milepost.store.changes import NO_HASH, Damaged, Entry, body_of, now, read_entry

SHORTEST = 16  # digits of a root or a key, as briefs print them
_HEX = re.compile(r"[0-9a-f]+")


@dataclass(frozen=True)
class Checkpoint:
    """Who signed (public key, hexadecimal) that entry ``n`` had the hash ``root``. ``previous`` is the
    SHA-256 of the checkpoint before it (64 zeros: it is the first; None: a release signed it that chained
    none)."""

    n: int
    root: str
    key: str
    at: str
    previous: str | None
    digest: str


def new_key() -> tuple[bytes, str]:
    """A new signing key: its PEM text (keep it secret) and its public key, hexadecimal."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem, _public(key)


def public_key(pem: bytes) -> str:
    """The public key, hexadecimal, of a signing key in PEM. Raises ``WrongUse`` for a bad key."""
    return _public(_signing(pem))


def checkpoint(
    entry: Entry, fingerprint: str, pem: bytes, at: str | None = None, previous: str | None = None
) -> str:
    """A signed statement that the chain stood at this entry: canonical JSON. ``previous`` is the line of the
    checkpoint before it ("" = it is the first). Raises ``WrongUse`` for a bad key."""
    key = _signing(pem)
    body: dict[str, Any] = {
        "n": entry.n,
        "root": entry.hash,
        "fingerprint": fingerprint,
        "at": at or now(),
        "key": _public(key),
    }
    if previous is not None:
        body["previous"] = line_digest(previous)
    return rfc8785.dumps({**body, "signature": key.sign(rfc8785.dumps(body)).hex()}).decode()


def read_checkpoint(line: str) -> Checkpoint:
    """A checkpoint whose signature holds. Raises ``InvalidSignature``, and ``Damaged`` for what is none."""
    body = body_of(line)
    try:
        n, root, key, at = body["n"], body["root"], body["key"], body["at"]
        previous, signature = body.get("previous"), bytes.fromhex(body["signature"])
        if type(n) is not int or not all(isinstance(t, str) for t in (root, key, at)):
            raise TypeError("a text")
        if not isinstance(previous, str | None):
            raise TypeError("a text")
        signed = rfc8785.dumps({k: v for k, v in body.items() if k != "signature"})
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, signed)
    except InvalidSignature:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as fault:
        raise Damaged(type(fault).__name__) from None
    return Checkpoint(n, root, key, at, previous, line_digest(line))


def pinned_keys(lines: Iterable[str]) -> list[str]:
    """The keys that the entries of a chain pin, oldest first."""
    return [entry.pins for line in lines if '"pins"' in line and (entry := read_entry(line)).pins]


@dataclass(frozen=True)
class Seal:
    """Where a chain stood, to be printed on paper: the hash of its last entry, and the public key that it
    trusts ("" = none)."""

    root: str = ""
    key: str = ""

    @classmethod
    def of(cls, root: str, lines: Iterable[str]) -> Seal:
        """Of a chain that ends with ``root``. The first key is printed: the later ones are signed by it."""
        return cls(root, next(iter(pinned_keys(lines)), ""))


UNSEALED = Seal()


def line_digest(line: str) -> str:
    """SHA-256 of a checkpoint's line, hexadecimal; 64 zeros for none."""
    return hashlib.sha256(line.encode()).hexdigest() if line else NO_HASH


def must_be_digits(what: str, given: str, longest: int = 64) -> str:
    """What is printed of a hash or a key, in small letters. Raises ``WrongUse`` for fewer than 16 hexadecimal
    digits: a shorter beginning can be made to fit."""
    found = given.strip().lower().rstrip(".…")
    if not _HEX.fullmatch(found) or len(found) > longest:
        raise WrongUse(f"The {what} is {longest} digits of 0-9 and a-f, or its first {SHORTEST} at least.")
    if len(found) < SHORTEST:
        raise WrongUse(
            f"The {what} '{found}' is too short: give its first {SHORTEST} digits at least, as a brief "
            "prints them; a shorter beginning proves nothing."
        )
    return found


def _signing(pem: bytes) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError):
        raise WrongUse(
            "The key file holds no Ed25519 key in PEM; make one with 'milepost sign --new-key FILE'."
        ) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise WrongUse("The key is not an Ed25519 key; make one with 'milepost sign --new-key FILE'.")
    return key


def _public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()
