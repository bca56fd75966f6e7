"""What of a text tells what it is about: without document numbers, years, the sender's name and set phrases."""

from __future__ import annotations

import re
from dataclasses import dataclass

from models.base.folding import folded_apart

_NUMBERS = re.compile(
    r"[（(]?[\u4e00-\u9fff]{0,8}[〔\[【（(](?:19|20)\d\d[〕\]】）)]\s*\d+\s*号[)）]?"  # 绍柯环〔2024〕31号
    r"|(?:19|20)\d\d年(?:度)?|第[\d一二三四五六七八九十]+[号批次期]"
)
_SENDER = re.compile(
    r"^[\u4e00-\u9fff、（）]{2,16}?(?:局|办公室|办|中心|大队|委员会|委|部|院|社|联|会|公司)(?=关于|[：:])"
)
_SET_PHRASES = re.compile(
    "关于|组织开展|开展|做好|切实|进一步|加强|落实|推进|规范|工作|的?紧急通知|的?通知|的?函|有关|相关|"
    "请各(?:地|村|镇街?|乡镇|社区)|各(?:乡镇|镇街|村|社区)|请|及时|情况|活动|专项行动|行动|辖区|（街道）|本镇|全面|一次|对"
)
_RUNS = re.compile(r"[\u4e00-\u9fff]+|[a-z0-9]+")
_FIGURES = re.compile(r"\d+(?:\.\d+)?")
SINGLE = 0.2
"""A single sign tells a fifth of what a pair of neighbours tells."""


@dataclass(frozen=True)
class Wording:
    """A text taken apart: who seems to send it, and what it is about."""

    sender: str
    about: str

    @classmethod
    def of(cls, text: str) -> Wording:
        plain = _NUMBERS.sub(" ", folded_apart(text)).strip()
        found = _SENDER.match(plain)
        sender = found.group(0) if found else ""
        return cls(sender, _SET_PHRASES.sub(" ", plain[len(sender) :]))


def figures_hidden(text: str) -> str:
    """The text in small letters with every figure as one sign, so that 95% and 80% read alike."""
    return _FIGURES.sub("#", folded_apart(text))


def grams(text: str) -> dict[str, float]:
    """Single signs and pairs of neighbours with their weight: enough for Chinese without a dictionary."""
    found: dict[str, float] = {}
    for run in _RUNS.findall(text):
        if run[0].isascii():
            found[run] = 1.0
            continue
        found |= {sign: SINGLE for sign in run if sign not in found}
        found |= {run[at : at + 2]: 1.0 for at in range(len(run) - 1)}
    return found
