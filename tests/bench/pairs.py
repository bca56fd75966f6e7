"""Paired measuring: ours and its hand-written twin take turns, and the median of the ratios is what counts."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from tests.bench.tables import table

Run = Callable[[], Awaitable[bytes]]


@dataclass(frozen=True)
class Pair:
    """Something of ours, the least code that gives the same answer, and how much dearer ours may be."""

    name: str
    ours: Run
    twin: Run
    limit: float


@dataclass(frozen=True)
class Outcome:
    name: str
    ours_ms: float
    twin_ms: float
    ratio: float
    limit: float

    @property
    def is_within(self) -> bool:
        return self.ratio <= self.limit

    def columns(self) -> list[str]:
        words = "ok" if self.is_within else "TOO SLOW"
        figures = f"{self.ours_ms:.2f}", f"{self.twin_ms:.2f}", f"{self.ratio:.2f}x", f"{self.limit}x"
        return [self.name, *figures, words]


HEAD = ("", "ours ms", "by hand", "ratio", "limit", "")


def as_table(outcomes: Sequence[Outcome]) -> str:
    """Every pair, and whether all of them keep their limits."""
    within = sum(one.is_within for one in outcomes)
    rows = table([HEAD, *(one.columns() for one in outcomes)])
    return f"{rows}\n{within} of {len(outcomes)} within their limits, by CPU time"


async def measured(pair: Pair, rounds: int = 40, times: int = 4) -> Outcome:
    """CPU time of this process, medians over rounds in which both run: many short ones, as others are at work too."""
    for _ in range(times):
        await pair.ours()
        await pair.twin()
    gc.collect()
    runs = [(await _cpu(pair.ours, times), await _cpu(pair.twin, times)) for _ in range(rounds)]
    ours, twin = (statistics.median(run[side] for run in runs) for side in (0, 1))
    return Outcome(pair.name, ours, twin, statistics.median(o / t for o, t in runs), pair.limit)


async def _cpu(run: Run, times: int) -> float:
    began = time.process_time()
    for _ in range(times):
        await run()
    return (time.process_time() - began) * 1000 / times
