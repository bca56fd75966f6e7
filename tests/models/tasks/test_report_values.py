"""A report field by field: pre-filled, confirmed or corrected, and on file once accepted, not before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tortoise.exceptions import BaseORMException

from models import tasks
from models.base.clock import clock_at, now, today
from models.base.refusals import Invalid
from models.base.versions import version_of
from models.base.viewer import Viewer
from models.people import Post
from models.registry import DataValue, Element, put
from models.tasks import AskedField, Assignment, ReportValue
from tests.builders import DAY, a_task, a_viewer, an_admitted_request
from tests.models.tasks.elements import again, asked_for

pytestmark = pytest.mark.anyio


async def report(viewer: Viewer, copy: Assignment, said: dict[str, str], **more: Any) -> Any:
    told = {"elements": list(said), "figures": list(said.values())}
    return await tasks.report(viewer, await again(copy), **told | more)


async def how_each(copy: Assignment) -> dict[str, tuple[str, str]]:
    rows = ReportValue.filter(report__assignment=copy).order_by("id")
    found = await rows.values_list("element__code", "value", "how")
    return {str(code): (str(value), str(how)) for code, value, how in found}


async def test_one_tap_confirms_all_that_was_last_reported(town: str) -> None:
    _, copy, secretary = await asked_for("dibao", "party", known={"dibao": "12", "party": "60"})
    form = await tasks.form_of(secretary, copy)
    assert form is not None and form.is_filled
    assert [(one.how, one.begins_with, one.was) for one in form.to_fill] == [
        ("stale", "12", "12 户"),
        ("stale", "60", "60 人"),
    ]
    await tasks.report(secretary, copy, unchanged=True)
    assert await how_each(copy) == {"dibao": ("12", "confirmed"), "party": ("60", "confirmed")}


async def test_one_that_changed_is_corrected_with_why(town: str) -> None:
    _, copy, secretary = await asked_for("dibao", "party", known={"dibao": "12", "party": "60"})
    said = {"dibao": "13", "party": "６０"}
    with pytest.raises(Invalid, match="和上次的 12 户 不同，请选一下为什么") as no:
        await report(secretary, copy, said)
    assert no.value.field == "reasons.0"
    with pytest.raises(Invalid, match="不要点“都没有变化”"):
        await report(secretary, copy, said, unchanged=True)
    await report(secretary, copy, said, reasons=["changed", ""])
    assert await how_each(copy) == {"dibao": ("13", "corrected"), "party": ("60", "confirmed")}


async def test_every_field_that_is_wrong_is_told_at_once(town: str) -> None:
    _, copy, secretary = await asked_for("dibao", "terrain", "opened", "party")
    said = {"dibao": "许多", "terrain": "高原", "opened": "2026-13-01", "other": "1"}
    with pytest.raises(Invalid) as no:
        await report(secretary, copy, said)
    told = [no.value, *no.value.beside]
    assert [one.field for one in told] == ["elements.3", "figures.0", "figures.1", "figures.2", "figures"]
    assert not await ReportValue.exists()


async def test_lists_that_do_not_run_in_step_are_refused(town: str) -> None:
    _, copy, secretary = await asked_for("dibao")
    for told in (
        {"elements": ["dibao"]},
        {"elements": ["dibao", "dibao"], "figures": ["1", "2"]},
        {"elements": ["dibao"], "figures": ["1"], "reasons": ["a", "b"]},
    ):
        with pytest.raises(Invalid):
            await tasks.report(secretary, copy, **told)


async def test_a_sum_is_worked_out_and_never_typed(town: str) -> None:
    _, copy, secretary = await asked_for("paddy", "dryland", "arable")
    form = await tasks.form_of(secretary, copy)
    assert form is not None and [one.written for one in form.to_fill] == ["", "", "+paddy +dryland"]
    await report(secretary, copy, {"paddy": "300.5", "dryland": "99.5"})
    assert (await how_each(copy))["arable"] == ("400", "filled")


async def test_a_figure_that_looks_odd_is_asked_about_once_and_not_refused(town: str) -> None:
    _, copy, secretary = await asked_for("dibao", "territory", "arable", known={"dibao": "12"})
    said = {"dibao": "120", "territory": "100", "arable": "200"}
    more = {"reasons": ["changed", "", ""]}
    with pytest.raises(Invalid, match=r"相差十倍以上.*大于.*请勾选“确认无误”") as no:
        await report(secretary, copy, said, **more)
    assert no.value.field == "confirmed"
    await report(secretary, copy, said, confirmed=True, **more)
    assert (await how_each(copy))["dibao"] == ("120", "corrected")


async def test_words_are_needed_only_where_nothing_else_is_asked(town: str) -> None:
    place, copy, secretary = await asked_for("dibao")
    await report(secretary, copy, {"dibao": "3"})
    bare = await a_task(place, requests=[await an_admitted_request(place)])
    other = await Assignment.get(task=bare, unit=place.village).prefetch_related(*Assignment.judged_with)
    with pytest.raises(Invalid, match="请写明办理情况"):
        await tasks.report(secretary, other)


async def test_nothing_is_on_file_before_it_is_accepted_and_then_it_tells_where_it_came_from(
    town: str,
) -> None:
    place, copy, secretary = await asked_for("dibao", "party")
    desk = await a_viewer("coordinator", place.township)
    helper = await a_viewer("cadre", place.village)
    await report(secretary, copy, {"dibao": "1", "party": "2"})
    await tasks.take_back_report(secretary, await again(copy))
    await report(secretary, copy, {"dibao": "3", "party": "4"})
    await tasks.return_report(desk, await again(copy), what_to_mend="请核对")
    assert not await DataValue.exists()
    form = await tasks.form_of(secretary, await again(copy))
    assert form is not None and [one.begins_with for one in form.to_fill] == ["3", "4"]
    elder = await Post.get(pk=secretary.post_id).prefetch_related("unit")
    last = await report(helper, copy, {"dibao": "5", "party": "6"}, on_behalf_of=elder)
    assert not await DataValue.exists()
    await tasks.accept(desk, await again(copy))
    rows = await DataValue.all().order_by("id")
    assert [row.value for row in rows] == ["5", "6"]
    for row in rows:
        assert (row.origin, row.task_id, row.report_id, row.unit_id) == (
            "report",
            copy.task_id,
            last.pk,
            place.village.pk,
        )
        assert (row.by_id, row.on_behalf_of_id, row.as_of) == (helper.post_id, secretary.post_id, today())
    assert set(await AskedField.filter(assignment=copy).values_list("outcome", flat=True)) == {"filled"}


async def test_what_was_put_right_on_file_after_the_report_stays_the_last_word(town: str) -> None:
    place, copy, secretary = await asked_for("dibao")
    await report(secretary, copy, {"dibao": "5"})
    element = await Element.get(code="dibao")
    with clock_at(now() + timedelta(minutes=5)):
        await put(secretary, place.village, element, "6", as_of=today(), origin="entry")
        await tasks.accept(await a_viewer("coordinator", place.township), await again(copy))
    assert list(await DataValue.all().values_list("value", flat=True)) == ["6"]


async def test_whoever_accepts_has_read_the_values(town: str) -> None:
    _, copy, secretary = await asked_for("dibao")
    made = await report(secretary, copy, {"dibao": "5"})
    read = await version_of(await again(copy))
    other = await Element.get(code="tekun")
    await ReportValue.create(report=made, element=other, value="1", how="filled")
    assert await version_of(await again(copy)) != read


async def test_nobody_writes_over_what_a_report_said(town: str) -> None:
    _, copy, secretary = await asked_for("dibao")
    await report(secretary, copy, {"dibao": "5"})
    for change in (ReportValue.all().update(value="6"), ReportValue.all().delete()):
        with pytest.raises(BaseORMException, match="stays as it was said"):
            await change


async def test_what_came_on_file_since_it_was_sent_is_struck_from_the_form(town: str) -> None:
    place, copy, secretary = await asked_for("dibao", "party")
    await put(
        secretary, place.village, await Element.get(code="dibao"), "6", as_of=today() - DAY, origin="entry"
    )
    form = await tasks.form_of(secretary, copy)
    assert form is not None and [one.element.code for one in form.to_fill] == ["party"]
    assert [told for *_, told in form.known] == ["6 户"]
    with pytest.raises(Invalid, match="已经在册（6 户），不用再填"):
        await report(secretary, copy, {"dibao": "7", "party": "1"})
    await report(secretary, copy, {"dibao": "6", "party": "1"})
    assert set(await how_each(copy)) == {"party"}
