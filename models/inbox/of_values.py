"""What commands upon the registry say: to the desk that a value is disputed, and to the village how that was judged."""

from __future__ import annotations

from models.base.events import Event
from models.inbox.addressing import To, at
from models.inbox.declarations import SEEN_AT_ONCE, Declared, Draft, Silent, drafts, row_of
from models.inbox.of_requests import RULES_OF_THE_PLACE
from models.people.roles import COORDINATORS, LEADERS, VILLAGE_SPEAKERS
from models.registry import DataValue, ReportSchedule


async def _report_due(event: Event) -> list[Draft]:
    row = await row_of(event, ReportSchedule, "template", "unit", "by")
    if row is None:
        return []
    words = f"{row.unit.name}，到 {row.told_until} 为止的这一期结束了，打开就是这一期的数据。"
    return drafts([To(row.by.person_id)], "report", row, row.template.name, words)


async def _disputed(event: Event) -> list[Draft]:
    """To the desk of the township, but for whoever said the value; its words stay on the page, where they may be masked."""
    row = await row_of(event, DataValue, "unit", "element", "by")
    if row is None or not row.is_disputed:
        return []
    desk = [row.unit.parent_id or 0]
    for roles in (COORDINATORS, LEADERS):
        others = [one for one in await at(desk, *roles) if one.person_id != row.by.person_id]
        if others:
            return drafts(others, "value_disputed", row, _named(row), "村里说这个数不对，请核对后答复。")
    return []


async def _settled(event: Event) -> list[Draft]:
    row = await row_of(event, DataValue, "unit", "element")
    if row is None or row.settled_at is None:
        return []
    to: list[To] = await at([row.unit_id], *VILLAGE_SPEAKERS)
    return drafts(to, "value_settled", row, _named(row), row.state_label)


def _named(row: DataValue) -> str:
    return f"{row.unit.name}：{row.element.name}"


DECLARED: dict[str, Declared] = {
    "registry.define": RULES_OF_THE_PLACE,
    "registry.add_template": RULES_OF_THE_PLACE,
    "registry.end_template": RULES_OF_THE_PLACE,
    "registry.schedule_report": SEEN_AT_ONCE,
    "registry.end_schedule": SEEN_AT_ONCE,
    "registry.tell_report": _report_due,
    "registry.take_values": Silent("数据写进各村社的底册，来历上写明是表格导入。"),
    "registry.put_values": Silent("数据写进各村社的底册，来历上写明是系统对接。"),
    "registry.reveal": Silent("看的人写了用途，村里在本村的页面上看得到谁看过。"),
    "registry.record": Silent("数据写进本村社的底册，本村社和镇街随时看得到来历。"),
    "registry.correct_value": Silent("新的数写进本村社的底册，原来的数和更正原因都看得到。"),
    "registry.dispute_value": _disputed,
    "registry.settle_dispute": _settled,
}
