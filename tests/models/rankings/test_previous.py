"""Where somebody stood one period earlier is told as far as that board was shown, and of the same group alone."""

from __future__ import annotations

import pytest

from models.base.clock import today
from models.base.viewer import Viewer
from models.rankings import Placing, ranks_before
from models.schemes import Period
from tests.builders import a_viewer
from tests.counting import counted
from tests.models.rankings.scenes import a_city_of_two_groups

pytestmark = pytest.mark.anyio


async def this_month() -> Period:
    return await Period.get(kind="month", since=today().replace(day=1))


async def shown(viewer: Viewer) -> list[Placing]:
    rows = Placing.visible_to(viewer).filter(board__audience="villages", board__period=await this_month())
    return list(await rows.order_by("id"))


async def test_a_rank_of_before_is_that_of_the_same_area_and_group_in_the_period_before(town: str) -> None:
    place = await a_city_of_two_groups()
    keeper = await a_viewer("list_keeper", place.city)
    rows = await shown(keeper)
    before = (
        await Period.filter(kind="month", until__lt=(await this_month()).since).order_by("-until").first()
    )
    with counted() as statements:
        told = await ranks_before(keeper, rows)
    assert rows and len(statements) == 2
    for row in rows:
        board = await row.board
        then = await Placing.filter(
            board__area_id=board.area_id,
            board__audience=board.audience,
            board__period=before,
            group_id=row.group_id,
            unit_id=row.unit_id,
        ).first()
        assert told.get(row.pk) == (then and then.rank)


async def test_what_the_board_of_before_did_not_show_is_not_told_by_the_one_of_now(town: str) -> None:
    place = await a_city_of_two_groups()
    keeper = await a_viewer("list_keeper", place.city)
    stranger = await a_viewer("secretary", place.other_village)
    rows = await shown(keeper)
    for viewer in (keeper, stranger):
        told = await ranks_before(viewer, rows)
        known = {one.unit_id for one in await Placing.visible_to(viewer)}
        assert {row.unit_id for row in rows if row.pk in told} <= known
    assert await ranks_before(keeper, []) == {}
