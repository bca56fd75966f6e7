"""Finding whose an address is by its first word: asking some two hundred patterns one after the other costs a tenth of a small answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from starlette.routing import BaseRoute, Match, Router
from starlette.types import Receive, Scope, Send


class ByFirstWord(Router):
    """Starlette's router, which looks among the routes that begin as the address does before it looks at all."""

    def __init__(self, routes: Sequence[BaseRoute], **options: Any) -> None:
        super().__init__(routes, **options)
        self._beginning: dict[str, list[BaseRoute]] = defaultdict(list)
        for route in routes:
            self._beginning[_first_word(getattr(route, "path", ""))].append(route)

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            for route in self._beginning.get(_first_word(scope["path"]), ()):
                match, told = route.matches(scope)
                if match is Match.FULL:
                    for name, value in {**told, "router": self}.items():
                        scope[name] = value
                    return await route.handle(scope, receive, send)
        # What is answered with another method, with another slash or not at all is rare, and told as ever.
        await super().app(scope, receive, send)


def _first_word(path: str) -> str:
    return path[1:].partition("/")[0]
