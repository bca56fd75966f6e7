"""A file that is damaged while the town is serving: who asks is told that no waiting helps, and what does."""

from __future__ import annotations

import pytest

from models.base.outages import SPOILED
from models.trail import verify
from models.units import Unit
from schema.base.nodes import global_id
from tests.builders import a_town
from tests.outages.playing import damaged
from tests.views.conftest import HERE, Site
from views.base.logs import Plain

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("how", ["overwritten", "lost"])
async def test_people_and_programs_are_told_to_stop_and_restore(
    site: Site, town_url: str, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    place = await a_town()
    browser = await site.as_a("coordinator", place.township, origin=HERE)
    asked = f'{{ node(id: "{global_id("Unit", place.village.pk)}") {{ id }} }}'
    async with damaged(town_url, how):
        answer = await browser.post("/graphql", json={"query": asked})
        told = answer.json()["errors"][0]
        assert (answer.status_code, told["message"]) == (503, SPOILED), answer.text
        assert told["extensions"]["code"] == "DAMAGED" and answer.headers["retry-after"] == "3600"
        page = await browser.get("/tasks")
        assert page.status_code == 503 and SPOILED in page.text and "<h1>" in page.text
    written = "\n".join(Plain("%(levelname)s %(message)s").format(record) for record in caplog.records)
    assert "DAMAGED: " in written and "Traceback" not in written
    assert (await browser.get("/tasks")).status_code == 200
    assert await Unit.filter(pk=place.village.pk).exists() and await verify() == []
