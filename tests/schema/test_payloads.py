"""One input, one payload: a reused key, a repeat, a place by its code, and any number of places by one look."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from strawberry import UNSET

from models import matters
from models.base.clock import today
from models.base.refusals import Invalid
from models.base.viewer import Viewer
from models.files import Upload, uploads
from models.units import Unit
from schema import door
from schema.base.nodes import global_id, located_all
from schema.base.together import Together
from schema.units import UnitRef
from tests.builders import DAY, Town, a_viewer
from tests.counting import counted
from tests.schema.scenes import a_listed_town
from tests.schema.toys import ask

pytestmark = [pytest.mark.anyio, pytest.mark.furnished(by=a_listed_town)]
SUBMIT = """mutation($input: SubmitRequestInput!) { submitRequest(input: $input) {
  isReplay refusals { code message path } batch { id requests(first: 9) { edges { node { title state } } } } } }"""

PUT = "mutation($input: PutMatterInput!) { putMatter(input: $input) { isReplay refusals { code } matter { code } } }"


async def submitted(viewer: Viewer, place: Town, **changes: Any) -> dict[str, Any]:
    said = {
        "idempotencyKey": "k-1",
        "department": {"code": place.department.code},
        "units": [{"code": place.village.code}],
        "title": "秸秆禁烧巡查",
        "body": "请各村巡查。",
        "matterCode": "XZ-NY-01",
        "demands": ["patrol"],
        "dueOn": str(today() + 9 * DAY),
    }
    told: dict[str, Any] = (await ask(door, viewer, SUBMIT, input=said | changes))["data"]["submitRequest"]
    return told


async def test_a_repeat_says_so_and_a_key_that_stands_for_something_else_has_a_code_of_its_own(
    town: str,
) -> None:
    place = await a_listed_town()
    officer = await a_viewer("department_officer", place.department)
    first, again = [await submitted(officer, place) for _ in range(2)]
    assert (first.pop("isReplay"), again.pop("isReplay")) == (False, True)
    assert first == again and len(first["batch"]["requests"]["edges"]) == 1
    other = await submitted(officer, place, title="另一件事")
    (no,) = other["refusals"]
    assert (no["code"], no["path"], other["batch"]) == ("KEY_REUSED", ["idempotencyKey"], None)


async def test_a_repeat_is_answered_again_when_the_file_it_names_is_long_forgotten(town: str) -> None:
    place = await a_listed_town()
    officer = await a_viewer("department_officer", place.department)
    upload, _ = await uploads.held(officer, "方案".encode(), "方案.txt")
    sent = {"files": [global_id("Upload", upload.pk)]}
    first = await submitted(officer, place, **sent)
    assert first["refusals"] == [] and await Upload.all().delete() == 1
    assert await submitted(officer, place, **sent) == first | {"isReplay": True}
    codes = [
        [one["code"] for one in (await submitted(officer, place, **sent | changes))["refusals"]]
        for changes in ({"title": "另一件事"}, {"idempotencyKey": "k-2"})
    ]
    assert codes == [["KEY_REUSED"], ["NOT_FOUND"]]


ASKERS = 'query($within: UnitRef) { askers(since: "2026-01-01", until: "2026-02-01", within: $within) { lines(first: 1) { edges { node { __typename } } } } }'


async def test_a_place_is_named_by_its_code_or_its_id_and_by_just_one_of_them(town: str) -> None:
    place = await a_listed_town()
    officer = await a_viewer("department_officer", place.department)
    by_id = {"id": global_id("Unit", place.village.pk)}
    told = await submitted(officer, place, units=[by_id, {"code": place.second_village.code}])
    assert told["refusals"] == [] and told["batch"]
    for nowhere in ({"code": "999"}, {"code": ""}, {"id": "x"}):
        no = await submitted(officer, place, units=[nowhere], idempotencyKey="k-2")
        assert [one["code"] for one in no["refusals"]] == ["NOT_FOUND"], nowhere
    for wrong in (by_id | {"code": "330624"}, {}, {"id": None}, {"id": None, "code": None}):
        for query, variables in ((SUBMIT, {"input": {"units": [wrong]}}), (ASKERS, {"within": wrong})):
            told = (await ask(door, officer, query, **variables))["errors"]
            assert {one["extensions"]["code"] for one in told} == {"BAD_INPUT"}, (wrong, told)


async def test_any_number_of_places_is_found_by_two_looks(town: str) -> None:
    place = await a_listed_town()
    officer = await a_viewer("department_officer", place.department)
    villages = [place.village, place.second_village, place.other_village]
    for named in (villages[:1], villages * 50):
        with counted() as statements:
            found = await located_all(officer, Unit, [UnitRef(code=one.code) for one in named])
        assert [one.pk for one in found] == [one.pk for one in named] and len(statements) <= 2


class Row:
    """What a row of an input may say."""

    bid: int
    words: list[str]
    weight: int | None


def test_a_row_that_leaves_out_what_others_say_is_refused_and_null_empties_on_purpose() -> None:
    together = Together(Row, {"bid": "bids", "weight": "weights"})
    both = [SimpleNamespace(bid=1, weight=UNSET), SimpleNamespace(bid=2, weight=UNSET)]
    assert together.apart(both) == {"bids": [1, 2]}
    both[1].weight = 40
    with pytest.raises(Invalid, match="每一行都") as no:
        together.apart(both)
    assert no.value.field == "weights.0" and together.path("weights", ["0"]) == ["0", "weight"]
    both[0].weight = None
    assert together.apart(both) == {"bids": [1, 2], "weights": [0, 40]}


def test_rows_that_say_unequally_much_are_refused_and_never_moved_to_each_other() -> None:
    together = Together(Row, {"bid": "bids", "words": "words"})
    even = [SimpleNamespace(bid=1, words=["好", "多"]), SimpleNamespace(bid=2, words=["小", "少"])]
    assert together.apart(even) == {"bids": [1, 2], "words": ["好", "多", "小", "少"]}
    with pytest.raises(Invalid, match="一样多"):
        together.apart(
            [SimpleNamespace(bid=1, words=["好"]), SimpleNamespace(bid=2, words=["多", "小", "少"])]
        )


async def test_a_repeat_says_that_it_was_done_when_what_came_of_it_is_gone(town: str) -> None:
    place = await a_listed_town()
    keeper = await a_viewer("list_keeper", place.county)
    draft = await matters.draft_list(keeper, place.county, title="第二版")
    words = {"matterList": global_id("MatterList", draft.pk), "code": "XZ-FX-02"}
    put = {"idempotencyKey": "k-1", "title": "灾情报送", "category": "REPORT"} | words
    first = (await ask(door, keeper, PUT, input=put))["data"]["putMatter"]
    assert first == {"isReplay": False, "refusals": [], "matter": {"code": "XZ-FX-02"}}
    await matters.drop_matter(keeper, draft, code="XZ-FX-02")
    again = (await ask(door, keeper, PUT, input=put))["data"]["putMatter"]
    assert again == {"isReplay": True, "refusals": [], "matter": None}
