"""Download a publisher's archive: with resume, with its checksum, whole or not at all."""

from __future__ import annotations

import hashlib
import http.client
import os
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from milepost.errors import MilepostError, WrongUse

PUBLISHER = "http://www.cepii.fr/DATA_DOWNLOAD/baci/data/"
PAGE = "http://www.cepii.fr/CEPII/en/bdd_modele/bdd_modele_item.asp?id=37"
BY_HAND = (
    "Download the archive by hand from {page} (choose HS22, the newest version), put it beside your "
    "programme, unpack it, and run: "
    "milepost trade read baci BACI_HS22_Y2023_V....csv --codes country_codes_V....csv --into DIR"
)
Progress = Callable[[int, int], None]


def baci_address(version: str, revision: str = "HS22") -> str:
    """Address of a BACI archive, for example version 202501."""
    if not (version.isdigit() and len(version) in (6, 7)):
        raise WrongUse(f"'{version}' is no version of BACI; it looks like 202501.")
    return f"{PUBLISHER}BACI_{revision}_V{version}.zip"


def fetch(
    address: str, target: Path, *, sha256: str = "", progress: Progress | None = None, timeout_s: float = 60.0
) -> str:
    """Download ``address`` to ``target``; returns the SHA-256 of what came. What was begun before is gone on
    with.

    The file has its name only when it is whole and, where ``sha256`` is given, when it matches. Raises
    ``MilepostError`` saying what to do by hand if there is no network, ``WrongUse`` for a checksum that
    differs (what came is thrown away then).
    """
    if not address.startswith(("http://", "https://")):
        raise WrongUse(f"'{address}' is no address of a download; it begins with https:// or http://.")
    if sha256 and not re.fullmatch(r"[0-9a-fA-F]{64}", sha256):
        raise WrongUse(f"'{sha256}' is no SHA-256; that has 64 digits and letters a to f.")
    part = target.with_name(target.name + ".part")
    have = _begun(part, target)
    request = urllib.request.Request(address, headers={"Range": f"bytes={have}-"} if have else {})
    by_hand = BY_HAND.format(page=PAGE)
    try:
        # an address of http or https, seen to above
        with urllib.request.urlopen(request, timeout=timeout_s) as answer:  # nosec B310
            if have and answer.status != 206:  # the server begins anew
                have = 0
            whole = have + int(answer.headers.get("Content-Length") or 0)
            with part.open("ab" if have else "wb") as file:
                while chunk := answer.read(1 << 18):
                    file.write(chunk)
                    have += len(chunk)
                    if progress is not None:
                        progress(have, max(whole, have))
    except urllib.error.HTTPError as error:
        if error.code != 416:
            raise MilepostError(f"{address} answered {error.code} {error.reason}. {by_hand}") from None
        # nothing beyond what we have: all of it is there already, or what was begun belongs to another file
        size = str(error.headers.get("Content-Range") or "").rpartition("/")[2]
        if size.isdigit() and int(size) != have:
            part.unlink()
            raise MilepostError(
                f"What was begun in {part} ({have:,} bytes) is no part of {address} ({int(size):,} bytes); "
                "it was thrown away. "
                "Run it again."
            ) from None
        whole = have
    except (urllib.error.URLError, TimeoutError, http.client.HTTPException, OSError) as error:
        reason = getattr(error, "reason", error)
        kept = f"{have:,} bytes are kept in {part}. " if have else ""
        raise MilepostError(f"{address} cannot be reached ({reason}). {kept}{by_hand}") from None
    if whole and have < whole:
        raise MilepostError(
            f"The download stopped at {have:,} of {whole:,} bytes; run it again and it goes on from there."
        )
    found = _digest(part)
    if sha256 and found != sha256.lower():
        part.unlink()
        raise WrongUse(f"What came from {address} has the SHA-256 {found}, not {sha256}; it was thrown away.")
    part.replace(target)
    return found


def _begun(part: Path, target: Path) -> int:
    """How many bytes are there from before. Raises ``WrongUse`` if the target cannot be written."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        have = part.stat().st_size if part.exists() else 0
        if target.is_dir() or not os.access(target.parent, os.W_OK):
            raise PermissionError(0, "it is a folder" if target.is_dir() else "no right to write there")
    except OSError as error:
        raise WrongUse(
            f"{target} cannot be written ({error.strerror}); choose another place with --to."
        ) from None
    return have


def _digest(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while chunk := opened.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
