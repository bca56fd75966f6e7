"""For every mutation a scene in which somebody may use it: who, upon what, with which details."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from models import matters, registry, screening
from models.base.clock import clock_at, now, today
from models.base.viewer import Viewer
from models.matters import Matter
from models.people import Person, Post
from tests.builders import (
    DAY,
    LONG_AGO,
    SAID,
    Town,
    a_list,
    a_request,
    a_signer,
    a_task,
    a_town,
    a_value,
    a_viewer,
    an_admitted_request,
)
from tests.furnished import furnished

Given = dict[str, Any]
PASSWORD = "青山 tea 42 bridge"
MORE: tuple[Given, ...] = (
    {
        "code": "XZ-YJ-01",
        "title": "人员转移协助",
        "category": "assist",
        "demands": ["visit"],
        "emergency": True,
    },
    {"code": "XZ-SL-01", "title": "水库清淤协助", "category": "assist", "effort_hours": Decimal(400)}
    | {"demands": ["patrol"]},
    {"code": "XZ-SL-02", "title": "搬迁协助", "category": "assist", "demands": ["patrol"], "major": True},
)
Scene = Callable[[Town], Awaitable[tuple[Viewer, Given]]]
SCENES: dict[str, Scene] = {}


def scene(act: Scene) -> Scene:
    """Enter a scene under the mutation's name."""
    first, *rest = act.__name__.split("_")
    SCENES[first + "".join(part.title() for part in rest)] = act
    return act


@dataclass
class Played:
    """A scene set: the town, the person who may, and what they give."""

    place: Town
    actor: Viewer
    given: Given


@furnished
async def a_listed_town() -> Town:
    """Since last week, so that a scene may begin in the days since: the trail's clock never goes back."""
    with clock_at(now() - 7 * DAY):
        place = await a_town()
        await a_list(place.county, *MORE)
    return place


async def played(name: str) -> Played:
    place = await a_listed_town()
    return Played(place, *await SCENES[name](place))


async def desk(place: Town) -> Viewer:
    return await a_viewer("coordinator", place.township)


async def leader(place: Town) -> Viewer:
    return await a_viewer("leader", place.township)


async def secretary(place: Town) -> Viewer:
    return await a_viewer("secretary", place.village)


async def asker(place: Town) -> Viewer:
    return await a_viewer("department_officer", place.department)


async def a_post(place: Town) -> Post:
    viewer = await a_viewer("cadre", place.village)
    return await Post.get(pk=viewer.post_id)


@scene
async def add_unit(place: Town) -> tuple[Viewer, Given]:
    return await desk(place), {"parent": place.township, "name": "左于村", "level": "village", "code": "V9"}


@scene
async def rename_unit(place: Town) -> tuple[Viewer, Given]:
    return await desk(place), {"unit": place.village, "name": "梅渚新村"}


@scene
async def record_data(place: Town) -> tuple[Viewer, Given]:
    await registry.settle_elements()
    element = await registry.Element.get(code="resident_household")
    return await secretary(place), {
        "unit": place.village,
        "element": element,
        "value": "320",
        "asOf": today(),
    }


async def _a_value(place: Town) -> registry.DataValue:
    return await a_value(await _an_element(), place.village, "12", days_ago=3)


@scene
async def correct_value(place: Town) -> tuple[Viewer, Given]:
    value = await _a_value(place)
    return await secretary(place), {"value": value, "corrected": "13", "reason": "mistaken"}


@scene
async def dispute_value(place: Town) -> tuple[Viewer, Given]:
    return await secretary(place), {"value": await _a_value(place), "words": "去年的数"}


@scene
async def settle_dispute(place: Town) -> tuple[Viewer, Given]:
    value = await _a_value(place)
    await registry.dispute_value(await secretary(place), value, words="去年的数")
    return await desk(place), {"value": value, "outcome": "upheld", "words": "核对过"}


async def _an_element(code: str = "poor", sensitivity: str = "internal") -> registry.Element:
    made = {"name": "低收入户", "kind": "count", "sensitivity": sensitivity}
    return (await registry.Element.get_or_create(code=code, defaults=made))[0]


async def _a_template(place: Town) -> registry.ReportTemplate:
    number = await registry.ReportTemplate.all().count()
    made = {"code": f"t{number}", "name": "月报", "period": "month", "elements": ["poor"]}
    return await registry.ReportTemplate.create(**made, region=place.county, made_at=now())


@scene
async def add_report_template(place: Town) -> tuple[Viewer, Given]:
    keeper, element = await a_viewer("list_keeper", place.county), await _an_element()
    named = {"code": "new1", "name": "月报", "period": "month", "owner": "民政"}
    return keeper, {"region": place.county, **named, "elements": [element]}


@scene
async def end_report_template(place: Town) -> tuple[Viewer, Given]:
    return await a_viewer("list_keeper", place.county), {"template": await _a_template(place)}


@scene
async def schedule_report(place: Town) -> tuple[Viewer, Given]:
    return await desk(place), {"unit": place.township, "template": await _a_template(place)}


@scene
async def end_report_schedule(place: Town) -> tuple[Viewer, Given]:
    actor, template = await desk(place), await _a_template(place)
    return actor, {"schedule": await registry.schedule_report(actor, place.township, template=template)}


@scene
async def put_values(place: Town) -> tuple[Viewer, Given]:
    await _an_element()
    told = {"villages": [place.village.code], "elements": ["poor"], "values": ["37"], "asOf": today()}
    return await desk(place), {"unit": place.township, **told}


@scene
async def reveal_data(place: Town) -> tuple[Viewer, Given]:
    return await desk(place), {"unit": place.village, "elements": [await _an_element()], "purpose": "check"}


@scene
async def enrol(place: Town) -> tuple[Viewer, Given]:
    return await desk(place), {"unit": place.village, "name": "王芳", "phone": "13800000001", "role": "cadre"}


@scene
async def appoint(place: Town) -> tuple[Viewer, Given]:
    person = await (await a_post(place)).person
    given = {"unit": place.village, "person": person, "role": "liaison", "fromOn": today()}
    return await desk(place), given


@scene
async def end_post(place: Town) -> tuple[Viewer, Given]:
    return await desk(place), {"post": await a_post(place), "untilOn": today(), "reason": "换届"}


@scene
async def hand_over(place: Town) -> tuple[Viewer, Given]:
    heir = await Person.create(name="石秀英")
    await Post.create(person=heir, unit=place.second_village, role="cadre", from_on=LONG_AGO)
    return await desk(place), {"post": await a_post(place), "successor": heir, "on": today()}


async def a_keeper(place: Town) -> Viewer:
    return await a_viewer("list_keeper", place.county)


async def a_draft(place: Town, keeper: Viewer) -> matters.MatterList:
    made = await matters.draft_list(keeper, place.county, title="第二版")
    await matters.put_matter(keeper, made, code="XZ-FX-01", title="防汛巡查", category="report", **SAID)
    return made


@scene
async def draft_matter_list(place: Town) -> tuple[Viewer, Given]:
    return await a_keeper(place), {"region": place.county, "title": "第二版"}


@scene
async def put_matter(place: Town) -> tuple[Viewer, Given]:
    keeper = await a_keeper(place)
    given = {"code": "XZ-FX-02", "title": "灾情报送", "category": "report", "legalBasis": "《示范规定》"}
    more = {"demands": ["data"], "normDays": 3, "effortHours": Decimal("1.5"), "major": False}
    return keeper, {"matterList": await a_draft(place, keeper)} | given | more


@scene
async def drop_matter(place: Town) -> tuple[Viewer, Given]:
    keeper = await a_keeper(place)
    return keeper, {"matterList": await a_draft(place, keeper), "code": "XZ-FX-01"}


@scene
async def propose_matter_list(place: Town) -> tuple[Viewer, Given]:
    keeper = await a_keeper(place)
    return keeper, {"matterList": await a_draft(place, keeper), "reason": "增列防汛"}


@scene
async def send_back_matter_list(place: Town) -> tuple[Viewer, Given]:
    keeper = await a_keeper(place)
    draft = await a_draft(place, keeper)
    await matters.propose(keeper, draft, reason="增列防汛")
    return await a_keeper(place), {"matterList": draft, "reason": "依据不足"}


@scene
async def publish_matter_list(place: Town) -> tuple[Viewer, Given]:
    keeper = await a_keeper(place)
    draft = await a_draft(place, keeper)
    await matters.propose(keeper, draft, reason="增列防汛")
    return await a_keeper(place), {"matterList": draft, "reason": "同意", "effectiveOn": today()}


@scene
async def look_at_basis(place: Town) -> tuple[Viewer, Given]:
    held = await matters.MatterList.get(region=place.county, state="published")
    given = {"matterList": held, "code": "XZ-NY-01", "asOf": today(), "note": "文本未变"}
    return await a_keeper(place), given


ASKED: Given = {"title": "巡查", "body": "请巡查。", "matterCode": "XZ-NY-01", "demands": ["patrol"]}


@scene
async def submit_request(place: Town) -> tuple[Viewer, Given]:
    wanted = {"units": [place.village], "townships": [place.other_township], "contact": "13800000001"}
    return await asker(place), {"department": place.department, "deadline": today() + DAY} | ASKED | wanted


@scene
async def amend_request(place: Town) -> tuple[Viewer, Given]:
    request = await a_request(place)
    changed = {"request": request, "deadline": today() + 2 * DAY, "reason": "改期", "units": [place.village]}
    return await asker(place), ASKED | changed


@scene
async def withdraw_request(place: Town) -> tuple[Viewer, Given]:
    return await asker(place), {"request": await a_request(place), "reason": "不办了"}


@scene
async def admit_request(place: Town) -> tuple[Viewer, Given]:
    return await desk(place), {"request": await a_request(place), "note": "相符"}


@scene
async def reject_request(place: Town) -> tuple[Viewer, Given]:
    given = {"reason": "文字与事项不符", "clause": "清单第一条", "office": place.office}
    return await desk(place), {"request": await a_request(place)} | given


@scene
async def reroute_request(place: Town) -> tuple[Viewer, Given]:
    refused = await a_request(place, demands=["ranking"])
    return await desk(place), {"request": refused, "office": place.office, "note": "请办理"}


@scene
async def handle_request(place: Town) -> tuple[Viewer, Given]:
    request = await a_request(place)
    await screening.reject(await desk(place), request, reason="文字与事项不符", office=place.office)
    return await a_viewer("office", place.office), {"request": request, "answer": "已由执法队清运。"}


@scene
async def admit_request_exceptionally(place: Town) -> tuple[Viewer, Given]:
    head = await a_signer("head", place.township, PASSWORD)
    given = {"matter": await Matter.get(code="XZ-NY-01"), "reason": "台风过后非村社不能及时摸清灾情。"}
    refused = await a_request(place, matter_code="XZ-XX-99")
    return head, {"request": refused, "until": today() + DAY, "password": PASSWORD} | given


WORDS: Given = {"title": "秸秆禁烧巡查", "body": "每村巡查两次。"}


@scene
async def draft_task(place: Town) -> tuple[Viewer, Given]:
    requests = [await an_admitted_request(place)]
    offices = {"leadOffice": place.office, "units": [place.village], "dueOn": today() + 10 * DAY}
    return await desk(place), {"township": place.township, "requests": requests} | WORDS | offices


@scene
async def revise_task(place: Town) -> tuple[Viewer, Given]:
    changed = {"units": [place.second_village], "dueOn": today() + 12 * DAY}
    return await desk(place), {"task": await a_task(place, "draft")} | WORDS | changed


@scene
async def submit_task_for_approval(place: Town) -> tuple[Viewer, Given]:
    return await desk(place), {"task": await a_task(place, "draft")}


@scene
async def approve_task(place: Town) -> tuple[Viewer, Given]:
    return await leader(place), {"task": await a_task(place, "submitted"), "note": "同意"}


@scene
async def send_back_task(place: Town) -> tuple[Viewer, Given]:
    return await leader(place), {"task": await a_task(place, "submitted"), "reason": "期限太紧"}


@scene
async def dispatch_task(place: Town) -> tuple[Viewer, Given]:
    return await desk(place), {"task": await a_task(place, "approved")}


@scene
async def withdraw_task(place: Town) -> tuple[Viewer, Given]:
    return await desk(place), {"task": await a_task(place), "reason": "已不需要"}
