"""Who reads which value: an oracle of roles, places and sensitivities, held against every door that shows values."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from models import intake, registry, screening, tasks
from models.base.clock import clock_at, now, today
from models.base.viewer import Viewer
from models.people import Post
from models.people.roles import ASKERS, LEVELS_OF, ROLES
from models.registry import DataValue, Element, ReportTemplate, value_table
from models.requests import WorkRequest
from models.tasks import AskedField, Assignment, Report, ReportValue, Task
from models.tasks.summary import answers
from models.tasks.visibility import at_the_village
from schema import door
from tests.builders import DAY, Town, a_list, a_request, a_task, a_town, a_value, a_viewer
from tests.furnished import furnished
from tests.schema.toys import ask
from tests.views.conftest import Site, site  # noqa: F401 - a fixture

PLACES = ("city", "county", "township", "other_township", "village", "second_village", "grid")
OFFICES = ("department", "other_department", "office")
VILLAGES = ("village", "second_village", "other_village")
ELEMENTS = {
    "land": ("open", "农业农村"),
    "farms": ("internal", "农业农村"),
    "poor": ("internal", "民政"),
    "jobs": ("internal", "人力社保"),
    "children": ("sensitive", "民政"),
}
COUNT = {"code": "XZ-MZ-05", "title": "人口摸底", "category": "assist", "demands": ["data", "visit"]}
FEW = 2


@dataclass
class Values:
    """A town with values of each sensitivity, and everybody who might read them."""

    town: Town
    viewers: list[Viewer] = field(default_factory=list)
    values: list[DataValue] = field(default_factory=list)
    asker: Viewer | None = None
    revealer: Viewer | None = None


@furnished
async def a_town_of_values() -> Values:
    made = Values(await a_town())
    town = made.town
    for where in (*PLACES, *OFFICES):
        unit = getattr(town, where)
        made.viewers += [await a_viewer(role, unit) for role in ROLES if unit.level in LEVELS_OF[role]]
    for number, (code, (sensitivity, owner)) in enumerate(ELEMENTS.items()):
        element = await Element.create(
            code=code, name=code, kind="count", sensitivity=sensitivity, owner=owner, definition=code
        )
        for place, where in enumerate(VILLAGES):
            told = FEW if where == "second_village" else 4100 + 37 * number + 5 * place
            made.values.append(await a_value(element, getattr(town, where), str(told), number=Decimal(told)))
    await ReportTemplate.create(
        code="all", name="全部", period="year", elements=list(ELEMENTS), made_at=now()
    )
    await _asked(made)
    made.revealer = await a_viewer("leader", town.township)
    elements = await Element.filter(code="children")
    await registry.reveal(made.revealer, town.village, elements=elements, purpose="check")
    made.viewers += [made.asker, made.revealer, Viewer(None, None, "", via="nobody")]  # type: ignore[list-item]
    return made


async def _asked(made: Values) -> None:
    """The farmers' department asks for what the civil affairs own, of one village, and is let in."""
    town = made.town
    await a_list(town.city, COUNT)
    made.asker = await a_viewer("department_officer", town.department)
    coordinator = await a_viewer("coordinator", town.township)
    request = await a_request(town, units=[town.village], elements=["poor"])
    await screening.admit(coordinator, request, note="可以。")
    other = await a_request(town, units=[town.second_village], elements=["children"])
    assert other.state == "pending_review"


def may_read(viewer: Viewer, made: Values, value: DataValue) -> bool:
    """The rule said again by names."""
    code, path = value.element.code, value.unit.path
    sensitivity, owner = ELEMENTS[code]
    few = value.unit_id == made.town.second_village.pk
    if sensitivity == "open":
        return viewer.signed_in
    for hat in viewer.hats:
        village = (
            hat.unit_path.partition("330624005201-G01")[0] if hat.unit_level == "grid" else hat.unit_path
        )
        if (
            hat.role in {"secretary", "cadre", "grid_worker", "first_secretary", "liaison"}
            and village == path
        ):
            return True
        if viewer is made.revealer and code == "children" and value.unit_id == made.town.village.pk:
            return True
        if sensitivity == "sensitive":
            continue
        if hat.role in {"coordinator", "leader", "head"} and path.startswith(hat.unit_path):
            return True
        if hat.role in {"department_officer", "office"} and not few:
            home = (
                made.town.county
                if hat.unit_level == "department"
                and "B0" in hat.unit_path
                and "330624005-" not in hat.unit_path
                else made.town.township
            )
            if owner in hat.unit_name and path.startswith(home.path):
                return True
            if (
                hat.unit_id == made.town.department.pk
                and code == "poor"
                and value.unit_id == made.town.village.pk
            ):
                return True
    return False


pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_town_of_values)]


@pytest.fixture
async def made(town: str) -> Values:
    found = await a_town_of_values()
    found.values = await DataValue.all().select_related("element", "unit").order_by("id")
    return found


def pairs(made: Values) -> Iterator[tuple[Viewer, DataValue]]:
    return ((viewer, value) for viewer in made.viewers for value in made.values)


async def test_the_one_rule_is_what_the_oracle_says(made: Values) -> None:
    read = 0
    for viewer in made.viewers:
        reading = await registry.reading_of(viewer)
        for value in made.values:
            expected = may_read(viewer, made, value)
            told = reading.reads(value.element, value.unit.path, value.number)
            assert told == expected, (viewer.hats, value.element.code, value.unit.name)
            read += told
    assert 100 < read < len(made.viewers) * len(made.values)


async def test_rows_and_the_api_tell_a_value_to_those_alone_who_read_it(made: Values) -> None:
    query = "{ dataValues(first: 100) { nodes { id value number text choice dateOn isMasked element { code } unit { code } } } }"
    for viewer in made.viewers:
        rows = await DataValue.visible_to(viewer).select_related("element", "unit")
        told = (await ask(door, viewer, query))["data"]["dataValues"]["nodes"] if viewer.hats else []
        assert len(rows) == len(told)
        expected = {
            (one.element.code, one.unit.code): one.value if may_read(viewer, made, one) else None
            for one in made.values
        }
        for row in rows:
            assert row.value == expected[row.element.code, row.unit.code], (viewer.hats, row.element.code)
            assert (row.number is None) == (row.value is None)
        for node in told:
            wanted = expected[node["element"]["code"], node["unit"]["code"]]
            assert node["value"] == (wanted or registry.MASK) and node["isMasked"] == (wanted is None)
            assert node["number"] == (None if wanted is None else float(wanted))


async def test_a_masked_value_is_looked_for_in_vain(made: Values) -> None:
    """Nothing that a list can be narrowed or sorted by hangs on what a value says."""
    asked = (
        str(door.schema)
        if False
        else (
            await ask(
                door,
                made.viewers[0],
                '{ __type(name: "Query") { fields { name args { name type { name inputFields { name } } } } } }',
            )
        )
    )
    for one in asked["data"]["__type"]["fields"]:
        if one["name"] == "dataValues":
            names = {f["name"] for arg in one["args"] for f in (arg["type"]["inputFields"] or [])}
            assert not names & {"value", "number", "text"}
    with pytest.raises(LookupError):
        DataValue.visible_to(made.viewers[0]).values_list("value")


async def test_tables_and_their_sums_tell_nobody_more(made: Values) -> None:
    elements = [await Element.get(code=code) for code in ELEMENTS]
    for viewer in made.viewers:
        for place in (made.town.city, made.town.county, made.town.township, made.town.village):
            if not registry.works_there.holds(viewer, place):
                continue
            table = await value_table(viewer, elements, place, today())
            read = {code: Decimal(0) for code in ELEMENTS}
            async for row in table.rows():
                for code, cell in zip(ELEMENTS, row.cells, strict=True):
                    value = next(v for v in made.values if (v.element.code, v.unit_id) == (code, row.unit.pk))
                    assert cell is not None
                    expected = value.value if may_read(viewer, made, value) else None
                    assert cell.text == expected, (viewer.hats, code, row.unit.name)
                    read[code] += Decimal(cell.text or 0)
            sums = [one.sum for one in table.totals[place.path].columns]
            assert sums == list(read.values()), "a sum is of what its reader reads"


async def test_pages_and_files_tell_nobody_more(made: Values, site: Site) -> None:  # noqa: F811
    template = await ReportTemplate.get(code="all")
    for viewer in [one for one in made.viewers if one.hats][::2]:
        browser = await site.signed_in(await Post.get(pk=viewer.post_id))
        hidden = [one for one in made.values if not may_read(viewer, made, one) and one.value != str(FEW)]
        pages = [f"/reports/{template.pk}", *(f"/values/{one.pk}" for one in made.values), "/reports"]
        for path in pages:
            told = (await browser.get(path)).text
            assert not [one.value for one in hidden if f">{one.value}" in told], (viewer.hats, path)
        file = await browser.get(f"/reports/{template.pk}/table.xlsx")
        assert file.status_code == 200
        await _same_in_the_file(viewer, made, file.content)


async def _same_in_the_file(viewer: Viewer, made: Values, content: bytes) -> None:
    book = load_workbook(io.BytesIO(content))
    rows = {row[0]: row[3:] for row in book["数据"].iter_rows(min_row=3, values_only=True)}
    origins = {row[0]: row[3:] for row in book["来历"].iter_rows(min_row=3, values_only=True)}
    codes = list(ELEMENTS)
    met = 0
    for value in made.values:
        if value.unit.code in rows:
            shown = rows[value.unit.code][codes.index(value.element.code)]
            assert shown == (int(value.value) if may_read(viewer, made, value) else registry.MASK)
            assert f"#{value.pk}" in origins[value.unit.code][codes.index(value.element.code)]
            met += 1
    assert met


async def test_a_reveal_ends_with_its_day_and_the_village_sees_it(made: Values, site: Site) -> None:  # noqa: F811
    assert made.revealer is not None
    value = next(
        one for one in made.values if one.element.code == "children" and one.unit_id == made.town.village.pk
    )
    assert (await registry.reading_of(made.revealer)).reads(value.element, value.unit.path)
    with clock_at(now() + DAY):
        assert not (await registry.reading_of(made.revealer)).reads(value.element, value.unit.path)
    secretary = next(one for one in made.viewers if one.is_a("secretary", at=made.town.village.path))
    browser = await site.signed_in(await Post.get(pk=secretary.post_id))
    told = (await browser.get(f"/units/{made.town.village.pk}/reveals")).text
    assert "分管领导" in told and "核对数据是否准确" in told and "children" in told
    stranger = next(one for one in made.viewers if one.is_a("secretary", at=made.town.second_village.path))
    browser = await site.signed_in(await Post.get(pk=stranger.post_id))
    assert "核对数据是否准确" not in (await browser.get(f"/units/{made.town.village.pk}/reveals")).text


async def _reported(made: Values) -> Task:
    """A task for two villages that asks for every element, and what each reported is what it has on file."""
    places = [made.town.village, made.town.second_village]
    task = await a_task(made.town, units=places)
    for copy in await Assignment.filter(task=task).order_by("id"):
        secretary = await Post.filter(unit_id=copy.unit_id, role="secretary").first()
        report = await Report.create(assignment=copy, round=1, words="已办", at=now(), by=secretary)
        for value in [one for one in made.values if one.unit_id == copy.unit_id]:
            await AskedField.create(assignment=copy, element=value.element, how="waived", asked_at=now())
            await ReportValue.create(report=report, element=value.element, value=value.value, how="confirmed")
    return task


def _of(made: Values, code: str, unit_id: int) -> DataValue:
    return next(one for one in made.values if one.element.code == code and one.unit_id == unit_id)


async def test_what_reports_say_is_read_as_what_is_on_file(made: Values) -> None:
    await _reported(made)
    query = "{ reportValues(first: 100) { nodes { number element { code } report { assignment { unit { code } } } } } }"
    met = set()
    for viewer in made.viewers:
        rows = await ReportValue.visible_to(viewer).select_related("element", "report__assignment")
        for row in rows:
            value = _of(made, row.element.code, row.report.assignment.unit_id)
            is_read = may_read(viewer, made, value)
            assert row.value == (value.value if is_read else None), (viewer.hats, row.element.code)
            assert (row.told == registry.MASK) == (not is_read)
            met.add(is_read)
        told = (await ask(door, viewer, query))["data"]["reportValues"]["nodes"] if rows else []
        assert len(told) == len(rows)
        for node in told:
            unit = node["report"]["assignment"]["unit"]["code"]
            value = next(
                v for v in made.values if (v.element.code, v.unit.code) == (node["element"]["code"], unit)
            )
            assert node["number"] == (float(value.value) if may_read(viewer, made, value) else None)
    assert met == {True, False}


async def test_the_answers_to_a_task_tell_nobody_more(made: Values) -> None:
    task = await _reported(made)
    questions = await Element.filter(code__in=list(ELEMENTS)).order_by("id")
    met = set()
    for viewer in made.viewers:
        async for answer in answers(viewer, task, questions):
            for element in questions:
                value = _of(made, element.code, answer.assignment.unit_id)
                is_read = may_read(viewer, made, value)
                said = answer.values.get(element.pk)
                assert said in ((value.value,) if is_read else (None, registry.MASK)), (
                    viewer.hats,
                    element.code,
                )
                met.add(is_read)
    assert met == {True, False}


async def test_a_form_tells_whoever_does_not_fill_it_in_nothing_more(made: Values) -> None:
    task = await _reported(made)
    await AskedField.filter(element__code__in=("land", "farms")).update(how="held")
    met = set()
    for copy in await Assignment.filter(task=task).prefetch_related(*Assignment.judged_with):
        for viewer in made.viewers:
            form = await tasks.form_of(viewer, copy)
            if form is None:
                continue
            fills = at_the_village(viewer, copy)
            said = {element.code: text for element, _, text in form.known}
            said |= {one.element.code: one.begins_with for one in form.to_fill}
            for code, text in said.items():
                value = _of(made, code, copy.unit_id)
                is_read = fills or may_read(viewer, made, value)
                assert (value.value in text) == is_read, (viewer.hats, code, text)
                met.add((fills, is_read))
    assert met >= {(True, True), (False, True), (False, False)}


async def _request_in(state: str, made: Values) -> WorkRequest:
    """A department's request for every element of two villages, read by a person, by nobody yet, or answered from the file."""
    villages = [made.town.village, made.town.second_village]
    wants = {"matter_code": "XZ-MZ-05", "demands": ["data"]} if state == "answered" else {}
    request = await a_request(made.town, units=villages, elements=list(ELEMENTS), **wants)
    if state == "admitted":
        await screening.admit(await a_viewer("coordinator", made.town.township), request, note="可以。")
    assert request.state == state
    return await WorkRequest.get(pk=request.pk).prefetch_related(*WorkRequest.judged_with)


@pytest.mark.parametrize("state", ["pending_review", "admitted", "answered"])
async def test_a_request_is_told_no_value_that_its_asker_does_not_read(made: Values, state: str) -> None:
    request = await _request_in(state, made)
    met = set()
    for viewer in made.viewers:
        told = await intake.held_values(viewer, request)
        by_request = state == "admitted" and viewer.is_a(*ASKERS, at=made.town.department.path)
        for cell in (cell for column in (told.columns if told else ()) for cell in column.cells):
            value = _of(made, cell.element.code, cell.village.pk)
            granted = by_request and cell.element.sensitivity == "internal" and value.number not in (1, FEW)
            is_read = may_read(viewer, made, value) or granted
            assert bool(cell.value) == is_read, (viewer.hats, cell.element.code, cell.value)
            met.add(is_read)
    assert met == {True, False}
