"""Several processes that answer at one port, a core each."""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType

from models.base.settings import settings
from views.terminal.typed import number

MOST_WORKERS = 64
PATIENCE = 15.0
"""Seconds for those that answer to finish what they are at, before they are ended."""
PR_SET_PDEATHSIG = 1
UNLIMITED, LEAST = 0, 10_000
"""What a budget means that is 0, and below which none may be set."""


def several(text: str) -> int:
    """How many processes serve, as typed; more than a machine has cores only cost memory."""
    many = number(text)
    if not 1 <= many <= MOST_WORKERS:
        raise argparse.ArgumentTypeError(f"应为 1 至 {MOST_WORKERS} 的整数")
    return many


def served_by(many: int, greet: Callable[[], None], work: Callable[[], None]) -> int:
    """Greet, then work in so many processes; the code to end with."""
    if many == 1:
        greet()
        work()
        return 0
    workers = begun(many, work)
    try:
        greet()
    except BaseException:
        workers.end()
        raise
    return workers.serve()


def begun(many: int, work: Callable[[], None]) -> Workers:
    """So many processes that wait until they are let go on: begun before this one has threads or a database."""
    wait, go = os.pipe()
    pids, first = [], os.getpid()
    for _ in range(many):
        pid = os.fork()
        if pid == 0:
            os.close(go)
            _become(wait, first, many, work)
        pids.append(pid)
    os.close(wait)
    return Workers(pids, go)


def _become(wait: int, first: int, many: int, work: Callable[[], None]) -> None:
    """In the new process: work once the first one says so, and never return."""
    code = 1
    try:
        _end_with_the_first()
        # Of whoever was gone before that the system says nothing more.
        if os.read(wait, 1) and os.getppid() == first:
            _share_budgets(many)
            work()
        code = 0
    finally:
        os._exit(code)


def _end_with_the_first() -> None:
    """Be told to end by the system where the first process is gone, however it went: nobody would look after this one."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _share_budgets(many: int) -> None:
    """Each process counts for itself, so each gives a part of what somebody may ask."""
    of = settings()
    for name, points in (("XINGCUN_BUDGET", of.budget), ("XINGCUN_ADDRESS_BUDGET", of.address_budget)):
        if points != UNLIMITED:
            os.environ[name] = str(max(points // many, LEAST))
    settings.cache_clear()


class Workers:
    """The processes, from the one that began them."""

    def __init__(self, pids: list[int], go: int) -> None:
        self.pids, self.go, self.told = pids, go, False

    def serve(self) -> int:
        """Let them go on, until this process is told to stop or one of them ends by itself; 1 for the latter."""
        for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(sign, self._stop)
        os.write(self.go, b"!" * len(self.pids))
        self.pids.remove(os.waitpid(-1, 0)[0])
        ended_alone = not self.told
        self.end()
        return 1 if ended_alone else 0

    def end(self) -> None:
        """Ask all that are left to end, and wait for them: also those that were never let go on."""
        os.close(self.go)
        self._stop(signal.SIGTERM, None)
        patient_until = time.monotonic() + PATIENCE
        while self._left() and time.monotonic() < patient_until:
            time.sleep(0.05)
        self._send(signal.SIGKILL)
        for pid in self.pids:
            os.waitpid(pid, 0)

    def _left(self) -> list[int]:
        """Those that have not ended yet; a number that was given back may be somebody else's by now."""
        self.pids = [pid for pid in self.pids if os.waitpid(pid, os.WNOHANG)[0] == 0]
        return self.pids

    def _stop(self, sign: int, frame: FrameType | None) -> None:
        self.told = True
        self._send(signal.SIGTERM)

    def _send(self, sign: int) -> None:
        for pid in self.pids:
            try:
                os.kill(pid, sign)
            except ProcessLookupError:
                continue
