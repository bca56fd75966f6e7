"""What one thing took, run a number of times: wall and CPU time of this process, and statements."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from tests.bench.tables import table
from tests.counting import counted


@dataclass(frozen=True)
class Timed:
    """Milliseconds of each run, and how many statements the dearest run took."""

    name: str
    wall: list[float]
    cpu: list[float]
    statements: int = 0
    limit: float | None = None
    """Milliseconds that 19 of 20 runs keep within: of CPU time, where that was taken, as others may be at work too."""

    @property
    def is_within(self) -> bool:
        return self.limit is None or at(self.cpu or self.wall, 0.95) <= self.limit

    def columns(self) -> list[str]:
        figures = [at(of, share) for of in (self.wall, self.cpu) for share in (0.5, 0.95) if of]
        told = [f"{one:.0f}" for one in figures] + ["-"] * (4 - len(figures))
        most = f"{self.limit:.0f}" if self.limit else "-"
        words = "" if self.limit is None else "ok" if self.is_within else "TOO SLOW"
        return [self.name, *told, str(self.statements or "-"), most, words]


def at(of: Sequence[float], share: float) -> float:
    """The value that this share of them does not exceed."""
    return sorted(of)[min(int(len(of) * share), len(of) - 1)]


async def timed(
    name: str, run: Callable[[], Awaitable[object]], times: int, limit: float | None = None
) -> Timed:
    """Each run by itself; one more before them counts the statements, and warms up."""
    with counted() as told:
        await run()
    wall, cpu = [], []
    for _ in range(times):
        began, worked = time.perf_counter(), time.process_time()
        await run()
        wall.append((time.perf_counter() - began) * 1000)
        cpu.append((time.process_time() - worked) * 1000)
    return Timed(name, wall, cpu, len(told), limit)


HEAD = ("", "wall p50", "p95", "CPU p50", "p95 ms", "statements", "limit ms", "")


def as_table(found: Sequence[Timed]) -> str:
    return table([HEAD, *(one.columns() for one in found)])
