"""Defining: what may be asked at all is said once, and before anybody asks for it."""

from __future__ import annotations

from collections.abc import Iterable

from models.base.commands import FromAbove, command, rule
from models.base.identities import Code
from models.base.refusals import Invalid
from models.base.text import Line
from models.base.viewer import Viewer
from models.people.roles import KEEPERS
from models.registry.records import Element
from models.registry.registers import must_be_no_register
from models.registry.similar import similar
from models.units import Unit


@rule("只有清单管理员可以登记数据项。")
def keeps_the_registry(actor: Viewer, region: Unit) -> bool:
    return actor.oversees(region.path, *KEEPERS)


@command(said="定义台账项", who=keeps_the_registry)
async def define(
    actor: Viewer,
    region: Unit,
    *,
    code: Code[str],
    name: FromAbove[Line[str]],
    freshness_days: int = 365,
    reason: str = "",
) -> Element:
    """Add a data element, so that forms may ask for it; one much like another takes a reason why it is not the same."""
    if not code.strip() or not name.strip():
        raise Invalid("请填写数据项的编码和名称。", field="name")
    must_be_no_register(name, "name")
    if len(code.strip()) > 40 or len(name.strip()) > 100:
        raise Invalid("编码不超过 40 个字符，名称不超过 100 个字。", field="name")
    if not 1 <= freshness_days <= 36_500:
        raise Invalid("有效期应为 1 至 36500 天。", field="freshness_days")
    if await Element.filter(code=code.strip()).exists():
        raise Invalid("这个编码已被使用。", field="code")
    if not reason.strip():
        _must_be_new(name, await Element.all())
    return await Element.create(code=code.strip(), name=name.strip(), freshness_days=freshness_days)


def _must_be_new(name: str, known: Iterable[Element]) -> None:
    """Raise Invalid where there is an element already that may mean the same, naming the nearest and why."""
    for near in similar(name, "", known)[:1]:
        why = f"（都说到{'、'.join(near.why)}）" if near.why else ""
        raise Invalid(
            f"和已有的“{near.element.name}”意思相近{why}：如果是同一项，请直接用它；如果不是，请写明理由。",
            field="reason",
        )
