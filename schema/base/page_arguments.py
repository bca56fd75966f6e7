"""What is said to a connection below a row: the resolver of a root is told by Strawberry, a plan reads it here."""

from __future__ import annotations

from typing import Any, cast

from graphql import FieldNode, GraphQLField, GraphQLSchema
from graphql.execution.values import get_argument_values
from strawberry.types.arguments import convert_arguments


def page_arguments(
    schema: GraphQLSchema, field: GraphQLField, node: FieldNode, variables: Any
) -> dict[str, Any]:
    """By our own names; what was not said is not there."""
    told = get_argument_values(field, node, variables)
    ours = cast(Any, schema)._strawberry_schema
    declared = field.extensions["strawberry-definition"].arguments
    registry = ours.schema_converter.scalar_registry
    return convert_arguments(told, declared, registry, ours.config)
