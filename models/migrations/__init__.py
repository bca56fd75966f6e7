"""How the tables came to be as they are, step by step."""

from typing import Any

from models.base.database import tortoise_config
from models.base.settings import settings


def __getattr__(name: str) -> Any:
    """TORTOISE_ORM for `tortoise makemigrations`, read from the environment only when asked for."""
    if name != "TORTOISE_ORM":
        raise AttributeError(name)
    return tortoise_config(settings())
