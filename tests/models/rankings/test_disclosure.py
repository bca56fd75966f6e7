"""What boards laid over each other tell: over all that anybody may open, three of each township's group stay unnamed."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tortoise.transactions import in_transaction

from models import points, rankings
from models.base.clock import clock_at, now, today
from models.base.sealer import seal_all
from models.base.viewer import Viewer
from models.evaluation.tallies import move
from models.points import Commendation
from models.points.commendations import may_be_told
from models.policies import set_policy
from models.rankings import Board, Placing
from models.rankings.disclosure import FEW, Line, Shown, settled
from models.rankings.placement import LEFT_UNNAMED, PUBLISHED
from models.schemes import PeerGroup, Period, VillageIndex
from models.schemes.board_version import moved
from models.schemes.calendar import open_periods, settle_schemes
from models.schemes.sources import SCALE
from models.tasks import Assignment
from models.units import Unit
from tests.builders import Town, a_list, a_task, a_town, a_unit, a_viewer, an_admitted_request
from tests.models.evaluation.scenes import done

pytestmark = pytest.mark.anyio
TOWNSHIPS, GROUPS, PERIODS = 3, 2, 3
Spot = tuple[int, int, int]
"""Period, township, group."""


def a_city_of_boards(chance: random.Random) -> tuple[list[Shown], dict[Spot, set[int]]]:
    """Boards of townships and of the city above them, in several periods, with bands by chance."""
    villages = {
        unit: (chance.randrange(TOWNSHIPS), chance.randrange(GROUPS)) for unit in range(chance.randint(4, 60))
    }
    boards, cells, number = [], defaultdict(set), 0
    for period in range(PERIODS):
        for level, areas in (("township", range(TOWNSHIPS)), ("county", [0]), ("city", [0])):
            for area in areas:
                mode, is_open = chance.choice(["commended", "top", "full"]), period > 0
                for group in range(GROUPS):
                    lines, many = [], chance.randint(1, 6)
                    for unit, (home, of) in villages.items():
                        if (of == group and level in ("county", "city")) or (home, of) == (area, group):
                            number += 1
                            cell = (period, str(home), group)
                            cells[period, home, group].add(unit)
                            lines.append(Line(number, unit, cell, chance.randint(1, many), "bottom"))
                    boards.append(Shown((level, period, area, group), mode, is_open, level, lines))
    return boards, dict(cells)


def named_on(boards: Iterable[Shown], found: dict[int, str]) -> set[int]:
    return {line.unit for b in boards for line in b.lines if found.get(line.number) in PUBLISHED[b.mode]}


@settings(max_examples=150)
@example(seed=789, praised={3, 5})
@given(seed=st.integers(0, 10**9), praised=st.sets(st.integers(0, 60), max_size=4))
def test_all_boards_together_leave_three_of_each_townships_group(seed: int, praised: set[int]) -> None:
    boards, cells = a_city_of_boards(random.Random(seed))
    found = settled(boards, praised)
    told = named_on(boards, found)
    for cell in cells.values():
        assert not told & cell or len(cell - told - praised) >= LEFT_UNNAMED
    for board in boards:
        _in_whole_bands(board, found, cells)
    shuffled = [one._replace(lines=one.lines[::-1]) for one in boards[::-1]]
    assert settled(shuffled, praised) == found, "in whatever order boards and lines are met"


def _in_whole_bands(board: Shown, found: dict[int, str], cells: dict[Spot, set[int]]) -> None:
    """A band is named whole, but for townships with few of the group, which stand on no board above their own."""
    few = LEFT_UNNAMED if board.level == "township" else FEW - 1
    able = [x for x in board.lines if len(cells[x.cell[0], int(x.cell[1]), x.cell[2]]) > few]
    for band in {line.band for line in able}:
        tiers = {found.get(line.number) in PUBLISHED[board.mode] for line in able if line.band == band}
        assert len(tiers) == 1


def test_the_property_can_fail_boards_each_for_itself_tell_more() -> None:
    """The month names the one half, the quarter another: each leaves three, and both together one."""
    alone = []
    for period, first in enumerate(({0, 1, 2}, {3, 4, 5})):
        lines = [
            Line(10 * period + n, n, (period, "1", 1), 1 if n in first else 2, "bottom") for n in range(7)
        ]
        alone.append(Shown((period,), "full", True, "township", lines))
    by_itself = [named_on([one], settled([one], ())) for one in alone]
    assert [len(one) for one in by_itself] == [3, 3] and len(by_itself[0] | by_itself[1]) == 6
    assert named_on(alone, settled(alone, ())) == {0, 1, 2}


async def a_wide_city(chance: random.Random) -> Town:
    """Two townships of villages in two groups, and a third with few of either."""
    town = await a_town()
    third = await a_unit("township", town.county, "沙溪镇", "330624104")
    homes = (*[town.township] * 5, *[town.other_township] * 4, third)
    for number in range(34):
        home = chance.choice(homes)
        await a_unit("village", home, f"第{number}{chance.choice('村社')}", f"{home.code}{600 + number}")
    await settle_schemes()
    await open_periods()
    return town


async def results(chance: random.Random) -> None:
    """Some villages are good at one thing this time, others at another."""
    figures = {}
    for period in await Period.filter(closed_at=None):
        for unit in await Unit.filter(level="village").order_by("id"):
            n = chance.randint(0, 60)
            good = round(n * chance.choice([0.3, 0.6, 0.9, 1]))
            figures[period.pk, unit.pk, "timeliness"] = (n, good * SCALE, good * SCALE**2, 0, 0)
    await move(figures, {})
    await seal_all()
    await rankings.keep_up()


def _figure(chance: random.Random) -> tuple[int, int, int, int, int]:
    good = round(40 * chance.random())
    return 40, good * SCALE, good * SCALE**2, 0, 0


async def groups_of_townships() -> dict[Spot, set[int]]:
    rows = await VillageIndex.exclude(exact="").select_related("unit")
    found = defaultdict(set)
    for one in rows:
        found[one.period_id, one.unit.parent_id or 0, one.group_id].add(one.unit_id)
    return found


async def read_by(viewer: Viewer) -> set[int]:
    """Everybody the viewer finds named on any board whatever, or praised."""
    found = [Placing.visible_to(viewer), Commendation.visible_to(viewer)]
    return {int(str(n)) for rows in found for n in await rows.values_list("unit_id", flat=True)}


@pytest.mark.parametrize("seed", range(3))
async def test_whoever_opens_everything_finds_three_of_each_group_unnamed(town: str, seed: int) -> None:
    chance = random.Random(seed)
    place = await a_wide_city(chance)
    admin = await a_viewer("city_admin", place.city)
    await set_policy(
        admin, place.city, name="board_villages", value=2 + seed % 2, reason="试", from_on=today()
    )
    community = await PeerGroup.get(name="社区")
    await VillageIndex.filter(unit__name__endswith="社").update(group_id=community.pk)
    readers = [await a_viewer("observer", unit) for unit in (place.city, place.county, place.township)]
    named = 0
    for month in range(3):
        with clock_at(now() + timedelta(days=20 * month)):
            await results(chance)
            for _ in range(9):
                await _praise_somebody(chance, admin)
            await rankings.keep_up()
            cells = await groups_of_townships()
            for reader in readers:
                told = await read_by(reader)
                named += len(told)
                for cell in cells.values():
                    assert not told & cell or len(cell - told) >= LEFT_UNNAMED
    assert named, "somebody is named somewhere"
    assert {True, False} == set(await Commendation.all().values_list("told", flat=True))
    assert await Board.filter(period__closed_at__isnull=False).exists(), "closed boards are laid over as well"


async def _praise_somebody(chance: random.Random, by: Viewer) -> None:
    """Told or not as the command would have it, and boards settled again."""
    unit = chance.choice(await Unit.filter(level="village").order_by("id"))
    await Commendation.create(
        unit=unit, subject_type="Award", subject_id=unit.pk, title="事", story="办得好，大家满意。",
        by_id=by.post_id, by_label="市", made_at=now(), told=await may_be_told(unit),
    )  # fmt: skip
    async with in_transaction():
        await moved()


async def test_boards_give_way_in_the_moment_somebody_is_praised(town: str) -> None:
    """Nobody has to look at the boards first: whoever reads both at once finds three of each group unnamed."""
    place = await a_wide_city(random.Random(1))
    admin, observer = await a_viewer("city_admin", place.city), await a_viewer("observer", place.city)
    await set_policy(admin, place.city, name="board_villages", value=3, reason="试", from_on=today())
    chance = random.Random(1)
    everybody = [unit.pk for unit in await Unit.filter(level="village")]
    sources = {
        (one.pk, unit, "timeliness"): _figure(chance) for one in await Period.all() for unit in everybody
    }
    await move(sources, {})
    await rankings.refresh_all()
    await a_list(place.county)
    villages = await Unit.filter(level="village", parent=place.township).order_by("id")
    asked = await an_admitted_request(place, units=villages)
    task, told = await a_task(place, requests=[asked], units=villages), 0
    await done(place, task)
    for copy in await Assignment.filter(task=task).prefetch_related(*Assignment.judged_with):
        made = await points.praise(admin, copy, story="一户一户走到，把情况写清楚了。")
        told += made.told
        named = await read_by(observer)
        for cell in (await groups_of_townships()).values():
            assert not named & cell or len(cell - named) >= LEFT_UNNAMED, copy.unit.name
    assert told, "somebody is praised before everybody"


async def test_a_village_that_stands_in_no_group_yet_is_not_praised_before_everybody(town: str) -> None:
    place = await a_wide_city(random.Random(1))
    assert await may_be_told(place.village)
    await VillageIndex.filter(unit=place.village).delete()
    assert not await may_be_told(place.village)


async def test_a_while_after_its_end_a_board_names_nobody_and_everybody_keeps_their_own(town: str) -> None:
    chance = random.Random(2)
    place = await a_wide_city(chance)
    await results(chance)
    observer = await a_viewer("observer", place.county)
    month = await Period.get(kind="month")
    of_month = Placing.filter(board__period=month)
    seen = Placing.visible_to(observer).filter(board__period=month)
    assert await seen.exists()
    one = await of_month.filter(unit__parent=place.township).first()
    assert one is not None
    secretary = await a_viewer("secretary", await Unit.get(pk=one.unit_id))
    with clock_at(now() + timedelta(days=(month.until - today()).days + 32)):
        await rankings.keep_up()
        assert not await Placing.visible_to(observer).filter(board__period=month).exists()
        own = Placing.visible_to(secretary).filter(board__period=month)
        assert {line.unit_id for line in await own} == {one.unit_id}
        keeper = await a_viewer("list_keeper", place.county)
        assert (
            await Placing.visible_to(keeper).filter(board__period=month).count()
            == await of_month.filter(board__area__path__startswith=place.city.path).count()
        )
