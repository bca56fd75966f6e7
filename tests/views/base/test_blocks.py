"""What one block of a page has named, another cannot use: it would answer 500 as soon as it came to that."""

from __future__ import annotations

from jinja2 import Environment, nodes

from views.base.pages import templates


def test_no_block_uses_a_name_that_only_another_block_gives() -> None:
    lost = {name: found for name in templates.list_templates() if (found := _lost(name))}
    assert lost == {}


def _lost(name: str) -> set[str]:
    loader = templates.loader
    assert loader is not None
    page = Environment.parse(templates, loader.get_source(templates, name)[0], name)
    blocks = list(page.find_all(nodes.Block))
    given = {block.name: _names(block, "store", "param") for block in blocks}
    everywhere = [one for one in page.body if not isinstance(one, nodes.Block | nodes.Macro | nodes.Output)]
    common = set().union(*(_names(one, "store") for one in everywhere))
    elsewhere = {block.name: set().union(*(given[o] for o in given if o != block.name)) for block in blocks}
    return set().union(
        *((_names(b, "load") & elsewhere[b.name]) - given[b.name] - common for b in blocks),
    )


def _names(node: nodes.Node, *contexts: str) -> set[str]:
    return {one.name for one in node.find_all(nodes.Name) if one.ctx in contexts}
