"""How soon an accepted result stands on the boards of the month, the quarter and the year: alone, and in a stream of them."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict

from models import rankings, tasks
from models.base.events import Event
from models.base.followers import Bookmark, run_followers
from models.base.sealer import run_sealer, seal_all
from models.base.viewer import Viewer
from models.people import Post
from models.schemes import Period
from models.tasks import Assignment
from tests.bench.timing import Timed, timed

LIVE_WITHIN = 5_000
SECONDS, EVERY = 20, 0.4


async def single_results(times: int = 5) -> list[Timed]:
    """One result after the other, each sealed, credited, scored and placed before the next."""
    waiting = await _waiting(times + 1)

    async def accepted() -> None:
        await _accepted(waiting.pop())
        await seal_all()
        await rankings.keep_up()

    return [await timed("accepted result to boards", accepted, times, LIVE_WITHIN)]


async def stream() -> list[Timed]:
    """Results come in all the time while the sealer and the followers run, as they do in a serving process."""
    working = [asyncio.create_task(job()) for job in (run_sealer, run_followers)]
    took: dict[str, list[float]] = defaultdict(list)
    watching = []
    try:
        for waiting in await _waiting(int(SECONDS / EVERY)):
            watching.append(asyncio.create_task(_watched(await _accepted(waiting), took)))
            await asyncio.sleep(EVERY)
        await asyncio.gather(*watching)
    finally:
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)
    name = f"one of {len(watching)} results, {1 / EVERY:.1f} a second, to the boards of the"
    return [Timed(f"{name} {kind}", wall, [], 0, LIVE_WITHIN) for kind, wall in took.items()]


async def _watched(event: int, took: dict[str, list[float]]) -> None:
    """Until every open period shows what was credited of the event."""
    began = time.perf_counter()
    # Another server's follower may be the one that credits it: there is nothing in this process to wait for.
    while not await _is_credited(event):  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    wanted = {one.pk: one.moves for one in await Period.filter(closed_at=None)}
    while wanted:
        for one in await Period.filter(id__in=list(wanted)):
            if one.shown_moves >= wanted[one.pk]:
                took[one.kind].append((time.perf_counter() - began) * 1000)
                del wanted[one.pk]
        await asyncio.sleep(0.05)


async def _is_credited(event: int) -> bool:
    mark = await Bookmark.get(name="points")
    return await Event.filter(id=event, seq__lte=mark.seq).exists()


async def _waiting(many: int) -> list[Assignment]:
    """Reports that their township has not looked at yet, written first where there are too few."""
    rows = Assignment.filter(state="dispatched")
    found = []
    for one in await rows.order_by("id").limit(many).prefetch_related(*Assignment.judged_with):
        secretary = await Post.filter(role="secretary", unit_id=one.unit_id).first().select_related("unit")
        assert secretary is not None
        await tasks.report(_viewer(secretary), one, words="已办结。")
        found.append(await Assignment.get(pk=one.pk).prefetch_related(*Assignment.judged_with))
    assert len(found) == many
    return found


async def _accepted(one: Assignment) -> int:
    """The number of the event that tells of it."""
    desk = await Post.filter(role="coordinator", unit_id=one.task.township_id).first().select_related("unit")
    assert desk is not None
    await tasks.accept(_viewer(desk), one)
    event = await Event.filter(command="tasks.accept").order_by("-id").first()
    assert event is not None
    return event.pk


def _viewer(post: Post) -> Viewer:
    return Viewer(post.person_id, None, "", (post.hat(),))
