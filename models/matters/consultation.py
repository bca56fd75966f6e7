"""Consultation on a proposed list: anybody concerned may say what they think before it is published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from tortoise import fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.base.clock import now
from models.base.columns import column, link
from models.base.commands import FromAbove, command, rule
from models.base.identities import Code
from models.base.records import Record
from models.base.refusals import Invalid
from models.base.viewer import Viewer
from models.matters.editing import written
from models.matters.records import Matter, MatterList, reading
from models.people import Post
from models.people.roles import CONSULTED

ANSWERS = "@"
"""An answer is kept as an opinion about an opinion: its matter code is this sign and the number of the other."""


class Opinion(Record):
    """What somebody said about a proposed list while it was open for consultation."""

    list: fields.ForeignKeyRelation[MatterList] = link(
        "MatterList", "opinions", said="事项清单", indexed=True
    )
    list_id: int
    matter_code = column("事项", fields.CharField(max_length=40, default=""))
    words = column("意见", fields.TextField())
    by: fields.ForeignKeyRelation[Post] = link("Post", "opinions", indexed=True)
    by_id: int
    at = fields.DatetimeField()

    called = "意见"
    part_of = "list"
    judged_with = ("list", "list__region", "list__proposed_by")
    opens = frozenset({"list"})
    villages_wrote = ("words",)

    class Meta:
        table = "opinion"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """Whoever reads the list reads what was said about it."""
        return cls.filter(reading(viewer, "list__"))

    def trail_path(self) -> str:
        return self.list.region.path

    @property
    def is_answer(self) -> bool:
        return self.matter_code.startswith(ANSWERS)


@rule("本地的部门、镇街和村社党组织书记可以对清单提意见。")
def is_consulted(actor: Viewer, matter_list: MatterList) -> bool:
    return actor.is_a(*CONSULTED, within=matter_list.region.path)


@rule("现在不在征求意见的期限内。")
def is_open(matter_list: MatterList) -> bool:
    return matter_list.is_consulting


@rule("只有提出这一版清单的人可以答复意见。")
def proposed_it(actor: Viewer, opinion: Opinion) -> bool:
    proposer = opinion.list.proposed_by
    return proposer is not None and actor.signed_in and proposer.person_id == actor.person_id


@rule("只有还没有发布的清单上的意见可以答复。")
def may_be_answered(opinion: Opinion) -> bool:
    return not opinion.is_answer


@command(said="提出意见", who=is_consulted, when=is_open)
async def give_opinion(
    actor: Viewer, matter_list: MatterList, *, words: str, matter_code: Code[str] = ""
) -> Opinion:
    """Say what one thinks of a proposed list, or of one matter that it has or leaves out."""
    code = matter_code.strip().upper()
    if code and not await Matter.visible_to(actor).filter(code=code).exists():
        raise Invalid(f"没有编码为“{code}”的事项。", field="matter_code")
    said = written(words, "words", "请写明意见。")
    return await Opinion.create(list=matter_list, matter_code=code, words=said, by_id=actor.post_id, at=now())


@command(said="答复意见", who=proposed_it, when=may_be_answered)
async def answer_opinion(actor: Viewer, opinion: Opinion, *, answer: FromAbove[str]) -> Opinion:
    """Tell everybody what became of an opinion: taken up, or why not."""
    said, about = written(answer, "answer", "请写明答复。"), f"{ANSWERS}{opinion.pk}"
    if await Opinion.filter(list_id=opinion.list_id, matter_code=about).exists():
        raise Invalid("这条意见已经答复。", field="answer")
    return await Opinion.create(
        list_id=opinion.list_id, matter_code=about, words=said, by_id=actor.post_id, at=now()
    )


async def said_of(
    viewer: Viewer, matter_list: MatterList, limit: int = 100
) -> Sequence[tuple[Opinion, Opinion | None]]:
    """The latest opinions on a list, oldest first, each with its answer."""
    rows = Opinion.visible_to(viewer).filter(list_id=matter_list.pk)
    rows = rows.select_related("by__unit", "by__person").prefetch_related(*Opinion.judged_with)
    asked = await rows.filter(~Q(matter_code__startswith=ANSWERS)).order_by("-id").limit(limit)
    answers = await rows.filter(matter_code__in=[f"{ANSWERS}{one.pk}" for one in asked])
    given = {one.matter_code: one for one in answers}
    return [(one, given.get(f"{ANSWERS}{one.pk}")) for one in reversed(asked)]
