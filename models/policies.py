"""Policies: numbers a government sets for its area, as versioned rows, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from tortoise import fields
from tortoise.queryset import QuerySet

from models.base.clock import now, today
from models.base.columns import link
from models.base.commands import FromAbove, command, rule
from models.base.days import Foreseen
from models.base.records import Record
from models.base.refusals import Invalid
from models.base.text import Line
from models.base.viewer import NOTHING, Viewer
from models.people import Post
from models.people.roles import KEEPERS
from models.units import Unit


@dataclass(frozen=True)
class Known:
    """One number that may be set: what it means, what holds where nobody has set it, and its sane range."""

    label: str
    default: int
    least: int
    most: int
    counted_in: str
    choices: Mapping[int, str] = field(default_factory=dict)
    """What the numbers mean, where they are names of something rather than amounts."""

    def shown(self, value: int) -> str:
        """A value as people read it."""
        return self.choices.get(value) or f"{value} {self.counted_in}"


BOARD_MODES = {
    1: "表扬榜：只列受表扬的和理由，不排名、不打分",
    2: "亮前榜：只列靠前的一档，各村社看得到自己的",
    3: "全榜：列到末尾四分之一之前，末尾不公布",
}

KNOWN = {
    "open_tasks": Known("每村同时办理的任务上限", 12, 1, 200, "件"),
    "hours_a_week": Known("每村每周任务用时上限", 20, 1, 400, "小时"),
    "collisions": Known("每村三个工作日内到期的任务上限", 3, 1, 50, "件"),
    "consultation_days": Known("清单征求意见的天数", 7, 0, 60, "天"),
    "basis_days": Known("事项的法律依据隔多久复核一次", 365, 30, 1830, "天"),
    "exception_days": Known("例外准入的最长天数", 90, 1, 366, "天"),
    "reminders_a_day": Known("每人每天收到的提醒上限", 3, 1, 20, "条"),
    "quiet_from": Known("不发提醒的时段从几点起", 20, 0, 23, "点"),
    "quiet_until": Known("不发提醒的时段到几点止", 8, 0, 23, "点"),
    "escalate_to_coordinator": Known("逾期几个工作日提醒统筹员", 1, 1, 60, "个工作日"),
    "escalate_to_leader": Known("逾期几个工作日提醒分管领导", 3, 1, 60, "个工作日"),
    "unanswered_days": Known("逾期几个工作日还没有反馈，记一次没有反馈", 5, 1, 60, "个工作日"),
    "objection_days": Known("答复任务异议的期限", 2, 1, 30, "个工作日"),
    "objection_appeal_days": Known("不服任务异议的答复可以上诉的期限", 5, 1, 60, "个工作日"),
    "extension_days": Known("一次延期最长", 30, 1, 250, "个工作日"),
    "concern_days": Known("答复民情上报的期限", 5, 1, 60, "个工作日"),
    "complaint_days": Known("答复投诉建议的期限", 5, 1, 60, "个工作日"),
    "fact_dispute_days": Known("开标后村社可以对自己的村情数据提出异议的期限", 5, 1, 60, "天"),
    "award_objection_days": Known("对揭榜结果提出异议的期限", 3, 1, 20, "个工作日"),
    "appeal_days": Known("答复指数申诉的期限", 10, 1, 60, "个工作日"),
    "appeal_within": Known("周期结束后可以申诉的期限", 10, 1, 60, "个工作日"),
    "board_villages": Known("兴村治社榜怎么公布", 2, 1, 3, "", BOARD_MODES),
    "board_persons": Known("先锋干部榜怎么公布", 1, 1, 3, "", BOARD_MODES),
    "survey_invitations": Known("群众口碑调查每村邀请的户数", 60, 10, 500, "户"),
    "survey_answers": Known("群众口碑至少收到几份才计入", 15, 10, 200, "份"),
    "survey_percent": Known("群众口碑回答率至少多少才计入", 20, 5, 100, "%"),
    "short_notice_days": Known(
        "下派申请少于几个工作日就要办结算“期限过短”（0 为不统计）", 5, 0, 60, "个工作日"
    ),
    "baseline_tasks": Known("减负前每村每年的任务件数（台账的基线，0 为没有）", 0, 0, 5000, "件"),
}


class Policy(Record):
    """One setting of one number by a government, in force in its area from a day until the next setting."""

    unit: fields.ForeignKeyRelation[Unit] = link("Unit", "policies")
    unit_id: int
    name = fields.CharField(max_length=40)
    value = fields.IntField()
    reason = fields.TextField()
    from_on = fields.DateField()
    set_by: fields.ForeignKeyRelation[Post] = link("Post", "policies", said="谁定的", indexed=True)
    set_by_id: int
    made_at = fields.DatetimeField()

    called = "规定"
    judged_with = ("unit",)
    opens = frozenset({"unit"})

    class Meta:
        table = "policy"
        indexes = (("unit_id", "name", "from_on"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.all() if viewer.signed_in else cls.filter(NOTHING)

    def trail_path(self) -> str:
        return self.unit.path

    @property
    def label(self) -> str:
        return KNOWN[self.name].label


async def policies(path: str, names: Iterable[str], on: date | None = None) -> dict[str, int]:
    """The numbers that hold at a place on a day: the nearest government above it that has set one decides."""
    return (await policies_at([path], names, on))[path]


async def policies_at(
    paths: Iterable[str], names: Iterable[str], on: date | None = None
) -> dict[str, dict[str, int]]:
    """The same for several places, by their paths, in one statement."""
    wanted, above = list(names), {path: upwards(path) for path in paths}
    over = sorted({one for each in above.values() for one in each})
    rows = Policy.filter(unit__path__in=over, name__in=wanted, from_on__lte=on or today())
    told = {path: {name: KNOWN[name].default for name in wanted} for path in above}
    columns = ("unit__path", "name", "value")
    for over_path, name, value in await rows.order_by("unit__path", "from_on", "id").values_list(*columns):
        for path, here in above.items():
            if over_path in here:
                told[path][str(name)] = int(value)
    return told


async def policy(path: str, name: str, on: date | None = None) -> int:
    return (await policies(path, [name], on))[name]


@dataclass(frozen=True)
class Standing:
    """One number as it stands at a place: what holds and by whose word, and what has been set from a later day."""

    name: str
    known: Known
    setting: Policy | None
    coming: list[Policy]
    last: Policy | None
    """What was said last, of today or of a later day: whoever sets it anew has read this."""

    @property
    def value(self) -> int:
        return self.setting.value if self.setting else self.known.default


async def standing(viewer: Viewer, path: str) -> list[Standing]:
    """Every number at a place, with the setting that decides it there today; one statement."""
    rows = Policy.visible_to(viewer).filter(unit__path__in=upwards(path), name__in=list(KNOWN))
    told = await rows.order_by("unit__path", "from_on", "id").select_related("unit", "set_by__person")
    day = today()
    return [
        Standing(
            name,
            known,
            next((row for row in reversed(told) if row.name == name and row.from_on <= day), None),
            [row for row in told if row.name == name and row.from_on > day],
            max((row for row in told if row.name == name), key=lambda row: int(row.pk), default=None),
        )
        for name, known in KNOWN.items()
    ]


def upwards(path: str) -> list[str]:
    """The path and every path above it."""
    parts = path.rstrip("/").split("/")
    return ["/".join(parts[:depth]) + "/" for depth in range(1, len(parts) + 1)]


@rule("只有市、县的系统管理员或清单管理员可以修改规定。")
def governs(actor: Viewer, unit: Unit) -> bool:
    return unit.level in {"city", "county"} and actor.oversees(unit.path, *KEEPERS)


async def _the_last_word(unit: Unit, *, name: str, **_: Any) -> Policy | None:
    """What was last said of this number for the area, here or by the government above."""
    said = Policy.filter(unit__path__in=upwards(unit.path), name=name)
    return await said.order_by("-id").first()


@command(said="调整规则数值", who=governs, edits=_the_last_word)
async def set_policy(
    actor: Viewer, unit: Unit, *, name: Line[str], value: int, reason: FromAbove[str], from_on: Foreseen[date]
) -> Policy:
    """Set one number for the area of a city or county, from today or a later day."""
    known = KNOWN.get(name)
    if known is None:
        raise Invalid("没有这一项规定。", field="name")
    if not known.least <= value <= known.most:
        raise Invalid(
            f"{known.label}应在 {known.least} 到 {known.most} {known.counted_in}之间。", field="value"
        )
    if not reason.strip():
        raise Invalid("请写明理由。", field="reason")
    if from_on < today():
        raise Invalid("生效日期不能早于今天。", field="from_on")
    return await Policy.create(
        unit=unit,
        name=name,
        value=value,
        reason=reason.strip(),
        from_on=from_on,
        set_by_id=actor.post_id,
        made_at=now(),
    )
