"""An address leads where Starlette's own router would lead it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from starlette.routing import Match, Route, Router

from views.application import ROUTES
from views.base.routing import ByFirstWord


def _led_by(router: Router, path: str) -> Any:
    """The first route that takes it, among those the router would ask."""
    scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
    return next((one for one in router.routes if one.matches(scope)[0] is Match.FULL), None)


def test_no_address_begins_with_a_word_of_its_own_choice() -> None:
    assert [one.path for one in ROUTES if isinstance(one, Route) and one.path.startswith("/{")] == []


@pytest.mark.anyio
async def test_every_address_leads_where_the_stock_router_leads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    led: list[Any] = []

    async def handle(self: Route, *_: Any) -> None:
        led.append(self)

    monkeypatch.setattr(Route, "handle", handle)
    router, stock = ByFirstWord(ROUTES), Router(ROUTES)
    paths = [one.path.replace(":int", "").replace(":path", "") for one in ROUTES if isinstance(one, Route)]
    tried = ["".join("7" if part.startswith("{") else part for part in _parts(path)) for path in paths]
    for path in [*tried, "/graphql", "/tasks/new"]:
        led.clear()
        expected = _led_by(stock, path)
        if expected is not None:
            scope = {
                "type": "http",
                "method": "GET",
                "path": path,
                "root_path": "",
                "headers": [],
                "app": None,
            }
            await router.app(scope, SimpleNamespace(), SimpleNamespace())  # type: ignore[arg-type]
            assert led == [expected], path
    assert len(tried) > 150


def _parts(path: str) -> list[str]:
    """/tasks/{id}/submit as what is fixed and what is not."""
    found, rest = [], path
    while "{" in rest:
        before, _, rest = rest.partition("{")
        inside, _, rest = rest.partition("}")
        found += [before, "{" + inside]
    return [*found, rest]
