"""The demo's surveys: a round that is over, with villages that count and villages that do not, and one that runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from models import surveys
from models.base.clock import today
from models.base.viewer import ANONYMOUS, TOWN_CLOCK, Viewer
from models.demo.calendar import Calendar, Step
from models.demo.cast import COUNTY, MEIZHU, TANG
from models.surveys import Survey, SurveyVillage
from models.units import Unit

PAST, PRESENT = "群众口碑调查，四村试点（示范）", "群众口碑调查，第二轮（示范）"
SAMPLE = 30
MOODS: dict[str, Sequence[tuple[int, int]]] = {
    MEIZHU: ((5, 5), (5, 4), (4, 4), (5, 3), (4, 5), (3, 4), (5, 5)),
    TANG: ((4, 4), (5, 4), (3, 3), (4, 2), (5, 5), (2, 3)),
    "V1": ((5, 5),),
    "V2": ((4, 3), (3, 2)),
}
"""How the households of each village answer in turn; those of the third hand in all at once."""
MANY = {MEIZHU: 21, TANG: 17, "V1": 16, "V2": 6}


class Surveys:
    """Two rounds of the county, put on the demo's calendar."""

    def __init__(self, places: dict[str, Unit], viewers: dict[str, Viewer], calendar: Calendar) -> None:
        self.places, self.viewers, self.calendar = places, viewers, calendar
        self.tokens: dict[str, list[str]] = {}

    def plan(self) -> None:
        self._at(38, 9, lambda: self._begin(PAST, 37, 29))
        for day in range(7):
            self._at(36 - day, 10, lambda day=day: self._answer(day))  # type: ignore[misc]
        self._at(30, 15, self._collected)
        self._at(28, 9, self._end)
        self._at(26, 10, self._leave_out)
        self._at(3, 9, lambda: self._begin(PRESENT, 2, -12))

    def _at(self, days_ago: int, hour: float, step: Step) -> None:
        when = self.calendar.end - timedelta(days=days_ago) + timedelta(hours=hour)
        self.calendar.at(when, step, weekends=True)

    async def _begin(self, title: str, opens: int, closes: int) -> None:
        """One keeper drafts it, the other opens it, and the slips of the township's villages are printed."""
        ends = self.calendar.end.date()
        survey = await surveys.draft_survey(
            self.viewers["qingdan1"],
            self.places[COUNTY],
            title=title,
            first_question="对村干部为群众办事，您满意吗？",
            second_question="对村里办事公开、公道，您满意吗？",
            opens_on=max(today(), ends - timedelta(days=opens)),
            closes_on=ends - timedelta(days=closes),
            sample_size=SAMPLE,
        )
        await self._only_four(survey)
        await surveys.open_survey(self.viewers["qingdan2"], await _loaded(survey))
        self.tokens.clear()
        rows = SurveyVillage.filter(survey=survey, households__gt=0).order_by("id")
        for row in await rows.prefetch_related(*SurveyVillage.judged_with):
            made = await surveys.issue_slips(self.viewers["qingdan2"], row)
            self.tokens[self._key(row)] = [slip.token for slip in made.slips]

    async def _only_four(self, survey: Survey) -> None:
        """A trial in 梅渚村, 棠村 and two others of the township: the rest are not asked."""
        held = SurveyVillage.filter(survey=survey, households__gt=0).order_by("id").select_related("unit")
        others = [row for row in await held if row.unit.code not in (MEIZHU, TANG)][2:]
        await surveys.state_households(
            self.viewers["qingdan1"], survey, villages=others, households=[0 for _ in others]
        )

    def _key(self, row: SurveyVillage) -> str:
        """梅渚村 and 棠村 by their codes, and the first two others by number."""
        if row.unit.code in (MEIZHU, TANG):
            return row.unit.code
        known = [one for one in self.tokens if one.startswith("V")]
        return f"V{len(known) + 1}"

    async def _answer(self, day: int) -> None:
        """A few households of each village, each from its own phone."""
        for key in (MEIZHU, TANG, "V2"):
            each = -(-MANY[key] // 7)
            for number in range(day * each, min((day + 1) * each, MANY[key])):
                await self._say(key, number, f"{key}-{number}")

    async def _collected(self) -> None:
        """One village hands everything in within the hour, as somebody does who went from door to door."""
        for number in range(MANY["V1"]):
            await self._say("V1", number, f"V1-{number // 8}")

    async def _say(self, key: str, number: int, phone: str) -> None:
        token, mood = self.tokens[key][number], MOODS[key]
        village = await surveys.village_of(ANONYMOUS, token, phone)
        first, second = mood[number % len(mood)]
        await surveys.answer(ANONYMOUS, village, token=token, first=first, second=second, address=phone)

    async def _end(self) -> None:
        await surveys.close_survey(TOWN_CLOCK, await _loaded(await Survey.get(title=PAST)))

    async def _leave_out(self) -> None:
        bunched = SurveyVillage.filter(survey__title=PAST, is_bunched=True).order_by("id")
        for village in await bunched.prefetch_related(*SurveyVillage.judged_with):
            reason = "十六份回答在一小时内交齐，电话核实有八户没有自己填过，不计入。（示范）"
            await surveys.exclude_village(self.viewers["qingdan1"], village, reason=reason)


async def _loaded(survey: Survey) -> Survey:
    return await Survey.get(pk=survey.pk).prefetch_related(*Survey.judged_with)
