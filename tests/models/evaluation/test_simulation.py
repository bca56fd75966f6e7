"""What a draft would change is worked out from the trail, shown before adoption, and changes nothing itself."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from models import evaluation, schemes
from models.base.clock import clock_at, now
from models.evaluation import PersonScore, Tally
from models.points import PointEntry
from models.schemes import Scheme, VillageIndex
from tests.builders import Town, a_viewer
from tests.models.evaluation.scenes import (
    MATTERS,
    a_draft,
    a_month,
    a_scored_town,
    a_working_town,
    dispatched,
    entries_of,
    follow,
    fresh,
    late_at_meizhu,
    morning,
    results,
    sheet,
)

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_scored_town)]


async def a_draft_by(place: Town, **changes: str) -> Scheme:
    """A draft in which these places of the sheet read otherwise, such as points__0."""
    keeper = await a_viewer("list_keeper", place.city)
    draft = await a_draft(place, keeper)
    said = await sheet(draft)
    for name, value in changes.items():
        of, _, number = name.partition("__")
        said[of][int(number)] = value
    await schemes.change_scheme(keeper, draft, **said)
    return await fresh(draft)


async def everything() -> list[object]:
    tables = (PointEntry, Tally, PersonScore, VillageIndex)
    return [await record.all().order_by("id").values() for record in tables]


async def test_a_draft_that_changes_nothing_moves_nobody(town: str) -> None:
    place = await a_scored_town()
    before = await everything()
    told = await evaluation.simulate(await a_draft_by(place), await a_month(place))
    assert told.moving == [] and told.persons == [] and told.farthest == 0
    assert {one.score_before for one in told.moves if one.score_before} == {
        one.score_after for one in told.moves if one.score_after
    }
    assert await everything() == before


@pytest.mark.furnished(by=None)
async def test_other_point_values_show_whose_points_would_change_and_by_how_much(town: str) -> None:
    place = await a_working_town()
    await results(place, MATTERS[:3])
    told = await evaluation.simulate(await a_draft_by(place, points__0="5"), await a_month(place))
    assert len(told.persons) == 6
    assert {(before, after) for _, before, after in told.persons} == {(10_000, 5_000)}
    keeper, stranger = await a_viewer("city_admin", place.city), await a_viewer("secretary", place.village)
    month = await a_month(place)
    assert [one.change for one in await evaluation.persons_of(keeper, month, told, 2)] == [-5_000, -5_000]
    assert await evaluation.persons_of(stranger, month, told) == []
    table = load_workbook(BytesIO(await evaluation.table_of_persons(keeper, month, told))).active
    assert table is not None and [row[4].value for row in table.iter_rows(min_row=2)] == [-5] * 6


@pytest.mark.furnished(by=None)
async def test_a_late_village_moves_when_lateness_no_longer_counts(town: str) -> None:
    with clock_at(morning(date(2026, 9, 1))):
        place = await a_working_town()
        await late_at_meizhu(place)
    with clock_at(morning(date(2026, 9, 24))):
        month = await a_month(place)
        same = await evaluation.simulate(await a_draft_by(place), month)
        assert [one.moved for one in same.moves if one.unit.pk == place.village.pk] == [0]
        keeper = await a_viewer("list_keeper", place.city)
        draft = await fresh(await Scheme.get(state="draft"))
        said = await sheet(draft)
        said["dimensions"], said["weights"] = ["守规", *[""] * 5], ["100", *[""] * 5]
        said["sources"], said["shares"] = ["standing", *[""] * 17], ["100", *[""] * 17]
        await schemes.change_scheme(keeper, draft, **said)
        told = await evaluation.simulate(await fresh(draft), month)
        moved = {one.unit.name: (one.rank_before, one.rank_after) for one in told.moving}
        assert moved == {"梅渚村": (2, 1)} and told.farthest == 1
        table = load_workbook(BytesIO(await evaluation.table_of_villages(told))).active
        assert table is not None
        rows = [[cell.value for cell in row] for row in table.iter_rows(min_row=2)]
        assert rows[0][0] == "梅渚村" and rows[0][-1] == 1 and len(rows) == 3


async def test_other_groups_show_who_would_change_groups(town: str) -> None:
    place = await a_scored_town()
    told = await evaluation.simulate(await a_draft_by(place, groups__0="小村"), await a_month(place))
    assert {(one.unit.name, one.group_before, one.group_after) for one in told.moving} == {
        (village, "村（300户以下）", "小村") for village in ("梅渚村", "棠村", "拔茅村")
    }
    assert told.farthest == 0


async def test_what_was_taken_back_stays_taken_back(town: str) -> None:
    place = await a_scored_town()
    keeper = await a_viewer("list_keeper", place.county)
    await evaluation.reverse(keeper, (await entries_of(place))[0], reason="现场核查，没有巡查过。")
    await follow()
    told = await evaluation.simulate(await a_draft_by(place), await a_month(place))
    assert told.moving == [] and told.persons == []


async def test_a_period_that_is_over_is_simulated_as_it_was(town: str) -> None:
    place = await a_scored_town()
    month = await a_month(place)
    with clock_at(now() + timedelta(days=40)):
        await dispatched(place, MATTERS[0], days=3)
        await follow()
        closed = await schemes.Period.get(pk=month.pk).select_related("city")
        assert not closed.is_open
        told = await evaluation.simulate(await a_draft_by(place), closed)
        assert told.moving == [] and told.persons == []
