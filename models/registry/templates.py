"""Report templates (报表模板): which elements make a table that somebody is asked for again and again, and who has it told when."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from tortoise import fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.base.clock import due, now, today
from models.base.columns import column, link
from models.base.commands import command, rule
from models.base.days import Happened
from models.base.identities import Code
from models.base.records import Record
from models.base.refusals import Invalid
from models.base.text import Line
from models.base.ticking import only_the_clock
from models.base.viewer import NOTHING, TOWN_CLOCK, Viewer
from models.people import Post
from models.people.roles import ASKERS, DESK, KEEPERS
from models.policies import upwards
from models.registry.masking import place_of
from models.registry.records import PERIODS, Element
from models.registry.tables import MOST_ELEMENTS
from models.units import Unit

SHIPPED = Path(__file__).with_name("report_templates.tsv")
A_DAY = timedelta(days=1)
LONGEST_NAME, LONGEST_CODE = 100, 40


class ReportTemplate(Record):
    """A table by what it asks: which elements, and how often it is wanted."""

    code = fields.CharField(max_length=LONGEST_CODE, unique=True)
    name = fields.CharField(max_length=LONGEST_NAME)
    owner = column("哪类部门的", fields.CharField(max_length=30, default=""))
    period = column("周期", fields.CharField(max_length=10))
    elements: list[str] = column("数据项", fields.JSONField())
    source = column("出处", fields.CharField(max_length=300, default=""))
    region: fields.ForeignKeyNullableRelation[Unit] = link(
        "Unit", "report_templates", said="哪里用", indexed=True, null=True
    )
    """Everywhere, where none is named: what comes with the product."""
    region_id: int | None
    made_at: datetime = fields.DatetimeField()
    ended_at: datetime | None = column("停用时间", fields.DatetimeField(null=True))

    called = "报表模板"
    judged_with = ("region",)
    opens = frozenset({"region"})

    class Meta:
        table = "report_template"

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """Those of everywhere, and those of the places one works in."""
        if not viewer.signed_in:
            return cls.filter(NOTHING)
        above = sorted({path for hat in viewer.hats for path in upwards(hat.unit_path)})
        return cls.filter(Q(region=None) | Q(region__path__in=above) | viewer.area("region__path", *KEEPERS))

    def trail_path(self) -> str:
        return self.region.path if self.region is not None else ""

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def period_label(self) -> str:
        return PERIODS[self.period]


class ReportSchedule(Record):
    """Somebody has a table told of, at the end of each of its periods."""

    template: fields.ForeignKeyRelation[ReportTemplate] = link(
        "ReportTemplate", "schedules", said="报表模板", indexed=True
    )
    template_id: int
    unit: fields.ForeignKeyRelation[Unit] = link("Unit", "report_schedules", said="哪里的", indexed=True)
    unit_id: int
    by: fields.ForeignKeyRelation[Post] = link("Post", "report_schedules", said="谁定的", indexed=True)
    by_id: int
    made_at: datetime = fields.DatetimeField()
    told_until: date = column("已告知到哪天", fields.DateField())
    ended_at: datetime | None = column("停止时间", fields.DatetimeField(null=True))

    called = "定时报表"
    judged_with = ("unit", "template", "by")
    opens = frozenset({"template", "unit"})

    class Meta:
        table = "report_schedule"
        indexes = (("ended_at", "told_until"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        """One's own, in whatever post."""
        return cls.filter(by__person_id=viewer.person_id) if viewer.signed_in else cls.filter(NOTHING)

    def trail_path(self) -> str:
        return self.unit.path


@rule("只有清单管理员可以维护报表模板。")
def keeps_templates(actor: Viewer, region: Unit) -> bool:
    return actor.oversees(region.path, *KEEPERS)


@rule("只有这个地方的清单管理员可以停用它自己的报表模板，随系统提供的不能停用。")
def keeps_this_template(actor: Viewer, template: ReportTemplate) -> bool:
    return template.region is not None and actor.oversees(template.region.path, *KEEPERS)


@rule("只能看自己工作的地方的报表。")
def works_there(actor: Viewer, unit: Unit) -> bool:
    return any(unit.path.startswith(place_of(hat)) for hat in actor.hats)


@rule("只有镇街、部门和清单管理员可以定自己工作的地方的报表。")
def has_tables_told(actor: Viewer, unit: Unit) -> bool:
    return any(unit.path.startswith(place_of(hat)) for hat in actor.hats_as(*DESK, *ASKERS, *KEEPERS))


@rule("只能停止自己定的报表。")
def own_schedule(actor: Viewer, schedule: ReportSchedule) -> bool:
    return actor.is_clock or schedule.by.person_id == actor.person_id


@rule("这份报表已经停了。")
def still_wanted(schedule: ReportSchedule) -> bool:
    return schedule.ended_at is None


@rule("这个模板已经停用。")
def still_used(template: ReportTemplate) -> bool:
    return template.is_open


@command(said="新增报表模板", who=keeps_templates)
async def add_template(
    actor: Viewer,
    region: Unit,
    *,
    code: Code[str],
    name: Line[str],
    period: str,
    elements: Sequence[Element],
    owner: Line[str] = "",
) -> ReportTemplate:
    """Name the elements of a table once, so that everybody below opens the same."""
    if period not in PERIODS:
        raise Invalid("请从列表里选一个周期。", field="period")
    if not 1 <= len(elements) <= MOST_ELEMENTS:
        raise Invalid(f"一张报表要有 1 至 {MOST_ELEMENTS} 个数据项。", field="elements")
    if len(name) > LONGEST_NAME or len(code) > LONGEST_CODE or len(owner) > 30:
        raise Invalid(f"名称不超过 {LONGEST_NAME} 个字，编码不超过 {LONGEST_CODE} 个字符。", field="name")
    if await ReportTemplate.filter(code=code).exists():
        raise Invalid("这个编码已被使用。", field="code")
    codes = list(dict.fromkeys(one.code for one in elements))
    return await ReportTemplate.create(
        code=code, name=name, period=period, owner=owner, elements=codes, region=region, made_at=now()
    )


@command(said="停用报表模板", who=keeps_this_template, when=still_used)
async def end_template(actor: Viewer, template: ReportTemplate) -> ReportTemplate:
    """Offer a template no more; what was scheduled by it ends with it."""
    template.ended_at = now()
    await template.save(update_fields=["ended_at"])
    await ReportSchedule.filter(template_id=template.pk, ended_at=None).update(ended_at=now())
    return template


@command(said="定时出报表", who=has_tables_told)
async def schedule_report(actor: Viewer, unit: Unit, *, template: ReportTemplate) -> ReportSchedule:
    """Have this table told of at the end of each of its periods."""
    if not template.is_open or template.period == "once":
        raise Invalid("请选择一个有周期、没有停用的报表。", field="template")
    own = ReportSchedule.visible_to(actor).filter(template_id=template.pk, unit_id=unit.pk, ended_at=None)
    if await own.exists():
        raise Invalid("这份报表您已经定过了。", field="template")
    return await ReportSchedule.create(
        template=template,
        unit=unit,
        by_id=actor.post_id,
        made_at=now(),
        told_until=period_ends(template.period, today())[0],
    )


@command(said="停止定时报表", who=own_schedule, when=still_wanted)
async def end_schedule(actor: Viewer, schedule: ReportSchedule) -> ReportSchedule:
    """Be told of it no more."""
    schedule.ended_at = now()
    await schedule.save(update_fields=["ended_at"])
    return schedule


@command(said="报表到期", who=only_the_clock("报表到期由系统告知。"), when=still_wanted)
async def tell_report(actor: Viewer, schedule: ReportSchedule, *, on: Happened[date]) -> ReportSchedule:
    """Tell that the period of a table is over, so that its owner opens it as of its last day."""
    schedule.told_until = on
    await schedule.save(update_fields=["told_until"])
    return schedule


@due
async def reports_due() -> None:
    """Tell of every table whose period has ended since it was last told of."""
    rows = ReportSchedule.filter(ended_at=None, told_until__lt=today()).select_related("template")
    for one in await rows.prefetch_related("unit", "by__person"):
        last, _ = period_ends(one.template.period, today())
        if last > one.told_until:
            await tell_report(TOWN_CLOCK, one, on=last)


def period_ends(period: str, day: date) -> tuple[date, date]:
    """The last day of the period before the one a day lies in, and of that one."""
    begins = {
        "year": date(day.year, 1, 1),
        "quarter": date(day.year, (day.month - 1) // 3 * 3 + 1, 1),
        "month": day.replace(day=1),
    }.get(period, day)
    months = {"year": 12, "quarter": 3, "month": 1}.get(period, 0)
    ahead = begins.month - 1 + months
    following = date(begins.year + ahead // 12, ahead % 12 + 1, 1) if months else begins + A_DAY
    return begins - A_DAY, following - A_DAY


@due
async def settle_templates() -> None:
    """Put the shipped templates into the database where they are missing; what is there stays as it is."""
    shipped = shipped_templates()
    rows = ReportTemplate.filter(code__in=[one.code for one in shipped]).only("id", "code")
    known = {one.code for one in await rows}
    missing = [one for one in shipped if one.code not in known]
    if missing:
        await ReportTemplate.bulk_create(missing, ignore_conflicts=True)


def shipped_templates() -> list[ReportTemplate]:
    """Every template of the file, in its order."""
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        rows: Any = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [
            ReportTemplate(**{**row, "elements": row["elements"].split(), "made_at": now()}) for row in rows
        ]
