"""The demo's calendar: what happens when, played in order at a simulated clock."""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from models.base.clock import TOWN_ZONE, clock_at, now

Step = Callable[[], Awaitable[None]]
Progress = Callable[[str, int, int], None]
OPENS, CLOSES = 8, 17
SATURDAY = 5


class Calendar:
    """Steps by their time; a step may put later ones in."""

    def __init__(self, start: datetime, end: datetime) -> None:
        self.start, self.end = start, end
        self.chance = random.Random(2026)  # noqa: S311  # the demo is to be the same every time
        self._steps: list[tuple[datetime, int, Step]] = []
        self._number = itertools.count()

    def at(self, when: datetime, step: Step, *, weekends: bool = False) -> None:
        """Queue a step, moved to the next office hour."""
        heapq.heappush(self._steps, (self._in_office(when, weekends), next(self._number), step))

    def later(self, hours: float, step: Step, *, weekends: bool = False) -> None:
        """Queue a step some time from now, give or take a fifth."""
        self.at(now() + timedelta(hours=hours * self.chance.uniform(0.8, 1.2)), step, weekends=weekends)

    def _in_office(self, when: datetime, weekends: bool) -> datetime:
        local = when.astimezone(TOWN_ZONE)
        if local.hour >= CLOSES:
            local = local.replace(hour=OPENS, minute=self.chance.randrange(60)) + timedelta(days=1)
        if local.hour < OPENS:
            local = local.replace(hour=OPENS, minute=self.chance.randrange(60))
        while not weekends and local.weekday() >= SATURDAY:
            local += timedelta(days=1)
        return local

    async def play(self, progress: Progress) -> None:
        """Play everything that lies before the end."""
        whole = self.end - self.start
        for played in itertools.count(1):
            if not self._steps or self._steps[0][0] > self.end:
                break
            at, _, step = heapq.heappop(self._steps)
            with clock_at(at):
                await step()
            if played % 20 == 0:
                progress("工作", max(0, int(100 * ((at - self.start) / whole))), 100)
