"""Every row of a town again and again: what costs more for more rows shows itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tortoise import Tortoise
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.transactions import in_transaction

from models import matters, tasks, workdays
from models.base.clock import today
from models.base.events import Event
from models.base.records import Record
from models.inbox import TOPICS
from models.matters import MatterList
from models.people import Person, Post
from models.requests import WorkRequest
from models.units import Unit
from tests.builders import a_request, a_viewer
from tests.leaks.rest import a_whole_world
from tests.leaks.world import World
from tests.models.past_the_triggers import without_triggers

FAR = 1_000_000
"""How far the numbers of one round lie from those of the round before."""
IN_SETS = 1_000
COPIED = frozenset({"village", "grid", "department"})
A_YEAR = timedelta(days=366)
ALONE = frozenset(
    {
        "Account",
        "Bookmark",
        "Demand",
        "Element",
        "Lease",
        "SerialNumber",
        "Throttle",
        "Unit",
        "Person",
        "Post",
    }
)
"""What is there once, whatever happens: shipped, or the frame in which the rest is copied."""
OWN = frozenset({"ApiToken", "InboxMessage", "InboxSilence", "OptOut", "Reminder", "Session", "Upload"})
"""What is somebody's own stays theirs in every round."""
ALSO_UNIQUE = {"MatterList": (("region", "publication"),)}
"""Sets of columns that a migration has made unique by hand."""

Rows = dict[type[Record], list[Any]]


async def multiply(*, here: int = 0, elsewhere: int = 0, staying: frozenset[str] = frozenset()) -> None:
    """Copy every row past the triggers: so many times in place, so many with villages and askers of its own.

    What stays is not copied itself: the copies of what belongs to it belong to it as well.
    """
    rows: Rows = {record: await record.filter(id__lt=FAR) for record in _records()}
    newest = await Event.all().order_by("-id").first()
    begin = newest.pk // FAR + 1 if newest else 1
    async with in_transaction() as connection:
        await without_triggers()
        if connection.capabilities.dialect == "sqlite":
            await connection.execute_query("PRAGMA defer_foreign_keys = ON")
        for number in range(begin, begin + here + elsewhere):
            copied = {one: rows[one] for one in rows if one.__name__ not in ALONE | staying}
            if number >= begin + here:
                copied |= _places(rows)
            await Copying(number, copied).run()


def _records() -> list[type[Record]]:
    every = Tortoise.apps["models"].values() if Tortoise.apps else ()
    return [one for one in every if issubclass(one, Record)]


def _places(rows: Rows) -> Rows:
    """Villages, grids, departments and offices, the posts there, and who holds them."""
    units = sorted((unit for unit in rows[Unit] if unit.level in COPIED), key=lambda unit: unit.path)
    there = {unit.pk for unit in units}
    posts = [post for post in rows[Post] if post.unit_id in there]
    held = {post.person_id for post in posts}
    return {Unit: units, Post: posts, Person: [one for one in rows[Person] if one.pk in held]}


class Copying:
    """One round: each row under a number far away, pointing to the copies of what it pointed to."""

    def __init__(self, number: int, copied: Rows) -> None:
        self.number, self.copied = number, copied
        self.away = number * FAR
        self.there = {record: {row.pk for row in rows} for record, rows in copied.items()}

    async def run(self) -> None:
        for record, rows in self.copied.items():
            made = [again for row in rows if (again := self._again(record, row)) is not None]
            if record is Unit:
                self._lie(made)
            await record.bulk_create(made, batch_size=100)

    def _again(self, record: type[Record], row: Any) -> Any:
        values = {name: getattr(row, name) for name in record._meta.fields_db_projection}
        moved = set()
        for name, field in self._relations(record):
            if values[field] in self._copies(record, name):
                values[field] += self.away
                moved.add(name)
        for names in _unique(record):
            if not moved & set(names) and not self._vary(record, values, names):
                return None
        return record(**values | {"id": row.pk + self.away})

    def _relations(self, record: type[Record]) -> Iterable[tuple[str, str]]:
        for name in record._meta.fk_fields | record._meta.o2o_fields:
            if not (record.__name__ in OWN and name in {"person", "post"}):
                yield name, f"{name}_id"

    def _copies(self, record: type[Record], name: str) -> set[int]:
        field: Any = record._meta.fields_map[name]
        return self.there.get(field.related_model, set())

    def _vary(self, record: type[Record], values: dict[str, Any], names: tuple[str, ...]) -> bool:
        """Make one value of a unique set another; whether that could be done, or need not."""
        plain = [n for n in names if not isinstance(record._meta.fields_map[n], ForeignKeyFieldInstance)]
        if not all(values[n] is not None for n in plain):
            return True
        for kind in (int, date, str):
            for name in reversed(plain):
                if isinstance(values[name], kind) and name != "person_id":
                    values[name] = self._another(values[name], record._meta.fields_map[name])
                    return True
        return not plain and all(values[f"{n}_id"] is None for n in names)

    def _another(self, value: Any, field: Any) -> Any:
        if isinstance(value, int):
            return value + self.number * IN_SETS
        if isinstance(value, date):
            return value - self.number * A_YEAR
        if value in TOPICS:
            return [*TOPICS][(list(TOPICS).index(value) + self.number) % len(TOPICS)]
        return f"{self.number}{value}"[: getattr(field, "max_length", None)]

    def _lie(self, units: list[Any]) -> None:
        """Copied units lie beside those they are copies of, and in the copies of what these lay in."""
        old = {unit.pk + self.away: unit for unit in self.copied[Unit]}
        made = {unit.pk: unit for unit in units}
        for unit in units:
            unit.code = f"{old[unit.pk].code}{self.number}"
            above = (
                made[unit.parent_id].path
                if unit.parent_id in made
                else old[unit.pk].path.rsplit("/", 2)[0] + "/"
            )
            unit.path = f"{above}{unit.code}/"


def _unique(record: type[Record]) -> list[tuple[str, ...]]:
    meta = record._meta
    alone = [
        (name,) for name, field in meta.fields_map.items() if getattr(field, "unique", False) and not field.pk
    ]
    together = [tuple(one) for one in meta.unique_together]
    hidden = {f"{name}_id" for name in meta.fk_fields | meta.o2o_fields}
    found = [*alone, *together, *ALSO_UNIQUE.get(record.__name__, ())]
    return [names for names in found if not set(names) & hidden]


@dataclass(frozen=True)
class Full:
    """A world in which something lies on every edge."""

    world: World
    wants_data: WorkRequest
    """A request to the whole township for data of which some is on file."""


async def a_full_world() -> Full:
    """The world of all rights, and what nobody needs to be kept from."""
    world = await a_whole_world()
    town, admin = world.town, await a_viewer("city_admin", world.town.city)
    listed = await MatterList.get(state="published").prefetch_related(*MatterList.judged_with)
    await matters.look_at_basis(
        world.viewers["list keeper"], listed, code="XZ-NY-01", as_of=today(), note="仍有效"
    )
    holidays: dict[str, Any] = {"days_off": [date(2027, 1, 1)], "make_up": [], "source": "示范"}
    await workdays.set_year(admin, town.city, year=2027, **holidays)
    response = {"name": "防汛", "level": "Ⅳ级", "reason": "强降雨"}
    await tasks.declare_response(world.viewers["leader"], town.township, **response)
    wanted: dict[str, Any] = {"demands": ["data"], "elements": ["Eva", "Ese"], "units": []}
    return Full(world, await a_request(town, townships=[town.township], title="报一个数", **wanted))
