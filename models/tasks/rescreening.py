"""Screening a task again: what the list in force on the day of judgement says of it, at the village that objects."""

from __future__ import annotations

from models.base.clock import today
from models.matters import Demand
from models.matters.decision import PASSED
from models.screening import Screened, Screening, replay, screen_today
from models.tasks.records import Assignment, TaskSource


async def found_today(assignment: Assignment) -> str:
    """The verdict of today's list in a sentence that names the list, and what differs in the verdicts of then."""
    codes = TaskSource.filter(task_id=assignment.task_id).values_list("screening_id", flat=True)
    then = await Screening.filter(id__in=await codes).order_by("id").select_related("request")
    asked = {code for screening in then for code in screening.request.demands}
    demands = await Demand.filter(code__in=sorted(asked)).order_by("position")
    task, unit = assignment.task, assignment.unit
    screened = await screen_today(task.township, unit, task.matter.code, demands)
    wrong = [difference for screening in then for difference in await replay(screening)]
    return f"{_told(screened, task.matter.title)}{_since(screened, then)}" + (
        f"当时的结论有出入：{'；'.join(wrong[:3])}。" if wrong else ""
    )


def _told(screened: Screened, title: str) -> str:
    held, matter = screened.matter_list, screened.matter
    by = f"{held.region.name}第 {held.number} 版清单" if held else "没有清单"
    told = f"重新过筛（按今天 {today():%Y-%m-%d} 执行的{by}）："
    if screened.decision.verdict not in PASSED or matter is None:
        clause = screened.decision.clause
        return f"{told}{screened.decision.sentence}{f'依据：{clause}。' if clause else ''}"
    must_not = f"不得要求：{matter.village_must_not}" if matter.village_must_not else ""
    return f"{told}事项“{title}”在清单上，村社的职责是：{matter.village_does or '见清单'}。{must_not}"


def _since(screened: Screened, then: list[Screening]) -> str:
    """Whether another version held when the task was let in."""
    now_held = screened.matter_list.pk if screened.matter_list else None
    if any(screening.matter_list_id != now_held for screening in then):
        return "任务过筛时执行的是另一版清单，异议按今天的清单判断。"
    return ""
