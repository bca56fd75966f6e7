"""Measuring the ranker on data of one's own: `xingcun rank` and `xingcun duplicates`, one JSON line each."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from models.base.settings import settings
from models.likeness import Comparison, Document, Meaning, Ranker, meaning, prohibitions_near, warning

SHOWN = 10
DOUBT = 0.8
"""How much of a suggestion's score is lost where the text is sure to hold something no list admits."""
SAME_MEANING = 0.8
"""The cosine of two unrelated short texts; what lies above it tells likeness."""
BY_MEANING = 0.25


class Unreadable(Exception):
    """A file that cannot be read as JSON lines, in one clear sentence."""


def add_to(commands: Any) -> None:
    """Enter both commands."""
    ranking = commands.add_parser("rank", help="给每条请求排出最接近的事项（JSON 行）")
    ranking.add_argument(
        "--catalogue", type=Path, required=True, help="事项：code、title，可有 aliases、scope、category"
    )
    ranking.add_argument("--requests", type=Path, required=True, help="请求：id、text，可有 department")
    ranking.set_defaults(alone=rank)
    comparing = commands.add_parser("duplicates", help="给每对请求打出相似程度（JSON 行）")
    comparing.add_argument("--pairs", type=Path, required=True, help="每行 id、a、b")
    comparing.set_defaults(alone=duplicates)
    for one in (ranking, comparing):
        one.add_argument("--smart", action="store_true", help="同时按意思比较（需安装 xingcun[smart]）")


def rank(args: argparse.Namespace) -> int:
    rows = list(lines(args.catalogue, "code", "title"))
    _print(ranked(rows, lines(args.requests, "id", "text"), _meaning(args)))
    return 0


def duplicates(args: argparse.Namespace) -> int:
    _print(compared(list(lines(args.pairs, "id", "a", "b")), _meaning(args)))
    return 0


def ranked(
    catalogue: list[dict[str, Any]], requests: Iterable[dict[str, Any]], model: Meaning | None
) -> Iterator[dict[str, Any]]:
    """For each request the nearest matters, best first, and the nearest prohibition or None; scores from 0 to 1."""
    allowed = _ranker([row for row in catalogue if row.get("category") != "negative"], model)
    forbidden = _ranker([row for row in catalogue if row.get("category") == "negative"], None)
    for row in requests:
        text, sender = row["text"], row.get("department", "")
        sure = 1 - DOUBT * warning(text)
        near = allowed.nearest(text, SHOWN, sender=sender)
        yield {
            "id": row["id"],
            "ranked": [
                {"code": one.key, "score": round(one.score * sure, 4), "why": one.why} for one in near
            ],
            "nearest_prohibition": _nearest_prohibition(text, forbidden),
        }


def compared(pairs: list[dict[str, Any]], model: Meaning | None) -> Iterator[dict[str, Any]]:
    """For each pair how like the two are, from 0 to 1."""
    by_words = [Comparison.of(row["a"]).likeness(Comparison.of(row["b"])) for row in pairs]
    by_meaning = model.alike((row["a"], row["b"]) for row in pairs) if model else None
    for at, row in enumerate(pairs):
        score = by_words[at]
        if by_meaning:
            near = max(0.0, by_meaning[at] - SAME_MEANING) / (1 - SAME_MEANING)
            score = (1 - BY_MEANING) * score + BY_MEANING * near
        yield {"id": row["id"], "score": round(score, 4)}


def _nearest_prohibition(text: str, forbidden: Ranker) -> dict[str, Any] | None:
    """The ban the text comes nearest to: of the catalogue's own, or else of the general ones."""
    own = [(one.score, one.key, one.why) for one in forbidden.nearest(text, 1)]
    general = [(one.score, one.prohibition.code, one.why) for one in prohibitions_near(text)]
    if not own + general:
        return None
    score, code, why = max(own + general)
    return {"code": code, "score": score, "why": why}


def _ranker(rows: list[dict[str, Any]], model: Meaning | None) -> Ranker:
    documents = {
        row["code"]: Document(row["title"], tuple(row.get("aliases", ())), row.get("scope", ""))
        for row in rows
    }
    titles = [one.title for one in documents.values()]
    if model:
        model.learn(titles)
    return Ranker(documents, model, model.known(titles) if model else None)


def _meaning(args: argparse.Namespace) -> Meaning | None:
    if not args.smart:
        return None
    model = meaning(settings().data)
    if model is None:
        raise Unreadable("没有安装 xingcun[smart]，不能按意思比较；去掉 --smart 即按文字比较。")
    return model


def lines(path: Path, *needed: str) -> Iterator[dict[str, Any]]:
    """The rows of a file of JSON lines; a row with only a heading is passed over."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as wrong:
        raise Unreadable(f"读不了文件 {path}。") from wrong
    for number, line in enumerate(text.splitlines(), 1):
        row = _row(line, f"{path} 第 {number} 行") if line.strip() else None
        if row is None or "_header" in row:
            continue
        if missing := [name for name in needed if not isinstance(row.get(name), str)]:
            raise Unreadable(f"{path} 第 {number} 行缺少 {'、'.join(missing)}。")
        yield row


def _row(line: str, where: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as wrong:
        raise Unreadable(f"{where}不是 JSON。") from wrong
    if not isinstance(row, dict):
        raise Unreadable(f"{where}不是一个对象。")
    return row


def _print(rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        print(json.dumps(row, ensure_ascii=False))
