"""The recount: every stored screening read one by one, compared with the trail and with the figures shown."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from models.base.events import Event, Mention
from models.base.viewer import Viewer
from models.ledger.figures import Figures, entries
from models.ledger.period import Wanted
from models.screening import Screening, replay

CHUNK = 500


@dataclass
class Recount:
    """What reading every screening gives: figures by department number, and what does not hold together."""

    by_department: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    faults: list[str] = field(default_factory=list)

    @property
    def total(self) -> Figures:
        return Figures(**sum(self.by_department.values(), Counter()))


async def recount(viewer: Viewer, wanted: Wanted, *, replayed: bool = False) -> Recount:
    """Count again without the database's own counting; with `replayed`, recompute each verdict on the way."""
    told = Recount()
    async for chunk in in_chunks(viewer, wanted):
        for row in chunk:
            told.by_department[row.request.department_id][row.verdict] += 1
        told.faults += await _without_a_trace(chunk)
        if replayed:
            told.faults += [f"过筛结论 {row.pk}：{one}" for row in chunk for one in await replay(row)]
    return told


async def in_chunks(viewer: Viewer, wanted: Wanted, *related: str) -> AsyncIterator[list[Screening]]:
    """The screenings of the ledger, oldest first, some hundreds at a time."""
    rows = entries(viewer, wanted).order_by("id").limit(CHUNK).select_related("request", *related)
    after = 0
    while chunk := await rows.filter(id__gt=after):
        yield chunk
        after = chunk[-1].pk


async def _without_a_trace(chunk: Sequence[Screening]) -> list[str]:
    """Screenings that no event of the trail speaks of: somebody wrote them past the commands."""
    requests = sorted({row.request_id for row in chunk})
    own = Event.filter(subject_type="WorkRequest", subject_id__in=requests)
    outcomes = {str(outcome) for outcome in await own.values_list("outcome", flat=True)}
    spoken_of = Mention.filter(subject_type="WorkRequest", subject_id__in=requests, event__command=SUBMITTED)
    submitted = {int(str(number)) for number in await spoken_of.values_list("subject_id", flat=True)}
    return [
        f"过筛结论 {row.pk}：办理经过里没有这一条"
        for row in chunk
        if (row.request_id not in submitted if row.kind == "automatic" else row.ref not in outcomes)
    ]


SUBMITTED = "intake.submit"
