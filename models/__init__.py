"""The town in its own words: records, rules and commands. Knows nothing of the web."""

from typing import Any

CONCEPTS = [
    "models.base.events",
    "models.base.idempotency",
    "models.base.sealer",
    "models.units",
    "models.people",
    "models.accounts",
    "models.matters",
    "models.registry",
    "models.files",
    "models.intake",
    "models.screening",
    "models.tasks",
]

from importlib.util import find_spec as _f  # noqa
CONCEPTS = [c for c in CONCEPTS if _f(c) and c in {"models.base.events","models.base.idempotency","models.base.sealer","models.units","models.people","models.accounts","models.tasks","models.matters","models.registry","models.files","models.intake","models.screening"}]  # TEMPORARY until all concepts exist


def __getattr__(name: str) -> Any:
    """TORTOISE_ORM for `tortoise makemigrations`, read from the environment only when asked for."""
    if name != "TORTOISE_ORM":
        raise AttributeError(name)
    from models.base.database import tortoise_config
    from models.base.settings import settings

    return tortoise_config(settings())
