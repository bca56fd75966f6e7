"""The trail of the main job, the same whichever door people take."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.e2e.programs import Program, nodes
from tests.e2e.served import Served
from tests.town_clock import python

MAIN_JOB = [
    ("intake.submit", "Unit", "department_officer"),
    ("screening.admit", "WorkRequest", "coordinator"),
    ("tasks.draft", "Unit", "coordinator"),
    ("tasks.submit_for_approval", "Task", "coordinator"),
    ("tasks.approve", "Task", "leader"),
    ("tasks.dispatch", "Task", "coordinator"),
    ("tasks.report", "Assignment", "secretary"),
    ("tasks.accept", "Assignment", "coordinator"),
]
"""Command, kind of subject and role of the actor, in the order of their numbers in the chain.

That the village received it is told to nobody above it but the desk.
"""
CONCERNS = ("intake.", "screening.", "tasks.")
EVENTS = """
query Trail { events(last: 100) {
  edges { node { id seq command subjectType details changes actorLabel } }
} }
"""


async def sealed_events(served: Served) -> list[dict[str, Any]]:
    """What happened to requests and tasks, as the county's supervisor reads it once all is sealed."""
    async with Program(served, "jijian") as supervisor:
        while True:
            found = nodes((await supervisor.ask(EVENTS))["events"])
            if all(event["seq"] for event in found):
                break
            await asyncio.sleep(0.1)
    work = [event for event in found if event["command"].startswith(CONCERNS)]
    return sorted(work, key=lambda event: event["seq"])


async def trail_of(served: Served) -> list[tuple[str, str, str]]:
    """Command, kind of subject and role, event by event; the sealed label ends with the role."""
    return [
        (event["command"], event["subjectType"], event["actorLabel"].split()[-1])
        for event in await sealed_events(served)
    ]


async def is_whole() -> bool:
    """Whether `xingcun verify`, beside the running server on the same database, finds the chain unaltered."""
    checking = await asyncio.create_subprocess_exec(*python("verify"), stdout=asyncio.subprocess.DEVNULL)
    return await checking.wait() == 0
