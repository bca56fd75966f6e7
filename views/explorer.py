"""The explorer: a page on which signed-in people try GraphQL; it only sends what they write to /graphql."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from models.base.refusals import NotFound
from models.base.settings import settings
from views.base.pages import page, sign_in_address

EXAMPLES: dict[str, tuple[str, str, str]] = {
    "me": (
        "我是谁",
        "{\n  viewer {\n    name\n    posts(first: 10) {\n      nodes { roleLabel unit { name } }\n    }\n  }\n}",
        "",
    ),
    "tasks": (
        "最近的任务",
        "{\n  tasks(first: 10) {\n    totalCount { count isExact }\n    edges {\n      node {\n"
        "        code\n        title\n        stateLabel\n        dueOn\n        matter { code title }\n"
        "      }\n    }\n    pageInfo { hasNextPage endCursor }\n  }\n}",
        "",
    ),
    "matters": (
        "按词找事项",
        "query Find($text: String!) {\n  matters(first: 5, filter: {text: $text}) {\n    edges {\n"
        "      node { code title categoryLabel legalBasis }\n    }\n  }\n}",
        '{"text": "防汛"}',
    ),
    "units": (
        "辖区里的村社",
        "query Villages($after: String) {\n"
        "  units(first: 20, after: $after, filter: {levels: [VILLAGE]}) {\n    edges {\n"
        "      node { id code name }\n    }\n    pageInfo { hasNextPage endCursor }\n  }\n}",
        '{"after": null}',
    ),
}


async def show(request: Request) -> Response:
    """The editor, empty of anything but an example; what is written there is never kept."""
    if not settings().explorer:
        raise NotFound("没有找到这个页面。")
    if not request.state.viewer.signed_in:
        return RedirectResponse(sign_in_address(request), 303)
    if request.query_params.get("query", "").strip():
        # The form was sent without JavaScript: the browser shows the answer as it comes.
        return RedirectResponse(f"/graphql?{request.url.query}", 303)
    chosen = request.query_params.get("example", "")
    chosen = chosen if chosen in EXAMPLES else "me"
    _, query, variables = EXAMPLES[chosen]
    return page(
        request, "explorer/show.html", examples=EXAMPLES, chosen=chosen, query=query, variables=variables
    )


routes = [Route("/explorer", show)]
