"""Towns that take long to furnish: furnished once by each worker on each database, then copied with all that is in them."""

from __future__ import annotations

import asyncio
import pickle
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import pytest

from models.base.clock import now
from models.base.database import database
from tests.databases import Towns, live_at

P = ParamSpec("P")
T = TypeVar("T")
Maker = Callable[[], Awaitable[Any]]
_found: dict[Maker, bytes] = {}
"""What the maker of the town this test lives in gave back, until it is asked for."""


def furnished(make: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """A maker that finds its work done where the test is marked `furnished` with it, and does it anywhere else.

    A town made as nobody else wants it, by a maker that is told more, is not looked for.
    """

    @wraps(make)
    async def found_or_made(*told: P.args, **more: P.kwargs) -> T:
        kept = None if told or more else _found.pop(found_or_made, None)
        if kept is None:
            return await make(*told, **more)
        return cast("T", pickle.loads(kept))  # noqa: S301 - our own, of this process

    return found_or_made


@dataclass
class Furnished:
    """A town as its maker left it: its rows, its files, and what the maker gave back."""

    towns: Towns
    files: Path
    made: bytes

    def take(self, make: Maker, data: Path) -> str:
        """The address of a copy whose files are in this folder; the maker finds its work done there."""
        shutil.copytree(self.files, data, dirs_exist_ok=True)
        _found.clear()
        _found[make] = self.made
        return self.towns.take()


class Shelf:
    """The furnished towns of this worker, by their maker, their database and the moment at which they were made."""

    def __init__(self, factory: pytest.TempPathFactory) -> None:
        self.factory = factory
        self.kept: dict[tuple[Maker, str, datetime], Furnished] = {}

    def take(self, make: Maker, empty: Towns, data: Path) -> str:
        which = (make, empty.kind, now())
        if which not in self.kept:
            self.kept[which] = self._furnish(make, empty)
        return self.kept[which].take(make, data)

    def _furnish(self, make: Maker, empty: Towns) -> Furnished:
        _found.clear()
        url, files = empty.take(), self.factory.mktemp("furnished")
        with pytest.MonkeyPatch.context() as patch:
            live_at(patch, url, files)
            made = asyncio.run(_made_by(make))
        return Furnished(empty.like(url), files, made)


async def _made_by(make: Maker) -> bytes:
    async with database(migrate=False):
        return pickle.dumps(await make())


def stands_still(node: pytest.Item) -> bool:
    """Does the clock of this test show the same instant as that of others?"""
    return not any(node.get_closest_marker(one) for one in ("running", "machine_clock"))


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(tmp_path_factory)
