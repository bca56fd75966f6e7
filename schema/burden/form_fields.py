"""What the forms of villages asked and spared, as the dashboard tells it."""

from __future__ import annotations

from dataclasses import fields

import strawberry

from models.burden import AskedFields


@strawberry.type(description="Fields that the forms of villages asked, one for every data element and place.")
class FormFields:
    asked: int = strawberry.field(description="Villages had to say something of these.")
    prefilled: int = strawberry.field(description="Those of them in which the earlier answer stood already.")
    held: int = strawberry.field(description="On file and fresh, so that no form asked for them.")
    waived: int = strawberry.field(description="On file, and asked again by a leader's signed word.")
    prefill_rate: int | None = strawberry.field(
        description="Of a hundred fields that were reported before, how many were not typed again."
    )


def forms_told(told: AskedFields) -> FormFields:
    return FormFields(**{one.name: getattr(told, one.name) for one in fields(FormFields)})
