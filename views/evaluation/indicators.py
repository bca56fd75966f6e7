"""One indicator in plain words: what the village did, how that is seen beside its group, and what was spared."""

from __future__ import annotations

from models.evaluation import Part
from models.schemes import SOURCES
from views.base.words import score

FULL = 10_000
SPARED = "提过异议、中止过、超负荷下派或更正过的"
LEFT_OUT = "提过异议、中止过或超负荷下派的"


def counted(part: Part) -> str:
    """5 件里 5 件按时（100%）。件数不多，和本组平均 94.51% 合起来看，计 96.46%。"""
    return _own(part) + _seen(part) + _spared(part)


def _unit(part: Part) -> str:
    return "份" if part.source == "survey" else "件"


def percent(hundredths: int) -> str:
    """100%, 96.46%."""
    return f"{score(hundredths).rstrip('0').rstrip('.')}%"


def _own(part: Part) -> str:
    if not part.n:
        return "" if part.perfect else "没有记录："
    many = f"{part.n} {_unit(part)}"
    if not SOURCES[part.source].done:
        return f"{many}，平均 {percent(part.share)}。"
    right = part.total // 10_000
    return f"{many}里 {right} 件{SOURCES[part.source].done}（{percent(part.share)}）。"


def _seen(part: Part) -> str:
    mean, value = percent(part.mean), percent(part.value)
    if part.has_none:
        return f"不按本组平均 {mean} 算，按同组靠后四分之一处的 {value} 计，一有结果就按结果算。"
    if not part.enough:
        return f"满 {part.least} {_unit(part)}才单独算，先和本组平均 {mean} 合起来看，计 {value}。"
    if part.value == part.share and part.n:
        return f"计 {value}。"
    if part.all_good:
        return f"全都做好，就是满分；{_unit(part)}数还少，合计时先折一点，计 {value}，做得越多折得越少。"
    if part.value == part.mean:
        return f"同组村社还看不出差别，按本组平均 {mean} 计。"
    return f"{_unit(part)}数不多，和本组平均 {mean} 合起来看，计 {value}。"


def reckoned(part: Part) -> str:
    """What it adds to the score: 100% × 11.76 分，暂折 0.42 分，计 11.34 分。"""
    full, shown = score(part.full), score(part.shown)
    if part.value == FULL:
        return f"满分 {full} 分，得满分"
    if part.all_good:
        return f"100% × {full} 分 ＝ {full} 分，暂折 {score(part.full - part.shown)} 分，计 {shown} 分"
    exact = abs(part.value * part.full - part.shown * FULL) <= FULL // 2
    return f"{percent(part.value)} × {full} 分 {'＝' if exact else '≈'} {shown} 分"


def _spared(part: Part) -> str:
    told = ""
    if part.perfect:
        told = f"{'另' if part.n else ''}有 {part.perfect} 件{SPARED}，{'按满分计' if part.enough else '不会拉低'}。"
    if part.left_out:
        told += f"{part.left_out} 件{LEFT_OUT}，{'不计时限' if part.source == 'timeliness' else '不计'}。"
    return told
