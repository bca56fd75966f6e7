"""Bounded pools of threads: what takes long is done beside the event loop, so much at a time and no more.

    made = await PASSWORDS.run(_hasher.hash, password)

Nothing else in the product starts a thread, so this page tells what a server may be at, and what memory that takes.
Work in plain Python shares one interpreter with the event loop: of each such kind there is one piece at a time.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import ParamSpec, TypeVar

from models.base.refusals import TooMany

P = ParamSpec("P")
T = TypeVar("T")

COME_BACK = 30
"""Seconds after which whoever finds a line full may try again."""


class Pool:
    """One kind of long work: how much of it is done at once, how much may wait, and what memory a piece takes."""

    def __init__(self, name: str, at_once: int, megabytes: int, longest_line: int = 100) -> None:
        """`megabytes` are what a piece takes at the most, beside what it is given and what it hands back."""
        self.name, self.at_once, self.megabytes, self.longest_line = name, at_once, megabytes, longest_line
        self.asked = 0

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do it when its turn comes, in the context of who asks; what has begun ends, even if nobody waits any more.

        Raises TooMany where the line is full, so that a crowd is told at once and fills no memory.
        """
        if self.asked >= self.at_once + self.longest_line:
            raise TooMany("现在办理的人太多，请过半分钟再试。", retry_after=COME_BACK)
        self.asked += 1
        try:
            there = functools.partial(copy_context().run, functools.partial(work, *args, **kwargs))
            return await asyncio.get_running_loop().run_in_executor(self._threads, there)
        finally:
            self.asked -= 1

    @functools.cached_property
    def _threads(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self.at_once, thread_name_prefix=self.name)


PASSWORDS = Pool("passwords", at_once=2, megabytes=64, longest_line=200)
"""Argon2, which takes its memory on purpose."""
FILES = Pool("files", at_once=4, megabytes=1)
"""Bytes to and from the disk, their digests and their sealing: all of it without the interpreter's lock."""
PICTURES = Pool("pictures", at_once=1, megabytes=150)
"""Photos unpacked, turned and packed again, and looking into other uploads."""
TABLES = Pool("tables", at_once=1, megabytes=256)
"""Tables that people send, read cell by cell, the large ones in a process that ends with its memory."""
PACKING = Pool("packing", at_once=1, megabytes=40)
"""Tables and archives for people's desks."""
RECKONING = Pool("reckoning", at_once=1, megabytes=60)
"""Boards, simulations and other sums over a whole city."""
