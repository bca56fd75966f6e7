"""The rest of the world: what has no page of its own yet, what is somebody's own, people, and the trail."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from models import concerns, files, matters, registry, screening, tasks
from models.accounts import Account, ApiToken, Session
from models.base.clock import now, today
from models.base.events import Event, EventPersonal, Mention
from models.base.viewer import Viewer
from models.complaints import Complaint
from models.concerns import Concern, ConcernFile
from models.evaluation import Appeal
from models.files import File, Upload
from models.inbox import InboxMessage, InboxSilence
from models.matters import Matter, MatterAlias
from models.people import Person, Post, meets
from models.registry import DataValue, Element, ReportSchedule, ReportTemplate, Reveal, ValueDelivery
from models.reminders.records import Reminder
from models.requests import RequestFile
from models.tasks import (
    AskedField,
    Assignment,
    Discussion,
    Message,
    Participant,
    ReportFile,
    ReportValue,
    TaskOffice,
    TaskSource,
    WaivedRequest,
    Waiver,
)
from models.tasks.messages import Urging
from tests.builders import DAY, a_request, a_signer
from tests.furnished import furnished
from tests.leaks.board import BOARD, a_board
from tests.leaks.complaints import COMPLAINTS, some_complaints
from tests.leaks.evaluation import EVALUATED, an_evaluation
from tests.leaks.happened import people_and_trail
from tests.leaks.rights import may_know
from tests.leaks.surveys import SURVEYED, a_past_survey, present_surveys
from tests.leaks.world import Row, World, a_world, requests_of

OWNERS = ("own secretary", "secretary of another township", "asking department", "coordinator", "observer")
"""People with an account, a device, a token and a reminder of their own."""


@furnished
async def a_whole_world() -> World:
    """The two townships at work, and everything that does not come by the main job."""
    world = await a_world(_long_ago)
    await _values(world)
    await _concerns(world)
    await some_complaints(world)
    await _draft_list(world)
    await _exception(world)
    for name in OWNERS:
        await _own(world, name)
    await _on_tasks(world)
    await _attached(world)
    world.rows += [Row(one, "learned", None, ()) for one in await MatterAlias.filter(confirmed=True)]
    await an_evaluation(world)
    await people_and_trail(world)
    return world


async def _long_ago(world: World) -> None:
    """What began before the other work, in the order of its days."""
    await a_past_survey(world)
    await a_board(world)
    await present_surveys(world)


async def _values(world: World) -> None:
    town = world.town
    places = {
        "梅渚": (town.village, "own secretary"),
        "邻村": (town.other_village, "secretary of another township"),
    }
    for sensitive, of in ((False, "value"), (True, "secret value")):
        element = await Element.create(
            code=f"E{of[:2]}", name=of, sensitivity="sensitive" if sensitive else "open"
        )
        for name, (village, secretary) in places.items():
            word = f"词元{'敏感' if sensitive else '数据'}{name}"
            actor = world.viewers[secretary]
            made = await registry.record(actor, village, element=element, value=word, as_of=today())
            world.rows.append(Row(made, of, path=village.path))
            world.words[word] = [Row(made, "secret word" if sensitive else of, path=village.path)]
    await _reports(world, element)


async def _reports(world: World, secret: Element) -> None:
    """Tables of the whole town and of a county, told of at their end, and a look at what is masked."""
    town, keeper = world.town, world.viewers["list keeper"]
    for number, region in enumerate((None, town.county)):
        made = {"code": f"T{number}", "name": f"报表{number}", "period": "month", "elements": [secret.code]}
        template = await ReportTemplate.create(**made, region=region, made_at=now())
        world.rows.append(Row(template, "signed in"))
        by = {"by_id": keeper.post_id}
        scheduled = await ReportSchedule.create(
            template=template, unit=town.county, made_at=now(), told_until=today(), **by
        )
        delivered = await ValueDelivery.create(
            unit=town.county, at=now(), accepted=1, same=0, refused=[], **by
        )
        looked = await Reveal.create(
            unit=town.second_village, elements=[secret.code], purpose="audit", at=now(), until=today(), **by
        )
        world.rows += [Row(one, "own", owner=keeper.person_id) for one in (scheduled, delivered)]
        world.rows.append(Row(looked, "look", path=town.second_village.path, owner=keeper.person_id))


async def _concerns(world: World) -> None:
    """One raised and waiting, one sent on to a department, one of another township."""
    town = world.town
    raised = (
        ("民情待理", town.village, town.township, None, "own secretary"),
        (
            "民情转办",
            town.second_village,
            town.township,
            town.other_department,
            "secretary of the second village",
        ),
        ("民情邻镇", town.other_village, town.other_township, None, "secretary of another township"),
    )
    for name, village, township, handled_by, secretary in raised:
        word = f"词元{name}"
        paper = await files.keep(word.encode(), f"{word}附件.txt")
        made = await concerns.raise_concern(
            world.viewers[secretary], village, title=word, body=word, place=word, files=[paper]
        )
        if handled_by is not None:
            note = f"词元说明{name}"
            await concerns.pass_on(world.viewers["coordinator"], made, to=handled_by, note=note)
            await concerns.answer(world.viewers["another department"], made, answer=f"词元答复{name}")
        hung = await ConcernFile.get(concern=made).select_related("file")
        rows = [Row(one, "concern", township, (), (village,), handled_by) for one in (made, hung, hung.file)]
        _keep(world, word, *rows)
        world.words |= {f"词元{what}{name}": rows[:1] for what in ("说明", "答复")}


async def _file(name: str) -> File:
    stored = await files.keep(name.encode(), f"{name}.txt")
    return await File.create(
        sha256=stored.sha256, name=stored.name, kind=stored.kind, size=stored.size, uploaded_at=now()
    )


async def _draft_list(world: World) -> None:
    keeper, city = world.viewers["list keeper"], world.town.city
    draft = await matters.draft_list(keeper, city, title="词元清单草稿")
    matter = await matters.put_matter(keeper, draft, code="CG-01", title="词元事项草稿", category="assist")
    copied = await Matter.filter(list=draft).exclude(pk=matter.pk)
    rows = [Row(one, "unpublished list", path=city.path) for one in (draft, matter, *copied)]
    _keep(world, "词元清单草稿", *rows)
    world.words["词元事项草稿"] = rows[:1]


async def _exception(world: World) -> None:
    """Published with its title and reason to everybody above the villages; the rest of it is the request's."""
    town = world.town
    head = await a_signer("head", town.township, "zhen-zhang-de-kouling")
    asked = await a_request(town, title="词元例外标题", body="词元例外正文", matter_code="")
    await screening.admit_exceptionally(
        head,
        asked,
        matter=await Matter.get(code="XZ-NY-01", list__state="published"),
        reason="词元例外理由，非村社办不了。",
        until=today() + 30 * DAY,
        password="zhen-zhang-de-kouling",
    )
    account = await Account.get(pk=head.account_id)
    world.rows.append(Row(account, "account", path=town.township.path, owner=head.person_id))
    rows = await requests_of(world, asked, town.township, town.department)
    world.words["词元例外正文"] = rows
    for word in ("词元例外标题", "词元例外理由"):
        world.words[word] = [*rows, replace(rows[0], of="published")]


async def _own(world: World, name: str) -> None:
    """An account, which those who manage it know of, and what only its owner knows of."""
    viewer = world.viewers[name]
    post = await Post.get(pk=viewer.post_id).select_related("unit")
    account = await Account.create(
        person_id=post.person_id, username=f"词元账号{post.pk:03}", password_hash="!", must_change=False
    )
    world.viewers[name] = replace(viewer, account_id=account.pk)
    path, owner, until = post.unit.path, post.person_id, now() + timedelta(days=1)
    _keep(world, f"词元账号{post.pk:03}", Row(account, "account", path=path, owner=owner))
    device, label, words = f"词元设备{post.pk:03}", f"词元令牌{post.pk:03}", f"词元提醒{post.pk:03}"
    session = await Session.create(
        account=account, token_hash=f"s{post.pk}", device=device, made_at=now(), expires_at=until
    )
    token = await ApiToken.create(
        post=post, label=label, token_hash=f"t{post.pk}", made_at=now(), expires_at=until
    )
    reminder = await Reminder.create(
        person_id=owner,
        kind="urged",
        subject_type="Task",
        subject_id=1,
        day=today(),
        words=words,
        made_at=now(),
    )
    decided = f"词元消息{post.pk:03}"
    message = await InboxMessage.create(
        person_id=owner,
        event_id=1,
        kind="accepted",
        subject_type="Task",
        subject_id=1,
        title=decided,
        at=now(),
    )
    upload = await Upload.create(person_id=owner, purpose="open", content="{}", made_at=now())
    for word, made in (
        (device, session),
        (label, token),
        (words, reminder),
        (decided, message),
    ):
        _keep(world, word, Row(made, "own", owner=owner))
    silence = await InboxSilence.create(person_id=owner, topic="board")
    world.rows += [Row(upload, "own", owner=owner), Row(silence, "own", owner=owner)]


async def _on_tasks(world: World) -> None:
    """An assisting office and an urging, under the rights of their task and its copy."""
    whole = next(row for row in world.of_kind("Task") if len(row.villages) > 1)
    beside = await TaskOffice.create(task_id=whole.record.pk, office=world.town.office)
    world.rows.append(replace(whole, record=beside))
    copy = next(row for row in world.of_kind("Assignment") if row.villages == (world.town.other_village,))
    assignment = await Assignment.get(pk=copy.record.pk).prefetch_related(*Assignment.judged_with)
    await tasks.urge(world.viewers["coordinator of another township"], assignment)
    world.rows += [replace(copy, record=one, of="talk") for one in await Urging.all()]
    await _waived(world, whole)
    element = await Element.get(name="value")
    asked = await AskedField.create(assignment=assignment, element=element, how="missing", asked_at=now())
    reported = next(world.of_kind("Report"))
    said = {"report_id": reported.record.pk, "element": element, "value": "词元填报", "how": "filled"}
    told = await ReportValue.create(**said)
    _keep(world, "词元填报", replace(reported, record=told, of="talk"))
    world.rows.append(replace(copy, record=asked, of="talk"))


async def _waived(world: World, whole: Row) -> None:
    """A leader's word that data is asked for again: the township's and its watchers', told to the asker as a count."""
    signed = {"cells": {"Eva": [world.town.village.pk]}, "reason": "词元签批理由", "at": now()}
    waiver = await Waiver.create(task_id=whole.record.pk, by_id=world.viewers["leader"].post_id, **signed)
    _keep(world, "词元签批理由", replace(whole, record=waiver, of="plan"))
    source = await TaskSource.filter(task_id=whole.record.pk).order_by("id").first()
    asked = next(row for row in world.of_kind("WorkRequest") if source and row.record.pk == source.request_id)
    for_it = await WaivedRequest.create(waiver=waiver, request_id=asked.record.pk)
    world.rows.append(replace(asked, record=for_it))


async def _attached(world: World) -> None:
    """What hangs on requests and reports falls under the right to them."""
    reported = next(world.of_kind("Report"))
    paper = await _file("词元佐证")
    hung = await ReportFile.create(report_id=reported.record.pk, file=paper)
    _keep(world, "词元佐证", replace(reported, record=hung), replace(reported, record=paper))
    discussed = next(world.of_kind("Discussion"))
    page = await _file("词元会议记录")
    await Discussion.filter(pk=discussed.record.pk).update(page_id=page.pk)
    _keep(world, "词元会议记录", replace(discussed, record=page))
    requests = {row.record.pk: row for row in world.of_kind("WorkRequest")}
    for one in await RequestFile.all().select_related("file"):
        owner = requests[one.request_id]
        world.rows += [replace(owner, record=one), replace(owner, record=one.file)]


async def met(world: World, viewer: Viewer) -> set[tuple[str, int]]:
    """Whoever reads words knows from which post; who holds it, only whoever works with them or answers them."""
    named = [row.record for row in world.rows if may_know(viewer, row)]
    brought = {row.made_by_id for row in named if isinstance(row, Complaint | Appeal)}
    brought |= {row.raised_by_id for row in named if isinstance(row, Concern) and _has_it(viewer, row)}
    posts = {row.by_id for row in named if isinstance(row, Message)}
    posts |= {row.post_id for row in named if isinstance(row, Participant)} | brought
    posts |= {row.raised_by_id for row in named if isinstance(row, Concern)}
    rows = await Post.filter(id__in=sorted(posts - {None})).select_related("unit")
    persons = {row.person_id for row in rows if meets(viewer, row) or _answers(viewer) & (row.pk in brought)}
    persons |= {
        row.person_id for row in rows if row.pk in brought and viewer.is_a("office", "department_officer")
    }
    return {("Post", row.pk) for row in rows} | {("Person", pk) for pk in persons}


def _answers(viewer: Viewer) -> bool:
    return viewer.is_a("list_keeper", "city_admin")


def _has_it(viewer: Viewer, concern: Concern) -> bool:
    return any(hat.unit_id == concern.handled_by_id for hat in viewer.hats)


def _keep(world: World, word: str, *rows: Row) -> None:
    world.rows += rows
    world.words[word] = list(rows)


RESTED = (
    BOARD
    | COMPLAINTS
    | SURVEYED
    | EVALUATED
    | frozenset(
        {
            Concern,
            ConcernFile,
            DataValue,
            ReportTemplate,
            ReportSchedule,
            Reveal,
            ValueDelivery,
            Waiver,
            WaivedRequest,
            AskedField,
            ReportValue,
            Account,
            Session,
            ApiToken,
            Reminder,
            InboxMessage,
            InboxSilence,
            Upload,
            TaskOffice,
            Urging,
            MatterAlias,
        }
        | {File, RequestFile, ReportFile, Person, Post, Event, Mention, EventPersonal}
    )
)
"""Records whose every row is in the table of rights, beside those of the main job."""
