"""Reminders: what should reach people outside the application, so that no chat group is needed."""

from models import inbox
from models.base.clock import due
from models.reminders import follower as follower
from models.reminders.alarms import look_at_the_hour
from models.reminders.channels import Channel, NotSent
from models.reminders.deadlines import look_at_the_calendar
from models.reminders.delivery_report import Sendings, sendings
from models.reminders.personal_log import Sending, own_sendings, why
from models.reminders.records import WAITING, Reminder
from models.reminders.sending import send_waiting

__all__ = [
    "WAITING",
    "Channel",
    "NotSent",
    "Reminder",
    "Sending",
    "Sendings",
    "own_sendings",
    "remind",
    "sendings",
    "why",
]


@due
async def remind() -> None:
    """Put down what people should hear of, then send what may be sent now."""
    await inbox.deliver()
    await look_at_the_calendar()
    await look_at_the_hour()
    await send_waiting()
