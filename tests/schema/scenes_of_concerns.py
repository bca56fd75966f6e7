"""Scenes of what villages raise, for the mutations that take it up and bring the answer down."""

from __future__ import annotations

from typing import Any

from models import concerns
from models.base.viewer import Viewer
from models.concerns import Concern
from tests.builders import Town, a_viewer
from tests.schema.scenes import asker, desk, scene, secretary

Given = dict[str, Any]
SAID: Given = {"title": "村口路灯不亮", "body": "三盏路灯坏了两周。"}


async def raised(place: Town) -> Concern:
    return await concerns.raise_concern(await secretary(place), place.village, **SAID)


async def passed_on(place: Town) -> tuple[Viewer, Concern]:
    """An officer of the department, and the concern that is there."""
    made, there = await raised(place), await asker(place)
    await concerns.pass_on(await desk(place), made, to=place.department)
    return there, made


@scene
async def raise_concern(place: Town) -> tuple[Viewer, Given]:
    return await secretary(place), {"unit": place.village, "place": "村口"} | SAID


@scene
async def handle_concern(place: Town) -> tuple[Viewer, Given]:
    return await desk(place), {"concern": await raised(place)}


@scene
async def pass_concern_on(place: Town) -> tuple[Viewer, Given]:
    await a_viewer("office", place.office)
    return await desk(place), {"concern": await raised(place), "to": place.office, "note": "请修理。"}


@scene
async def send_concern_back(place: Town) -> tuple[Viewer, Given]:
    there, made = await passed_on(place)
    return there, {"concern": made, "reason": "归住建局。"}


@scene
async def answer_concern(place: Town) -> tuple[Viewer, Given]:
    there, made = await passed_on(place)
    return there, {"concern": made, "answer": "周五前修好。"}


@scene
async def confirm_concern_answer(place: Town) -> tuple[Viewer, Given]:
    there, made = await passed_on(place)
    await concerns.answer(there, made, answer="周五前修好。")
    return await secretary(place), {"concern": made, "satisfied": False, "words": "还有一盏。"}


@scene
async def withdraw_concern(place: Town) -> tuple[Viewer, Given]:
    return await secretary(place), {"concern": await raised(place), "reason": "修好了。"}
