"""Answering: a household opens its link once, without an account, and never through a cadre.

There is one door for it, the page of the link. GraphQL is the door of programs and of people who are signed in, and
an answer that a program hands in is one that somebody collected; so answers cannot be given there.
A form sent twice is refused the second time by the used link itself. No receipt is kept, as it is for other forms,
because a receipt would tie what was sent to who sent it.
"""

from __future__ import annotations

from datetime import timedelta

from models.accounts.throttling import Limit, give_back, must_be_within, note, noted, take
from models.base.clock import due, today
from models.base.commands import Secret, command, rule
from models.base.events import tell
from models.base.refusals import Invalid, NotFound, NotNow
from models.base.ticking import only_the_clock
from models.base.viewer import TOWN_CLOCK, Viewer
from models.surveys.records import ANSWERS, GRADES, Invitation, Survey, SurveyVillage
from models.surveys.sampling import link_hash
from models.surveys.verifying import Closed, tallies

GONE = "这个链接没有用了。"
CROWDED = "这里刚才回答的人多，请 {} 分钟后再来。您的链接还有用。"
"""The same for wrong, used and expired ones."""
SIGNED_IN = (
    "群众口碑由群众自己回答，干部不能代填。这台设备登录着工作账号，请用自己的手机打开，或者先退出登录。"
)
HOUR = timedelta(hours=1)
GUESSES = 30
"""Wrong links from one address in a quarter of an hour; a whole village may share one, but not its mistakes."""
BY_ADDRESS = 10
"""Answers for one village from one address within an hour.

Carriers put many phones behind one address, but a sample of some sixty households answers over days: ten within an
hour are rather one device, and whoever is eleventh in earnest is asked to wait and keeps the link.
"""
LEAST_BUNCH = 8


@rule(SIGNED_IN)
def is_nobody_we_know(actor: Viewer, village: SurveyVillage) -> bool:
    return actor.via == "nobody" and not actor.signed_in


@rule(GONE)
def takes_answers(village: SurveyVillage) -> bool:
    return village.survey.takes_answers


@command(said="收到一份回答", who=is_nobody_we_know, when=takes_answers)
async def answer(
    actor: Viewer,
    village: SurveyVillage,
    *,
    token: Secret[str],
    first: Secret[int],
    second: Secret[int],
    address: Secret[str] = "",
) -> SurveyVillage:
    """Use up a link and add one to the counter of its two answers; the trail learns that somebody answered, no more."""
    for field, value in (("first", first), ("second", second)):
        if value not in ANSWERS:
            raise Invalid("请选一个答案。", field=field)
    here = Limit(f"answers:{village.pk}:{address}", BY_ADDRESS, HOUR, CROWDED)
    await must_be_within(here)
    unused = Invitation.filter(village=village, token_hash=link_hash(token), used_on=None)
    if not await unused.update(used_on=today()):
        raise NotFound(GONE)
    village.tally[cell(first, second)] += 1
    village.answered += 1
    village.is_bunched = await _came_together(village, here)
    await village.save(update_fields=["tally", "answered", "is_bunched"])
    return village


def cell(first: int, second: int) -> int:
    """Where the counter of two answers stands among the 25."""
    return (first - 1) * GRADES + second - 1


async def _came_together(village: SurveyVillage, here: Limit) -> bool:
    """Count this answer for its hour, and tell whether so many ever came within one.

    A third of the village's sample, and no fewer than eight; the counter is gone within a day.
    """
    hour = Limit(f"answers:{village.pk}", max(LEAST_BUNCH, village.invited // 3), HOUR)
    await note(here, hour)
    return village.is_bunched or await noted(hour) >= hour.most


async def village_of(actor: Viewer, token: str, address: str) -> SurveyVillage:
    """The village whose round a link opens: the link itself is the right to see it.

    Raises NotFound alike for wrong, used and expired links, and TooMany for whoever tries many.
    """
    tries = Limit(f"links:{address}", GUESSES)
    await take(tries)
    found = await Invitation.get_or_none(token_hash=link_hash(token), used_on=None).select_related(
        "village__survey__region", "village__unit"
    )
    if found is None or found.village.survey.state != "open" or found.village.survey.is_over:
        raise NotFound(GONE)
    await give_back(tries)
    begins = found.village.survey.opens_on
    if today() < begins:
        raise NotNow(f"还没到回答的日子：{begins.month}月{begins.day}日开始。请留好这张条。")
    return found.village


@rule("这轮调查还没到期。")
def is_over(survey: Survey) -> bool:
    return survey.is_over


@command(said="到期结束", who=only_the_clock("调查到期由系统结束。"), when=is_over)
async def close_survey(actor: Viewer, survey: Survey) -> Survey:
    """End a round on the day after its last: from then on its figures stand.

    The villages are locked first, so that an answer on its way is either in or too late.
    """
    await SurveyVillage.filter(survey=survey).select_for_update().values_list("id")
    tell(Closed(tallies=await tallies(survey)))
    survey.state, survey.closed_on = "closed", today()
    await survey.save(update_fields=["state", "closed_on"])
    return survey


@due
async def close_what_is_over() -> None:
    over = Survey.filter(state="open", closes_on__lt=today()).order_by("id").limit(200)
    for survey in await over.prefetch_related(*Survey.judged_with):
        await close_survey(TOWN_CLOCK, survey)
