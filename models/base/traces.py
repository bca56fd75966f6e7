"""Columns that not everybody reads who may know of the row: traces of reading, and values of the registry that are masked.

A record says which they are and whose they are to read. Everybody else is shown what would stand there after a look as
before it: in rows read for a viewer (`Record.visible_to`), in what is looked for among them, and in the trail.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, TypeVar

from tortoise.expressions import Q, Subquery
from tortoise.models import Model
from tortoise.queryset import QuerySet

from models.base.viewer import NOTHING, Viewer

R = TypeVar("R", bound=Model)
TRACED: list[type[Any]] = []
"""Every record that has some."""


class Extent(Enum):
    """Of which of the rows they may know of a viewer reads the traces."""

    ALL = auto()
    SOME = auto()
    NONE = auto()


@dataclass(frozen=True)
class Traces:
    """Columns that tell of reading, and for whom."""

    columns: Mapping[str, Mapping[Any, Any] | None]
    """By column, what others are shown for the values that tell something; None where no value is for them."""
    commands: frozenset[str]
    """Commands whose events tell nothing else."""
    read_by: tuple[str, ...]
    """Roles that read them in every row they may know of by it."""
    rows: Callable[[Viewer], Q]
    """The rows whose traces a viewer reads, for those who know of others by another role."""

    def extent(self, viewer: Viewer) -> Extent:
        """Whoever looks at another's pages reads there what both may."""
        reads = [hat.role in self.read_by for one in viewer.eyes for hat in one.hats]
        if any(not one.hats_as(*self.read_by) for one in viewer.eyes):
            return Extent.NONE
        return Extent.ALL if all(reads) else Extent.SOME

    def where(self, viewer: Viewer) -> Q:
        return Q(*[self.rows(one) for one in viewer.eyes])

    def for_others(self, column: str, value: Any) -> Any:
        """What stands in a column for whoever may not read its traces."""
        shown = self.columns.get(column, {})
        return None if shown is None else shown.get(value, value)

    async def among(self, viewer: Viewer, record: Any, numbers: Sequence[int]) -> frozenset[int]:
        """Those of these rows whose traces are the viewer's to read, where it is some of them: one statement."""
        rows = record.filter(self.where(viewer), id__in=list(numbers))
        return frozenset(await rows.values_list("id", flat=True))

    def hide(self, row: Any) -> None:
        """Let an object that was loaded, whole or in part, tell nothing."""
        for column in self.columns:
            if hasattr(row, column):
                setattr(row, column, self.for_others(column, getattr(row, column)))

    def stored(self, column: str, values: Iterable[Any]) -> list[Any]:
        """The values that others are shown as one of these."""
        shown = self.columns[column] or {}
        wanted = set(values)
        return sorted(wanted - shown.keys()) + sorted(old for old, new in shown.items() if new in wanted)


def told_in_events(viewer: Viewer) -> Iterator[Q]:
    """The conditions that leave events of reading to those who may know of it."""
    for record in TRACED:
        if not record.traces.commands:
            continue
        traces, extent = record.traces, record.traces.extent(viewer)
        others = ~Q(command__in=sorted(traces.commands))
        if extent is Extent.NONE:
            yield others
        if extent is Extent.SOME:
            seen = Subquery(record.filter(traces.where(viewer)).values("id"))
            yield others | Q(subject_type=record.__name__, subject_id__in=seen)


def without_traces(record: Any, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Columns as the trail compares them: of reading the name of a command tells enough."""
    traces = traces_of(record)
    return {c: traces.for_others(c, value) if traces else value for c, value in columns.items()}


def told_as_moved(record_name: str, moved: Mapping[str, Any]) -> dict[str, Any]:
    """What an event says of columns, with no trace of reading, as events are written: those of earlier times hold some."""
    traces = next((one.traces for one in TRACED if one.__name__ == record_name), None)
    told = {column: _told_as_moved(traces, column, pair) for column, pair in moved.items()}
    return {column: pair for column, pair in told.items() if pair is not None}


def _told_as_moved(traces: Traces | None, column: str, pair: Any) -> Any:
    if traces is None or column not in traces.columns or not isinstance(pair, list):
        return pair
    told = [traces.for_others(column, value) for value in pair]
    return None if all(one == told[0] for one in told) else told


def traces_of(record: Any) -> Traces | None:
    return getattr(record, "traces", None)


@functools.cache
def ends_in_traces(model: Any, path: str) -> bool:
    """Whether a path of columns from a record ends in one that tells of reading."""
    *relations, column = path.split("__")
    for relation in relations:
        field = model._meta.fields_map.get(relation)
        model = getattr(field, "related_model", None)
        if model is None:
            return False
    traces = traces_of(model)
    return traces is not None and column in traces.columns


@functools.cache
def leads_to_traces(model: Any, paths: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the paths from a record ("": itself) that lead to records with traces."""

    def has_some(path: str) -> bool:
        here = model
        for step in path.split("__") if path else ():
            here = here._meta.fields_map[step].related_model
        return traces_of(here) is not None

    return tuple(path for path in paths if has_some(path))


def read_for(viewer: Viewer, rows: QuerySet[R]) -> QuerySet[R]:
    """These rows, with no trace of reading that is not the viewer's to know."""
    found: Any = rows.all()
    found.seen_by = viewer
    return found  # type: ignore[no-any-return]


def bare(rows: QuerySet[R]) -> QuerySet[R]:
    """The same rows as they are stored, for what is only counted, and for a door that hides the traces itself."""
    other: Any = rows.all()
    other.seen_by = None
    return other  # type: ignore[no-any-return]


async def hide_from(viewer: Viewer, rows: Sequence[Any], paths: tuple[str, ...]) -> None:
    """Take out of loaded rows, and out of what was loaded with them by these paths, what the viewer may not read."""
    met = [one for path in paths for row in rows for one in _at_the_end(row, path)]
    for record in dict.fromkeys(type(one) for one in met):
        there = {id(one): one for one in met if type(one) is record}.values()
        read = await read_among(viewer, record, [one.pk for one in there])
        for one in there:
            if one.pk not in read:
                record.traces.hide(one)


def _at_the_end(row: Any, path: str) -> Iterator[Any]:
    """What was loaded along the path, without asking the database for more."""
    step, _, rest = path.partition("__")
    if not step:
        yield row
        return
    there = getattr(row, step, None)
    for one in [there] if isinstance(there, Model | None) else there:
        if one is not None:
            yield from _at_the_end(one, rest)


async def read_among(viewer: Viewer, record: Any, numbers: Sequence[int]) -> frozenset[int]:
    """Of these rows, which the viewer may know of, those whose traces are theirs to read."""
    extent = record.traces.extent(viewer)
    if extent is not Extent.SOME or not numbers:
        return frozenset(numbers if extent is Extent.ALL else ())
    traces: Traces = record.traces
    return await traces.among(viewer, record, numbers)


async def shown_to(viewer: Viewer, row: R) -> R:
    """A row that was read afresh, as this viewer's pages showed it: the version that they have seen is of that."""
    if traces_of(row) is None or row.pk in await read_among(viewer, type(row), [row.pk]):
        return row
    shown = copy(row)
    traces_of(row).hide(shown)  # type: ignore[union-attr]
    return shown


def with_any(rows: QuerySet[Any], column: str, values: Sequence[Any]) -> QuerySet[Any]:
    """Rows whose column has any of these values as their reader is shown it, so that nothing is found that is not shown."""
    record: Any = rows.model
    traces, viewer = traces_of(record), getattr(rows, "seen_by", None)
    stored: dict[str, Any] = {f"{column}__in": list(values)}
    if traces is None or column not in traces.columns or viewer is None:
        return rows.filter(**stored)
    shown: dict[str, Any] = {f"{column}__in": traces.stored(column, values)}
    others = Q(**shown) if shown[f"{column}__in"] else NOTHING
    extent = traces.extent(viewer)
    if extent is Extent.SOME:
        own = Subquery(record.filter(traces.where(viewer)).values("id"))
        return rows.filter(Q(Q(id__in=own), Q(**stored)) | Q(~Q(id__in=own), others))
    return rows.filter(Q(**stored) if extent is Extent.ALL else others)
