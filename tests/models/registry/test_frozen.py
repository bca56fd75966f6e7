"""What was reported, and what an element has said, stays: the database refuses raw statements too."""

from __future__ import annotations

import pytest
from tortoise import Tortoise
from tortoise.exceptions import BaseORMException
from tortoise.transactions import in_transaction

from models.base.clock import now, today
from models.registry import DataValue, Element, ElementVersion, settle_elements
from tests.builders import a_town, a_value, a_viewer

pytestmark = pytest.mark.anyio


async def refused(statement: str) -> None:
    with pytest.raises(BaseORMException, match=r"stays as it was reported|is frozen"):
        async with in_transaction():
            await Tortoise.get_connection("default").execute_query(statement)


async def test_a_value_is_never_changed_nor_lost_and_only_its_dispute_moves(town: str) -> None:
    place = await a_town()
    await settle_elements()
    value = await a_value(await Element.get(code="veteran"), place.village, "31")
    for statement in (
        "UPDATE data_value SET value = '32'",
        "UPDATE data_value SET unit_id = unit_id + 1",
        "UPDATE data_value SET as_of = '2020-01-01'",
        "DELETE FROM data_value",
    ):
        await refused(statement)
    value.state, value.dispute, value.disputed_at = "disputed", "去年的数", now()
    await value.save(update_fields=["state", "dispute", "disputed_at"])
    assert (await DataValue.get(pk=value.pk)).dispute == "去年的数"


async def test_no_value_is_without_provenance(town: str) -> None:
    place = await a_town()
    await settle_elements()
    element = await Element.get(code="veteran")
    post = (await a_viewer("secretary", place.village)).post_id
    said = {"element": element, "unit": place.village, "value": "31", "as_of": today()}
    for more in ({"at": now()}, {"at": now(), "by_id": post, "origin": "report"}):
        with pytest.raises((BaseORMException, ValueError)):
            await DataValue.create(**said, **more)
    assert not await DataValue.exists()


async def test_a_version_in_force_is_frozen_and_nobody_puts_their_own_in_force(town: str) -> None:
    place = await a_town()
    await settle_elements()
    await refused("UPDATE element_version SET definition = 'x'")
    await refused("DELETE FROM element_version")
    post = (await a_viewer("list_keeper", place.city)).post_id
    proposed = await ElementVersion.create(
        element=await Element.get(code="veteran"), name="退役", proposed_by_id=post, proposed_at=now()
    )
    proposed.number, proposed.decided_by_id, proposed.decided_at = 2, post, now()
    with pytest.raises(BaseORMException, match="is frozen"):
        await proposed.save()
