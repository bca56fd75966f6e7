"""Everybody who is there, and everything that happened, as rows of the table of rights."""

from __future__ import annotations

from dataclasses import replace

from models import evaluation
from models.base.events import Event, EventPersonal, Mention
from models.people import Post
from models.units import Unit
from tests.leaks.world import Row, World


async def people_and_trail(world: World) -> None:
    """Everybody who is there, and everything that happened so far."""
    units = {unit.pk: unit for unit in await Unit.all()}
    owners: dict[int, int] = {}
    for post in await Post.all().select_related("person"):
        owners[post.pk] = post.person_id
        path = units[post.unit_id].path
        world.rows += [Row(one, "post", path=path, owner=post.person_id) for one in (post, post.person)]
    happened = {}
    for event in await Event.all():
        happened[event.pk] = await _happened(world, event, owners)
        world.rows.append(happened[event.pk])
    for record in (Mention, EventPersonal):
        for one in await record.all():
            world.rows.append(replace(happened[one.event_id], record=one))


async def _happened(world: World, event: Event, owners: dict[int, int]) -> Row:
    """An event lies where it says; one about a request is also followed by whoever asked, one about a concern by who has it.

    What is told of a complaint, a bid or an appeal is for whoever may read these.
    """
    row = Row(event, "event", path=event.unit_path, owner=owners.get(event.actor_post_id or 0))
    if event.subject_type == "Concern":
        raised = next(r for r in world.of_kind("Concern") if r.record.pk == event.subject_id)
        return replace(row, asker=(raised.office.pk,) if raised.office else ())
    if event.subject_type == "Complaint":
        about = next(r for r in world.of_kind("Complaint") if r.record.pk == event.subject_id)
        return replace(about, record=event)
    if event.subject_type == "Bid":
        bid = next(r for r in world.of_kind("Bid") if r.record.pk == event.subject_id)
        return replace(bid, record=event, of="signed in" if bid.of == "public" else bid.of, owner=row.owner)
    if event.command == evaluation.appeal.name:
        made = await Mention.get(event=event, subject_type="Appeal")
        about = next(r for r in world.of_kind("Appeal") if r.record.pk == made.subject_id)
        return replace(about, record=event)
    if event.command == "tasks.receive":
        return replace(row, of="receipt")
    if event.subject_type != "WorkRequest":
        return row
    about = next(r for r in world.of_kind("WorkRequest") if r.record.pk == event.subject_id)
    return replace(row, township=about.township, asker=about.asker, office=about.office)
