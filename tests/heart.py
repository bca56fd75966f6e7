"""A heartbeat beside whatever a test does: how long each step kept the event loop, and whose step it was.

A step is what runs between two looks of the loop at who else waits. It is measured by the processor time of the loop's
own thread, so a busy machine makes none of them longer.
"""

from __future__ import annotations

import gc
import os
import time
from asyncio import events
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.at_once import by_threads

ROOT = f"{Path(__file__).parents[1]}/"
STILL = 0.050
"""Seconds for which nobody else is served: from here on somebody notices."""


@dataclass
class Heart:
    """The longest steps that were seen, with who took them."""

    longest: float = 0.0
    stilled: list[str] = field(default_factory=list)
    doing: str = ""
    """What the test is at, for the report."""
    rests: bool = False
    """While the test does something of its own, which is no server's step."""

    def felt(self, handle: Any, took: float) -> None:
        if self.rests:
            return
        self.longest = max(self.longest, took)
        if took >= STILL:
            self.stilled.append(f"{self.doing}: {took * 1000:.0f} ms by {_whose(handle)}")


def _whose(handle: Any) -> str:
    """Where the step's task waits after it, which is the line that follows what it did; or the callback itself."""
    task = getattr(handle._callback, "__self__", None)
    at = task.get_coro() if hasattr(task, "get_coro") else None
    frames = []
    while at is not None:
        frame = getattr(at, "cr_frame", None) or getattr(at, "gi_frame", None)
        if frame is not None:
            place = frame.f_code.co_filename.removeprefix(ROOT)
            frames.append(f"{place}:{frame.f_lineno} {frame.f_code.co_name}")
        at = getattr(at, "cr_await", None) or getattr(at, "gi_yieldfrom", None)
    ours = [one for one in frames if any(part in one for part in ("models/", "views/", "schema/"))]
    return (ours or frames or [repr(handle._callback)])[-1]


def megabytes_held() -> int:
    """Megabytes of memory that this process has in use."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGESIZE") // 2**20


@contextmanager
def beating() -> Iterator[Heart]:
    """Feel every step of the loop until the block ends; what a whole run of tests has left is not swept up in one of them."""
    heart, run = Heart(), events.Handle._run

    def felt(handle: Any) -> None:
        began = time.thread_time()
        run(handle)
        heart.felt(handle, time.thread_time() - began)

    with by_threads(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(events.Handle, "_run", felt)
        gc.disable()
        try:
            yield heart
        finally:
            gc.enable()
