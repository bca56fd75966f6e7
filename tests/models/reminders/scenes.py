"""A week without holidays, people with telephone numbers, and what they read."""

from __future__ import annotations

from datetime import datetime

from models.base.clock import TOWN_ZONE, clock_at, tick
from models.base.sealer import seal_all
from models.base.viewer import Viewer
from models.people import Person
from models.units import Unit
from tests.builders import DAY, Town, a_list, a_town, a_viewer
from tests.gateway import Gateway


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant in the town, counted from Monday the 2nd of November 2026: no holiday is near."""
    return datetime(2026, 11, 1, hour, minute, tzinfo=TOWN_ZONE) + day * DAY


MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(1, 8)


async def somebody(role: str, unit: Unit, *, duties: tuple[str, ...] = ()) -> Viewer:
    """With a telephone number of their own."""
    viewer = await a_viewer(role, unit, duties=duties)
    await Person.filter(pk=viewer.person_id).update(phone=phone_of(viewer))
    return viewer


def phone_of(viewer: Viewer) -> str:
    return f"139{viewer.person_id:08d}"


def told(gateway: Gateway, viewer: Viewer) -> list[str]:
    """What this person read, without the greeting."""
    texts = gateway.texts(phone_of(viewer))
    return [text.removeprefix("【兴村治社】您有：").partition("。")[0] for text in texts]


async def look(*instants: datetime) -> None:
    for instant in instants:
        with clock_at(instant):
            await seal_all()
            await tick()


async def a_listed_town() -> Town:
    place = await a_town()
    await a_list(place.county)
    return place
