"""The way up and the answer down: the township takes a concern, passes it on, and somebody answers it."""

from __future__ import annotations

from models.base.clock import now
from models.base.commands import FromAbove, command, rule
from models.base.refusals import Invalid
from models.base.signatures import WHOLE
from models.base.viewer import Viewer
from models.concerns.raising import answer_by, worded
from models.concerns.records import Concern
from models.people import Post, in_force
from models.people.roles import ASKERS, REVIEWERS
from models.units import Unit


@rule("只有本镇街的统筹员或领导可以受理或转办民情。")
def is_at_the_desk(actor: Viewer, concern: Concern) -> bool:
    return actor.is_a(*REVIEWERS, at=concern.township.path)


@rule("这件民情没有转给您的单位。")
def was_given_it(actor: Viewer, concern: Concern) -> bool:
    return concern.handled_by is not None and actor.is_a(*ASKERS, at=concern.handled_by.path)


@rule("这件民情不在您这里办理，不能答复。")
def has_it(actor: Viewer, concern: Concern) -> bool:
    """The department or office it was passed on to, or else the township."""
    if concern.is_away:
        return was_given_it.holds(actor, concern)
    return actor.is_a(*REVIEWERS, at=concern.township.path)


@command(said="镇街受理", who=is_at_the_desk, binds=WHOLE)
async def handle(actor: Viewer, concern: Concern) -> Concern:
    """The township sees to it itself, by the day that was set."""
    concern.state, concern.handled_by_id = "accepted", None
    await concern.save(update_fields=["state", "handled_by_id"])
    return concern


@command(said="转办", who=is_at_the_desk, binds=WHOLE)
async def pass_on(actor: Viewer, concern: Concern, *, to: Unit, note: FromAbove[str] = "") -> Concern:
    """Send it on to an office of the township or a department of the county, whose days begin today."""
    await _somebody_is_there(to, concern)
    if len(note.strip()) > 500:
        raise Invalid("转办说明请不超过 500 个字。", field="note")
    concern.state = "returned" if concern.state == "returned" else "forwarded"
    concern.handled_by_id, concern.due_on = to.pk, await answer_by(concern.unit.path)
    await concern.save(update_fields=["state", "handled_by_id", "due_on"])
    return concern


async def _somebody_is_there(to: Unit, concern: Concern) -> None:
    homes = {concern.township_id, concern.township.parent_id}
    if to.level != "department" or to.parent_id not in homes or to.ended_on is not None:
        raise Invalid("只能转给本镇街的办线或县里的部门。", field="to")
    if to.pk == concern.handled_by_id:
        raise Invalid(f"已经在{to.name}办理。", field="to")
    if not await Post.filter(in_force(), unit=to, role__in=ASKERS).exists():
        raise Invalid(f"{to.name}还没有经办人，请换一个单位，或者先登记经办人。", field="to")


@command(said="退回镇街", who=was_given_it, binds=WHOLE)
async def send_back(actor: Viewer, concern: Concern, *, reason: FromAbove[str]) -> Concern:
    """Say that it is another's to do: the township decides afresh, by a new day."""
    worded(reason, "reason", "请写明为什么不属于本单位", 500)
    concern.state, concern.due_on = "declined", await answer_by(concern.unit.path)
    await concern.save(update_fields=["state", "due_on"])
    return concern


@command(said="答复村社", who=has_it, binds=WHOLE)
async def answer(actor: Viewer, concern: Concern, *, answer: FromAbove[str]) -> Concern:
    """Tell the village what was done, or why nothing can be; it has as many days to contradict."""
    concern.answer = worded(answer, "answer", "请写明办理结果", 2000)
    concern.handled_by_id = concern.handled_by_id if concern.is_away else None
    concern.state = "reanswered" if concern.state == "returned" else "answered"
    concern.answered_by_id, concern.answered_at = actor.post_id, now()
    concern.due_on = await answer_by(concern.unit.path)
    await concern.save(
        update_fields=["answer", "state", "handled_by_id", "answered_by_id", "answered_at", "due_on"]
    )
    return concern
