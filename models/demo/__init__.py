"""A town to look at, played with the commands people use, so that its trail is honest."""

from models.demo.cast import DEMO_PASSWORD, demo_accounts
from models.demo.loading import is_empty, load

__all__ = ["DEMO_PASSWORD", "demo_accounts", "is_empty", "load"]
