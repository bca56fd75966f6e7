"""Documents parsed, validated and measured once, then only executed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    execute,
    parse,
    validate,
    visit,
)
from graphql.pyutils import is_awaitable
from graphql.validation.rules import overlapping_fields_can_be_merged as overlapping
from graphql.validation.validate import ValidationAbortedError

from models.base.error_codes import ErrorCode
from schema.base.completion import Completion
from schema.base.error_messages import rules
from schema.base.errors import BadInput
from schema.base.limits import LIMITS, LONGEST_NUMBER, Limits, Measure, kinds_in, measure, too_much
from schema.base.response_cache import fields_of

RULES = rules()
overlapping.MAX_COMPLEXITY_BUDGET = LIMITS.comparisons
"""One name written n times is compared n² / 2 times; this is where graphql-core reads when to give up."""
REMEMBERED, MOST_TEXT = 500, 2_000_000
"""How many documents, and how many signs of theirs in all."""
MEASURES_OF_ONE_DOCUMENT = 64
WHICH = "不知道要执行哪一个操作：请用 operationName 写明查询文本里的一个。"


@dataclass(slots=True)
class Prepared:
    """A document ready to run, with what has been worked out about it."""

    document: DocumentNode
    switches: tuple[str, ...]
    """Variables that @include, @skip and orders look at: the shape of the answer depends on them."""
    sizes: tuple[str, ...]
    """Variables that say how large a page is: the cost depends on them."""
    introspective: bool
    declared: frozenset[str]
    """Every variable that the document declares: no other one can change the answer."""
    fields: frozenset[str] | None = None
    """Every field of a document that is one plain query: such an answer may be kept."""
    plans: dict[Any, Any] = field(default_factory=dict)
    measures: dict[Any, Measure] = field(default_factory=dict)

    def measured(self, variables: Mapping[str, Any], schema: GraphQLSchema) -> Measure:
        key = tuple(_size(variables.get(name)) for name in self.sizes)
        if key not in self.measures:
            if len(self.measures) >= MEASURES_OF_ONE_DOCUMENT:
                self.measures.clear()
            self.measures[key] = measure(self.document, variables, schema)
        return self.measures[key]

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation to run; raises Refused where the name does not choose exactly one."""
        there = [d for d in self.document.definitions if isinstance(d, OperationDefinitionNode)]
        chosen = [d for d in there if name is None or (d.name is not None and d.name.value == name)]
        if len(chosen) != 1:
            raise Refused([BadInput(WHICH, "operationName")])
        return chosen[0]


def _size(given: Any) -> tuple[int, int] | int | None:
    """How many rows a variable asks for: so many, or as many as it names, of so many kinds."""
    if type(given) is list:
        return len(given), kinds_in(given)
    return given if type(given) is int else kinds_in(given) or None


class Refused(Exception):
    """A document that will not be run, with the errors that say why."""

    def __init__(self, errors: list[GraphQLError], cost: Measure | None = None) -> None:
        super().__init__(errors)
        self.errors, self.cost = errors, cost


class Operations:
    """The bounded memory of prepared documents of one schema."""

    def __init__(self, schema: GraphQLSchema, limits: Limits = LIMITS) -> None:
        self.schema, self.limits = schema, limits
        self.known: OrderedDict[str, Prepared] = OrderedDict()
        self.size = 0

    def knows(self, query: str) -> bool:
        """Whether a document was examined before, and costs only what it asks for."""
        return query in self.known

    def prepared(self, query: str, variables: Mapping[str, Any]) -> tuple[Prepared, Measure]:
        """The document ready to run, and what it costs with these variables; raises Refused."""
        known = self.known.get(query)
        if known is None:
            return self._learn(query, variables)
        self.known.move_to_end(query)
        cost = known.measured(variables, self.schema)
        return known, self._affordable(cost)

    def _learn(self, query: str, variables: Mapping[str, Any]) -> tuple[Prepared, Measure]:
        try:
            prepared = _examined(parse(query, max_tokens=self.limits.tokens))
            cost = self._affordable(prepared.measured(variables, self.schema))
            errors = validate(self.schema, prepared.document, RULES, max_errors=20)
        except GraphQLError as error:
            raise Refused([_coded(error)]) from None
        except RecursionError:
            raise Refused([too_much("嵌套过深")]) from None
        if errors:
            raise Refused([_coded(error) for error in errors], cost)
        self._remember(query, prepared)
        return prepared, cost

    def _remember(self, query: str, prepared: Prepared) -> None:
        self.known[query] = prepared
        self.size += len(query)
        while len(self.known) > REMEMBERED or self.size > MOST_TEXT:
            self.size -= len(self.known.popitem(last=False)[0])

    def _affordable(self, cost: Measure) -> Measure:
        if errors := cost.refusals(self.limits):
            raise Refused(errors, cost)
        return cost

    async def run(
        self, prepared: Prepared, variables: Mapping[str, Any], name: str | None, context: Any
    ) -> ExecutionResult:
        result = execute(
            self.schema,
            prepared.document,
            variable_values=dict(variables),
            operation_name=name,
            context_value=context,
            executor_class=Completion,
            prepared=prepared,
        )
        return await result if is_awaitable(result) else result  # type: ignore[return-value]


def _coded(error: GraphQLError) -> GraphQLError:
    """A document of too many tokens, or of one name too often, is refused like any other that asks for too much."""
    if isinstance(error, ValidationAbortedError):
        if "errors" not in error.message:
            return too_much("同名字段过多或嵌套过深")
        return GraphQLError("还有别的错误，没有一一列出。", extensions={"code": ErrorCode.VALIDATION_FAILED})
    if isinstance(error, GraphQLSyntaxError) and "Parsing aborted" in error.message:
        return too_much("文本过长或嵌套过深")
    return error


def _examined(document: DocumentNode) -> Prepared:
    seen = _Seen()
    visit(document, seen)
    fields = None if seen.introspective else fields_of(document)
    switches, sizes = tuple(sorted(seen.switches)), tuple(sorted(seen.sizes))
    return Prepared(document, switches, sizes, seen.introspective, frozenset(seen.declared), fields)


class _Seen(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.switches: set[str] = set()
        self.sizes: set[str] = set()
        self.declared: set[str] = set()
        self.introspective = False

    def enter_variable_definition(self, node: VariableDefinitionNode, *_: Any) -> None:
        self.declared.add(node.variable.name.value)

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        for argument in node.arguments or ():
            if isinstance(argument.value, VariableNode):
                self.switches.add(argument.value.name.value)

    def enter_int_value(self, node: IntValueNode, *_: Any) -> None:
        """Nobody has so many of anything, and it is not to be read only to be refused."""
        if len(node.value) > LONGEST_NUMBER:
            raise BadInput("整数过大。")

    def enter_field(self, node: Any, *_: Any) -> None:
        self.introspective |= node.name.value in ("__schema", "__type")
        for argument in node.arguments or ():
            if argument.name.value in ("first", "last", "ids"):
                self.sizes |= _named_in(argument.value)
            if argument.name.value == "orderBy":
                self.switches |= _variables_in(argument.value)


def _named_in(size: ValueNode) -> set[str]:
    """The variables of a page's size, or of a list of ids."""
    parts = size.values if isinstance(size, ListValueNode) else [size]
    return {one.name.value for one in parts if isinstance(one, VariableNode)}


def _variables_in(value: ValueNode) -> set[str]:
    """The variables of an order: its own, or those of its parts."""
    parts = [part.value for part in value.fields] if isinstance(value, ObjectValueNode) else [value]
    return {one.name.value for one in parts if isinstance(one, VariableNode)}


MUTATION = OperationType.MUTATION
QUERY = OperationType.QUERY
