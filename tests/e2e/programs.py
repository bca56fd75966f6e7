"""Programs that come in by GraphQL with somebody's token, over real HTTP, with an ordinary client."""

from __future__ import annotations

import itertools
from types import TracebackType
from typing import Any, Self

from gql import Client, gql
from gql.transport.httpx import HTTPXAsyncTransport

from tests.e2e.served import NO_TLS, PATIENCE, Served

_keys = itertools.count(1)


class Program:
    """`async with Program(served, "nongye") as program:` acts with the token of whoever signs in by that name."""

    def __init__(self, served: Served, username: str) -> None:
        headers = {"Authorization": f"Bearer {served.tokens[username]}"}
        transport = HTTPXAsyncTransport(
            url=f"{served.url}/graphql", headers=headers, trust_env=False, timeout=PATIENCE, verify=NO_TLS
        )
        self.client = Client(transport=transport, execute_timeout=PATIENCE)

    async def __aenter__(self) -> Self:
        self.session = await self.client.connect_async()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.client.close_async()

    async def ask(self, document: str, **variables: Any) -> dict[str, Any]:
        """The data that answers; an error is raised by the client."""
        query = gql(document)
        query.variable_values = variables
        answer: dict[str, Any] = await self.session.execute(query)
        return answer

    async def act(self, document: str, **variables: Any) -> dict[str, Any]:
        """What the only mutation of the document has done, with a key of its own; what is refused fails the test."""
        (answer,) = (await self.ask(document, key=f"key-{next(_keys)}", **variables)).values()
        assert answer["refusals"] == [], answer
        found: dict[str, Any] = next(value for part, value in answer.items() if part != "refusals")
        return found

    async def named(self, name: str) -> str:
        """The id of the unit with this name."""
        document = "query Named($text: String!) { units(first: 5, filter: {text: $text}) { edges { node { id name } } } }"
        edges = (await self.ask(document, text=name))["units"]["edges"]
        return str(next(edge["node"]["id"] for edge in edges if edge["node"]["name"] == name))


def nodes(connection: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a connection."""
    return [edge["node"] for edge in connection["edges"]]
