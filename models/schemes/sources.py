"""Where the index gets its figures from, and what a result is worth: the catalogue a scheme chooses from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SCALE = 10_000
"""All of it, where a figure is a share: shares are kept as whole numbers."""


@dataclass(frozen=True)
class Source:
    """One kind of figure about a village: a mean of values, each between nothing and all."""

    label: str
    meaning: str
    """In the words of the method page."""
    advice: str
    """What a village can do about it, as it reads beside the village's own figure."""
    done: str = ""
    """Where every value is a yes or a no, the word for yes."""
    fewest: int = 1
    """How many villages of a group must have enough for it to count: the mean of one would tell its figure to all."""


SOURCES = {
    "quality": Source(
        "任务成效",
        "每件任务得到的工分，占按时、一次办好可得工分的比例，逾期一直没有反馈的计零",
        "按时、一次办好的任务得满分。",
    ),
    "timeliness": Source(
        "按时反馈",
        "办结的和逾期一直没有反馈的任务中，在期限内反馈的比例",
        "来不及就在期限前申请延期，批准了就不算晚。",
        done="按时",
    ),
    "first_pass": Source(
        "一次通过",
        "办结的任务中，反馈一次就通过审核的比例",
        "反馈前对一遍任务写的要求，拿不准先在任务里问。",
        done="一次通过",
    ),
    "delivery": Source(
        "项目交付",
        "揭榜项目的节点按期完成的情况，揭榜后没有建成的计零",
        "节点快到期时早报进度，有困难先和镇街说。",
    ),
    "procedure": Source(
        "议事规范",
        "按五议两公开完成的议事，从议事功能启用起计",
        "议事按环节走，差一步先补齐再往下。",
    ),
    "survey": Source(
        "群众评价",
        "随机邀请的群众对村社工作的满意程度，干部不经手",
        "先把群众反映多的事办好，办完当面说一声。",
        fewest=3,
    ),
    "standing": Source(
        "成果属实",
        "计过工分的成果中，后来没有被撤销的比例",
        "反馈写真实情况，没办完就写没办完。",
        done="属实",
    ),
}


TOGETHER = {
    "timely_quality": ("timeliness", "quality"),
    "first_quality": ("first_pass", "quality"),
    "timely_first": ("timeliness", "first_pass"),
}
"""Tallies of both values of one task added up: by them one knows how far chance moves two sources together."""


@dataclass(frozen=True)
class Worth:
    """One number of the rules by which results become points."""

    label: str
    default: int
    least: int
    most: int
    counted_in: str
    before: int | None = None
    """What it amounts to in a scheme from before there was such a number, where that is not the default."""


POINTS = {
    "task": Worth("办结一件任务（难度 1）", 10, 0, 100, "分"),
    "late": Worth("超过期限反馈，得", 60, 0, 100, "%"),
    "returned": Worth("每退回补正一次，减", 10, 0, 50, "%"),
    "floor": Worth("减到最少剩", 30, 0, 100, "%"),
    "step": Worth("揭榜项目完成一个节点", 20, 0, 200, "分"),
    "delivered": Worth("揭榜项目通过验收", 60, 0, 500, "分"),
    "praise": Worth("受到上级表扬一次", 10, 0, 100, "分"),
    "praises_a_month": Worth("一个村社一个月的表扬最多计分几次", 2, 0, 10, "次"),
    "village_day": Worth("一个村社同一天的成果最多计", 60, 10, 1000, "分"),
    "person_day": Worth("一个人同一天的成果最多计", 40, 10, 1000, "分"),
    "split_days": Worth("同一事项几天内再办，算拆分的任务", 10, 0, 30, "天"),
    "split": Worth("拆分的任务，得", 0, 0, 100, "%"),
    "again_days": Worth(
        "同一事项隔满几天再办，又算一整件（不满的按天折算，0 是不折算）", 15, 0, 60, "天", before=0
    ),
    "again_least": Worth("同一事项隔得再近，过多少天也算一整件", 31, 0, 92, "天", before=0),
}
LOOKING_BACK = ("split_days", "again_days", "again_least")
"""Nothing here is given for presence, meetings, photographs, clicks or records: only for what others accepted."""


def usual_points() -> dict[str, int]:
    return {name: worth.default for name, worth in POINTS.items()}


def whole_points(points: Mapping[str, int]) -> dict[str, int]:
    """A scheme's numbers with those that came later, which leave its results worth what they were."""
    then = {name: one.default if one.before is None else one.before for name, one in POINTS.items()}
    return then | dict(points)


def with_usual(points: Mapping[str, int]) -> dict[str, int]:
    """A scheme's numbers for the next version to begin with: how it looks back by the usual ones, if it is older.

    All of them together, since they are measured by each other; who wants them otherwise sees them as differences.
    """
    older = any(name not in points for name in LOOKING_BACK)
    return whole_points(points) | ({name: POINTS[name].default for name in LOOKING_BACK} if older else {})
