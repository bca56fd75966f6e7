"""What in a name or number may well be right, and is more often a slip of a system or a keyboard: told, and never refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from models.base.identities import RADICAL

QUESTIONS = re.compile("[?？\ufffd]")
EMPTY_BOXES = re.compile("[囗□○◇■]")
STOPS = re.compile(r"[.,;:!。，；：！、_*#@/\\|~^]")
BRACKETS = re.compile(r"[（(\[【〔].*?[）)\]】〕]|[（(\[【〔].*|.*[）)\]】〕]")
MOBILE = 11
NO_PLACE = frozenset(["村", "社区", "村委会", "居委会", "村民委员会", "居民委员会", "镇", "乡", "街道"])


def doubts_on_words(words: str) -> Iterator[str]:
    """Sentences on signs that were lost on the way, wherever they stand."""
    if QUESTIONS.search(words):
        yield f"“{words[:40]}”里有问号，可能是没有保存下来的字"
    for sign in dict.fromkeys(one for one in words if unicodedata.category(one) == "Co"):
        yield f"“{words[:40]}”里有自造字（U+{ord(sign):04X}，别的电脑上显示不出来），请改用国家标准的字"
    for sign in dict.fromkeys(RADICAL.findall(words)):
        yield f"“{words[:40]}”里的“{sign}”（U+{ord(sign):04X}）是部首，不是字，请重新输入这个字"
    if EMPTY_BOXES.search(words):
        yield f"“{words[:40]}”里有方框或圆圈，可能是打不出来的字"


def doubts_on(name: str) -> Iterator[str]:
    """Sentences on what looks odd in a name."""
    yield from doubts_on_words(name)
    if inside := BRACKETS.search(name):
        yield f"“{name}”里有括号“{inside[0][:20]}”，名称里一般不写说明"
    if re.search("[A-Za-z]", name):
        yield f"“{name}”里有拉丁字母，可能是用拼音代替的字"
    if STOPS.search(name):
        yield f"“{name}”里有标点"


def doubts_on_a_place(name: str) -> Iterator[str]:
    """The same of a unit, which also has more to its name than its kind."""
    yield from doubts_on(name)
    if name in NO_PLACE:
        yield f"“{name}”只写了单位的种类，没有名称"


def doubts_on_a_person(name: str) -> Iterator[str]:
    """The same of a person, whose name has letters alone."""
    yield from doubts_on(name)
    if re.search(r"\d", name):
        yield f"“{name}”里有数字"
    if len(name) == 1:
        yield f"“{name}”只有一个字"


def doubts_on_a_telephone(number: str) -> Iterator[str]:
    """A mobile number has eleven figures; a table that takes numbers for figures loses the nought before an area's."""
    if re.fullmatch("1[3-9][0-9]*", number) and len(number) != MOBILE:
        yield f"电话“{number}”有 {len(number)} 位，手机号是 {MOBILE} 位"
    elif re.fullmatch("(?![48]00)([2-9][0-9]{9,10}|10[0-9]{8})", number):
        yield f"电话“{number}”的区号前可能少了 0"
