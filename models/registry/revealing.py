"""The command by which masked values are read for a purpose."""

from __future__ import annotations

from collections.abc import Sequence

from models.base.clock import now, today
from models.base.commands import command, rule
from models.base.refusals import Invalid
from models.base.viewer import Viewer
from models.people.roles import VALUE_REVEALERS
from models.registry.masking import place_of
from models.registry.records import Element
from models.registry.reveals import PURPOSES, Reveal
from models.units import Unit

MOST_AT_ONCE = 20


@rule("只有管这个地方的镇街、部门、清单管理员和监督员可以查看不公开的数据。")
def works_for_the_place(actor: Viewer, unit: Unit) -> bool:
    return any(unit.path.startswith(place_of(hat)) for hat in actor.hats_as(*VALUE_REVEALERS))


@command(said="查看不公开的数据", who=works_for_the_place)
async def reveal(actor: Viewer, unit: Unit, *, elements: Sequence[Element], purpose: str) -> Reveal:
    """Read masked values of some elements within a place until the end of today; the villages there see it."""
    if purpose not in PURPOSES:
        raise Invalid("请从列表里选一个用途。", field="purpose")
    hidden = sorted({one.code for one in elements if one.sensitivity != "open"})
    if not hidden:
        raise Invalid("请选择要看的数据项；公开的数据项不用申请就能看。", field="elements")
    if len(hidden) > MOST_AT_ONCE:
        raise Invalid(f"一次最多看 {MOST_AT_ONCE} 个数据项。", field="elements")
    return await Reveal.create(
        unit=unit, elements=hidden, purpose=purpose, by_id=actor.post_id, at=now(), until=today()
    )
