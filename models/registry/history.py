"""What was on file when: every value stays, so that any earlier moment can be read as it was."""

from __future__ import annotations

from datetime import datetime

from tortoise.expressions import Q

from models.base.viewer import Viewer
from models.registry.records import DataValue, Element
from models.units import Unit


async def history(viewer: Viewer, unit: Unit, element: Element) -> list[DataValue]:
    """All that a unit has had on file for an element as far as the viewer may read it, newest first."""
    rows = DataValue.visible_to(viewer).filter(unit=unit, element=element)
    return await rows.order_by("-as_of", "-id").select_related("element", "by")


async def as_it_was(viewer: Viewer, unit: Unit, moment: datetime) -> dict[str, DataValue]:
    """What answered for a unit at a moment, by the code of the element: put down by then, and not in dispute by then."""
    relied_upon = Q(disputed_at__isnull=True) | Q(disputed_at__gt=moment)
    rows = DataValue.visible_to(viewer).filter(relied_upon, unit=unit, at__lte=moment)
    newest = await rows.order_by("as_of", "id").select_related("element")
    return {row.element.code: row for row in newest}
