"""Pages for what went wrong, in plain words; only an unexpected error carries a number to report."""

from __future__ import annotations

import logging
import secrets

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from models.base.refusals import Invalid, Refusal
from views.base.pages import by_htmx, page
from views.base.transport import told_path

log = logging.getLogger("xingcun")

SENTENCES = {
    400: "发来的内容不完整，无法处理。请返回上一页再试一次。",
    401: "登录已过期，这次没有提交。请在新窗口登录后回到这一页，再提交一次。",
    403: "这个操作不是从本站页面发出的，为了安全没有执行。请回到本站重新操作。",
    404: "没有找到这个页面。它可能已经移走，或者您没有查看的权限。",
    405: "这个地址不能这样打开。",
    413: "提交的内容太大。请减少文字，或者把照片分几次上传（每个文件最多 10 MB）。",
    429: "操作太频繁，请稍后再试。",
    500: "系统出了问题，您的操作没有完成。请稍后再试。",
}


def say_no(request: Request, status: int, *, number: str = "") -> Response:
    """The page for an HTTP status; htmx gets the sentence for #refusal."""
    sentence = SENTENCES.get(status, SENTENCES[400 if status < 500 else 500])
    refusal: Refusal = Invalid(f"{sentence}编号：{number}。" if number and by_htmx(request) else sentence)
    if by_htmx(request):
        response = page(request, "base/_refusal.html", status=status, said_no=refusal, sign_in=status == 401)
        response.headers.update({"HX-Retarget": "#refusal", "HX-Reswap": "innerHTML show:top"})
        return response
    return page(
        request, "base/refused.html", status=status, said_no=refusal, number=number, sign_in=status == 401
    )


def http_error(request: Request, error: Exception) -> Response:
    """Starlette's own refusals: no such address, wrong method, unreadable form."""
    if not isinstance(error, HTTPException):
        raise error
    response = say_no(request, error.status_code)
    response.headers.update(error.headers or {})
    return response


def unexpected(request: Request, error: Exception) -> Response:
    """A bug: logged with a number that the page shows, and with nothing the person typed."""
    number = secrets.token_hex(4).upper()
    log.error("%s %s %s", number, request.method, told_path(request.url.path), exc_info=error)
    request.state.refusal = None
    return say_no(request, 500, number=number)
