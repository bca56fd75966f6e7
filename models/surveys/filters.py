"""What readers of surveys look for: the same in both doors."""

from __future__ import annotations

from dataclasses import dataclass

from tortoise.expressions import Q
from tortoise.functions import Count, Sum
from tortoise.queryset import QuerySet

from models.base.search import said
from models.base.viewer import Viewer, for_all_eyes, subtree
from models.people.roles import KEEPERS
from models.policies import upwards
from models.surveys.records import Survey, SurveyVillage
from models.units import named


@dataclass
class SurveyFilter:
    """What a reader of surveys is looking for."""

    state: str = ""
    text: str = ""

    def among(self, rows: QuerySet[Survey]) -> QuerySet[Survey]:
        if self.state:
            rows = rows.filter(state=self.state)
        return rows.filter(said(self.text))


@dataclass
class SurveyVillageFilter:
    """What a reader of the villages of a survey is looking for."""

    text: str = ""
    unprinted: bool = False
    """Only villages with households whose invitations are not printed yet."""
    bunched: bool = False
    asked: bool | None = None
    """Only villages that are part of the draw, or only those of which nobody stated the households."""
    places: Q | None = None
    """Only villages at these places, where it matters."""

    def among(self, rows: QuerySet[SurveyVillage]) -> QuerySet[SurveyVillage]:
        if self.unprinted:
            rows = rows.filter(invited=0, households__gt=0)
        if self.bunched:
            rows = rows.filter(is_bunched=True)
        if self.asked is not None:
            rows = rows.filter(**{"households__gt" if self.asked else "households": 0})
        if self.places is not None:
            rows = rows.filter(self.places)
        return rows.filter(named(self.text, "unit__"))


def to_open(viewer: Viewer) -> QuerySet[Survey]:
    """Drafts that wait for this keeper, since somebody else drafted them, the earliest to begin first."""
    drafts = Survey.visible_to(viewer).filter(viewer.area("region__path", *KEEPERS), state="draft")
    return drafts.exclude(drafted_by__person_id=viewer.person_id).order_by("opens_on", "id")


def own_places(viewer: Viewer) -> Q | None:
    """The viewer's own village, or the villages of their township; None for those who work above."""
    at_townships = [hat.unit_path for hat in viewer.hats if hat.unit_level == "township"]
    at_villages = [hat.unit_path for hat in viewer.hats if hat.unit_level in {"village", "grid"}]
    above: list[str] = sorted({path for one in at_villages for path in upwards(one)})
    places = [subtree("unit__path", path) for path in at_townships]
    places += [Q(unit__path__in=above)] if above else []
    return Q(*places, join_type="OR") if places else None


@for_all_eyes
def keeps_surveys_of(viewer: Viewer, path: str) -> bool:
    """Whether the viewer sees to surveys at this place: how they run, and what looks collected."""
    return viewer.oversees(path, *KEEPERS)


@dataclass(frozen=True)
class Totals:
    """What the villages of a round come to that a viewer may see."""

    villages: int
    unasked: int
    """Villages of which nobody has stated the households."""
    invited: int
    answered: int

    @property
    def percent(self) -> int:
        return percent(self.answered, self.invited)


async def totals_of(viewer: Viewer, survey: Survey) -> Totals:
    """Two statements, whatever the number of villages."""
    rows = SurveyVillage.visible_to(viewer).filter(survey=survey)
    sums = rows.annotate(many=Count("id"), asked=Sum("invited"), came=Sum("answered")).group_by("survey_id")
    told = await sums.values_list("many", "asked", "came")
    many, asked, came = (int(str(one)) for one in (told[0] if told else (0, 0, 0)))
    unasked = await rows.filter(households=0).count()
    return Totals(many, unasked, asked, came)


def percent(part: int, whole: int) -> int:
    """Rounded down, so that no village is said to have reached what it has not."""
    return 100 * part // whole if whole else 0
