"""Templates compiled and called without detours: a page of a list calls a few hundred macros and shows as many words.

Jinja looks with every call for what the callee might want passed; a macro wants nothing, and whether it is escaped was
settled when the template was compiled, since all of ours are. It also marks every word it has escaped, which is only
joined to the others then.
"""

from __future__ import annotations

from functools import partial
from types import FunctionType, MethodType
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from jinja2.utils import missing
from markupsafe import Markup, _escape_inner, escape  # type: ignore[attr-defined]

PLAIN = frozenset({FunctionType, MethodType, partial})


def as_shown(value: Any) -> str:
    """A value as it stands in a page: just what `escape` gives, without the mark that it is escaped."""
    kind = type(value)
    if kind is Markup:
        return value  # type: ignore[no-any-return]
    if kind is str:
        return _escape_inner(value)
    return str(value) if kind is int else escape(value)


class Shown(CodeGenerator):
    """Python of a template in which every output goes through `as_shown`."""

    def write_commons(self) -> None:
        self.writeline("as_shown = environment.as_shown")
        super().write_commons()

    def _output_child_pre(
        self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            return super()._output_child_pre(node, frame, finalize)
        self.write("as_shown(")


class Direct(Context):
    """A context that calls a macro, or a function that wants nothing of the template, itself."""

    def call(self, one: Any, /, *given: Any, **named: Any) -> Any:
        kind = type(one)
        if kind is Macro:
            plain = _plain(one, given, named)
            if plain is None:
                return super().call(one, *given, **named)
            told = one._func(*plain)
            return str.__new__(Markup, told) if self.eval_ctx.autoescape else told  # its parts were escaped
        if kind not in PLAIN or hasattr(one, "jinja_pass_arg"):
            return super().call(one, *given, **named)
        if named:
            named.pop("_block_vars", None)
            named.pop("_loop_vars", None)
        return one(*given, **named)


def _plain(one: Macro, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """All arguments in the order of the macro, missing ones marked as it wants; None where something is out of the ordinary."""
    if one.catch_kwargs or one.catch_varargs or one.explicit_caller or one._environment.is_async:
        return None
    if named:
        named.pop("_block_vars", None)
        named.pop("_loop_vars", None)
    missed = one._argument_count - len(given)
    if missed < 0 or (one.caller and "caller" not in named):
        return None
    if not named:
        return given if not missed else (*given, *[missing] * missed)
    arguments, left = [*given], len(named)
    for name in one.arguments[len(given) :]:
        arguments.append(named.get(name, missing))
        left -= name in named
    if one.caller:
        arguments.append(named["caller"])
        left -= 1
    return None if left else arguments
