"""Files sent ahead are held for a day, sixty at most, and what nobody used is gone from the disk as well."""

from __future__ import annotations

import asyncio
import errno
from dataclasses import replace
from datetime import timedelta

import pytest

from models import bidding, files
from models.base.clock import clock_at, now, tick
from models.base.refusals import Invalid, NotAllowed
from models.base.settings import settings
from models.base.viewer import ANONYMOUS, Viewer
from models.files import Upload, filed
from models.files.storage import place_of, small_place
from models.files.uploads import AT_WORK, HELD_FOR, MOST_HELD
from tests.builders import a_town, a_viewer
from tests.pictures import photo

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


@pytest.fixture
def a_small_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three files a day and one megabyte of them."""
    few = replace(settings(), uploads_a_day=3, upload_megabytes_a_day=1)
    monkeypatch.setattr("models.files.uploads.settings", lambda: few)


async def test_a_day_holds_so_many_files_of_a_person_and_the_next_day_as_many(
    town: str, a_small_day: None
) -> None:
    place = await a_town()
    secretary = await a_viewer("secretary", place.village)
    done = await asyncio.gather(*[_sent(secretary, f"巡查{n}") for n in range(5)], return_exceptions=True)
    no = [one for one in done if isinstance(one, Invalid)]
    assert len(no) == 2 and "每人每天最多上传 3 个附件" in no[0].reason
    await filed(secretary, [files.stored_of(one) for one in done if isinstance(one, Upload)])
    with pytest.raises(Invalid, match="今天已满"):
        await files.must_have_room(secretary)
    await _sent(await a_viewer("secretary", place.second_village), "别人的")
    with clock_at(now() + timedelta(days=1)):
        await _sent(secretary, "第二天")


async def test_a_day_holds_so_much_room_for_a_person_small_copies_among_it(
    town: str, a_small_day: None
) -> None:
    secretary = await a_viewer("secretary", (await a_town()).village)
    made, _ = await files.held(secretary, photo(), "a.jpg")
    lies = place_of(made.digest).stat().st_size + small_place(made.digest).stat().st_size
    assert made.size == lies
    await Upload.filter(id=made.pk).update(size=(1 << 20) - 8)
    both = [_sent(secretary, "四字之内"), _sent(secretary, "又一个字")]
    done = await asyncio.gather(*both, return_exceptions=True)
    assert ["放不下" in getattr(one, "reason", "") for one in done] == [True, True]
    assert await Upload.all().count() == 1 and len(list(place_of(made.digest).parent.iterdir())) == 2


async def test_what_is_sent_again_waits_once_and_counts_twice(town: str, a_small_day: None) -> None:
    secretary = await a_viewer("secretary", (await a_town()).village)
    one, again = await _sent(secretary, "同一张"), await _sent(secretary, "同一张")
    assert one.digest == again.digest and [up.named for up in await Upload.all().order_by("id")] == [
        True,
        False,
    ]
    await _sent(secretary, "另一张")
    with pytest.raises(Invalid, match="今天已满"):
        await _sent(secretary, "同一张")


async def test_a_disk_that_is_full_leaves_nothing_half_written(
    town: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    secretary = await a_viewer("secretary", (await a_town()).village)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("models.files.storage.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        await _sent(secretary, "写不下")
    assert not [one for one in place_of("00").parent.parent.rglob("*") if one.is_file()]
    monkeypatch.undo()
    assert place_of((await _sent(secretary, "写不下")).digest).exists(), "it goes on without a restart"


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
