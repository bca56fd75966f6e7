"""A forbidden phrase is found however it is written, and innocent words are left alone."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.base.folding import folded
from models.likeness import Folded
from models.screening.red_lines import SHIPPED, innocent_words

HERE = Path(__file__).parent
DEMO = HERE.parent.parent / "models" / "demo"
with SHIPPED.open(encoding="utf-8", newline="") as file:
    PHRASES = [row["phrase"] for row in csv.DictReader(file, delimiter="\t")]
BETWEEN = " \u3000\t\u200b\u200d\u2060\ufeff.·•-_*/|~'\"“”（）[]★😀\u0301\ufe0f"
"""What somebody puts between the signs of a word who does not want it found."""


def found(text: str, phrase: str) -> list[str]:
    return [text[one.start : one.end] for one in Folded(text).find(folded(phrase), innocent_words(phrase))]


@pytest.mark.parametrize(
    "text",
    [
        "签订责任状",
        "簽訂責任狀",
        "签责 任 状",
        "签责.任.状",
        "签责，任，状并报",
        "签订责任，状。",
        "责\n任\n状",
        "责\u200b任\u200d状",
        "责😀任😀状",
        "责任（状）",
        "“责任”状",
    ],
)
def test_a_pledge_is_found_however_it_is_written(text: str) -> None:
    assert len(found(text, "责任状")) == 1


@given(st.sampled_from(PHRASES), st.data())
def test_no_blank_dot_or_invisible_sign_hides_a_phrase(phrase: str, data: st.DataObject) -> None:
    parts = [data.draw(st.text(BETWEEN, max_size=3)) + sign for sign in phrase]
    assert found(f"请{''.join(parts)}。", phrase)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("请做好安排，名单附后", "排名"),
        ("请做好安排。名单附后", "排名"),
        ("安排名额两个", "排名"),
        ("压实责任，书记带头", "责任书"),
        ("落实责任，书面反馈", "责任书"),
        ("落实责任，状态良好", "责任状"),
        ("按要求完成，率先上报", "完成率"),
        ("协议已签，到镇里领取", "签到"),
        ("组织主题党日活动", "日活"),
        ("土地流转，发包情况", "转发"),
    ],
)
def test_two_words_that_meet_are_no_phrase(text: str, phrase: str) -> None:
    assert found(text, phrase) == []


def test_folding_finds_nothing_more_in_what_the_demo_and_the_labelled_requests_ask() -> None:
    with (HERE / "requests.jsonl").open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    with (DEMO / "asks.tsv").open(encoding="utf-8", newline="") as file:
        texts += [f"{row['title']}\n{row['body']}" for row in csv.DictReader(file, delimiter="\t")]
    more = [(p, t) for t in texts for p in PHRASES if p not in t and found(t, p)]
    assert len(texts) > 200 and more == []
