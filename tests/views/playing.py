"""A township whose villages have worked and been credited, for the pages of boards and scores."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from models import rankings, screening, tasks
from models.base.clock import today
from models.base.sealer import seal_all
from models.base.viewer import Viewer
from models.schemes import VillageIndex
from models.tasks import Assignment
from models.units import Unit
from tests.builders import DAY, Town, a_list, a_request, a_task, a_town, a_unit, a_viewer
from tests.furnished import furnished

MATTERS = tuple(
    {"code": f"XZ-SL-{number:02}", "title": f"巡查{number}", "category": "assist", "demands": ["patrol"]}
    for number in range(1, 5)
)


STORY = "上门讲清楚，当天办完，群众满意。"


MOST = 18


class Played:
    """A township whose first village is good at its work and whose others forget something each time."""

    def __init__(self, place: Town) -> None:
        self.place = place
        self.villages = [place.village, place.second_village]

    async def begin(self, more: int = 4) -> Played:
        await a_list(self.place.county, *MATTERS)
        self.villages += [await a_unit("village", self.place.township, f"村{n}村") for n in range(more)]
        self.hands: dict[int, Viewer] = {}
        for village in self.villages:
            self.hands[village.pk] = await a_viewer("secretary", village, name=f"人{village.name}")
        self.coordinator = await a_viewer("coordinator", self.place.township)
        self.head = await a_viewer("head", self.place.township)
        return self

    async def work(self) -> None:
        """Each matter once; all but the first village are sent back once."""
        for matter in MATTERS:
            request = await a_request(self.place, matter_code=matter["code"], units=self.villages)
            await screening.admit(self.coordinator, request, note="村社说可以。")
            task = await a_task(
                self.place,
                requests=[request],
                units=self.villages,
                title=str(matter["title"]),
                due_on=today() + DAY,
            )
            done = await Assignment.filter(task=task).order_by("id").prefetch_related(*Assignment.judged_with)
            for assignment in done:
                await self._finish(assignment)

    async def _finish(self, assignment: Assignment) -> None:
        hand = self.hands[assignment.unit_id]
        await tasks.receive(hand, assignment)
        await tasks.report(hand, assignment, words="办好了。")
        if assignment.unit_id != self.place.village.pk:
            await tasks.return_report(self.coordinator, assignment, what_to_mend="写明户数。")
            await tasks.report(hand, assignment, words="共 12 户。")
        await tasks.accept(self.coordinator, assignment)

    async def credited(self) -> Played:
        await self.work()
        await credit()
        return self

    async def index(self, village: Unit | None = None) -> VillageIndex:
        found = await VillageIndex.get(unit=village or self.place.village, period__kind="year")
        await found.fetch_related("period")
        return found


def form(**told: Any) -> dict[str, Any]:
    return {"key": uuid4().hex} | told


async def credit() -> None:
    await seal_all()
    await rankings.keep_up()


@furnished
async def played() -> Played:
    return await (await Played(await a_town()).begin()).credited()
