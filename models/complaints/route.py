"""The way a complaint goes: over the head of whoever dispatched the work, to the level above."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.base.clock import today
from models.base.refusals import NotNow
from models.base.viewer import Hat
from models.complaints.recusal import stepping_back
from models.people import Post, in_force
from models.people.roles import COMPLAINT_ANSWERERS
from models.policies import policy, upwards
from models.tasks import Task
from models.units import Unit
from models.workdays import workdays_of

FROM_BELOW = ("village", "grid")


@dataclass(frozen=True)
class Way:
    """Where a complaint comes from, where it counts, and who is to answer it; by number."""

    township: int | None
    county: int
    addressee: int
    due_on: date

    @property
    def without_the_village(self) -> int:
        """Under what an unnamed one is filed: the township, or what lies above."""
        return self.township or self.county


async def way_of(hat: Hat, task: Task | None = None) -> Way:
    """Villages tell the county, since townships dispatch to them; everybody above tells the city."""
    above = {unit.level: unit for unit in await Unit.filter(path__in=upwards(hat.unit_path))}
    city, county, township = (above.get(level) for level in ("city", "county", "township"))
    ladder = [one for one in (county if hat.unit_level in FROM_BELOW else None, city) if one is not None]
    if not ladder:
        raise NotNow("您的单位还没有上级，暂时不能提出。请联系系统管理员。")
    addressee = await _somebody_of(ladder, township, task)
    counted = county or addressee
    return Way(township.pk if township else None, counted.pk, addressee.pk, await answer_by(counted.path))


async def _somebody_of(ladder: list[Unit], township: Unit | None, task: Task | None) -> Unit:
    """The first level where somebody is there to answer whose own work it is not, or else the highest."""
    posts = Post.filter(in_force(), unit_id__in=[one.pk for one in ladder], role__in=COMPLAINT_ANSWERERS)
    answer = [(int(unit), int(person)) for unit, person in await posts.values_list("unit_id", "person_id")]
    back = await stepping_back(
        {person for _, person in answer}, township.pk if township else None, task.pk if task else None
    )
    there = {unit for unit, person in answer if person not in back}
    return next((one for one in ladder if one.pk in there), ladder[-1])


async def answer_by(path: str) -> date:
    """The day by which the next word is due, counted in the working days that hold at the place."""
    return (await workdays_of(path)).after(today(), await policy(path, "complaint_days"))
