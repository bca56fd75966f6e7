"""Room kept within a database of PostgreSQL, whose disk is not that of the town's files: a table of blanks, emptied at need.

It is written to no log, stands for nothing, and is made anew where a restored or crashed server has lost it. Emptying
it must not take a page itself, so it has nothing that stands in a file beside it: no index, no long column.
"""

from __future__ import annotations

import asyncpg
from tortoise import Tortoise
from tortoise.transactions import in_transaction

from models.base.outages import causes, is_full

SIZE = 2 << 20
HELD = "SELECT coalesce(pg_relation_size(to_regclass('kept_room')), 0) AS held"
MADE = """
SELECT pg_advisory_xact_lock(862012);
CREATE UNLOGGED TABLE IF NOT EXISTS kept_room (filling name NOT NULL) WITH (fillfactor = 10);
TRUNCATE kept_room;
INSERT INTO kept_room SELECT 'nothing' FROM generate_series(1, 2400);
"""
"""One at a time; pages are filled to a tenth, with eight rows of 92 bytes each, which is quicker than filling them."""


async def is_kept() -> bool:
    """Whether there is room to let go of."""
    [row] = await Tortoise.get_connection("default").execute_query_dict(HELD)
    return int(row["held"]) >= SIZE


async def keep() -> bool:
    """Take the room unless it is taken; what a full disk or a missing right interrupts leaves nothing behind."""
    if await is_kept():
        return True
    try:
        async with in_transaction() as connection:
            await connection.execute_script(MADE)
    except Exception as error:
        if is_full(error) or _is_forbidden(error):
            return False
        raise
    return True


def _is_forbidden(error: BaseException) -> bool:
    """Whether somebody else makes the tables of this database; people then sign in as long as there is room."""
    return any(isinstance(one, asyncpg.InsufficientPrivilegeError) for one in causes(error))


async def let_go() -> bool:
    """Give the room back to the disk, at once; tells whether there was any."""
    if not await is_kept():
        return False
    await Tortoise.get_connection("default").execute_script("TRUNCATE kept_room")
    return True
