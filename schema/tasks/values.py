"""A reported value by the kind of its element: words, a figure, a day or one of some options, the others null, and all of them where it is masked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Any

from models.base.viewer import Viewer
from models.registry import Element
from models.registry.records import NUMBERS
from models.tasks import ReportValue

Load = Callable[[Viewer, list[Any]], Awaitable[Mapping[int, Any]]]


def _of_kinds(kinds: frozenset[str], read: Callable[[str], Any]) -> Load:
    """The values of elements of these kinds, and no others."""

    async def load(_: Viewer, rows: Sequence[ReportValue]) -> Mapping[int, Any]:
        elements = Element.filter(id__in={row.element_id for row in rows}).values_list("id", "kind")
        kind = {int(str(pk)): str(of) for pk, of in await elements}
        return {
            row.pk: read(row.value) for row in rows if kind[row.element_id] in kinds and row.value is not None
        }

    return load


text = _of_kinds(frozenset({"text"}), str)
number = _of_kinds(NUMBERS, float)
day = _of_kinds(frozenset({"day"}), date.fromisoformat)
choice = _of_kinds(frozenset({"choice"}), str)
