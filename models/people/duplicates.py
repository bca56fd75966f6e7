"""Who is known already: by name and telephone, in the form in which both are compared."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

from tortoise.queryset import QuerySet

from models.base.batches import in_batches, page_by_page
from models.base.folding import folded
from models.base.identities import same_name
from models.base.refusals import Invalid
from models.base.telephones import telephone
from models.people.records import Person

Key = tuple[str, str, int]
"""Name and telephone as they are compared; without a telephone a name is somebody's within one unit alone."""
NAMES_AT_ONCE, PEOPLE_AT_ONCE = 200, 200


def known_as(name: str, phone: str, unit: int) -> Key:
    """Who it is, also where the two were kept before there was one form."""
    with contextlib.suppress(Invalid):
        phone = telephone(phone)
    return same_name(name), phone, 0 if phone else unit


async def known_people(keys: Iterable[Key], among: QuerySet[Person]) -> dict[Key, int]:
    """Those of them who are known, the first of several who are alike: looked for by name, however many others are there."""
    wanted, known = set(keys), dict[Key, int]()
    async for names in in_batches(sorted({name for name, _, _ in wanted}), NAMES_AT_ONCE):
        alike = among.filter(sought__in=sorted(map(folded, names))).only("id", "name", "phone")
        async for page in page_by_page(alike.prefetch_related("posts"), PEOPLE_AT_ONCE):
            for one in page:
                name, phone, nowhere = known_as(one.name, one.phone, 0)
                for unit in {nowhere} if phone else {nowhere, *(post.unit_id for post in one.posts)}:
                    known.setdefault((name, phone, unit), one.pk)
    return {key: known[key] for key in wanted & known.keys()}
