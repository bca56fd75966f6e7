"""The ledger of points: written from the sealed trail by whoever comes first, the same whenever it is written again."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from tortoise import Tortoise

from models import tasks
from models.base.clock import today
from models.base.events import Event
from models.base.followers import Bookmark, read_on
from models.base.refusals import Invalid
from models.base.sealer import seal_all
from models.evaluation import PersonScore, Tally
from models.people import Post
from models.points import PointEntry, book, read_results
from models.points.book import READER
from models.recount import check_points
from models.schemes import Scheme, VillageIndex
from models.schemes.sources import TOGETHER
from models.tasks import Assignment
from tests.builders import a_unit, a_viewer
from tests.models.evaluation.playing import a_place, accepted, fresh, on_day, read, sent
from tests.models.past_the_triggers import without_guard

pytestmark = pytest.mark.anyio


async def test_an_accepted_task_credits_the_village_and_whoever_did_it(town: str) -> None:
    with on_day(0):
        place = await a_place()
        (one,) = await sent(place)
        await accepted(place, one)
        await read()
    entries = await PointEntry.all().order_by("id")
    secretary = place.secretary(place.town.village)
    assert [(e.unit_id, e.person_id, e.points) for e in entries] == [
        (place.town.village.pk, None, 10_000),
        (place.town.village.pk, secretary.person_id, 10_000),
    ]
    event = await Event.get(pk=entries[0].event_id)
    assert (event.command, event.subject_id) == ("tasks.accept", one.pk)
    assert (await entries[0].scheme).number == 1
    alone = {(source, 1, 10_000) for source in ("quality", "timeliness", "first_pass", "standing")}
    added = {(pair, 1, 20_000) for pair in TOGETHER}
    month = await Tally.filter(period__kind="month")
    assert {(one.source, one.n, one.total) for one in month} == alone | added


async def test_whoever_it_was_handed_to_shares_with_whoever_reported(town: str) -> None:
    with on_day(0):
        place = await a_place()
        (one,) = await sent(place)
        cadre = place.viewers[f"cadre {place.town.village.pk}"]
        post = await Post.get(pk=cadre.post_id).prefetch_related("unit", "person")
        await tasks.hand_to(place.secretary(place.town.village), one, post=post)
        await accepted(place, await fresh(one))
        await read()
    points = {e.person_id: e.points for e in await PointEntry.filter(person_id__isnull=False)}
    assert points == {cadre.person_id: 5_000, place.secretary(place.town.village).person_id: 5_000}


async def test_a_slow_review_is_not_the_villages_delay_and_a_late_report_is(town: str) -> None:
    with on_day(0):
        place = await a_place()
        (slow,), (late,) = await sent(place, 0, due=5), await sent(place, 1, due=5)
        await tasks.report(place.secretary(slow.unit), slow, words="已巡查。")
    with on_day(20):
        await tasks.return_report(place.viewers["coordinator"], slow, what_to_mend="请补充。")
        await accepted(place, slow)
        await accepted(place, late)
        await read()
    told = {e.subject_id: (e.timely, e.why) for e in await PointEntry.filter(person_id=None)}
    assert told == {slow.pk: (True, ["returned"]), late.pk: (False, ["late"])}


async def test_suspensions_and_imposed_loads_are_marked_and_lateness_counts_after_an_objection_in_vain(
    town: str,
) -> None:
    with on_day(0):
        place = await a_place()
        objected, suspended, imposed = [(await sent(place, n, due=3))[0] for n in range(3)]
        coordinator = place.viewers["coordinator"]
        await tasks.suspend(coordinator, suspended, reason="先办防汛。")
        made = await tasks.object_to(
            place.secretary(objected.unit), objected, kind="overloaded", words="人手不够。"
        )
        await made.fetch_related(*tasks.Objection.judged_with)
        await tasks.answer_objection(coordinator, made, upheld=False, answer="请办理。")
        await tasks.Task.filter(pk=imposed.task_id).update(overload_reason="汛期不能推迟。")
    with on_day(1):
        await tasks.resume(coordinator, await fresh(suspended))
    with on_day(60):
        for one in (objected, suspended, imposed):
            await accepted(place, await fresh(one), rounds=2)
        await read()
    entries = await PointEntry.filter(person_id=None).order_by("subject_id")
    assert [(e.points, e.why) for e in entries] == [
        (5_400, ["late", "returned"]),
        (5_400, ["late", "returned", "suspended"]),
        (9_000, ["returned", "overload"]),
    ]
    late = await Tally.filter(source="timeliness", period__kind="month")
    assert [(t.n, t.perfect, t.left_out) for t in late] == [(1, 0, 2)]


async def test_a_coordinator_who_does_the_villages_work_credits_nobody(town: str) -> None:
    """One person at two posts gives a task out and reports it: nobody is credited for dealing with oneself."""
    with on_day(0):
        place = await a_place()
        (one,) = await sent(place)
        coordinator = place.viewers["coordinator"]
        post = await Post.create(
            person_id=coordinator.person_id, unit=place.town.village, role="cadre", from_on="2020-01-01"
        )
        await post.fetch_related("unit")
        both = replace(coordinator, hats=(*coordinator.hats, post.hat()))
        await tasks.report(both, one, words="已巡查。")
        await tasks.accept(coordinator, one)
        await read()
    entries = await PointEntry.all()
    assert [e.points for e in entries] == [0, 0] and entries[0].why == ["self_dealing"]
    assert not await Tally.exists()


async def test_an_emergency_is_whole_once_for_each_response_live_as_when_written_again(town: str) -> None:
    for day in range(3):
        with on_day(day):
            if day == 0:
                place = await a_place()
                responses = [
                    await tasks.declare_response(
                        place.viewers["head"],
                        place.town.township,
                        name=name,
                        level="Ⅲ级",
                        reason="连日暴雨。",
                    )
                    for name in ("防汛", "防台风")
                ]
            for response in responses[: 1 + (day == 2)]:
                (one,) = await sent(place)
                await tasks.Task.filter(pk=one.task_id).update(response_id=response.pk)
                await accepted(place, await fresh(one))
            await read()
    told = PointEntry.filter(person_id=None).order_by("id")
    first, second = (one.pk for one in responses)
    assert await told.values_list("points", "response") == [
        *((10_000, first), (0, first), (0, first), (10_000, second)),
    ]
    assert await check_points() == []


async def test_two_servers_reading_at_once_credit_everything_once(town: str) -> None:
    with on_day(0):
        place = await a_place()
        for matter in range(3):
            (one,) = await sent(place, matter)
            await accepted(place, one)
        await seal_all()
        await read_results()
        await Bookmark.filter(name="points").update(seq=0)
        await without_guard("point_entry")
        await Tortoise.get_connection("default").execute_query("DELETE FROM point_entry")
        await Tally.all().delete()
        await PersonScore.all().delete()
        await asyncio.gather(*(read_results() for _ in range(4)))
    assert await PointEntry.filter(person_id=None).count() == 3
    assert {t.n for t in await Tally.all()} == {3}


async def test_what_happened_before_facts_were_kept_is_no_result(town: str) -> None:
    """The trail of earlier versions has no facts in it: nothing is guessed from rows that have moved on."""
    with on_day(0):
        place = await a_place()
        (one,) = await sent(place)
        await accepted(place, one)
        await without_guard("event")
        await Event.filter(command="tasks.accept").update(details="{}")
        await read()
    assert not await PointEntry.exists()


async def test_grids_credit_their_village(town: str) -> None:
    with on_day(0):
        place = await a_place()
        (one,) = await sent(place, 0, place.town.grid)
        worker = await a_viewer("grid_worker", place.town.grid)
        await tasks.report(worker, one, words="已巡查。")
        await tasks.accept(place.viewers["coordinator"], one)
        await read()
    entries = await PointEntry.all().order_by("id")
    assert [(e.unit_id, e.person_id) for e in entries] == [
        (place.town.village.pk, None),
        (place.town.village.pk, worker.person_id),
    ]
    assert await Assignment.filter(state="accepted").count() == 1


async def test_somebody_with_two_posts_has_one_part_and_nothing_stands_still(town: str) -> None:
    with on_day(0):
        place = await a_place()
        (one,) = await sent(place)
        secretary = place.secretary(place.town.village)
        second = await Post.create(
            person_id=secretary.person_id, unit=place.town.grid, role="grid_worker", from_on=today()
        )
        await second.fetch_related("unit", "person")
        await tasks.hand_to(secretary, one, post=second)
        await accepted(place, await fresh(one))
        await read()
    assert [(e.person_id, e.points) for e in await PointEntry.all().order_by("id")] == [
        (None, 10_000),
        (secretary.person_id, 10_000),
    ]


async def test_nobody_hides_behind_another_by_reporting_for_them(town: str) -> None:
    """A coordinator who is a cadre too reports for the secretary and accepts it: self-dealing all the same."""
    with on_day(0):
        place = await a_place()
        (one,) = await sent(place)
        coordinator, village = place.viewers["coordinator"], place.town.village
        post = await Post.create(
            person_id=coordinator.person_id, unit=village, role="cadre", from_on="2020-01-01"
        )
        await post.fetch_related("unit")
        both = replace(coordinator, hats=(*coordinator.hats, post.hat()))
        for_whom = await Post.get(pk=place.secretary(village).post_id).prefetch_related("unit")
        head = await Post.get(pk=place.viewers["head"].post_id).prefetch_related("unit")
        with pytest.raises(Invalid, match="只能替本村社"):
            await tasks.report(both, one, words="已巡查。", on_behalf_of=head)
        await tasks.report(both, one, words="已巡查。", on_behalf_of=for_whom)
        await tasks.accept(coordinator, one)
        await read()
    assert {tuple(e.why) for e in await PointEntry.all()} == {("self_dealing",)}


async def test_a_village_founded_in_the_middle_of_a_period_gets_its_line_with_its_first_result(
    town: str,
) -> None:
    with on_day(0):
        place = await a_place()
        (one,) = await sent(place)
        await accepted(place, one)
        await read()
    with on_day(2):
        fresh_one = await a_unit("village", place.town.township, "新立村", "330624005299")
        place.viewers[f"secretary {fresh_one.pk}"] = await a_viewer("secretary", fresh_one)
        (one,) = await sent(place, 1, fresh_one)
        await accepted(place, one)
        await read()
    assert await VillageIndex.filter(unit=fresh_one).count() == 3
    assert await check_points() == []


async def test_the_page_that_holds_the_first_result_brings_the_scheme_to_credit_it_by(town: str) -> None:
    """Whenever it was sealed: what was looked for before the page was read would miss it for ever."""
    with on_day(0):
        place = await a_place()
        (one,) = await sent(place)
        await accepted(place, one)
        await seal_all()
        assert not await Scheme.exists()
        await read_on(READER, book._take)
    assert await PointEntry.filter(person_id=None).count() == 1
