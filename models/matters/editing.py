"""Keeping the list: a version is drafted from nothing or from another one, and its everyday words are kept beside it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from models.base.clock import today
from models.base.commands import command, rule
from models.base.days import Happened
from models.base.identities import Code
from models.base.optional_details import ABSENT, Given, given, or_kept
from models.base.records import Record
from models.base.refusals import Invalid
from models.base.text import Line, says_something
from models.base.viewer import Viewer
from models.matters.columns import plain
from models.matters.demands import demand_codes, settle_demands
from models.matters.records import CATEGORIES, Matter, MatterAlias, MatterList
from models.people.roles import ALIAS_WRITERS, KEEPERS
from models.pinyin import initials
from models.units import Unit

LONGEST_CODE = 40
LONGEST = {"domain": 12, "level": 20, "lead_department": 80, "township_lead": 80} | dict.fromkeys(
    ("scope", "village_does", "village_must_not", "legal_basis"), 8000
)
OLDEST_TEXT = date(1990, 1, 1)
LARGEST = {"norm_days": 9999, "yearly_cap": 9999, "effort_hours": 99_999, "weight": 999}


@rule("只有本地的清单管理员可以维护事项清单。")
def keeps_the_list(actor: Viewer, subject: Record) -> bool:
    return actor.is_clock or actor.oversees(subject.trail_path(), *KEEPERS)


@rule("只有本地的清单管理员或市级管理员可以起草事项清单。")
def keeps_lists_here(actor: Viewer, region: Unit) -> bool:
    return actor.is_clock or actor.oversees(region.path, *KEEPERS)


@rule("事项清单只由市、县市区制定。")
def makes_lists(region: Unit) -> bool:
    return region.level in {"city", "county"}


@command(said="起草清单", who=keeps_lists_here, when=makes_lists)
async def draft_list(
    actor: Viewer, region: Unit, *, title: Line[str], based_on: MatterList | None = None
) -> MatterList:
    """Begin the next version of the region's list, empty or as a copy of another version."""
    await settle_demands()
    last = await MatterList.filter(region_id=region.pk).order_by("-number").first()
    fresh = await MatterList.create(
        region=region,
        number=last.number + 1 if last else 1,
        title=written(title, "title", "请写明清单名称。", longest=200),
        based_on=based_on,
    )
    if based_on is not None:
        await _copy_matters(based_on, fresh)
    return fresh


async def _copy_matters(source: MatterList, target: MatterList) -> None:
    rows = await Matter.filter(list_id=source.pk).order_by("id")
    kept = [name for name in Matter._meta.db_fields if name not in {"id", "list_id"}]
    copies = [Matter(list_id=target.pk, **{name: getattr(row, name) for name in kept}) for row in rows]
    await Matter.bulk_create(copies, batch_size=100)


async def _the_one_stated(matter_list: MatterList, *, code: str, **_: Any) -> Matter | None:
    return await Matter.get_or_none(list_id=matter_list.pk, code=_code(code))


@command(said="写入事项", who=keeps_the_list, edits=_the_one_stated)
async def put_matter(
    actor: Viewer,
    matter_list: MatterList,
    *,
    code: Code[str],
    title: Line[str],
    category: str,
    legal_basis: Given[str] = ABSENT,
    basis_as_of: Happened[Given[date | None]] = ABSENT,
    scope: Given[str] = ABSENT,
    domain: Given[Line[str]] = ABSENT,
    level: Given[str] = ABSENT,
    lead_department: Given[Line[str]] = ABSENT,
    township_lead: Given[Line[str]] = ABSENT,
    village_does: Given[str] = ABSENT,
    village_must_not: Given[str] = ABSENT,
    demands: Given[list[str]] = ABSENT,
    evidence: Given[dict[str, Any]] = ABSENT,
    form: Given[list[str]] = ABSENT,
    norm_days: Given[int | None] = ABSENT,
    effort_hours: Given[Decimal | None] = ABSENT,
    yearly_cap: Given[int | None] = ABSENT,
    weight: Given[Decimal | None] = ABSENT,
    major: Given[bool] = ABSENT,
    emergency: Given[bool] = ABSENT,
) -> Matter:
    """Write one matter into a draft; of one that stands under its code, what is not given stays as it is."""
    if category not in CATEGORIES:
        raise Invalid(f"类别应为：{'、'.join(CATEGORIES.values())}。", field="category")
    texts = given(
        legal_basis=legal_basis, scope=scope, level=level, lead_department=lead_department,
        township_lead=township_lead, village_does=village_does, village_must_not=village_must_not,
    )  # fmt: skip
    values: dict[str, Any] = {
        "title": written(title, "title", "请写明事项名称。", longest=200),
        "category": category,
        "pinyin": initials(title)[:200],
        **{name: plain(text) for name, text in texts.items()},
        **given(norm_days=norm_days, effort_hours=effort_hours, yearly_cap=yearly_cap, weight=weight),
        **given(major=major, emergency=emergency, basis_as_of=basis_as_of),
        **await _lists(demands, evidence, form),
    }
    known = await _the_one_stated(matter_list, code=code)
    if domain is not ABSENT or known is None:
        values["domain"] = plain(or_kept(domain, "")) or domain_of(code)
    must_fit(values)
    if known is None:
        return await Matter.create(list=matter_list, code=_code(code), **values)
    await known.update_from_dict(values).save()
    return known


async def _lists(
    demands: Given[list[str]], evidence: Given[dict[str, Any]], form: Given[list[str]]
) -> dict[str, Any]:
    told = given(demands=demands, evidence=evidence, form=form)
    if "demands" in told:
        told["demands"] = await _known_demands(told["demands"])
    if "evidence" in told:
        told["evidence"] = evidence_of(told["evidence"])
    if "form" in told:
        told["form"] = _codes_alone(told["form"], "form")
    return told


@command(said="删去事项", who=keeps_the_list, edits=_the_one_stated)
async def drop_matter(actor: Viewer, matter_list: MatterList, *, code: Code[str]) -> None:
    """Take one matter out of a draft."""
    if not await Matter.filter(list_id=matter_list.pk, code=code).delete():
        raise Invalid(f"清单里没有编码为“{code}”的事项。", field="code")


@rule("只有清单管理员、统筹员和分管领导可以添加别名。")
def knows_the_words(actor: Viewer, matter: Matter) -> bool:
    return actor.oversees(matter.list.region.path, *KEEPERS) or actor.is_a(
        *ALIAS_WRITERS, within=matter.list.region.path
    )


@command(said="添加别名", who=knows_the_words)
async def add_alias(actor: Viewer, matter: Matter, *, phrase: Line[str]) -> MatterAlias:
    """Remember everyday words for a matter, to be suggested by from now on."""
    said = written(phrase, "phrase", "请写明别名。", longest=200)
    alias, _ = await MatterAlias.get_or_create(code=matter.code, phrase=said)
    return alias


MOST_LEARNED = 30
"""Learned phrasings of one matter: what is said oftener than that adds nothing."""


async def learn_phrase(matter: Matter, phrase: str) -> None:
    """Keep words that a reader has confirmed to mean this matter; suggestions alone will know them."""
    if await MatterAlias.filter(code=matter.code, confirmed=True).count() < MOST_LEARNED:
        learned = MatterAlias(code=matter.code, phrase=phrase.strip()[:200], confirmed=True)
        await MatterAlias.bulk_create([learned], ignore_conflicts=True)


def domain_of(code: str) -> str:
    """XZ-MZ-01 belongs to the domain MZ."""
    parts = code.split("-")
    return parts[1][:12] if len(parts) > 2 else ""


def _code(code: str) -> str:
    plain = code.strip().upper()
    if not plain or len(plain) > LONGEST_CODE or not plain.replace("-", "").isalnum() or not plain.isascii():
        raise Invalid("事项编码只能用字母、数字和连字符，不超过 40 个字符。", field="code")
    return plain


def written(value: str, field: str, otherwise: str, *, longest: int = 2000) -> str:
    text = plain(value)
    if not says_something(text):
        raise Invalid(otherwise, field=field)
    if len(text) > longest:
        raise Invalid(f"内容太长，最多 {longest} 个字。", field=field)
    return text


def evidence_of(evidence: Mapping[str, Any]) -> dict[str, Any]:
    """The kinds of evidence a matter needs, and the legal reason: nothing else is asked, and nothing without reason."""
    kinds, reason = list(evidence.get("kinds", [])), plain(str(evidence.get("reason", "")))
    if set(evidence) - {"kinds", "reason"}:
        raise Invalid("佐证只写种类和理由。", field="evidence")
    if kinds and not reason:
        raise Invalid("要佐证的，请写明理由和依据。", field="evidence")
    return {"kinds": _codes_alone(kinds, "evidence"), "reason": reason} if kinds or reason else {}


def _codes_alone(codes: list[str], field: str) -> list[str]:
    """Codes as one cell can hold them side by side."""
    if any(len(code.split()) != 1 or plain(code) != code for code in codes):
        raise Invalid("编码里不能有空格。", field=field)
    return codes


def must_fit(values: Mapping[str, Any]) -> None:
    """Raise Invalid for a text that is too long, or a number that is negative, too large or none at all."""
    for name, longest in LONGEST.items():
        if len(values.get(name) or "") > longest:
            raise Invalid(f"内容太长，最多 {longest} 个字。", field=name)
    as_of = values.get("basis_as_of")
    if as_of is not None and not OLDEST_TEXT <= as_of <= today():
        raise Invalid("依据文本日期应是查阅法律文本的日子，不能晚于今天。", field="basis_as_of")
    for name, largest in LARGEST.items():
        number = values.get(name)
        if number is None:
            continue
        if not math.isfinite(number) or not 0 <= number <= largest:
            raise Invalid(f"数值不能是负数，也不能大于 {largest}。", field=name)


async def _known_demands(codes: list[str]) -> list[str]:
    known = await demand_codes()
    strange = [code for code in codes if code not in known]
    if strange:
        raise Invalid(f"没有这样的要求：{'、'.join(strange)}。", field="demands")
    return codes
