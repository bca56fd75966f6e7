"""People and their posts: rights come from posts, never from persons."""

from models.people.importing import import_people
from models.people.posts import appoint, end_post, enrol, hand_over, manages_people_here
from models.people.records import ROLES, Person, PersonFilter, Post, in_force

__all__ = [
    "ROLES",
    "Person",
    "PersonFilter",
    "Post",
    "appoint",
    "end_post",
    "enrol",
    "hand_over",
    "import_people",
    "in_force",
    "manages_people_here",
]
