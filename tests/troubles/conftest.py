"""The site as browsers meet it, for what befalls it."""

from tests.views.conftest import site  # noqa: F401 - a fixture
