"""What is touched of Tortoise, member by member: an upgrade that moves one is told here, and not by a wrong answer."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tortoise.expressions import Q
from tortoise.queryset import CountQuery, ExistsQuery, QuerySet, ValuesListQuery, ValuesQuery

from models.base import query_sets, query_shapes, statement_cache
from models.units import Unit
from tests.sources import ROOT, WRITTEN

LEANT_ON = (query_shapes, query_sets, statement_cache)
STOCK = (QuerySet, ValuesListQuery, ValuesQuery, CountQuery, ExistsQuery)


def _private(module: Any) -> Iterator[str]:
    """Private members of others that a module reads or writes, by attribute or by a name it looks up."""
    for node in ast.walk(ast.parse(Path(module.__file__).read_text("utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.startswith("__"):
            yield node.attr
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and re.fullmatch("_[a-z]\\w*", node.value)
        ):
            yield node.value


HELD_BY: dict[str, tuple[type[Any], ...]] = {
    "_annotations": STOCK,
    "_q_objects": STOCK,
    "_custom_filters": STOCK,
    "_joined_tables": STOCK,
    "_db": STOCK,
    "_capabilities": STOCK,
    "_prefetch_map": (QuerySet,),
    "_prefetch_queries": (QuerySet,),
    "_filter_kwargs": (QuerySet,),
    "_orderings": (QuerySet,),
    "_having": (QuerySet,),
    "_select_related_idx": (QuerySet,),
    "_select_for_update": (QuerySet,),
    "_select_related": (QuerySet,),
    "_single": (QuerySet, ValuesListQuery, ValuesQuery),
    "_raise_does_not_exist": (QuerySet, ValuesListQuery, ValuesQuery),
    "_limit": (QuerySet, ValuesListQuery, ValuesQuery, CountQuery),
    "_offset": (QuerySet, ValuesListQuery, ValuesQuery, CountQuery),
    "_flat": (ValuesListQuery,),
    "_fields_to_select_sql": (ValuesListQuery,),
}
"""Which kinds of query hold a member as a slot."""
DONE_BY = {"_make_query", "_execute", "_choose_db"}
OURS = {"_model", "_is_negated", "_meta"} | {"_empty", "_traced", "_untraced", "_must_tell_no_trace"}
"""Of the manager, of a condition and of a record; and of our own query sets."""


def test_every_private_member_that_is_touched_has_its_test() -> None:
    touched = {name for module in LEANT_ON for name in _private(module)}
    assert touched == {*HELD_BY, *DONE_BY, *OURS} - {"_meta"}


@pytest.mark.parametrize("name", HELD_BY)
def test_queries_hold(name: str) -> None:
    for kind in HELD_BY[name]:
        assert name in {slot for base in kind.__mro__ for slot in getattr(base, "__slots__", ())}, kind


@pytest.mark.parametrize("name", sorted(DONE_BY))
def test_queries_do(name: str) -> None:
    assert all(callable(getattr(kind, name, None)) for kind in STOCK)


def test_a_condition_says_whether_it_is_negated_and_a_manager_whose_it_is() -> None:
    assert (~Q(id=1))._is_negated and not Q(id=1)._is_negated
    assert Unit._meta.manager._model is Unit
    assert isinstance(Unit._meta.manager.get_queryset(), query_sets.Rows)


SHAPED = {
    QuerySet: {"_orderings", "_distinct", "_having", "_fields_for_select", "_group_bys"}
    | {"_select_related", "_use_indexes", "_force_indexes", "_select_for_update"}
    | {f"_select_for_update_{how}" for how in ("nowait", "skip_locked", "of", "no_key")},
    ValuesListQuery: {"_orderings", "_distinct", "_fields_for_select_list", "_group_bys"}
    | {"_use_indexes", "_force_indexes"},
    ValuesQuery: {"_orderings", "_distinct", "_fields_for_select", "_group_bys"}
    | {"_use_indexes", "_force_indexes"},
    CountQuery: {"_distinct", "_use_indexes", "_force_indexes"},
    ExistsQuery: {"_use_indexes", "_force_indexes"},
}
"""What the text of each kind of query depends on, as far as we know: news of an upgrade is looked at here."""


@pytest.mark.parametrize("kind", SHAPED, ids=lambda kind: kind.__name__)
def test_the_text_of_a_query_depends_on_what_we_know(kind: type[Any]) -> None:
    assert set(query_shapes._told_by(kind)) == SHAPED[kind]


def test_nothing_else_touches_how_a_query_is_written() -> None:
    writing = {"_make_query", "_q_objects", "_select_related_idx", "_choose_db", "_choose_db_if_not_chosen"}
    allowed = {Path(module.__file__) for module in LEANT_ON}
    found = {
        str(path.relative_to(ROOT)): named
        for path in WRITTEN
        if path not in allowed and (named := writing & _attributes(path))
    }
    assert found == {}


def _attributes(path: Path) -> set[str]:
    return {
        node.attr for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Attribute)
    }
