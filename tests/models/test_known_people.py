"""Who is known already is nobody new, whichever way they come in; and what says nothing names nobody."""

from __future__ import annotations

import asyncio

import pytest

from models import matters, people, units
from models.base.refusals import Invalid
from models.base.viewer import TOWN_CLOCK
from models.people import Person, Post
from models.people.duplicates import known_as, known_people
from tests.builders import a_town
from tests.counting import counted
from tests.models.test_importing import MATTERS, a_draft, csv_of, people_of

pytestmark = pytest.mark.anyio
UNITS = ["code", "name", "level", "parent_code"]
NOTHING_SAID = ("……", "？？", "😀", "——", "\u200b。")


async def test_no_table_brings_in_a_name_or_a_title_without_a_letter(town: str) -> None:
    place = await a_town()
    keeper, draft = await a_draft(place)
    clock, rows = TOWN_CLOCK, people_of(place)
    heads, (code, _, *rest) = MATTERS[:2]
    for words in NOTHING_SAID:
        with pytest.raises(Invalid, match="没有文字"):
            await people.import_people(
                clock, place.township, "a.csv", csv_of([rows[0], [words, *rows[1][1:]]])
            )
        with pytest.raises(Invalid, match="没有文字"):
            await units.import_units(
                clock, "a.csv", csv_of([UNITS, ["330624999", words, "township", place.county.code]])
            )
        with pytest.raises(Invalid, match="没有填名称"):
            await matters.import_matters(keeper, draft, "a.csv", csv_of([heads, [code, words, *rest]]))


async def test_without_a_telephone_a_name_is_somebody_of_one_unit(town: str) -> None:
    place = await a_town()
    villages = (place.village.code, place.other_village.code)
    head = people_of(place)[0][:4]
    table = csv_of([head, *(["孙巧巧", "", code, "村社干部"] for code in villages)])
    done = await people.import_people(TOWN_CLOCK, place.county, "a.csv", table)
    assert await Person.filter(name="孙巧巧").count() == 2 and "当作两个人" in str(done.doubts)
    again = await people.import_people(TOWN_CLOCK, place.county, "a.csv", table)
    assert (again.made, again.same) == (0, 2)
    more = csv_of([head, ["孙巧巧", "", villages[0], "网格员"]])
    await people.import_people(TOWN_CLOCK, place.county, "b.csv", more)
    assert await Person.filter(name="孙巧巧").count() == 2


async def test_the_same_table_twice_at_once_makes_each_post_once(town: str) -> None:
    place = await a_town()
    table = csv_of(people_of(place))
    done = await asyncio.gather(
        *(people.import_people(TOWN_CLOCK, place.township, "a.csv", table) for _ in range(3))
    )
    assert sorted(one.made for one in done) == [0, 0, 3] and sum(one.same for one in done) == 6
    assert await Post.filter(person__name__in=["吕金木", "石秀英"]).count() == 3
    assert await Person.filter(name__in=["吕金木", "石秀英"]).count() == 2


async def test_somebody_who_is_known_is_not_enrolled_a_second_time(town: str) -> None:
    place = await a_town()
    first = await people.enrol(TOWN_CLOCK, place.village, name="文明", phone="13899990001", role="cadre")
    for name, role in (("文 明", "cadre"), ("⽂明", "secretary")):
        post = await people.enrol(
            TOWN_CLOCK, place.other_village, name=name, phone="+86 138-9999-0001", role=role
        )
        assert post.person_id == first.person_id
    with pytest.raises(Invalid, match="已经担任"):
        await people.enrol(TOWN_CLOCK, place.village, name="文明", phone="13899990001", role="cadre")
    other = await people.enrol(TOWN_CLOCK, place.village, name="文明", phone="13899990002", role="cadre")
    assert other.person_id != first.person_id


async def test_looking_for_people_does_not_grow_with_the_town(town: str) -> None:
    many = [Person(name=f"村民{n}", phone=f"138{n:08}") for n in range(2_500)]
    await Person.bulk_create(many, batch_size=500)
    with counted() as asked:
        keys = [known_as("村民 7", "138-0000-0007", 1), known_as("没有的人", "", 1)]
        found = await known_people(keys, Person.all())
    assert len(found) == 1 and len(asked) <= 4
