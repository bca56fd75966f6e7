"""After the award by pages: building and inspecting, asking for time, objecting."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.base.clock import clock_at, now
from models.bidding import Award, AwardObjection, Milestone, StepExtension
from tests.builders import a_town
from tests.models.bidding import scenes
from tests.schema.scenes_of_bidding import LONG, over_now
from tests.views.bidding.test_projects import sent
from tests.views.conftest import Site

pytestmark = pytest.mark.anyio


async def test_the_winner_builds_the_township_inspects_and_everybody_follows(town: str, site: Site) -> None:
    place = await a_town()
    award, _, second = await scenes.awarded(place, at=over_now())
    winner = await site.as_a("secretary", place.village)
    desk = await site.as_a("coordinator", place.township)
    steps = await Milestone.filter(award=award).order_by("position")
    at, project = f"/awards/{award.pk}", f"/projects/{award.project_id}"
    early = await sent(winner, f"{at}/milestones/{steps[1].pk}/report", words="开工了。")
    assert early.status_code == 409 and "前一个节点" in early.text
    photo = {"files": ("决议.txt", "决议".encode(), "text/plain")}
    told = await winner.post(
        f"{at}/milestones/{steps[0].pk}/report",
        data={"key": "r0", "words": "会已开，决议公开。"},
        files=photo,
        follow_redirects=True,
    )
    assert "已上报" in told.text and "决议.txt" in told.text
    back = await sent(desk, f"{project}/milestones/{steps[0].pk}/return", note="照片看不清。")
    assert "退回整改" in back.text
    await sent(winner, f"{at}/milestones/{steps[0].pk}/report", words="重新拍了。")
    assert "已通过" in (await sent(desk, f"{project}/milestones/{steps[0].pk}/accept")).text
    for step in steps[1:]:
        await sent(winner, f"{at}/milestones/{step.pk}/report", words="完成了。")
        await sent(desk, f"{project}/milestones/{step.pk}/accept")
    public = await site.visitor().get(f"/board/{award.project_id}")
    assert "已验收" in public.text and "重新拍了。" in public.text and "照片看不清" not in public.text
    loser = await site.as_a("secretary", place.second_village)
    assert (await sent(loser, f"{at}/object", words=LONG)).status_code == 409, "delivered"
    assert (await loser.get(f"/bids/{second.pk}")).status_code == 200


async def test_a_village_asks_for_time_and_the_township_answers_and_lets_a_step_rest(
    town: str, site: Site
) -> None:
    place = await a_town()
    award, *_ = await scenes.awarded(place, at=over_now())
    winner = await site.as_a("secretary", place.village)
    desk = await site.as_a("coordinator", place.township)
    step, waiting = await Milestone.filter(award=award).order_by("position").limit(2)
    at, project = f"/awards/{award.pk}", f"/projects/{award.project_id}"
    until = (step.due_on + timedelta(days=5)).isoformat()
    asked = await sent(winner, f"{at}/milestones/{step.pk}/time", reason="雨季不能开工。", until=until)
    assert "已申请延期" in asked.text and "撤回延期申请" in asked.text
    first = await StepExtension.get()
    assert "延期申请已撤回" in (await sent(winner, f"{at}/times/{first.pk}/take-back")).text
    await sent(winner, f"{at}/milestones/{step.pk}/time", reason="雨季不能开工。", until=until)
    second = await StepExtension.get(state="asked")
    answer = f"{project}/times/{second.pk}/answer"
    assert (await sent(desk, answer, granted="", answer="")).status_code == 422
    assert "已答复" in (await sent(desk, answer, granted="1")).text
    rested = await sent(desk, f"{project}/milestones/{step.pk}/suspend", reason="先办防汛。")
    assert "期限不再计算" in rested.text and f"milestones/{waiting.pk}/suspend" not in rested.text
    assert "先停一停" in (await winner.get(at)).text
    assert "补在期限后面" in (await sent(desk, f"{project}/milestones/{step.pk}/resume")).text
    with clock_at(now() + timedelta(days=60)):
        text = (await (await site.as_a("secretary", place.village)).get(at)).text
        assert text.count("已逾期") == 1, "what waits for its turn is not late"
        assert "等前一个节点通过再办" in text


async def test_an_objection_is_the_villages_and_the_townships_and_only_its_answer_public(
    town: str, site: Site
) -> None:
    place = await a_town()
    award, *_ = await scenes.awarded(place, at=over_now())
    loser = await site.as_a("secretary", place.second_village)
    words = "比选时没有到现场看房，面积写大了。"
    told = await sent(loser, f"/awards/{award.pk}/object", words=words)
    assert "异议已提出" in told.text and words in told.text
    against = await AwardObjection.get(award=award)
    address = f"/projects/{award.project_id}/objections/{against.pk}/answer"
    judge = await site.as_a("head", place.township)
    assert words in (await judge.get(f"/projects/{award.project_id}")).text
    ended = await sent(judge, address, answer="现场复核属实，重新比选，谢谢监督。", upheld="1")
    assert "已答复" in ended.text
    assert (await Award.get(pk=award.pk)).state == "fallen"
    public = (await site.visitor().get(f"/board/{award.project_id}")).text
    assert "现场复核属实" in public and "异议成立" in public and words not in public
