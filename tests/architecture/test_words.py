"""What must not be said or held anywhere: words of forbidden kinds, logs that tell too much, pages that take from elsewhere."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from graphql import GraphQLEnumType, build_schema
from tortoise import Tortoise

from models import CONCEPTS
from models.base.commands import command, rule
from models.base.records import Record
from models.compliance import LOGGED, checked, names_in
from models.compliance.dossier import commands
from schema import schema
from schema.base.build import core
from tests.sources import MODELS, ROOT, WORDS, WRITTEN


def betrayed(names: Iterable[str]) -> list[str]:
    """Names that betray data which must not be collected, each with the ban it breaks."""
    return [f"{found.name}: {found.ban.what}" for found in checked(names)]


async def test_no_table_can_count_presence_or_hold_what_must_not_be_held() -> None:
    assert betrayed(["title", "login_count"]) == ["login_count: 登录次数和最近登录"]
    await Tortoise.init(db_url="sqlite://:memory:", modules={"models": list(CONCEPTS)})
    try:
        for record in Tortoise.apps["models"].values():
            assert betrayed([*record._meta.fields_db_projection, record._meta.db_table]) == [], record
    finally:
        await Tortoise.close_connections()


def test_no_command_tells_the_trail_what_must_not_be_held() -> None:
    for path in MODELS:
        importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    assert len(commands()) > 100
    for one in commands():
        assert betrayed([one.name.partition(".")[2], *one.details]) == [], one.name


def test_the_check_of_commands_can_fail() -> None:
    @command(said="试一下", who=rule("谁都可以。")(lambda *_: True))
    async def clock_in(actor: object, subject: Record, *, latitude: str) -> None:
        """Something that must never be."""

    assert betrayed(["clock_in", *clock_in.details]) == ["clock_in: 打卡签到", "latitude: 行动轨迹和定位"]


def fields_of(types: Iterable[object]) -> Iterator[str]:
    """Every name under which GraphQL would give or take something."""
    for type_ in types:
        if isinstance(type_, GraphQLEnumType):
            yield from type_.values
        for name, field in getattr(type_, "fields", {}).items():
            yield from (name, *getattr(field, "args", {}))


def test_graphql_offers_nothing_that_must_not_be_held() -> None:
    ours = [type_ for name, type_ in core(schema).type_map.items() if not name.startswith("__")]
    assert len(set(fields_of(ours))) > 300
    assert betrayed(set(fields_of(ours))) == []


def test_the_check_of_graphql_can_fail() -> None:
    wrong = build_schema("type Query { people(onlineMinutes: Int): Int } type Person { lastSeen: String }")
    found = betrayed(sorted(fields_of(wrong.type_map[name] for name in ("Query", "Person"))))
    assert found == ["lastSeen: 登录次数和最近登录", "onlineMinutes: 在线时长"]


LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log", "fatal", "warn"}


def loggers(tree: ast.AST) -> dict[str, str]:
    """The variables of a file that stand for loggers, with their names."""
    made = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and (name := logger_made(node.value)):
            made |= {ast.unparse(target): name for target in node.targets}
    return made


def logger_made(node: ast.expr) -> str:
    """The name of the logger that an expression asks for, or nothing."""
    is_call = isinstance(node, ast.Call) and ast.unparse(node.func).endswith("getLogger")
    return ast.unparse(node.args[0]).strip("'") if is_call and node.args else ""  # type: ignore[attr-defined]


def logs_beside(source: str) -> list[str]:
    """What log lines of this file are told and may not be; their text must be a plain constant."""
    tree = ast.parse(source)
    names, found = loggers(tree), []
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        on = ast.unparse(node.func.value)
        name = names.get(on) or logger_made(node.func.value) or ("root" if on == "logging" else "")
        if node.func.attr not in LEVELS or not name:
            continue
        text, *told = node.args[node.func.attr == "log" :] or [ast.Constant(None)]
        told += [word.value for word in node.keywords if word.arg not in {"exc_info", "stacklevel"}]
        found += [] if isinstance(text, ast.Constant) and isinstance(text.value, str) else [ast.unparse(text)]
        found += [said for one in told if (said := ast.unparse(one)) not in LOGGED.get(name, {})]
    return found


@pytest.mark.parametrize("path", WRITTEN, ids=lambda p: str(p.relative_to(ROOT)))
def test_logs_are_told_only_what_they_may_keep(path: Path) -> None:
    assert logs_beside(path.read_text("utf-8")) == []


def test_the_check_of_logs_can_fail() -> None:
    made = 'import logging\nlog = logging.getLogger("xingcun.requests")\n'
    assert logs_beside(made + 'log.info("%s signed in", viewer.name)') == ["viewer.name"]
    assert logs_beside(made + 'log.warning(f"{address} again")') == ["f'{address} again'"]
    assert logs_beside(made + 'log.log(10, "x", extra={"who": who})') == ["{'who': who}"]
    assert logs_beside('import logging\nlogging.getLogger("xingcun").error("%s", body)') == ["body"]
    assert logs_beside('import logging\nlogging.info("%s", status)') == ["status"]
    assert logs_beside(made + 'log.info("%s", text)') == ["text"], "reminders may, requests may not"
    assert logs_beside(made + 'log.info("%s", status)') == []


def test_what_logs_may_keep_is_nothing_forbidden_and_nothing_that_is_no_longer_logged() -> None:
    allowed = [said for told in LOGGED.values() for said in told]
    assert betrayed(name for said in allowed for name in names_in(said)) == []
    files = [p for p in WRITTEN if "compliance" not in p.parts]
    written = " ".join(ast.unparse(ast.parse(p.read_text("utf-8"))) for p in files)
    assert [said for said in allowed if said not in written] == []


OUTSIDE = re.compile(r"""(?:src|href|action|url)\s*[=(]\s*["']?(?:https?:)?//(?!www\.w3\.org)""")
INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=[\"']|javascript:")


@pytest.mark.parametrize("path", [p for p in WORDS if p.suffix in {".html", ".css"}], ids=lambda p: p.name)
def test_pages_take_nothing_from_elsewhere_and_carry_no_scripts_inside(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not OUTSIDE.search(text) and not INLINE.search(text)


def test_the_check_of_pages_can_fail() -> None:
    assert OUTSIDE.search('<img src="https://elsewhere.test/a.png">')
    assert INLINE.search("<script>alert(1)</script>") and INLINE.search('<p style="x">')
    assert INLINE.search('<a onclick="x">') and not INLINE.search('<script src="/static/htmx.js"></script>')


CHINESE = re.compile(r"[\u4e00-\u9fff]")
REFUSALS = {"Invalid", "NotAllowed", "NotNow", "NotFound"}


def foreign_sentences(source: str) -> list[str]:
    """Sentences of refusals and rules that a person could not read."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            said = ast.unparse(node.args[0])
            is_text = isinstance(node.args[0], ast.Constant | ast.JoinedStr)
            if node.func.id in REFUSALS | {"rule", "only_the_clock"} and is_text and not CHINESE.search(said):
                found.append(said)
    return found


@pytest.mark.parametrize("path", WRITTEN, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_refusal_is_said_in_chinese(path: Path) -> None:
    assert foreign_sentences(path.read_text("utf-8")) == []


def test_the_check_of_sentences_people_read_can_fail() -> None:
    assert foreign_sentences('raise Invalid("not this")') == ["'not this'"]
