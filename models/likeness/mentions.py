"""Data that is asked for in words: 请上报低保户数, by whatever name of it, whichever way it is written.

A name alone asks for nothing: a verb of reporting must stand near it, and nobody must have said that it need not be.
Words advise: they show what is on file already, and refuse nothing.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from models.base.folding import folded
from models.likeness.folding import COMMAS, STOPS, places

NEAR = 24
"""Signs that may stand between a name and the verb that asks for it."""
NUMBERED = ("数量", "总数", "个数", "有多少", "的数量", "底数", "数")
"""What a name ends with where the number is meant and not the thing."""
_ENDINGS = [re.compile(f"{one}$") for one in ("户数", "人数", "总数", "数")]
"""残疾人数 counts 残疾人, 党员人数 counts 党员: what is left without its ending may be what is counted."""
_AMOUNTS = ("面积", "收入", "支出", "总额", "产量", "里程")
_ASKING = re.compile(
    "上报|填报|报送|填写|填好|统计|汇总|摸底|摸排|摸清|普查|采集|收集|提供|反馈|登记|更新|核报|排查清楚"
    "|报一下|报一次|报来|报至|报到|报给|报我|报镇|再报|重报|补报|报表|填入|填表|多少|几户|几名|几个"
)
_BARE = re.compile("摸底|摸排|摸清|普查|统计|填报|上报|报送|采集|多少|几户|几名|几个")
"""Verbs that ask for the number even of what is named alone: 摸排留守儿童."""
_NOT_ASKING = re.compile(
    "据[^，。；]{0,8}统计|统计显示|统计局|统计口径|统计年鉴|统计数据显示|汇总显示|普查显示|上报人|填报人|登记在册"
    "|(?:不用|不必|无需|无须|不要|不得|不再|不需|免于|免去|停止|取消|禁止)[^，。；]{0,12}?(?:上报|填报|报送|填写|统计|汇总|摸底|摸排|采集|收集|提供|反馈|登记|再报)"
    "|(?:已经?|均已|都已)(?:由[^，。；]{1,8})?(?:上报|填报|报送|填写|统计|汇总|摸底|摸排|采集|收集|提供|反馈|登记|更新)"
)
_AFTERWARDS = re.compile("^(?:情况)?(?:$|底数|情况|名单|[，。；]|进行|开展|再|一次|的?数)")
"""What may follow a thing that is named alone, where it is to be counted and nothing is to be done for it."""
_BEFORE = re.compile("(?:^|各村|本村|全村|村内|辖区|现有|目前|符合条件的?|对|一次|一下|所有|全部|年)$")


class Named(NamedTuple):
    """An element by its code, a folded name of it, and whether that is the number itself or only what is counted."""

    code: str
    words: str
    counts: bool
    is_own: bool = False


class Mention(NamedTuple):
    """An element that a text asks for, and the words in which it does."""

    code: str
    words: str


@cache
def other_names() -> Mapping[str, tuple[str, ...]]:
    """What people call an element beside its name, by its code."""
    with Path(__file__).with_name("element_words.tsv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: tuple(row["words"].split()) for row in csv.DictReader(file, delimiter="\t")}


def names_of(code: str, name: str) -> Iterator[Named]:
    """Every way to call an element, with the number meant or the thing alone."""
    for said in (name, *other_names().get(code, ())):
        for part in re.split("[（()）]", said):
            if len(words := folded(part)) < 2:
                continue
            things = {found for ending in _ENDINGS if (found := ending.sub("", words)) != words}
            yield Named(code, words, bool(things) or words.endswith(_AMOUNTS), True)
            for thing in sorted(one for one in things if len(one) > 1):
                end = words.removeprefix(thing)
                yield from (Named(code, thing + one, True) for one in (*NUMBERED, f"的{end}"))
                yield Named(code, thing, False)


def mentions(text: str, elements: Mapping[str, str]) -> list[Mention]:
    """The elements, given by code with their names, that a text asks for: longest names first, each once."""
    known = _names(tuple(sorted(elements.items())))
    found: dict[str, str] = {}
    for sentence in _sentences(text):
        if _ASKING.search(sentence):
            for one in _asked(sentence, known):
                found.setdefault(one.code, one.words)
    return [Mention(code, words) for code, words in found.items()]


@lru_cache(maxsize=8)
def _names(elements: tuple[tuple[str, str], ...]) -> list[Named]:
    """Every name once, the longest first: what one element is called is not taken for a way to call another."""
    told = [list(names_of(code, name)) for code, name in elements]
    own = {one.words: one for names in told for one in names if one.is_own}
    every = {one.words: one for names in told for one in names} | own
    return sorted(every.values(), key=lambda one: (-len(one.words), one))


def _sentences(text: str) -> list[str]:
    """Folded sentences in which commas still stand."""
    parts = re.split(f"[{re.escape(''.join(STOPS))}]", text)
    return ["，".join(folded(clause) for clause in re.split(f"[{''.join(COMMAS)}]", one)) for one in parts]


def _asked(sentence: str, known: list[Named]) -> Iterator[Named]:
    """What one sentence asks for; a name within a longer one is that one's."""
    silent = [range(*one.span()) for one in _NOT_ASKING.finditer(sentence)]
    verbs = [one for one in _ASKING.finditer(sentence) if not any(one.start() in part for part in silent)]
    taken: list[range] = []
    for one in known:
        for start in places(sentence, one.words):
            here = range(start, start + len(one.words))
            if any(here.start < other.stop and other.start < here.stop for other in taken):
                continue
            taken.append(here)
            near = [verb for verb in verbs if _between(here, verb) <= NEAR]
            if near and (one.counts or _is_counted(sentence, here, near)):
                yield one


def _between(here: range, verb: re.Match[str]) -> int:
    return max(here.start - verb.end(), verb.start() - here.stop, 0)


def _is_counted(sentence: str, here: range, verbs: list[re.Match[str]]) -> bool:
    """Whether a thing that is named without a number is to be counted: right behind such a verb, or in front of one."""
    strong = [one for one in verbs if _BARE.fullmatch(one.group())]
    after = sentence[here.stop :]
    for verb in strong:
        if verb.end() <= here.start:
            between = sentence[verb.end() : here.start]
            if (not between or _BEFORE.search(between)) and _AFTERWARDS.match(after):
                return True
        elif re.fullmatch(
            "(?:进行|开展|再|一次|全面|的|情况|有|底数|做好)*", sentence[here.stop : verb.start()]
        ):
            return True
    return False
