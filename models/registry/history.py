"""What was on file when: every value stays, so that any earlier moment can be read as it was."""

from __future__ import annotations

from datetime import datetime

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.base.viewer import Viewer
from models.registry.records import DataValue, Element
from models.units import Unit


async def history(viewer: Viewer, unit: Unit, element: Element) -> list[DataValue]:
    """All that a unit has had on file for an element as far as the viewer may read it, newest first."""
    rows = DataValue.visible_to(viewer).filter(unit=unit, element=element)
    return await rows.order_by("-as_of", "-id").select_related("element", "by__unit")


async def all_held(viewer: Viewer, unit: Unit) -> QuerySet[DataValue]:
    """The newest value of each element at a unit, fresh or not, in dispute or not: what a village is shown of itself."""
    rows = DataValue.visible_to(viewer).filter(unit=unit).order_by("as_of", "id")
    newest = dict(await rows.values_list("element_id", "id"))
    return DataValue.visible_to(viewer).filter(id__in=sorted(newest.values()))


async def as_it_was(viewer: Viewer, unit: Unit, moment: datetime) -> dict[str, DataValue]:
    """What answered for a unit at a moment, by the code of the element: put down by then, and not in dispute then."""
    not_yet = Q(disputed_at__isnull=True) | Q(disputed_at__gt=moment)
    no_more = Q(state="dismissed", settled_at__lte=moment)
    rows = DataValue.visible_to(viewer).filter(not_yet | no_more, unit=unit, at__lte=moment)
    newest = await rows.order_by("as_of", "id").select_related("element")
    return {row.element.code: row for row in newest}
