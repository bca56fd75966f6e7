"""People and their posts: rights come from posts, never from persons."""

from models.people.contacts import meets, named
from models.people.importing import import_people
from models.people.management import (
    managed_posts,
    manages,
    manages_holder,
    roles_to_give,
    tie,
    tie_anew,
    who_manages,
)
from models.people.posts import appoint, end_post, enrol, hand_over, manages_people_here
from models.people.records import Person, PersonFilter, Post, in_force
from models.people.roles import ROLES
from models.people.view_as import A_LOOK, Look, current_look, look_as

__all__ = [
    "A_LOOK",
    "ROLES",
    "Look",
    "Person",
    "PersonFilter",
    "Post",
    "appoint",
    "current_look",
    "end_post",
    "enrol",
    "hand_over",
    "import_people",
    "in_force",
    "look_as",
    "managed_posts",
    "manages",
    "manages_holder",
    "manages_people_here",
    "meets",
    "named",
    "roles_to_give",
    "tie",
    "tie_anew",
    "who_manages",
]
