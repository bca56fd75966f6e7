"""Which lists hold at a place: its county's own, if it has one, and the city's above it.

Of a region's published versions whose day has come the newest published rules, so that an older one never comes back.
A county's own list rules that county alone. It may only be stricter, and what the city has since forbidden stays
forbidden there: a matter may be asked for where every list of the place lets it be asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tortoise.queryset import QuerySet

from models.base.clock import today
from models.base.viewer import Viewer
from models.matters.records import DEMANDABLE, Matter, MatterList
from models.policies import upwards


async def lists_in_force(paths: Iterable[str], on: date | None = None) -> dict[str, tuple[MatterList, ...]]:
    """For each place the lists that hold there on a day (today by default), the nearest first; one statement."""
    above = {path: upwards(path) for path in paths}
    regions = sorted({one for ways in above.values() for one in ways})
    rows = MatterList.filter(region__path__in=regions, state="published", effective_on__lte=on or today())
    newest = {row.region.path: row for row in await rows.order_by("publication").select_related("region")}
    return {
        path: tuple(newest[one] for one in reversed(ways) if one in newest) for path, ways in above.items()
    }


async def list_in_force(path: str, on: date | None = None) -> MatterList | None:
    """The list that rules at a place on a day (today by default): its county's own, or else the city's."""
    return next(iter((await lists_in_force([path], on))[path]), None)


def own_list_in_force(region_id: int, on: date) -> QuerySet[MatterList]:
    """The region's own list that rules on a day, to ask on: none or one."""
    ruling = MatterList.filter(region_id=region_id, state="published", effective_on__lte=on)
    return ruling.order_by("-publication").limit(1)


async def list_above(region_path: str, on: date | None = None) -> MatterList | None:
    """The list of the government above a region, which the region's own may only make stricter."""
    held = (await lists_in_force([region_path], on))[region_path]
    return next((one for one in held if one.region.path != region_path), None)


async def may_be_asked(matter: Matter, path: str) -> bool:
    """Whether a matter is the ruling list's, and every list of the place lets villages be asked for it."""
    held = (await lists_in_force([path]))[path]
    if not held or matter.list_id != held[0].pk:
        return False
    allowed = Matter.filter(
        list_id__in=[one.pk for one in held], code=matter.code, category__in=sorted(DEMANDABLE)
    )
    return await allowed.count() == len(held)


def home_of(viewer: Viewer) -> str:
    """The place whose list a reader means who names none: that of their first post."""
    return viewer.hat.unit_path if viewer.hat else ""
