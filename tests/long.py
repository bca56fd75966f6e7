"""The tests that take longest: every whole run begins with them, and the quick one does without."""

from __future__ import annotations

import pytest

FOLDERS = ("tests/e2e/", "tests/leaks/", "tests/fuzz/")
FILES = {
    *("test_cli.py", "test_races.py", "test_interleaving.py", "test_year.py", "test_work_year.py"),
    *("test_lawful_refusal.py", "test_rebuild.py", "test_compile.py", "test_one_door.py"),
    *("test_crowded_pages.py", "test_killed.py"),
}
LONGEST = {
    "test_no_list_search_or_other_page_tells_a_hidden_word",
    "test_the_page_of_a_hidden_row_is_the_page_of_a_missing_one",
    "test_every_connection_tells_exactly_what_the_table_of_rights_says",
    "test_spoil_is_refused_by_the_deputy_and_cleared_without_the_village",
    "test_the_whole_demo_lists_its_accounts_and_gives_tokens_that_work",
    "test_three_villages_bid_one_is_awarded_and_builds_what_it_promised",
    "test_four_rival_starters_all_succeed",
    "test_ours_and_stock_agree_to_the_byte",
    "test_no_page_costs_more_with_more_rows_in_any_of_its_lists",
    "test_no_mutation_of_an_asker_makes_anything_that_a_village_sees",
    "test_no_path_opens_a_bid_early_awards_without_comparing_or_awards_twice",
    "test_a_foreign_id_answers_like_a_missing_one_at_every_root_and_as_a_node",
    "test_no_connection_costs_more_with_more_rows_on_any_of_its_edges",
    "test_a_form_about_a_hidden_row_answers_like_one_about_a_missing_row",
}
"""Which go before all others: whoever had one of them last would keep everybody waiting."""
TESTS = {
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
    "test_tables_at_their_worst_still_nobody",
    "test_nobody_is_kept_waiting_while_the_worst_tables_are_brought_in",
}
"""Browsers, walks, races and simulations: what is named by its file or its own name may lie anywhere."""


def is_long(item: pytest.Item) -> bool:
    told = item.nodeid.startswith(FOLDERS) or item.path.name in FILES
    return told or _name(item) in TESTS | LONGEST


def turn(item: pytest.Item) -> int:
    """When a test comes: the longest, the long ones, the rest."""
    return 0 if _name(item) in LONGEST else 1 if is_long(item) else 2


def _name(item: pytest.Item) -> str:
    return item.name.partition("[")[0]
