"""What commands upon requests say: to the desk that reads them, the office that handles them, and whoever asked."""

from __future__ import annotations

from models.base.events import Event
from models.inbox.addressing import at, oneself, the_desk
from models.inbox.declarations import Declared, Draft, Silent, drafts, row_of, said
from models.people.roles import OFFICES
from models.requests import WorkRequest
from models.screening import Screening

WITH_ITS_ASKER = ("submitted_by", "department", "rerouted_to")


async def _submitted(event: Event) -> list[Draft]:
    """To the desk of each township that has it to read; what was refused at once its asker sees at once."""
    numbers = [made for made, _ in event.facts.get("asked", [])]
    rows = (
        await WorkRequest.filter(id__in=numbers, state="pending_review")
        .order_by("id")
        .select_related("department")
    )
    return [
        one
        for row in rows
        for one in drafts(
            await the_desk(row.township_id), "reading", row, row.title, row.department.name, row.deadline
        )
    ]


async def _amended(event: Event) -> list[Draft]:
    row = await row_of(event, WorkRequest, "department")
    if row is None:
        return []
    words = f"{row.department.name}修改了申请：{said(event, 'reason')}"
    kind = "reading" if row.state == "pending_review" else "request_changed"
    return drafts(await the_desk(row.township_id), kind, row, row.title, words, row.deadline)


async def _taken_back(event: Event) -> list[Draft]:
    row = await row_of(event, WorkRequest, "department")
    if row is None:
        return []
    words = f"{row.department.name}撤回了申请：{said(event, 'reason')}"
    return drafts(await the_desk(row.township_id), "request_changed", row, row.title, words)


async def _read(event: Event) -> list[Draft]:
    """The verdict and its reason, to whoever asked; what was refused may also have gone to an office."""
    verdict = await row_of(event, Screening, *(f"request__{name}" for name in WITH_ITS_ASKER))
    row = verdict.request if verdict else await row_of(event, WorkRequest, *WITH_ITS_ASKER)
    if row is None:
        return []
    words = verdict.sentence if verdict else ""
    kind = "request_refused" if row.state == "rejected" else "request_moved"
    found = drafts(oneself(row.submitted_by), kind, row, row.title, words)
    return found + await _to_the_office(row)


async def _rerouted(event: Event) -> list[Draft]:
    row = await row_of(event, WorkRequest, *WITH_ITS_ASKER)
    if row is None or row.rerouted_to is None:
        return []
    words = f"转给{row.rerouted_to.name}办理。"
    return drafts(oneself(row.submitted_by), "request_moved", row, row.title, words) + await _to_the_office(
        row
    )


async def _to_the_office(row: WorkRequest) -> list[Draft]:
    if row.rerouted_to_id is None or row.office_answer:
        return []
    return drafts(await at([row.rerouted_to_id], *OFFICES), "rerouted", row, row.title, row.department.name)


async def _handled(event: Event) -> list[Draft]:
    row = await row_of(event, WorkRequest, *WITH_ITS_ASKER)
    if row is None:
        return []
    found = drafts(
        oneself(row.submitted_by), "request_moved", row, row.title, f"办线答复：{row.office_answer}"
    )
    return found + drafts(await the_desk(row.township_id), "request_changed", row, row.title, "办线已答复。")


async def _expired(event: Event) -> list[Draft]:
    row = await row_of(event, WorkRequest, *WITH_ITS_ASKER)
    if row is None:
        return []
    words = "例外准入到期，没有下派的不再下派。"
    found = drafts(oneself(row.submitted_by), "request_refused", row, row.title, words)
    return found + drafts(await the_desk(row.township_id), "request_changed", row, row.title, words)


RULES_OF_THE_PLACE = Silent("全体适用的规则，在“规则数值”和清单里公开，不是对某个人的决定。")
DECLARED: dict[str, Declared] = {
    "intake.submit": _submitted,
    "tasks.amend_request": _amended,
    "tasks.withdraw_request": _taken_back,
    "screening.admit": _read,
    "screening.reject": _read,
    "screening.admit_exceptionally": _read,
    "screening.reroute": _rerouted,
    "screening.handle": _handled,
    "screening.expire": _expired,
    "screening.set_red_line": RULES_OF_THE_PLACE,
    "screening.end_red_line": RULES_OF_THE_PLACE,
}
