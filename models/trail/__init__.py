"""The trail as people read it: the story of one record, and the check that nothing was altered."""

from __future__ import annotations

from models.base.events import Event
from models.base.sealer import DayHead
from models.trail.exporting import exported
from models.trail.heads import Head, head_now, head_of, heads_in
from models.trail.health import damage_in_a_sentence, own_check
from models.trail.story import story
from models.trail.verifying import Fault, Faults, verify

__all__ = [
    "DayHead",
    "Event",
    "Fault",
    "Faults",
    "Head",
    "damage_in_a_sentence",
    "exported",
    "head_now",
    "head_of",
    "heads_in",
    "own_check",
    "story",
    "verify",
]
