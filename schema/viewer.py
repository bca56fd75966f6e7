"""Who is asking, and any node by its id."""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry import ID, Info

from models.people import Person as PersonRecord
from models.people import Post as PostRecord
from schema.base.nodes import Node, read_global_id
from schema.base.reading import one, some
from schema.people import Person, Post


@strawberry.type(description="The person asking, with the posts held today.")
class Viewer:
    name: str
    signed_in: bool

    @strawberry.field(graphql_type=Person | None)
    def person(self, info: Info) -> Any:
        known = info.context.viewer.person_id
        return None if known is None else one(PersonRecord, known)

    @strawberry.field(graphql_type=list[Post])
    def posts(self, info: Info) -> Any:
        return some(PostRecord, (hat.post_id for hat in info.context.viewer.hats))


@strawberry.type
class Queries:
    @strawberry.field(graphql_type=Viewer, description="The person asking.")
    def viewer(self, info: Info) -> Any:
        return info.context.viewer

    @strawberry.field(graphql_type=Node | None, description="Anything by its id, or null.")
    def node(self, id: ID) -> Any:
        named = read_global_id(id)
        return None if named is None else one(*named)
