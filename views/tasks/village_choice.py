"""Which villages a form means: those ticked one by one, or all of the township, its villages or its communities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from starlette.requests import Request

from models.base.viewer import subtree
from models.requests import RequestUnit, WorkRequest
from models.units import Unit
from views.base.forms import form_of

MOST_VILLAGES = 200


async def villages_here(township: Unit) -> list[Unit]:
    rows = Unit.filter(subtree("path", township.path), level="village", ended_on=None)
    return await rows.order_by("path").limit(MOST_VILLAGES)


async def choosing(township: Unit, named: Iterable[Unit] = ()) -> dict[str, Any]:
    """What tasks/_villages.html shows: every village, the grids that were named, and the kinds of which all may be taken."""
    grids = [unit for unit in named if unit.level == "grid"]
    villages = await villages_here(township)
    communities = sum(one.is_community for one in villages)
    kinds = [("ticked", "下面勾选的村社"), ("all", f"全部村社（{len(villages)} 个）")]
    if 0 < communities < len(villages):
        kinds.append(("villages", f"全部村（{len(villages) - communities} 个）"))
        kinds.append(("communities", f"全部社区（{communities} 个）"))
    return {
        "villages": [(unit.pk, unit.name) for unit in [*villages, *grids]],
        "kinds": kinds if len(villages) > 1 else [],
    }


async def named_by(requests: Sequence[WorkRequest]) -> list[Unit]:
    """The places that these requests are about as they name them, every village of the township where one names none."""
    rows = RequestUnit.filter(request_id__in=[one.pk for one in requests]).order_by("unit__path")
    named = await rows.select_related("unit")
    silent = {one.pk for one in requests} - {row.request_id for row in named}
    whole = [unit for one in requests if one.pk in silent for unit in await villages_here(one.township)]
    return list({unit.pk: unit for unit in [*whole, *[row.unit for row in named]]}.values())


async def meant(request: Request, township: Unit) -> dict[str, Any]:
    """The units a form means where it means more than its ticks; nothing where the ticks are meant."""
    reach = (await form_of(request)).get("reach", "ticked")
    if reach not in {"all", "villages", "communities"}:
        return {}
    villages = await villages_here(township)
    wanted = {"all": (True, False), "villages": (False,), "communities": (True,)}[str(reach)]
    return {"units": [one for one in villages if one.is_community in wanted]}
