"""Inputs and payloads: the types in which mutations are told what to do, and tell what came of it."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import fields
from typing import Any, get_args

import strawberry
from strawberry import UNSET, Info

from models.base.refusals import Refusal as No
from schema.base.refusals import Refusal, refusal

KEY = (
    "Chosen by the caller, 1 to 64 characters: a repeat from the same post is answered with the first result, "
    "however late."
)


async def answered(
    thing: str, act: Callable[[], Awaitable[tuple[Any, bool]]], path: Callable[[str], list[str]]
) -> dict[str, Any]:
    """The payload of what was done, or of why it was not."""
    try:
        made, is_replay = await act()
    except No as no:
        every = [no, *getattr(no, "beside", ())]
        return {thing: None, "refusals": [refusal(one, path) for one in every], "is_replay": False}
    return {thing: made, "refusals": [], "is_replay": is_replay}


def said_in(input: Any) -> dict[str, Any]:
    """What a caller has said of an input, by our own names; what is left out is not there."""
    said = {one.name: getattr(input, one.name) for one in fields(input)}
    return {name: value for name, value in said.items() if value is not UNSET}


def mutation_of(act: Any, input_type: Any, payload: Any, description: str | None) -> Any:
    act.__annotations__ = {"info": Info, "input": input_type}
    act.__signature__ = inspect.Signature(
        [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind)
            for name, kind in act.__annotations__.items()
        ]
    )
    return strawberry.mutation(resolver=act, graphql_type=payload, description=description)


def input_type(title: str, told: Mapping[str, tuple[Any, str]], description: str) -> Any:
    """An input with these fields, each with its description; those that may be null may be left out."""
    body: dict[str, Any] = {"__annotations__": {name: kind for name, (kind, _) in told.items()}}
    for name, (kind, words) in told.items():
        left_out: dict[str, Any] = {"default": UNSET} if type(None) in get_args(kind) else {}
        body[name] = strawberry.field(description=words or None, **left_out)
    return strawberry.input(type(f"{title}Input", (), body), description=description)


def payload_type(title: str, thing: str, shown: Any) -> Any:
    told = {
        thing: (
            shown | None,
            "As it stands now; null where it was refused, or is no longer the caller's to see.",
        ),
        "refusals": (list[Refusal], "Why it was not done: empty exactly where it was."),
        "is_replay": (bool, "Whether the key had been answered before, and this is that answer again."),
    }
    body: dict[str, Any] = {"__annotations__": {name: kind for name, (kind, _) in told.items()}}
    body |= {name: strawberry.field(description=words) for name, (_, words) in told.items()}
    return strawberry.type(type(f"{title}Payload", (), body), description=f"What came of {title}.")
