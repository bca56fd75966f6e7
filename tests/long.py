"""The tests that take longest: every whole run begins with them, and the quick one does without."""

from __future__ import annotations

import pytest

LONG = (
    "tests/e2e/",
    "tests/leaks/",
    "tests/views/terminal/test_cli.py::",
    "tests/models/base/test_database.py::test_four_rival_starters_all_succeed",
    "tests/models/bidding/test_races.py::",
    "tests/models/bidding/test_states.py::",
    "tests/models/tasks/test_states.py::",
    "tests/models/reminders/test_year.py::",
    "tests/models/reminders/test_work_year.py::",
    "tests/models/reminders/test_races.py::",
    "tests/models/base/test_interleaving.py::",
    "tests/models/evaluation/test_together.py::test_the_range_beside_a_score_holds_the_true_one_nine_times_out_of_ten",
    "tests/models/evaluation/test_together.py::test_where_villages_hardly_differ_the_range_rather_holds_more",
    "tests/models/evaluation/test_statistics.py::test_intervals_of_90_percent_cover_90_percent",
    "tests/models/evaluation/test_statistics.py::test_where_differences_can_hardly_be_seen_intervals_rather_cover_more",
    "tests/models/evaluation/test_lawful_refusal.py::",
    "tests/models/evaluation/test_rewriting.py::",
    "tests/models/evaluation/test_index.py::test_the_same_results_give_the_same_bytes_on_both_databases_in_any_order",
    "tests/models/rankings/test_refreshing.py::test_after_any_history_what_stands_is_what_working_everything_out_gives",
    "tests/models/tables/test_reader.py::test_the_worst_of_files_end_in_time_while_everything_else_goes_on",
    "tests/models/test_workdays.py::test_counting_in_any_calendar_is_walking",
    "tests/models/base/test_text.py::test_what_a_gate_costs_grows_with_the_length_alone",
    "tests/schema/base/test_compile.py::",
    "tests/schema/test_one_door.py::",
    "tests/schema/test_query_counts.py::",
    "tests/views/test_crowded_pages.py::",
    "tests/views/test_stillness.py::test_tables_at_their_worst_still_nobody",
    "tests/views/test_table_places.py::test_nobody_is_kept_waiting_while_the_worst_tables_are_brought_in",
    "tests/fuzz/",
)
"""Walks, simulations, races and browsers: by the folder, the file or the test."""


def is_long(item: pytest.Item) -> bool:
    return item.nodeid.startswith(LONG)
