"""Requests that ask for the same are shown to the reader with the why, and decide nothing."""

from __future__ import annotations

import pytest

from models.base.clock import now
from models.intake import WorkRequest, overlaps
from tests.builders import a_list, a_request, a_town, a_viewer
from tests.counting import counted

pytestmark = pytest.mark.anyio


async def test_the_same_work_in_other_words_is_found_with_the_why(town: str) -> None:
    place = await a_town()
    await a_list(place.city)
    first = await a_request(place)
    await a_request(
        place,
        title="灌溉渠道查看",
        body="查看渠道有无渗漏。",
        matter_code="XZ-NY-02",
        units=[place.second_village],
    )
    again = await a_request(
        place, title="关于做好秋季秸秆露天禁烧巡查的通知", body="请各村巡查秸秆焚烧，发现及时劝阻。"
    )
    reader = await a_viewer("coordinator", place.township)
    found = await overlaps(reader, again)
    assert found[0].request.pk == first.pk
    assert "同一事项" in found[0].why and any("梅渚村" in why for why in found[0].why)
    assert again.state == "pending_review", "likeness decides nothing"
    assert await overlaps(await a_viewer("coordinator", place.other_township), again) == []


async def test_a_thousand_requests_cost_as_few_statements_as_two(town: str) -> None:
    place = await a_town()
    await a_list(place.city)
    first, reader = await a_request(place), await a_viewer("coordinator", place.township)
    await a_request(place)
    with counted() as few:
        await overlaps(reader, first)
    kept = {n: getattr(first, n) for n in WorkRequest._meta.fields_db_projection if n != "id"}
    await WorkRequest.bulk_create(
        [WorkRequest(**kept | {"title": f"第 {n} 件巡查", "submitted_at": now()}) for n in range(1000)],
        batch_size=200,
    )
    with counted() as many:
        found = await overlaps(reader, first)
    assert len(many) == len(few) and len(found) == 5
