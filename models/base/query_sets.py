"""The query sets of records: their statements are remembered, and rows read for somebody tell no trace that is not theirs."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import cache
from typing import Any

from tortoise.manager import Manager
from tortoise.queryset import CountQuery, ExistsQuery, QuerySet, ValuesListQuery, ValuesQuery

from models.base.row_records import comes_ready, tuples_of
from models.base.statement_cache import prepare
from models.base.traces import bare, ends_in_traces, hide_from, leads_to_traces
from models.base.viewer import NOTHING, Viewer

OWN = frozenset(
    {
        *(
            "_prefetch_map",
            "_prefetch_queries",
            "_filter_kwargs",
            "_orderings",
            "_joined_tables",
            "_q_objects",
        ),
        *("_annotations", "_having", "_custom_filters"),
    }
)
"""What each link of a chain of `filter`, `order_by` … has of its own; the rest all of them share, as in Tortoise."""


UNASKED = object()
"""What only the database can tell."""


class Remembering(Manager):
    """Gives records query sets that remember."""

    def get_queryset(self) -> QuerySet[Any]:
        return Rows(self._model)


class _Remembered:
    """What is awaited with a statement that may have been written before."""

    __slots__ = ()

    def __await__(self: Any) -> Generator[Any, None, Any]:
        if any(one is NOTHING for one in self._q_objects) and (empty := self._empty()) is not UNASKED:
            return _at_once(empty).__await__()
        if self._db is None:
            self._db = self._choose_db(getattr(self, "_select_for_update", False))
        prepare(self)
        return self._execute().__await__()  # type: ignore[no-any-return]

    def _empty(self: Any) -> Any:
        """What there is where the viewer has no right to any row, without asking; a sum over no rows is still a row."""
        if self._annotations or self._raise_does_not_exist:
            return UNASKED
        return None if self._single else []


class Rows(_Remembered, QuerySet[Any]):
    """Tortoise's query set, and whatever it turns into, remembered; and read for somebody, with no trace that is not theirs."""

    __slots__ = ("seen_by",)

    def __init__(self, model: Any) -> None:
        super().__init__(model)
        self.seen_by: Viewer | None = None

    def _clone(self) -> QuerySet[Any]:
        return _cloner()(self)  # type: ignore[no-any-return]

    def __await__(self) -> Generator[Any, None, Any]:
        traced = self._traced() if self.seen_by is not None else ()
        return self._untraced(traced).__await__() if traced else super().__await__()

    def _traced(self) -> tuple[str, ...]:
        """The paths by which rows with traces of reading are loaded."""
        fetched = [f"{one}__{far}" for one, further in self._prefetch_map.items() for far in further]
        model: Any = self.model
        return leads_to_traces(model, ("", *self._select_related, *self._prefetch_map, *fetched))

    async def _untraced(self, traced: tuple[str, ...]) -> Any:
        found = await bare(self)
        rows = found if isinstance(found, list) else [] if found is None else [found]
        assert self.seen_by is not None
        await hide_from(self.seen_by, rows, traced)
        return found

    def values_list(self, *fields_: str, flat: bool = False) -> Any:
        self._must_tell_no_trace(fields_)
        return _ours(super().values_list(*fields_, flat=flat), ListedRows)

    def values(self, *args: str, **kwargs: str) -> Any:
        self._must_tell_no_trace((*args, *kwargs.values()))
        return _ours(super().values(*args, **kwargs), NamedRows)

    def _must_tell_no_trace(self, columns: tuple[str, ...]) -> None:
        """Plain values hide nothing: a mistake of ours, and no answer."""
        model: Any = self.model
        told = [one for one in columns if self.seen_by is not None and ends_in_traces(model, one)]
        if told:
            raise LookupError(f"{self.model.__name__} tells of reading in {', '.join(told)}: read objects")

    def count(self) -> Any:
        return _ours(super().count(), HowMany)

    def exists(self) -> Any:
        return _ours(super().exists(), WhetherAny)


class ListedRows(_Remembered, ValuesListQuery[Any]):
    """Rows as tuples."""

    __slots__ = ()

    async def _execute(self) -> Any:
        if self._single:
            return await super()._execute()
        rows = (await self._db.execute_query(*self.query.get_parameterized_sql()))[1]
        model: Any = self.model
        dialect = self._db.capabilities.dialect
        readers = [
            None if comes_ready(model, name, dialect) else self.resolve_to_python_value(model, name)
            for name in self.fields.values()
        ]
        found = tuples_of(rows, list(self.fields), readers)
        return [told[0] for told in found] if self._flat else found


class NamedRows(_Remembered, ValuesQuery[Any]):
    """Rows as dictionaries."""

    __slots__ = ()


class HowMany(_Remembered, CountQuery):
    """The number of rows."""

    __slots__ = ()

    def _empty(self) -> int:
        return 0


class WhetherAny(_Remembered, ExistsQuery):
    """Whether there is any row."""

    __slots__ = ()

    def _empty(self) -> bool:
        return False


async def _at_once(told: Any) -> Any:
    return told


def _ours(query: Any, kind: type[Any]) -> Any:
    query.__class__ = kind
    return query


@cache
def _cloner() -> Callable[[Any], Any]:
    """Copies a query set line by line: looking up how each of its parts is copied takes Tortoise longer than copying them."""
    names = dict.fromkeys(name for base in Rows.__mro__ for name in getattr(base, "__slots__", ()))
    lines = [f"  other.{name} = one.{name}{'.copy()' if name in OWN else ''}" for name in names]
    written = "\n".join(["def clone(one):", "  other = new(type(one))", *lines, "  return other"])
    made: dict[str, Any] = {"new": object.__new__}
    exec(written, made)  # noqa: S102 - the names are Tortoise's
    return made["clone"]  # type: ignore[no-any-return]
