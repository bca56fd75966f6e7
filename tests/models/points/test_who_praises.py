"""Who may praise a village, and how often praise counts for it, whoever gives it."""

from __future__ import annotations

import pytest

from models import points
from models.base.events import Event
from models.base.refusals import NotAllowed
from models.base.viewer import Viewer
from models.people import Post
from models.points import Commendation, PointEntry
from models.schemes.calendar import add_lines
from models.tasks import Assignment
from models.trail import story
from models.units import Unit
from tests.builders import Town, a_unit, a_viewer
from tests.models.evaluation.scenes import a_working_town, follow, results

pytestmark = pytest.mark.anyio
STORY = "一户一户走到，回来就把情况写清楚了。"


async def copies_of(village: Unit) -> list[Assignment]:
    rows = Assignment.filter(unit=village, state="accepted").order_by("id")
    return await rows.prefetch_related(*Assignment.judged_with)


async def a_town_with_results() -> tuple[Town, list[Viewer]]:
    """Four accepted tasks in each of two villages, and three people above them who may praise."""
    place = await a_working_town()
    await results(place)
    above = (("head", place.township), ("leader", place.township), ("list_keeper", place.county))
    return place, [await a_viewer(role, unit) for role, unit in above]


@pytest.mark.parametrize("where", ["village", "grid"])
async def test_whoever_works_in_the_village_praises_nobody_of_it_from_another_post(
    town: str, where: str
) -> None:
    place, (head, *_) = await a_town_with_results()
    unit, role = getattr(place, where), "cadre" if where == "village" else "grid_worker"
    await Post.create(person_id=head.person_id, unit=unit, role=role, from_on="2020-01-01")
    (own, *_), (other, *_) = await copies_of(place.village), await copies_of(place.second_village)
    with pytest.raises(NotAllowed, match="您也在这个村社任职"):
        await points.praise(head, own, story=STORY)
    assert not await Commendation.exists()
    await points.praise(head, other, story=STORY)


async def test_who_has_left_the_village_may_praise_it(town: str) -> None:
    place, (head, *_) = await a_town_with_results()
    away = {"from_on": "2020-01-01", "until_on": "2020-12-31"}
    await Post.create(person_id=head.person_id, unit=place.village, role="cadre", **away)
    await points.praise(head, (await copies_of(place.village))[0], story=STORY)
    assert await Commendation.all().count() == 1


async def test_where_few_are_left_unnamed_only_those_concerned_read_the_praise(town: str) -> None:
    """Two villages of a township in one group: who reads of one knows whom nobody praised."""
    place, (head, leader, keeper) = await a_town_with_results()
    await follow()
    (copy, *_) = await copies_of(place.village)
    made = await points.praise(head, copy, story=STORY)
    assert not made.told
    concerned = [head, leader, keeper, await a_viewer("secretary", place.village)]
    others = [await a_viewer("secretary", place.second_village), await a_viewer("observer", place.county)]
    for viewer in (*concerned, *others):
        assert await Commendation.visible_to(viewer).exists() == (viewer in concerned)
        assert await read_in_the_trail(viewer, copy) == (viewer in concerned)


async def read_in_the_trail(viewer: Viewer, copy: Assignment) -> bool:
    """Whether the viewer meets the words, in the list of what happened and in the story of the task alike."""
    listed = await Event.visible_to(viewer).filter(details__contains=STORY).exists()
    assert listed == any(STORY in one.details for one in await story(viewer, copy))
    return listed


async def test_praise_that_is_told_is_read_in_the_trail_by_whoever_reads_it(town: str) -> None:
    place, (head, *_) = await a_town_with_results()
    await add_lines([(await a_unit("village", place.township, f"邻村{n}")).pk for n in range(3)])
    (copy, *_) = await copies_of(place.village)
    assert (await points.praise(head, copy, story=STORY)).told
    assert await read_in_the_trail(await a_viewer("observer", place.county), copy)


async def test_a_third_praise_in_a_month_brings_the_village_nothing_whoever_gives_it(town: str) -> None:
    place, givers = await a_town_with_results()
    for giver, copy in zip(givers, await copies_of(place.village), strict=False):
        await points.praise(giver, copy, story=STORY)
    await points.praise(givers[0], (await copies_of(place.second_village))[0], story=STORY)
    await follow()
    rows = PointEntry.filter(kind="praise", person_id=None).order_by("id")
    told = [(one.unit_id, one.points, one.why) for one in await rows]
    village, second = place.village.pk, place.second_village.pk
    assert told == [
        (village, 10_000, []),
        (village, 10_000, []),
        (village, 0, ["often"]),
        (second, 10_000, []),
    ]
