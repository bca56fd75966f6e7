"""榜单项目: the township's desk for projects, from the draft to the award."""

from __future__ import annotations

from starlette.routing import BaseRoute

routes: list[BaseRoute] = []
