"""Every command of the town with what its event says to whom, or why it says nothing: a test walks them all."""

from __future__ import annotations

from models.inbox import (
    of_board,
    of_concerns,
    of_lists,
    of_people,
    of_requests,
    of_task_talk,
    of_tasks,
    of_values,
)
from models.inbox.declarations import Declared

DECLARED: dict[str, Declared] = (
    of_tasks.DECLARED
    | of_task_talk.DECLARED
    | of_requests.DECLARED
    | of_concerns.DECLARED
    | of_board.DECLARED
    | of_lists.DECLARED
    | of_people.DECLARED
    | of_values.DECLARED
)
