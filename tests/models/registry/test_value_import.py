"""Values by table: a row for each value or a column for each element, tried before it is taken, and whole or not at all."""

from __future__ import annotations

import pytest

from models import registry
from models.base.clock import today
from models.base.refusals import Invalid, NotAllowed
from models.base.viewer import Viewer
from models.registry import DataValue
from models.registry.newest import newest
from tests.builders import Town, a_town, a_viewer

pytestmark = pytest.mark.anyio
LONG = "单位编码,数据项,数值\n{0},低保户数,12\n{0},低保人数,30\n"
WIDE = "单位编码,低保户数,低保人数\n{0},12,30\n"


async def a_desk(place: Town) -> Viewer:
    await registry.settle_elements()
    return await a_viewer("coordinator", place.township)


@pytest.mark.parametrize("table", [LONG, WIDE])
async def test_both_shapes_of_a_table_are_tried_and_then_taken(town: str, table: str) -> None:
    place = await a_town()
    desk, content = await a_desk(place), table.format(place.village.code).encode()
    await registry.import_values(desk, place.township, "表.csv", content, dry_run=True)
    assert not await DataValue.exists()
    await registry.import_values(desk, place.township, "表.csv", content)
    rows = await DataValue.all().order_by("id").select_related("element")
    assert {(one.element.code, one.value, one.origin) for one in rows} == {
        ("dibao_household", "12", "import"),
        ("dibao_person", "30", "import"),
    }
    elements = [one.element_id for one in rows]
    told = await newest(elements, (place.village.path, place.village.path + "~"), today())
    assert sorted(str(row[3]) for row in map(tuple, map(_values, told))) == ["12", "30"]


def _values(row: object) -> list[object]:
    return list(row.values()) if hasattr(row, "values") else list(row)  # type: ignore[call-overload]


async def test_what_looks_odd_is_listed_and_what_is_wrong_is_told_by_its_row(town: str) -> None:
    place = await a_town()
    desk = await a_desk(place)
    odd = f"单位编码,低保户数,低保人数\n{place.village.code},30,12\n".encode()
    outcome = await registry.import_values(desk, place.township, "表.csv", odd, dry_run=True)
    assert "对不上" in str(vars(outcome))
    wrong = f"单位编码,数据项,数值\n{place.village.code},低保户数,若干\n".encode()
    with pytest.raises(Invalid, match="第 2 行"):
        await registry.import_values(desk, place.township, "表.csv", wrong)
    people = f"单位编码,姓名,低保户数\n{place.village.code},王伟,1\n".encode()
    with pytest.raises(Invalid, match="名册"):
        await registry.import_values(desk, place.township, "表.csv", people)
    assert not await DataValue.exists()


async def test_nobody_brings_values_into_a_place_they_do_not_work_in(town: str) -> None:
    place = await a_town()
    await registry.settle_elements()
    secretary = await a_viewer("secretary", place.second_village)
    with pytest.raises(NotAllowed):
        await registry.import_values(secretary, place.township, "表.csv", WIDE.encode())
