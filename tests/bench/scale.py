"""`python -m tests.bench.scale FOLDER`: boards of a whole city with a year of work, every village scored, on SQLite.

FOLDER holds a demo of size M, or gets one (that takes a quarter of an hour); what is measured is a copy of it.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tortoise.transactions import in_transaction

from models import demo, rankings
from models.base.clock import today
from models.base.database import database
from models.base.sealer import seal_all
from models.base.settings import settings
from models.evaluation.tallies import Figure, move
from models.people import Post
from models.policies import set_policy
from models.schemes import PeerGroup, Period, VillageIndex
from models.schemes.change_numbers import everything_moved
from models.schemes.sources import SCALE, SOURCES
from models.units import Unit
from tests.bench.reading import readings
from tests.bench.streaming import single_results, stream
from tests.bench.timing import Timed, as_table
from tests.builders import a_viewer

FILES = ("secret", "seal-key")


@asynccontextmanager
async def _town(folder: Path) -> AsyncIterator[None]:
    os.environ.update(XINGCUN_DATA=str(folder), XINGCUN_DATABASE="")
    settings.cache_clear()
    async with database():
        yield


async def _load(folder: Path) -> None:
    print(f"Loading the demo of a whole city into {folder}", flush=True)
    async with _town(folder):
        await demo.load("M")


def _copy(folder: Path, to: Path) -> None:
    """Of the database as it stands, and the keys it was written with."""
    before, after = (sqlite3.connect(one / "xingcun.sqlite3") for one in (folder, to))
    with before, after:
        before.backup(after)
    before.close()
    after.close()
    for name in FILES:
        shutil.copy(folder / name, to / name)


async def _everybody_scored(groups: int = 3) -> None:
    """The dearest case: villages of every size, each with results under every source, and persons ranked too."""
    chance = random.Random(1)
    await _of_every_size(groups)
    villages = await Unit.filter(level="village", ended_on=None).order_by("code").values_list("id", flat=True)
    for period in await Period.filter(closed_at=None):
        figures = {
            (period.pk, int(str(one)), source): _figure(chance) for one in villages for source in SOURCES
        }
        async with in_transaction():
            await move(figures, {})
    await rankings.refresh_all()


async def _of_every_size(groups: int) -> None:
    """The demo knows the households of one township; here every village has been counted."""
    for period in await Period.filter(closed_at=None):
        rows = PeerGroup.filter(scheme_id=period.scheme_id, kind="village").order_by("households")
        sizes = (await rows.values_list("id", flat=True))[:groups]
        lines = VillageIndex.filter(period=period, group_id__in=sizes).order_by("unit_id")
        numbers = await lines.values_list("id", flat=True)
        for at, size in enumerate(sizes):
            some = numbers[at :: len(sizes)]
            await VillageIndex.filter(id__in=some).update(group_id=size)
    await everything_moved()


def _figure(chance: random.Random) -> Figure:
    values = [chance.choice((SCALE, SCALE, 8_000, 0)) for _ in range(chance.randint(3, 30))]
    return (
        len(values),
        sum(values),
        sum(one * one for one in values),
        chance.randrange(2),
        chance.randrange(2),
    )


async def _persons_ranked() -> None:
    """Boards of persons as full as a policy can make them."""
    city = await Unit.get(level="city")
    keeper = await a_viewer("list_keeper", city)
    await set_policy(keeper, city, name="board_persons", value=3, reason="测速", from_on=today())
    await rankings.keep_up()
    await rankings.keep_up()


async def _measured(folder: Path) -> list[Timed]:
    async with _town(folder):
        await seal_all()
        await rankings.keep_up()
        print("Scoring every village", flush=True)
        await _everybody_scored()
        await _persons_ranked()
        city = await Unit.get(level="city")
        secretary = await Post.filter(role="secretary", unit__level="village").order_by("id").first()
        keeper = await Post.filter(role="list_keeper", unit=city).order_by("id").first()
        assert secretary is not None and keeper is not None
        print("Measuring", flush=True)
        found = await readings(city, secretary, keeper)
        return found + await single_results() + await stream()


def main() -> int:
    kept = Path(sys.argv[1])
    if not (kept / "xingcun.sqlite3").exists():
        kept.mkdir(parents=True, exist_ok=True)
        asyncio.run(_load(kept))
    with tempfile.TemporaryDirectory() as folder:
        _copy(kept, Path(folder))
        found = asyncio.run(_measured(Path(folder)))
    print(as_table(found))
    return 0 if all(one.is_within for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
