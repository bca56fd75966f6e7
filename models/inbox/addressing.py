"""To whom a message goes: through a post where work waits, to the person where something was decided about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any, NamedTuple

from models.base.commands import Command
from models.base.viewer import Viewer
from models.people import Post, in_force
from models.people.roles import COORDINATORS, HEADS, IN_CHARGE, LEADERS, WORKS_AT
from models.policies import upwards
from models.tasks import Assignment, Task, awaiting_the_head


class To(NamedTuple):
    """A person, and the post through which it comes to them (None: it is theirs whatever post they hold)."""

    person_id: int
    post_id: int | None = None


def oneself(post: Post | None) -> list[To]:
    """Whoever did something in this post, as a person."""
    return [To(post.person_id)] if post else []


async def at(units: Collection[int], *roles: str) -> list[To]:
    """Through the posts with one of these roles at one of these units today."""
    posts = Post.filter(in_force(), unit_id__in=sorted(units), role__in=list(roles)).order_by("id")
    return [To(int(person), int(post)) for person, post in await posts.values_list("person_id", "id")]


async def the_desk(township_id: int) -> list[To]:
    """The coordinators of a township, or its leaders where it has none."""
    found = await at([township_id], *COORDINATORS)
    return found or await at([township_id], *LEADERS)


async def nearest(path: str, *roles: str) -> list[To]:
    """Those with one of these roles at the place or the nearest place above it."""
    posts = Post.filter(in_force(), unit__path__in=upwards(path), role__in=list(roles)).order_by("id")
    rows = await posts.values_list("unit__path", "person_id", "id")
    closest = max((str(at) for at, _, _ in rows), key=len, default="")
    return [To(int(person), int(post)) for at, person, post in rows if at == closest]


async def doers_of(copies: Collection[Assignment]) -> dict[int, list[To]]:
    """By number of the assignment, who does it: whom it was handed to, or who works there."""
    places = {one.unit_id for one in copies} | {one.unit.parent_id for one in copies if one.unit.parent_id}
    handed = {one.handed_to_id for one in copies if one.handed_to_id}
    here: dict[tuple[int, str], list[To]] = defaultdict(list)
    workers = Post.filter(in_force(), unit_id__in=sorted(places), role__in=sorted(WORKS_AT.values()))
    for unit, role, person, post in await workers.values_list("unit_id", "role", "person_id", "id"):
        here[unit, role].append(To(person, post))
    holders = Post.filter(in_force(), id__in=sorted(handed))
    given = {post: To(person, post) for post, person in await holders.values_list("id", "person_id")}
    return {one.pk: _doers(one, here, given) for one in copies}


def _doers(one: Assignment, here: dict[tuple[int, str], list[To]], given: dict[int, To]) -> list[To]:
    if one.handed_to_id in given:
        return [given[one.handed_to_id]]
    role = WORKS_AT.get(one.unit.level, IN_CHARGE)
    return here.get((one.unit_id, role)) or here.get((one.unit.parent_id or 0, IN_CHARGE), [])


async def approvers_of(task: Task, verb: Command[Task, Any, Any]) -> list[To]:
    """The leaders whom the rules of the verb would let do it."""
    posts = Post.filter(in_force(), unit_id=task.township_id, role__in=LEADERS).order_by("id")
    return [
        To(post.person_id, post.pk)
        for post in await posts.select_related("unit", "person")
        if verb.allows(_as_they_sign_in(post), task)
    ]


def _as_they_sign_in(post: Post) -> Viewer:
    person = post.person
    return Viewer(person.pk, None, "", (post.hat(),), tied_to=person.tied_to, made_by=person.made_by)


async def signers_for(task: Task) -> list[To]:
    """The heads, while a reason of theirs is missing for villages above their ceiling."""
    return await at([task.township_id], *HEADS) if await awaiting_the_head([task]) else []
