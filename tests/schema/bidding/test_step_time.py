"""More time for a step and rests through GraphQL: who reads them, since when a step rests, and nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import bidding
from models.base.clock import clock_at
from models.base.viewer import Viewer
from schema import door
from schema.base.build import instant
from schema.base.nodes import global_id
from tests.builders import a_viewer
from tests.models.bidding.building import WHY, a_building, morning
from tests.schema.toys import ask

pytestmark = pytest.mark.anyio
DAY = timedelta(days=1)
ASKED = """query($id: ID!) { stepExtension(id: $id) {
  untilOn reason state stateLabel mayAnswer mayTakeBack milestone { state suspendedAt }
} }"""


async def test_a_request_for_more_time_is_read_by_village_and_township_alone(town: str) -> None:
    place = await a_building()
    first = (await place.days())[0]
    with clock_at(morning(first - DAY)):
        wanted = await place.asked(0, first + 9 * DAY)
        await bidding.suspend_step(place.desk, await place.step(), reason="先办防汛。")
        at = global_id("StepExtension", wanted.pk)

        async def told(viewer: Viewer, number: str = at) -> dict[str, object] | None:
            found: dict[str, object] | None = (await ask(door, viewer, ASKED, id=number))["data"][
                "stepExtension"
            ]
            return found

        desk, village = await told(place.desk), await told(place.village)
        assert desk and village and desk["reason"] == WHY and desk["untilOn"] == str(first + 9 * DAY)
        step = desk["milestone"]
        assert step == {"state": "SUSPENDED", "suspendedAt": instant((await place.step()).suspended_at)}  # type: ignore[union-attr]
        assert (desk["mayAnswer"], desk["mayTakeBack"]) == (True, False)
        assert (village["mayAnswer"], village["mayTakeBack"]) == (False, True)
        stranger = await a_viewer("department_officer", place.town.department)
        missing = global_id("StepExtension", 987654321)
        assert (
            [await told(one) for one in (place.loser, stranger)]
            == [None, None]
            == [await told(place.desk, missing)] * 2
        )
