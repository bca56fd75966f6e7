"""Measuring side by side: ours, the twin and the peer take turns, and the median of the ratios is what counts."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace

import orjson

from tests.bench.facts import facts_of
from tests.bench.tables import table
from tests.bench.twins import Application
from tests.bench.wire import Asked, Server, Spent

LINES, WARM, ROUNDS, TIMES = 16, 12, 9, 3
"""Lines to each server; how often each is asked on every line before it counts (PostgreSQL changes its plans at the sixth
time), and in how many rounds of how many then."""

MOST = 2.5
"""How much dearer than what is written by hand a page or a document may be."""


@dataclass(frozen=True)
class Pair:
    """A request of ours, the least that gives the same answer, and how much dearer ours may be."""

    name: str
    asked: Asked
    twin: Application
    limit: float
    peer: Asked | None = None
    beside: float = 0.0
    """How many of ours are answered for one of the peer's, at least."""

    @property
    def plainly(self) -> Asked:
        """The same request, of an answer that is not compressed."""
        headers = {name: told for name, told in self.asked.headers.items() if name != "accept-encoding"}
        return replace(self.asked, headers=headers)


@dataclass(frozen=True)
class Outcome:
    pair: Pair
    name: str
    ours: list[Spent]
    twin: list[Spent]
    peer: list[Spent]

    @property
    def ratio(self) -> float:
        return statistics.median(one.cpu / other.cpu for one, other in zip(self.ours, self.twin, strict=True))

    @property
    def beside(self) -> float | None:
        if not self.peer:
            return None
        both = zip(self.ours, self.peer, strict=True)
        return statistics.median(one.a_second / other.a_second for one, other in both)

    @property
    def is_within(self) -> bool:
        return self.ratio <= self.pair.limit and (self.beside is None or self.beside >= self.pair.beside)

    def columns(self) -> list[str]:
        ours, twin = (statistics.median(one.cpu for one in of) for of in (self.ours, self.twin))
        told = [f"{ours:.2f}", f"{twin:.2f}", f"{self.ratio:.2f}x", f"{self.pair.limit}x"]
        told.append(f"{statistics.median(one.a_second for one in self.ours):.0f}")
        beside = self.beside
        told += ["-", "-"] if beside is None else [f"{beside:.2f}x", f"{self.pair.beside}x"]
        return [self.name, *told, "ok" if self.is_within else "TOO SLOW"]


HEAD = ("", "ours ms", "by hand", "ratio", "at most", "a second", "of the peer's", "at least", "")


def as_table(outcomes: Sequence[Outcome]) -> str:
    """Every pair, and whether all of them keep their limits."""
    within = sum(one.is_within for one in outcomes)
    rows = table([HEAD, *(one.columns() for one in outcomes)])
    return f"{rows}\n{within} of {len(outcomes)} within their limits, by CPU time of the server for a whole request"


TOLD = ("request", "ours ms", "by hand", "ratio (at most)", "of PostGraphile's requests a second (at least)")


def as_told(outcomes: Sequence[Outcome]) -> str:
    """Those on PostgreSQL as the README has them; what is bold is over its limit."""
    rows = [_told(one) for one in outcomes if one.name.endswith("(postgres)")]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (TOLD, ["---"] * len(TOLD), *rows))


def _told(one: Outcome) -> list[str]:
    ours, twin = (statistics.median(spent.cpu for spent in of) for of in (one.ours, one.twin))
    ratio = _marked(f"{one.ratio:.1f}", one.ratio <= one.pair.limit) + f" ({one.pair.limit})"
    beside = one.beside
    peer = (
        ""
        if beside is None
        else _marked(f"{beside:.2f}", beside >= one.pair.beside) + f" ({one.pair.beside})"
    )
    return [one.pair.name, f"{ours:.1f}", f"{twin:.1f}", ratio, peer]


def _marked(figure: str, is_within: bool) -> str:
    return figure if is_within else f"**{figure}**"


def must_say_the_same(pair: Pair, ours: bytes, twin: bytes) -> None:
    """A twin that says less than we do is no measure: the data of a document are the same, and the facts of a page."""
    if pair.asked.body:
        said, told = (orjson.loads(one)["data"] for one in (ours, twin))
        assert said == told, f"{pair.name}: the twin gives another answer"
        return
    facts, those = facts_of(ours), facts_of(twin)
    at = next((n for n, (one, other) in enumerate(zip(facts, those, strict=False)) if one != other), -1)
    assert facts == those, f"{pair.name}: we say {facts[at : at + 3]}, the twin {those[at : at + 3]}"


async def measured(pair: Pair, name: str, ours: Server, twin: Server, peer: Server | None) -> Outcome:
    """Many short rounds in which each is asked, as others may be at work on the same machine."""
    sides = [(ours, pair.asked), (twin, pair.asked)]
    if peer is not None and pair.peer is not None:
        sides.append((peer, pair.peer))
    for server, asked in sides:
        await server.asked(asked, WARM)
    must_say_the_same(pair, await ours.answer(pair.plainly), await twin.answer(pair.plainly))
    told: list[list[Spent]] = [[], [], []]
    for _ in range(ROUNDS):
        for at, (server, asked) in enumerate(sides):
            told[at].append(await server.asked(asked, TIMES))
    return Outcome(pair, name, *told)
