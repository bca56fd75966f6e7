"""Network addresses in one spelling, so that nobody is two callers by writing the same one in two ways."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address

WITH_PORT = re.compile(r"\[([^\]]*)\](?::\d{1,5})?|([^:]*):\d{1,5}")
NETWORK, SITE = 64, 48
"""Bits that one line of the newer addresses has in common, or all lines of one site: others their owner chooses freely."""


def normal(told: str) -> str:
    """An address without port and zone, one of the older kind as such however it is wrapped; anything else as it is."""
    found = parsed(told)
    return told if found is None else str(found)


def network_of(told: str, bits: int = NETWORK) -> str:
    """Whose address it is: of the newer kind one line has so many that only their common part tells."""
    found = parsed(told)
    if isinstance(found, IPv6Address):
        return f"{IPv6Address(int(found) >> 128 - bits << 128 - bits)}/{bits}"
    return told if found is None else str(found)


def parsed(told: str) -> IPv4Address | IPv6Address | None:
    """The address that somebody wrote, or None where it is none."""
    bare = told.strip()
    if ported := WITH_PORT.fullmatch(bare):
        bare = ported[1] or ported[2] or ""
    try:
        found = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
