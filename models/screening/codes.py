"""Screening codes: township, matter, day, serial and a check character, never issued twice."""

from __future__ import annotations

from datetime import date
from typing import Self

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_37_2
from tortoise import fields
from tortoise.queryset import QuerySet

from models.base.columns import column
from models.base.records import Record
from models.base.viewer import NOTHING, Viewer


class SerialNumber(Record):
    """The last serial a township has used on a day, which only ever grows."""

    township_id = fields.BigIntField()
    day = fields.DateField()
    used = column("用到的次数", fields.IntField())

    class Meta:
        table = "serial_number"
        unique_together = (("township_id", "day"),)

    @classmethod
    def visible_to(cls, viewer: Viewer) -> QuerySet[Self]:
        return cls.filter(NOTHING)


async def next_code(township_id: int, township_code: str, matter_code: str, day: date) -> str:
    """The next code of a township, taken in one statement so that rivals never share a serial."""
    connection = SerialNumber._meta.db
    holes = ("?", "?") if connection.capabilities.dialect == "sqlite" else ("$1", "$2")
    rows = await connection.execute_query_dict(
        f"INSERT INTO serial_number (township_id, day, used) VALUES ({holes[0]}, {holes[1]}, 1) "  # noqa: S608
        "ON CONFLICT (township_id, day) DO UPDATE SET used = serial_number.used + 1 RETURNING used",
        [township_id, day if holes[0] == "$1" else day.isoformat()],
    )
    return checked(f"{township_code}-{matter_code}-{day:%Y%m%d}-{rows[0]['used']:04d}")


def checked(stem: str) -> str:
    """The code with its check character (ISO 7064 MOD 37-2 over the letters and digits)."""
    return f"{stem}-{mod_37_2.calc_check_digit(stem.replace('-', '').upper())}"


def is_code(text: str) -> bool:
    """Whether a code's check character is right: mistyped and swapped characters are caught."""
    try:
        mod_37_2.validate(text.replace("-", "").upper())
    except ValidationError:
        return False
    return True
