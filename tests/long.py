"""The tests that take longest: every whole run begins with them, and the quick one does without."""

from __future__ import annotations

import pytest

FOLDERS = ("tests/e2e/", "tests/leaks/", "tests/fuzz/")
FILES = {
    *("test_cli.py", "test_races.py", "test_interleaving.py", "test_year.py", "test_work_year.py"),
    *("test_lawful_refusal.py", "test_rewriting.py", "test_compile.py", "test_one_door.py"),
    *("test_crowded_pages.py",),
}
TESTS = {
    "test_four_rival_starters_all_succeed",
    "test_no_path_opens_a_bid_early_awards_without_comparing_or_awards_twice",
    "test_no_path_leads_to_a_village_past_approval_wakes_what_is_over_or_loses_a_request",
    "test_the_range_beside_a_score_holds_the_true_one_nine_times_out_of_ten",
    "test_where_villages_hardly_differ_the_range_rather_holds_more",
    "test_intervals_of_90_percent_cover_90_percent",
    "test_where_differences_can_hardly_be_seen_intervals_rather_cover_more",
    "test_the_same_results_give_the_same_bytes_on_both_databases_in_any_order",
    "test_after_any_history_what_stands_is_what_working_everything_out_gives",
    "test_the_worst_of_files_end_in_time_while_everything_else_goes_on",
    "test_counting_in_any_calendar_is_walking",
    "test_what_a_gate_costs_grows_with_the_length_alone",
    "test_no_connection_costs_more_with_more_rows_on_any_of_its_edges",
    "test_tables_at_their_worst_still_nobody",
    "test_nobody_is_kept_waiting_while_the_worst_tables_are_brought_in",
}
"""Browsers, walks, races and simulations: what is named by its file or its own name may lie anywhere."""


def is_long(item: pytest.Item) -> bool:
    name = item.name.partition("[")[0]
    return item.nodeid.startswith(FOLDERS) or item.path.name in FILES or name in TESTS
