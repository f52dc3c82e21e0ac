"""What other systems take for an address: a source of the register may be any text."""

from __future__ import annotations

from urllib.parse import urlsplit


def is_url(text: str) -> bool:
    """Is the text an address on the web that every reader takes: http or https, a host, characters of RFC
    3986 only?"""
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return False
    # brackets belong round an IPv6 address only, which nobody cites
    return (
        parts.scheme in ("http", "https")
        and bool(host)
        and all(33 <= ord(c) < 127 and c not in '<>"{}|\\^`[]' for c in text)
    )
