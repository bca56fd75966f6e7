"""The page on which a township sees whether its people were reached."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.base.clock import now, today
from models.people import Person, Post
from models.reminders import Reminder
from tests.builders import a_town, a_viewer
from tests.views.conftest import Site

pytestmark = pytest.mark.anyio


async def _reminder(person_id: int | None, number: int, **changes: object) -> None:
    await Reminder.create(
        person_id=person_id,
        kind="urged",
        subject_type="Assignment",
        subject_id=number,
        day=today(),
        words="秘密的话",
        made_at=now(),
        **changes,
    )


async def test_the_desk_sees_who_was_reached_and_never_the_words(town: str, site: Site) -> None:
    place = await a_town()
    reached, silent, elsewhere = [
        await a_viewer("secretary", unit, name=name)
        for unit, name in (
            (place.village, "已送达者"),
            (place.second_village, "未送达者"),
            (place.other_village, "外镇人员"),
        )
    ]
    for number in (1, 2):
        await _reminder(reached.person_id, number, sent_at=now().replace(microsecond=0), tries=1)
    await _reminder(reached.person_id, 3, sent_at=now() - timedelta(minutes=5), tries=1)
    await _reminder(silent.person_id, 1, given_up=True, tries=5)
    await _reminder(elsewhere.person_id, 1, given_up=True)
    desk = await site.as_a("coordinator", place.township)
    text = (await desk.get("/reminders")).text
    assert "2 条" in text and "1 件没有送到" in text and "不会送达" in text
    assert text.index("未送达者") < text.index("已送达者")
    assert "外镇人员" not in text and "秘密的话" not in text
    assert "/reminders" in (await desk.get("/people")).text
    await Person.filter(pk=silent.person_id).update(phone="")
    assert "没有手机号码" in (await desk.get("/reminders")).text


async def test_nobody_else_finds_the_page(town: str, site: Site) -> None:
    place = await a_town()
    for role, unit in (
        ("secretary", place.village),
        ("leader", place.township),
        ("department_officer", place.department),
    ):
        assert (await (await site.as_a(role, unit)).get("/reminders")).status_code == 404
    assert (await site.visitor().get("/reminders")).status_code == 303


async def test_what_lies_a_week_back_or_belongs_to_who_left_is_not_shown(town: str, site: Site) -> None:
    place = await a_town()
    old, gone = [await a_viewer("secretary", place.village, name=name) for name in ("上周的人", "离任的人")]
    await _reminder(old.person_id, 1, given_up=True)
    await Reminder.all().update(made_at=now() - timedelta(days=8))
    await _reminder(gone.person_id, 1, given_up=True)
    await Post.filter(pk=gone.post_id).update(until_on=today() - timedelta(days=1))
    text = (await (await site.as_a("head", place.township)).get("/reminders")).text
    assert "上周的人" not in text and "离任的人" not in text and "没有要发的提醒" in text
