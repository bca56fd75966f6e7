"""No raw statement turns one board into another, publishes a closed one otherwise, or adds a name to praise."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tortoise import Tortoise
from tortoise.exceptions import BaseORMException

from models import points, rankings
from models.base.clock import clock_at
from models.people import Post
from models.points import Commendation, Commended
from models.policies import set_policy
from models.rankings import Board, Placing
from models.schemes import Period
from models.tasks import Assignment
from tests.builders import Town, a_viewer
from tests.models.evaluation.scenes import a_month, a_working_town, follow, morning, results

pytestmark = pytest.mark.anyio
BEGIN, CLOSED = date(2026, 9, 1), date(2026, 10, 5)
TABLES = ("period", "board", "board_placing", "commendation", "commended")
COLUMNS = "id, area_id, period_id, audience, mode"
FIXED = (
    "UPDATE board SET period_id = {other} WHERE id = {row}",
    "UPDATE board SET area_id = {elsewhere} WHERE id = {row}",
    "UPDATE board SET audience = 'persons' WHERE id = {row}",
    "UPDATE board SET id = id + 9000 WHERE id = {row}",
)
ONCE_CLOSED = (
    "UPDATE board SET mode = 'full' WHERE id = {row}",
    "DELETE FROM board WHERE id = {row}",
    "DELETE FROM board",
    f"INSERT INTO board ({COLUMNS}) SELECT id + 9000, {{elsewhere}}, period_id, 'x', mode FROM board WHERE id = {{row}}",
)
ON_SQLITE = (
    f"REPLACE INTO board ({COLUMNS}) SELECT id, area_id, {{other}}, audience, mode FROM board WHERE id = {{row}}",
    f"REPLACE INTO board ({COLUMNS}) SELECT id + 9000, area_id, period_id, audience, 'full' FROM board WHERE id = {{row}}",
    "UPDATE OR REPLACE board SET period_id = {other} WHERE id = {row}",
    "UPDATE OR IGNORE board SET period_id = {other} WHERE id = {row}",
)
TRUNCATED = ("TRUNCATE board CASCADE", "TRUNCATE commended")
NAMES = (
    "INSERT INTO commended (commendation_id, post_id, name) VALUES ({praise}, {friend}, '朋友')",
    "UPDATE commended SET post_id = {friend}, name = '朋友' WHERE commendation_id = {praise}",
    "UPDATE commended SET commendation_id = {bare} WHERE commendation_id = {praise}",
    "INSERT INTO commended (commendation_id, post_id, name) VALUES ({bare}, {friend}, '朋友')",
    "DELETE FROM commended",
    "UPDATE commendation SET named = 6 WHERE id = {bare}",
)


def run(statement: str, **rows: Any) -> Any:
    return Tortoise.get_connection("default").execute_query(statement.format(**rows))


async def as_it_stands() -> list[Any]:
    read = Tortoise.get_connection("default").execute_query_dict
    return [[dict(row) for row in await read(f"SELECT * FROM {table} ORDER BY id")] for table in TABLES]


async def refused(statements: tuple[str, ...], **rows: Any) -> None:
    before = await as_it_stands()
    for statement in statements:
        with pytest.raises(BaseORMException, match=r"a board stays|a closed period|praise"):
            await run(statement, **rows)
        assert await as_it_stands() == before, statement


async def a_closed_month() -> tuple[Town, Period, Board]:
    with clock_at(morning(BEGIN)):
        place = await a_working_town()
        await results(place)
        month = await a_month(place)
    with clock_at(morning(CLOSED)):
        await follow()
    board = await Board.get(period=month, area=place.township, audience="villages")
    return place, await Period.get(pk=month.pk), board


def on_this_database() -> tuple[str, ...]:
    sqlite = Tortoise.get_connection("default").capabilities.dialect == "sqlite"
    return ON_SQLITE if sqlite else TRUNCATED


async def test_a_board_of_a_closed_period_is_neither_moved_nor_published_otherwise(town: str) -> None:
    place, month, board = await a_closed_month()
    assert not month.is_open
    year = await Period.get(kind="year")
    told = {"row": board.pk, "other": year.pk, "elsewhere": place.other_village.pk}
    await refused((*FIXED, *ONCE_CLOSED, *on_this_database()), **told)


async def test_places_of_a_closed_period_cannot_be_changed_by_way_of_an_open_one(town: str) -> None:
    _, _, closed = await a_closed_month()
    year = await Period.get(kind="year")
    there = await Board.get(period=year, area_id=closed.area_id, audience="villages")
    before = await as_it_stands()
    for statement in (
        f"UPDATE board SET period_id = {year.pk} WHERE id = {closed.pk}",
        f"UPDATE board_placing SET rank = 99 WHERE board_id = {closed.pk}",
        f"UPDATE board_placing SET board_id = {there.pk} WHERE board_id = {closed.pk}",
        f"UPDATE board_placing SET board_id = {closed.pk} WHERE board_id = {there.pk}",
    ):
        with pytest.raises(BaseORMException, match="closed period"):
            await run(statement)
    assert await as_it_stands() == before


async def test_an_open_board_changes_nothing_but_how_it_is_published(town: str) -> None:
    place, month, _ = await a_closed_month()
    year = await Period.get(kind="year")
    board = await Board.get(period=year, area=place.township, audience="villages")
    await refused(FIXED, row=board.pk, other=month.pk, elsewhere=place.other_village.pk)
    await run("UPDATE board SET mode = 'full' WHERE id = {row}", row=board.pk)
    assert (await Board.get(pk=board.pk)).mode == "full"
    assert await Placing.filter(board=board).exists()


async def test_a_policy_from_a_later_day_leaves_closed_boards_as_they_were_published(town: str) -> None:
    with clock_at(morning(BEGIN)):
        place = await a_working_town()
        await results(place)
        admin = await a_viewer("city_admin", place.city)
        told = {"name": "board_villages", "reason": "试行"}
        await set_policy(admin, place.city, value=3, from_on=date(2026, 9, 20), **told)
        await set_policy(admin, place.city, value=1, from_on=date(2026, 10, 1), **told)
    with clock_at(morning(CLOSED)):
        await follow()
        await rankings.keep_up()
    modes = {
        (one.period.kind, one.period.is_open): one.mode
        for one in await Board.filter(audience="villages").select_related("period")
    }
    assert modes[("month", False)] == "full", "as on its last day, though nobody looked at it then"
    assert modes[("month", True)] == modes[("year", True)] == "commended"


async def test_nobody_is_added_to_praise_that_was_given(town: str) -> None:
    place = await a_working_town()
    await results(place)
    leader, keeper = await a_viewer("head", place.township), await a_viewer("list_keeper", place.county)
    rows = Assignment.filter(unit=place.village).order_by("id").prefetch_related(*Assignment.judged_with)
    copies = await rows
    own = await Post.filter(unit=place.village, role="secretary").prefetch_related("unit", "person").first()
    assert own is not None
    story = "一户一户走到，回来就把情况写清楚了。"
    praise = await points.praise(leader, copies[0], story=story, posts=[own])
    bare = await points.praise(keeper, copies[1], story=story)
    assert [one.named for one in await Commendation.all().order_by("id")] == [1, 0]
    friend = await a_viewer("cadre", place.village)
    await refused(NAMES, praise=praise.pk, bare=bare.pk, friend=friend.post_id)
    assert await Commended.all().count() == 1
