"""Words, names and codes as they enter: one form of each, nothing that nobody sees, and something to read."""

from __future__ import annotations

import contextlib
import time
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.base.choices import choice, yes_or_no
from models.base.days import day_written, moment_written
from models.base.filenames import safe_name
from models.base.folding import folded, folded_apart
from models.base.identities import code_of, name_of, same_name
from models.base.numbers import decimal, whole
from models.base.refusals import Invalid
from models.base.telephones import telephone
from models.base.text import MOST_MARKS, NO_TEXT, UNSEEN, kept, narrowed, one_line, says_something
from models.plausibility import doubts_on_a_person

NOTHING = (
    "",
    " ",
    "\u3000",
    "\u200b",
    "\u00ad",
    "\ufeff",
    "\u2060",
    "\u3164",
    "\u115f",
    "\uffa0",
    "\u2800",
    "\u0301\u0302",
)
NOTHING += (
    "\u202e",
    "\u2066\u2069",
    "\u180e",
    "\ufe0f",
    "\U000e0041",
    "\x07\x1b",
    "\n\r\n",
    "\u200d",
    "\u200b \u2800\u3164",
)
NO_LETTER = ("。。。", "——", "🀄", "👩\u200d👩\u200d👧", "√", "？！", "￥")


def test_what_shows_nothing_says_nothing() -> None:
    for text in NOTHING:
        assert kept(text) == one_line(text) == name_of(text) == code_of(text) == narrowed(text) == "", ascii(
            text
        )


def test_pictures_and_stops_are_kept_and_say_nothing() -> None:
    for text in NO_LETTER:
        assert kept(text) == text and not says_something(text), text
    assert all(says_something(text) for text in ("村", "a", "7", "𠮷", "\U00031350", "。好"))


def test_words_keep_their_lines_and_lose_what_nobody_sees() -> None:
    assert kept(" 梅\u202e渚\u200b \r\n\u3000村\ufeff\u2028八\u00ad户 ") == "梅渚 \n\u3000村\n八户"
    assert one_line("梅渚\r\n\t村\u00a0\u3000八") == "梅渚 村 八"
    assert kept("e\u200b\u0301") == "é" and kept("ｅ１") == "ｅ１"
    assert kept("\u8fbb\U000e0100村") == "\u8fbb\U000e0100村", "how a sign of a name is drawn is a part of it"


def test_a_name_or_code_is_the_same_however_it_was_typed() -> None:
    for typed in ("吕金木", "吕 金木", "吕　金木", " 吕金木\u200f", "吕\n金木", "吕\u00a0金\ufeff木"):
        assert name_of(typed) == "吕金木", ascii(typed)
    for typed in ("买买提·吐尔逊", "买买提•吐尔逊", "买买提 ・ 吐尔逊"):
        assert name_of(typed) == "买买提·吐尔逊"
    assert name_of("Ａｎｎａ  Ｌｉ") == "Anna Li"
    for typed in ("XZ-A-01", "ＸＺ－A－０１", " XZ‐A-01\u200b", "XZ -A- 01"):
        assert code_of(typed) == "XZ-A-01", ascii(typed)


def test_a_name_is_the_same_however_its_signs_are_drawn() -> None:
    assert name_of("⽂明") == "文明" and name_of("文\ufe00明") == name_of("文\U0001bca0明") == "文明"
    assert name_of("\u8fbb\U000e0100村") == "\u8fbb\U000e0100村"
    assert same_name("\u8fbb\U000e0100村") == same_name("辻村") and same_name("ANNA Li") == "anna li"
    assert [*doubts_on_a_person("文\u2e81明")] and not [*doubts_on_a_person(name_of("⽂明"))]


def test_folding_sees_through_width_blanks_case_and_old_signs() -> None:
    assert (
        folded("ＭＺＣ") == "mzc" and folded("梅 渚，村") == "梅渚村" and folded("呂金木\u200b") == "吕金木"
    )
    assert folded("３３０６２４") == "330624" and folded("🀄 。") == ""


EVERY_SIGN = st.text(st.characters(min_codepoint=1), max_size=12)


@given(EVERY_SIGN)
def test_what_is_kept_once_is_kept_so_for_ever(text: str) -> None:
    for form in (kept, one_line, name_of, code_of, folded):
        assert form(form(text)) == form(text), form.__name__
    assert not UNSEEN.search(kept(text)) and unicodedata.is_normalized("NFC", kept(text))


MANY = 50_000
WORST = (
    "\u0301\u0327" * MANY,
    "a" + "\u0327\u0301\u0344" * MANY,
    "\u0301\u200b\u0327" * MANY,
    "1" + " " * 2 * MANY + "1",
    "年" + " " * 2 * MANY,
    "\u0f73\u3099" * MANY,
    "(" * MANY + "转" * MANY,
    "👩\u200d" * MANY,
    "1:" * MANY,
    "a·" * MANY,
)
GATES = (
    kept,
    one_line,
    name_of,
    code_of,
    narrowed,
    folded,
    folded_apart,
    safe_name,
    telephone,
    whole,
    decimal,
)
GATES += (day_written, moment_written, yes_or_no, lambda text: choice(text, {"a": "甲"}))


@pytest.mark.parametrize("gate", GATES)
def test_what_a_gate_costs_grows_with_the_length_alone(gate: Callable[[str], object]) -> None:
    for text in WORST:
        begun = time.thread_time()
        with contextlib.suppress(Invalid):
            gate(text)
        assert time.thread_time() - begun < 0.5, ascii(text[:8])


def test_a_letter_carries_as_many_marks_as_any_script_puts_on_it() -> None:
    assert kept("e\u0301\u0327") == "ȩ\u0301" and one_line("ལྷ་སྡེ") == "ལྷ་སྡེ"
    piled = kept("z" + "\u0344" * 100)
    assert len(piled) == 1 + MOST_MARKS and kept(piled) == piled


FORMATS_THAT_SHOW = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
"""Signs that stand around Arabic, Syriac and Kaithi figures."""


def test_no_sign_that_unicode_calls_a_format_or_a_control_is_kept() -> None:
    signs = (chr(number) for number in range(0x110000) if unicodedata.category(chr(number)) in {"Cf", "Cc"})
    left = [sign for sign in signs if kept(f"文{sign}明") not in ("文明", "文\n明", "文\t明")]
    assert "".join(left) == FORMATS_THAT_SHOW


@pytest.mark.parametrize("sign", ["\x00", "\ud800", "\udfff"])
def test_half_of_a_pair_and_a_zero_byte_are_no_text(sign: str) -> None:
    assert NO_TEXT.search(f"村{sign}") and not NO_TEXT.search("村")
