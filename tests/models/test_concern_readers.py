"""Who knows of a concern: on lists, on the morning page, and of what hangs on it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from models import concerns, files
from models.concerns import Concern, ConcernFile, ConcernFilter
from models.files import File
from tests.builders import a_town, a_viewer
from tests.models.test_concerns import a_concern, desk, mine, officer, passed_on

pytestmark = pytest.mark.anyio


async def test_the_village_the_desk_and_whoever_has_it_know_of_it_and_nobody_else(town: str) -> None:
    place = await a_town()
    _, there = await passed_on(place)
    knowing = [there, await desk(place), await a_viewer("cadre", place.village)]
    knowing += [await a_viewer("observer", place.county), await a_viewer("supervisor", place.village)]
    for viewer in knowing:
        assert await Concern.visible_to(viewer).count() == 1
    others = [
        await a_viewer("secretary", place.second_village),
        await a_viewer("coordinator", place.other_township),
        await a_viewer("department_officer", place.other_department),
        await a_viewer("grid_worker", place.grid),
    ]
    for viewer in others:
        assert not await Concern.visible_to(viewer).exists()


async def test_a_photo_comes_with_it_and_is_seen_by_whoever_has_it(town: str) -> None:
    place = await a_town()
    photo = await files.keep("情况说明".encode(), "说明.txt")
    made, there = await a_concern(place, files=[photo]), await officer(place)
    hung = await ConcernFile.get(concern=made).select_related("file")
    assert not await File.visible_to(there).exists()
    await concerns.pass_on(await desk(place), made, to=place.department)
    assert (await File.find(there, hung.file.pk)).name == "说明.txt"


async def test_the_morning_page_shows_it_to_whoever_must_act_next(town: str) -> None:
    place = await a_town()
    made, coordinator, there = await a_concern(place), await desk(place), await officer(place)
    secretary, leader = await a_viewer("secretary", place.village), await a_viewer("leader", place.township)
    assert (await mine(coordinator), await mine(there), await mine(secretary)) == ([made.title], [], [])
    await concerns.pass_on(coordinator, made, to=place.department)
    assert (await mine(coordinator), await mine(there), await mine(leader)) == ([], [made.title], [])
    await Concern.filter(pk=made.pk).update(due_on=date(2020, 1, 1))
    assert await mine(leader) == [made.title]
    await concerns.answer(there, made, answer="已换。")
    assert (await mine(there), await mine(leader), await mine(secretary)) == ([], [], [made.title])
    await concerns.confirm(secretary, made, satisfied=True)
    assert await mine(secretary) == []


async def test_readers_find_by_state_by_words_and_what_is_late(town: str) -> None:
    place = await a_town()
    first, second = await a_concern(place), await a_concern(place, title="渠道堵塞")
    await concerns.answer(await desk(place), second, answer="已清。")
    await Concern.filter(pk=first.pk).update(due_on=date(2020, 1, 1))

    async def found(**wanted: Any) -> list[str]:
        rows = ConcernFilter(**wanted).among(Concern.all()).order_by("id")
        return [row.title for row in await rows]

    assert await found(state="open") == [first.title]
    assert await found(state="answered") == [second.title]
    assert await found(text=" 渠道 ") == [second.title]
    assert await found(overdue=True) == [first.title]
