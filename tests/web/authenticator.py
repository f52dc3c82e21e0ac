"""An authenticator in software: keys of P-256, and CBOR written by hand. It shares no code with what reads
it."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def cbor(value: Any) -> bytes:
    """Numbers, bytes, texts and maps, as RFC 8949 writes them."""

    def head(kind: int, n: int) -> bytes:
        if n < 24:
            return bytes([kind << 5 | n])
        if n < 256:
            return bytes([kind << 5 | 24, n])
        return bytes([kind << 5 | 25]) + struct.pack(">H", n)

    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    return head(5, len(value)) + b"".join(cbor(k) + cbor(v) for k, v in value.items())


@dataclass
class Authenticator:
    """A key of one person for one site, and what may go wrong with it."""

    origin: str
    site: str = "localhost"
    counter: int = 0
    counts: bool = True
    verified: bool = True
    cross_origin: bool = False
    algorithm: int = -7
    ident: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    handle: bytes = b""

    def _client_data(self, kind: str, challenge: str) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": self.cross_origin}
        return json.dumps(told).encode()

    def _authenticator_data(self, more: bytes = b"") -> bytes:
        self.counter += self.counts
        flags = 0x01 | (0x04 if self.verified else 0) | (0x40 if more else 0)
        return hashlib.sha256(self.site.encode()).digest() + struct.pack(">BI", flags, self.counter) + more

    def create(self, options: dict[str, Any], kind: str = "webauthn.create") -> dict[str, Any]:
        """What a browser answers to creation options."""
        self.handle = unb64(options["user"]["id"])
        at = self.key.public_key().public_numbers()
        public = cbor(
            {1: 2, 3: self.algorithm, -1: 1, -2: at.x.to_bytes(32, "big"), -3: at.y.to_bytes(32, "big")}
        )
        made = bytes(16) + struct.pack(">H", len(self.ident)) + self.ident + public
        whole = cbor({"fmt": "none", "attStmt": {}, "authData": self._authenticator_data(made)})
        answer = {
            "clientDataJSON": b64(self._client_data(kind, options["challenge"])),
            "attestationObject": b64(whole),
            "transports": ["internal"],
        }
        return self._credential(answer)

    def get(self, options: dict[str, Any], kind: str = "webauthn.get") -> dict[str, Any]:
        """What a browser answers to request options."""
        client, data = self._client_data(kind, options["challenge"]), self._authenticator_data()
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        answer = {
            "clientDataJSON": b64(client),
            "authenticatorData": b64(data),
            "signature": b64(signature),
            "userHandle": b64(self.handle),
        }
        return self._credential(answer)

    def _credential(self, answer: dict[str, Any]) -> dict[str, Any]:
        ident = b64(self.ident)
        return {
            "id": ident,
            "rawId": ident,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": answer,
        }
