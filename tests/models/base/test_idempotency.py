import asyncio
from dataclasses import replace

import pytest

from models.base.events import Event
from models.base.idempotency import Receipt
from models.base.refusals import Invalid, KeyReused, NotAllowed
from models.base.viewer import Viewer
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


async def of_one_person(*viewers: Viewer) -> Viewer:
    """Somebody with the posts of all of these, by one account."""
    first = viewers[0]
    return replace(first, hats=tuple(hat for one in viewers for hat in one.hats))


async def test_a_key_belongs_to_the_post_that_acted_and_not_to_the_account(town):
    t = await a_town()
    here, there = await a_viewer("coordinator", t.township), await a_viewer("coordinator", t.other_township)
    both = await of_one_person(there, here)
    await call_it.once("key-1", both, t.township, name="新名")
    assert (await call_it.answered("key-1", both, t.township, name="新名")).is_replay
    in_that_post = replace(both, hats=here.hats)
    assert (await call_it.answered("key-1", in_that_post, t.township, name="新名")).is_replay
    moved = replace(both, hats=there.hats)
    with pytest.raises(NotAllowed):
        await call_it.once("key-1", moved, t.township, name="新名")
    assert not (await call_it.answered("key-1", moved, t.other_township, name="别处的新名")).is_replay
    with pytest.raises(KeyReused):
        await call_it.once("key-1", both, t.township, name="又一个名")
    assert await Event.all().count() == 2


async def test_a_receipt_from_before_keys_named_a_post_is_the_accounts_in_every_post_of_it(town):
    t = await a_town()
    here = replace(await a_viewer("coordinator", t.township), account_id=7)
    there = replace(await a_viewer("coordinator", t.other_township), account_id=8)
    await call_it.once("key-1", here, t.township, name="新名")
    assert await Receipt.all().update(owner="account:7") == 1
    for viewer in (here, await of_one_person(here, there)):
        assert (await call_it.answered("key-1", viewer, t.township, name="新名")).is_replay
        with pytest.raises(KeyReused):
            await call_it.once("key-1", viewer, t.township, name="又一个名")
    assert not (await call_it.answered("key-1", there, t.other_township, name="新名")).is_replay
    assert await Event.all().count() == await Receipt.all().count() == 2


async def test_a_person_of_two_posts_who_sends_twice_at_once_counts_once(town):
    t = await a_town()
    here, there = await a_viewer("coordinator", t.township), await a_viewer("coordinator", t.other_township)
    both = await of_one_person(there, here)

    async def post() -> int:
        return (await call_it.once("key-1", both, await Unit.get(pk=t.township.pk), name="新名")).pk

    assert set(await asyncio.gather(*(post() for _ in range(9)))) == {t.township.pk}
    assert await Event.all().count() == await Receipt.all().count() == 1


async def test_whoever_is_cut_off_before_the_end_has_done_nothing_and_after_it_is_told_the_answer_again(
    town, monkeypatch
):
    t = await a_town()
    coordinator = await a_viewer("coordinator", t.township)

    def cut_off() -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as away:
        away.setattr("models.base.commands.kick", cut_off)  # within the transaction of the key
        with pytest.raises(asyncio.CancelledError):
            await call_it.once("key-1", coordinator, await Unit.get(pk=t.township.pk), name="新名")
    assert await Event.all().count() == await Receipt.all().count() == 0
    first = await call_it.answered("key-1", coordinator, await Unit.get(pk=t.township.pk), name="新名")
    again = await call_it.answered("key-1", coordinator, await Unit.get(pk=t.township.pk), name="新名")
    assert (first.is_replay, again.is_replay, await Event.all().count()) == (False, True, 1)
