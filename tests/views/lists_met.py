"""Which lists of the templates were shown, and how many rows the longest had."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from jinja2 import FunctionLoader

from views.base.pages import templates

NOT_FILLED = set(
    """
    accounts/show.html: _, called in choices
    accounts/show.html: number, called in choices
    base/charts.html: axis in axes
    base/charts.html: line in lines
    base/charts.html: way in ways
    base/forms.html: name, value in values.items()
    bidding/awards/show.html: one in objections
    bidding/bids/sheet.html: one in both
    bidding/bids/show.html: one in sealed_papers
    bidding/projects/_bids.html: one in criteria
    burden/askers/rows.html: reason in one.unticked.values()
    complaints/statistics.html: one in counties
    compliance/show.html: one in found
    evaluation/appeals/show.html: one in adjustments
    evaluation/indices/show.html: one in lightest
    evaluation/indices/show.html: one in weakest
    evaluation/simulation.html: one in moving[:most]
    files/shown.html: one in pictures
    intake/new.html: one in near
    intake/show.html: code in verdict.nearest
    matters/_tried.html: doubt in tried.doubts
    matters/_tried.html: note in tried.notes
    matters/changes.html: change in difference.changed[:100]
    matters/changes.html: name, head, was, now in change.columns
    matters/lists.html: region in regions
    matters/reference_cases.html: flip in run.flips[:60]
    matters/version.html: flip in run.flips[:12]
    matters/version.html: one in gaps[:12]
    matters/version.html: one in looser[:12]
    matters/version.html: one, answered in said
    people/printed.html: one in left
    people/printed.html: slip in slips
    points/_praise.html: one in praise
    points/list.html: one in found
    points/list.html: one in homes
    policies/calendar.html: one in told.versions
    policies/calendar.html: pair in pairs
    policies/show.html: next in one.coming
    rankings/_corrections.html: one in corrections
    rankings/points.html: one in shown.rows
    rankings/show.html: one in own
    schemes/edit.html: number in range(written.dimensions, sheet.dimensions | length)
    schemes/edit.html: number in range(written.groups, sheet.groups | length)
    schemes/show.html: one in differences
    screening/exceptions.html: said in one.request.void or ()
    screening/show.html: code, why in asked.unticked.items()
    screening/show.html: one in advice.prohibitions
    surveys/printed.html: slip in slips
    surveys/village.html: on, many in days.items()
    tasks/_preparation.html: row in waiting
    tasks/assignments/show.html: element, value, told in form.known
    tasks/assignments/show.html: one in told
    tasks/emergency/show.html: one in ended
    tasks/emergency/show.html: task in sent[one.id]
    tasks/new.html: row in chosen
    tasks/new.html: row in others
    tasks/show.html: one in amended
    tasks/show.html: one in told
    trail/heads.html: row in shown.rows
    """.strip().split("\n    ")
)
"""Lists that fill only in states which this town is not in."""
LOOP = re.compile(
    r"{%-? for (?P<each>[\w, ()]+?) in (?P<rows>(?:(?! %}| if ).|if .+ else )+)(?P<only> if .+?)? -?%}"
)


@contextmanager
def lists_met() -> Iterator[Counter[str]]:
    """The most rows that each list of each template has, by the template and its words."""
    met: Counter[str] = Counter()
    loader = templates.loader
    assert loader is not None and templates.cache is not None

    def noted(rows: Any, where: str) -> list[Any]:
        listed = list(rows)
        met[where] = max(met[where], len(listed))
        return listed

    def told(name: str) -> str:
        def noting(loop: re.Match[str]) -> str:
            each, rows, only = loop["each"], loop["rows"], loop["only"] or ""
            return f'{{% for {each} in ({rows}) | met("{name}: {each} in {_plain(rows)}") {only} %}}'

        return LOOP.sub(noting, loader.get_source(templates, name)[0])

    for name in templates.list_templates():
        for loop in LOOP.finditer(loader.get_source(templates, name)[0]):
            met[f"{name}: {loop['each']} in {_plain(loop['rows'])}"] = 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(templates, "loader", FunctionLoader(told))
        patch.setitem(templates.filters, "met", noted)
        templates.cache.clear()
        yield met
    templates.cache.clear()


def _plain(rows: str) -> str:
    return rows.replace('"', "'")
