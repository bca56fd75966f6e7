"""评分: one scorer's own sheet, and nothing of the others'."""

from __future__ import annotations

from starlette.routing import BaseRoute

routes: list[BaseRoute] = []
