"""The demo's board: a project at every stage on the last day, each brought there by ordinary commands."""

from __future__ import annotations

import csv
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from models import bidding
from models.base.clock import today
from models.base.viewer import Viewer
from models.bidding import Award, Bid, Criterion, Entrant, Milestone, Project, Scorer
from models.bidding.award_decisions import end_standstills
from models.demo.calendar import Calendar
from models.demo.cast import MEIZHU, TANG, TOWNSHIP
from models.people import Post
from models.units import Unit

HERE = Path(__file__).parent
CARE, LIBRARY, PAVILION, COLD, WORKSHOP, SQUARE = range(6)
SCORERS = ("nongban", "shehui", "zhifadui")
COMPARED = {
    "tang": ("校舍产权清楚，420 平方米", "三个村都在 2 公里内", "3 名持证保育员，普惠价"),
    "meizhu": ("礼堂二楼，消防要改", "以本村为主", "2 名保育员，周末兼用"),
    "V1": ("租用店面，不稳定", "沿街，接送方便", "依靠民办机构"),
}
POINTS = {
    "meizhu": {"nongban": (92, 90, 85), "shehui": (90, 95, 88), "zhifadui": (88, 86, 62)},
    "tang": {"nongban": (75, 70, 60), "shehui": (78, 72, 65), "zhifadui": (80, 74, 70)},
}
BUILT = (
    (17, "村民代表会议通过，决议已在村务公开栏公开。"),
    (23, "施工队进场，拆除旧隔墙。"),
    (52, "水电和地面完成，正在装护栏和洗手间。"),
    (74, "完工，消防和卫生验收通过，首批报名 26 名幼儿。"),
)
"""Days after the listing on which each step of the child-care station was reported, and in what words."""


class Board:
    """The projects of the demo, put on its calendar."""

    def __init__(self, places: dict[str, Unit], viewers: dict[str, Viewer], calendar: Calendar) -> None:
        self.places, self.viewers, self.calendar = places, viewers, calendar
        self.township = places[TOWNSHIP]
        self.projects: dict[str, Project] = {}
        self.rows = _read("projects.tsv")
        self.bids = _read("bids.tsv")

    async def plan(self) -> None:
        rest = Unit.filter(parent=self.township, level="village").exclude(code__in=(MEIZHU, TANG))
        third = await rest.order_by("path").first()
        self.villages = {
            "meizhu": self.places[MEIZHU],
            "tang": self.places[TANG],
            "V1": third or self.places[TANG],
        }
        self.speakers = {"meizhu": self.viewers["meizhu"], "tang": self.viewers["tang"]}
        self.speakers["V1"] = self.viewers[self.villages["V1"].code]
        for row in self.rows[:SQUARE]:
            self._list(row)
        self._at(self.rows[SQUARE], 0, 10, lambda: self._draft(self.rows[SQUARE], submit=True))
        self._care()
        self._library()
        pavilion = self.rows[PAVILION]
        self._at(pavilion, 7, 9, lambda: self._open(pavilion))
        cold = self.rows[COLD]
        self._at(cold, 11, 10, lambda: self._open(cold))
        self._at(cold, 11, 11, lambda: self._name(cold))
        self._at(cold, 11, 14, lambda: self._score(cold, ("nongban",), POINTS["meizhu"] | POINTS["tang"]))
        self._at(self.rows[WORKSHOP], 3, 15, self._begin_a_bid)

    def _at(self, row: dict[str, str], after: int, hour: float, step: Callable[[], Awaitable[Any]]) -> None:
        """So many days after the row's own day, weekends or not: what must stand by the last day does."""

        async def act() -> None:
            await step()

        when = self.calendar.end - timedelta(days=int(row["days"])) + timedelta(days=after, hours=hour)
        self.calendar.at(when, act, weekends=True)

    def _list(self, row: dict[str, str]) -> None:
        self._at(row, 0, 9, lambda: self._draft(row, submit=True))
        self._at(row, 0, 11, lambda: bidding.approve_project(self.viewers["fenguan"], self._of(row)))
        for number, bid in enumerate(one for one in self.bids if one["title"] == row["title"]):
            self._at(row, 1, 9 + number, lambda bid=bid: self._bid(bid))  # type: ignore[misc]

    def _of(self, row: dict[str, str]) -> Project:
        return self.projects[row["title"]]

    async def _draft(self, row: dict[str, str], *, submit: bool) -> None:
        day = self.calendar.end
        criteria = [one.split(":") for one in row["criteria"].split(",")]
        scored = row["depth"] == "scored"
        made = await bidding.draft_project(
            self.viewers["tongchou"],
            self.township,
            title=row["title"],
            kind=row["kind"],
            depth=row["depth"],
            purpose=row["purpose"],
            support=row["support"],
            support_yuan=int(row["yuan"]),
            conditions=row["conditions"],
            contact="社会事务办公室 罗敏 19900001234",
            opens_at=day - timedelta(days=int(row["days"])) + timedelta(hours=12),
            closes_at=day - timedelta(days=int(row["closes"])) + timedelta(hours=8),
            start_by=(day - timedelta(days=int(row["start"]))).date(),
            finish_by=(day - timedelta(days=int(row["finish"]))).date(),
            standstill_days=3 if scored else 0,
            criteria=[one[0] for one in criteria],
            weights=[int(one[1]) for one in criteria] if scored else None,
            guidances=[one[2] for one in criteria] if scored else None,
        )
        self.projects[row["title"]] = await Project.find(self.viewers["tongchou"], made.pk)
        if submit:
            await bidding.submit_project(self.viewers["tongchou"], self._of(row))

    async def _bid(self, row: dict[str, str], *, submit: bool = True) -> None:
        speaker, village = self.speakers[row["village"]], self.villages[row["village"]]
        door = await Entrant.get(project=self._of(row), unit=village).prefetch_related(*Entrant.judged_with)
        bid = await bidding.write_bid(
            speaker,
            door,
            strengths=row["strengths"],
            plan=row["plan"],
            schedule=row["schedule"],
            own_yuan=int(row["own"]),
            asked_yuan=int(row["asked"]),
            decided=row["decided"] == "1",
            decision_note="村民代表会议已表决通过。" if row["decided"] == "1" else "揭榜后再上会。",
        )
        if submit:
            await bidding.submit_bid(speaker, await Bid.find(speaker, bid.pk))

    async def _begin_a_bid(self) -> None:
        row = {
            "title": self.rows[WORKSHOP]["title"],
            "village": "meizhu",
            "plan": "",
            "schedule": "",
            "asked": "0",
        }
        begun = {"strengths": "原供销社仓库 180 平方米，村里妇女 60 多人愿意来。", "own": "0", "decided": "0"}
        await self._bid(row | begun, submit=False)

    async def _open(self, row: dict[str, str]) -> None:
        await bidding.open_bids(self.viewers["tongchou"], self._of(row))

    async def _opened(self, row: dict[str, str]) -> dict[str, Bid]:
        """The opened bids by the village's key."""
        keys = {village.pk: key for key, village in self.villages.items()}
        rows = await Bid.filter(project=self._of(row), state="opened").order_by("id")
        return {keys[bid.unit_id]: bid for bid in rows}

    def _care(self) -> None:
        row = self.rows[CARE]
        self._at(row, 6, 9, lambda: self._open(row))
        self._at(row, 6, 14, lambda: self._compare(row))
        reason = "棠村校舍产权清楚、面积最大，离三个村都近，持证保育员最多，改造花钱最少。"
        self._at(row, 7, 10, lambda: self._award(row, "tang", reason))
        for number, (after, words) in enumerate(BUILT):
            self._at(row, after, 9, lambda n=number, w=words: self._report(row, n, w))  # type: ignore[misc]
            self._at(row, after + 1, 10, lambda n=number: self._accept(row, n))  # type: ignore[misc]

    def _library(self) -> None:
        row = self.rows[LIBRARY]
        self._at(row, 10, 9, lambda: self._open(row))
        self._at(row, 10, 10, lambda: self._name(row))
        for number, scorer in enumerate(SCORERS):
            given = {key: points[scorer] for key, points in POINTS.items()}
            self._at(row, 11, 9 + number, lambda s=scorer, g=given: self._score(row, (s,), g, done=True))  # type: ignore[misc]
        said = (
            "三位评分人和分管领导当面说明：梅渚村“长期运营”一项，对退休教师值守能否长久看法不同，分数不改。"
        )
        self._at(
            row, 12, 9, lambda: bidding.discuss_scores(self.viewers["fenguan"], self._of(row), words=said)
        )
        reason = "梅渚村得分最高：礼堂紧邻养老中心和公交站，服务老人和学生最多，有人长期值守。"
        self._at(row, 12, 14, lambda: self._award(row, "meizhu", reason))
        self._at(row, 20, 8, end_standstills)
        self._at(row, 24, 9, lambda: self._report(row, 0, "村民代表会议全票通过，决议已公开。"))

    async def _compare(self, row: dict[str, str]) -> None:
        bids = await self._opened(row)
        words = [word for key in bids for word in COMPARED[key]]
        await bidding.compare(self.viewers["tongchou"], self._of(row), bids=list(bids.values()), words=words)

    async def _name(self, row: dict[str, str]) -> None:
        posts = Post.filter(id__in=[self.viewers[name].post_id or 0 for name in SCORERS])
        named = await posts.order_by("id").prefetch_related("unit", "person")
        await bidding.name_scorers(self.viewers["tongchou"], self._of(row), posts=named)

    async def _score(
        self, row: dict[str, str], scorers: tuple[str, ...], given: Any, *, done: bool = False
    ) -> None:
        criteria = await Criterion.filter(project=self._of(row)).count()
        for name in scorers:
            sheet = await Scorer.get(project=self._of(row), post_id=self.viewers[name].post_id or 0)
            await sheet.fetch_related(*Scorer.judged_with)
            await bidding.declare(self.viewers[name], sheet, free=True)
            for key, bid in (await self._opened(row)).items():
                points = given[key] if key in given else (80,) * criteria
                if done:
                    await bidding.score_bid(self.viewers[name], sheet, bid=bid, points=list(points))
            if done:
                await bidding.hand_in(self.viewers[name], sheet)

    async def _award(self, row: dict[str, str], village: str, reason: str) -> None:
        project = await Project.find(self.viewers["zhuyao"], self._of(row).pk)
        bid = (await self._opened(row))[village]
        await bidding.announce_award(self.viewers["zhuyao"], project, bid=bid, reason=reason)

    async def _step(self, row: dict[str, str], number: int) -> tuple[Milestone, str]:
        award = await Award.get(project=self._of(row)).prefetch_related("unit")
        step = await Milestone.get(award=award, position=number).prefetch_related(*Milestone.judged_with)
        return step, next(key for key, village in self.villages.items() if village.pk == award.unit_id)

    async def _report(self, row: dict[str, str], number: int, words: str) -> None:
        step, key = await self._step(row, number)
        late = "连日下雨，外墙晚了几天。" if today() > step.due_on else ""
        await bidding.report_milestone(self.speakers[key], step, words=words, delay_reason=late)

    async def _accept(self, row: dict[str, str], number: int) -> None:
        step, _ = await self._step(row, number)
        await bidding.accept_milestone(self.viewers["tongchou"], step)


def _read(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))
