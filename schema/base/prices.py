"""What a field costs: ten points for each statement it needs, one for a row, and what it declares; a point is some 0.1 ms.

Columns and what is joined are free: they come with the row. What is worked out for a row by a rule costs a point each.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from graphql import GraphQLField, GraphQLObjectType, get_named_type

from schema.base.fills import Computed, Judged, Later, Many
from schema.base.nodes import RECORDS

STATEMENT, VERB = 10, 50


class Price(NamedTuple):
    """What a field costs however many rows there are, and what it costs for each."""

    fixed: int = 0
    each: int = 0
    by_village: int = 0
    """And what it costs more where it has a row for each village, of which there are thousands."""


FREE = Price()
DECLARED = {
    "BurdenOfPlace.figures": 120,
    "BurdenOfPlace.months": 80,
    "BurdenOfPlace.children": 80,
    "AskersOfRegion.lines": 80,
    "Ledger.total": 10,
    "Ledger.departments": 20,
    "Ledger.load": 40,
    "Ledger.villages": 30,
    "Query.assignment_figures": 150,
    "Query.screening_figures": 150,
    "Query.complaint_statistics": 50,
    "Query.field_overlap": 50,
    "Query.matter_list_diff": 60,
    "Query.golden_run": 200,
    "Query.replay_screening": 20,
    "Query.suggest_matters": 30,
    "Query.search_matters": 20,
    "Query.request_values": 50,
    "ValueTable.totals": 300,
    "ValueTable.rows": 50,
}
"""What figures cost beside one statement: they take several, or work out what these bring."""

CHEAP, RELATION = 6, 6
"""To load the rows that a rule looks at, and each relation that is loaded with them."""
STATEMENTS_LATER = {"changed_at": 6, "version": 2, "void_signatures": 4, "allowed": 2}
"""What follows the rows of a type by more than one statement, or by one that is dear."""
BY_VILLAGE = {"Query.assignment_figures": 150}


def price_of(type_: GraphQLObjectType, field: GraphQLField) -> Price:
    """Worked out once for each field of a schema."""
    own = field.extensions.get("strawberry-definition")
    if own is None:
        return FREE
    if "price" not in field.extensions:
        field.extensions["price"] = _price(type_.name, own, get_named_type(field.type))
    found: Price = field.extensions["price"]
    return found


def _price(type_name: str, own: Any, shown: Any) -> Price:
    declared = DECLARED.get(f"{type_name}.{own.python_name}", VERB if type_name == "Mutation" else 0)
    fill = (own.metadata or {}).get("fill")
    if isinstance(fill, Judged):
        return Price(CHEAP + RELATION * len(RECORDS[type_name].judged_with), 1)
    if isinstance(fill, Later):
        return Price(_later(type_name, own.python_name) * STATEMENT, 1)
    if isinstance(fill, Computed):
        return FREE
    is_page = own.python_name == "total_count" or "edges" in getattr(shown, "fields", {})
    needs_one = is_page or isinstance(fill, Many) or _follows(type_name, own, shown)
    by_village = BY_VILLAGE.get(f"{type_name}.{own.python_name}", 0)
    return Price((STATEMENT if needs_one else 0) + declared, by_village=by_village)


def _later(type_name: str, name: str) -> int:
    """How many statements follow; the version of what has parts reads these as well."""
    parts = len(RECORDS[type_name].made_of) if name == "version" else 0
    return STATEMENTS_LATER.get(name, 1) + parts


def _follows(type_name: str, own: Any, shown: Any) -> bool:
    """Whether what the field shows is a record of its own, brought by another statement than the row."""
    if own.python_name in ("node", "nodes") and type_name not in ("Query", "Mutation"):
        return False  # The rows of a page, which has been paid for.
    if shown.name not in RECORDS and shown.name != "Node":
        return type_name in ("Query", "Mutation")
    record = RECORDS.get(type_name)
    return record is None or own.python_name not in record.opens
