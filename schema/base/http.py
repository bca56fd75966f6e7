"""GraphQL over HTTP, as its specification asks: a plain ASGI application without layers in between."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import orjson
from graphql import ExecutionResult, GraphQLError, GraphQLSchema, OperationDefinitionNode, OperationType

from models.base.error_codes import ErrorCode
from models.base.settings import settings
from models.base.viewer import ANONYMOUS, Viewer
from schema.base.documents import Operations, Prepared, Refused
from schema.base.errors import outage_in, shown
from schema.base.languages import CHINESE, in_language, listen
from schema.base.limits import LIMITS, Limits, Measure
from schema.base.response_cache import Keeping, Kept

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
DEEPEST_JSON = 200
READING = frozenset({"GET", "HEAD"})
CODES = {
    403: ErrorCode.FORBIDDEN,
    413: ErrorCode.TOO_COSTLY,
    414: ErrorCode.TOO_COSTLY,
    429: ErrorCode.RATE_LIMITED,
}
"""What a status is called in `extensions.code`; every other one is BAD_INPUT."""


@dataclass(slots=True)
class Context:
    """What resolvers know about the caller."""

    viewer: Viewer


@dataclass(slots=True)
class Asked:
    """The parameters of a GraphQL request, checked to be of the right kinds."""

    query: str
    variables: dict[str, Any]
    operation: str | None


class Unanswerable(Exception):
    """A request that is not a GraphQL request, with the status that says so."""

    def __init__(self, status: int, reason: str, **headers: str) -> None:
        super().__init__(reason)
        self.status, self.reason, self.headers = status, reason, headers
        self.code = CODES.get(status, ErrorCode.BAD_INPUT)


class Door:
    """The GraphQL endpoint of one schema."""

    def __init__(
        self,
        schema: GraphQLSchema,
        limits: Limits = LIMITS,
        keeping: Keeping | None = None,
    ) -> None:
        self.operations, self.limits, self.kept = Operations(schema, limits), limits, Kept(keeping)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        kind, language = JSON, listen(headers.get(b"accept-language", b"").decode("latin-1"))
        try:
            kind = _answer_kind(headers.get(b"accept", b"*/*").decode("latin-1"))
            asked = await self._asked(scope, headers, receive)
            status, body, more = await self.answer(asked, scope, kind, language)
        except Unanswerable as no:
            told = {"message": in_language(no.code, no.reason), "extensions": {"code": no.code}}
            await _send(send, no.status, _packed({"errors": [told]}), kind, no.headers)
        else:
            await _send(send, status, body, kind, more)

    async def _asked(self, scope: Scope, headers: dict[bytes, bytes], receive: Receive) -> Asked:
        if scope["method"] in READING:
            return _from_address(scope["query_string"], self.limits)
        if scope["method"] != "POST":
            raise Unanswerable(405, "只接受 GET 和 POST。", allow="GET, HEAD, POST")
        _check_content_type(headers.get(b"content-type", b"").decode("latin-1"))
        return _from_body(await _body(headers, receive, self.limits.body))

    async def answer(
        self, asked: Asked, scope: Scope, kind: str, language: str = CHINESE
    ) -> tuple[int, bytes, dict[str, str]]:
        """Status, body and further headers."""
        state = scope.get("state", {})
        viewer, spend = state.get("viewer", ANONYMOUS), state.get("spend")
        if not self.operations.knows(asked.query):
            # Examining it is work, whether or not it is refused then: a point a sign, ahead.
            _charge(spend, len(asked.query))
        try:
            prepared, cost = self.operations.prepared(asked.query, asked.variables)
            operation = prepared.operation(asked.operation)
        except Refused as no:
            return _status_of_refusal(kind), _packed(_refused(no)), {}
        _charge(spend, cost.cost)
        _check(prepared, operation, scope["method"], viewer)
        declared = {name: value for name, value in asked.variables.items() if name in prepared.declared}
        key = self.kept.key(
            prepared.fields, asked.query, f"{language} {asked.operation or ''}", declared, viewer
        )
        body = self.kept.get(key) if key is not None else None
        if body is not None:
            return 200, body, {}
        result = await self.operations.run(prepared, asked.variables, asked.operation, Context(viewer))
        answer = _answered(result, cost)
        body = _packed(answer)
        if key is not None and not result.errors:
            self.kept.put(key, body)
        if outage := outage_in(result.errors or ()):
            return outage.status, body, {"retry-after": str(outage.retry_after)}
        return (200 if "data" in answer else _status_of_refusal(kind)), body, {}


def _check(prepared: Prepared, operation: OperationDefinitionNode, method: str, viewer: Viewer) -> None:
    if operation.operation is not OperationType.QUERY and method in READING:
        raise Unanswerable(405, "GET 只能查询，修改请用 POST。", allow="POST")
    if prepared.introspective and not (viewer.signed_in or settings().explorer):
        raise Unanswerable(403, "请登录后再读取接口说明。")


def _charge(spend: Callable[[int], int] | None, points: int) -> None:
    if spend is not None and (wait := spend(points)):
        raise Unanswerable(429, f"查询太频繁，请 {wait} 秒后再试。", **{"retry-after": str(wait)})


def _status_of_refusal(kind: str) -> int:
    """Callers of plain JSON know only 200 for a well-formed request; the newer kind tells them apart."""
    return 400 if kind == GRAPHQL_JSON else 200


def _refused(no: Refused) -> dict[str, Any]:
    answer: dict[str, Any] = {"errors": [shown(error) for error in no.errors]}
    if no.cost is not None:
        answer["extensions"] = {"cost": no.cost.shown}
    return answer


def _answered(result: ExecutionResult, cost: Measure) -> dict[str, Any]:
    """The response; one whose execution never began (bad variables, no such operation) has no data entry."""
    answer: dict[str, Any] = {}
    errors: list[GraphQLError] = result.errors or []
    if errors:
        answer["errors"] = [shown(error) for error in errors]
    if result.data is not None or not errors or any(error.path for error in errors):
        answer["data"] = result.data
    answer["extensions"] = {"cost": cost.shown}
    return answer


def _packed(answer: dict[str, Any]) -> bytes:
    return orjson.dumps(answer, default=str)


async def _send(send: Send, status: int, body: bytes, kind: str, more: dict[str, str]) -> None:
    headers = [
        (b"content-type", f"{kind}; charset=utf-8".encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"vary", b"accept, accept-language, cookie, authorization"),
        *((name.encode(), value.encode()) for name, value in more.items()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _answer_kind(accept: str) -> str:
    """The media type to answer in, by the caller's own order of preference."""
    if accept in (JSON, "*/*", ""):
        return JSON
    preferred: dict[str, float] = {}
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        preferred.setdefault(name, _quality(parameters))
    anything = preferred.get("application/*", preferred.get("*/*", 0.0))
    plain, newer = preferred.get(JSON, anything), preferred.get(GRAPHQL_JSON, 0.0)
    if not plain and not newer:
        raise Unanswerable(406, f"请接受 {GRAPHQL_JSON} 或 {JSON}。")
    if newer and newer == plain and JSON in preferred:
        return GRAPHQL_JSON if list(preferred).index(GRAPHQL_JSON) < list(preferred).index(JSON) else JSON
    return GRAPHQL_JSON if newer >= plain else JSON


def _quality(parameters: list[str]) -> float:
    given = next((p[2:] for p in parameters if p.startswith("q=")), "1")
    try:
        quality = float(given)
    except ValueError:
        return 1.0
    return quality if 0 <= quality <= 1 else 1.0


def _check_content_type(text: str) -> None:
    name, *parameters = (piece.strip().lower() for piece in text.split(";"))
    if name != JSON:
        raise Unanswerable(415, f"请求体须为 {JSON}。")
    charset = next((p[8:].strip('"') for p in parameters if p.startswith("charset=")), "utf-8")
    if charset not in ("utf-8", "utf8"):
        raise Unanswerable(415, "请求体须为 UTF-8 编码。")


async def _body(headers: dict[bytes, bytes], receive: Receive, limit: int) -> bytes:
    """The whole body, given up as soon as it is known to be too long."""
    announced = headers.get(b"content-length", b"0")
    if announced.isdigit() and len(announced) < 19 and int(announced) > limit:
        raise Unanswerable(413, f"请求体不能超过 {limit // 1000} kB。")
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Unanswerable(400, "请求不完整。")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit:
            raise Unanswerable(413, f"请求体不能超过 {limit // 1000} kB。")
        if not message.get("more_body"):
            return b"".join(parts)


def _from_body(body: bytes) -> Asked:
    asked = _json(body)
    if not isinstance(asked, dict):
        raise Unanswerable(400, "请求体须为 JSON 对象。")
    return _checked(asked)


def _from_address(query_string: bytes, limits: Limits) -> Asked:
    if len(query_string) > limits.body:
        raise Unanswerable(414, "地址过长。")
    try:
        given = parse_qs(
            query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=20
        )
    except ValueError:
        raise Unanswerable(400, "地址参数无法读取。") from None
    asked: dict[str, Any] = {name: values[0] for name, values in given.items()}
    for name in ("variables", "extensions"):
        if name in asked:
            asked[name] = _json(asked[name].encode()) if asked[name] else None
    return _checked(asked)


def _json(text: bytes) -> Any:
    if _depth_bound(text) > DEEPEST_JSON:
        raise Unanswerable(400, "JSON 嵌套过深。")
    try:
        return orjson.loads(text)
    except ValueError:
        raise Unanswerable(400, "JSON 无法读取。") from None


def _depth_bound(text: bytes) -> int:
    """At most how deep this JSON can be; brackets inside strings may count too, which does no harm."""
    if text.count(b"[") + text.count(b"{") <= DEEPEST_JSON:
        return 0
    depth = deepest = 0
    for byte in text:
        if byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


def _checked(asked: dict[str, Any]) -> Asked:
    query, variables = asked.get("query"), asked.get("variables")
    operation, extensions = asked.get("operationName"), asked.get("extensions")
    if not isinstance(query, str) or not query:
        raise Unanswerable(400, "缺少 query。")
    if not isinstance(variables, dict | None) or not isinstance(extensions, dict | None):
        raise Unanswerable(400, "variables 和 extensions 须为对象。")
    if not isinstance(operation, str | None):
        raise Unanswerable(400, "operationName 须为文本。")
    return Asked(query, variables or {}, operation or None)
