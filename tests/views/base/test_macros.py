"""What our way through templates writes is, to the letter, what Jinja's own writes."""

from __future__ import annotations

from typing import Any

import pytest
from jinja2 import Environment, StrictUndefined, UndefinedError
from jinja2.compiler import CodeGenerator
from jinja2.runtime import Context
from markupsafe import Markup, escape

from views.base.macros import Direct, Shown, as_shown

PAGE = """
{%- macro tag(label, tone="plain", extra="") %}<b class="{{ tone }}">{{ label }}</b>{{ extra }}{% endmacro %}
{%- macro box(label) %}<div>{{ label }}{{ caller() }}</div>{% endmacro %}
{%- macro many(label) %}{{ label }}{{ varargs | length }}{{ kwargs | length }}{% endmacro %}
{%- for word in words %}{{ tag(word) }}{{ tag(word, "wait") }}{{ tag(tone="bad", label=word) }}{{ tag(word, extra=word ~ "!") }}
{%- call box(word) %}{{ word }}{{ loop.index }}{% endcall %}{{ many(word, 1, 2, three=3) }}{{ made(word, more=word) }}
{%- set kept %}{{ word }}{{ tag(word) }}{% endset %}{{ kept }}{{ kept ~ word }}{% endfor %}
{%- block told %}{{ words[0] }}{{ inside() }}{% endblock %}"""
WORDS = ("张三", "<i>", "a & b", "“'\"", "", 7, True, None, 2.5, Markup("<u>"), ["<"])


def _written(environment: Environment) -> str:
    from jinja2 import pass_context

    @pass_context
    def inside(context: Any) -> str:
        return f"<{len(context['words'])}>"

    def made(word: object, more: object) -> Markup:
        return Markup("<a>{}{}</a>").format(word, more)

    return environment.from_string(PAGE).render(words=WORDS, made=made, inside=inside)


def _ours() -> Environment:
    ours = Environment(autoescape=True, undefined=StrictUndefined)
    ours.context_class, ours.code_generator_class = Direct, Shown
    ours.as_shown = as_shown  # type: ignore[attr-defined]
    return ours


def test_a_page_reads_as_jinja_writes_it() -> None:
    told = _written(Environment(autoescape=True, undefined=StrictUndefined))
    assert _written(_ours()) == told and told.count("&lt;i&gt;") == 15


@pytest.mark.parametrize("word", WORDS, ids=repr)
def test_a_value_stands_in_a_page_as_it_is_escaped(word: object) -> None:
    assert as_shown(word) == str(escape(word))


@pytest.mark.parametrize(
    "wrong",
    ["{{ tag() }}", "{{ tag(1, 2, 3, 4) }}", "{{ tag(1, other=2) }}", "{{ unknown }}", "{{ box(1) }}"],
)
def test_what_is_wrong_in_a_template_is_as_wrong_as_ever(wrong: str) -> None:
    for environment in (_ours(), Environment(autoescape=True, undefined=StrictUndefined)):
        with pytest.raises((UndefinedError, TypeError)):
            environment.from_string(PAGE.partition("{%- for")[0] + wrong).render()


def test_jinja_still_has_what_we_lean_on() -> None:
    assert callable(CodeGenerator.write_commons) and callable(CodeGenerator._output_child_pre)
    assert "escape(" in Environment(autoescape=True).compile("{{ word }}", raw=True)
    assert "as_shown(" in _ours().compile("{{ word }}", raw=True) and callable(Context.call)
