"""The pages that are read most, each beside the same page by hand."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from models.base.clock import now, today
from models.base.events import Event
from models.base.viewer import Viewer
from models.bidding import Project
from models.points import PointEntry
from models.rankings import Board
from models.schemes import PeerGroup, Scheme
from models.tasks import Assignment, Task
from tests.bench.by_hand import boards, burden, lists, projects, tasks
from tests.bench.by_hand import today as mornings
from tests.bench.by_hand.page import ByHand
from tests.bench.by_hand.page import Reader as Seen
from tests.bench.pairs import MOST, Pair
from tests.bench.wire import Asked
from tests.builders import Town

ENTRIES = 20


@dataclass(frozen=True)
class Reader:
    """Somebody signed in."""

    viewer: Viewer
    browser: httpx.AsyncClient

    @property
    def seen(self) -> Seen:
        return Seen(self.viewer)

    def page(self, name: str, at: str, twin: ByHand) -> Pair:
        headers = {"cookie": f"session={self.browser.cookies['session']}", "accept-encoding": "br"}
        return Pair(name, Asked(at, headers), twin, MOST)


async def pairs(town: Town, of: dict[str, Reader], wide: Task) -> list[Pair]:
    await _entries(town)
    here, city = town.township.pk, town.city.pk
    secretary, coordinator, leader = (of[name] for name in ("secretary", "coordinator", "leader"))
    opened = await Project.filter(state="opened").order_by("id").first()
    board = await Board.get(area_id=city, audience="villages", period__kind="month")
    group = await PeerGroup.filter(kind="village").order_by("id").first()
    assert opened is not None and group is not None
    return [
        secretary.page("今日待办 of a secretary", "/", mornings.of_a_secretary(secretary.seen)),
        coordinator.page("今日待办 of a coordinator", "/", mornings.of_a_coordinator(coordinator.seen)),
        coordinator.page("tasks", "/tasks", lists.tasks(coordinator.seen)),
        leader.page("a task for 32 villages", f"/tasks/{wide.pk}", tasks.task(leader.seen, wide.pk)),
        coordinator.page("queue", "/screening", lists.queue(coordinator.seen)),
        secretary.page("board", "/board", lists.board(secretary.seen)),
        coordinator.page("project", f"/board/{opened.pk}", projects.project(coordinator.seen, opened.pk)),
        coordinator.page("burden", f"/burden?at={here}", burden.burden(coordinator.seen)),
        secretary.page(
            "rankings",
            f"/rankings?at={city}",
            boards.rankings(secretary.seen, city, board.period_id, group.pk),
        ),
        secretary.page("points", "/points", boards.points(secretary.seen)),
    ]


async def _entries(town: Town) -> None:
    """Points that a village was given for its copies of tasks."""
    event, scheme = await Event.all().order_by("id").first(), await Scheme.all().order_by("id").first()
    assert event is not None and scheme is not None
    for copy in await Assignment.filter(unit_id=town.village.pk).order_by("id").limit(ENTRIES):
        await PointEntry.create(
            event_id=event.pk,
            scheme=scheme,
            unit=town.village,
            kind="task",
            subject_type="Assignment",
            subject_id=copy.pk,
            points=9_500,
            possible=10_000,
            counts_on=today(),
            done_on=today(),
            at=now(),
        )
