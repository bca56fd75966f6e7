"""The ranker on labelled samples, and what it must never do."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from models.likeness import Comparison, Document, Meaning, Ranker, meaning, prohibitions_near, warning
from models.likeness.lexicon import _asked_by, concepts
from tests.likeness.__main__ import measured
from tests.likeness.samples import HERE

TITLES = {
    "A1": Document("秸秆禁烧宣传巡查"),
    "A2": Document("老旧小区改造群众工作"),
    "A3": Document("防汛值守"),
}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Meaning:
    found = meaning(tmp_path_factory.mktemp("meanings"))
    assert found is not None
    return found


def test_by_words_alone_the_matter_meant_is_among_the_first_three_nine_times_in_ten_where_it_was_tuned() -> (
    None
):
    figures = measured(HERE, None)
    assert figures["top-3"] >= 0.9 and figures["top-5"] >= 0.95
    assert figures["covered / not"] >= 0.9 and figures["margin to bans"] >= 0.9


@pytest.mark.nightly
def test_by_meaning_as_well_it_is_found_no_less_often(model: Meaning) -> None:
    figures = measured(HERE, model)
    assert figures["top-3"] >= 0.95 and figures["top-5"] >= 0.95
    assert figures["covered / not"] >= 0.9


def test_of_matters_and_in_words_that_nobody_looked_at_every_second_is_still_among_the_first_three() -> None:
    """What the ranker is worth where its lexicon was not written by the samples: it advises, and decides nothing."""
    figures = measured(HERE, None, "unseen_requests")
    assert figures["top-3"] >= 0.5 and figures["top-5"] >= 0.58
    assert figures["covered / not"] >= 0.75 and figures["margin to bans"] >= 0.8


@pytest.mark.nightly
def test_by_meaning_as_well_three_of_five_such_are_found(
    model: Meaning, figure: Callable[[str], None]
) -> None:
    figures = measured(HERE, model, "unseen_requests")
    figure(" ".join(f"{what} {value:.3f}" for what, value in figures.items()))
    assert figures["top-3"] >= 0.6 and figures["covered / not"] >= 0.8


def test_what_people_say_is_known_for_what_the_list_calls_it() -> None:
    best = Ranker(TITLES).nearest("晚稻收割期间请劝阻农户烧稻草")[0]
    assert best.key == "A1" and best.why[0] in {"稻草", "烧稻草"}


def test_the_sender_tips_the_balance_between_matters_equally_like_the_words() -> None:
    near = Ranker({"B1": Document("防汛宣传"), "B2": Document("消防宣传")})
    assert near.nearest("做好宣传", sender="消防救援大队")[0].key == "B2"
    assert near.nearest("做好宣传", sender="水利局")[0].key == "B1"


def test_a_learned_phrase_brings_its_matter_to_the_front() -> None:
    said = "阳光工程回头看"
    learned = TITLES | {"A2": Document(TITLES["A2"].title, (said,))}
    assert not Ranker(TITLES).nearest(said)
    assert Ranker(learned).nearest(said)[0].key == "A2"


def test_document_numbers_years_and_set_phrases_say_nothing() -> None:
    plain, dressed = "秸秆露天焚烧管控", "关于做好2026年秸秆露天焚烧管控工作的通知（绍柯环〔2026〕31号）"
    assert Ranker(TITLES).nearest(dressed)[0].score == Ranker(TITLES).nearest(plain)[0].score


def test_words_of_a_ban_are_found_with_the_ban_they_betray() -> None:
    near = prohibitions_near("反诈应用安装率须达95%，扫码下载", limit=2)[0]
    assert near.prohibition.title == "推广应用、安装注册、点赞投票" and "安装率" in near.why
    assert warning("反诈应用安装率须达95%") > 0.5 > warning("请各村巡查山塘水库")


def test_the_same_work_from_two_departments_is_more_alike_than_other_work_on_the_same_thing() -> None:
    asked = Comparison.of("生态环境局：露天焚烧秸秆巡查")
    same, other = Comparison.of("农业农村局：劝导农户不烧稻草"), Comparison.of("秸秆综合利用补贴申报")
    assert asked.likeness(same) > 2 * asked.likeness(other)
    assert asked.likeness(asked) == pytest.approx(1)


def test_every_usual_thing_of_a_department_is_a_name_in_the_lexicon() -> None:
    names = {name for one in concepts() for name in one.names}
    assert not {word for _, usual in _asked_by() for word in usual} - names


def test_meanings_are_worked_out_once_and_kept(model: Meaning) -> None:
    assert model.learn(["秸秆禁烧", "防汛值守"]) == 2
    assert model.learn(["秸秆禁烧", "防汛值守"]) == 0
    assert set(model.known(["秸秆禁烧", "还没有学过"])) == {"秸秆禁烧"}


def run(*said: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("xingcun"), *said], capture_output=True, text=True, timeout=600
    )


def test_anybody_can_rank_data_of_their_own() -> None:
    done = run("rank", "--catalogue", f"{HERE}/catalogue.jsonl", "--requests", f"{HERE}/requests.jsonl")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0 and len(told) == len((HERE / "requests.jsonl").read_text().splitlines())
    assert {"code", "score", "why"} == told[0]["ranked"][0].keys()
    assert told[0]["id"] == "C001" and "nearest_prohibition" in told[0]


def test_anybody_can_compare_pairs_of_their_own() -> None:
    done = run("duplicates", "--pairs", f"{HERE}/pairs.jsonl")
    assert done.returncode == 0
    assert all(0 <= json.loads(line)["score"] <= 1 for line in done.stdout.splitlines())


def test_a_file_that_is_no_json_lines_is_told_by_its_line(tmp_path: Path) -> None:
    wrong = tmp_path / "pairs.jsonl"
    wrong.write_text('{"id": "1", "a": "甲", "b": "乙"}\n{"id": "2", "a": "甲"}\n')
    done = run("duplicates", "--pairs", str(wrong))
    assert done.returncode == 1 and "第 2 行缺少 b" in done.stderr and "Traceback" not in done.stderr
