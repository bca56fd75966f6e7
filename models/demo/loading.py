"""Loading the demo: the tree, the people, the list in force, and months of work at a simulated clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from models import matters
from models.base.clock import TOWN_ZONE, clock_at, now, today
from models.base.sealer import seal_all
from models.base.viewer import TOWN_CLOCK, Viewer
from models.demo.cast import CITY, settle_people, settle_places
from models.demo.county import play_county
from models.demo.matters import demo_matters
from models.demo.work import Play
from models.matters import MatterList, settle_demands
from models.units import Unit, import_units

SHIPPED = Path(__file__).with_name("shaoxing_units.csv")
DAYS = {"S": 92, "M": 31}
Progress = Callable[[str, int, int], None]


async def is_empty() -> bool:
    return not await Unit.exists()


async def load(size: str = "S", progress: Progress = lambda what, done, of: None) -> None:
    """Play the demo into an empty town; deterministic but for the day it ends, which is today."""
    start = datetime.now(UTC).astimezone(TOWN_ZONE).replace(hour=8, minute=30, second=0, microsecond=0)
    start -= timedelta(days=DAYS[size])
    progress("单位", 0, 4)
    with clock_at(start):
        await import_units(TOWN_CLOCK, SHIPPED.name, SHIPPED.read_bytes())
        progress("人员", 1, 4)
        places = await settle_places()
        viewers = await settle_people(places)
        progress("清单", 2, 4)
        await _publish_a_list(places[CITY], viewers)
    progress("工作", 3, 4)
    await Play(places, viewers, start + timedelta(days=1)).run(progress)
    if size == "M":
        await play_county(start + timedelta(hours=2), viewers, progress)
    await seal_all()


async def _publish_a_list(city: Unit, viewers: dict[str, Viewer]) -> MatterList:
    """The first version: drafted and proposed by one keeper, published by another."""
    drafter, publisher = viewers["qingdan1"], viewers["qingdan2"]
    await settle_demands()
    first = await matters.draft_list(drafter, city, title="绍兴市村社协助事项清单（示范）")
    for details in demo_matters():
        await matters.put_matter(drafter, first, **details)
    await matters.propose(drafter, first, reason="按现行法律法规梳理的第一版（示范）")
    with clock_at(now() + timedelta(minutes=30)):
        return await matters.publish(publisher, first, reason="核对无误，同意发布", effective_on=today())
