"""Scenes of the evaluation, for the mutations that make schemes, praise, contest and take back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from models import evaluation, rankings, schemes, tasks
from models.base.clock import today
from models.base.sealer import seal_all
from models.base.viewer import Viewer
from models.bidding import Award, Milestone
from models.evaluation import Appeal
from models.people import Person, Post
from models.points import PointEntry
from models.schemes import Period, Scheme, VillageIndex
from models.schemes.calendar import open_periods, settle_schemes
from models.tasks import Assignment
from tests.builders import Town, a_viewer, an_assignment
from tests.models.evaluation.scenes import sheet
from tests.schema.scenes import desk, leader, scene, secretary
from tests.schema.scenes_of_bidding import standing

Given = dict[str, Any]
STORY = "连夜转移独居老人，一户不漏，天亮前全部安置好。"
WORDS = "当时全村停电，有供电所的证明。"


async def keeper(place: Town) -> Viewer:
    return await a_viewer("list_keeper", place.city)


async def accepted(place: Town) -> Assignment:
    """A task of 梅渚村 that was done and accepted."""
    one = await an_assignment(place)
    await tasks.report(await secretary(place), one, words="已巡查。")
    await tasks.accept(await desk(place), one)
    return await Assignment.get(pk=one.pk).prefetch_related(*Assignment.judged_with)


async def credited(place: Town) -> PointEntry:
    await accepted(place)
    await seal_all()
    await rankings.keep_up()
    found = await PointEntry.filter(person_id=None).order_by("id").first()
    assert found is not None
    return await PointEntry.get(pk=found.pk).prefetch_related(*PointEntry.judged_with)


async def index(place: Town) -> VillageIndex:
    await credited(place)
    rows = VillageIndex.filter(unit=place.village, period__kind="month")
    return await rows.prefetch_related(*VillageIndex.judged_with).get()


async def drafted(place: Town) -> tuple[Viewer, Scheme]:
    await settle_schemes()
    actor = await keeper(place)
    made = await schemes.draft_scheme(actor, place.city, title="第二版办法")
    return actor, await Scheme.get(pk=made.pk).prefetch_related(*Scheme.judged_with)


@scene
async def draft_scheme(place: Town) -> tuple[Viewer, Given]:
    await settle_schemes()
    return await keeper(place), {"city": place.city, "title": "第二版办法"}


@scene
async def change_scheme(place: Town) -> tuple[Viewer, Given]:
    actor, scheme = await drafted(place)
    return actor, {"scheme": scheme} | rows_of(await sheet(scheme)) | {"title": "改过的名称"}


def _inside(slots: list[Given | None], number: int) -> list[Given]:
    """The indicators of one dimension, which stand in slots of which some are empty."""
    return [one for one in slots[schemes.SLOTS * number : schemes.SLOTS * (number + 1)] if one]


def rows_of(sheet: Given) -> Given:
    """A scheme as callers of the API write it: a row for each dimension, group and kind of result."""
    slots = [
        {"source": source, "weightPercent": int(share), "least": int(least)} if source else None
        for source, share, least in zip(sheet["sources"], sheet["shares"], sheet["leasts"], strict=True)
    ]
    return {
        "title": sheet["title"],
        "dimensions": [
            {"name": name, "weightPercent": int(weight), "indicators": _inside(slots, number)}
            for number, (name, weight) in enumerate(zip(sheet["dimensions"], sheet["weights"], strict=True))
        ],
        "peerGroups": [
            {"name": name, "kind": kind or None, "households": int(households)}
            for name, kind, households in zip(
                sheet["groups"], sheet["kinds"], sheet["households"], strict=True
            )
        ],
        "points": [
            {"code": name, "value": int(value)}
            for name, value in zip(schemes.POINTS, sheet["points"], strict=True)
        ],
    }


@scene
async def adopt_scheme(place: Town) -> tuple[Viewer, Given]:
    actor, scheme = await drafted(place)
    await open_periods()
    period = await Period.get(kind="month").prefetch_related("city")
    await schemes.note_simulation(actor, scheme, period=period, moving=0, farthest=0)
    return await keeper(place), {"scheme": scheme, "fromOn": _next_month(), "reason": "按调研结果调整。"}


def _next_month() -> date:
    return (today().replace(day=1) + timedelta(days=32)).replace(day=1)


@scene
async def drop_scheme(place: Town) -> tuple[Viewer, Given]:
    actor, scheme = await drafted(place)
    return actor, {"scheme": scheme}


@scene
async def praise_village(place: Town) -> tuple[Viewer, Given]:
    one = await accepted(place)
    named = await Post.filter(role="secretary", unit=place.village).order_by("id").first()
    return await leader(place), {"assignment": one, "story": STORY, "posts": [named]}


@scene
async def praise_delivery(place: Town) -> tuple[Viewer, Given]:
    award = await standing(place)
    for state in ("reported", "accepted"):
        await Milestone.filter(award=award).update(state=state)
    await award.fetch_related(*Award.judged_with)
    award.project.state = "delivered"
    await award.project.save(update_fields=["state"])
    return await a_viewer("list_keeper", place.county), {"award": award, "story": STORY}


@scene
async def appeal_index(place: Town) -> tuple[Viewer, Given]:
    score = await index(place)
    entry = await PointEntry.filter(person_id=None).first()
    return await secretary(place), {"index": score, "words": WORDS, "entry": entry}


@scene
async def answer_index_appeal(place: Town) -> tuple[Viewer, Given]:
    score = await index(place)
    made = await evaluation.appeal(await secretary(place), score, words=WORDS)
    given = {"upheld": True, "answer": "查实停电三天，这件不算超期。"}
    return await keeper(place), {"appeal": await Appeal.get(pk=made.pk)} | given


@scene
async def reverse_points(place: Town) -> tuple[Viewer, Given]:
    return await keeper(place), {"entry": await credited(place), "reason": "抽查发现没有巡查，记录不实。"}


@scene
async def stay_off_boards(place: Town) -> tuple[Viewer, Given]:
    actor = await secretary(place)
    return actor, {"person": await Person.get(pk=actor.person_id), "stayAway": True}
