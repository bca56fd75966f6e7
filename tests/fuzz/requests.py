"""Requests written from the routes of the site: every address with every method, every form with the fields its command takes."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any
from urllib.parse import quote

from starlette.routing import Route

from models.base.commands import Command
from models.base.given import kind_of
from models.base.records import Record
from tests.fuzz.hostile import text
from views.application import ROUTES

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "QUERY")
ASKED = (
    *(
        "q",
        "at",
        "period",
        "next",
        "list",
        "after",
        "before",
        "year",
        "with",
        "verdict",
        "show",
        "seen",
        "requests",
    ),
    *(
        "query",
        "name",
        "matter",
        "instead",
        "group",
        "find",
        "example",
        "code",
        "case",
        "about",
        "state",
        "level",
    ),
    *(
        "within",
        "category",
        "role",
        "stage",
        "kind",
        "page",
        "month",
        "since",
        "until",
        "place",
        "county",
        "by",
    ),
)
"""What pages read from their address."""
BESIDE = (
    "key",
    "seen",
    "asked",
    "blank",
    "username",
    "password",
    "next",
    "look",
    "again",
    "places",
    "purpose",
)
"""Fields that forms have beside the details of their commands."""
ROWS = 4
"""Numbers up to this one are likely to be rows."""


def routes() -> list[Route]:
    """Everything but the API, which has a walk of its own, and what never ends."""
    ours = [one for one in ROUTES if isinstance(one, Route) and one.path != "/graphql"]
    return [one for one in ours if not one.path.endswith("/live") and one.path != "/logout"]


@dataclass
class Asker:
    """Writes one request after the other, round after round to every route by each of its methods."""

    chance: Random
    waiting: list[tuple[Route, str]] = field(default_factory=list)

    def request(self) -> tuple[str, str, dict[str, list[str]]]:
        """A method, an address and the fields of a form."""
        if not self.waiting:
            self.waiting = [
                (one, way) for one in routes() for way in sorted({*(one.methods or {"GET"})} - {"HEAD"})
            ]
            self.chance.shuffle(self.waiting)
        route, method = self.waiting.pop()
        if self.chance.random() < 0.04:
            method = self.chance.choice(METHODS)
        return method, self.address(route), dict(self.fields(route)) if method == "POST" else {}

    def address(self, route: Route) -> str:
        path = re.sub(r"\{(\w+)(:\w+)?\}", lambda found: self.part(found[2]), route.path)
        asked = (
            self.chance.sample(ASKED, self.chance.randrange(3)) if "POST" not in (route.methods or ()) else []
        )
        words = [f"{name}={quote(self.word(name)[:500])}" for name in asked]
        return f"{path}?{'&'.join(words)}" if words else path

    def part(self, kind: str) -> str:
        if kind == ":int" and self.chance.random() < 0.93:
            return str(self.chance.randint(1, ROWS))
        odd = ("0", "9" * 19, "9" * 40, "-1", "²", "٣", "1.0", "x", "1/2", "XZ-NY-01", "2026-11")
        return quote(self.chance.choice((*odd, text(self.chance)[:80])))

    def word(self, name: str) -> str:
        likely = {
            "period": "2026-11",
            "year": "2026",
            "list": "1",
            "at": "1",
            "since": "2026-11-01",
            "until": "2026-11-30",
        }
        return likely[name] if name in likely and self.chance.random() < 0.4 else text(self.chance)

    def fields(self, route: Route) -> Iterator[tuple[str, list[str]]]:
        yield "key", [f"k{self.chance.randrange(10**9)}"]
        for name, hint in details_of(route.endpoint).items():
            if self.chance.random() < 0.93:
                yield name, self.values(hint)
        for name in self.chance.sample(BESIDE, self.chance.randrange(3)):
            yield name, [text(self.chance)]

    def values(self, hint: Any) -> list[str]:
        kind = kind_of(hint)
        many = self.chance.randrange(4) if kind.is_many else 1
        return [self.value(kind.item if kind.is_many else kind.type) for _ in range(many)]

    def value(self, kind: Any) -> str:
        """Mostly what its field may hold, so that what is odd in another one is met."""
        if self.chance.random() < 0.35:
            return text(self.chance)
        if inspect.isclass(kind) and issubclass(kind, Record):
            return str(self.chance.randint(1, ROWS))
        return {
            "int": "2",
            "bool": "1",
            "Decimal": "1.5",
            "date": "2026-12-20",
            "datetime": "2026-12-20T09:00",
        }.get(getattr(kind, "__name__", ""), "请各村巡查并反馈。")


@cache
def details_of(endpoint: Any) -> dict[str, Any]:
    """The details of every command that a view names in its source, and in that of what it calls beside it."""
    found: dict[str, Any] = {}
    for command in _named_by(inspect.unwrap(endpoint), deep=2):
        found |= command.details
    return found


def _named_by(function: Any, deep: int) -> Iterator[Command[Any, Any, Any]]:
    if not inspect.isfunction(function):
        return
    held = inspect.getclosurevars(function).nonlocals.values()
    yield from (one for one in held if isinstance(one, Command))
    for said in set(re.findall(r"\b\w+(?:\.\w+)*", inspect.getsource(function))):
        first, *rest = said.split(".")
        thing = function.__globals__.get(first)
        for part in rest:
            thing = getattr(thing, part, None)
        if isinstance(thing, Command):
            yield thing
        elif deep and inspect.isfunction(thing) and thing.__module__ == function.__module__:
            yield from _named_by(inspect.unwrap(thing), deep - 1)
