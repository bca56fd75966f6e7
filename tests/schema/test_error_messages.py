"""Whatever is wrong with a document or its variables is said in Chinese, under a code that is known."""

from __future__ import annotations

import re
from typing import Any

import orjson
import pytest
from graphql import GraphQLError, TypeInfo, ValidationContext, parse, specified_rules

from models.base.error_codes import ErrorCode
from models.base.refusals import Refusal
from schema import door, schema
from schema.base.build import core
from schema.base.documents import Refused
from schema.base.error_messages import rules
from schema.base.errors import RefusalCode, code_of, shown
from tests.fuzz.judging import CHINESE, ENGLISH
from tests.views.conftest import Site, site  # noqa: F401 - a fixture

pytestmark = pytest.mark.anyio
KIND = {"content-type": "application/json"}
ON_SQLITE = pytest.mark.parametrize("town_url", ["sqlite"], indirect=True)
"""None of it is the database's."""
WRONG: dict[str, tuple[str, str]] = {
    "{ nowhere }": ("VALIDATION_FAILED", "没有这个字段：nowhere，Query。"),
    "{ unitss(first: 1) { edges { node { id } } } }": ("VALIDATION_FAILED", "也许是：units"),
    "{ viewer }": ("VALIDATION_FAILED", "字段的选择不对"),
    "{ units(first: 1, nowhere: 2) { edges { node { id } } } }": (
        "VALIDATION_FAILED",
        "没有这个参数：nowhere",
    ),
    '{ units(first: "x") { edges { node { id } } } }': ("VALIDATION_FAILED", "参数的值不合要求"),
    "{ post { id } }": ("VALIDATION_FAILED", "缺少必填的参数"),
    "{ ...A }": ("VALIDATION_FAILED", "没有这个片段：A"),
    "{ viewer { name } } fragment A on Query { viewer { name } }": ("VALIDATION_FAILED", "片段没有用到：A"),
    "query A($x: Nothing) { viewer { name } }": ("VALIDATION_FAILED", "没有这个类型：Nothing"),
    "query A { unit(id: $x) { id } }": ("VALIDATION_FAILED", "变量没有声明：$x"),
    "query A($x: Int) { viewer { name } }": ("VALIDATION_FAILED", "变量没有用到：$x"),
    "query A($x: String) { units(first: $x) { edges { node { id } } } }": (
        "VALIDATION_FAILED",
        "变量的类型与用处不符：$x",
    ),
    "{ viewer { name } viewer: units(first: 1) { edges { node { id } } } }": (
        "VALIDATION_FAILED",
        "同名的字段不一致",
    ),
    "{ viewer { name @nowhere } }": ("VALIDATION_FAILED", "没有这个指令"),
    "subscription { units }": ("VALIDATION_FAILED", "这里没有这一类操作"),
    "query A { __typename } query A { __typename }": ("VALIDATION_FAILED", "操作重名：A"),
    "query A { __typename } query B { __typename }": ("BAD_INPUT", "operationName"),
    "type A { id: ID }": ("VALIDATION_FAILED", "查询文本里只能写操作和片段"),
    "{ tasks(first: 1, filter: { no: 1 }) { __typename } }": (
        "VALIDATION_FAILED",
        "输入里没有这个字段：TaskFilter，no。",
    ),
    "{ viewer { name }": ("PARSE_FAILED", "没有写完（第 1 行）"),
    "{ viewer }}": ("PARSE_FAILED", "第 1 行第 11 个字起读不懂：}"),
    '{ unit(id: "\\u{110000}") { id } }': ("PARSE_FAILED", "读不懂"),
    "{ " + "id " * 1_100 + "}": ("TOO_COSTLY", "文本过长或嵌套过深"),
    "{ " + "parent { " * 15 + "id" + " }" * 15 + " }": ("TOO_COSTLY", "嵌套层数 16，最多 12"),
    "{ " + " ".join(f"a{n}" for n in range(30)) + " }": ("VALIDATION_FAILED", "没有一一列出"),
}
VARIABLES: list[tuple[str, Any, str]] = [
    ("query A($v: Int!) { units(first: $v) { edges { node { id } } } }", "x", "变量的值不合要求：$v"),
    ("query A($v: Int!) { units(first: $v) { edges { node { id } } } }", None, "变量的值不合要求：$v，Int"),
    (
        "query A($v: UnitFilter) { units(first: 5, filter: $v) { __typename } }",
        {"no": 1},
        "没有这个字段：$v，UnitFilter，no。",
    ),
    (
        "query A($v: TaskFilter) { tasks(first: 5, filter: $v) { __typename } }",
        {"states": ["NOPE"]},
        "没有这个取值：$v，NOPE，TaskState。",
    ),
    (
        "mutation A($v: ReceiveAssignmentInput!) { receiveAssignment(input: $v) { isReplay } }",
        {"assignment": "x"},
        "输入里缺少必填的字段：$v，ReceiveAssignmentInput，idempotencyKey。",
    ),
    (
        "query A($v: Date!) { burden(since: $v, until: $v) { __typename } }",
        "2026-02-30",
        "日历上没有“2026-02-30”这一天",
    ),
    ("query A($v: Int = 5) { units(first: $v) { edges { node { id } } } }", None, ""),
]


@ON_SQLITE
async def test_what_is_wrong_with_a_document_is_said_in_chinese(site: Site) -> None:  # noqa: F811
    for document, (code, said) in WRONG.items():
        errors = (await site.visitor().post("/graphql", json={"query": document})).json()["errors"]
        assert code in {error["extensions"]["code"] for error in errors}, errors
        assert said in " ".join(error["message"] for error in errors), errors
        assert all(_is_chinese(error["message"]) for error in errors), errors


@ON_SQLITE
async def test_what_is_wrong_with_a_variable_is_said_in_chinese(site: Site) -> None:  # noqa: F811
    for document, value, said in VARIABLES:
        sent = orjson.dumps({"query": document, "variables": {"v": value}})
        answer = await site.visitor().post("/graphql", content=sent, headers=KIND)
        for error in answer.json()["errors"]:
            assert error["extensions"]["code"] == "BAD_INPUT" and said in error["message"], error
            assert _is_chinese(error["message"]), error


def _is_chinese(message: str) -> bool:
    return bool(CHINESE.search(message)) and not ENGLISH.search(message)


def test_every_rule_for_documents_has_a_sentence_of_its_own() -> None:
    """Also those that nothing in this schema breaks yet."""
    told: list[GraphQLError] = []
    context = ValidationContext(core(schema), parse("{ x }"), TypeInfo(core(schema)), told.append)
    english = "Cannot query field 'nowhere' on type \"Query\". Did you mean 'units' or 'unit'?"
    for rule in rules():
        rule(context).report_error(GraphQLError(english))
    assert len(told) >= len(set(specified_rules)) + 2
    for error in told:
        assert re.fullmatch(
            r"[^a-z]*(query 和 mutation|@?null)?[^a-z]*：nowhere，Query。也许是：units、unit。", error.message
        )
        assert error.extensions == {"code": ErrorCode.VALIDATION_FAILED}


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (
            {"assignments": "Se3cret"},
            "没有这个字段：$v，ReceiveAssignmentInput，assignments。也许是：assignment。",
        ),
        (
            {"x": "', found: 'Se3cret' Did you mean 'Se3cret'"},
            "没有这个字段：$v，ReceiveAssignmentInput，x。",
        ),
        ({"assignment": ["Se3cret"], "idempotencyKey": {"a": "Se3cret"}}, "变量的值不合要求：$v，String。"),
        (["Se3cret"], "变量的值不合要求：$v，ReceiveAssignmentInput。"),
    ],
)
@ON_SQLITE
async def test_a_value_that_was_sent_is_not_told_back(site: Site, sent: Any, told: str) -> None:  # noqa: F811
    """It may be a password, in a variable as in the document."""
    asked = "mutation A($v: ReceiveAssignmentInput!) { receiveAssignment(input: $v) { isReplay } }"
    literal = re.sub(r'"(\w+)":', r"\1:", orjson.dumps(sent).decode())
    written = f"mutation {{ receiveAssignment(input: {literal}) {{ isReplay }} }}"
    for question in ({"query": asked, "variables": {"v": sent}}, {"query": written}):
        errors = (await site.visitor().post("/graphql", json=question)).json()["errors"]
        assert errors and not [one for one in errors if "Se3cret" in str(one)], errors
        assert "query" not in question or "$v" not in question["query"] or told in str(errors), errors


def test_what_graphql_core_says_of_our_own_mistakes_stays_inside() -> None:
    told = shown(
        GraphQLError("Expected Iterable, but did not find one for field 'Query.units'.", path=["units"])
    )
    assert told["extensions"]["code"] == ErrorCode.INTERNAL and "units" not in told["message"]


def test_every_refusal_of_the_town_has_a_code_that_is_known() -> None:
    def kinds(of: type[Refusal]) -> set[type[Refusal]]:
        return {of}.union(*map(kinds, of.__subclasses__()))

    ours = {
        kind
        for kind in kinds(Refusal) - {Refusal}
        if kind.__module__.split(".")[0] in {"models", "schema", "views"}
    }
    assert {code_of(kind("")).value for kind in ours if kind.__name__ not in {"TooMany", "Changed"}} <= {
        *ErrorCode
    }
    assert {one.value for one in RefusalCode} <= {*ErrorCode}


def test_a_document_is_refused_with_no_more_errors_than_anybody_reads() -> None:
    with pytest.raises(Refused) as no:
        door.operations.prepared("{ " + " ".join(f"b{n}" for n in range(40)) + " }", {})
    assert len(no.value.errors) == 21
