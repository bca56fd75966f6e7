"""The demo's boards: results credited and months closed along the way, and a few of them praised by the township."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from models import points, rankings
from models.base.clock import TOWN_ZONE
from models.base.sealer import seal_all
from models.base.viewer import Viewer
from models.bidding import Award
from models.demo.calendar import Calendar
from models.demo.cast import MEIZHU, TANG
from models.people import Post
from models.tasks import Assignment

STORIES = (
    (
        62,
        "zhuyao",
        TANG,
        ("tang", "tang2"),
        "一户一户走到，三位老人的药和米当天送上门，回来就把情况写清楚了。",
    ),
    (34, "fenguan", MEIZHU, ("meizhu2",), "按时办结，名单核得准，还主动帮邻村一起跑了两户。"),
    (16, "fenguan", MEIZHU, ("meizhu", "meizhugrid"), "发现隐患当场劝住，材料一次写全，没有让镇街多问一句。"),
    (6, "zhuyao", "", (), "办得细，群众都知道，没有一户漏掉，反馈写得清清楚楚。"),
)
"""Days before the last one, who praises, which village (or any other) and whom, and why."""
BUILT = "五村的孩子就近有人带，工期紧也没有一处返工，家长说放心。"


class Praise:
    """What keeps the demo's boards alive."""

    def __init__(self, viewers: dict[str, Viewer], calendar: Calendar) -> None:
        self.viewers, self.calendar = viewers, calendar

    def plan(self) -> None:
        for days, who, village, names, story in STORIES:
            self._at(days, 10, lambda w=who, v=village, n=names, s=story: self._praise(w, v, n, s))  # type: ignore[misc]
        self._at(1, 11, self._praise_the_builders)
        day = self.calendar.start.astimezone(TOWN_ZONE)
        while day < self.calendar.end:
            self.calendar.at(day.replace(hour=8, minute=5), credit, weekends=True)
            day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)

    def _at(self, days: int, hour: int, step: Callable[[], Awaitable[None]]) -> None:
        self.calendar.at(
            self.calendar.end - timedelta(days=days) + timedelta(hours=hour), step, weekends=True
        )

    async def _praise(self, who: str, village: str, names: tuple[str, ...], story: str) -> None:
        """The latest result of the village that its people brought about."""
        done = Assignment.filter(state="accepted").order_by("-reported_at", "-id")
        there = done.filter(unit__code=village) if village else done.exclude(unit__code__in=(MEIZHU, TANG))
        praised = points.Commendation.filter(subject_type="Assignment").values_list("subject_id", flat=True)
        found = await there.exclude(id__in=await praised).first()
        if found is not None:
            await found.fetch_related(*Assignment.judged_with)
            await points.praise(self.viewers[who], found, story=story, posts=await self._posts(names))

    async def _praise_the_builders(self) -> None:
        built = Award.filter(project__state="delivered", state="standing").order_by("id")
        found = await built.first().prefetch_related(*Award.judged_with)
        if found is not None:
            posts = await self._posts(("tang",)) if found.unit.code == TANG else []
            await points.praise_delivery(self.viewers["zhuyao"], found, story=BUILT, posts=posts)

    async def _posts(self, names: tuple[str, ...]) -> list[Post]:
        rows = Post.filter(id__in=[self.viewers[name].post_id or 0 for name in names]).order_by("id")
        return await rows.prefetch_related(*Post.judged_with)


async def credit() -> None:
    """What the followers of a serving site do all the time: points, scores, places, and the closing of months."""
    await seal_all()
    await rankings.keep_up()
