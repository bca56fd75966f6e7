"""Words out of a closed set: a box ticked or not, a kind, a level. What is not in the set is refused, and never the default.

yes_or_no("√"), yes_or_no("是。")              are True
choice("乡镇 街道", {"township": "乡镇街道"})     is "township"
"""

from __future__ import annotations

from collections.abc import Mapping

from models.base.folding import folded
from models.base.refusals import Unreadable
from models.base.text import narrowed

YES = frozenset(
    [
        "是",
        "有",
        "对",
        "真",
        "要",
        "需要",
        "是的",
        "yes",
        "y",
        "true",
        "t",
        "1",
        "on",
        "√",
        "✓",
        "✔",
        "☑",
        "打勾",
        "勾",
    ]
)
NO = frozenset(
    [
        "否",
        "无",
        "不",
        "不是",
        "没有",
        "假",
        "不要",
        "不需要",
        "no",
        "n",
        "false",
        "f",
        "0",
        "off",
        "×",
        "✗",
        "✘",
        "✕",
        "☐",
    ]
)
MOST_NAMED = 8
STOPS = ".。!！ "


def yes_or_no(text: str) -> bool:
    """What a tick or a word says; raises Unreadable for a word that says neither."""
    word = narrowed(text).strip(STOPS).lower().replace("\ufe0f", "").replace("\ufe0e", "")
    if word in YES or word in NO:
        return word in YES
    raise Unreadable(f"“{narrowed(text)[:20]}”看不出是或否，请填“是”或“否”。" if word else "请填“是”或“否”。")


def choice(text: str, labels: Mapping[str, str]) -> str:
    """The code that is meant by a code or by its label, however wide or spaced; raises Unreadable, naming what may be said."""
    word = folded(text)
    for code, label in labels.items():
        if word and word in (folded(code), folded(label)):
            return code
    raise Unreadable(
        f"“{narrowed(text)[:20]}”不在可选范围内，可填：{_named(labels)}。"
        if word
        else f"请填：{_named(labels)}。"
    )


def _named(labels: Mapping[str, str]) -> str:
    names = list(labels.values())
    return "、".join(names[:MOST_NAMED]) + ("等" if len(names) > MOST_NAMED else "")
