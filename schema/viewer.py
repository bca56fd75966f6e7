"""Who is asking, and any node by its id."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry
from strawberry import ID, Info

from models.people import Person as PersonRecord
from schema.base.connections import LARGEST_PAGE
from schema.base.errors import BadInput
from schema.base.fetch import Assorted, one
from schema.base.nodes import Node, read_global_id
from schema.base.roots import pages, within
from schema.base.statements import padded
from schema.inbox import InboxMessage, InboxSilence, Reminder
from schema.people import Person, Post


def _person(root: Any) -> Any:
    return None if root.person_id is None else one(PersonRecord, root.person_id)


def _held(root: Any, rows: Any) -> Any:
    return rows.filter(id__in=padded([hat.post_id for hat in root.hats]))


@strawberry.type(description="The person asking, with the posts held today.")
class Viewer:
    name: str
    signed_in: bool = strawberry.field(name="isSignedIn", description="Whether somebody is signed in.")
    person: Any = strawberry.field(resolver=_person, graphql_type=Person | None)
    posts = within(Post, _held, description="The posts held today.")
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


Ids = Annotated[list[ID], strawberry.argument(description=f"At most {LARGEST_PAGE}; one may be there twice.")]


def _nodes(ids: Ids) -> Any:
    if len(ids) > LARGEST_PAGE:
        raise BadInput(f"一次最多查 {LARGEST_PAGE} 个编号。", "ids", ("ids",))
    return Assorted(tuple(read_global_id(one) for one in ids))


@strawberry.type
class Queries:
    viewer: Any = strawberry.field(resolver=_viewer, graphql_type=Viewer, description="The person asking.")
    node: Any = strawberry.field(
        resolver=_node, graphql_type=Node | None, description="Anything by its id, or null."
    )
    nodes: Any = strawberry.field(
        resolver=_nodes,
        graphql_type=list[Node | None],
        description=f"Anything by its ids, at most {LARGEST_PAGE}, in the order asked for; "
        "null stands for what is missing or not the viewer's to know of.",
    )
