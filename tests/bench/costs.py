"""What documents cost by their price beside the time they take, on the demo that stands in XINGCUN_DATA: python -m tests.bench.costs.

Two hundred documents are drawn over the schema by a seed: a root list with some of its columns, and now and then a list
below it. Each is asked until it is warm and then measured by the time of the processor, which other processes do not
change. The price of rows that are not there is taken off, as `first` is what may come and not what came.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from random import Random
from statistics import median
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    OperationDefinitionNode,
    get_named_type,
    parse,
)

from models.base.database import database
from models.base.viewer import Viewer
from models.demo.cast import viewer_of
from models.people import Post
from schema import door, schema
from schema.base.build import core
from schema.base.documents import Refused
from schema.base.limits import Walk
from tests.schema.toys import ask

MANY, TIMES, SEED = 200, 5, 20261201
WITHIN = 3
ROLES = ("observer", "coordinator", "department_officer", "secretary", "list_keeper", "head")
CORE = core(schema)


@dataclass(frozen=True)
class Timed:
    """One document: its price for what came, and the milliseconds it took."""

    query: str
    price: int
    milliseconds: float


class Writer:
    """Draws documents that ask for what is there."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        assert CORE.query_type is not None
        self.roots = {name: one for name, one in CORE.query_type.fields.items() if _is_page(one)}

    def document(self) -> str:
        name = self.chance.choice(sorted(self.roots))
        return f"{{ {self.page(name, self.roots[name], 0)} }}"

    def page(self, name: str, field: GraphQLField, depth: int) -> str:
        size = self.chance.choice((1, 5, 20, 50)[: 4 - 2 * depth])
        total = "totalCount { count isExact } " * (self.chance.random() < 0.3)
        return f"{name}(first: {size}) {{ {total}nodes {{ {self.node(_node(field), depth)} }} }}"

    def node(self, type_: GraphQLObjectType, depth: int) -> str:
        leaves = [name for name, one in type_.fields.items() if _is_leaf(one)]
        chosen = self.chance.sample(leaves, self.chance.randint(1, len(leaves)))
        joined = [(name, one) for name, one in type_.fields.items() if _is_one(one)]
        for name, one in self.chance.sample(joined, min(len(joined), self.chance.randint(0, 3))):
            inner = [key for key, part in get_named_type(one.type).fields.items() if _is_leaf(part)]  # type: ignore[union-attr]
            chosen.append(f"{name} {{ {' '.join(self.chance.sample(inner, min(4, len(inner))))} }}")
        pages = [(name, one) for name, one in type_.fields.items() if _is_page(one)]
        if depth == 0 and pages and self.chance.random() < 0.4:
            chosen.append(self.page(*self.chance.choice(pages), 1))
        return " ".join(chosen)


def _is_page(field: GraphQLField) -> bool:
    needed = any(isinstance(one.type, GraphQLNonNull) for one in field.args.values())
    return (
        "nodes" in getattr(get_named_type(field.type), "fields", {}) and "before" in field.args and not needed
    )


def _node(field: GraphQLField) -> GraphQLObjectType:
    edge: Any = get_named_type(get_named_type(field.type).fields["edges"].type)  # type: ignore[union-attr]
    node = get_named_type(edge.fields["node"].type)
    assert isinstance(node, GraphQLObjectType)
    return node


def _is_leaf(field: GraphQLField) -> bool:
    return not field.args and not hasattr(get_named_type(field.type), "fields")


def _is_one(field: GraphQLField) -> bool:
    named = get_named_type(field.type)
    return not field.args and isinstance(named, GraphQLObjectType) and "id" in named.fields


def _rows(value: Any) -> int:
    """How many rows of pages came."""
    if isinstance(value, list):
        return sum(map(_rows, value))
    if not isinstance(value, dict):
        return 0
    own = len(value["nodes"]) if isinstance(value.get("nodes"), list) else 0
    return own + sum(map(_rows, value.values()))


async def timed(viewer: Viewer, query: str) -> Timed | None:
    """The document measured; nothing for one that nobody may ask, or that finds nothing."""
    try:
        for _ in range(3):
            answer = await ask(door, viewer, query)
    except Refused:
        return None
    came = _rows(answer.get("data"))
    if "errors" in answer or not came:
        return None
    spent = []
    for _ in range(TIMES):
        begun = time.process_time()
        await ask(door, viewer, query)
        spent.append(1_000 * (time.process_time() - begun))
    told = answer["extensions"]["cost"]
    return Timed(query, _for_what_came(query, told, came), min(spent))


def _for_what_came(query: str, told: dict[str, int], came: int) -> int:
    """The price without rows that did not come: what statements cost stays, what each row costs goes by the share."""
    whole = told["cost"]
    fixed = _fixed(query)
    return round(fixed + (whole - fixed) * min(1, came / max(1, told["nodes"])))


def _fixed(query: str) -> int:
    document = parse(query)
    (operation,) = (one for one in document.definitions if isinstance(one, OperationDefinitionNode))
    return 1 + Walk(document, {}, CORE).operation(operation).fixed


async def measured(viewers: list[Viewer], seed: int = SEED, many: int = MANY) -> list[Timed]:
    writer, found = Writer(seed), []
    while len(found) < many:
        one = await timed(writer.chance.choice(viewers), writer.document())
        found += [one] if one is not None else []
    return found


def ratios(found: list[Timed]) -> list[float]:
    """Time for its price, of each document against the usual of all."""
    usual = median(one.milliseconds / one.price for one in found)
    return sorted(one.milliseconds / one.price / usual for one in found)


async def main() -> None:
    async with database():
        posts = [await Post.filter(role=role).order_by("id").first() for role in ROLES]
        found = await measured([await viewer_of(post) for post in posts if post is not None])
    told = ratios(found)
    near = sum(1 / WITHIN <= one <= WITHIN for one in told)
    usual = median(one.milliseconds / one.price for one in found)
    print(f"{near} of {len(told)} documents within x{WITHIN} of {usual:.3f} ms a point")
    print("deciles:", " ".join(f"{told[at * (len(told) - 1) // 10]:.2f}" for at in range(11)))
    for one in (
        sorted(found, key=lambda one: one.milliseconds / one.price)[:: max(1, len(found) - 1)] if told else ()
    ):
        print(f"{one.milliseconds:.2f} ms, {one.price} points: {one.query[:300]}")


if __name__ == "__main__":
    asyncio.run(main())
