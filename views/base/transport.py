"""What the connection says: whether it is TLS, whose address it is, which session cookie belongs to it."""

from __future__ import annotations

from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from models.base.addresses import network_of, normal, parsed
from models.base.settings import settings


def is_secure(scope: Scope) -> bool:
    """TLS to us, or to a reverse proxy that we were told to believe."""
    if scope["scheme"] in {"https", "wss"}:
        return True
    told = Headers(scope=scope).get("x-forwarded-proto", "")
    return told.rpartition(",")[2].strip() == "https" and _trusted(_peer(scope), settings().trusted_proxies)


def address(scope: Scope) -> str:
    """The address of the person's device, read past the proxies we believe; for throttling only."""
    proxies, hops = settings().trusted_proxies, [_peer(scope)]
    hops = [*_forwarded(scope), *hops]
    while len(hops) > 1 and _trusted(hops[-1], proxies):
        hops.pop()
    return normal(hops[-1])


def place_of(scope: Scope) -> str:
    """The address past the proxies we believe; of IPv6 the network, which is one household's or one office's."""
    return network_of(address(scope))


def session_cookie(scope: Scope) -> str:
    """The __Host- prefix keeps neighbours on the same domain from planting a session, but needs TLS."""
    return "__Host-session" if is_secure(scope) else "session"


def device_cookie(scope: Scope) -> str:
    """What tells a device that has signed in before from a stranger's; it opens nothing."""
    return "__Host-device" if is_secure(scope) else "device"


def _forwarded(scope: Scope) -> list[str]:
    told = Headers(scope=scope).get("x-forwarded-for", "")
    return [hop.strip() for hop in told.split(",") if hop.strip()]


def _peer(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else ""


@cache
def _networks(proxies: tuple[str, ...]) -> list[IPv4Network | IPv6Network]:
    return [ip_network(proxy) for proxy in proxies]


def _trusted(peer: str, proxies: tuple[str, ...]) -> bool:
    found = parsed(peer)
    return found is not None and any(found in network for network in _networks(proxies))


def told_path(path: str) -> str:
    """A path as logs may tell it: the link of an invitation is a key, and when it was opened is nobody's business."""
    return "/s/…" if path.startswith("/s/") else path


def put_cookie(response: Response, scope: Scope, name: str, value: str, max_age: int) -> None:
    """A cookie scripts cannot read and other sites cannot send, for TLS only where there is TLS."""
    response.set_cookie(
        name, value, max_age=max_age, httponly=True, samesite="lax", secure=is_secure(scope), path="/"
    )


def drop_cookie(response: Response, scope: Scope, name: str) -> None:
    response.delete_cookie(name, httponly=True, samesite="lax", secure=is_secure(scope), path="/")
