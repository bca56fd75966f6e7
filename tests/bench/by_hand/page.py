"""One page by hand: its statements one after the other, and its template."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from models.base.areas import end_of
from models.base.viewer import Viewer
from tests.bench.by_hand.words import FILTERS
from tests.bench.twins import answered, rows_of
from views.base.navigation import entries

templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
templates.filters.update(FILTERS)

IN_THE_VILLAGE = "(a.unit_id IN (SELECT id FROM unit WHERE path >= {} AND path < {}) OR a.handed_to_id = {})"
AT_THE_TOWNSHIP = "t.township_id = {}"
BAR = """SELECT (SELECT COUNT(*) FROM inbox_message WHERE person_id = {{}} AND fresh
    AND (post_id IS NULL OR post_id = {{}})) AS fresh,
  (SELECT COUNT(*) FROM work_calendar c JOIN unit u ON u.id = c.unit_id WHERE c.year = {{}} AND u.path = {{}}) AS known,
  urgent.* FROM (SELECT 1) one LEFT JOIN (SELECT a.id, a.task_id, t.title, a.due_at, COUNT(*) OVER () AS many
    FROM assignment a JOIN task t ON t.id = a.task_id WHERE t.response_id > 0 AND t.state = 'dispatched'
    AND a.state IN ('dispatched', 'received', 'returned') AND {} ORDER BY a.due_at, a.id LIMIT 1) urgent ON 1 = 1"""
NEXT_YEAR = 2027
Statements = Mapping[str, tuple[str, Sequence[Any]]]


@dataclass(frozen=True)
class Reader:
    """Who reads, as far as a page by hand needs it."""

    viewer: Viewer

    @property
    def post(self) -> int:
        return self.viewer.hats[0].post_id

    @property
    def unit(self) -> int:
        return self.viewer.hats[0].unit_id

    @property
    def below(self) -> list[str]:
        path = self.viewer.hats[0].unit_path
        return [path, end_of(path)]

    @property
    def in_the_village(self) -> list[Any]:
        return [*self.below, self.post]

    @property
    def bar(self) -> tuple[str, list[Any]]:
        path = self.viewer.hats[0].unit_path
        here = self.viewer.hats[0].unit_level == "village"
        where, given = (IN_THE_VILLAGE, self.in_the_village) if here else (AT_THE_TOWNSHIP, [self.unit])
        city = path.split("/")[0] + "/"
        return BAR.format(where), [self.viewer.person_id, self.post, NEXT_YEAR, city, *given]


@dataclass(frozen=True)
class ByHand:
    """An application that fetches and renders one page for one reader."""

    template: str
    path: str
    reader: Reader
    statements: Statements
    told: Callable[[dict[str, list[Any]]], dict[str, Any]] = dict
    known: Mapping[str, Any] = field(default_factory=dict)
    """What needs no statement: titles of states and the like."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        bar = (await rows_of(*self.reader.bar))[0]
        rows = {name: await rows_of(*statement) for name, statement in self.statements.items()}
        context = {
            "header": bar,
            "name": self.reader.viewer.name,
            "nav": entries(self.reader.viewer),
            "path": self.path,
        }
        body = templates.get_template(self.template).render(**context, **self.known, **self.told(rows))
        await answered(send, body.encode(), b"text/html; charset=utf-8")
