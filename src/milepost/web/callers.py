"""Whom a request is counted against."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

_NETWORK = 64  # bits that an IPv6 address has in common with all others of one household or office


@lru_cache(maxsize=20_000)
def counted_as(address: str) -> str:
    """What requests and tries from an address are counted under: an address of IPv4 is itself, one of IPv6
    stands for its network (/64), of which whoever has one address has all. Text that is none is itself."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(found), _NETWORK), strict=False))
