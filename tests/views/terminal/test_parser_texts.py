"""Whatever is typed wrong at the terminal is told in Chinese: by every command, and in every text argparse has."""

from __future__ import annotations

import argparse
import ast
import errno
import inspect
import os
import re
from collections.abc import Iterator

import pytest

from models.base.system_errors import SAID, why
from views.terminal.cli import _arguments
from views.terminal.parser_texts import TEXTS

ENGLISH = re.compile(
    r"\b(?:usage|error|arguments?|required|invalid|choices?|expected|unrecognized|ambiguous|positional|options|show|such)\b"
)
"""As argparse and the operating system speak; nothing of ours is called so."""
OF_PROGRAMMERS = re.compile(
    r"conflicting|__call__|is an invalid argument|must be optional|is not callable|cannot merge|invalid option string"
    r"|dest= is|conflict_resolution|multiple subparser|with mode"
)


def _all(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for one in action.choices.values():
                yield from _all(one)


def _refused(parser: argparse.ArgumentParser, typed: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as end:
        parser.parse_args(typed)
    said = capsys.readouterr()
    assert end.value.code == 2
    return said.err


def test_every_command_refuses_in_chinese_what_it_does_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    parsers = list(_all(_arguments()))
    assert len(parsers) > 15
    for parser in parsers:
        for typed in (["--nowhere"], ["--hel=1"], ["x", "y", "z", "--", "q"]):
            said = _refused(parser, typed, capsys)
            assert "错误：" in said and not ENGLISH.search(said), (parser.prog, typed, said)
        for action in parser._actions:
            if action.option_strings and action.nargs != 0:
                said = _refused(parser, [action.option_strings[0]], capsys)
                assert "后面要写一个值" in said, said
            if action.type is not None and action.option_strings and not isinstance(action.type, type):
                said = _refused(parser, [f"{action.option_strings[0]}=x"], capsys)
                assert "“x”不是" in said and "例如" in said, said
        assert not ENGLISH.search(parser.format_help().replace("--", "")), parser.format_help()


def test_every_text_that_a_person_can_provoke_is_in_the_table() -> None:
    asked = set()
    for call in ast.walk(ast.parse(inspect.getsource(argparse))):
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Name)
            and call.func.id in {"_", "ngettext"}
        ):
            asked |= {
                one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
            }
    assert {one for one in asked if not OF_PROGRAMMERS.search(one)} <= {*TEXTS, "subcommands"}


def test_what_the_system_says_of_a_file_is_said_in_chinese() -> None:
    for number in (*SAID, errno.EPIPE):
        said = why(OSError(number, os.strerror(number)))
        assert said and not ENGLISH.search(said)
    assert why(OverflowError("x")) and why(UnicodeDecodeError("utf-8", b"x", 0, 1, "x")) == "不是文本文件"
