"""Who is looking or acting: a person with the posts they hold today, or nobody."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Concatenate, Literal, ParamSpec

from tortoise.expressions import Q, Subquery
from tortoise.queryset import AwaitableQuery

from models.base.areas import Below, Listed, end_of

Told = ParamSpec("Told")


@dataclass(frozen=True, slots=True)
class Hat:
    """One post as rights are judged by it: the role, and the unit with its path."""

    post_id: int
    role: str
    unit_id: int
    unit_path: str
    unit_level: str
    unit_name: str
    duties: frozenset[str] = frozenset()

    def covers(self, path: str) -> bool:
        return path.startswith(self.unit_path)


def subtree(column: str, path: str) -> Q:
    """All rows whose `column` holds a path at or below `path`: a range, so that an index serves it."""
    return Q(**{f"{column}__gte": path, f"{column}__lt": end_of(path)})


def _leads_to_a_unit(column: str) -> bool:
    """Whether the column is the path of a unit, and not one that a record keeps itself."""
    return column == "path" or column.endswith("__path")


def _below(column: str, paths: set[str]) -> Q:
    """Rows whose unit, told by its path, lies below one of these."""
    if column == "path" and len(paths) == 1:
        return subtree(column, *paths)
    unit = "id" if column == "path" else column.removesuffix("__path") + "_id"
    return Q(**{f"{unit}__in": Below.of(paths)})  # type: ignore[arg-type]


class _Nothing(Q):
    """No rows; beside it only the other condition is left, since a dead branch costs the database its plan."""

    def __and__(self, other: Q) -> Q:
        return self

    def __rand__(self, other: Q) -> Q:
        return self

    def __or__(self, other: Q) -> Q:
        return other

    def __ror__(self, other: Q) -> Q:
        return other


NOTHING = _Nothing(id__in=[])
WIDE = frozenset({"city"})
"""Levels of which lists go through the rows in their order: all units below would be more than the rows of a page."""


def any_of(conditions: Iterable[Q]) -> Q:
    """What one of these allows."""
    some = [one for one in conditions if one is not NOTHING]
    return Q(*some, join_type="OR") if some else NOTHING


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person with the posts they hold today, by whatever door they came."""

    person_id: int | None
    account_id: int | None
    name: str
    hats: tuple[Hat, ...] = ()
    via: Literal["session", "token", "clock", "nobody", "unnamed"] = "session"
    tied_to: frozenset[int] = frozenset()
    """Persons who lately enrolled this one or gave a password: see `separation_of_duties`."""
    made_by: frozenset[int] = frozenset()
    """Those of them who did so these very days: two made by one and the same are kept apart for so long."""
    watched_by: Viewer | None = None
    """Set while another person looks at this one's pages: only what both may see is there, and nothing can be done."""

    @property
    def eyes(self) -> tuple[Viewer, ...]:
        """Everybody who reads what is shown here: of another's pages one reads what both may."""
        return (self,) if self.watched_by is None else (self, self.watched_by)

    @property
    def signed_in(self) -> bool:
        return self.person_id is not None

    @property
    def is_clock(self) -> bool:
        return self.via == "clock"

    @property
    def is_of_a_village(self) -> bool:
        """Whether they speak for a village or grid, and for nobody above it."""
        return bool(self.hats) and all(hat.unit_level in {"village", "grid"} for hat in self.hats)

    def is_a(self, *roles: str, at: str | None = None, within: str | None = None) -> bool:
        """Whether some hat has one of the roles [exactly at the unit of a path] [somewhere at or below a path]."""
        return any(
            hat.role in roles
            and (at is None or hat.unit_path == at)
            and (within is None or hat.unit_path.startswith(within))
            for hat in self.hats
        )

    def oversees(self, path: str, *roles: str) -> bool:
        """Whether the place lies in the area of some hat with one of the roles."""
        return any(hat.role in roles and hat.covers(path) for hat in self.hats)

    def hats_as(self, *roles: str) -> tuple[Hat, ...]:
        return tuple(hat for hat in self.hats if hat.role in roles)

    def narrowed(self, levels: frozenset[str]) -> Viewer:
        """The viewer with the posts at units of these levels alone."""
        hats = tuple(hat for hat in self.hats if hat.unit_level in levels)
        return self if len(hats) == len(self.hats) else replace(self, hats=hats)

    def area(self, column: str, *roles: str) -> Q:
        """Rows whose path column lies in the area of the hats with one of these roles (none: no rows)."""
        hats = self.hats_as(*roles)
        whole = {hat.unit_path for hat in hats if hat.unit_level in WIDE or not _leads_to_a_unit(column)}
        near = {hat.unit_path for hat in hats} - whole
        found = [subtree(column, path) for path in sorted(whole)]
        if near:
            found.append(_below(column, near))
        return any_of(found)

    def numbers(self, rows: AwaitableQuery[Any], *roles: str) -> Subquery:
        """What a query of one's area gives, for `…__in`: below the city read first, as an area is."""
        wide = any(hat.unit_level in WIDE for hat in self.hats_as(*roles))
        return Subquery(rows) if wide else Listed(rows)

    def desk(self, column: str, *roles: str) -> Q:
        """Rows whose unit column is exactly the unit of a hat with one of these roles (none: no rows)."""
        units = sorted({hat.unit_id for hat in self.hats_as(*roles)})
        return Q(**{f"{column}__in": units}) if units else NOTHING  # type: ignore[arg-type]

    def one_by_one(self) -> Iterator[Viewer]:
        """The viewer with each hat alone, since a command is acted in exactly one post."""
        if len(self.hats) < 2:
            yield self
            return
        for hat in self.hats:
            yield replace(self, hats=(hat,))

    @property
    def hat(self) -> Hat | None:
        return self.hats[0] if self.hats else None

    @property
    def post_id(self) -> int | None:
        return self.hats[0].post_id if self.hats else None

    @property
    def unit_id(self) -> int | None:
        return self.hats[0].unit_id if self.hats else None


def for_all_eyes(
    reads: Callable[Concatenate[Viewer, Told], bool],
) -> Callable[Concatenate[Viewer, Told], bool]:
    """A right to read, which on another's pages is there only where both have it."""

    @functools.wraps(reads)
    def all_read(viewer: Viewer, /, *told: Told.args, **named: Told.kwargs) -> bool:
        return all(reads(one, *told, **named) for one in viewer.eyes)

    return all_read


ANONYMOUS = Viewer(None, None, "", via="nobody")
TOWN_CLOCK = Viewer(None, None, "系统", via="clock")
UNNAMED = Viewer(None, None, "", via="unnamed")
"""Somebody who has the right to act and to stay unknown; whoever lets them act has seen to the right."""
