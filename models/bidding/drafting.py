"""From an idea to the board: drafting a project, having another person approve it, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from models import files as attachments
from models.base.clock import now, town_day
from models.base.commands import FromAbove, command, rule
from models.base.days import Foreseen, Planned
from models.base.optional_details import ABSENT, Given, or_kept
from models.base.refusals import Invalid
from models.base.signatures import WHOLE
from models.base.text import Line
from models.base.viewer import Viewer
from models.bidding.records import Criterion, Entrant, Project, ProjectFile
from models.bidding.states import DEPTHS, KINDS
from models.people.roles import PROJECT_APPROVERS, PROJECT_DESK
from models.units import Unit

MOST_CRITERIA = 8
SHORTEST = timedelta(hours=1)


@rule("只有本镇街的统筹员或领导可以拟定榜单项目。")
def runs_the_township(actor: Viewer, township: Unit) -> bool:
    return township.level == "township" and actor.is_a(*PROJECT_DESK, at=township.path)


@rule("只有本镇街的统筹员或领导可以办理这个榜单项目。")
def is_at_the_desk(actor: Viewer, project: Project) -> bool:
    return actor.is_a(*PROJECT_DESK, at=project.township.path)


@rule(
    "榜单项目须由本镇街的领导审批，而且不能是起草人本人。",
    apart_from=lambda project: [project.drafted_by.person],
)
def approves(actor: Viewer, project: Project) -> bool:
    return actor.is_a(*PROJECT_APPROVERS, at=project.township.path)


@dataclass(frozen=True)
class Plan:
    """What a project says, before it is checked."""

    title: str
    kind: str
    depth: str
    purpose: str
    support: str
    support_yuan: int
    conditions: str
    contact: str
    opens_at: datetime
    closes_at: datetime
    standstill_days: int
    shows_numbers: bool
    widest_spread: int
    start_by: date
    finish_by: date

    def checked(self) -> dict[str, Any]:
        """The columns of the project; raises Invalid with the first field that will not do."""
        for name, otherwise, longest in WORDED:
            _must(
                1 <= len(getattr(self, name).strip()) <= longest,
                name,
                f"{otherwise}（不超过 {longest} 个字）。",
            )
        _must(len(self.conditions.strip()) <= 1000, "conditions", "条件请不超过 1000 个字。")
        _must(self.kind in KINDS, "kind", "请选择项目类别。")
        _must(self.depth in DEPTHS, "depth", "请选择比选方式。")
        for name, least, most, otherwise in RANGES:
            _must(least <= getattr(self, name) <= most, name, f"{otherwise}，应在 {least} 到 {most} 之间。")
        self._times_fit()
        columns = {field.name: getattr(self, field.name) for field in fields(self)}
        return {n: v.strip() if isinstance(v, str) else v for n, v in columns.items()}

    def _times_fit(self) -> None:
        _must(self.closes_at - self.opens_at >= SHORTEST, "closes_at", "截止时间要比开榜时间晚至少一小时。")
        closing_day = town_day(self.closes_at)
        _must(self.start_by >= closing_day, "start_by", "开工期限不能早于竞榜截止。")
        _must(self.finish_by > self.start_by, "finish_by", "验收期限要晚于开工期限。")


WORDED = (
    ("title", "请写项目名称", 40),
    ("purpose", "请写明为什么做、做成什么样", 2000),
    ("support", "请写明给什么支持（资金、用地、政策）", 1000),
    ("contact", "请写明联系人和电话", 60),
)
RANGES = (
    ("support_yuan", 0, 2_000_000_000, "支持资金（元）"),
    ("standstill_days", 0, 20, "公示天数（工作日）"),
    ("widest_spread", 5, 100, "评分差距上限（分）"),
)


def _must(holds: bool, field: str, otherwise: str) -> None:
    if not holds:
        raise Invalid(otherwise, field=field)


@command(said="起草榜单项目", who=runs_the_township)
async def draft_project(
    actor: Viewer,
    township: Unit,
    *,
    title: FromAbove[Line[str]],
    kind: str,
    depth: str,
    purpose: FromAbove[str],
    support: FromAbove[str],
    contact: FromAbove[Line[str]],
    opens_at: Planned[datetime],
    closes_at: Planned[datetime],
    start_by: Foreseen[date],
    finish_by: Foreseen[date],
    criteria: FromAbove[Line[list[str]]],
    weights: list[int] | None = None,
    guidances: FromAbove[list[str] | None] = None,
    support_yuan: int = 0,
    conditions: FromAbove[str] = "",
    standstill_days: int = 0,
    shows_numbers: bool = True,
    widest_spread: int = 20,
    villages: list[Unit] | None = None,
    files: list[attachments.Stored] | None = None,
) -> Project:
    """Write down what is offered: to all villages of the township, unless some are named."""
    plan = Plan(
        title, kind, depth, purpose, support, support_yuan, conditions, contact, opens_at, closes_at,
        standstill_days, shows_numbers, widest_spread, start_by, finish_by,
    )  # fmt: skip
    project = await Project.create(township=township, drafted_by_id=actor.post_id, **plan.checked())
    await _compare_by(project, criteria, weights or [], guidances or [])
    await _invite(project, township, villages or [])
    for file in await attachments.filed(actor, files or []):
        await ProjectFile.create(project=project, file=file)
    return project


@command(said="修改榜单项目", who=is_at_the_desk)
async def change_project(
    actor: Viewer,
    project: Project,
    *,
    title: FromAbove[Line[str]],
    kind: str,
    depth: str,
    purpose: FromAbove[str],
    support: FromAbove[str],
    contact: FromAbove[Line[str]],
    opens_at: Planned[datetime],
    closes_at: Planned[datetime],
    start_by: Foreseen[date],
    finish_by: Foreseen[date],
    criteria: FromAbove[Line[list[str]]],
    weights: Given[list[int]] = ABSENT,
    guidances: FromAbove[Given[list[str]]] = ABSENT,
    support_yuan: Given[int | None] = ABSENT,
    conditions: FromAbove[Given[str]] = ABSENT,
    standstill_days: Given[int | None] = ABSENT,
    shows_numbers: Given[bool] = ABSENT,
    widest_spread: Given[int] = ABSENT,
    villages: Given[list[Unit]] = ABSENT,
    files: list[attachments.Stored] | None = None,
) -> Project:
    """Write it anew while it is a draft; what is not given stays, files are added to those already there."""
    plan = Plan(
        title, kind, depth, purpose, support, or_kept(support_yuan, project.support_yuan) or 0,
        or_kept(conditions, project.conditions), contact, opens_at, closes_at,
        or_kept(standstill_days, project.standstill_days) or 0,
        or_kept(shows_numbers, project.shows_numbers), or_kept(widest_spread, project.widest_spread),
        start_by, finish_by,
    )  # fmt: skip
    # Whoever writes it last is taken for its drafter: another person reads every word of it.
    columns = plan.checked() | {"drafted_by_id": actor.post_id or project.drafted_by_id}
    await project.update_from_dict(columns).save(update_fields=list(columns))
    held = {one.title: one for one in await Criterion.filter(project=project)}
    await Criterion.filter(project=project).delete()
    await _compare_by(
        project,
        criteria,
        or_kept(weights, [held[t].weight if t in held else 0 for t in criteria]),
        or_kept(guidances, [held[t].guidance if t in held else "" for t in criteria]),
    )
    if villages is not ABSENT:
        await Entrant.filter(project=project).delete()
        await _invite(project, project.township, or_kept(villages, []))
    for file in await attachments.filed(actor, files or []):
        await ProjectFile.create(project=project, file=file)
    return project


async def _compare_by(
    project: Project, titles: Sequence[str], weights: Sequence[int], guidances: Sequence[str]
) -> None:
    """The criteria in their order: weighted to 100 where points are given, unweighted where words are."""
    _must(1 <= len(titles) <= MOST_CRITERIA, "criteria", f"请写 1 到 {MOST_CRITERIA} 条比选标准。")
    _must(len(set(titles)) == len(titles), "criteria", "有两条比选标准是一样的。")
    weighed = [*weights, *[0] * len(titles)][: len(titles)] if project.is_scored else [0] * len(titles)
    if project.is_scored:
        _must(all(weight > 0 for weight in weighed), "weights", "评分比选的每条标准都要有权重。")
        _must(sum(weighed) == 100, "weights", f"各条标准的权重加起来应是 100，现在是 {sum(weighed)}。")
    hints = [*guidances, *[""] * len(titles)]
    for position, (title, weight) in enumerate(zip(titles, weighed, strict=True)):
        _must(1 <= len(title.strip()) <= 40, "criteria", "每条比选标准请写 1 到 40 个字。")
        _must(len(hints[position]) <= 200, "guidances", "比选标准的说明请不超过 200 个字。")
        await Criterion.create(
            project=project,
            position=position,
            title=title.strip(),
            weight=weight,
            guidance=hints[position].strip(),
        )


async def _invite(project: Project, township: Unit, villages: Sequence[Unit]) -> None:
    own = await Unit.filter(parent=township, level="village", ended_on=None).order_by("path")
    wanted = {village.pk for village in villages} or {village.pk for village in own}
    _must(wanted <= {village.pk for village in own}, "villages", "只能请本镇街的村社来揭榜。")
    _must(bool(wanted), "villages", "本镇街还没有村社。")
    await Entrant.bulk_create([Entrant(project=project, unit_id=number) for number in sorted(wanted)])


@command(said="提交审批", who=is_at_the_desk)
async def submit_project(actor: Viewer, project: Project) -> Project:
    """Hand the draft to a leader."""
    project.state, project.return_note = "submitted", ""
    await project.save(update_fields=["state", "return_note"])
    return project


@command(said="退回修改", who=approves)
async def send_project_back(actor: Viewer, project: Project, *, note: str) -> Project:
    """Give it back to be changed."""
    _must(1 <= len(note.strip()) <= 500, "note", "请写明要改什么（不超过 500 个字）。")
    project.state, project.return_note = "draft", note.strip()
    await project.save(update_fields=["state", "return_note"])
    return project


@command(said="批准上榜", who=approves, binds=WHOLE)
async def approve_project(actor: Viewer, project: Project) -> Project:
    """Put it on the board: from here on nobody changes it."""
    if project.closes_at - now() < SHORTEST:
        raise Invalid("竞榜截止时间已过或不到一小时，请退回修改时间后再批准。", field="closes_at")
    project.state, project.approved_by_id, project.published_at = "published", actor.post_id, now()
    await project.save(update_fields=["state", "approved_by_id", "published_at"])
    return project


@command(said="作废", who=is_at_the_desk)
async def drop_project(actor: Viewer, project: Project) -> Project:
    """Give up a project that was never on the board."""
    project.state = "dropped"
    await project.save(update_fields=["state"])
    return project


@command(said="取消并下榜", who=is_at_the_desk)
async def cancel_project(actor: Viewer, project: Project, *, reason: FromAbove[str]) -> Project:
    """Take it off the board for a reason that everybody reads; bids not yet opened stay sealed for ever."""
    _must(4 <= len(reason.strip()) <= 500, "reason", "请写明取消的原因（4 到 500 个字），会公开。")
    project.state, project.outcome_note = "cancelled", reason.strip()
    await project.save(update_fields=["state", "outcome_note"])
    return project
