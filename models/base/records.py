"""What every table of the town can do."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from tortoise import Tortoise, fields
from tortoise.expressions import Subquery
from tortoise.models import Model
from tortoise.queryset import QuerySet

from models.base.derived_figures import WorkedOut
from models.base.query_sets import Remembering
from models.base.refusals import NotFound
from models.base.search import Sought
from models.base.states import States
from models.base.traces import TRACED, Traces, read_for
from models.base.viewer import Viewer

if TYPE_CHECKING:
    from tortoise.backends.base.client import BaseDBAsyncClient

LONGEST_NAME = 63
"""Letters that PostgreSQL keeps of the name of a column."""


class Record(Model):
    """A row of the town, read through `visible_to` and changed through commands."""

    id = fields.BigIntField(primary_key=True)
    version: str | None = None
    """The token of what it said when its page was made, once noted."""

    called: ClassVar[str] = "内容"
    """The thing in the town's words, for "没有找到这个…"."""
    parts_called: ClassVar[Mapping[str, str]] = {}
    """What its children and figures are called; a column says that itself: see `columns`."""
    follows: ClassVar[frozenset[str]] = frozenset()
    """Columns that move only along with others: whoever is told what somebody changed hears of those others."""
    judged_with: ClassVar[tuple[str, ...]] = ()
    """Relations the rules about this record look at, loaded wherever it is judged."""
    opens: ClassVar[frozenset[str]] = frozenset()
    """To-one relations whose target everybody who sees this row may see."""
    kept_out: ClassVar[frozenset[str]] = frozenset()
    """Columns that never reach the trail (hashes of secrets)."""
    versioned: ClassVar[bool] = False
    """Whether two people may change it at once: an update names the version it has seen of the whole."""
    made_of: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Children that are part of what it says: by the relations that lead to them, the columns one reads ("*": all), its name last."""
    works_out: ClassVar[Mapping[str, WorkedOut]] = {}
    """Figures shown with it that stand in no column of it."""
    own_course: ClassVar[frozenset[str]] = frozenset({"state"})
    """Parts that its own course moves: a version covers them, a signature does not."""
    signed_by: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """The words that are shown with it, by what they are called: the commands of which the latest gave it."""
    signed_openly: ClassVar[frozenset[str]] = frozenset()
    """Those of them that villages and the public read as well."""
    void: tuple[str, ...] | None = None
    """What its page tells of words that no longer hold, once noted."""
    states: ClassVar[States | None] = None
    """What may be done in which state, and where it leads; None for what has no states."""
    part_of: ClassVar[str] = ""
    """The relation to what this row stands or falls with: its state is judged, and locked, before this one's."""
    traces: ClassVar[Traces | None] = None
    """Columns that tell whether and when somebody has read it, which others than it names are never shown."""
    personal: ClassVar[frozenset[str]] = frozenset()
    """Columns whose values go to the event's erasable personal payload."""
    villages_wrote: ClassVar[tuple[str, ...]] = ()
    """Columns in which a village says something, whose words an answer from above may take up."""
    heard_in: ClassVar[tuple[str, ...]] = ()
    """Relations to rows in which villages say something about it."""

    class Meta:
        abstract = True

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls._meta.manager = Remembering()
        if cls.__dict__.get("traces") is not None:
            TRACED.append(cls)
        for name in ("visible_to", "met_by"):
            if (own := cls.__dict__.get(name)) is not None:
                setattr(cls, name, classmethod(_seen(own.__func__)))

    @property
    def ref(self) -> str:
        return f"{type(self).__name__}:{self.pk}"

    def trail_path(self) -> str:
        """The path of the unit this row belongs to, under which its events are filed."""
        return ""

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """The rows this viewer may know of: every reading starts here."""
        raise NotImplementedError(f"{cls.__name__} does not say who may see it")

    @classmethod
    def met_by(cls, viewer: Viewer) -> QuerySet[Self]:
        """The rows this viewer may know of where another row leads to them: of most records no others."""
        return cls.visible_to(viewer)

    @classmethod
    async def find(cls, viewer: Viewer, pk: object) -> Self:
        """The one row with this number, or the same "not found" for foreign, missing and malformed ones."""
        number = row_number(pk)
        row = None
        if number is not None:
            joined, fetched = _joined(cls)
            rows = cls.visible_to(viewer).filter(pk=number).select_related(*joined)
            row = await rows.prefetch_related(*fetched).first()
        if row is None:
            raise NotFound(f"没有找到这个{cls.called}。")
        return row

    @classmethod
    async def find_all(cls, viewer: Viewer, numbers: Sequence[int]) -> list[Self]:
        """The rows with these numbers, in their order, by one statement; "not found" where any of them is missing."""
        joined, fetched = _joined(cls)
        rows = cls.visible_to(viewer).filter(pk__in=sorted(set(numbers))).select_related(*joined)
        found = {row.pk: row for row in await rows.prefetch_related(*fetched)}
        if not found.keys() >= set(numbers):
            raise NotFound(f"没有找到这个{cls.called}。")
        return [found[number] for number in numbers]

    async def lock(self) -> None:
        """Lock this row and read it afresh, so that rules judge what is true now."""
        await self._lock_what_it_is_part_of()
        fresh = await type(self).select_for_update().get_or_none(pk=self.pk)
        if fresh is None:
            raise NotFound(f"没有找到这个{self.called}。")
        for column in self._meta.fields_db_projection:
            setattr(self, column, getattr(fresh, column))
        if self.judged_with:
            await self.fetch_related(*self.judged_with)

    async def _lock_what_it_is_part_of(self) -> None:
        """The whole before its parts, for everybody in one order, so that nobody waits in a circle."""
        if not self.part_of:
            return
        whole = self._meta.fields_map[self.part_of].related_model  # type: ignore[attr-defined]
        number = getattr(self, f"{self.part_of}_id")
        if whole.part_of:
            await (await whole.get(pk=number))._lock_what_it_is_part_of()
        await whole.select_for_update().get_or_none(pk=number)

    def with_what_it_is_part_of(self) -> Iterator[Record]:
        """This row, what it belongs to, and so on upwards; all of it is loaded wherever it is judged."""
        one: Record | None = self
        while one is not None:
            yield one
            one = getattr(one, one.part_of) if one.part_of else None

    async def heard(self) -> str:
        """What villages have said here, and in what hangs on it."""
        beside = [row for relation in self.heard_in for row in await getattr(self, relation).all()]
        own = [getattr(self, column) for column in self.villages_wrote]
        return "\n".join([*own, *[await row.heard() for row in beside]])

    async def cleared(self) -> frozenset[str]:
        """Demands that words here only seem to make: a person has read them, and the reason why they are none."""
        return frozenset()

    def columns(self) -> dict[str, Any]:
        """The values of this row as the trail compares them."""
        return {c: getattr(self, c) for c in self.said_columns()}

    @classmethod
    def said_columns(cls) -> list[str]:
        """Its columns but for what is kept out, and for words that only repeat others so that they are found."""
        return [c for c in cls._meta.fields_db_projection if c not in cls.kept_out and c not in _sought(cls)]

    async def save(
        self,
        using_db: BaseDBAsyncClient | None = None,
        update_fields: Iterable[str] | None = None,
        force_create: bool = False,
        force_update: bool = False,
    ) -> None:
        """As ever, and with the words by which a row is found where what they repeat is written."""
        written = None if update_fields is None else _with_sought(type(self), update_fields)
        await super().save(using_db, written, force_create, force_update)

    @classmethod
    def bulk_update(cls, objects: Iterable[Self], fields: Iterable[str], *told: Any, **more: Any) -> Any:
        return super().bulk_update(objects, _with_sought(cls, fields), *told, **more)

    @staticmethod
    async def by_ref(ref: str) -> Record | None:
        """The row a ref such as "Task:12" names, if it is still there, for readers that have the right to it already."""
        name, _, number = ref.partition(":")
        records = cast(dict[str, type[Record]], Tortoise.apps["models"] if Tortoise.apps else {})
        return await records[name].get_or_none(pk=int(number))


@functools.cache
def _joined(record: type[Record]) -> tuple[list[str], list[str]]:
    """Of the relations a record is judged with, those to one row each, which its own statement brings, and the others."""

    def leads_to_one(path: str) -> bool:
        here: Any = record
        for part in path.split("__"):
            if part not in here._meta.fk_fields | here._meta.o2o_fields:
                return False
            here = here._meta.fields_map[part].related_model
        return True

    joined = [path for path in record.judged_with if leads_to_one(path) and _is_told_whole(record, path)]
    return joined, [path for path in record.judged_with if path not in joined]


def _is_told_whole(record: type[Record], path: str) -> bool:
    """Whether every column joined along this path keeps its name: PostgreSQL cuts one after 63 letters."""
    steps = path.split("__")
    here: Any = record
    for done, step in enumerate(steps, 1):
        here = here._meta.fields_map[step].related_model
        longest = max(map(len, here._meta.fields_db_projection))
        if len("__".join([record._meta.db_table, *steps[:done]])) + 1 + longest > LONGEST_NAME:
            return False
    return True


@functools.cache
def _sought(record: type[Model]) -> Mapping[str, tuple[str, ...]]:
    """The columns by which rows are found, each with those whose words it holds."""
    return {name: one.of for name, one in record._meta.fields_map.items() if isinstance(one, Sought)}


def _with_sought(record: type[Model], written: Iterable[str]) -> list[str]:
    """The columns to write, and those that follow them."""
    columns = list(written)
    return columns + [name for name, of in _sought(record).items() if not set(of).isdisjoint(columns)]


def _seen(visible_to: Callable[..., QuerySet[Any]]) -> Callable[..., QuerySet[Any]]:
    """The rows as this viewer reads them; whoever looks at another's pages gains no row by it: what is shown both may see."""

    @functools.wraps(visible_to)
    def seen(cls: type[Record], viewer: Viewer) -> QuerySet[Any]:
        rows = visible_to(cls, viewer)
        if viewer.watched_by is not None:
            rows = rows.filter(id__in=Subquery(visible_to(cls, viewer.watched_by).values("id")))
        return read_for(viewer, rows)

    return seen


def row_number(pk: object) -> int | None:
    """A row number as typed by people or programs, or None where it cannot be one."""
    text = str(pk)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
