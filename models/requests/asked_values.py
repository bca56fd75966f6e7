"""What somebody reads of the registry because they asked for it: in a request that a person let in, within its places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from models.base.viewer import Viewer
from models.people.roles import ASKERS
from models.registry import Grant, current_codes
from models.requests.records import RequestUnit, WorkRequest

LET_IN = ("admitted", "exception")
"""By a person: what only a list or the file answered gives nobody a right."""


async def asked_values(viewer: Viewer) -> Sequence[Grant]:
    """The elements of each standing request of the viewer's departments, at the villages it names or in its whole township."""
    own = WorkRequest.filter(viewer.desk("department_id", *ASKERS), state__in=LET_IN)
    rows = await own.values_list("id", "elements", "matter__form", "township__path")
    asked = {int(str(number)): ([*codes, *(form or [])], str(path)) for number, codes, form, path in rows}
    named: dict[int, list[str]] = defaultdict(list)
    if asked:
        units = RequestUnit.filter(request_id__in=sorted(asked)).values_list("request_id", "unit__path")
        for number, path in await units:
            named[int(str(number))].append(_village(str(path)))
    return [
        Grant(frozenset(current_codes(codes)), tuple(named[number]) or (township,))
        for number, (codes, township) in asked.items()
    ]


def _village(path: str) -> str:
    """Of a grid that is named its village: values are of villages."""
    return "/".join(path.split("/")[:4]) + "/"
