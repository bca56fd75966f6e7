"""Residents' voice (群众口碑): rounds of two questions, the villages in them, and invitations that nobody can trace.

There is no table of answers. Each village of a round holds 25 counters, one for every pair of answers, and an
answer adds one to one of them. So no row of an answer could be tied to an invitation, to a moment or to an address,
and the order in which answers came is nowhere: whoever copies the whole database learns what the village's page says.
An invitation keeps the day on which it was used, and no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Self

from tortoise import fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.base.clock import today
from models.base.columns import column, link
from models.base.records import Record
from models.base.search import Sought
from models.base.states import States, during
from models.base.viewer import NOTHING, Viewer, subtree
from models.people import Post
from models.people.roles import KEEPERS
from models.policies import upwards
from models.units import Unit

SURVEY_STATES = {"draft": "起草中", "open": "调查中", "closed": "已结束"}
ANSWERS = {5: "很满意", 4: "满意", 3: "一般", 2: "不满意", 1: "很不满意"}
"""One scale for every round, so that rounds and villages stay comparable."""
SURVEY = States(
    labels=SURVEY_STATES,
    born=("draft",),
    over=("closed",),
    verbs={
        "surveys.change_survey": during("draft", told="这轮调查现在是“{}”，不能再改。"),
        "surveys.state_households": during("draft", told="这轮调查现在是“{}”，不能再改。"),
        "surveys.open_survey": during("draft", to="open", told="这轮调查现在是“{}”，不能再改。"),
        "surveys.issue_slips": during("open", told="这轮调查没有在进行，不能打印邀请条。"),
        "surveys.answer": during("open", told="这轮调查现在是“{}”，不能再回答。"),
        "surveys.exclude_village": during("open", "closed", told="调查还没开始，没有结果可以不计入。"),
        "surveys.close_survey": during("open", to="closed", told="这轮调查现在是“{}”，不用结束。"),
    },
)
GRADES = len(ANSWERS)
NO_ANSWERS = (0,) * GRADES * GRADES
REVIEW = timedelta(days=15)
"""How long after the end a keeper may still exclude a village whose answers look collected."""


class Survey(Record):
    """One round of asking residents two questions in the villages of a city or county."""

    region: fields.ForeignKeyRelation[Unit] = link("Unit", "surveys")
    region_id: int
    title = fields.CharField(max_length=80)
    first_question = column("第一个问题", fields.CharField(max_length=120))
    second_question = column("第二个问题", fields.CharField(max_length=120))
    opens_on = column("开始日期", fields.DateField())
    closes_on = column("结束日期", fields.DateField())
    sample_size = column("每村邀请几户", fields.IntField())
    least_answers = column("至少几份才计入", fields.IntField())
    least_percent = column("回答率至少百分之几才计入", fields.IntField())
    state = fields.CharField(max_length=8, default="draft")
    seed = column("抽签用的随机数，开启后公开", fields.CharField(max_length=32, default=""))
    """What the draw of every village follows from; made when the round is opened, and in the trail from then on."""
    drafted_by: fields.ForeignKeyRelation[Post] = link("Post", "surveys_drafted", indexed=True)
    drafted_by_id: int
    opened_by: fields.ForeignKeyNullableRelation[Post] = link(
        "Post", "surveys_opened", said="开启人", indexed=True, null=True
    )
    opened_by_id: int | None
    closed_on = column("结束日期", fields.DateField(null=True))
    sought = Sought("title")

    called = "调查"
    states = SURVEY
    judged_with = ("region", "drafted_by__person")
    opens = frozenset({"region"})
    versioned = True
    parts_called: ClassVar = {"villages": "村社和户数"}
    follows = frozenset({"seed"})
    made_of: ClassVar = {"villages": ("unit_id", "households", "unit__name")}
    own_course = frozenset({"state", "seed", "opened_by_id", "closed_on"})

    class Meta:
        table = "survey"
        indexes = (("region_id", "state", "id"), ("state", "closes_on"), ("state", "closed_on"))

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """Rounds of one's county and city; drafts are the keepers'."""
        begun = _regions_of(viewer, *(hat.role for hat in viewer.hats)) & ~Q(state="draft")
        return cls.filter(begun | _regions_of(viewer, *KEEPERS))

    def trail_path(self) -> str:
        return self.region.path

    @property
    def state_label(self) -> str:
        return SURVEY_STATES[self.state]

    @property
    def questions(self) -> tuple[str, str]:
        return self.first_question, self.second_question

    @property
    def takes_answers(self) -> bool:
        return self.state == "open" and self.opens_on <= today() <= self.closes_on

    @property
    def is_over(self) -> bool:
        return self.state == "open" and self.closes_on < today()


@dataclass(frozen=True)
class Slip:
    """What is printed for one household and kept nowhere."""

    serial: int
    token: str


class SurveyVillage(Record):
    """A village in a round: its households, how many were invited and answered, and the counters of the answers."""

    survey: fields.ForeignKeyRelation[Survey] = link("Survey", "villages", said="调查")
    survey_id: int
    unit: fields.ForeignKeyRelation[Unit] = link("Unit", "surveyed", indexed=True)
    unit_id: int
    households = column("户数", fields.IntField(default=0))
    """As the household register has them; 0 where nobody has said, and then the village is not asked."""
    invited = column("邀请的户数", fields.IntField(default=0))
    answered = column("已回答的户数", fields.IntField(default=0))
    tally: list[int] = column("各种回答有几份", fields.JSONField(default=list))
    is_bunched = column("回答是否集中提交", fields.BooleanField(default=False))
    """Whether many answers came within one hour, as they do when somebody collects them."""
    excluded_reason = column("不计入的理由", fields.CharField(max_length=300, default=""))

    called = "村社的调查"
    part_of = "survey"
    judged_with = ("survey", "survey__region", "unit")
    opens = frozenset({"survey", "unit"})
    kept_out = frozenset({"tally"})
    slips: tuple[Slip, ...] = ()
    """Known only to whoever had them made, once."""

    class Meta:
        table = "survey_village"
        unique_together = (("survey", "unit"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """The keepers', and when the round is over everybody's of the same county.

        While it runs nobody at a village could tell from a growing number who has just answered.
        """
        places = [subtree("unit__path", home) for home in _counties_of(viewer)]
        near = Q(*places, join_type="OR") if places else NOTHING
        return cls.filter(viewer.area("unit__path", *KEEPERS) | (near & Q(survey__state="closed")))

    def trail_path(self) -> str:
        """With the round's region: when an answer came is nothing for the village to watch."""
        return self.survey.region.path

    @property
    def counts(self) -> bool:
        """Whether enough answered for the village's result to mean something."""
        asked = self.survey
        enough = self.answered >= asked.least_answers
        return (
            enough and self.answered * 100 >= asked.least_percent * self.invited and not self.excluded_reason
        )

    @property
    def sample_size(self) -> int:
        return min(self.households, self.survey.sample_size)


class Invitation(Record):
    """One household drawn by its number in the register, with the hash of a link that opens once."""

    village: fields.ForeignKeyRelation[SurveyVillage] = link(
        "SurveyVillage", "invitations", said="调查的村社"
    )
    village_id: int
    serial = column("户籍册第几户", fields.IntField())
    token_hash = fields.CharField(max_length=64, unique=True)
    used_on = column("哪天回答的", fields.DateField(null=True))
    """The day and never the hour, so that it cannot be laid beside anything else."""

    called = "邀请"
    kept_out = frozenset({"token_hash"})

    class Meta:
        table = "invitation"
        unique_together = (("village", "serial"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """Who was drawn is for the keepers alone: nobody near the village may know whom to watch."""
        return cls.filter(viewer.area("village__unit__path", *KEEPERS))


def _regions_of(viewer: Viewer, *roles: str) -> Q:
    """Cities and counties in the area of the hats with these roles, or above it."""
    hats = viewer.hats_as(*roles)
    above: dict[str, Any] = {"region__path__in": sorted({p for hat in hats for p in upwards(hat.unit_path)})}
    return viewer.area("region__path", *roles) | Q(**above) if hats else NOTHING


def _counties_of(viewer: Viewer) -> list[str]:
    """The county of each post, or the whole city for posts there."""
    homes = set()
    for hat in viewer.hats:
        parts = hat.unit_path.strip("/").split("/")
        in_a_county = len(parts) > 2 or hat.unit_level == "county"
        homes.add("/".join(parts[: 2 if in_a_county else 1]) + "/")
    return sorted(homes)
