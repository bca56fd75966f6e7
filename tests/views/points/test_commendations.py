"""Praise on pages: at once, with its story, and of nobody who does not wish it."""

from __future__ import annotations

import pytest

from models import bidding
from models.bidding import Milestone
from models.people import Post
from models.points import Commendation, OptOut
from models.tasks import Assignment
from tests.builders import a_town, a_viewer
from tests.models.bidding import scenes
from tests.schema.scenes_of_bidding import over_now
from tests.views.conftest import Site
from tests.views.playing import STORY, form, played

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=played)]


async def test_praise_appears_at_once_with_its_story_and_without_those_who_do_not_wish_it(
    town: str, site: Site
) -> None:
    here = await played()
    head = await site.signed_in(await Post.get(pk=here.head.post_id))
    hand = here.hands[here.place.village.pk]
    copy = await Assignment.filter(unit=here.place.village).order_by("id").first()
    assert copy is not None
    at = f"/assignments/{copy.pk}/praise"
    short = await head.post(at, data=form(story="好", posts=[str(hand.post_id)]))
    assert short.status_code == 422 and "10 到 500 个字" in short.text and ">\n好</textarea>" in short.text
    assert (await head.post(at, data=form(story=STORY, posts=[str(hand.post_id)]))).status_code == 303
    for board in ("praise", "persons"):
        text = (await head.get(f"/rankings?board={board}")).text
        assert STORY in text and "人梅渚村" in text
    village = await site.signed_in(await Post.get(pk=hand.post_id))
    assert STORY in (await village.get(f"/assignments/{copy.pk}")).text
    said = await village.post("/account/boards", data=form(stay_away="1"))
    assert said.status_code == 303 and await OptOut.filter(ended_at=None).count() == 1
    text = (await head.get("/rankings?board=praise")).text
    assert STORY in text and "人梅渚村" not in text
    assert STORY not in (await head.get("/rankings?board=persons")).text
    own = "人梅渚村（只有您自己看得到）"
    assert own in (await village.get("/rankings?board=praise")).text
    assert own in (await village.get(f"/assignments/{copy.pk}")).text
    assert "现在不写您的名字" in (await village.get("/account")).text
    await village.post("/account/boards", data=form(stay_away=""))
    assert "人梅渚村" in (await head.get("/rankings?board=praise")).text
    assert "只有您自己" not in (await village.get("/rankings?board=praise")).text


async def test_a_village_cannot_praise_itself_and_is_not_offered_to(town: str, site: Site) -> None:
    here = await played()
    copy = await Assignment.filter(unit=here.place.village).order_by("id").first()
    assert copy is not None
    own = await site.signed_in(await Post.get(pk=here.hands[here.place.village.pk].post_id))
    assert "/praise" not in (await own.get(f"/assignments/{copy.pk}")).text
    no = await own.post(f"/assignments/{copy.pk}/praise", data=form(story=STORY))
    assert no.status_code == 403 and "不能表扬自己" in no.text
    assert not await Commendation.exists()


@pytest.mark.furnished(by=None)
async def test_a_project_that_stands_is_praised_on_the_page_of_its_award(town: str, site: Site) -> None:
    place = await a_town()
    award, _, _ = await scenes.awarded(place, at=over_now())
    hand, desk = await a_viewer("secretary", place.village), await a_viewer("coordinator", place.township)
    head = await site.as_a("head", place.township)
    at = f"/awards/{award.pk}"
    assert f"{at}/praise" not in (await head.get(at)).text, "not before it stands"
    for number in range(4):
        step = await Milestone.get(award=award, position=number).prefetch_related(*Milestone.judged_with)
        await bidding.report_milestone(hand, step, words="已完成。")
        await bidding.accept_milestone(desk, step)
    assert f"{at}/praise" in (await head.get(at)).text
    assert (await head.post(f"{at}/praise", data=form(story=STORY))).status_code == 303
    told = (await head.get(at)).text
    assert STORY in told and f"{at}/praise" not in told, "nobody praises one thing twice"
