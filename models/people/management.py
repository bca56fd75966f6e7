"""Who manages whose posts and accounts: rule data by role, level and relation, and who is tied by it for some days.

Nobody manages their own post or account, nor that of whoever approves what they draft or watches over them: those are
the level above's; at the top, where nobody stands above, `xingcun account` on the host.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.base.clock import now, today
from models.base.settings import settings
from models.base.viewer import NOTHING, Viewer, subtree
from models.people.records import Person, Post
from models.people.roles import ABOVE, HERE, MANAGED_BY, ROLES


def manages(actor: Viewer, role: str, path: str) -> bool:
    """Whether some hat of the actor manages holders of this role at the unit with this path."""
    by = MANAGED_BY.get(role, {})
    return actor.is_clock or any(
        hat.role in by and hat.covers(path) and (by[hat.role] == HERE or hat.unit_path != path)
        for hat in actor.hats
    )


def manages_holder(actor: Viewer, posts: Iterable[Post], person_id: int) -> bool:
    """Whether the actor manages every post somebody holds or is about to hold, and is not that person."""
    held = [post for post in posts if post.until_on is None or post.until_on >= today()]
    theirs = bool(held) and all(manages(actor, post.role, post.unit.path) for post in held)
    return actor.is_clock or (theirs and person_id != actor.person_id)


def managed_posts(viewer: Viewer) -> Q:
    """The posts of others that the viewer manages, by the same table."""
    mine = [
        Q(subtree("unit__path", hat.unit_path), role=role)
        & (Q() if by[hat.role] == HERE else ~Q(unit__path=hat.unit_path))
        for hat in viewer.hats
        for role, by in MANAGED_BY.items()
        if hat.role in by
    ]
    return Q(*mine, join_type="OR") & ~Q(person_id=viewer.person_id or 0) if mine else NOTHING


def roles_to_give(viewer: Viewer) -> list[tuple[str, str]]:
    """The roles for which the viewer manages anybody anywhere."""
    own = {hat.role for hat in viewer.hats}
    return [(role, name) for role, name in ROLES.items() if own & MANAGED_BY[role].keys()]


def who_manages(role: str) -> str:
    """In words who manages holders of a role."""
    where = {HERE: "本单位或上级的", ABOVE: "上一级的"}
    return "、".join(where[reach] + ROLES[one] for one, reach in MANAGED_BY[role].items())


def not_managed(actor: Viewer) -> QuerySet[Post]:
    """Posts held now or to come that are not the actor's to manage, their own among them."""
    held = Post.filter(Q(until_on=None) | Q(until_on__gte=today()))
    return held.filter(NOTHING) if actor.is_clock else held.exclude(managed_posts(actor))


def tied(actor: Viewer, before: Mapping[str, str] | None = None, *, unused: bool = False) -> dict[str, str]:
    """What to keep of somebody the actor enrols or gives a password: until when they and the actor's makers are tied.

    Whoever made the actor a few days ago could be the actor. A one-time password not used yet keeps every tie.
    """
    here = now().isoformat()
    still = {key: until for key, until in (before or {}).items() if unused or until > here}
    if actor.person_id is None:
        return still
    until = (now() + timedelta(days=settings().apart_days)).isoformat()
    return still | {str(maker): until for maker in (actor.person_id, *sorted(actor.tied_to))}


async def tie(actor: Viewer, person_id: int) -> None:
    """Note that the actor has enrolled this person or has a key of theirs; nothing is noted of the clock and the terminal."""
    if actor.person_id is not None:
        unused = await Person.filter(pk=person_id, account__must_change=True).exists()
        person = await Person.select_for_update().get(pk=person_id)
        made = tied(actor, person.tied_until, unused=unused)
        person.tied_until = {maker: until for maker, until in made.items() if maker != str(person_id)}
        await person.save(update_fields=["tied_until"])


async def tie_anew(person_id: int) -> None:
    """From the first password of one's own the days are counted again: until then whoever gave the first one has it."""
    person = await Person.select_for_update().get(pk=person_id)
    until = (now() + timedelta(days=settings().apart_days)).isoformat()
    person.tied_until = dict.fromkeys(person.tied_until or {}, until)
    await person.save(update_fields=["tied_until"])
