"""Macros of templates called without detours: a page of a list calls a few hundred.

Jinja looks with every call for what the callee might want passed; a macro wants nothing, and whether it is escaped was
settled when the template was compiled, since all of ours are.
"""

from __future__ import annotations

from typing import Any

from jinja2.runtime import Context, Macro
from jinja2.utils import missing
from markupsafe import Markup


class Direct(Context):
    """A context that calls a macro itself where its arguments are plain."""

    def call(self, *given: Any, **named: Any) -> Any:
        one = given[0]
        if type(one) is not Macro or one.catch_kwargs or one.catch_varargs or one._environment.is_async:
            return super().call(*given, **named)
        named.pop("_block_vars", None)
        named.pop("_loop_vars", None)
        plain = _plain(one, given[1:], named)
        if plain is None:
            return super().call(*given, **named)
        told = one._func(*plain)
        return Markup(told) if self.eval_ctx.autoescape else told  # noqa: S704 - its parts were escaped


def _plain(one: Macro, given: tuple[Any, ...], named: dict[str, Any]) -> list[Any] | None:
    """All arguments in the order of the macro, missing ones marked as it wants; None where something is out of the ordinary."""
    if len(given) > one._argument_count or one.explicit_caller:
        return None
    arguments, left = [*given], len(named)
    for name in one.arguments[len(given) :]:
        arguments.append(named.get(name, missing))
        left -= name in named
    if one.caller:
        if "caller" not in named:
            return None
        arguments.append(named["caller"])
        left -= 1
    return None if left else arguments
