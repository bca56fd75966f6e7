"""Numbers, telephones, yes and no as people type them: all of it read, or refused with a sentence."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.base.choices import choice, yes_or_no
from models.base.numbers import LARGEST, decimal, whole, whole_if_any, within_bounds
from models.base.refusals import Invalid
from models.base.telephones import telephone

READERS: tuple[Callable[[str], Any], ...] = (whole, decimal, telephone, yes_or_no)


def test_whole_numbers_are_read_as_people_type_them() -> None:
    read = {
        "12": 12,
        "１２": 12,
        " 5 ": 5,
        "+5": 5,
        "-0": 0,
        "1,000": 1000,
        "１，０００，０００": 1_000_000,
        "3.0": 3,
    }
    assert {typed: whole(typed) for typed in read} == read
    assert (
        decimal("２．５") == Decimal("2.5")
        and decimal("1,234.50") == Decimal("1234.5")
        and decimal("−3") == -3
    )


@pytest.mark.parametrize(
    "typed", ["1_000", "٣٠٠", "1e3", "1E5", "NaN", "Infinity", "十二", "12人", "1,00", "2,5", "½", "²"]
)
def test_no_other_sign_is_a_number(typed: str) -> None:
    for read in (whole, decimal):
        with pytest.raises(Invalid, match="请填写"):
            read(typed)


def test_a_half_is_no_whole_number_and_says_so() -> None:
    with pytest.raises(Invalid, match=r"“0\.5”不是整数"):
        whole("0.5")
    with pytest.raises(Invalid, match="请填写整数"):
        whole(" ")


def test_no_number_outgrows_a_database() -> None:
    assert whole(f"{LARGEST:,}") == LARGEST and whole(f"-{LARGEST}") == -LARGEST
    for typed in (str(LARGEST + 1), "9" * 29):
        with pytest.raises(Invalid, match="太大"):
            whole(typed)
    for number in (Decimal("NaN"), Decimal("1e12"), Decimal("1e400"), Decimal("1e-7"), Decimal("-Infinity")):
        with pytest.raises(Invalid, match="太大"):
            within_bounds(number)


def test_zeros_at_the_end_are_no_places() -> None:
    assert decimal("1.0000000") == 1 and decimal("2.50000000") == Decimal("2.5")
    with pytest.raises(Invalid, match="小数"):
        decimal("1.0000001")
    with pytest.raises(Invalid, match="小数"):
        decimal("1." + "0" * 20 + "1")
    assert decimal("0.0000000000") == 0


def test_a_telephone_is_the_same_however_it_was_typed() -> None:
    same = (
        "13800000013",
        "138-0000-0013",
        "138 0000 0013",
        "+86 13800000013",
        "8613800000013",
        "0086-138 0000 0013",
    )
    assert {telephone(typed) for typed in (*same, "１３８００００００１３", "\u202d13800000013\u202c")} == {
        "13800000013"
    }
    for typed in ("0575-86012345", "(0575) 8601 2345", "０５７５－８６０１２３４５", "+86 575 86012345"):
        assert telephone(typed) == "057586012345", typed
    assert telephone("0575-86012345转801") == telephone("0575-86012345-801") == "057586012345-801"
    assert (
        telephone(" ") == "" and telephone("110") == "110" and telephone("+1 202 555 0100") == "+12025550100"
    )
    for typed in ("没有", "12", "138x", "1" * 30, "1３8+"):
        with pytest.raises(Invalid, match="电话"):
            telephone(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("013800000013", "13800000013"),
        ("86013800000013", "13800000013"),
        ("+86 0138 0000 0013", "13800000013"),
        ("+86 0575-86012345-801", "057586012345-801"),
        ("057586012345-801", "057586012345-801"),
        ("86012345-801", "86012345-801"),
        ("8601-2345", "86012345"),
        ("010-8888-8888", "01088888888"),
        ("0575-8601-2345", "057586012345"),
        ("400-800-1234", "4008001234"),
        ("400-800-1234-5", "4008001234-5"),
        ("13800000013转801", "13800000013-801"),
        ("13800000013-801", "13800000013-801"),
        ("138.0000.0000", "13800000000"),
        ("0012025550100", "0012025550100"),
    ],
)
def test_no_two_numbers_are_glued_and_none_keeps_what_is_dialled_from_afar(typed: str, kept: str) -> None:
    assert telephone(typed) == kept == telephone(kept)


@pytest.mark.parametrize(
    "typed",
    [
        "13800000013.0",
        "057586012345.00",
        "1380000 0013/661",
        "13800000013/13900000013",
        "1380000001366",
        "13800000013 13900000013",
        "13800000013、13900000013",
        "0575-86012345-8012345",
        "86012345/86012346",
    ],
)
def test_what_is_more_or_less_than_one_number_is_refused(typed: str) -> None:
    with pytest.raises(Invalid, match=r"电话|号码"):
        telephone(typed)


def test_yes_and_no_are_the_words_people_use_and_no_others() -> None:
    assert all(yes_or_no(word) for word in ("是", "是。", "TRUE", "Yes", "ｙ", "√", "✔️", "1", " 是 ", "有"))
    assert not any(yes_or_no(word) for word in ("否", "否。", "FALSE", "no", "×", "0", "无", "不是"))
    for word in ("", "可能", "2", "-", "yes and no", "x"):
        with pytest.raises(Invalid, match="请填“是”或“否”"):
            yes_or_no(word)


def test_a_choice_is_named_by_its_code_or_label_and_no_word_is_the_default() -> None:
    levels = {"township": "乡镇街道", "village": "村社"}
    assert {choice(word, levels) for word in ("township", "TOWNSHIP", "乡镇 街道", "鄉鎮街道")} == {
        "township"
    }
    for word in ("", "镇", "。", "town"):
        with pytest.raises(Invalid, match="乡镇街道、村社"):
            choice(word, levels)


@given(st.text(max_size=40))
def test_no_reader_breaks_whatever_is_typed(typed: str) -> None:
    for read in READERS:
        try:
            once = read(typed)
        except Invalid:
            continue
        if read is telephone:
            assert telephone(once) == once


@given(st.integers(-LARGEST, LARGEST))
def test_every_whole_number_is_read_back(number: int) -> None:
    assert whole(str(number)) == whole(f"{number:,}") == decimal(str(number)) == number


def test_of_what_is_on_file_a_number_is_read_and_anything_else_is_none() -> None:
    assert [whole_if_any(one) for one in ("３２０", "1,200", "约300", "٣٠٠", "", "9" * 5_000)] == [
        320,
        1200,
        *[None] * 4,
    ]


MODELS = Path(__file__).parents[3] / "models"
OF_THE_MACHINE = {
    "base/numbers.py _number": "the gate itself",
    "exporting.py as_number": "a figure of ours, looked at sign by sign before",
    "trail/heads.py head_of": "the number of an entry, which may be larger than any that is typed",
    "burden/figures.py exact": "a sum, as the database gives it",
    "registry/kinds.py _measured": "what the gate has read already",
    "registry/kinds.py number_of": "a number as it was kept",
    "registry/tables.py _counted": "a number as it was kept, by the hundred thousand",
    "tasks/field_checks.py _beside_the_last": "figures as they were kept",
    "tasks/field_checks.py _beside_others": "figures as they were kept",
    "tasks/loads.py share": "it is told which figure to take",
}
"""Where a text is read as a number without the gate, and why."""


def test_no_text_is_read_as_a_number_beside_the_gate() -> None:
    found = {
        where
        for path in MODELS.rglob("*.py")
        if "migrations" not in path.parts
        for where in _read_beside(path)
    }
    assert found - OF_THE_MACHINE.keys() == set()


def _read_beside(path: Path) -> Iterator[str]:
    """Functions that call `int` and its like upon a text they were given, or upon what was kept as one."""
    for made in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(made, ast.FunctionDef | ast.AsyncFunctionDef):
            texts = set(_texts_of(made))
            for call in ast.walk(made):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in READING:
                    names = {one.id for one in ast.walk(call) if isinstance(one, ast.Name)}
                    if names & texts or _kept(call.args[0] if call.args else call):
                        yield f"{path.relative_to(MODELS)} {made.name}"


READING = {"int", "float", "Decimal", "Fraction"}


def _texts_of(made: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    for one in (*made.args.args, *made.args.kwonlyargs):
        if one.annotation is not None and ast.unparse(one.annotation) in {"str", "str | None", "object"}:
            yield one.arg
    for one in ast.walk(made):
        if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name) and _kept(one.value):
            yield one.targets[0].id


def _kept(value: ast.AST) -> bool:
    """Whether it is the value of something on file, or a text without the blanks around it."""
    attributes = {one.attr for one in ast.walk(value) if isinstance(one, ast.Attribute)}
    return bool(attributes & {"value", "text", "strip"}) and "self" not in ast.unparse(value)
