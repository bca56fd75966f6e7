"""The complaints of the world: signed and unsigned, to the county and to the city, with a word of its own in each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from models import complaints
from models.base.clock import today
from models.complaints import Complaint, PublishedAnswer
from models.people import Post
from models.units import Unit
from tests.builders import LONG_AGO, a_viewer
from tests.leaks.world import Row, World

KEEPER = "county keeper"
FROM_THE_TOWNSHIP = "county keeper who was coordinator of the township"


async def some_complaints(world: World) -> None:
    """A county has two to answer, one of whom decided at a township before; three villages complain to it, a township to the city."""
    town = world.town
    moved = await _moved(world)
    world.viewers[KEEPER] = await a_viewer("list_keeper", town.county, name="县里管清单的")
    signed = await _told(world, "own secretary", town.village, "词元投诉梅渚", town.county)
    await _told(world, "secretary of another township", town.other_village, "词元投诉邻镇", town.county)
    await _told(world, "coordinator", town.township, "词元投诉镇街", town.city)
    slip = await complaints.tell_unnamed(
        world.viewers["secretary of the second village"], town.second_village, "钥匙", **_said("词元投诉无名")
    )
    unnamed = await _fresh(slip.complaint)
    world.rows.append(Row(unnamed, "complaint", path=town.county.path, kept_from=moved))
    world.words["词元投诉无名"] = world.rows[-1:]
    for made, word in ((signed, "梅渚"), (unnamed, "无名")):
        answer = {"outcome": "stopped", "answer": f"词元投诉答复{word}", "summary": f"公开的答复{word[0]}"}
        await complaints.answer(world.viewers[KEEPER], made, **answer)
        world.words[f"词元投诉答复{word}"] = world.words[f"词元投诉{word}"]
    await PublishedAnswer.filter(complaint=signed).update(month="2020-01")
    for one in await PublishedAnswer.all():
        of = "published answer" if one.month == "2020-01" else "fresh answer"
        world.rows.append(Row(one, of, path=town.county.path, kept_from=moved))


async def _moved(world: World) -> frozenset[int]:
    """Somebody who coordinated the township until last year and keeps the county's list now."""
    moved = await a_viewer("list_keeper", world.town.county, name="从镇街来的")
    assert moved.person_id is not None
    left = {"role": "coordinator", "from_on": LONG_AGO, "until_on": today() - timedelta(days=200)}
    await Post.create(person_id=moved.person_id, unit=world.town.township, **left)
    world.viewers[FROM_THE_TOWNSHIP] = moved
    return frozenset({moved.person_id})


async def _told(world: World, name: str, unit: Unit, word: str, addressee: Unit) -> Complaint:
    viewer = world.viewers[name]
    made = await _fresh(await complaints.complain(viewer, unit, **_said(word)))
    kept_from = frozenset[int]()
    if made.township_id == world.town.township.pk:
        kept_from = frozenset({world.viewers[FROM_THE_TOWNSHIP].person_id or 0})
    world.rows.append(
        Row(made, "complaint", path=addressee.path, owner=viewer.person_id, kept_from=kept_from)
    )
    world.words[word] = world.rows[-1:]
    return made


async def _fresh(made: Complaint) -> Complaint:
    return await Complaint.get(pk=made.pk).prefetch_related(*Complaint.judged_with)


def _said(word: str) -> dict[str, Any]:
    return {"kind": "complaint", "topic": "repeated", "words": word, "page": "/tasks"}


COMPLAINTS = frozenset({Complaint, PublishedAnswer})
