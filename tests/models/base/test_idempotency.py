import asyncio

import pytest

from models.base.events import Event
from models.base.refusals import Invalid, NotAllowed
from models.units import Unit
from tests.builders import a_town, a_viewer
from tests.models.base.test_commands import call_it

pytestmark = pytest.mark.anyio


async def test_fifty_at_once_count_once_and_answer_alike(town):
    t = await a_town()
    coordinator = await a_viewer("coordinator", t.township)

    async def post() -> int:
        unit = await Unit.get(pk=t.township.pk)
        return (await call_it.once("key-1", coordinator, unit, name="新名")).pk

    answers = await asyncio.gather(*(post() for _ in range(50)))
    assert set(answers) == {t.township.pk}
    assert await Event.all().count() == 1


async def test_the_same_key_with_other_content_is_refused(town):
    t = await a_town()
    coordinator = await a_viewer("coordinator", t.township)
    await call_it.once("key-1", coordinator, t.township, name="新名")
    with pytest.raises(Invalid, match="另一份内容"):
        await call_it.once("key-1", coordinator, t.township, name="别名")


async def test_a_refusal_uses_no_key(town):
    t = await a_town()
    coordinator, other = await a_viewer("coordinator", t.township), await a_viewer("secretary", t.village)
    with pytest.raises(NotAllowed):
        await call_it.once("key-1", other, t.township, name="新名")
    with pytest.raises(Invalid):
        await call_it.once("key-1", coordinator, t.township, name="")
    await call_it.once("key-1", coordinator, t.township, name="新名")


async def test_keys_of_two_people_are_two_keys(town):
    t = await a_town()
    first, second = await a_viewer("coordinator", t.township), await a_viewer("coordinator", t.township)
    await call_it.once("key-1", first, t.township, name="甲")
    await call_it.once("key-1", second, t.township, name="乙")
    assert (await Unit.get(pk=t.township.pk)).name == "乙"


async def test_a_missing_key_is_refused(town):
    t = await a_town()
    with pytest.raises(Invalid, match="刷新"):
        await call_it.once("", await a_viewer("coordinator", t.township), t.township, name="甲")
