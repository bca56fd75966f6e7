"""Concerns (民情上报): the way up, from a village or grid to whoever can help, and the answer down."""

from models.concerns.records import CONCERN_STATES, Concern, ConcernFile

__all__ = ["CONCERN_STATES", "Concern", "ConcernFile"]
