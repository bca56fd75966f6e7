"""揭榜: the board as everybody reads it, without signing in, and each project on it."""

from __future__ import annotations

from starlette.routing import BaseRoute

routes: list[BaseRoute] = []
