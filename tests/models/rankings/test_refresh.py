"""Boards are kept up group by group: what stands there is what working everything out again would give, to the byte."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta

import pytest
from tortoise.transactions import in_transaction

from models import rankings
from models.base.clock import clock_at, now, today
from models.evaluation import Tally
from models.evaluation.tallies import Figure, move
from models.policies import set_policy
from models.rankings import Placing
from models.schemes import Period, VillageIndex
from models.schemes.calendar import add_lines, open_periods, settle_schemes
from models.schemes.sources import SCALE, SOURCES
from models.units import Unit
from tests.builders import Town, a_town, a_unit, a_viewer
from tests.models.evaluation.scenes import a_draft, adopted

pytestmark = pytest.mark.anyio


class City:
    """Villages and communities in two townships, with somebody at work in each; things happen to them by chance."""

    def __init__(self, town: Town, seed: int) -> None:
        self.town, self.chance = town, random.Random(seed)
        self.villages: list[Unit] = []
        self.persons: dict[int, int] = {}

    @classmethod
    async def made(cls, seed: int, villages: int = 9) -> City:
        city = cls(await a_town(), seed)
        for _ in range(villages):
            await city.another()
        await settle_schemes()
        await open_periods()
        await rankings.keep_up()
        return city

    async def another(self) -> Unit:
        """One more village or community."""
        number, town = len(self.villages), self.town
        home, kind = (town.township, town.other_township)[number % 2], ("村", "社区")[number % 3 % 2]
        village = await a_unit("village", home, f"第{number}{kind}", f"{home.code}{600 + number}")
        self.persons[village.pk] = (await a_viewer("secretary", village)).person_id or 0
        self.villages.append(village)
        return village

    async def results(self) -> None:
        """Accepted in some villages, for some of the periods."""
        villages = self.chance.sample(self.villages, self.chance.randint(1, 3))
        await self.moved(villages, [self.chance.choice(SOURCES_OF_RESULTS)])

    async def moved(self, villages: list[Unit], sources: list[str]) -> None:
        rows = await Period.filter(closed_at=None).order_by("kind", "since")
        periods = self.chance.sample(rows, self.chance.randint(1, len(rows)))
        figures = {(p.pk, v.pk, s): self._figure() for p in periods for v in villages for s in sources}
        points = {
            (p.pk, self.persons[v.pk], v.pk): self.chance.randrange(-500, 5_000)
            for p in periods
            for v in villages
            if self.chance.random() < 0.7
        }
        async with in_transaction():
            await move(figures, points)

    def _figure(self) -> Figure:
        values = [self.chance.choice([SCALE, SCALE, 7_000, 0]) for _ in range(self.chance.randint(1, 5))]
        spared = self.chance.randrange(2), self.chance.randrange(2)
        return len(values), sum(values), sum(one * one for one in values), *spared

    async def survey(self) -> None:
        """A round closes: residents of a few villages are heard at once."""
        await self.moved(self.chance.sample(self.villages, 4), ["survey"])

    async def newcomer(self) -> None:
        """A village that was not there when the periods began has its first result, which may not count."""
        village = await self.another()
        async with in_transaction():
            await add_lines([village.pk])
            if self.chance.random() < 0.5:
                await self.moved([village], list(SOURCES))

    async def policy(self) -> None:
        """Boards are published otherwise, for persons or for villages, by the city or one of its counties."""
        where = self.chance.choice([self.town.city, self.town.county])
        keeper = await a_viewer("list_keeper", where)
        name = self.chance.choice(["board_persons", "board_persons", "board_villages"])
        told = {"name": name, "value": self.chance.randint(1, 3), "reason": "试验"}
        await set_policy(keeper, where, **told, from_on=today())

    async def something(self) -> None:
        acts = (self.results, self.survey, self.newcomer, self.policy)
        (act,) = self.chance.choices(acts, (6, 1, 1, 2))
        await act()


SOURCES_OF_RESULTS = sorted(set(SOURCES) - {"survey"})


async def stands() -> list[tuple[object, ...]]:
    """Every score and every place there is, without the numbers of rows."""
    columns = ("period_id", "unit_id", "group_id", "exact", "shown", "low", "high", "parts")
    scores = await VillageIndex.all().order_by("period_id", "unit_id").values_list(*columns)
    told = ("board_id", "unit_id", "person_id", "group_id", "rank", "band", "among", "tier", "shown")
    order = ("board_id", "unit_id", "person_id")
    return [*scores, *await Placing.all().order_by(*order).values_list(*told, "score__unit_id")]


async def whole() -> list[tuple[object, ...]]:
    """The same after everything was worked out again."""
    for period in await Period.filter(closed_at=None):
        await rankings.refresh(period)
    return await stands()


@pytest.mark.parametrize("seed", range(4))
async def test_after_any_history_what_stands_is_what_working_everything_out_gives(
    town: str, seed: int
) -> None:
    city = await City.made(seed)
    for _ in range(10):
        await city.something()
        await rankings.keep_up()
        before = await stands()
        assert before == await whole()
    assert any(len(row) == 10 for row in before), "somebody stands somewhere"


async def test_the_next_month_follows_its_own_scheme_and_groups_and_the_last_one_closes(town: str) -> None:
    city = await City.made(7)
    keeper = await a_viewer("list_keeper", city.town.city)
    await city.moved(city.villages, list(SOURCES))
    draft = await a_draft(city.town, keeper)
    later = today() + timedelta(days=40)
    await adopted(city.town, draft, later.replace(day=1))
    with clock_at(now() + timedelta(days=40)):
        await rankings.keep_up()
        assert await Period.filter(closed_at=None, kind="month", scheme_id=draft.pk).exists()
        for _ in range(4):
            await city.results()
            await rankings.keep_up()
            assert await stands() == await whole()


async def test_only_the_group_and_the_boards_that_moved_are_worked_out(town: str) -> None:
    city = await City.made(3)
    await city.moved(city.villages, list(SOURCES))
    await rankings.keep_up()
    lines = await VillageIndex.filter(period__kind="month").order_by("unit_id")
    of_it, other = lines[0], next(one for one in lines if one.group_id != lines[0].group_id)
    await VillageIndex.filter(pk=other.pk).update(shown=1)
    await move({(of_it.period_id, of_it.unit_id, "quality"): (1, 0, 0, 0, 0)}, {})
    await rankings.keep_up()
    await other.refresh_from_db()
    assert other.shown == 1
    await rankings.refresh(await Period.get(pk=other.period_id))
    await other.refresh_from_db()
    assert other.shown != 1


async def test_servers_that_count_and_show_at_once_end_with_the_same(town: str) -> None:
    city = await City.made(11)
    for _ in range(4):
        counting = [city.results() for _ in range(3)]
        showing = [rankings.refresh_all() for _ in range(3)]
        await asyncio.gather(*counting, *showing)
    await rankings.refresh_all()
    assert not [one for one in await Period.all() if one.shown_moves < one.moves]
    assert await stands() == await whole()


async def test_a_period_that_cannot_be_worked_out_keeps_no_other_from_its_turn(town: str) -> None:
    city = await City.made(5)
    await city.moved(city.villages, list(SOURCES))
    await rankings.keep_up()
    month = await Period.get(kind="month")
    await Tally.filter(period=month).update(n=1, total=SCALE + 1)
    for period in await Period.all():
        await move({(period.pk, city.villages[0].pk, "quality"): (1, 0, 0, 0, 0)}, {})
    with pytest.raises(ExceptionGroup):
        await rankings.keep_up()
    behind = [one.kind for one in await Period.all() if one.shown_moves < one.moves]
    assert behind == ["month"]
