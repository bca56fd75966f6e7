"""What graphql-core says of a document and its variables, in words for the person who wrote them.

Its sentences are English and change with its versions: only the names and values in quotes are told on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import copy
from typing import Any

import graphql
from graphql import (
    ArgumentNode,
    ASTValidationRule,
    GraphQLError,
    GraphQLSyntaxError,
    ValidationContext,
    ValueNode,
    VariableDefinitionNode,
    specified_rules,
)
from strawberry.exceptions import StrawberryInputCoercionError
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from models.base.error_codes import ErrorCode

NO_STREAM = "这里不能分批返回"
ONE_OF = "这些项里要写一项，而且只能写一项"
SAID: dict[type[ASTValidationRule], str] = {
    graphql.ExecutableDefinitionsRule: "查询文本里只能写操作和片段",
    graphql.KnownOperationTypesRule: "这里没有这一类操作，只有 query 和 mutation",
    graphql.UniqueOperationNamesRule: "操作重名",
    graphql.LoneAnonymousOperationRule: "有几个操作时，每个都要有名字",
    graphql.SingleFieldSubscriptionsRule: "一次只能订阅一个字段",
    graphql.KnownTypeNamesRule: "没有这个类型",
    graphql.FragmentsOnCompositeTypesRule: "片段不能写在这个类型上",
    graphql.VariablesAreInputTypesRule: "这个类型不能用作变量",
    graphql.ScalarLeafsRule: "字段的选择不对：对象要再选字段，值不能再选",
    graphql.FieldsOnCorrectTypeRule: "没有这个字段",
    graphql.UniqueFragmentNamesRule: "片段重名",
    graphql.KnownFragmentNamesRule: "没有这个片段",
    graphql.NoUnusedFragmentsRule: "片段没有用到",
    graphql.PossibleFragmentSpreadsRule: "片段用在了不可能的类型上",
    graphql.NoFragmentCyclesRule: "片段绕回了自己",
    graphql.UniqueVariableNamesRule: "变量重名",
    graphql.NoUndefinedVariablesRule: "变量没有声明",
    graphql.NoUnusedVariablesRule: "变量没有用到",
    graphql.KnownDirectivesRule: "没有这个指令，或者它不能用在这里",
    graphql.UniqueDirectivesPerLocationRule: "同一处的指令重复",
    graphql.DeferStreamDirectiveOnRootField: NO_STREAM,
    graphql.DeferStreamDirectiveOnValidOperationsRule: NO_STREAM,
    graphql.DeferStreamDirectiveLabel: NO_STREAM,
    graphql.StreamDirectiveOnListField: NO_STREAM,
    graphql.KnownArgumentNamesRule: "没有这个参数",
    graphql.UniqueArgumentNamesRule: "参数重复",
    graphql.ValuesOfCorrectTypeRule: "参数的值不合要求",
    graphql.ProvidedRequiredArgumentsRule: "缺少必填的参数",
    graphql.VariablesInAllowedPositionRule: "变量的类型与用处不符",
    graphql.OverlappingFieldsCanBeMergedRule: "同名的字段不一致，请用别名分开",
    graphql.UniqueInputFieldNamesRule: "输入里的字段重复",
    graphql.MaxIntrospectionDepthRule: "接口说明查得太深",
    MaybeNullValidationRule: "这一项可以不写，但不能写 null",
    OneOfInputValidationRule: ONE_OF,
}
"""Of each rule of a document; one that a new version brings is missed when this is read."""
QUOTED = re.compile(r"'([^'\n]+)'|\"([^\"\n]+)\"|\b([A-Z]\w*) cannot represent")
NEAR = " Did you mean"
SENT = re.compile(r"[,;.?] [Ff]ound: |(?<= cannot represent) ")
"""Whence on a sentence tells the value that was sent, which may be a password."""
OF_INPUTS = {
    "not to include unknown field": "输入里没有这个字段",
    "to include required field": "输入里缺少必填的字段",
    "does not exist in": "没有这个取值",
}
"""What is wrong with an input, where graphql-core says more than that something is; of other words the rule's own sentence is told."""
MOST_NAMES, LONGEST = 6, 60


def rules() -> tuple[type[ASTValidationRule], ...]:
    """The rules for documents, each speaking by its own sentence."""
    known = dict.fromkeys((*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule))
    return tuple(_speaking(rule, SAID[rule]) for rule in known)


def _speaking(rule: type[ASTValidationRule], sentence: str) -> type[ASTValidationRule]:
    class Speaking(rule):  # type: ignore[misc,valid-type]
        def __init__(self, context: ValidationContext) -> None:
            # Some rules report to their context, past the method of theirs that is there for it.
            own = copy(context)
            own.on_error = lambda error: context.on_error(_said_by(sentence, error))  # type: ignore[method-assign]
            super().__init__(own)

    Speaking.__name__ = rule.__name__
    return Speaking


def _said_by(sentence: str, error: GraphQLError) -> GraphQLError:
    failed = {"code": ErrorCode.VALIDATION_FAILED}
    message, extensions = _of_ours(error) or (_with_names(sentence, error.message), failed)
    return GraphQLError(message, error.nodes, extensions=extensions)


def in_words(error: GraphQLError) -> tuple[str, dict[str, Any]] | None:
    """Message and extensions for the caller; None for what graphql-core says only of our own mistakes."""
    if (ours := _of_ours(error)) is not None:
        return ours
    if isinstance(error, GraphQLSyntaxError):
        return _where_unread(error), {"code": ErrorCode.PARSE_FAILED}
    node = error.nodes[0] if error.nodes else None
    bad = {"code": ErrorCode.BAD_INPUT}
    if any(isinstance(one, StrawberryInputCoercionError) for one in _inwards(error)):
        return f"{ONE_OF}。", bad  # in variables, which no rule of validation looks into
    if isinstance(node, VariableDefinitionNode):
        return _with_names("变量的值不合要求", error.message), bad
    if isinstance(node, ArgumentNode | ValueNode) or error.message.startswith("Argument "):
        return _with_names("参数的值不合要求", error.message), bad
    return ("变量嵌套得太深。", bad) if "nested too deeply" in error.message else None


def _of_ours(error: GraphQLError) -> tuple[str, dict[str, Any]] | None:
    """What one of our own checks said, however deep within graphql-core's words."""
    for one in _inwards(error):
        if "code" in (one.extensions or {}) and not isinstance(one.original_error, GraphQLError):
            return getattr(one, "reason", one.message), dict(one.extensions or {})
    return None


def _inwards(error: GraphQLError) -> Iterator[GraphQLError]:
    within: BaseException | None = error
    while isinstance(within, GraphQLError):
        yield within
        within = within.original_error


def _where_unread(error: GraphQLSyntaxError) -> str:
    assert error.source is not None and error.positions and error.locations
    begins, at = next(iter(error.positions)), error.locations[0]
    rest = error.source.body[begins:].partition("\n")[0][:20]
    if not rest.strip():
        return f"查询文本没有写完（第 {at.line} 行）。"
    return f"查询文本第 {at.line} 行第 {at.column} 个字起读不懂：{rest}"


def _with_names(sentence: str, told: str) -> str:
    said, _, near = SENT.split(told, maxsplit=1)[0].partition(NEAR)
    sentence = next((ours for theirs, ours in OF_INPUTS.items() if theirs in said), sentence)
    names, others = _names(said), _names(near)
    perhaps = f"也许是：{'、'.join(others)}。" if others else ""
    return (f"{sentence}：{'，'.join(names)}。" if names else f"{sentence}。") + perhaps


def _names(told: str) -> list[str]:
    found = ("".join(one)[:LONGEST] for one in QUOTED.findall(told))
    return list(dict.fromkeys(found))[:MOST_NAMES]
