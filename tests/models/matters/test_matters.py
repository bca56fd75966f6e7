"""The list: drafted by one, published by another, frozen for ever, and found by everyday words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models import matters, screening
from models.base.clock import today
from models.base.refusals import Invalid, NotAllowed, NotNow
from models.matters import Matter, MatterAlias, catalogue_of, list_in_force, search_matters
from tests.builders import SAID, Town, a_list, a_request, a_town, a_viewer, nobody_is_consulted

pytestmark = pytest.mark.anyio

GOOD = SAID | {"code": "XZ-FX-01", "title": "防汛巡查", "category": "assist"}


async def a_draft(place: Town) -> tuple[Any, Any]:
    await nobody_is_consulted(place.city)
    keeper = await a_viewer("list_keeper", place.city)
    return keeper, await matters.draft_list(keeper, place.city, title="清单")


async def test_a_list_is_published_by_another_keeper_with_a_reason_from_a_day_to_come(town: str) -> None:
    place = await a_town()
    keeper, draft = await a_draft(place)
    await matters.put_matter(keeper, draft, **GOOD)
    await matters.propose(keeper, draft, reason="首次发布")
    with pytest.raises(NotAllowed):
        await matters.publish(keeper, draft, reason="同意", effective_on=today())
    other = await a_viewer("list_keeper", place.city)
    with pytest.raises(Invalid):
        await matters.publish(other, draft, reason="", effective_on=today())
    with pytest.raises(Invalid):
        await matters.publish(other, draft, reason="同意", effective_on=today() - timedelta(days=1))
    await matters.publish(other, draft, reason="同意", effective_on=today() + timedelta(days=3))
    assert await list_in_force(place.city.path) is None
    in_force = await list_in_force(place.city.path, today() + timedelta(days=3))
    assert in_force is not None and in_force.pk == draft.pk
    with pytest.raises(NotNow):
        await matters.put_matter(keeper, draft, **GOOD | {"title": "改名"})


async def test_whoever_wrote_in_a_list_does_not_publish_it_though_others_wrote_later_and_proposed_it(
    town: str,
) -> None:
    place = await a_town()
    keeper, draft = await a_draft(place)
    other, third = [await a_viewer("list_keeper", place.city) for _ in range(2)]
    await matters.put_matter(other, draft, **GOOD)
    await matters.put_matter(keeper, draft, **GOOD | {"title": "改名"})
    proposer = await a_viewer("list_keeper", place.city)
    await matters.propose(proposer, draft, reason="首次发布")
    for writer in (keeper, other):
        with pytest.raises(NotAllowed, match="写过这一版"):
            await matters.publish(writer, draft, reason="同意", effective_on=today())
    await matters.publish(third, draft, reason="同意", effective_on=today())


async def test_a_matter_without_a_legal_basis_is_not_published(town: str) -> None:
    place = await a_town()
    keeper, draft = await a_draft(place)
    await matters.put_matter(keeper, draft, **GOOD | {"legal_basis": ""})
    with pytest.raises(Invalid, match="依据"):
        await matters.propose(keeper, draft, reason="首次发布")
        await matters.publish(
            await a_viewer("list_keeper", place.city), draft, reason="x", effective_on=today()
        )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"category": "whatever"}, "category"),
        ({"demands": ["never_heard_of"]}, "demands"),
        ({"norm_days": -1}, "norm_days"),
        ({"code": "has.stop"}, "code"),
    ],
)
async def test_a_wrong_matter_is_refused_by_its_field(town: str, changes: dict[str, Any], field: str) -> None:
    place = await a_town()
    keeper, draft = await a_draft(place)
    with pytest.raises(Invalid) as no:
        await matters.put_matter(keeper, draft, **GOOD | changes)
    assert no.value.field == field and not await Matter.exists()


async def test_only_keepers_of_the_region_touch_the_list(town: str) -> None:
    place = await a_town()
    _, draft = await a_draft(place)
    for role, unit in (
        ("coordinator", place.township),
        ("list_keeper", place.county),
        ("observer", place.city),
    ):
        with pytest.raises(NotAllowed):
            await matters.put_matter(await a_viewer(role, unit), draft, **GOOD)


async def test_a_draft_may_begin_as_a_copy_of_another_version_and_leaves_it_alone(town: str) -> None:
    place = await a_town()
    first = await a_list(place.city)
    keeper = await a_viewer("list_keeper", place.city)
    draft = await matters.draft_list(keeper, place.city, title="第二版", based_on=first)
    codes = set(await Matter.filter(list=first).values_list("code", flat=True))
    assert set(await Matter.filter(list=draft).values_list("code", flat=True)) == codes
    await matters.drop_matter(keeper, draft, code="XZ-NY-01")
    assert await Matter.filter(list=first, code="XZ-NY-01").exists()
    assert draft.number == first.number + 1


@pytest.mark.parametrize("words", ["秸秆", "秸秆 巡查", "jgjs", "烧荒", "XZ-NY-01"])
async def test_matters_are_found_by_name_initials_everyday_words_and_code(town: str, words: str) -> None:
    place = await a_town()
    made = await a_list(place.city)
    matter = await Matter.get(list=made, code="XZ-NY-01").prefetch_related("list__region")
    keeper = await a_viewer("list_keeper", place.city)
    await matters.add_alias(keeper, matter, phrase="烧荒")
    village = await a_viewer("secretary", place.village)
    found = await search_matters(village, words)
    assert [one.code for one in found][:1] == ["XZ-NY-01"]
    assert await MatterAlias.all().count() == 1


async def test_drafts_are_the_keepers_alone(town: str) -> None:
    place = await a_town()
    keeper, draft = await a_draft(place)
    await matters.put_matter(keeper, draft, **GOOD)
    for role, unit in (("coordinator", place.township), ("department_officer", place.department)):
        assert not await Matter.visible_to(await a_viewer(role, unit)).exists()
    assert await Matter.visible_to(keeper).count() == 1


async def test_what_a_reader_confirms_is_suggested_by_at_once_and_changes_no_verdict(town: str) -> None:
    place = await a_town()
    made = await a_list(place.city)
    saying = "清明前后看住地头火"
    before = (await catalogue_of(made)).suggest(saying)
    assert not before or before[0].matter.code != "XZ-NY-01"
    request = await a_request(place, title=saying)
    await screening.admit(await a_viewer("coordinator", place.township), request)
    assert (await catalogue_of(made)).suggest(saying)[0].matter.code == "XZ-NY-01"
    unlisted = await a_request(place, title=saying, matter_code="")
    assert unlisted.state == "rejected", "a suggestion passes nothing"
    assert not await MatterAlias.visible_to(await a_viewer("secretary", place.village)).exists()
    assert await MatterAlias.visible_to(await a_viewer("list_keeper", place.city)).count() == 1
