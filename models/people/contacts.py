"""Whose name and telephone somebody may read: theirs with whom they work on some matter, and nobody's for watching it.

Whoever manages or leads people knows them; village people know their own village and the desk of their township; an
office knows its township. A record that brings two others together says so in `Post.met_over`. Supervisors, observers
and keepers read what was done, in which office, and not whom to ring.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from tortoise.expressions import Q, Subquery

from models.base.viewer import NOTHING, Hat, Viewer, for_all_eyes, subtree
from models.people.records import Post
from models.people.roles import DESK, OFFICES, PEOPLE_READERS, VILLAGE_PEOPLE

BELOW = 9
"""So many steps below a place is anywhere below it."""


class Circle(NamedTuple):
    """People one works with: so many steps below a place, at one level of units, in some roles; or anywhere below it."""

    path: str
    steps: int = BELOW
    level: str = ""
    roles: tuple[str, ...] = ()

    def holds(self, post: Post) -> bool:
        unit, path = post.unit, post.unit.path
        if self.steps == BELOW:
            return path.startswith(self.path)
        for _ in range(self.steps):
            path = _above(path)
        return path == self.path and unit.level == self.level and post.role in self.roles

    def among(self) -> Q:
        if self.steps == BELOW:
            return subtree("unit__path", self.path)
        place: dict[str, Any] = {"unit__" + "parent__" * self.steps + "path": self.path}
        return Q(**place, unit__level=self.level, role__in=self.roles)


def circles(viewer: Viewer) -> Iterator[Circle]:
    for hat in viewer.hats:
        if hat.role in PEOPLE_READERS:
            yield Circle(hat.unit_path)
        if hat.role in OFFICES:
            yield from _of_a_township(_above(hat.unit_path))
        if hat.role in VILLAGE_PEOPLE:
            village = _village(hat)
            yield Circle(village)
            yield Circle(_above(village), 0, "township", DESK)


def _of_a_township(path: str) -> Iterator[Circle]:
    """Its desk, villages and grids; of a county, whose offices have nothing to do with those, nobody."""
    yield Circle(path, 0, "township", DESK)
    yield Circle(path, 1, "village", VILLAGE_PEOPLE)
    yield Circle(path, 2, "grid", VILLAGE_PEOPLE)


def _village(hat: Hat) -> str:
    return _above(hat.unit_path) if hat.unit_level == "grid" else hat.unit_path


def _above(path: str) -> str:
    return path[: path.rstrip("/").rfind("/") + 1]


def met_posts(viewer: Viewer) -> Q:
    """Posts whose holder the viewer works with; the same that `meets` says of one post."""
    if viewer.is_clock:
        return Q()
    found = [one.among() for one in circles(viewer)]
    found += [Q(id__in=Subquery(over)) for brings in Post.met_over if (over := brings(viewer)) is not None]
    own = Q(person_id=viewer.person_id) if viewer.signed_in else NOTHING
    return Q(own, *found, join_type="OR")


@for_all_eyes
def meets(viewer: Viewer, post: Post) -> bool:
    """Whether the viewer works with the holder of a post, whose unit is loaded, wherever they meet."""
    own = viewer.signed_in and post.person_id == viewer.person_id
    return own or viewer.is_clock or any(one.holds(post) for one in circles(viewer))


def named(viewer: Viewer, post: Post) -> str:
    """Who holds a post, as far as the viewer may know: by name, or by the post alone."""
    return post.person.name if meets(viewer, post) else post.role_label


Post.met_as = met_posts
