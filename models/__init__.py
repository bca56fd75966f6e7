"""The town in its own words: records, rules and commands. Knows nothing of the web."""

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
"""The rooms that keep records, from the lowest floor up: the contract in pyproject.toml has all of them in this order."""
