"""Who is asking, and any node by its id."""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry import ID, Info

from models.people import Person as PersonRecord
from models.people import Post as PostRecord
from schema.base.fetch import one, some
from schema.base.nodes import Node, read_global_id
from schema.base.roots import pages
from schema.inbox import InboxMessage, InboxSilence, Reminder
from schema.people import Person, Post


def _person(root: Any) -> Any:
    return None if root.person_id is None else one(PersonRecord, root.person_id)


def _posts(root: Any) -> Any:
    return some(PostRecord, (hat.post_id for hat in root.hats))


@strawberry.type(description="The person asking, with the posts held today.")
class Viewer:
    name: str
    signed_in: bool = strawberry.field(name="isSignedIn", description="Whether somebody is signed in.")
    person: Any = strawberry.field(resolver=_person, graphql_type=Person | None)
    posts: Any = strawberry.field(resolver=_posts, graphql_type=list[Post])
    silences = pages(InboxSilence, description="Subjects of which one wants no reminder outside.")
    reminders = pages(Reminder, description="What was to reach one outside, and what became of it.")
    messages = pages(
        InboxMessage, description="What waits for one's word or was decided about one, newest first."
    )


def _viewer(info: Info) -> Any:
    return info.context.viewer


def _node(id: ID) -> Any:
    named = read_global_id(id)
    return None if named is None else one(*named)


@strawberry.type
class Queries:
    viewer: Any = strawberry.field(resolver=_viewer, graphql_type=Viewer, description="The person asking.")
    node: Any = strawberry.field(
        resolver=_node, graphql_type=Node | None, description="Anything by its id, or null."
    )
