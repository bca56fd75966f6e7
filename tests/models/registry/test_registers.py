"""Registers of persons, and departments that own an element: both told by words alone."""

from __future__ import annotations

import pytest

from models.base.refusals import Invalid
from models.registry.owners import owns
from models.registry.registers import must_be_no_register


@pytest.mark.parametrize(
    "text", ["低保户名单", "户主姓名", "残疾人花名册", "重点人员台账到人", "联系人 13800001111"]
)
def test_words_that_ask_for_persons_one_by_one_are_refused(text: str) -> None:
    with pytest.raises(Invalid, match="到人的名册") as no:
        must_be_no_register(text, "name")
    assert no.value.field == "name"


@pytest.mark.parametrize("text", ["低保户数", "名优产品数", "电话入户率", "2026", "集体资产总额"])
def test_words_that_ask_for_a_number_of_a_village_pass(text: str) -> None:
    must_be_no_register(text, "name")


@pytest.mark.parametrize(
    ("department", "owner", "told"),
    [
        ("新昌县民政局", "民政", True),
        ("绍兴市卫生健康委员会", "卫健", True),
        ("新昌县农业农村局", "民政", False),
        ("新昌县民政局", "", False),
    ],
)
def test_a_department_owns_what_names_its_kind(department: str, owner: str, told: bool) -> None:
    assert owns(department, owner) is told
