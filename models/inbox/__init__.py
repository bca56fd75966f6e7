"""Messages (消息): one place for everything that waits for a person's word or was decided about them.

Made from the trail: each command declares to whom its event speaks and in what words. Work that waits comes through
the posts whose duty it is, and goes on to a successor; what was decided about somebody is told to the person.
"""

from models.inbox.addressing import To, doers_of
from models.inbox.by_command import DECLARED
from models.inbox.choices import InboxSilence, choose_outside, silenced
from models.inbox.declarations import Silent
from models.inbox.delivery import deliver, leaving
from models.inbox.kinds import ALWAYS, KINDS, TOPICS, Kind
from models.inbox.pending import Thing, standing
from models.inbox.read_marks import how_many_new, put_away
from models.inbox.records import InboxMessage
from models.inbox.upkeep import hand_on, look_after_messages

__all__ = [
    "ALWAYS",
    "DECLARED",
    "KINDS",
    "TOPICS",
    "InboxMessage",
    "InboxSilence",
    "Kind",
    "Silent",
    "Thing",
    "To",
    "choose_outside",
    "deliver",
    "doers_of",
    "hand_on",
    "how_many_new",
    "leaving",
    "look_after_messages",
    "put_away",
    "silenced",
    "standing",
]
