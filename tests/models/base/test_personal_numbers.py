"""Numbers by which one person is known: refused where they are typed, struck out where things are told on."""

from __future__ import annotations

import pytest

from models.base.details import taken
from models.base.personal_numbers import must_hold_no_identity, told_without_numbers, without_numbers
from models.base.refusals import Invalid, Unreadable
from models.compliance import dossier

CARD = "11010519491231002X"
CARDS = (
    CARD,
    "11010519491231002x",
    "110105 19491231 002X",
    "110105-19491231-002X",
    "１１０１０５１９４９１２３１００２Ｘ",
    f"户主{CARD}，已搬走",
)
NO_CARDS = (
    "110105194912310021",
    "110105199913310021",
    "330624005-XZ-NY-01-20261201-0001-A",
    "20261201130000123456",
    "330624004214",
    "6.5 万元",
)


@pytest.mark.parametrize("text", CARDS)
def test_an_identity_number_is_known_however_it_is_parted(text: str) -> None:
    with pytest.raises(Unreadable, match="不收集身份证号"):
        must_hold_no_identity(text)
    assert "1949" not in without_numbers(text)


@pytest.mark.parametrize("text", NO_CARDS)
def test_what_only_looks_long_is_none(text: str) -> None:
    must_hold_no_identity(text)
    assert without_numbers(text) == text


def test_every_command_refuses_an_identity_number_in_every_word_it_takes() -> None:
    asked = 0
    for command in dossier.commands():
        for name in command.details.keys() - command._secret:
            asked += 1
            with pytest.raises(Invalid, match=r"不收集身份证号|不是电话号码"):
                taken({name: f"联系 {CARD}"}, command.details, command._secret)
    assert asked > 300


def test_a_password_is_taken_as_it_was_typed() -> None:
    assert taken({"password": CARD}, {"password": str}, frozenset({"password"})) == {"password": CARD}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("请打 13800000013 找老王", "请打 138****0013 找老王"),
        ("138 0000 0013、138-0000-0013", "138****0013、138****0013"),
        ("１３８００００００１３", "138****0013"),
        ("镇里电话 0575-86012345", "镇里电话 0575-86012345"),
        ("编号 2013800000013", "编号 2013800000013"),
        ("d4a13800000013be", "d4a13800000013be"),
    ],
)
def test_mobile_telephones_are_struck_out_where_things_are_told_on(text: str, told: str) -> None:
    assert without_numbers(text) == told
    assert told_without_numbers({"a": [text, 5, None]}) == {"a": [told, 5, None]}
