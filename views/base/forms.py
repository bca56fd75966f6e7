"""Reading forms as the command declares them, and showing them again, typed values and all, when it says no.

    @shown_again(show)                       # `show` is the page the form stands on
    async def report(request):
        assignment = await tasks.Assignment.find(request.state.viewer, request.path_params["id"])
        await carry_out(request, tasks.report, assignment)
        return done(request, at=f"/assignments/{assignment.id}", say="反馈已提交。")

The form itself comes from the macros in templates/base/forms.html, which add the idempotency key.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, get_args, get_origin

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from models.base.choices import yes_or_no
from models.base.commands import SECRET, Command
from models.base.days import day_written, moment_written
from models.base.filenames import last_part, safe_name
from models.base.idempotency import Outcome, is_done
from models.base.numbers import decimal, whole
from models.base.optional_details import Kind, kind_of
from models.base.records import Record, row_number
from models.base.refusals import Invalid, NotFound, NotNow, Refusal, Unreadable
from models.base.text import kept
from models.base.viewer import Viewer
from models.bidding import Paper, held_sealed
from models.files import MOST, Source, Stored, Upload, held, held_together
from views.base.errors import of_a_program, shown_in_trouble
from views.base.multipart import files_in, is_sent, must_have_no_stray
from views.base.multipart import form_of as form_of  # whoever reads a form finds it here
from views.base.pages import by_htmx

View = Callable[[Request], Awaitable[Response]]
KEEPING: Mapping[Any, Callable[[Viewer, Source, str], Awaitable[tuple[Upload, Any]]]] = {
    Stored: held,
    Paper: held_sealed,
}
"""How a file is held until the command stands, by what the command takes: in the open, or sealed."""


def shown_again(show: View) -> Callable[[View], View]:
    """For plain browsers: when the command refuses or the disk is full, show the form's page again with what was typed."""

    def wrap(act: View) -> View:
        @functools.wraps(act)
        async def posted(request: Request) -> Response:
            try:
                return await act(request)
            except Refusal as refusal:
                if by_htmx(request):
                    raise
                request.state.refusal = refusal
                return await show(request)
            except Exception as error:
                if by_htmx(request) or of_a_program(request):
                    raise
                return await shown_in_trouble(request, show, error)

        return posted

    return wrap


async def carry_out(request: Request, command: Command[Any, Any, Any], subject: Record, **given: Any) -> Any:
    """Read the form and run the command once per idempotency key; `given` details win over typed ones."""
    if fields_of_files(command):
        await _judge_before_files(request, command, subject)
    details = await read_form(request, command, **given)
    form = await form_of(request)
    key, seen = str(form.get("key", "")), str(form.get("seen", ""))
    viewer = request.state.viewer
    return await _seen(viewer, await command.answered(key, viewer, subject, seen=seen, **details))


async def _seen(viewer: Viewer, done: Outcome) -> Any:
    """What came of it; a repeat is told it as the viewer may see it now, or why that is no more."""
    if done.is_gone:
        raise NotNow("这一步已经办好，不用再提交。办成的内容现在已经没有了。")
    if not done.is_replay or done.result is None:
        return done.result
    try:
        if isinstance(done.result, list):
            return [await type(row).find(viewer, row.pk) for row in done.result]
        return await type(done.result).find(viewer, done.result.pk)
    except NotFound:
        raise NotNow("这一步已经办好，不用再提交。办成的内容现在不归您查看。") from None


async def _judge_before_files(request: Request, command: Command[Any, Any, Any], subject: Record) -> None:
    """Who may not do this is told before the form is read, and when it cannot be done before a file of it is looked at.

    What this key has done already is not judged again: it is only told again.
    """
    viewer = request.state.viewer
    command.must_be_let(viewer, subject)
    form = await form_of(request)
    remember(request, form, secret=_secrets(command))
    sends = any(is_sent(one) for _, one in form.multi_items())
    if sends and not await is_done(str(form.get("key", "")), viewer):
        command.judge(viewer, subject)


def _files_last(command: Command[Any, Any, Any]) -> list[tuple[str, Any]]:
    """Nothing is put on the disk for a form whose words cannot be read."""
    files = fields_of_files(command)
    return sorted(command.details.items(), key=lambda one: one[0] in files)


def fields_of_files(command: Command[Any, Any, Any]) -> set[str]:
    return {name for name, hint in command.details.items() if _item(hint) in KEEPING}


def _item(hint: Any) -> Any:
    kind = kind_of(hint)
    return kind.item if kind.is_many else kind.type


async def read_form(request: Request, command: Command[Any, Any, Any], **given: Any) -> dict[str, Any]:
    """The form's fields, read as the types the command declares for them."""
    form = await form_of(request)
    remember(request, form, secret=_secrets(command))
    must_have_no_stray(request, form, fields_of_files(command))
    details = dict(given)
    defaults = inspect.signature(command.act).parameters
    for name, hint in _files_last(command):
        kind = kind_of(hint)
        if name in given or (kind.may_be_absent and not _stands_on(form, name)):
            continue
        must_be_said = kind.type is bool and defaults[name].default is inspect.Parameter.empty
        if must_be_said and not _stands_on(form, name):
            raise Invalid("请选择一项。", field=name)
        if not _blank(form, name, kind):
            details[name] = await _read(request, form, name, kind)
        elif kind.may_be_absent:
            details |= {} if _starts_blank(form) else {name: kind.emptied(name)}
        elif defaults[name].default is inspect.Parameter.empty:
            if not kind.nullable:
                raise Invalid("请填写这一项。", field=name)
            details[name] = None
    return details


def _stands_on(form: FormData, name: str) -> bool:
    """Whether the page had this field: boxes none of which is ticked send nothing, so the macros say they were there."""
    return name in form or name in form.getlist("asked")


def _starts_blank(form: FormData) -> bool:
    """Whether the form began empty although what it writes may exist: then a blank says nothing."""
    return bool(form.get("blank"))


def remember(request: Request, form: FormData, *, secret: frozenset[str] = frozenset()) -> None:
    """Keep what was typed for the case that the form is shown again; never passwords, files or the key."""
    typed: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str) and name != "key" and name not in secret:
            typed.setdefault(name, []).append(value)
    request.state.typed = typed


def _secrets(command: Command[Any, Any, Any]) -> frozenset[str]:
    return frozenset(
        name
        for name, hint in command.details.items()
        if get_origin(hint) is Annotated and SECRET in get_args(hint)
    )


def _blank(form: FormData, name: str, kind: Kind) -> bool:
    """Whether the form says nothing about a detail; empty words, boxes and lists do say something."""
    if _starts_blank(form) and kind.may_be_absent:
        return not any(kept(str(one)) for one in form.getlist(name))
    if kind.type is bool or kind.is_many:
        return False
    text = form.get(name)
    return text is None or (kind.type is not str and not kept(str(text)))


async def _read(request: Request, form: FormData, name: str, kind: Kind) -> Any:
    if kind.is_many:
        return await _read_many(request, form, name, kind.item)
    return await _read_one(request, name, kind.type, str(form.get(name, "")))


async def _read_one(request: Request, name: str, kind: Any, text: str) -> Any:
    if inspect.isclass(kind) and issubclass(kind, Record):
        return await kind.find(request.state.viewer, text)
    if kind not in READERS:
        raise Invalid("这一项不能在页面上填写。", field=name)
    try:
        return READERS[kind](text.strip())
    except Unreadable as wrong:
        raise Invalid(wrong.reason, field=name) from None


async def _read_many(request: Request, form: FormData, name: str, kind: Any) -> list[Any]:
    if kind in KEEPING:
        return await _hold(request, name, KEEPING[kind])
    texts = [str(one) for one in form.getlist(name) if isinstance(one, str) and kept(one)]
    if inspect.isclass(kind) and issubclass(kind, Record):
        return await _find_all(request, name, kind, texts)
    return [await _read_one(request, name, kind, text) for text in texts]


async def _hold(request: Request, field: str, hold: Any) -> list[Any]:
    """The files of a field, checked and held together; a refusal says which of several it is about."""
    sent = await files_in(request, field)
    if len(sent) > MOST:
        raise Invalid(f"附件最多 {MOST} 个。", field=field)

    async def told(viewer: Viewer, source: Source, name: str) -> Any:
        try:
            return await hold(viewer, source, name)
        except Invalid as no:
            which = f"“{safe_name(last_part(name))}”：" if len(sent) > 1 else ""
            raise Invalid(which + no.reason, field=field) from None

    chosen = [(one.file, one.filename or "") for one in sent]
    return [one for _, one in await held_together(request.state.viewer, chosen, told)]


async def _find_all(request: Request, name: str, kind: type[Record], texts: list[str]) -> list[Record]:
    """The rows with these numbers in one statement; one that may not be seen is refused like a missing one."""
    wanted = list(dict.fromkeys(row_number(text) for text in texts))
    rows = kind.visible_to(request.state.viewer).filter(pk__in=[number for number in wanted if number])
    found: dict[Any, Record] = {row.pk: row for row in await rows.prefetch_related(*kind.judged_with)}
    if set(found) != set(wanted):
        raise Invalid(f"选中的{kind.called}有的不存在，请重新选择。", field=name)
    return [found[number] for number in wanted]


READERS: Mapping[Any, Callable[[str], Any]] = {
    str: str,
    bool: lambda text: bool(kept(text)) and yes_or_no(text),
    int: whole,
    Decimal: decimal,
    date: day_written,
    datetime: moment_written,
}
"""How what was typed is read, by the type a command declares; words are put into form by the gate of all commands."""
