"""竞榜书: a village writes its bid, sends it, and later reports what it builds."""

from __future__ import annotations

from starlette.routing import BaseRoute

routes: list[BaseRoute] = []
