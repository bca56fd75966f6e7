"""Most forms of the site: one command on the row that the address names, and back to the page the form stood on.

form = FormsOn(RowOf(Task), show, at="/tasks/{id:int}")
routes = [Route("/tasks/{id:int}", show), form("approve", tasks.approve, "已批准，等统筹员下派。")]
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models.base.commands import Command
from models.base.records import Record
from views.base.bodies import takes_files
from views.base.forms import View, carry_out, fields_of_files, shown_again
from views.base.pages import done


@dataclass(frozen=True)
class RowOf:
    """Finds the row of a record by a part of the address, as far as the viewer may know of it."""

    record: type[Record]
    part: str = "id"

    async def __call__(self, request: Request) -> Record:
        return await self.record.find(request.state.viewer, request.path_params[self.part])


@dataclass(frozen=True)
class FormsOn:
    """The forms of a page, each of which carries out one command on the row that `find` finds."""

    find: Callable[[Request], Awaitable[Record]]
    show: View
    """The page they stand on, shown again when the command refuses."""
    at: str
    """The page's address as its route has it; a form is sent to a path below it."""
    back: str = ""
    """Where the browser goes afterwards if not there, filled from the address and from `row`."""

    def __call__(self, path: str, command: Command[Any, Any, Any], said: str) -> Route:
        """The route of one form, with what is said when it is done."""
        back = self.back or self.at.replace(":int", "")

        @shown_again(self.show)
        async def act(request: Request) -> Response:
            row = await self.find(request)
            await carry_out(request, command, row)
            return done(request, at=back.format_map({**request.path_params, "row": row}), say=said)

        endpoint = takes_files(act) if fields_of_files(command) else act
        return Route(f"{self.at}/{path}", endpoint, methods=["POST"])
