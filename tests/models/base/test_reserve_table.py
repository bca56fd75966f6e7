"""The room within PostgreSQL: taken, let go and taken anew; played on a full disk in tests/outages."""

from __future__ import annotations

import pytest

from models.base import reserve_table

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("town_url", ["postgres"], indirect=True)
async def test_the_room_in_a_server_is_taken_once_and_made_anew_where_it_was_lost(town: str) -> None:
    assert not await reserve_table.let_go()
    assert await reserve_table.keep() and await reserve_table.keep()
    assert await reserve_table.let_go() and not await reserve_table.is_kept()
    assert not await reserve_table.let_go()
    assert await reserve_table.keep() and await reserve_table.is_kept()
