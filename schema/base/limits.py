"""What a document may ask for, measured in one memoised walk before validation and execution."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)

from models.base.error_codes import ErrorCode
from schema.base.nodes import read_global_id
from schema.base.prices import FREE, STATEMENT, price_of


@dataclass(frozen=True, slots=True)
class Limits:
    depth: int = 12
    aliases: int = 20
    directives: int = 20
    nodes: int = 20_000
    cost: int = 5_000
    fields: int = 1_000
    """Field nodes written in the document's selections, fragments counted where they are spread."""
    tokens: int = 1_000
    comparisons: int = 10_000
    """Of fields of one name with each other, so that validation says whether they agree."""
    body: int = 100_000
    introspection_depth: int = 16


LIMITS = Limits()
MOST, LONGEST_NUMBER = 10**9, 20
"""Beyond every limit: what is worth more counts as this much, so that figures stay figures whatever is asked."""


@dataclass(frozen=True, slots=True)
class Measure:
    depth: int = 0
    aliases: int = 0
    directives: int = 0
    nodes: int = 0
    cost: int = 0
    fields: int = 0
    introspection: int = 0
    """Depth below __schema and __type, which has a limit of its own."""
    fixed: int = 0
    """Of the cost, what does not grow with rows: statements, and what a field declares beside them."""
    each: int = 0
    """Of the cost, what is worked out for every row."""

    def beside(self, other: Measure) -> Measure:
        return Measure(
            max(self.depth, other.depth),
            self.aliases + other.aliases,
            self.directives + other.directives,
            self.nodes + other.nodes,
            self.cost + other.cost,
            self.fields + other.fields,
            max(self.introspection, other.introspection),
            self.fixed + other.fixed,
            self.each + other.each,
        )

    @property
    def priced(self) -> Measure:
        """With its cost, which follows the work: ten points a statement, one a row, and what fields declare."""
        # Never nothing: a document costs at least that it was read.
        return replace(self, cost=min(MOST, 1 + self.fixed + self.nodes + self.each))

    @property
    def shown(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in MEASURED}

    def refusals(self, limits: Limits) -> list[GraphQLError]:
        """One error for each limit exceeded."""
        looked_at = ((name, getattr(self, name), getattr(limits, of)) for name, of in MEASURED.items())
        return [
            too_much(f"{CALLED[name]} {value}，最多 {most}")
            for name, value, most in looked_at
            if value > most
        ]


UNTOLD = {"fixed", "each"}
MEASURED = {one.name: one.name for one in fields(Measure) if one.name not in UNTOLD} | {
    "introspection": "introspection_depth"
}
"""What is measured, and the limit of each. Asked for with every request, so that no `asdict` copies it."""


CALLED = {
    "depth": "嵌套层数",
    "aliases": "别名数",
    "directives": "指令数",
    "nodes": "最多返回的条数",
    "cost": "查询成本",
    "fields": "字段数",
    "introspection": "接口说明的嵌套层数",
}
"""What a person calls what is measured."""


def too_much(what: str) -> GraphQLError:
    return GraphQLError(f"查询超出限制：{what}。", extensions={"code": ErrorCode.TOO_COSTLY})


NOTHING = Measure()


class Walk:
    """Measures selections; each fragment once, however often and deeply it is spread."""

    def __init__(self, document: DocumentNode, variables: Mapping[str, Any], schema: GraphQLSchema) -> None:
        self.schema = schema
        self.fragments = {
            d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
        }
        self.variables = variables
        self.measured: dict[str, Measure] = {}
        self.open: set[str] = set()

    def operation(self, operation: OperationDefinitionNode) -> Measure:
        own = Measure(directives=len(operation.directives or ()))
        root = self.schema.get_root_type(operation.operation)
        return own.beside(self.selections(operation.selection_set, root)).priced

    def selections(self, selections: SelectionSetNode | None, of: Any) -> Measure:
        """Of a type; of one that is not there (validation says so) nothing is known, and it costs as little."""
        total = NOTHING
        for node in selections.selections if selections else ():
            inside = self.field(node, of) if isinstance(node, FieldNode) else self.fragment(node, of)
            total = total.beside(inside).beside(Measure(directives=len(node.directives or ())))
        return total

    def field(self, node: FieldNode, of: Any) -> Measure:
        field = getattr(of, "fields", {}).get(node.name.value)
        inside = get_named_type(field.type) if field is not None else None
        below, alias = self.selections(node.selection_set, inside), int(node.alias is not None)
        if node.name.value in ("__schema", "__type"):
            deep = max(below.depth, below.introspection)
            return Measure(1, below.aliases + alias, below.directives, 0, 0, below.fields + 1, deep)
        page, price = self.page(node, field), price_of(of, field) if field is not None else FREE
        further = STATEMENT * max(0, self.kinds(node) - 1) + (price.by_village if _by_village(node) else 0)
        return Measure(
            below.depth + 1,
            below.aliases + alias,
            below.directives,
            min(MOST, (page or 0) + (page or 1) * below.nodes),
            0,
            below.fields + 1,
            below.introspection,
            min(MOST, price.fixed + further + below.fixed),
            min(MOST, price.each + (page or 1) * below.each),
        )

    def fragment(self, node: Any, of: Any) -> Measure:
        if not isinstance(node, FragmentSpreadNode):
            return self.selections(node.selection_set, self.narrowed(node, of))
        name = node.name.value
        if name not in self.measured:
            # Cycles and unknown names are validation's to report.
            if name in self.open or name not in self.fragments:
                return NOTHING
            self.open.add(name)
            fragment = self.fragments[name]
            self.measured[name] = self.selections(fragment.selection_set, self.narrowed(fragment, of))
            self.open.discard(name)
        return self.measured[name]

    def narrowed(self, node: Any, of: Any) -> Any:
        """The type that a fragment is about."""
        return self.schema.get_type(node.type_condition.name.value) if node.type_condition else of

    def page(self, node: FieldNode, field: Any) -> int | None:
        """The page size a field asks for or has without that, or None where it does not ask for a page."""
        for argument in node.arguments or ():
            if argument.name.value in ("first", "last", "ids"):
                size = self.size(argument.value)
                if size is not None:
                    return max(1, size)
        usual = getattr(getattr(field, "args", {}).get("first"), "default_value", None)
        return usual if type(usual) is int else None

    def kinds(self, node: FieldNode) -> int:
        """Rows of how many kinds a field names by their ids: each kind is a statement, the first is the field's own."""
        for argument in node.arguments or ():
            if argument.name.value == "ids":
                value = argument.value
                listed = value.values if isinstance(value, ListValueNode) else ()
                given = self.variables.get(value.name.value) if isinstance(value, VariableNode) else None
                return kinds_in([self.text(one) for one in listed] or given)
        return 0

    def text(self, node: Any) -> Any:
        if isinstance(node, VariableNode):
            return self.variables.get(node.name.value)
        return getattr(node, "value", None)

    def size(self, value: Any) -> int | None:
        if isinstance(value, IntValueNode):
            return number_in(value)
        if isinstance(value, ListValueNode):
            return min(MOST, len(value.values))
        given = self.variables.get(value.name.value) if isinstance(value, VariableNode) else None
        if isinstance(given, list):
            return min(MOST, len(given))
        return min(MOST, given) if type(given) is int else None


def _by_village(node: FieldNode) -> bool:
    """Whether rows may be of villages: where a variable says so, they may."""
    levels = [one.value for one in node.arguments or () if one.name.value == "level"]
    return any(getattr(one, "value", "VILLAGE") == "VILLAGE" for one in levels)


def kinds_in(ids: Any) -> int:
    named = ids if isinstance(ids, list) else [ids]
    return len({found[0] for one in named if isinstance(one, str) and (found := read_global_id(one))})


def _by_default(value: IntValueNode | ListValueNode) -> Any:
    if isinstance(value, IntValueNode):
        return number_in(value)
    return [getattr(one, "value", None) for one in value.values]


def number_in(node: IntValueNode) -> int:
    """The number that a document writes; Python reads no text of thousands of digits."""
    return min(MOST, int(node.value)) if len(node.value) <= LONGEST_NUMBER else MOST


def measure(document: DocumentNode, variables: Mapping[str, Any], schema: GraphQLSchema) -> Measure:
    """The most that any operation of a document asks for, whichever will be chosen."""
    walk, most = Walk(document, variables, schema), NOTHING
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            defaults = {
                v.variable.name.value: _by_default(v.default_value)
                for v in definition.variable_definitions or ()
                if isinstance(v.default_value, IntValueNode | ListValueNode)
            }
            walk.variables = {**defaults, **variables}
            walk.measured.clear()
            found = walk.operation(definition).shown
            most = Measure(**{name: max(value, found[name]) for name, value in most.shown.items()})
    return most
