"""A version on its way: put before the region, held against golden cases, compared, taken away and brought back."""

from __future__ import annotations

import csv
import io
import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from models import matters
from models.base.clock import clock_at, now, today
from models.base.refusals import Invalid, NotAllowed, NotFound, NotNow
from models.demo.matters import demo_matters
from models.exporting import LOOKS_LIKE_A_FORMULA
from models.matters import EXPECTED, GoldenCase, Matter, MatterList, Opinion, shipped_cases, shipped_demands
from models.matters.columns import COLUMNS, guarded, plain, unguarded
from models.matters.golden import decided_by
from models.people import Post
from models.tasks import Task
from tests.builders import DAY, Town, a_list, a_request, a_task, a_town, a_unit, a_viewer

pytestmark = pytest.mark.anyio
GOOD = {"code": "XZ-FX-01", "title": "防汛巡查", "category": "assist", "legal_basis": "《防汛条例》第五条"}
RULE_OF = {
    "FD": "forbidden",
    "FM": "forbidden",
    "NL": "not_listed",
    "ND": "not_listed",
    "DN": "not_listed",
    "TO": "too_often",
    "AN": "answered",
    "PR": "pending_review",
}
"""By its first letters a case says which step of the screening decides it."""


async def a_draft(place: Town) -> tuple[Any, MatterList]:
    keeper = await a_viewer("list_keeper", place.city)
    made = await matters.draft_list(keeper, place.city, title="清单")
    await matters.put_matter(keeper, made, **GOOD)
    return keeper, made


async def a_proposal(place: Town) -> tuple[Any, MatterList]:
    keeper, made = await a_draft(place)
    return keeper, await matters.propose(keeper, made, reason="增列防汛")


def test_two_hundred_golden_cases_and_more_cover_all_the_list_can_say() -> None:
    cases = [one.values for one in shipped_cases()]
    listed = demo_matters()
    assert len({case["code"] for case in cases}) == len(cases) >= 200
    assert {case["verdict"] for case in cases} == set(EXPECTED)
    assert {d for case in cases for d in case["demands"]} == {d.code for d in shipped_demands()}
    negative = {matter["code"] for matter in listed if matter["category"] == "negative"}
    assert negative and negative <= {c["named"] for c in cases if c["verdict"] == "forbidden"}
    demandable = {matter["code"] for matter in listed if matter["category"] in matters.DEMANDABLE}
    assert demandable <= {c["named"] for c in cases if c["verdict"] == "pending_review"}
    for case in cases:
        assert case["verdict"] == RULE_OF[case["code"][:2]], case["code"]


def test_the_shipped_list_decides_every_golden_case_as_it_must() -> None:
    listed = {details["code"]: Matter(**details) for details in demo_matters()}
    demands = {demand.code: demand for demand in shipped_demands()}
    wrong = []
    for one in shipped_cases():
        case = GoldenCase(**one.values)
        said = decided_by(case, 1, listed, demands)
        if (said.verdict, list(said.reasons)) != (case.verdict, case.reasons):
            wrong.append(f"{case.code} {case.about}: {said.verdict} {said.reasons}")
        assert one.title == (listed[case.named].title if case.named in listed else "")
    assert not wrong, "\n".join(wrong)


async def test_a_list_is_put_before_the_region_for_the_days_the_government_has_set(town: str) -> None:
    place = await a_town()
    keeper, draft = await a_draft(place)
    with pytest.raises(Invalid) as no:
        await matters.propose(keeper, draft, reason="增列防汛", until=today() + 3 * DAY)
    assert no.value.field == "until" and "至少 7 天" in no.value.reason
    await matters.propose(keeper, draft, reason="增列防汛")
    assert draft.consultation_until == today() + 7 * DAY and draft.is_consulting
    other = await a_viewer("list_keeper", place.city)
    with clock_at(now() + timedelta(days=7)), pytest.raises(NotNow, match="还在征求意见"):
        await matters.publish(other, draft, reason="同意", effective_on=today())
    with clock_at(now() + timedelta(days=8)):
        await matters.publish(other, draft, reason="同意", effective_on=today())
    assert draft.state == "published"


async def test_a_longer_consultation_may_be_chosen_and_a_list_sent_back_is_asked_about_anew(
    town: str,
) -> None:
    place = await a_town()
    keeper, draft = await a_draft(place)
    with pytest.raises(Invalid):
        await matters.propose(keeper, draft, reason="x", until=today() + 400 * DAY)
    await matters.propose(keeper, draft, reason="增列防汛", until=today() + 30 * DAY)
    assert draft.consultation_until == today() + 30 * DAY
    await matters.send_back(await a_viewer("list_keeper", place.city), draft, reason="再议")
    assert draft.consultation_until is None and draft.is_draft


@pytest.mark.parametrize(
    ("role", "where"),
    [
        ("department_officer", "department"),
        ("coordinator", "township"),
        ("office", "office"),
        ("secretary", "village"),
    ],
)
async def test_departments_townships_and_villages_say_what_they_think_while_it_is_open(
    town: str, role: str, where: str
) -> None:
    place = await a_town()
    _, draft = await a_proposal(place)
    somebody = await a_viewer(role, getattr(place, where))
    seen = await MatterList.find(somebody, draft.pk)
    assert await Matter.visible_to(somebody).filter(list=seen).count() == 1
    said = await matters.give_opinion(somebody, seen, words=" 汛期再议 ", matter_code="xz-fx-01")
    assert (said.words, said.matter_code, said.by_id) == ("汛期再议", "XZ-FX-01", somebody.post_id)
    for details, field in (
        ({"words": "  "}, "words"),
        ({"words": "好", "matter_code": "XX-1"}, "matter_code"),
        ({"words": "好", "matter_code": f"@{said.pk}"}, "matter_code"),
    ):
        with pytest.raises(Invalid) as no:
            await matters.give_opinion(somebody, seen, **details)
        assert no.value.field == field
    with clock_at(now() + timedelta(days=8)), pytest.raises(NotNow, match="期限"):
        await matters.give_opinion(somebody, seen, words="晚了")


async def test_who_is_not_concerned_is_not_asked_and_does_not_see_it(town: str) -> None:
    place = await a_town()
    keeper, draft = await a_draft(place)
    officer = await a_viewer("department_officer", place.department)
    elsewhere = await a_viewer("coordinator", await a_unit("township", await a_unit("city")))
    assert not await MatterList.visible_to(officer).exists(), "a draft is the keepers' alone"
    await matters.propose(keeper, draft, reason="增列防汛")
    await matters.give_opinion(officer, draft, words="同意")
    for one in (elsewhere, await a_viewer("observer", place.county), keeper):
        with pytest.raises(NotAllowed):
            await matters.give_opinion(one, draft, words="好")
    assert not await MatterList.visible_to(elsewhere).exists()
    assert not await Opinion.visible_to(elsewhere).exists() and await Opinion.visible_to(officer).exists()
    await matters.send_back(keeper, draft, reason="再议")
    assert not await Opinion.visible_to(officer).exists()


async def test_the_proposer_answers_each_opinion_once(town: str) -> None:
    place = await a_town()
    keeper, draft = await a_proposal(place)
    village = await a_viewer("secretary", place.village)
    given_ = await matters.give_opinion(village, draft, words="次数太多")
    said = await Opinion.find(village, given_.pk)
    for one in (village, await a_viewer("list_keeper", place.city)):
        with pytest.raises(NotAllowed):
            await matters.answer_opinion(one, said, answer="好")
    with pytest.raises(Invalid):
        await matters.answer_opinion(keeper, said, answer=" ")
    await matters.answer_opinion(keeper, said, answer="已减为两次")
    with pytest.raises(Invalid, match="已经答复"):
        await matters.answer_opinion(keeper, said, answer="又答")
    second = await matters.give_opinion(village, draft, words="没有了")
    told = await matters.said_of(village, draft)
    assert [(one.words, answer and answer.words) for one, answer in told] == [
        ("次数太多", "已减为两次"),
        ("没有了", None),
    ]
    answer = await Opinion.find(keeper, (await Opinion.get(words="已减为两次")).pk)
    with pytest.raises(NotNow):
        await matters.answer_opinion(keeper, answer, answer="答复答复")
    assert second.pk


async def a_second_version(place: Town, first: MatterList) -> MatterList:
    """Proposed, without the patrols that the first version had."""
    keeper = await a_viewer("list_keeper", place.city)
    draft = await matters.draft_list(keeper, place.city, title="第二版", based_on=first)
    await matters.drop_matter(keeper, draft, code="XZ-NY-01")
    return await matters.propose(keeper, draft, reason="不再要求")


CASE: dict[str, Any] = {"code": "本地-1", "about": "县农业农村局请一个村巡查焚烧", "reason": "常见"}


async def test_a_list_that_flips_a_golden_case_is_published_only_with_words_that_own_to_it(town: str) -> None:
    place = await a_town()
    first = await a_list(place.city)
    keeper = await a_viewer("list_keeper", place.city)
    await matters.put_golden_case(
        keeper, place.city, **CASE, named="xz-ny-01", demands=["patrol"], verdict="pending_review"
    )
    second = await a_second_version(place, first)
    run = await matters.golden_run(second)
    assert [flip.case.code for flip in run.flips] == ["本地-1"] and run.agreed >= 30
    for words in ("", "   "):
        with pytest.raises(
            Invalid, match="县农业农村局请一个村巡查焚烧：应为“待复核”，现为“驳回：清单外”"
        ) as no:
            await matters.publish(keeper, second, reason="同意", effective_on=today(), accept_flips=words)
        assert no.value.field == "accept_flips"
    assert (await MatterList.get(pk=second.pk)).state == "proposed"
    other = await a_viewer("list_keeper", place.city)
    await matters.publish(other, second, reason="同意", effective_on=today(), accept_flips="改由镇里做")
    assert second.flips_accepted.startswith("改由镇里做\n本地-1 ")
    assert (await GoldenCase.get(code="本地-1")).verdict == "not_listed"
    third = await matters.draft_list(keeper, place.city, title="第三版", based_on=second)
    await matters.propose(keeper, third, reason="x")
    await matters.publish(other, third, reason="同意", effective_on=today())
    assert third.flips_accepted == "", "what was owned to once is not asked about again"


async def test_shipped_cases_are_taken_over_by_a_list_that_holds_their_matter_and_guard_it_from_then_on(
    town: str,
) -> None:
    place = await a_town()
    keeper = await a_viewer("list_keeper", place.city)
    listed = {details["code"]: details for details in demo_matters()}
    first = await a_list(place.city, listed["XZ-NY-06"], {**listed["XZ-MZ-01"], "title": "另一件事"})
    named = set(await GoldenCase.all().values_list("named", flat=True))
    assert "XZ-NY-06" in named and not named & {"XZ-MZ-01", "XZ-NY-01"}
    second = await matters.draft_list(keeper, place.city, title="第二版", based_on=first)
    await matters.put_matter(keeper, second, **listed["XZ-NY-06"] | {"demands": ["data"]})
    await matters.propose(keeper, second, reason="x")
    flips = (await matters.golden_run(second)).flips
    assert flips and {flip.case.named for flip in flips} == {"XZ-NY-06"}


async def test_a_case_about_a_matter_no_list_ever_held_is_told_apart_and_stops_nothing(town: str) -> None:
    place = await a_town()
    first = await a_list(place.city)
    keeper = await a_viewer("list_keeper", place.city)
    await matters.put_golden_case(keeper, place.city, **CASE, named="XZ-QQ-01", verdict="pending_review")
    run = await matters.golden_run(first)
    assert (run.flips, run.foreign) == ((), 1)


async def test_only_keepers_write_golden_cases_and_say_why(town: str) -> None:
    place = await a_town()
    await a_list(place.city)
    keeper = await a_viewer("list_keeper", place.city)
    right: dict[str, Any] = CASE | {"verdict": "not_listed", "demands": ["data"]}
    with pytest.raises(NotAllowed):
        await matters.put_golden_case(await a_viewer("coordinator", place.township), place.city, **right)
    for wrong, field in (
        ({"reason": " "}, "reason"),
        ({"verdict": "admitted"}, "verdict"),
        ({"demands": ["never_heard_of"]}, "demands"),
        ({"used": -1}, "used"),
        ({"about": ""}, "about"),
        ({"code": ""}, "code"),
    ):
        with pytest.raises(Invalid) as no:
            await matters.put_golden_case(keeper, place.city, **right | wrong)
        assert no.value.field == field
    await matters.put_golden_case(keeper, place.city, **right)
    await matters.put_golden_case(keeper, place.city, **right | {"used": 2})
    assert (await GoldenCase.get(code="本地-1")).used == 2
    await matters.drop_golden_case(keeper, place.city, code="本地-1", reason="不再常见")
    assert not await GoldenCase.filter(code="本地-1").exists()
    with pytest.raises(Invalid):
        await matters.drop_golden_case(keeper, place.city, code="本地-1", reason="不再常见")


EDITED: dict[str, tuple[Any, ...]] = {
    "title": ("巡查", "走访", "登记"),
    "category": ("assist", "report", "own", "negative"),
    "village_does": ("", "看一看", "问一问"),
    "demands": ([], ["data"], ["data", "visit"]),
    "evidence": ({}, {"kinds": ["photo"], "reason": "依据"}),
    "norm_days": (None, 3, 5),
    "effort_hours": (None, Decimal("1.50"), Decimal("3.00")),
    "major": (True, False),
}


async def test_the_difference_of_two_versions_is_what_a_thousand_random_edits_made(town: str) -> None:
    place, chance = await a_town(), random.Random(9)
    keeper = await a_viewer("list_keeper", place.city)
    old = await matters.draft_list(keeper, place.city, title="旧")
    new = await matters.draft_list(keeper, place.city, title="新")
    start = {f"XZ-QQ-{n:03d}": {name: of[0] for name, of in EDITED.items()} for n in range(200)}
    end = {code: dict(values) for code, values in start.items()}
    for _ in range(1000):
        code, kind = f"XZ-QQ-{chance.randrange(260):03d}", chance.random()
        if kind < 0.05:
            end.pop(code, None)
        elif code in end or kind < 0.15:
            name = chance.choice(list(EDITED))
            held = end.setdefault(code, {name: of[0] for name, of in EDITED.items()})
            held[name] = chance.choice(EDITED[name])
    for made, rows in ((old, start), (new, end)):
        await Matter.bulk_create([Matter(list_id=made.pk, code=c, **v) for c, v in rows.items()], 50)
    told = await matters.compare(keeper, old, new)
    assert [one.code for one in told.added] == sorted(set(end) - set(start))
    assert [one.code for one in told.removed] == sorted(set(start) - set(end))
    changed = {c: {n for n in EDITED if start[c][n] != end[c][n]} for c in set(start) & set(end)}
    shown = {"evidence": {"evidence_kinds", "evidence_reason"}}
    expected = {c: {m for n in names for m in shown.get(n, {n})} for c, names in changed.items() if names}
    assert {one.matter.code: {column[0] for column in one.columns} for one in told.changed} == expected
    assert told.touched == sorted({one.code for one in told.removed} | set(expected)) and told.added
    assert not await matters.compare(keeper, old, old)


async def test_the_open_work_a_version_touches_is_counted_within_what_one_may_see(town: str) -> None:
    place = await a_town()
    first = await a_list(place.city)
    kept = await a_task(place)
    for _ in range(2):
        await a_request(place)
    second = await a_second_version(place, first)
    keeper = await a_viewer("list_keeper", place.city)
    difference = await matters.compare(keeper, await matters.before(keeper, second), second)
    assert [one.code for one in difference.removed] == ["XZ-NY-01"]
    found = await matters.impact(keeper, difference.touched)
    one = found.matters["XZ-NY-01"]
    assert (one.tasks, one.assignments, one.requests) == (1, 2, 2)
    assert dict(found.villages) == {place.village.name: 1, place.second_village.name: 1}
    assert ([task.pk for task in found.tasks], len(found.requests)) == ([kept.pk], 2)
    stranger = await matters.impact(await a_viewer("coordinator", place.other_township), difference.touched)
    assert (stranger.open_tasks, stranger.waiting_requests, stranger.villages) == (0, 0, [])
    village = await matters.impact(await a_viewer("secretary", place.village), difference.touched)
    assert (village.open_tasks, village.waiting_requests) == (1, 0), "villages never see requests"
    other = await a_viewer("list_keeper", place.city)
    await matters.publish(other, second, reason="同意", effective_on=today(), accept_flips="改由镇里做")
    assert (await Task.get(pk=kept.pk).select_related("matter")).matter.list_id == first.pk


NASTY = (
    "=1+1",
    "'=1",
    "''=1",
    "' =1",
    "-1",
    "+86 138",
    "@SUM(A1)",
    "＝１",
    "'",
    "''",
    '他说"好"，\n然后走了',
    "两行\r\n三行\r四行",
    " \u3000前后有空 ",
    "_x000D_",
    "_x0041_",
    "\x07响铃\x1f",
    "123",
    "1.50",
    "1e5",
    "TRUE",
    "是",
    "2026-01-31",
    "a,b;c\td",
    "\ufeff标记",
    "\u2028行\x85行",
    "😀",
    "\u200b=1",
)


async def test_a_list_taken_away_and_brought_back_is_the_same_to_the_byte_and_the_cell(town: str) -> None:
    place, chance = await a_town(), random.Random(3)
    keeper = await a_viewer("list_keeper", place.city)
    made = await matters.draft_list(keeper, place.city, title="旧")
    for number, text in enumerate(NASTY):
        more: dict[str, Any] = {
            "demands": chance.sample([d.code for d in shipped_demands()], number % 4),
            "evidence": {"kinds": ["photo"], "reason": text} if number % 3 and plain(text) else {},
            "form": ["households"] if number % 2 else [],
            "norm_days": (None, 0, 5)[number % 3],
            "effort_hours": (None, Decimal("2.50"), Decimal("3"), Decimal("99999"))[number % 4],
            "weight": (None, Decimal("0.05"))[number % 2],
            "yearly_cap": (None, 12)[number % 2],
            "major": bool(number % 2),
            "emergency": bool(number % 3),
        }
        words = dict.fromkeys(("scope", "village_does", "village_must_not", "lead_department"), text)
        category = list(matters.CATEGORIES)[number % 6]
        await matters.put_matter(
            keeper,
            made,
            code=f"-{number}",
            title=f"{text}",
            category=category,
            legal_basis=text,
            **words,
            **more,
        )
    kept = await matters.export_matters(keeper, made, "csv")
    book = await matters.export_matters(keeper, made, "xlsx")
    for name, content in (("表.csv", kept), ("表.xlsx", book)):
        copy = await matters.draft_list(keeper, place.city, title="旧")
        done = await matters.import_matters(keeper, copy, name, content)
        assert (done.made, done.errors) == (len(NASTY), [])
        assert await matters.export_matters(keeper, copy, "csv") == kept, name
        assert cells(await matters.export_matters(keeper, copy, "xlsx")) == cells(book), name
        again = await matters.import_matters(keeper, copy, name, content)
        assert (again.same, again.changed, again.made) == (len(NASTY), 0, 0), name
        same = [f.name for f in COLUMNS if f.name not in {"evidence_kinds", "evidence_reason"}]
        pairs = [
            await Matter.filter(list=one).order_by("id").values(*same, "evidence") for one in (made, copy)
        ]
        assert sorted(pairs[0], key=str) == sorted(pairs[1], key=str), name


def cells(book: bytes) -> list[list[tuple[Any, str]]]:
    sheet = load_workbook(io.BytesIO(book)).worksheets[0]
    return [[(cell.value, cell.data_type) for cell in row] for row in sheet.iter_rows()]


async def test_nothing_in_a_list_taken_away_is_computed_by_a_spreadsheet(town: str) -> None:
    place = await a_town()
    keeper, draft = await a_draft(place)
    await matters.put_matter(keeper, draft, **GOOD | {"scope": "=HYPERLINK(1)", "title": "\u3000@SUM(1)"})
    text = (await matters.export_matters(keeper, draft, "csv")).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(text, newline="")):
        assert not [cell for cell in row if cell.lstrip().startswith(LOOKS_LIKE_A_FORMULA)]
    assert "'=HYPERLINK(1)" in text
    for row in cells(await matters.export_matters(keeper, draft, "xlsx")):
        assert "f" not in {kind for _, kind in row}
    with pytest.raises(NotFound):
        await matters.export_matters(keeper, draft, "pdf")


@given(st.text(alphabet="'=+-@＝ \tab\n1中"))
def test_the_apostrophe_that_guards_a_cell_is_the_one_that_is_taken_away(text: str) -> None:
    kept = plain(text)
    assert unguarded(guarded(kept)) == kept
    assert not guarded(kept).lstrip().startswith(LOOKS_LIKE_A_FORMULA)


async def test_a_table_may_speak_chinese_or_codes_and_says_which_column_it_lacks(town: str) -> None:
    place = await a_town()
    keeper, draft = await a_draft(place)
    both = (
        "编码,名称,类别,法律依据,可以要求的\nXZ-A-01,甲,协助,《法》,巡查发现 data\n",
        "code,title,category,legal_basis,demands\nXZ-A-02,甲,assist,《法》,patrol 报送数据\n",
    )
    for table in both:
        await matters.import_matters(keeper, draft, "a.csv", table.encode())
    assert [m.demands for m in await Matter.filter(title="甲")] == [["patrol", "data"]] * 2
    with pytest.raises(Invalid, match="缺少列：类别（category）、法律依据（legal_basis）"):
        await matters.import_matters(keeper, draft, "a.csv", "编码,名称\n1,甲\n".encode())


@pytest.mark.parametrize(
    "evidence", [{"kinds": ["photo"]}, {"kinds": ["two words"], "reason": "x"}, {"track": "gps"}]
)
async def test_evidence_is_kinds_with_a_reason_and_nothing_else(town: str, evidence: dict[str, Any]) -> None:
    keeper, draft = await a_draft(await a_town())
    with pytest.raises(Invalid) as no:
        await matters.put_matter(keeper, draft, **GOOD | {"evidence": evidence})
    assert no.value.field == "evidence"


async def test_the_one_who_proposed_in_another_post_does_not_publish(town: str) -> None:
    place = await a_town()
    keeper, draft = await a_proposal(place)
    post = await Post.get(pk=keeper.post_id)
    admin = await Post.create(
        person_id=post.person_id, unit=place.city, role="city_admin", from_on=post.from_on
    )
    await admin.fetch_related("unit")
    twice = type(keeper)(keeper.person_id, None, keeper.name, (admin.hat(),))
    with clock_at(now() + timedelta(days=9)), pytest.raises(NotAllowed, match="另一位"):
        await matters.publish(twice, draft, reason="同意", effective_on=today())
