"""What results are worth: a function of facts, values and what was credited before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from models.points.credit_rules import Credit, History, credits
from models.points.entries import shown_points
from models.schemes.sources import POINTS, usual_points, whole_points
from tests.models.evaluation.results import COLLEAGUE, DAY, ME, MONDAY, a_result, village


def test_a_task_in_time_and_right_at_once_brings_its_difficulty() -> None:
    one = village(a_result(weight="1.50"))
    assert (one.points, one.possible, one.share, one.why) == (15_000, 15_000, 10_000, ())
    assert (one.timely, one.first_time, one.counts) == (True, True, True)


def test_a_late_task_brings_less_and_says_why() -> None:
    one = village(a_result(reported_on=(MONDAY + 6 * DAY).isoformat()))
    assert (one.points, one.share, one.why, one.timely) == (6_000, 6_000, ("late",), False)


@pytest.mark.parametrize(("rounds", "share"), [(2, 9_000), (3, 8_000), (9, 3_000)])
def test_each_return_costs_a_tenth_down_to_a_floor(rounds: int, share: int) -> None:
    one = village(a_result(rounds=rounds))
    assert (one.share, one.why, one.first_time) == (share, ("returned",), False)


@pytest.mark.parametrize(("spared", "points"), [("suspended", 6_000), ("overload", 10_000)])
def test_lateness_of_what_was_spared_is_no_evidence_and_of_what_was_imposed_costs_no_points(
    spared: str, points: int
) -> None:
    """A suspension stops the clock while it stands; what is late after that is paid as late."""
    one = village(a_result(reported_on=(MONDAY + 20 * DAY).isoformat(), spared=spared))
    assert (one.points, one.share) == (points, 10_000) and spared in one.why


def test_poor_work_counts_even_where_lateness_is_spared() -> None:
    one = village(a_result(rounds=4, spared="suspended"))
    assert (one.points, one.share, one.why) == (7_000, 7_000, ("returned", "suspended"))


def test_what_was_left_unanswered_brings_nothing_and_takes_no_other_results_place() -> None:
    history = History()
    one = village(a_result(kind="missed", by=(), matter=""), history)
    assert (one.points, one.possible, one.share, one.counts, one.timely) == (0, 0, 0, True, False)
    assert village(a_result(task=2), history).points == 10_000


def test_a_second_task_under_the_same_matter_within_days_is_one_task_split_in_two() -> None:
    history = History()
    first = village(a_result(), history)
    second = village(a_result(task=2, reported_on=(MONDAY + DAY).isoformat()), history)
    later = village(a_result(task=3, reported_on=(MONDAY + 20 * DAY).isoformat()), history)
    assert (first.points, second.points, later.points) == (10_000, 0, 6_000), "late, and whole"
    assert (second.why, second.counts) == (("split",), False)


def test_pieces_accepted_newest_first_are_pieces_all_the_same() -> None:
    history = History()
    days = [(MONDAY + n * DAY).isoformat() for n in (3, 2, 1, 0)]
    points = [village(a_result(task=n, reported_on=day), history).points for n, day in enumerate(days)]
    assert points == [10_000, 0, 0, 0]


def under_one_matter(days: Sequence[int], **worth: int) -> list[Credit]:
    """Tasks reported in time on these days, in this order."""
    history, found = History(), []
    for number, day in enumerate(days):
        on = (MONDAY + day * DAY).isoformat()
        found.append(village(a_result(task=number, reported_on=on, due_on=on), history, **worth))
    return found


def test_between_a_piece_and_a_whole_a_result_grows_with_every_day() -> None:
    points = {day: under_one_matter([0, day])[1] for day in range(1, 17)}
    assert [points[day].points for day in range(9, 17)] == [0, 0, 2_000, 4_000, 6_000, 8_000, 10_000, 10_000]
    assert points[10].why == ("split",) and points[14].why == ("again",) and points[15].why == ()
    assert [day for day, one in points.items() if one.counts] == [13, 14, 15, 16], "half a piece of work"


def test_what_lies_between_two_others_brings_only_what_their_distance_left() -> None:
    assert [one.points for one in under_one_matter([0, 14, 7, 28, 21])] == [10_000, 8_000, 0, 8_000, 0]
    assert [one.points for one in under_one_matter([15, 0, 1])] == [10_000, 10_000, 0]


def test_a_whole_after_a_month_is_what_the_parts_before_it_left_wanting() -> None:
    assert [one.points for one in under_one_matter([0, 14, 28, 31, 45])] == [10_000, 8_000, 8_000, 0, 8_000]
    wanting = [one.points for one in under_one_matter([0, 12, 24, 35])]
    assert wanting == [10_000, 4_000, 4_000, 2_000], "4 and 4 in its month, and 2 more"


def test_a_later_day_never_brings_less_than_an_earlier_one_where_pieces_are_paid_too() -> None:
    points = [under_one_matter([0, day], split=50)[1].points for day in range(1, 17)]
    assert points == sorted(points) and points[8:13] == [5_000, 5_000, 5_000, 5_000, 6_000]


def test_what_was_dealt_to_oneself_takes_no_other_results_place() -> None:
    history = History()
    assert village(a_result(judges=frozenset({ME})), history).points == 0
    near = [a_result(task=n, reported_on=(MONDAY + n * DAY).isoformat()) for n in (1, 2)]
    assert [village(one, history).points for one in near] == [10_000, 0]


def test_work_under_one_matter_every_few_days_brings_one_whole_a_month() -> None:
    credited = under_one_matter(range(0, 80, 4))
    assert sum(one.points for one in credited) == 30_000, "of 200,000 apart: it is one piece of work, cut"
    assert [one.counts for one in credited].count(True) == 3


def test_a_scheme_from_before_pieces_grew_into_wholes_pays_as_it_did() -> None:
    before = {name: value for name, value in usual_points().items() if not name.startswith("again")}
    before = whole_points(before | {"split_days": 5})
    assert [one.points for one in under_one_matter(range(0, 80, 4), **before)].count(10_000) == 10
    assert [one.points for one in under_one_matter([0, 5, 10], **before)] == [10_000] * 3


def test_a_task_with_copies_in_two_grids_is_not_split_and_the_first_of_an_emergency_is_not() -> None:
    history = History()
    village(a_result(), history)
    assert village(a_result(subject=("Assignment", 2)), history).points == 10_000
    assert village(a_result(task=2, emergency=True), history).points == 10_000


def test_an_emergency_is_whole_once_for_each_response_and_pieces_after_that() -> None:
    """From before responses were told, and under a scheme from before, each of them is whole."""
    for worth, response, whole in (({}, 4, 1), ({}, None, 30), ({"again_days": 0, "again_least": 0}, 4, 30)):
        history, found = History(), []
        village(a_result(task=99), history)
        for day in range(30):
            on = {"reported_on": (MONDAY + day * DAY).isoformat(), "due_on": (MONDAY + 40 * DAY).isoformat()}
            one = a_result(event_id=day, task=day, emergency=True, response=response, **on)
            found.append(village(one, history, **worth).points)
        assert sum(found) == whole * 10_000 and found[0] == 10_000
        other = a_result(task=40, emergency=True, response=5)
        assert village(other, history, **worth).points == 10_000, "another response"


def test_whoever_gave_the_work_out_or_accepted_it_earns_nothing_by_doing_it() -> None:
    found = credits(a_result(judges=frozenset({ME})), usual_points(), History())
    assert found
    for one in found:
        assert (one.points, one.why, one.counts) == (0, ("self_dealing",), False)


def test_persons_share_what_they_did_together_in_equal_parts() -> None:
    whole, *parts = credits(a_result(by=((70, ME), (80, COLLEAGUE))), usual_points(), History())
    assert [one.points for one in parts] == [5_000, 5_000] and whole.points == 10_000
    assert {one.person_id for one in parts} == {ME, COLLEAGUE}


def test_a_day_brings_no_more_than_its_cap_and_the_next_day_goes_on() -> None:
    history, worth = History(), {"village_day": 15, "person_day": 12}
    one = village(a_result(), history, **worth)
    two = credits(a_result(task=2, matter="B"), usual_points() | worth, history)
    assert (one.points, two[0].points, two[0].why) == (10_000, 5_000, ("capped",))
    assert (two[1].points, two[1].why) == (2_000, ("capped",))
    tomorrow = village(a_result(task=3, matter="C", reported_on=(MONDAY + DAY).isoformat()), history, **worth)
    assert tomorrow.points == 10_000


def test_steps_of_projects_and_praise_have_values_of_their_own() -> None:
    facts = {"step": "start", "due_on": "2026-11-05", "reported_on": "2026-11-04"}
    step = a_result(kind="step", by=())
    assert village(replace(step, facts=facts)).points == 20_000
    assert village(replace(step, facts=facts | {"step": "acceptance"})).points == 60_000
    assert village(replace(step, facts=facts | {"reported_on": "2026-11-06"})).why == ("late",)
    assert village(replace(step, kind="failed", facts={})).share == 0
    praised = replace(step, kind="praise", facts={"nth": 1})
    assert village(praised).points == 10_000 and not village(praised).counts
    again = village(replace(praised, facts={"nth": 3}))
    assert (again.points, again.why) == (0, ("often",))


def test_nothing_is_given_for_presence_meetings_photographs_or_clicks() -> None:
    from models.points.results import BRINGS

    accepted = {"accept", "accept_milestone", "praise", "praise_delivery"}
    undone = {"note_unanswered", "undo_award", "give_up_award"}
    assert {name.partition(".")[2] for name in BRINGS} == accepted | undone
    assert not any(
        word in name for name in POINTS for word in ("meeting", "photo", "login", "visit", "click")
    )


def test_points_are_shown_without_noise() -> None:
    shown = [shown_points(n) for n in (0, 10_000, 2_500, -3_500, 333)]
    assert shown == ["0", "10", "2.5", "-3.5", "0.333"]
