"""One indicator in plain words, as it stands on the explanation of a score and over the rows it opens to."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from models.evaluation import Part
from models.schemes import SOURCES
from views.evaluation.indicators import counted, reckoned


def a_part(source: str = "timeliness", **told: Any) -> Part:
    usual: dict[str, Any] = {"n": 0, "least": 3, "counts": True, "enough": True, "value": 9646, "mean": 9451}
    weight = {"weight": Fraction(20), "amount": Fraction(19)}
    return Part(source=source, told=SOURCES[source], **usual | weight | told)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (
            a_part(n=5, total=50_000),
            "5 件里 5 件按时（100%）。全都做好，就是满分；件数还少，合计时先折一点，计 96.46%，做得越多折得越少。",
        ),
        (a_part(n=3, total=20_000, value=6667), "3 件里 2 件按时（66.67%）。计 66.67%。"),
        (
            a_part(n=4, total=40_000, value=9451),
            "4 件里 4 件按时（100%）。全都做好，就是满分；件数还少，合计时先折一点，计 94.51%，做得越多折得越少。",
        ),
        (
            a_part(enough=False, value=9301),
            "没有记录：不按本组平均 94.51% 算，按同组靠后四分之一处的 93.01% 计，一有结果就按结果算。",
        ),
        (
            a_part(n=1, total=10_000, enough=False, value=9451),
            "1 件里 1 件按时（100%）。满 3 件才单独算，先和本组平均 94.51% 合起来看，计 94.51%。",
        ),
        (
            a_part("quality", n=4, total=37_000),
            "4 件，平均 92.5%。件数不多，和本组平均 94.51% 合起来看，计 96.46%。",
        ),
        (
            a_part("survey", n=16, total=120_000),
            "16 份，平均 75%。份数不多，和本组平均 94.51% 合起来看，计 96.46%。",
        ),
        (
            a_part(n=3, total=30_000, value=10_000, perfect=1, left_out=2),
            "3 件里 3 件按时（100%）。计 100%。另有 1 件提过异议、中止过、超负荷下派或更正过的，按满分计。"
            "2 件提过异议、中止过或超负荷下派的，不计时限。",
        ),
    ],
)
def test_the_share_of_its_own_comes_first_then_how_it_is_seen(part: Part, words: str) -> None:
    assert counted(part) == words


def test_five_of_five_never_reads_less_than_full_and_figures_read_alike() -> None:
    short = a_part(n=5, total=50_000, full=1176, shown=1134)
    assert reckoned(short) == "100% × 11.76 分 ＝ 11.76 分，暂折 0.42 分，计 11.34 分"
    assert reckoned(a_part(n=5, total=50_000, value=10_000, full=1176, shown=1176)) == "满分 11.76 分，得满分"
    assert (
        reckoned(a_part(n=5, total=40_000, value=9860, full=2000, shown=1972))
        == "98.6% × 20.00 分 ＝ 19.72 分"
    )
