"""Files sent ahead are held for a day, sixty at most, and what nobody used is gone from the disk as well."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from models import bidding, files
from models.base.clock import clock_at, now, tick
from models.base.refusals import Invalid, NotAllowed
from models.base.viewer import ANONYMOUS, Viewer
from models.files import Upload, filed
from models.files.keeping import place_of
from models.files.uploads import AT_WORK, HELD_FOR, MOST_HELD
from tests.builders import a_town, a_viewer

pytestmark = pytest.mark.anyio
LATER = HELD_FOR + AT_WORK + timedelta(minutes=1)


async def _sent(viewer: Viewer, words: str) -> Upload:
    return (await files.held(viewer, words.encode(), "a.txt"))[0]


async def test_of_many_sent_at_once_none_slips_past_the_limit(town: str) -> None:
    secretary = await a_viewer("secretary", (await a_town()).village)
    told = {"purpose": "open", "content": "{}", "made_at": now()}
    await Upload.bulk_create([Upload(person_id=secretary.person_id, **told)] * (MOST_HELD - 2))
    both = [files.held(secretary, f"巡查{n}".encode(), "a.txt") for n in range(6)]
    sealed = [bidding.held_sealed(secretary, f"方案{n}".encode(), "b.txt") for n in range(6)]
    done = await asyncio.gather(*both, *sealed, return_exceptions=True)
    refused = [one for one in done if isinstance(one, Invalid)]
    assert len(refused) == 10 and "最多 60 个" in str(refused[0])
    assert await Upload.all().count() == MOST_HELD
    on_disk = [one for one in place_of("00").parent.parent.rglob("*") if one.is_file()]
    assert len(on_disk) == 2, "nor do their bytes reach the disk"


async def test_strangers_and_whoever_looks_as_another_send_nothing(town: str) -> None:
    with pytest.raises(NotAllowed):
        await files.must_have_room(ANONYMOUS)


async def test_what_nobody_used_is_forgotten_and_gone_from_the_disk(town: str) -> None:
    secretary = await a_viewer("secretary", (await a_town()).village)
    unused = await _sent(secretary, "没用上")
    _, paper = await bidding.held_sealed(secretary, "没写进竞榜书".encode(), "b.txt")
    with clock_at(now() + HELD_FOR + timedelta(minutes=1)):
        await tick()
        assert not await Upload.visible_to(secretary).exists()
        assert place_of(unused.digest).exists(), "a command may still be at it"
    with clock_at(now() + LATER):
        await tick()
    assert not await Upload.exists()
    assert not place_of(unused.digest).exists() and not place_of(paper.digest).exists()
    assert not list(place_of(unused.digest).parent.iterdir()), "nothing is left beside it"


async def test_bytes_stay_that_something_speaks_of(town: str) -> None:
    """A file that was attached, a paper that a command was given, and a file that somebody has sent again."""
    secretary = await a_viewer("secretary", (await a_town()).village)
    attached, refused, again = [await _sent(secretary, words) for words in ("附上", "被退回", "又传")]
    given, _ = await bidding.held_sealed(secretary, "点了名".encode(), "b.txt")
    await filed(secretary, [files.stored_of(attached)])
    await files.no_longer_wait(secretary.person_id, [given.digest])
    with clock_at(now() + HELD_FOR):
        renewed = await _sent(secretary, "又传")
    with clock_at(now() + LATER):
        await tick()
    assert [one.pk for one in await Upload.all()] == [renewed.pk] and renewed.digest == again.digest
    assert all(place_of(one.digest).exists() for one in (attached, given, again))
    assert not place_of(refused.digest).exists(), "it hangs on nothing: the command refused"


async def test_bytes_that_a_page_puts_away_again_meanwhile_stay(town: str) -> None:
    """No row speaks of them yet: the form that sent them is still being read."""
    secretary = await a_viewer("secretary", (await a_town()).village)
    once = await _sent(secretary, "一样的内容")
    with clock_at(now() + LATER):
        await files.keep("一样的内容".encode(), "b.txt")
        await tick()
    assert not await Upload.exists() and place_of(once.digest).exists()
