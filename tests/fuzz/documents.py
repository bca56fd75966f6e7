"""GraphQL documents written from the schema itself: every field, argument and input there is, with hostile values.

`hypothesis-graphql` writes better documents, but takes a quarter of a second for each of a schema of this size.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
)

from schema.base.nodes import RECORDS, global_id
from tests.fuzz.hostile import CURSORS, anything, number, text

DAYS = ("0001-01-01", "9999-12-31", "2026-02-29")
MOMENTS = (
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "9999-12-31T23:59:59",
    "2026-05-20T09:00:00",
)


@dataclass
class Writer:
    """Writes one document after the other; what its last one declared stands in `declared` and `variables`."""

    schema: GraphQLSchema
    chance: Random
    rows: int = 12
    """Numbers up to this one are likely to be rows."""
    declared: list[str] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)
    waiting: list[tuple[Any, str]] = field(default_factory=list)
    """Roots nobody has asked for in this round."""

    def document(self) -> tuple[str, dict[str, Any]]:
        """Round after round every query and every mutation, each round in another order."""
        self.declared, self.variables = [], {}
        root, name = self.next_root()
        fields = [self.selected(root, name, 0)]
        if self.chance.random() < 0.15:
            fields.append(self.selected(root, self.chance.choice(list(root.fields)), 0))
        head = f"({', '.join(self.declared)})" if self.declared else ""
        return f"{root.name.lower()} Fuzz{head} {{ {' '.join(fields)} }}", self.variables

    def next_root(self) -> tuple[Any, str]:
        if not self.waiting:
            roots = (self.schema.query_type, self.schema.mutation_type)
            self.waiting = [(root, name) for root in roots if root is not None for name in root.fields]
            self.chance.shuffle(self.waiting)
        return self.waiting.pop()

    def some(self, names: list[str], most: int) -> list[str]:
        return self.chance.sample(names, min(len(names), self.chance.randint(1, most)))

    def selected(self, on: Any, name: str, depth: int) -> str:
        there = on.fields[name]
        given = [
            f"{key}: {self.argument(key, one.type)}" for key, one in there.args.items() if self.says(key, one)
        ]
        alias = f"a{self.chance.randrange(99)}: " if self.chance.random() < 0.2 else ""
        switch = f" @{self.chance.choice(('include', 'skip'))}(if: {self.value('Boolean')})" * (
            self.chance.random() < 0.05
        )
        inside = self.selections(get_named_type(there.type), depth + 1)
        asked = f"({', '.join(given)})" if given else ""
        return f"{alias}{name}{asked}{switch}{inside}"

    def says(self, key: str, argument: Any) -> bool:
        likely = 0.99 if isinstance(argument.type, GraphQLNonNull) or key == "first" else 0.3
        return (
            key not in {"last", "before"} and self.chance.random() < likely
        ) or self.chance.random() < 0.01

    def selections(self, type_: Any, depth: int) -> str:
        if isinstance(type_, GraphQLUnionType | GraphQLInterfaceType):
            parts = [
                f"... on {one.name}{self.selections(one, depth)}"
                for one in self.schema.get_possible_types(type_)
            ]
            return f" {{ __typename {' '.join(self.some(parts, 3))} }}"
        if not isinstance(type_, GraphQLObjectType):
            return ""
        leaves = [name for name, one in type_.fields.items() if _is_leaf(one) and not _asks(one)]
        deeper = [name for name, one in type_.fields.items() if not _is_leaf(one) and depth < 7]
        chosen = ["edges"] if "edges" in type_.fields else ["node"] if "node" in type_.fields else []
        chosen = chosen or self.some(leaves, 6) if leaves or chosen else []
        chosen += (
            self.some(deeper, 1) if deeper and self.chance.random() < 0.45 and chosen[:1] != ["edges"] else []
        )
        written = [self.selected(type_, name, depth) for name in chosen]
        return f" {{ {' '.join(['__typename', *written])} }}"

    def argument(self, key: str, type_: Any) -> str:
        """Inline, or as a variable of the right or (seldom) of a wrong type."""
        if self.chance.random() < 0.7:
            return self.literal(key, type_)
        name = f"v{len(self.declared)}"
        said = (
            str(type_)
            if self.chance.random() < 0.97
            else self.chance.choice(("String", "Int!", "[ID!]", "Nothing"))
        )
        default = f" = {self.literal(key, type_)}" if self.chance.random() < 0.2 else ""
        self.declared.append(f"${name}: {said}{default}")
        if self.chance.random() < 0.9:
            self.variables[name] = self.plain(key, type_)
        return f"${name}"

    def plain(self, key: str, type_: Any) -> Any:
        """The value as a variable carries it."""
        inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        if self.chance.random() < 0.02:
            return anything(self.chance)
        if isinstance(inner, GraphQLList):
            return [self.plain(key, inner.of_type) for _ in range(self.chance.randrange(4))]
        if isinstance(inner, GraphQLInputObjectType):
            return {n: self.plain(n, one.type) for n, one in self.said_of(inner)}
        return self.scalar(key, inner)

    def said_of(self, type_: GraphQLInputObjectType) -> list[tuple[str, Any]]:
        """The parts of an input that are said: nearly always those that must be, and of two that exclude each other one."""
        parts = list(type_.fields.items())
        if type_.name.endswith("Ref") and self.chance.random() < 0.97:
            return [self.chance.choice(parts)]
        asked = [part for part in parts if isinstance(part[1].type, GraphQLNonNull)]
        return [part for part in parts if self.chance.random() < (0.99 if part in asked else 0.5)]

    def literal(self, key: str, type_: Any) -> str:
        """The value as a document writes it."""
        return _written(self.plain(key, type_))

    def value(self, name: str) -> str:
        return _written(self.scalar("", self.schema.type_map[name]))

    def scalar(self, key: str, type_: Any) -> Any:
        if self.chance.random() < 0.02:
            return self.chance.choice((text(self.chance), number(self.chance), None, True))
        if isinstance(type_, GraphQLEnumType):
            return self.chance.choice(list(type_.values))
        match type_.name:
            case "Int" if key in {"first", "last"}:
                return self.chance.choice(
                    (1, 2, 10, 100, number(self.chance) if self.chance.random() < 0.2 else 5)
                )
            case "Int":
                return self.chance.choice(
                    (1, 2, 10, 2**31 - 1, -(2**31), number(self.chance) if self.chance.random() < 0.2 else 0)
                )
            case "Boolean":
                return self.chance.random() < 0.5
            case "ID":
                return self.identity()
            case "Float":
                return self.chance.choice(
                    ("1", "2.5", "-1", "1e9", "NaN", "9" * 40, number(self.chance), text(self.chance))
                )
            case "Date":
                return self.chance.choice(("2026-05-20", "2027-01-04", *DAYS, text(self.chance)))
            case "DateTime":
                return self.chance.choice(("2026-05-20T09:00:00+08:00", *MOMENTS, text(self.chance)))
        return self.cursor() if key in {"after", "before"} else text(self.chance)

    def identity(self) -> str:
        """Mostly what looks like an id of a row that may be there, whichever it is of."""
        kind = self.chance.random()
        if kind < 0.7:
            return global_id(self.chance.choice(list(RECORDS)), self.chance.randint(1, self.rows))
        if kind < 0.85:
            odd = f"{self.chance.choice(list(RECORDS))}:{self.chance.choice(('²', '٣', '-1', '9' * 30, '1.0', ' 1', ''))}"
            return urlsafe_b64encode(odd.encode()).decode()
        return text(self.chance)

    def cursor(self) -> str:
        """Mostly something of the right shape, with values that no column holds."""
        if self.chance.random() < 0.3:
            return self.chance.choice(CURSORS)
        values = [
            self.chance.choice((text(self.chance)[:60], number(self.chance), None, 1))
            for _ in range(self.chance.randint(1, 3))
        ]
        return urlsafe_b64encode(_written(values).encode()).decode()


def _is_leaf(there: Any) -> bool:
    return not isinstance(
        get_named_type(there.type), GraphQLObjectType | GraphQLUnionType | GraphQLInterfaceType
    )


def _asks(there: Any) -> bool:
    return any(isinstance(one.type, GraphQLNonNull) for one in there.args.values())


def _written(value: Any) -> str:
    if isinstance(value, dict):
        named = ((name, one) for name, one in value.items() if name.isidentifier() and name.isascii())
        return f"{{{', '.join(f'{name}: {_written(one)}' for name, one in named)}}}"
    if isinstance(value, list):
        return f"[{', '.join(_written(one) for one in value)}]"
    return json.dumps(value) if not isinstance(value, int) or isinstance(value, bool) else _digits(value)


def _digits(value: int) -> str:
    """A number of any length: Python itself refuses to write thousands of digits."""
    return "9" * 4_400 if value > 10**4000 else str(value)


def spoilt(chance: Random, document: str) -> str:
    """The same with a few signs lost, doubled or exchanged."""
    signs = list(document)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(signs))
        signs[at : at + chance.randint(0, 3)] = chance.choice(
            ("", "{", "}", "(", "...", '"""', "$", "\x00", "村", "@", "!", "#")
        )
        signs = signs or ["{"]
    return "".join(signs)
