"""A scheme as it is written anew: its dimensions with their indicators, its peer groups and what results are worth."""

from __future__ import annotations

from typing import Any, ClassVar

import strawberry
from strawberry import UNSET

from models import schemes
from models.base.refusals import Invalid
from schema.base.enums import code_in
from schema.base.together import Together
from schema.schemes.words import IndicatorSource, VillageKind, WorthCode


@strawberry.input(description="What a dimension is measured by.")
class IndicatorInput:
    source: IndicatorSource = strawberry.field(description="What it is reckoned from.")  # type: ignore[valid-type]
    weight_percent: int = strawberry.field(description="「权重」 of its dimension: all of one add up to 100.")
    least: int = strawberry.field(description="How many results a village's own need to count.")


@strawberry.input(description="One of the sides from which a scheme looks at a village.")
class DimensionInput:
    name: str = strawberry.field(description="「维度」")
    weight_percent: int = strawberry.field(description="「权重」 of the index: all of them add up to 100.")
    indicators: list[IndicatorInput] = strawberry.field(description=f"At most {schemes.SLOTS}.")


@strawberry.input(description="The villages that are compared with each other.")
class PeerGroupInput:
    name: str = strawberry.field(description="「分组」")
    kind: VillageKind | None = strawberry.field(  # type: ignore[valid-type]
        default=UNSET, description="Villages or communities alone; left out, both."
    )
    households: int = strawberry.field(description="「户数」 from which on a village stands here.")


@strawberry.input(description="What one kind of result is worth.")
class WorthInput:
    code: WorthCode = strawberry.field(description="Which.")  # type: ignore[valid-type]
    value: int = strawberry.field(description="How much, in its unit.")


def _named(name: str, field: str) -> str:
    if not name.strip():
        raise Invalid("请写名称。", field=field)
    return name


class Dimensions(Together):
    """Dimensions with their indicators; the command takes a full set of slots for each, the rest of them empty."""

    details = ("dimensions", "weights", "sources", "shares", "leasts")
    WITHIN: ClassVar = {"sources": "source", "shares": "weight_percent", "leasts": "least"}

    def apart(self, rows: list[Any] | None) -> dict[str, Any]:
        told: dict[str, Any] = {name: [] for name in self.details}
        for number, row in enumerate(rows or ()):
            spare = schemes.SLOTS - len(row.indicators)
            if spare < 0:
                raise Invalid(
                    f"一个维度最多 {schemes.SLOTS} 个指标。", field=f"sources.{schemes.SLOTS * number}"
                )
            told["dimensions"].append(_named(row.name, f"dimensions.{number}"))
            told["weights"].append(str(row.weight_percent))
            told["sources"] += [code_in(one.source) for one in row.indicators] + [""] * spare
            told["shares"] += [str(one.weight_percent) for one in row.indicators] + [""] * spare
            told["leasts"] += [str(one.least) for one in row.indicators] + [""] * spare
        return told

    def path(self, detail: str, place: list[str]) -> list[str] | None:
        if detail not in self.details:
            return None
        part = self.WITHIN.get(detail)
        if not place:
            return []
        if part is None:
            return [*place, "name" if detail == "dimensions" else "weight_percent"]
        number, slot = divmod(int(place[0]), schemes.SLOTS)
        return [str(number), "indicators", str(slot), part]


class PeerGroups(Together):
    details = ("groups", "kinds", "households")

    def apart(self, rows: list[Any] | None) -> dict[str, Any]:
        return {
            "groups": [_named(row.name, f"groups.{number}") for number, row in enumerate(rows or ())],
            "kinds": [code_in(row.kind) or "" for row in rows or ()],
            "households": [str(row.households) for row in rows or ()],
        }

    def path(self, detail: str, place: list[str]) -> list[str] | None:
        parts = {"groups": "name", "kinds": "kind", "households": "households"}
        return [*place, *([parts[detail]] if place else [])] if detail in parts else None


class Worths(Together):
    """What results are worth: every one of them, in whichever order."""

    details = ("points",)

    def apart(self, rows: list[Any] | None) -> dict[str, Any]:
        told = {code_in(row.code): str(row.value) for row in rows or ()}
        if len(told) < len(rows or ()):
            raise Invalid("有一项写了两次。", field="points")
        missing = next((name for name in schemes.POINTS if name not in told), None)
        if missing:
            raise Invalid(f"还缺“{schemes.POINTS[missing].label}”。", field="points")
        return {"points": [told[name] for name in schemes.POINTS]}

    def path(self, detail: str, place: list[str]) -> list[str] | None:
        # A place is that in the scheme's own order, which the caller need not have kept.
        return [] if detail == "points" else None


SHEET = {
    "dimensions": Dimensions(DimensionInput, {}),
    "peer_groups": PeerGroups(PeerGroupInput, {}),
    "points": Worths(WorthInput, {}),
}
