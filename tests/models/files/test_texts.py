"""Plain text is kept as UTF-8 whatever it was written in, and what is no text is none."""

from __future__ import annotations

import pytest

from models.files.texts import PIECE, as_text, shows_something

WORDS = "巡查记录：一切正常。\r\n\t第二行　完"


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_words_of_every_usual_coding_come_out_the_same(coding: str) -> None:
    kept = as_text(WORDS.encode(coding))
    assert kept is not None and kept.decode("utf-8-sig") == WORDS


@pytest.mark.parametrize(
    "data",
    [
        *(
            b"",
            b"\0",
            b"a\0b",
            b"\x1b[31m",
            b"\xff\xfe\x00",
            b"\x89PNG\r\n\x1a\n",
            b"\xff\xd8\xff\xe0\x00\x10JFIF",
        ),
        *("村\x00".encode("utf-16"), b"\x81", bytes(range(256))),
    ],
)
def test_what_is_no_text_is_none(data: bytes) -> None:
    assert as_text(data) is None


@pytest.mark.parametrize("coding", ["utf-8", "gb18030"])
def test_a_sign_that_lies_across_two_pieces_is_read_whole(coding: str) -> None:
    words = "a" * (PIECE - 1) + "村" * 3
    assert as_text(words.encode(coding)) == words.encode()


def test_blanks_and_what_nobody_sees_show_nothing() -> None:
    unseen = " \t\r\n\u200b\u2060\u3164\ufeff\u00ad"
    assert not shows_something(unseen.encode()) and shows_something(f"{unseen}村".encode())
