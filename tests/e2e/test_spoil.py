"""The 富盛镇 case: a department wants a village to clear industrial spoil, and the deputy does not let it in."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.e2e.browsing import (
    WITH_AND_WITHOUT_SCRIPTS,
    People,
    follow,
    number_in,
    press,
    refused,
    said,
    turn_to,
)
from tests.e2e.prying import (
    Secret,
    counted,
    found_by_program,
    found_on_pages,
    ids_of,
    own_addresses,
)
from tests.e2e.served import AT_THE_VILLAGE, SPOIL, Served
from tests.e2e.trails import trail_of
from tests.leaks.browsers import WALKERS, walking

pytestmark = pytest.mark.anyio
PART = "工业废渣"
TITLE, BODY = "清理村口工业废渣堆放点", "请梅渚村五日内组织人员清运老窑厂的工业废渣，恢复原状。"
REASON, CLAUSE = "清运是产废单位的义务，不是巡查发现。", "固体废物污染环境防治法第三十六条"
WAYS = [
    *(("node", kind) for kind in ("WorkRequest", "Screening", "Event")),
    ("workRequest", "WorkRequest"),
    ("screening", "Screening"),
    ("event", "Event"),
]
"""By which root field the API finds which kind by its id."""
ANSWER, PAPER = "已责令老窑厂清运完毕，立案一件。", "老窑厂现场情况.txt"


@WITH_AND_WITHOUT_SCRIPTS
@WALKERS
async def test_spoil_is_refused_by_the_deputy_and_cleared_without_the_village(
    people: People, served: Served, scripted: bool, walkers: str
) -> None:
    before = {name: await counted(served, name, PART) for name in AT_THE_VILLAGE}
    number, file = await the_department_asks_under_a_matter_that_does_not_fit(people)
    await the_deputy_refuses(people, sends_it_on_at_once=scripted)
    await the_law_enforcement_office_answers(people)
    await the_department_reads_why_and_what_was_done(people, number)
    rerouted = [] if scripted else [("screening.reroute", "WorkRequest", "leader")]
    assert await trail_of(served) == [
        ("intake.submit", "Unit", "department_officer"),
        ("screening.reject", "WorkRequest", "leader"),
        *rerouted,
        ("screening.handle", "WorkRequest", "office"),
    ]
    secret = Secret(
        (TITLE, BODY, REASON, CLAUSE, ANSWER, PAPER), PART, number, file, await ids_of(served, "nongye")
    )
    await those_concerned_find_it(served, secret)
    for username in AT_THE_VILLAGE:
        assert await counted(served, username, PART) == before[username]
    for username, _ in walking(before, walkers):
        await nobody_finds_it(served, username, secret)
    await the_secretary_sees_nothing_to_do(people, number)


async def the_department_asks_under_a_matter_that_does_not_fit(people: People) -> tuple[int, str]:
    page = await people.at("nongye")
    await page.goto(f"/requests/new?matter={SPOIL['code']}")
    await page.get_by_label("工作名称").fill(TITLE)
    await page.get_by_label("要村社做什么").fill(BODY)
    await page.get_by_label("巡查发现").check()
    await page.get_by_label("澄潭街道").check()
    await page.get_by_label("附件").set_input_files(
        {"name": PAPER, "mimeType": "text/plain", "buffer": "废渣约三十吨。".encode()}
    )
    await press(page, "提交过筛")
    await expect(page.get_by_text("待复核", exact=True)).to_be_visible()
    file = await page.get_by_role("link", name=PAPER).get_attribute("href")
    return number_in(page, "requests"), file or ""


async def the_deputy_refuses(people: People, *, sends_it_on_at_once: bool) -> None:
    page = await people.at("fenguan")
    await follow(page, TITLE)
    await page.get_by_text("不相符，驳回").click()
    await page.get_by_label("理由").fill(" ")
    await page.get_by_label("依据条款").fill(CLAUSE)
    if sends_it_on_at_once:
        await page.get_by_label("转给哪个办线办理").select_option(label="综合行政执法队")
    await press(page, "驳回")
    await refused(page, "请写明驳回的理由。")
    await expect(page.get_by_label("依据条款")).to_have_value(CLAUSE)
    await page.get_by_label("理由").fill(REASON)
    await press(page, "驳回")
    await said(page, "已驳回，申请部门会看到理由。")
    if not sends_it_on_at_once:
        await the_deputy_sends_it_on(page)


async def the_deputy_sends_it_on(page: Page) -> None:
    await follow(page, "已驳回")
    await follow(page, TITLE)
    await page.get_by_label("办线", exact=True).select_option(label="综合行政执法队")
    await press(page, "转办")
    await said(page, "已转办线办理。")


async def the_law_enforcement_office_answers(people: People) -> None:
    page = await people.at("zhifadui")
    await expect(page.get_by_role("heading", name="转来办理的工作")).to_be_visible()
    await follow(page, TITLE)
    await page.get_by_label("办理结果").fill(ANSWER)
    await press(page, "告知办理结果")
    await said(page, "办理结果已告知申请部门。")


async def the_department_reads_why_and_what_was_done(people: People, number: int) -> None:
    page = await people.at("nongye")
    await turn_to(page, "我的申请")
    await follow(page, TITLE)
    assert number_in(page, "requests") == number
    for words in ("已驳回", REASON, CLAUSE, ANSWER):
        await expect(page.get_by_role("main").get_by_text(words).first).to_be_visible()


async def those_concerned_find_it(served: Served, secret: Secret) -> None:
    """Looking in these ways does find what is there: the deputy on pages, the county's supervisor by program."""
    on_pages = await found_on_pages(served, "fenguan", secret)
    assert {f"{address} answers 200" for address in own_addresses(secret)} <= set(on_pages)
    assert secret.shows_in(" ".join(on_pages)) == list(secret.words)
    by_program = set(await found_by_program(served, "jijian", secret))
    assert {f"{way} {kind}" for way, kind in WAYS} | {TITLE, BODY, REASON} <= by_program


async def nobody_finds_it(served: Served, username: str, secret: Secret) -> None:
    assert await found_on_pages(served, username, secret) == []
    assert await found_by_program(served, username, secret) == []


async def the_secretary_sees_nothing_to_do(people: People, number: int) -> None:
    page = await people.at("meizhu")
    await expect(page.get_by_text("今天没有要办的事")).to_be_visible()
    await page.goto(f"/requests/{number}")
    await expect(page.get_by_role("heading", name="没有找到这个下派申请。")).to_be_visible()
