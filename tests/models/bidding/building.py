"""A project that was awarded and is being built, and whoever builds and inspects it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models import bidding
from models.base.clock import TOWN_ZONE
from models.base.viewer import Viewer
from models.bidding import Award, Milestone, StepExtension
from tests.builders import Town, a_town, a_viewer
from tests.models.bidding.scenes import awarded

DAY = timedelta(days=1)
WHY = "连续下雨，地基要重新勘察。"


@dataclass
class Building:
    """A project that was awarded, and who builds and inspects it."""

    town: Town
    award: Award
    village: Viewer
    desk: Viewer
    loser: Viewer
    leader: Viewer

    async def step(self, position: int = 0) -> Milestone:
        row = Milestone.get(award=self.award, position=position)
        return await row.prefetch_related(*Milestone.judged_with)

    async def days(self) -> list[date]:
        rows = Milestone.filter(award=self.award).order_by("position")
        return [one.due_on for one in await rows]

    async def asked(self, position: int, until: date) -> StepExtension:
        step = await self.step(position)
        made = await bidding.ask_for_step_time(self.village, step, reason=WHY, until=until)
        return await StepExtension.get(pk=made.pk).prefetch_related(*StepExtension.judged_with)


async def a_building() -> Building:
    town = await a_town()
    award, _, _ = await awarded(town)
    people = [await a_viewer("secretary", town.village), await a_viewer("coordinator", town.township)]
    people += [await a_viewer("secretary", town.second_village), await a_viewer("head", town.township)]
    return Building(town, award, *people)


def morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=TOWN_ZONE)
