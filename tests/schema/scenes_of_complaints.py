"""Scenes of complaints, for the mutations that make, answer and end them."""

from __future__ import annotations

from typing import Any

from models import complaints
from models.base.viewer import Viewer
from models.complaints import Complaint
from tests.builders import Town, a_viewer
from tests.schema.scenes import scene, secretary

Given = dict[str, Any]
SAID: Given = {"kind": "complaint", "topic": "repeated", "words": "同一张表报了三次。"}
ANSWER: Given = {"outcome": "stopped", "answer": "已停报。", "summary": "同类报表已合并。"}


async def told(place: Town) -> tuple[Viewer, Viewer, Complaint]:
    """Who is to answer, who complained, and the complaint."""
    keeper, maker = await a_viewer("list_keeper", place.county), await secretary(place)
    made = await complaints.complain(maker, place.village, **SAID)
    return keeper, maker, await Complaint.get(pk=made.pk).prefetch_related(*Complaint.judged_with)


async def answered(place: Town) -> tuple[Viewer, Complaint]:
    keeper, maker, made = await told(place)
    await complaints.answer(keeper, made, **ANSWER)
    return maker, made


@scene
async def complain(place: Town) -> tuple[Viewer, Given]:
    return await secretary(place), {"unit": place.village} | SAID


@scene
async def answer_complaint(place: Town) -> tuple[Viewer, Given]:
    keeper, _, made = await told(place)
    return keeper, {"complaint": made} | ANSWER


@scene
async def settle_complaint(place: Town) -> tuple[Viewer, Given]:
    maker, made = await answered(place)
    return maker, {"complaint": made}


@scene
async def reopen_complaint(place: Town) -> tuple[Viewer, Given]:
    maker, made = await answered(place)
    return maker, {"complaint": made, "words": "还在报。"}


@scene
async def withdraw_complaint(place: Town) -> tuple[Viewer, Given]:
    _, maker, made = await told(place)
    return maker, {"complaint": made}
