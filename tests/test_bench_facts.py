"""What counts as the same page: its words and where its links lead, whatever the markup."""

from __future__ import annotations

import pytest

from tests.bench.facts import facts_of
from tests.bench.pairs import Pair, must_say_the_same
from tests.bench.wire import Asked

PAGE = b'<head>x</head><body>\n<h1>A &amp; B</h1> <a class="k" href="/tasks/1?a=1&amp;b=2">One</a></body>'


def test_markup_and_blanks_are_no_facts() -> None:
    twin = b'<body>\n<h2>A &amp;\nB</h2><p><a  href="/tasks/1?a=1&amp;b=2"><b>One</b></a></p></body>'
    assert facts_of(PAGE) == facts_of(twin) == ["A&B", "/tasks/1?a=1&b=2", "One"]


@pytest.mark.parametrize("left_out", [b"A &amp; B", b"One", b"/tasks/1"])
def test_a_twin_that_leaves_something_out_is_found(left_out: bytes) -> None:
    pair = Pair("a page", Asked("/"), lambda *_: None, 1.0)  # type: ignore[arg-type,return-value]
    must_say_the_same(pair, PAGE, PAGE)
    with pytest.raises(AssertionError, match="the twin"):
        must_say_the_same(pair, PAGE, PAGE.replace(left_out, b""))
