"""Print the screening table for both variants: python -m tests.likeness [folder with samples of one's own]."""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from models.likeness import ALIKE, Document, Meaning, Ranker, meaning
from tests.likeness.samples import HERE, area, rows
from tests.likeness.test_duplicates import figures, folds
from views.ranking import ranked

PLACES = (1, 3, 5)


def measured(folder: Path, model: Meaning | None) -> dict[str, float]:
    """The figures of one variant on the samples of a folder."""
    requests = rows("requests", folder)
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


def timed(model: Meaning | None, matters: int) -> float:
    """Milliseconds a request among so many matters, the median of all requests."""
    titles = [row["title"] for row in rows("catalogue")]
    documents = {
        str(at): Document(f"{titles[at % len(titles)]}{at // len(titles) or ''}") for at in range(matters)
    }
    said = [one.title for one in documents.values()]
    if model:
        model.learn(said)
    ranker, took = Ranker(documents, model, model.known(said) if model else None), []
    for row in rows("requests"):
        began = time.perf_counter()
        ranker.nearest(row["text"])
        took.append(time.perf_counter() - began)
    return sorted(took)[len(took) // 2] * 1000


def asked_again() -> str:
    """What is found of requests asked again, in matters that chose nothing, fold by fold."""
    told = [figures(unseen, ALIKE) for unseen, _ in folds()]
    return " | ".join(f"recall {one.recall:.3f} precision {one.precision:.3f}" for one in told)


def main(folder: Path) -> None:
    print(f"asked again, unseen folds: {asked_again()}")
    with tempfile.TemporaryDirectory() as store:
        for name, model in (("words", None), ("smart", meaning(Path(store)))):
            if name == "smart" and model is None:
                print("smart: xingcun[smart] is not installed")
                continue
            figures = " | ".join(f"{what} {value:.3f}" for what, value in measured(folder, model).items())
            speed = " | ".join(f"{many} matters {timed(model, many):.1f} ms" for many in (300, 3000))
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"{name}: {figures} | {speed} | at most {memory:.0f} MiB")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
