"""Requests written from the routes of the site: every address with every method, every form with the fields its command takes."""

from __future__ import annotations

import html
import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any
from urllib.parse import quote

from starlette.routing import Route

from models.base.commands import Command
from models.base.optional_details import kind_of
from models.base.records import Record
from models.base.viewer import Viewer
from tests.fuzz.hostile import text
from views.application import ROUTES
from views.base.verbs import FormsOn, RowOf

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
LINKED = re.compile(r'(?:href|action|hx-post|hx-get)="(/[^"]*)"')
FOUND = re.compile(r'(\w+)\.find\([^,]+, (?:request\.path_params|wanted)\["(\w+)"\]')
MOST_SHOWN = 40


@cache
def routes() -> list[Route]:
    """Everything but the API, which has a walk of its own, and what never ends."""
    ours = [one for one in ROUTES if isinstance(one, Route) and one.path != "/graphql"]
    return [one for one in ours if not one.path.endswith("/live") and one.path != "/logout"]


@dataclass
class Asker:
    """Writes one request after the other, round after round to every route by each of its methods.

    Most go to what is there: to a row that whoever asks may see, or where a page has led them.
    """

    chance: Random
    viewers: Sequence[Viewer] = ()
    waiting: list[tuple[Route, str]] = field(default_factory=list)
    shown: list[dict[str, list[str]]] = field(default_factory=list)
    """Of each viewer, where their pages led, by route."""
    seen: dict[tuple[int, type[Record]], list[int]] = field(default_factory=dict)

    def meet(self, viewers: Sequence[Viewer]) -> None:
        """From now on these ask, who have seen nothing yet."""
        self.viewers, self.shown, self.seen = viewers, [{} for _ in viewers], {}

    async def request(self) -> tuple[int, str, str, dict[str, list[str]]]:
        """Which of the viewers asks, a method, an address and the fields of a form."""
        if not self.waiting:
            ways = [(one, way) for one in routes() for way in sorted({*(one.methods or {"GET"})} - {"HEAD"})]
            self.chance.shuffle(ways)
            self.waiting = ways
        route, method = self.waiting.pop()
        if self.chance.random() < 0.04:
            method = self.chance.choice(METHODS)
        who, path = await self.path(route)
        form = dict(self.fields(route)) if method == "POST" else {}
        return who, method, path + self.asked(route), form

    async def path(self, route: Route) -> tuple[int, str]:
        """Whoever asks, and where: seldom for what they may not see, or for what nobody has."""
        who = self.chance.randrange(len(self.viewers))
        for _ in range(len(self.viewers) if self.chance.random() < 0.9 else 0):
            if there := self.shown[who].get(route.path):
                return who, self.chance.choice(there)
            rows = {name: await self.rows(who, record) for name, record in records_of(route.endpoint).items()}
            if rows and all(rows.values()):
                return who, self.filled(route, {name: self.chance.choice(of) for name, of in rows.items()})
            if "{" not in route.path and who != len(self.viewers) - 1:
                break
            who = (who + 1) % len(self.viewers)
        return who, self.filled(route, {})

    async def rows(self, who: int, record: type[Record]) -> list[int]:
        """Numbers of rows that this viewer may see, as far as they were there when first asked for."""
        if (who, record) not in self.seen:
            rows = record.visible_to(self.viewers[who]).order_by("-id").limit(MOST_SHOWN)
            self.seen[who, record] = [int(str(one)) for one in await rows.values_list("id", flat=True)]
        return self.seen[who, record]

    def filled(self, route: Route, numbers: Mapping[str, int]) -> str:
        def part(found: re.Match[str]) -> str:
            return str(numbers[found[1]]) if found[1] in numbers else self.part(found[2])

        return re.sub(r"\{(\w+)(:\w+)?\}", part, route.path)

    def look_at(self, page: str, who: int) -> None:
        """Remember where a page leads."""
        for address in dict.fromkeys(html.unescape(one) for one in LINKED.findall(page)):
            path = address.partition("?")[0]
            if (route := _route_of(path)) is not None:
                there = self.shown[who].setdefault(route.path, [])
                if path not in there and len(there) < MOST_SHOWN:
                    there.append(path)

    def asked(self, route: Route) -> str:
        """What the address asks beside, if it asks anything."""
        many = self.chance.randrange(3) if "POST" not in (route.methods or ()) else 0
        words = [f"{name}={quote(self.word(name)[:500])}" for name in self.chance.sample(ASKED, many)]
        return f"?{'&'.join(words)}" if words else ""

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
def _route_of(path: str) -> Route | None:
    """The route of an address that names a row; None for every other one."""
    return next((one for one in routes() if "{" in one.path and one.path_regex.fullmatch(path)), None)


@cache
def records_of(endpoint: Any) -> dict[str, type[Record]]:
    """By the name of a part of its address, the record that a view finds by it, itself or in what it calls beside it."""
    return dict(_found_by(inspect.unwrap(endpoint), deep=2))


def _found_by(function: Any, deep: int) -> Iterator[tuple[str, type[Record]]]:
    if not inspect.isfunction(function):
        return
    source, held = inspect.getsource(function), inspect.getclosurevars(function).nonlocals
    if isinstance(form := held.get("self"), FormsOn):
        yield from _found_for(form.find, deep)
    for name, part in FOUND.findall(source):
        record = held.get(name, function.__globals__.get(name))
        if inspect.isclass(record) and issubclass(record, Record):
            yield part, record
    for name in set(re.findall(r"\b\w+(?=\()", source)):
        called = function.__globals__.get(name)
        if deep and inspect.isfunction(called) and called.__module__ == function.__module__:
            yield from _found_by(inspect.unwrap(called), deep - 1)


def _found_for(find: Any, deep: int) -> Iterator[tuple[str, type[Record]]]:
    """The record of a form's row, by the part of the address that names it."""
    yield from [(find.part, find.record)] if isinstance(find, RowOf) else _found_by(find, deep)


@cache
def details_of(endpoint: Any) -> dict[str, Any]:
    """The details of every command that a view names, together."""
    return {name: hint for command in commands_of(endpoint) for name, hint in command.details.items()}


@cache
def commands_of(endpoint: Any) -> list[Command[Any, Any, Any]]:
    """Every command that a view holds or names in its source, and in that of what it calls beside it."""
    return list(_named_by(inspect.unwrap(endpoint), deep=2))


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
