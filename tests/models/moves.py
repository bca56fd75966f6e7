"""The oracle of the random walks: what moved was moved by a verb that the tables of states have for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

Seen = Mapping[tuple[str, int], str]
"""The states of rows, by the name of their record and their number."""


def must_be_told(before: Seen, after: Seen, verbs: Collection[str], records: Collection[Any]) -> None:
    """Whatever moved between two looks went by the verbs that the trail tells of, and what is over stayed over."""
    tables = {record.__name__: record.states for record in records}
    for (name, number), state in after.items():
        was = before.get((name, number), state)
        if was == state:
            continue
        known = (tables[name].verbs, tables[name].beside)
        told = [verbs_of[verb] for verbs_of in known for verb in verbs if verb in verbs_of]
        reached, ahead = {was}, {was}
        while ahead:
            ahead = {end for one in ahead for verb in told for end in verb.leads.get(one, ())} - reached
            reached |= ahead
        assert state in reached, f"{name} {number}: {was} → {state} by {sorted(verbs)}"
