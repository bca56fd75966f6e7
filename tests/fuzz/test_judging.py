"""The judge of the walks hears and feels what no answer may be and do."""

from __future__ import annotations

import time

import httpx
import pytest

from tests.fuzz.judging import A_TRIFLE, Judge, judged
from tests.heart import STILL

pytestmark = pytest.mark.anyio


async def _an_answer(status: int = 200, busy: float = 0.0, **told: object) -> httpx.Response:
    until = time.thread_time() + busy
    while time.thread_time() < until:
        pass
    return httpx.Response(status, json=told)


def _an_error(message: str, code: str | None = "BAD_INPUT") -> dict[str, object]:
    return {"errors": [{"message": message, "extensions": {"code": code}}]}


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (500, {}),
        (503, {}),
        (200, {"x": "Traceback (most recent call last)"}),
        (200, _an_error("Cannot query field 'x'")),
        (200, _an_error("没有这个字段", None)),
        (200, _an_error("没有这个字段", "BAD_USER_INPUT")),
        (200, _an_error("字段 is not 对")),
    ],
)
async def test_a_wrong_answer_is_heard(status: int, told: dict[str, object]) -> None:
    judge = Judge()
    await judge.ask(_an_answer(status, **told), "sent", of_api=True)
    with pytest.raises(AssertionError, match="<- sent"):
        judge.must_have_found_nothing()


async def test_a_right_answer_is_passed_over() -> None:
    with judged() as judge:
        await judge.ask(_an_answer(200, **_an_error("没有这个字段：x")), "sent", of_api=True)
    judge.must_have_found_nothing()


async def test_whoever_stills_the_loop_is_named_and_nobody_else() -> None:
    with judged() as judge:
        for number, busy in enumerate((0.0, 1.5 * STILL, 0.0)):
            await judge.ask(_an_answer(busy=busy), f"request {number}")
            await _an_answer(busy=1.5 * STILL)  # of the test itself
    with pytest.raises(AssertionError, match="request 1: "):
        judge.must_have_found_nothing()
    assert len(judge.heart.stilled) == 1


def test_memory_that_is_taken_and_not_given_back_is_felt() -> None:
    judge = Judge()
    judge.held = [100, 100 + A_TRIFLE, 100 + A_TRIFLE, 99 + 2 * A_TRIFLE]
    judge.must_have_found_nothing()
    judge.held = [100, 110, 120, 110 + A_TRIFLE]
    with pytest.raises(AssertionError):
        judge.must_have_found_nothing()
