"""表扬 beside the result it is about: what was said of it, and whom the viewer could name."""

from __future__ import annotations

from typing import Any

from models import points
from models.base.viewer import Viewer, subtree
from models.bidding import Award
from models.people import Post, in_force
from models.people.roles import DOERS
from models.points import Commendation
from models.policies import upwards
from models.rankings import named
from models.tasks import Assignment
from models.units import Unit

MOST = 50


async def praise_of(viewer: Viewer, about: Assignment | Award) -> dict[str, Any]:
    """For the pages of results: the praise so far, and the people to be ticked where the viewer may praise."""
    is_task = isinstance(about, Assignment)
    done = about.state == "accepted" if is_task else about.state == "standing"
    command: Any = points.praise if is_task else points.praise_delivery
    rows = Commendation.visible_to(viewer).filter(subject_type=type(about).__name__, subject_id=about.pk)
    praise = await rows.order_by("id") if done else []
    said = {one.by_id for one in praise} & {hat.post_id for hat in viewer.hats}
    may = done and not said and command.allows(viewer, about)
    return {
        "praise": praise,
        "names": await named(viewer, praise),
        "praisable": await _doers(about.unit) if may else None,
    }


async def _doers(unit: Unit) -> list[tuple[int, str]]:
    village = upwards(unit.path)[-2] if unit.level == "grid" else unit.path
    posts = Post.filter(in_force(), subtree("unit__path", village), role__in=DOERS)
    rows = await posts.order_by("id").limit(MOST).select_related("person")
    return [(post.pk, f"{post.person.name}（{post.title or post.role_label}）") for post in rows]
