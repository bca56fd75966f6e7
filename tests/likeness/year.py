"""A simulated year of one township in which departments ask again in their own words: 2,000 labelled pairs.

The first request of a piece of work is worded after the listed title, the one asked again after everyday words for
that matter which the rankers here never see. Half of the pairs are the same work asked twice; the other half are what
a reader takes for it at first sight: the same matter for other villages, the same matter in another season, a
neighbouring matter of the same department for the same villages at the same time, and strangers.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import date, timedelta

from models.demo.matters import demo_aliases, demo_matters
from models.likeness import Asked, Comparison, Document, Ranker, profile

PAIRS, VILLAGES, BOUND = 2000, 32, 0.85
"""How many pairs, villages of the township, and how often who asks again names the matter that is meant."""
FIRST = (
    "关于开展{what}的通知：请各村于月底前组织{what}，做好登记，有情况及时上报。",
    "{what}工作安排：各村要明确专人，抓好{what}，按期完成。",
    "关于做好{what}有关工作的函：请予以配合，落实到户。",
    "部署{what}：结合网格走访完成，不漏一户。",
)
AGAIN = (
    "请各村抓紧办一下{what}的事，弄完了报个数。",
    "近期重点：{what}。村里安排人跑一跑，问题当场解决。",
    "{what}再强调一次，请村书记牵头，周五前回复。",
    "为迎接检查，请对{what}情况进行梳理并反馈。",
    "领导要求摸清{what}底数，请协助提供情况。",
)
FIELDS = ("households", "residents", "elderly80", "vacant", "parties", "arable", "shops", "wells")
PLAIN = re.compile("^(协助|配合|支持|组织|做好|开展|发现|劝阻并报告)+(做好)?|相关工作$|有关工作$")


@dataclass(frozen=True)
class Pair:
    """Two requests, whether the second asks for the first again, and the matter of the first, by which folds part."""

    one: Asked
    other: Asked
    same: bool
    matter: str
    kind: str


class Year:
    """The township's year: what is asked, when, of whom, and in which words."""

    def __init__(self, seed: int = 13) -> None:
        self.chance = random.Random(seed)
        rows = [row for row in demo_matters() if row["category"] in ("assist", "report")]
        self.titles = {row["code"]: PLAIN.sub("", row["title"]) or row["title"] for row in rows}
        self.departments = {row["code"]: row["lead_department"] for row in rows}
        self.words = {code: said.split("、") for code, said in demo_aliases().items() if code in self.titles}
        self.ranker = Ranker({code: Document(title) for code, title in self.titles.items()})

    def pairs(self) -> list[Pair]:
        codes = sorted(self.titles)
        kinds = ("elsewhere", "season", "neighbour", "stranger")
        made = []
        for number in range(PAIRS):
            code = codes[number // 2 % len(codes)]
            kind = "again" if number % 2 == 0 else kinds[number // 2 % len(kinds)]
            made.append(self._pair(code, kind))
        return made

    def _pair(self, code: str, kind: str) -> Pair:
        chance = self.chance
        day = date(2026, 1, 5) + timedelta(days=chance.randrange(330))
        villages, fields = self._villages(), self._fields(0.5)
        first = self._asked(code, FIRST, self.titles[code], day, villages, fields)
        later = day + timedelta(days=chance.randrange(-10, 25))
        if kind == "again":
            ours = self._some_of(villages)
            again = fields if fields and chance.random() < 0.7 else self._fields(0.5)
            bound = code if chance.random() < BOUND else self._near(code)
            return Pair(first, self._own_words(code, bound, later, ours, again), True, code, kind)
        if kind == "elsewhere":
            others = frozenset(range(VILLAGES)) - villages or frozenset({VILLAGES})
            theirs = frozenset(chance.sample(sorted(others), min(len(others), chance.randrange(2, 9))))
            return Pair(first, self._own_words(code, code, later, theirs, fields), False, code, kind)
        if kind == "season":
            far = day + timedelta(days=chance.randrange(80, 200))
            return Pair(first, self._own_words(code, code, far, villages, fields), False, code, kind)
        other = self._near(code) if kind == "neighbour" else chance.choice(sorted(self.titles))
        other = other if other != code else self._near(code)
        asked = self._own_words(other, other, later, self._some_of(villages), self._fields(0.5))
        return Pair(first, asked, False, code, kind)

    def _own_words(
        self, code: str, bound: str, day: date, villages: frozenset[int], fields: frozenset[str]
    ) -> Asked:
        words = self.words[code]
        what = "、".join(self.chance.sample(words, min(len(words), self.chance.randrange(1, 3))))
        return self._asked(bound, AGAIN, what, day, villages, fields)

    def _asked(
        self,
        code: str,
        wordings: tuple[str, ...],
        what: str,
        day: date,
        villages: frozenset[int],
        fields: frozenset[str],
    ) -> Asked:
        said = self.chance.choice(wordings).format(what=what)
        near = profile(one.key for one in self.ranker.nearest(said))
        return Asked(code, villages, day, fields, near, Comparison.of(said))

    def _near(self, code: str) -> str:
        """Another matter of the same department, or the next by its words."""
        own = [one for one in self.titles if one != code and self.departments[one] == self.departments[code]]
        near = [one.key for one in self.ranker.nearest(self.titles[code], 4) if one.key != code]
        return self.chance.choice(own or near or sorted(set(self.titles) - {code}))

    def _villages(self) -> frozenset[int]:
        """Named ones, or now and then none: the whole township."""
        if self.chance.random() < 0.2:
            return frozenset()
        return frozenset(self.chance.sample(range(VILLAGES), self.chance.randrange(2, 14)))

    def _some_of(self, villages: frozenset[int]) -> frozenset[int]:
        """Most of these, and perhaps some others."""
        if not villages:
            return self._villages()
        kept = self.chance.sample(sorted(villages), max(1, len(villages) * 2 // 3))
        return frozenset(kept) | frozenset(self.chance.sample(range(VILLAGES), self.chance.randrange(3)))

    def _fields(self, often: float) -> frozenset[str]:
        if self.chance.random() > often:
            return frozenset()
        return frozenset(self.chance.sample(FIELDS, self.chance.randrange(1, 4)))
