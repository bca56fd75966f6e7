"""The instant by which the running command is early or late: the database's clock, not each server's own."""

from __future__ import annotations

from datetime import UTC, datetime

from tortoise import Tortoise

from models.base.clock import begun_at, is_set, now
from models.base.settings import settings


async def instant_of_this_command() -> datetime:
    """When the command began by the database's clock; SQLite has no other clock than this host's.

    PostgreSQL's now() is the start of the transaction, so that waiting for a lock makes nobody late.
    """
    if is_set():
        return now()
    if settings().on_sqlite:
        return begun_at()
    rows = await Tortoise.get_connection("default").execute_query_dict("SELECT now() AS at")
    at: datetime = rows[0]["at"]
    return at.astimezone(UTC)
