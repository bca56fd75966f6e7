"""The database looks at its own files first, and where it finds damage that is told in one sentence."""

from __future__ import annotations

import pytest
from tortoise import Tortoise

from models.base.database import DatabaseUnavailable
from models.trail import damage_in_a_sentence, own_check
from models.trail.health import NO_AMCHECK, _of_postgres

pytestmark = pytest.mark.anyio


async def test_a_whole_database_passes_its_own_check_and_says_what_it_did_not_look_at(town: str) -> None:
    on_sqlite = Tortoise.get_connection("default").capabilities.dialect == "sqlite"
    assert await own_check() == ([] if on_sqlite else [NO_AMCHECK])


async def test_where_the_extension_is_there_every_index_is_looked_at(town: str) -> None:
    connection = Tortoise.get_connection("default")
    if connection.capabilities.dialect == "sqlite":
        return  # It looks at its indexes by itself.
    there = await connection.execute_query_dict(
        "SELECT 1 FROM pg_available_extensions WHERE name = 'amcheck'"
    )
    if not there:
        pytest.skip("this PostgreSQL comes without amcheck")
    await connection.execute_query("CREATE EXTENSION amcheck")
    assert await _of_postgres() == []


async def test_what_is_no_damage_is_not_called_one(town: str) -> None:
    with pytest.raises(Exception, match="nowhere"):
        async with damage_in_a_sentence():
            await Tortoise.get_connection("default").execute_query("SELECT * FROM nowhere")
    assert not issubclass(DatabaseUnavailable, ValueError)
