"""The site as browsers meet it, for what befalls it."""

import pytest

from tests.views.conftest import site  # noqa: F401 - a fixture


@pytest.fixture(autouse=True)
def as_in_a_server(on_threads: None) -> None:
    """What goes wrong meets whoever waits for it on a thread."""
