"""Values of the API: units beside figures, money, words no release knows, and what of an input is not there."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from tortoise import connections

from models.base.refusals import NotFound
from models.base.viewer import Viewer
from models.bidding import Project
from models.policies import Policy
from models.units import Unit
from schema import door
from schema.base.documents import Refused
from schema.base.nodes import global_id, located_all
from schema.tasks.inputs import Answers, FieldValueInput
from tests.builders import a_viewer
from tests.counting import counted
from tests.schema.scenes import a_listed_town, played
from tests.schema.test_mutations import use
from tests.schema.toys import ask

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_listed_town)]
CHILDREN = """query($n: Int!) { burden(since: "2026-01-01", until: "2026-12-31") { children(first: $n) { nodes {
  villages sent tasks unit { code name parent { name } children: level } } } } }"""


async def test_the_units_of_figures_are_fetched_together_however_many_they_are(town: str) -> None:
    place = await a_listed_town()
    watcher, spent = await a_viewer("observer", place.county), []
    for number in (1, 2):
        with counted() as statements:
            told = (await ask(door, watcher, CHILDREN, n=number))["data"]["burden"]["children"]["nodes"]
        spent.append(len(statements))
        assert [one["unit"]["parent"]["name"] for one in told] == ["新昌县"] * number
        assert all(one["unit"]["code"] for one in told)
    assert spent[0] == spent[1]


async def _spoilt(table: str, column: str) -> None:
    await connections.get("default").execute_script(f"UPDATE {table} SET {column} = 'nonsense'")


async def _policies(viewer: Viewer) -> dict[str, Any]:
    return await ask(
        door, viewer, "{ policies(first: 5) { nodes { name value unit { level levelLabel } } } }"
    )


async def test_a_word_outside_its_enum_is_null_with_an_error_there_and_all_else_is_told(town: str) -> None:
    scene = await played("setPolicy")
    keeper = await a_viewer("list_keeper", scene.place.city)
    assert (await use("setPolicy", scene.actor, scene.given))["__typename"] == "Policy"
    whole = (await _policies(keeper))["data"]["policies"]["nodes"]
    assert whole and all(one["name"] and one["unit"]["level"] for one in whole)
    await _spoilt(Policy._meta.db_table, "name")
    await _spoilt(Unit._meta.db_table, "level")
    answer = await _policies(keeper)
    unknown = [
        {"name": None, "value": one["value"], "unit": {"level": None, "levelLabel": None}} for one in whole
    ]
    assert answer["data"]["policies"]["nodes"] == unknown
    paths = {tuple(part for part in one["path"] if isinstance(part, str)) for one in answer["errors"]}
    assert paths == {("policies", "nodes", "name"), ("policies", "nodes", "unit", "level")}


async def test_what_is_not_there_is_said_by_its_place_in_the_input(town: str) -> None:
    place = await a_listed_town()
    officer = await a_viewer("department_officer", place.department)
    submit = """mutation($input: SubmitRequestInput!) { submitRequest(input: $input) { refusals { code path } } }"""
    said = {
        "idempotencyKey": "k",
        "department": {"code": place.department.code},
        "title": "巡查",
        "body": "巡查。",
    }
    said |= {"matterCode": "XZ-NY-01", "demands": ["patrol"], "dueOn": "2026-12-20"}
    here, nowhere = {"code": place.village.code}, {"code": "999999"}
    for units, department, path in (
        ([here, nowhere], said["department"], ["units", "1"]),
        ([here], nowhere, ["department"]),
    ):
        answer = await ask(door, officer, submit, input=said | {"units": units, "department": department})
        assert answer["data"]["submitRequest"]["refusals"] == [{"code": "NOT_FOUND", "path": path}]
    with pytest.raises(NotFound) as no:
        await located_all(officer, Unit, [global_id("Unit", place.village.pk), global_id("Unit", 10**9)])
    assert no.value.field == "1"


async def test_money_is_a_whole_number_of_any_size_and_nothing_else(town: str) -> None:
    scene = await played("draftProject")
    made = await use("draftProject", scene.actor, scene.given | {"supportYuan": 2_000_000_000})
    assert made["__typename"] == "Project"
    row = await Project.all().order_by("-id").first()
    shown = """query($id: ID!) { project(id: $id) { supportYuan } }"""
    told = await ask(door, scene.actor, shown, id=global_id("Project", row.pk))  # type: ignore[union-attr]
    assert told["data"]["project"]["supportYuan"] == 2_000_000_000
    beyond = await use("draftProject", scene.actor, scene.given | {"supportYuan": 2**53 - 1}, key="k2")
    assert (beyond["code"], beyond["field"]) == ("INVALID", "supportYuan")
    for wrong in (2**53, 1.5, True, "5"):
        with pytest.raises((Refused, AssertionError)):
            await use("draftProject", scene.actor, scene.given | {"supportYuan": wrong}, key="k3")


@pytest.mark.parametrize("figure", ["0.1", "999999999.99", "123456789.12", "1000000000", "0.00001"])
def test_a_figure_is_taken_digit_by_digit(figure: str) -> None:
    assert Decimal(typed(FieldValueInput(element="lamps", number=float(figure)))) == Decimal(figure)
    assert "e" not in typed(FieldValueInput(element="lamps", number=float(figure)))


def typed(value: FieldValueInput) -> str:
    return str(Answers(FieldValueInput, {}).apart([value])["figures"][0])
