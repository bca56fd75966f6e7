"""What may well be right and is more often a slip is told, and rare names that are right are left in peace."""

from __future__ import annotations

import pytest

from models.plausibility import doubts_on_a_person, doubts_on_a_place, doubts_on_a_telephone


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("胡子?村", "问号"),
        ("胡子？村", "问号"),
        ("李\ufffd", "问号"),
        ("孙家\ue4c6村", "自造字（U+E4C6"),
        ("聂囗村", "方框"),
        ("小(氵甸)村", "括号“小(氵甸)"),
        ("长shan村", "拉丁字母"),
        ("北京亦庄.永清社区", "标点"),
        ("村", "只写了单位的种类"),
        ("居民委员会", "只写了单位的种类"),
    ],
)
def test_an_odd_name_of_a_place_is_told(name: str, told: str) -> None:
    assert any(told in one for one in doubts_on_a_place(name))


@pytest.mark.parametrize(
    ("name", "told"), [("王伟2", "数字"), ("王", "只有一个字"), ("Wang", "拉丁字母"), ("王伟(代)", "括号")]
)
def test_an_odd_name_of_a_person_is_told(name: str, told: str) -> None:
    assert any(told in one for one in doubts_on_a_person(name))


@pytest.mark.parametrize("name", ["赵䶮", "𠮷田", "钱𣸤", "叶\U0003158e", "阿依古丽·买买提", "欧阳娜娜"])
def test_a_rare_name_that_is_right_is_no_doubt(name: str) -> None:
    assert not [*doubts_on_a_person(name), *doubts_on_a_place(name + "村")]


def test_a_mobile_number_has_eleven_figures_and_others_have_what_they_have() -> None:
    assert [*doubts_on_a_telephone("138000000015")] and [*doubts_on_a_telephone("1380000001")]
    assert [*doubts_on_a_telephone("57586012345")] and [*doubts_on_a_telephone("1012345678")]
    assert not [
        one
        for number in ("13800000015", "057586012345", "86012345", "4001234567", "110", "")
        for one in doubts_on_a_telephone(number)
    ]
