"""Drafts, proposals and second versions of a matter list."""

from __future__ import annotations

from typing import Any

from models import matters
from models.matters import MatterList
from tests.builders import SAID, Town, a_viewer

GOOD = SAID | {"code": "XZ-FX-01", "title": "防汛巡查", "category": "assist"}


async def a_draft(place: Town) -> tuple[Any, MatterList]:
    keeper = await a_viewer("list_keeper", place.city)
    made = await matters.draft_list(keeper, place.city, title="清单")
    await matters.put_matter(keeper, made, **GOOD)
    return keeper, made


async def a_proposal(place: Town) -> tuple[Any, MatterList]:
    keeper, made = await a_draft(place)
    return keeper, await matters.propose(keeper, made, reason="增列防汛")


async def a_second_version(place: Town, first: MatterList) -> MatterList:
    """Proposed, without the patrols that the first version had."""
    keeper = await a_viewer("list_keeper", place.city)
    draft = await matters.draft_list(keeper, place.city, title="第二版", based_on=first)
    await matters.drop_matter(keeper, draft, code="XZ-NY-01")
    return await matters.propose(keeper, draft, reason="不再要求")
