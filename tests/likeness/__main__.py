"""Print every tuned figure as it is on samples that chose nothing, beside those that were looked at: python -m tests.likeness."""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from models.likeness import ALIKE, Comparison, Document, Meaning, Ranker, meaning
from tests.bench.tables import table
from tests.likeness.samples import HERE, area, rows
from tests.likeness.test_duplicates import figures, folds, unnamed
from tests.likeness.test_mentions import noticed
from tests.likeness.test_searching import found, found_unheard
from tests.likeness.test_wordings import marked
from views.terminal.rank import ranked

PLACES = (1, 3, 5)


class Line(NamedTuple):
    """One figure: on what was looked at while it was tuned, and on what nobody looked at; - where there is none."""

    what: str
    seen: float | None
    unseen: float


def measured(folder: Path, model: Meaning | None, name: str = "requests") -> dict[str, float]:
    """The figures of one variant on one file of requests of a folder."""
    requests = rows(name, folder)
    told = {line["id"]: line for line in ranked(rows("catalogue", folder), requests, model)}
    meant = [(row["matter_code"], told[row["id"]]) for row in requests if row["matter_code"]]
    none = {kind: [told[row["id"]] for row in requests if row["kind"] == kind] for kind in ("easy", "hard")}
    hits = Counter(at for code, line in meant for at in PLACES if code in _codes(line)[:at])
    covered = [_best(line) for _, line in meant]
    banned = (
        [_margin(line) for _, line in meant],
        [_margin(line) for lines in none.values() for line in lines],
    )
    return {
        **{f"top-{at}": hits[at] / len(meant) for at in PLACES},
        "covered / not": area(covered, [_best(line) for lines in none.values() for line in lines]),
        "covered / hard": area(covered, [_best(line) for line in none["hard"]]),
        "margin to bans": area(*banned),
    }


def _codes(line: dict[str, Any]) -> list[str]:
    return [one["code"] for one in line["ranked"]]


def _best(line: dict[str, Any]) -> float:
    return float(line["ranked"][0]["score"]) if line["ranked"] else 0.0


def _margin(line: dict[str, Any]) -> float:
    nearest = line["nearest_prohibition"]
    return _best(line) - (float(nearest["score"]) if nearest else 0.0)


def timed(matters: int) -> float:
    """Milliseconds of CPU a request among so many matters by words, the median of all requests."""
    titles = [row["title"] for row in rows("catalogue")]
    ranker = Ranker({str(at): Document(f"{titles[at % len(titles)]}{at}") for at in range(matters)})
    took = []
    for row in rows("requests"):
        began = time.process_time()
        ranker.nearest(row["text"])
        took.append(time.process_time() - began)
    return sorted(took)[len(took) // 2] * 1000


def asked_again() -> Iterator[Line]:
    """Requests asked again: of the five folds of matters that chose no bound, the worst."""
    unseen = [scored for scored, _ in folds()]
    told = [figures(scored, ALIKE) for scored in unseen]
    yield Line("asked again: recall", None, min(one.recall for one in told))
    yield Line("asked again: precision", None, min(one.precision for one in told))
    yield Line(
        "asked again: area", None, min(_area_of((at, pair.same) for at, pair in one) for one in unseen)
    )
    yield Line("asked again, no matter named: area", None, min(map(unnamed, unseen)))
    by_words = [
        _area_of((Comparison.likeness(pair.one.said, pair.other.said), pair.same) for _, pair in one)
        for one in unseen
    ]
    pairs = [(Comparison.of(p["a"]).likeness(Comparison.of(p["b"])), bool(p["label"])) for p in rows("pairs")]
    yield Line("asked again, by words alone: area", _area_of(pairs), min(by_words))


def _area_of(scored: Iterable[tuple[float, bool]]) -> float:
    found = list(scored)
    return area([one for one, same in found if same], [one for one, same in found if not same])


def marks() -> Iterator[Line]:
    """Red-line words in wordings."""
    seen, unseen = marked("seen_wordings"), marked("unseen_wordings")
    yield Line("red lines: recall", seen.recall, unseen.recall)
    yield Line("red lines: precision", seen.precision, unseen.precision)
    data, told = noticed("seen_mentions"), noticed("unseen_mentions")
    yield Line("data asked for in words: recall", data.recall, told.recall)
    yield Line("data asked for in words: precision", data.precision, told.precision)


def searches() -> Iterator[Line]:
    """Words that the list's keepers entered, and every word as if they had not."""
    entered, unheard = found(), found_unheard(10**6)
    yield Line("search: first three", sum(entered) / len(entered), sum(unheard) / len(unheard))


def rankings(folder: Path, name: str, model: Meaning | None) -> Iterator[Line]:
    """The matter meant by a request, and requests that mean none."""
    seen = measured(folder, model)
    unseen = measured(folder, model, "unseen_requests") if folder == HERE else seen
    for what in seen:
        yield Line(f"ranker by {name}: {what}", seen[what], unseen[what])


def main(folder: Path) -> None:
    _print([*asked_again(), *marks(), *searches(), *rankings(folder, "words", None)])
    speed = " | ".join(f"{many} matters {timed(many):.1f} ms" for many in (300, 3000))
    print(
        f"{speed} | at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB", flush=True
    )
    with tempfile.TemporaryDirectory() as store:
        if model := meaning(Path(store)):
            _print(list(rankings(folder, "meaning", model)))


def _print(found: list[Line]) -> None:
    told = [(one.what, "-" if one.seen is None else f"{one.seen:.3f}", f"{one.unseen:.3f}") for one in found]
    print(table([("", "seen", "unseen"), *told]), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
