"""People and their posts through GraphQL."""

from __future__ import annotations

from datetime import date

import strawberry

from models import people
from models.people.records import in_force
from models.people.roles import ROLES
from schema.base.enums import coded, enum_of
from schema.base.fills import computed, may, versioned
from schema.base.filters import any_of, any_row, below, either, filter_of, related, text
from schema.base.mutations import mutation, mutations
from schema.base.nodes import Node, type_for
from schema.base.roots import many, pages, single
from schema.units import Unit

Role = enum_of("Role", ROLES, "What somebody is appointed as.")


@type_for(people.Post)
class Post(Node):
    version: str = versioned()
    role: str = coded(Role)
    role_label: str = computed(ROLES.get, "role")
    title: str | None
    from_on: date
    until_on: date | None
    duties: list[str]
    unit: Unit | None
    person: Person | None
    may_end: bool = may(people.end_post)
    may_hand_over: bool = may(people.hand_over)


@type_for(people.Person)
class Person(Node):
    name: str
    phone: str | None
    posts = many(Post, "person_id", order=("-from_on", "id"))


PersonFilter = filter_of(
    "PersonFilter",
    "What to look for among people.",
    text=text(people.PersonFilter, "Part of the name."),
    role=related(
        Role,
        people.Post,
        "person_id",
        lambda posts, role: posts.filter(in_force(), role=role),
        "Whoever holds such a post today, as far as one may know of the post.",
    ),
)


PostFilter = filter_of(
    "PostFilter",
    "What to look for among posts.",
    roles=any_of("role", Role, "Posts of any of these roles."),
    within=below("unit__path", "Posts at units at or below this one."),
    people=any_row("person_id", people.Person, "Posts of any of these people."),
    is_held=either(in_force, "Held today, or only before or later."),
)


@strawberry.type
class Queries:
    people = pages(Person, order=("id",), wanted=PersonFilter)
    person = single(Person)
    posts = pages(Post, order=("-id",), wanted=PostFilter)
    post = single(Post)


@mutations
class Mutations:
    enrol = mutation(people.enrol, Post, "unit", role=Role)
    appoint = mutation(people.appoint, Post, "unit", role=Role)
    end_post = mutation(people.end_post, Post, "post")
    hand_over = mutation(people.hand_over, Post, "post")
