"""What every matter says at publication, the date of its basis' text, and whose documents are ever shown as one."""

from __future__ import annotations

import csv
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from models import matters
from models.base.clock import clock_at, now, today
from models.base.refusals import Invalid, NotAllowed, NotNow
from models.demo.matters import SHIPPED, demo_aliases, demo_matters, demo_table
from models.matters import BANS, Matter, MatterAlias, search_matters, shipped_demands
from tests.builders import SAID, a_list, a_signer, a_town, a_viewer, nobody_is_consulted
from tests.models.matters.drafts import GOOD

pytestmark = pytest.mark.anyio
PASSWORD = "青山 tea 42 bridge"
ELSEWHERE = re.compile(
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|"
    "甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|湘|晋政|鄂"
)
WHERE_FORMS_WERE_SEEN = {
    Path("models/registry/elements.tsv"),
    Path("models/registry/report_templates.tsv"),
}
"""Their sources are no basis of anything: forms of other places and years that ask for the same."""
EDITORS_WORDS = re.compile(r"示范|编者|注：|待核|存疑|未见|未读|[\[\]{}【】?？]|http")


async def a_proposal(place: Any, *rows: dict[str, Any]) -> tuple[Any, Any]:
    await nobody_is_consulted(place.city)
    keeper = await a_viewer("list_keeper", place.city)
    made = await matters.draft_list(keeper, place.city, title="清单")
    for row in rows:
        await matters.put_matter(keeper, made, **row)
    await matters.propose(keeper, made, reason="示范")
    return await a_signer("list_keeper", place.city, PASSWORD), made


@pytest.mark.parametrize("left_out", ["lead_department", "village_does", "village_must_not"])
async def test_a_matter_that_leaves_its_duties_unsaid_is_published_only_with_a_signed_reason(
    town: str, left_out: str
) -> None:
    signer, made = await a_proposal(await a_town(), GOOD | {left_out: " "})
    words = {"reason": "同意", "effective_on": today()}
    with pytest.raises(Invalid, match="XZ-FX-01 防汛巡查（缺") as no:
        await matters.publish(signer, made, **words)
    assert no.value.field == "accept_unsaid"
    with pytest.raises(Invalid) as no:
        await matters.publish(signer, made, **words, accept_unsaid="由乡镇定", password="not it")
    assert no.value.field == "password" and await matters.list_in_force("3306/") is None
    await matters.publish(signer, made, **words, accept_unsaid="由乡镇定", password=PASSWORD)
    assert made.unsaid_accepted.startswith("由乡镇定\nXZ-FX-01")


async def test_a_ban_has_said_it_all_when_it_has_said_what_is_banned(town: str) -> None:
    signer, made = await a_proposal(
        await a_town(), {"code": "FM-01", "title": "招商", "category": "negative", "legal_basis": "《示范》"}
    )
    await matters.publish(signer, made, reason="同意", effective_on=today())
    assert made.unsaid_accepted == ""


async def test_a_basis_is_due_a_year_after_its_text_was_read_and_a_look_puts_that_off(town: str) -> None:
    place = await a_town()
    held = await a_list(
        place.city,
        GOOD | {"basis_as_of": today() - timedelta(days=364)},
        GOOD | {"code": "XZ-FX-02", "basis_as_of": today() - timedelta(days=365)},
    )
    await held.fetch_related("region")
    keeper = await a_viewer("list_keeper", place.city)

    async def due() -> list[str]:
        return [one.matter.code for one in await matters.bases_of(keeper, held) if one.is_due]

    assert "XZ-FX-02" in await due() and "XZ-FX-01" not in await due()
    assert "XZ-NY-01" in await due(), "a basis without a date of its text is due at once"
    look = {"code": "xz-fx-02", "note": "国家法律法规数据库，未修改"}
    await matters.look_at_basis(keeper, held, **look, as_of=today())
    assert "XZ-FX-02" not in await due()
    with clock_at(now() + timedelta(days=365)):
        assert {"XZ-FX-01", "XZ-FX-02"} <= set(await due())
    for wrong in (today() + timedelta(days=1), today() - timedelta(days=366), date(1, 1, 1)):
        with pytest.raises(Invalid):
            await matters.look_at_basis(keeper, held, **look, as_of=wrong)
    with pytest.raises(NotAllowed):
        await matters.look_at_basis(
            await a_viewer("coordinator", place.township), held, **look, as_of=today()
        )
    draft = await matters.draft_list(keeper, place.city, title="第二版", based_on=held)
    with pytest.raises(NotNow):
        await matters.look_at_basis(keeper, draft, **look, as_of=today())


async def test_a_look_is_at_the_words_of_that_basis_alone(town: str) -> None:
    place = await a_town()
    held = await a_list(place.city, GOOD)
    keeper = await a_viewer("list_keeper", place.city)
    await matters.look_at_basis(keeper, held, code="XZ-FX-01", as_of=today(), note="未变")
    draft = await matters.draft_list(keeper, place.city, title="第二版", based_on=held)
    await matters.put_matter(keeper, draft, **GOOD | {"legal_basis": "《另一个规定》第二条"})
    told = {one.matter.code: one.as_of for one in await matters.bases_of(keeper, draft)}
    assert told["XZ-FX-01"] is None


def shown_as_a_basis() -> dict[str, str]:
    """Everything shipped that a reader meets as a basis: of matters, demands, bans and general prohibitions."""
    told = {
        row["code"]: f"{row['lead_department']} {row['legal_basis']} {row['title']}" for row in demo_matters()
    }
    told |= {f"demand {one.code}": one.clause for one in shipped_demands()}
    told |= {f"ban {one.code}": one.clause for one in BANS}
    for table in set(Path("models").rglob("*.tsv")) - WHERE_FORMS_WERE_SEEN:
        with table.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.DictReader(file, delimiter="\t")):
                for name in {"basis", "clause", "legal_basis", "source"} & set(row):
                    told[f"{table} {number} {name}"] = row[name] or ""
    return told


def test_no_other_provinces_document_and_no_editors_word_is_shown_as_a_basis() -> None:
    told = shown_as_a_basis()
    assert len(told) > 500
    wrong = {k: t for k, t in told.items() if ELSEWHERE.search(t) or EDITORS_WORDS.search(t)}
    assert not wrong


def test_the_shipped_list_is_whole_and_says_that_it_is_an_example_nowhere_but_in_its_title() -> None:
    listed = demo_matters()
    assert len(listed) == 280 and len({row["code"] for row in listed}) == 280
    for row in listed:
        said = [str(value) for name, value in row.items() if name not in {"title"}]
        assert not any("（示范）" in words or words.startswith("示范") for words in said), row["code"]
        assert (
            row["lead_department"] and row["village_does"] and row["village_must_not"] and row["legal_basis"]
        )
    moved = {row["code"]: row["legal_basis"] for row in listed}
    assert all("农村集体经济组织法" in moved[f"JC-CJ-0{n}"] for n in range(5, 10))
    assert not any("固体废物污染环境防治法" in basis for basis in moved.values()), "repealed on 2026-08-15"


async def test_the_shipped_table_is_read_by_the_import_and_found_by_the_words_people_use(town: str) -> None:
    place = await a_town()
    await nobody_is_consulted(place.city)
    keeper, other = await a_viewer("list_keeper", place.city), await a_viewer("list_keeper", place.city)
    made = await matters.draft_list(keeper, place.city, title="清单")
    outcome = await matters.import_matters(keeper, made, "matters.csv", demo_table())
    assert (outcome.made, outcome.changed) == (280, 0)
    again = await matters.import_matters(keeper, made, "matters.csv", demo_table())
    assert (again.made, again.changed, again.same) == (0, 0, 280)
    raw = await matters.import_matters(keeper, made, SHIPPED.name, SHIPPED.read_bytes(), dry_run=True)
    assert raw.made == 0, (
        "the table as it was taken over is read too, but for what stands for no column of a list"
    )
    await matters.propose(keeper, made, reason="示范")
    await matters.publish(other, made, reason="示范", effective_on=today())
    assert await MatterAlias.all().count() == sum(
        len(set(words.split("、"))) for words in demo_aliases().values()
    )
    village = await a_viewer("secretary", place.village)
    for words in [
        "防汛",
        "秸秆",
        "台风",
        "路灯",
        "禁烧",
        "发大水",
        "山塘巡查",
        "垃圾分类",
        "社保认证",
        "高龄津贴",
        "河道保洁",
        "松材线虫",
        "反诈",
        "防溺水",
    ]:
        found = await search_matters(village, words)
        assert found and any(words in demo_aliases()[one.code] or words in one.title for one in found[:3]), (
            words
        )
    shown = " ".join(str(vars(one)) for one in await Matter.filter(list=made))
    assert not ELSEWHERE.search(" ".join(m.legal_basis for m in await Matter.filter(list=made)))
    assert "所存2021年底" not in shown and "found_in" not in shown


@pytest.mark.parametrize("between", ["、", "，", ",", ";", "；"])
async def test_aliases_of_a_table_lie_beside_the_list_and_are_taken_once(town: str, between: str) -> None:
    place = await a_town()
    keeper = await a_viewer("list_keeper", place.city)
    made = await matters.draft_list(keeper, place.city, title="清单")
    head = "\t".join(("code", "title", "category", "legal_basis", "别名"))
    row = "\t".join(
        ("XZ-FX-01", "防汛巡查", "assist", "《防汛条例》第五条", f"发大水{between}看水{between}发大水")
    )
    table = f"{head}\n{row}\n".encode()
    await matters.import_matters(keeper, made, "m.tsv", table)
    assert sorted(await MatterAlias.all().values_list("phrase", flat=True)) == ["发大水", "看水"]
    again = await matters.import_matters(keeper, made, "m.tsv", table)
    assert (again.changed, again.same) == (0, 1)
    assert SAID["legal_basis"] not in (await Matter.get(list=made)).legal_basis
