"""A new version of the scheme: changed by one, looked at, adopted by another, for periods that have not begun."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tortoise import Tortoise
from tortoise.exceptions import BaseORMException

from models import points
from models.base.clock import clock_at
from models.base.refusals import Invalid, NotAllowed, NotNow
from models.base.viewer import TOWN_CLOCK
from models.schemes import (
    POINTS,
    Dimension,
    Indicator,
    PeerGroup,
    Period,
    Scheme,
    adopt_scheme,
    change_scheme,
    differences_between,
    draft_scheme,
    drop_scheme,
    settle_scheme,
)
from tests.builders import a_viewer
from tests.models.evaluation.scenes import (
    MATTERS,
    WHY,
    a_draft,
    a_month,
    a_scored_town,
    a_working_town,
    adopted,
    fresh,
    morning,
    results,
    sheet,
    tried,
)
from tests.models.past_the_triggers import without_guard

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_scored_town)]
MID_MONTH, NEXT, THEN = date(2026, 9, 15), date(2026, 10, 1), date(2026, 10, 2)


async def test_a_draft_begins_as_a_copy_and_only_one_stands_at_a_time(town: str) -> None:
    place = await a_scored_town()
    keeper = await a_viewer("list_keeper", place.city)
    first = await Scheme.get()
    draft = await a_draft(place, keeper)
    assert draft.number == 2 and draft.state == "draft" and draft.points == first.points
    assert await sheet(draft) == await sheet(first) | {"title": "第二版办法"}
    with pytest.raises(NotNow, match="已经有一版在起草"):
        await draft_scheme(keeper, place.city, title="又一版")
    await drop_scheme(keeper, draft)
    assert (await a_draft(place, keeper, "第三版办法")).number == 3


async def test_a_draft_of_a_scheme_from_before_begins_with_the_usual_rule_against_pieces(town: str) -> None:
    place = await a_scored_town()
    first = await Scheme.get()
    older = {name: value for name, value in first.points.items() if not name.startswith("again")}
    await without_guard("scheme")
    await Scheme.filter(pk=first.pk).update(points=older | {"split_days": 5, "task": 12})
    draft = await a_draft(place, await a_viewer("list_keeper", place.city))
    assert draft.points == first.points | {"task": 12}
    told = await differences_between(await fresh(first), draft)
    assert [(one.before, one.after) for one in told if "同一事项" in one.what] == [
        *(("5 天", "10 天"), ("0 天", "15 天"), ("0 天", "31 天")),
    ]


async def test_only_keepers_of_the_city_draft(town: str) -> None:
    place = await a_scored_town()
    for role, unit in (("list_keeper", place.county), ("head", place.township), ("observer", place.city)):
        with pytest.raises(NotAllowed, match="由市里的清单管理员"):
            await draft_scheme(await a_viewer(role, unit), place.city, title="第二版办法")


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"weights": ["10", "20", "15", "20", "15", "10"]}, "加起来应是 100，现在是 90", "weights"),
    ({"weights": ["20", "20", "15", "20", "15", "x"]}, "“清廉守规”的权重", "weights.5"),
    ({"shares.3": "61"}, "“治理能力”里各指标的权重加起来应是 100，现在是 101", "shares.3"),
    (
        {"sources.1": "first_pass", "shares.0": "50", "shares.1": "50", "leasts.1": "3"},
        "用了不止一次",
        "sources",
    ),
    ({"leasts.0": "0"}, "最少件数应是 1 到 10000", "leasts.0"),
    ({"points.0": "101"}, "应是 0 到 100 之间的整数", "points.0"),
    ({"kinds": ["village"] * 4}, "社区里要有一组从 0 户起", "groups"),
    ({"households.1": "-3"}, "户数应是 0 到 100000", "households.1"),
    ({"dimensions": [""] * 6}, "维度应为 1 到 8 个", "dimensions"),
    ({"dimensions.0": "很" * 21}, "不超过 20 个字", "dimensions.0"),
    ({"title": " "}, "给办法起个名称", "title"),
    ({"leasts": ["3"]}, "表格不完整", "dimensions"),
    ({"points": ["3"]}, "计分表不完整", "points"),
]


async def test_what_does_not_add_up_is_refused_beside_its_field_and_changes_nothing(town: str) -> None:
    place = await a_scored_town()
    keeper = await a_viewer("list_keeper", place.city)
    draft = await a_draft(place, keeper)
    right = await sheet(draft)
    for changes, words, field in WRONG:
        said = {name: list(value) if isinstance(value, list) else value for name, value in right.items()}
        for name, value in changes.items():
            of, _, number = name.partition(".")
            if number:
                said[of][int(number)] = value
            else:
                said[of] = value
        with pytest.raises(Invalid, match=words) as refused:
            await change_scheme(keeper, draft, **said)
        assert refused.value.field == field, words
        assert await sheet(await fresh(draft)) == right


async def test_a_draft_is_changed_and_read_back_as_it_was_written(town: str) -> None:
    place = await a_scored_town()
    keeper = await a_viewer("list_keeper", place.city)
    draft = await a_draft(place, keeper)
    said = await sheet(draft)
    said["weights"] = ["30", "10", "15", "20", "15", "10"]
    said["points"][0] = "12"
    said["groups"], said["kinds"], said["households"] = ["全部", ""], ["", ""], ["0", ""]
    await change_scheme(keeper, draft, **said)
    kept = await fresh(draft)
    assert (await sheet(kept))["weights"] == said["weights"] and kept.points["task"] == 12
    first = await Scheme.get(number=1)
    told = {one.what: (one.before, one.after) for one in await differences_between(first, kept)}
    assert told["维度“领导能力”"] == ("占 20%", "占 30%") and told["办结一件任务（难度 1）"] == (
        "10 分",
        "12 分",
    )
    assert told["分组“全部”"] == ("", "村和社区，0 户起") and told["分组“社区”"] == ("社区，0 户起", "")


@pytest.mark.furnished(by=None)
async def test_it_is_adopted_by_another_after_a_simulation_from_a_first_to_come(town: str) -> None:
    with clock_at(morning(MID_MONTH)):
        place = await a_working_town()
        await results(place)
        keeper, other = await a_viewer("list_keeper", place.city), await a_viewer("city_admin", place.city)
        draft = await a_draft(place, keeper)
        with pytest.raises(NotNow, match="请先看试算"):
            await adopt_scheme(other, draft, from_on=NEXT, reason=WHY)
        await tried(keeper, draft)
        await change_scheme(keeper, draft, **await sheet(draft))
        with pytest.raises(NotNow, match="请先看试算"):
            await adopt_scheme(other, await fresh(draft), from_on=NEXT, reason=WHY)
        await tried(keeper, draft)
        with pytest.raises(NotAllowed, match="起草的人不能自己通过"):
            await adopt_scheme(keeper, draft, from_on=NEXT, reason=WHY)
        for day in (MID_MONTH, date(2026, 9, 1), THEN):
            with pytest.raises(Invalid, match="只能从以后某个月的 1 日起用"):
                await adopt_scheme(other, draft, from_on=day, reason=WHY)
        with pytest.raises(Invalid, match="为什么这样改"):
            await adopt_scheme(other, draft, from_on=NEXT, reason=" ")
        await adopt_scheme(other, draft, from_on=NEXT, reason=WHY)
        with pytest.raises(NotNow, match="已通过"):
            await change_scheme(keeper, await fresh(draft), **await sheet(draft))


@pytest.mark.furnished(by=None)
async def test_running_periods_keep_their_scheme_and_the_next_get_the_new_one(town: str) -> None:
    with clock_at(morning(MID_MONTH)):
        place = await a_working_town()
        await results(place)
        draft = await a_draft(place, await a_viewer("list_keeper", place.city))
        said = await sheet(draft)
        said["weights"] = ["30", "10", *said["weights"][2:]]
        await change_scheme(await a_viewer("list_keeper", place.city), draft, **said)
        await adopted(place, draft, NEXT)
        await results(place, MATTERS[:1])
        assert (await a_month(place)).scheme_id != draft.pk
    with clock_at(morning(NEXT)):
        await results(place, MATTERS[:1])
        month = await a_month(place)
        assert month.since == NEXT and month.scheme_id == draft.pk
        year = await Period.get(city=place.city, kind="year")
        assert year.scheme_id != draft.pk
        september = await Period.get(city=place.city, kind="month", since=date(2026, 9, 1))
        assert september.scheme_id != draft.pk
        given = points.PointEntry.filter(unit=place.village, person=None, counts_on=NEXT)
        assert (await given.get()).scheme_id == draft.pk


@pytest.mark.furnished(by=None)
async def test_new_point_values_wait_for_the_year_so_that_no_running_period_mixes_two(town: str) -> None:
    with clock_at(morning(MID_MONTH)):
        place = await a_working_town()
        await results(place)
        keeper = await a_viewer("list_keeper", place.city)
        draft = await a_draft(place, keeper)
        said = await sheet(draft)
        said["points"][list(POINTS).index("late")] = "0"
        await change_scheme(keeper, draft, **said)
        with pytest.raises(Invalid, match="只能从 1 月 1 日起用"):
            await adopted(place, await fresh(draft), NEXT)
        await adopted(place, await fresh(draft), date(2027, 1, 1))
    with clock_at(morning(date(2026, 12, 20))):
        await results(place, MATTERS[:1])
    with clock_at(morning(date(2027, 1, 4))):
        await results(place, MATTERS[1:2])
        running = Period.filter(city=place.city).order_by("id").select_related("scheme")
        for period in await running:
            counted = points.PointEntry.filter(counts_on__gte=period.since, counts_on__lte=period.until)
            schemes = set(await counted.values_list("scheme__number", flat=True))
            assert schemes <= {period.scheme.number}, period.name


FROZEN = (
    "UPDATE scheme SET points = '{{}}' WHERE id = {scheme}",
    "UPDATE scheme SET from_on = '2020-01-01' WHERE id = {scheme}",
    "UPDATE scheme SET state = 'draft' WHERE id = {scheme}",
    "DELETE FROM scheme WHERE id = {scheme}",
    "UPDATE dimension SET weight = 1 WHERE id = {dimension}",
    "DELETE FROM dimension WHERE id = {dimension}",
    "INSERT INTO dimension (scheme_id, position, name, weight) VALUES ({scheme}, 99, 'x', 1)",
    "UPDATE indicator SET least = 1 WHERE id = {indicator}",
    "DELETE FROM indicator WHERE id = {indicator}",
    "UPDATE peer_group SET households = 1 WHERE id = {group}",
    "DELETE FROM peer_group WHERE id = {group}",
)


@pytest.mark.furnished(by=None)
@pytest.mark.parametrize("statement", FROZEN)
async def test_no_raw_statement_changes_an_adopted_scheme(town: str, statement: str) -> None:
    place = await a_working_town()
    city = place.city
    scheme = await settle_scheme(TOWN_CLOCK, city)
    dimension = await Dimension.filter(scheme=scheme).order_by("-id").first()
    indicator = await Indicator.filter(dimension=dimension).first()
    group = await PeerGroup.filter(scheme=scheme).first()
    assert dimension and indicator and group
    numbers = {
        "scheme": scheme.pk,
        "dimension": dimension.pk,
        "indicator": indicator.pk,
        "group": group.pk,
    }
    before = await sheet(await fresh(scheme))
    with pytest.raises(BaseORMException, match=r"adopted scheme|no such move of scheme"):
        await Tortoise.get_connection("default").execute_query(statement.format(**numbers))
    assert await sheet(await fresh(scheme)) == before
