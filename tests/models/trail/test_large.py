"""A trail of a hundred thousand events is verified in minutes at the most, in memory that does not grow with it."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable

import pytest

from models.base.clock import now
from models.base.events import Event
from models.base.sealer import seal_all
from tests.town_clock import python

pytestmark = [pytest.mark.anyio, pytest.mark.nightly, pytest.mark.running]
EVENTS = 100_000
PEAK = 200
"""Megabytes: what the program takes by itself, and a page of events."""
VERIFYING = """
import atexit, sys
from pathlib import Path
from views.terminal.cli import main
peak = lambda: Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]
atexit.register(lambda: print(peak(), end=""))
sys.argv = ["xingcun", "verify"]
main()
"""
"""It tells its own peak: the system counts for a child what its parent had when it began it."""


async def test_a_large_trail_is_verified_in_flat_memory(town: str, figure: Callable[[str], None]) -> None:
    told = {
        "at": now(),
        "actor_label": "x",
        "command": "units.rename",
        "subject_type": "Unit",
        "changes": "{}",
    }
    for first in range(0, EVENTS, 10_000):
        rows = [
            Event(**told, subject_id=n, unit_path="3306/", details=f'{{"name":"{"名" * 200}{n}"}}')
            for n in range(first, first + 10_000)
        ]
        await Event.bulk_create(rows, batch_size=1_000)
    await seal_all()
    began = time.perf_counter()
    verifying = subprocess.Popen(python("-c", VERIFYING), env=os.environ, stdout=subprocess.PIPE, text=True)  # noqa: ASYNC220
    said, _, peak = verifying.communicate(timeout=900)[0].rpartition("\n")
    used = int(peak) // 1024
    figure(f"{EVENTS} events in {time.perf_counter() - began:.1f} s, at most {used} MB")
    assert verifying.returncode == 0 and "记录完整" in said and used < PEAK
