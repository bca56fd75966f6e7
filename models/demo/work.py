"""Playing requests through the town: each step an ordinary command, some time after the one before."""

from __future__ import annotations

import base64
import heapq
import itertools
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from models import intake, screening, tasks
from models.base.clock import TOWN_ZONE, clock_at, now, today
from models.base.viewer import Viewer
from models.demo.cast import MEIZHU, TANG, TOWNSHIP
from models.demo.requests import ASKS, Ask
from models.files import keep
from models.intake import WorkRequest
from models.matters import Matter, list_in_force
from models.tasks import Assignment, Task
from models.units import Unit

Step = Callable[[], Awaitable[None]]
STAGES = ("read", "admitted", "drafted", "submitted", "approved", "sent", "received", "reported", "closed")
DONE = (
    "已按要求办理，涉及农户都已通知到，没有发现问题。",
    "已办结。个别在外务工户通过电话告知。",
    "已完成，登记表已交镇街存档。",
    "已逐户走访，情况正常，困难户 2 户已协助申请。",
)

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""The smallest picture there is, where a matter wants one."""


class Play:
    """A queue of what happens when; later steps are put into it by earlier ones."""

    def __init__(self, places: dict[str, Unit], viewers: dict[str, Viewer], start: datetime) -> None:
        self.places, self.viewers = places, viewers
        self.start = start
        self.end = datetime.now(UTC)
        self.chance = random.Random(2026)  # noqa: S311  # the demo is to be the same every time
        self.queue: list[tuple[datetime, int, Step]] = []
        self.number = itertools.count()
        self.villages: list[Unit] = []

    async def run(self, progress: Callable[[str, int, int], None]) -> None:
        """Play everything that lies before the present."""
        township = self.places[TOWNSHIP]
        self.villages = await Unit.filter(path__startswith=township.path, level="village").order_by("path")
        self._plan_asks()
        done = 0
        while self.queue and self.queue[0][0] <= self.end:
            at, _, step = heapq.heappop(self.queue)
            with clock_at(at):
                await step()
            done += 1
            if done % 50 == 0:
                progress("工作", done, done + len(self.queue))

    def _plan_asks(self) -> None:
        """Spread the requests over the time there is, the unfinished ones over its last days."""
        finished = [ask for ask in ASKS if ask.until == "closed"]
        pending = [ask for ask in ASKS if ask.until != "closed"]
        span = (self.end - self.start - timedelta(days=16)) / len(finished)
        for number, ask in enumerate(finished):
            self._at(self.start + span * number, self._asking(ask))
        for number, ask in enumerate(pending):
            days = max(1.0, 9 - number)
            self._at(self.end - timedelta(days=days), self._asking(ask))

    def _at(self, when: datetime, step: Step) -> None:
        """Queue a step, moved into office hours where they lie before the present."""
        local = when.astimezone(TOWN_ZONE)
        if not 8 <= local.hour < 17:
            local = local.replace(hour=9, minute=self.chance.randrange(60))
        heapq.heappush(self.queue, (max(local, when) if local < when else local, next(self.number), step))

    def _later(self, hours: float, step: Step) -> None:
        self._at(now() + timedelta(hours=hours * (0.8 + 0.4 * self.chance.random())), step)

    def _asking(self, ask: Ask) -> Step:
        async def step() -> None:
            in_force = await list_in_force()
            matter = await Matter.get_or_none(list=in_force, code=ask.matter)
            demands = ask.demands or tuple(matter.demands[:2] if matter else ("data",))
            viewer = self.viewers[ask.who]
            made = await intake.submit(
                viewer,
                self.places[ask.who],
                title=ask.title,
                body=ask.body,
                matter_code=ask.matter,
                demands=list(demands),
                deadline=today() + timedelta(days=14),
                units=self._some_villages(ask.villages),
                contact=f"{viewer.name} 19900001234",
            )
            await self._after_submitting(ask, made[0])

        return step

    def _some_villages(self, number: int) -> list[Unit]:
        """梅渚村 and 棠村 first, then others by lot."""
        named = [unit for unit in self.villages if unit.code in (MEIZHU, TANG)]
        others = [unit for unit in self.villages if unit not in named]
        return (named + self.chance.sample(others, max(0, min(number, len(self.villages)) - 2)))[:number]

    async def _after_submitting(self, ask: Ask, asked: WorkRequest) -> None:
        if asked.state == "pending_review" and ask.until != "read":
            self._later(20, self._reading(ask, asked))

    def _reading(self, ask: Ask, asked: WorkRequest) -> Step:
        async def step() -> None:
            if ask.refuse:
                office = self.places[ask.office]
                await screening.reject(self.viewers["fenguan"], asked, reason=ask.refuse, office=office)
                self._later(30, self._handling(asked))
                return
            await screening.admit(self.viewers["tongchou"], asked, note="文字与事项相符")
            if self._goes(ask, "drafted"):
                self._later(5, self._drafting(ask, asked))

        return step

    def _handling(self, asked: WorkRequest) -> Step:
        async def step() -> None:
            await screening.handle(
                self.viewers["zhifadui"],
                asked,
                answer="已到现场责令企业自行清运，5 日内完成，并移交环保部门立案。",
            )

        return step

    def _drafting(self, ask: Ask, asked: WorkRequest) -> Step:
        async def step() -> None:
            wanted = [row.unit for row in await asked.wanted_units.all().select_related("unit")]  # type: ignore[attr-defined]
            township = self.places[TOWNSHIP]
            task = await tasks.draft(
                self.viewers["tongchou"],
                township,
                requests=[asked],
                title=ask.title,
                body=ask.body,
                due_on=today() + timedelta(days=6),
                units=wanted,
            )
            if self._goes(ask, "submitted"):
                self._later(1, self._moving(ask, task))

        return step

    def _moving(self, ask: Ask, task: Task) -> Step:
        async def step() -> None:
            coordinator, leader = self.viewers["tongchou"], self.viewers["fenguan"]
            await tasks.submit_for_approval(coordinator, task)
            if self._goes(ask, "approved"):
                self._later(6, self._approving(ask, task, leader))

        return step

    def _approving(self, ask: Ask, task: Task, leader: Viewer) -> Step:
        async def step() -> None:
            await tasks.approve(leader, task, note="同意")
            if self._goes(ask, "sent"):
                self._later(1, self._sending(ask, task))

        return step

    def _sending(self, ask: Ask, task: Task) -> Step:
        async def step() -> None:
            await tasks.dispatch(self.viewers["tongchou"], task)
            for assignment in await Assignment.filter(task=task).order_by("id").select_related("unit"):
                if self._goes(ask, "received") and self.chance.random() < 0.95:
                    self._later(self.chance.uniform(2, 40), self._receiving(ask, assignment))

        return step

    def _receiving(self, ask: Ask, assignment: Assignment) -> Step:
        async def step() -> None:
            await tasks.receive(self._village(assignment), assignment)
            if self._goes(ask, "reported"):
                self._later(self.chance.uniform(10, 130), self._reporting(ask, assignment))

        return step

    def _reporting(self, ask: Ask, assignment: Assignment) -> Step:
        async def step() -> None:
            await assignment.fetch_related(*Assignment.judged_with)
            photos = [await keep(PICTURE, "现场.png")] if assignment.wants_evidence else []
            words = self.chance.choice(DONE)
            await tasks.report(self._village(assignment), assignment, words=words, files=photos)
            if self._goes(ask, "closed"):
                self._later(8, self._reviewing(ask, assignment))

        return step

    def _reviewing(self, ask: Ask, assignment: Assignment) -> Step:
        async def step() -> None:
            coordinator = self.viewers["tongchou"]
            if self.chance.random() < 0.08:
                await tasks.return_report(coordinator, assignment, what_to_mend="请补充涉及户数。")
                self._later(self.chance.uniform(6, 20), self._reporting(ask, assignment))
            else:
                await tasks.accept(coordinator, assignment)

        return step

    def _village(self, assignment: Assignment) -> Viewer:
        return self.viewers[assignment.unit.code]

    @staticmethod
    def _goes(ask: Ask, stage: str) -> bool:
        return STAGES.index(ask.until) >= STAGES.index(stage)
