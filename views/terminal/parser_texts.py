"""What argparse tells whoever types something wrong, in Chinese."""

from __future__ import annotations

import argparse

TEXTS = {
    "usage: ": "用法：",
    "positional arguments": "参数",
    "options": "选项",
    "show this help message and exit": "显示这份说明",
    "%(prog)s: error: %(message)s\n": "%(prog)s：错误：%(message)s\n",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s：%(message)s",
    "the following arguments are required: %s": "还缺少：%s",
    "one of the arguments %s is required": "这几项要写一项：%s",
    "unrecognized arguments: %s": "不认识：%s",
    "ambiguous option: %(option)s could match %(matches)s": "%(option)s 可以是几项：%(matches)s，请写完整",
    "invalid choice: %(value)r (choose from %(choices)s)": "没有 %(value)r 这一项，可以写：%(choices)s",
    "unknown parser %(parser_name)r (choices: %(choices)s)": "没有 %(parser_name)r 这一项，可以写：%(choices)s",
    "invalid %(type)s value: %(value)r": "%(value)r 填得不对",
    "expected one argument": "后面要写一个值",
    "expected at most one argument": "后面最多写一个值",
    "expected at least one argument": "后面至少写一个值",
    "expected %s argument": "后面要写 %s 个值",
    "expected %s arguments": "后面要写 %s 个值",
    "not allowed with argument %s": "不能和 %s 一起用",
    "ignored explicit argument %r": "后面不能写 %r",
    "unexpected option string: %s": "这里不能写 %s",
    "can't open '%(filename)s': %(error)s": "“%(filename)s”打不开：%(error)s",
}
"""Everything that a person can provoke; what a programmer does wrong stays English."""


def speak_chinese() -> None:
    """argparse asks gettext for each of its texts by these two names, and a catalogue of one language is this table."""
    setattr(argparse, "_", lambda text: TEXTS.get(text, text))  # noqa: B010 - typeshed does not know it
    setattr(argparse, "ngettext", lambda one, many, n: TEXTS.get(one if n == 1 else many, many))  # noqa: B010
