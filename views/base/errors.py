"""Pages for what went wrong, in plain words; only an unexpected error carries a number to report."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from models.base.error_codes import ErrorCode
from models.base.outages import Outage, outage_of, refusal_of
from models.base.refusals import Invalid, Refusal
from views.base.pages import by_htmx, page, refuse, retry, status_of
from views.base.transport import told_path

log = logging.getLogger("xingcun")

SENTENCES = {
    400: "发来的内容不完整，无法处理。请返回上一页再试一次。",
    401: "登录已过期，这次没有提交。请在新窗口登录后回到这一页，再提交一次。",
    403: "这个操作不是从本站页面发出的，为了安全没有执行。请回到本站重新操作。",
    404: "没有找到这个页面。它可能已经移走，或者您没有查看的权限。",
    405: "这个地址不能这样打开。",
    414: "地址太长，无法打开。请从本站页面重新进入。",
    431: "浏览器发来的请求头太大。请清除本站的 Cookie 后再试。",
    413: "提交的内容太大。请减少文字，或者把照片分几次上传（每个文件最多 10 MB）。",
    429: "操作太频繁，请稍后再试。",
    500: "系统出了问题，您的操作没有完成。请稍后再试。",
}


CODES = {
    401: ErrorCode.UNAUTHENTICATED,
    403: ErrorCode.FORBIDDEN,
    404: ErrorCode.NOT_FOUND,
    413: ErrorCode.TOO_COSTLY,
    429: ErrorCode.RATE_LIMITED,
    500: ErrorCode.INTERNAL,
    503: ErrorCode.UNAVAILABLE,
}
"""What a status is called in `extensions.code`; every other one is BAD_INPUT."""
OF_PROGRAMS = ("/graphql", "/files")
"""Where programs ask, who read JSON; people fetch their files below /files/."""


def say_no(request: Request, status: int, *, number: str = "", sentence: str = "") -> Response:
    """The page for an HTTP status; htmx gets the sentence for #refusal, and a program the error as JSON."""
    sentence = sentence or SENTENCES.get(status, SENTENCES[400 if status < 500 else 500])
    if of_a_program(request):
        return as_json(status, f"{sentence}编号：{number}。" if number else sentence)
    refusal: Refusal = Invalid(f"{sentence}编号：{number}。" if number and by_htmx(request) else sentence)
    if by_htmx(request):
        response = page(request, "base/_refusal.html", status=status, said_no=refusal, sign_in=status == 401)
        response.headers.update({"HX-Retarget": "#refusal", "HX-Reswap": "innerHTML show:top"})
        return response
    return page(
        request, "base/refused.html", status=status, said_no=refusal, number=number, sign_in=status == 401
    )


def of_a_program(request: Request) -> bool:
    """Whether whoever asks reads JSON: at the doors of programs, and wherever a token comes along."""
    path = request.url.path.rstrip("/")
    bears = request.headers.get("authorization", "")[:7].lower() == "bearer "
    return path in OF_PROGRAMS or path.startswith("/graphql/") or bears


def as_json(status: int, sentence: str, code: str = "") -> Response:
    """A refusal in the shape in which GraphQL tells its errors."""
    told = {"message": sentence, "extensions": {"code": code or CODES.get(status, ErrorCode.BAD_INPUT)}}
    return JSONResponse({"errors": [told]}, status, headers={"Cache-Control": "no-store"})


def no_such_token() -> Response:
    """Whoever comes with a wrong, expired or revoked token is nobody, and is told so rather than answered as a stranger."""
    response = as_json(401, "令牌无效或已过期，请换一个有效的令牌。")
    response.headers["WWW-Authenticate"] = 'Bearer realm="xingcun", error="invalid_token"'
    return response


def refused(request: Request, refusal: Exception) -> Response:
    """A refusal nobody caught, on a page or in the shape of what programs read."""
    if not (isinstance(refusal, Refusal) and of_a_program(request)):
        return refuse(request, refusal)
    response = as_json(status_of(refusal), refusal.reason)
    response.headers.update(retry(refusal))
    return response


def http_error(request: Request, error: Exception) -> Response:
    """Starlette's own refusals: no such address, wrong method, unreadable form."""
    if not isinstance(error, HTTPException):
        raise error
    response = say_no(request, error.status_code)
    response.headers.update(error.headers or {})
    return response


def too_often(request: Request, wait: int) -> Response:
    """Whoever asks faster than anybody works is asked to wait so many seconds."""
    response = say_no(request, 429, sentence=f"操作太频繁，请 {wait} 秒后再试。")
    response.headers.update({"Retry-After": str(wait), "Cache-Control": "no-store"})
    return response


def broken(request: Request, error: Exception) -> Response:
    """What is told of an exception that nobody caught: what no column holds, a fault of the machine, or a bug."""
    if (no := refusal_of(error)) is not None:
        return refused(request, no)
    outage = outage_of(error)
    return unexpected(request, error) if outage is None else _out_of_order(request, outage, error)


def _out_of_order(request: Request, outage: Outage, error: Exception) -> Response:
    """The page of a fault that passes; it asks the database for nothing."""
    log.warning("%s %s", request.method, told_path(request.url.path), exc_info=error)
    request.state.refusal = None
    if of_a_program(request):
        response = as_json(outage.status, outage.sentence, outage.code)
    else:
        response = say_no(request, outage.status, sentence=outage.sentence)
    return _to_be_tried_again(response, outage)


async def shown_in_trouble(
    request: Request, show: Callable[[Request], Awaitable[Response]], error: Exception
) -> Response:
    """The page a form stands on, with what was typed and what is the matter: as long as pages can be read.

    Raises the error where it is no fault that passes, or where not even the page can be shown.
    """
    outage = outage_of(error)
    if outage is None:
        raise error
    request.state.refusal = Invalid(outage.sentence)
    try:
        response = await show(request)
    except Exception:
        raise error from None
    log.warning("%s %s", request.method, told_path(request.url.path), exc_info=error)
    response.status_code = outage.status
    return _to_be_tried_again(response, outage)


def _to_be_tried_again(response: Response, outage: Outage) -> Response:
    response.headers.update({"Retry-After": str(outage.retry_after), "Cache-Control": "no-store"})
    return response


def unexpected(request: Request, error: Exception) -> Response:
    """A bug: logged with a number that the page shows, and with nothing the person typed."""
    number = secrets.token_hex(4).upper()
    log.error("%s %s %s", number, request.method, told_path(request.url.path), exc_info=error)
    request.state.refusal = None
    return say_no(request, 500, number=number)
