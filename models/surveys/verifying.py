"""What `xingcun verify` compares of rounds with the trail: the counters of answers, as they stood when one was closed.

While it runs nothing is kept of them: from the digests of two counters one could tell the answer between them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from models.base.aggregates import veiled
from models.base.batches import page_by_page
from models.base.digests import compared
from models.base.events import Event
from models.base.facts import Facts
from models.surveys.records import Survey, SurveyVillage

CLOSE = "surveys.close_survey"


@dataclass(frozen=True, kw_only=True)
class Closed(Facts):
    """A round that was closed."""

    tallies: str
    """The veiled digest of all its counters."""


async def tallies(survey: Survey) -> str:
    rows = SurveyVillage.filter(survey=survey).order_by("id")
    return veiled(
        [[one.unit_id, one.answered, one.tally] for one in await rows.only("unit_id", "answered", "tally")]
    )


@compared(SurveyVillage)
async def changed_tallies() -> AsyncIterator[str]:
    """Rounds whose counters are not those they were closed with."""
    async for page in page_by_page(Survey.filter(state="closed")):
        numbers = [one.pk for one in page]
        events = Event.filter(subject_type="Survey", subject_id__in=numbers, command=CLOSE)
        held = {event.subject_id: Closed.read(event.facts) for event in await events.order_by("id")}
        for one in page:
            closed = held.get(one.pk)
            if closed is not None and closed.tallies != await tallies(one):
                yield f"调查“{one.title}”（Survey:{one.pk}）的计数与结束时不符"
