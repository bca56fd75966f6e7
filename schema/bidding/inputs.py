"""What is said of criteria, bids and points in one go: details that run in step, as lists of objects."""

from __future__ import annotations

import strawberry
from strawberry import ID, UNSET

from schema.base.together import Together


@strawberry.input(description="One thing that bids are compared by.")
class CriterionInput:
    title: str = strawberry.field(description="「比选标准」")
    weight_percent: int | None = strawberry.field(
        default=UNSET, description="「权重」 in per cent, where points are given: all of them add up to 100."
    )
    guidance: str | None = strawberry.field(default=UNSET, description="「评分说明」")


@strawberry.input(description="What is said of one bid in a comparison.")
class ComparedBidInput:
    bid: ID = strawberry.field(description="The bid.")
    words: list[str] = strawberry.field(
        description="Words under every criterion, in the order of the criteria."
    )


@strawberry.input(description="What a scorer gives a bid under one criterion.")
class PointsInput:
    score: int = strawberry.field(description="「分数」 of 100.")
    words: str | None = strawberry.field(default=UNSET, description="「评语」")


CRITERIA = {
    "criteria": Together(
        CriterionInput, {"title": "criteria", "weight_percent": "weights", "guidance": "guidances"}
    )
}
COMPARED = {"bids": Together(ComparedBidInput, {"bid": "bids", "words": "words"})}
SCORES = {"scores": Together(PointsInput, {"score": "points", "words": "words"})}
