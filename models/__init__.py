"""The town in its own words: records, rules and commands. Knows nothing of the web."""

from typing import Any

CONCEPTS = [
    "models.base.events",
    "models.base.idempotency",
    "models.base.sealer",
    "models.base.following",
    "models.units",
    "models.people",
    "models.policies",
    "models.workdays",
    "models.accounts",
    "models.matters",
    "models.registry",
    "models.files",
    "models.requests",
    "models.screening",
    "models.intake",
    "models.tasks",
    "models.concerns",
    "models.complaints",
    "models.bidding",
    "models.surveys",
    "models.evaluation",
    "models.rankings",
    "models.inbox",
    "models.reminders",
]


def __getattr__(name: str) -> Any:
    """TORTOISE_ORM for `tortoise makemigrations`, read from the environment only when asked for."""
    if name != "TORTOISE_ORM":
        raise AttributeError(name)
    from models.base.database import tortoise_config
    from models.base.settings import settings

    return tortoise_config(settings())
