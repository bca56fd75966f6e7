"""A form as it stands on a page: what a browser would send if nobody touched it."""

from __future__ import annotations

from html.parser import HTMLParser


class _Reader(HTMLParser):
    def __init__(self, action: str) -> None:
        super().__init__(convert_charrefs=True)
        self.action, self.inside = action, False
        self.sent: dict[str, list[str]] = {}
        self.area: str | None = None
        self.choosing: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = said.get("action") == self.action
        elif self.inside and tag == "input" and said.get("type") != "file":
            ticked = said.get("type") not in {"checkbox", "radio"} or "checked" in said
            if ticked and "name" in said:
                self._keep(said["name"], said.get("value", ""))
        elif self.inside and tag == "textarea":
            self.area = said["name"]
            self._keep(self.area, "")
        elif self.inside and tag == "select":
            self.choosing = said["name"]
            self._keep(self.choosing, "")
        elif self.choosing and tag == "option" and "selected" in said:
            self.sent[self.choosing][-1] = said["value"]

    def handle_data(self, data: str) -> None:
        if self.area:
            self.sent[self.area][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area:
            self.sent[self.area][-1] = self.sent[self.area][-1].removeprefix("\n")
            self.area = None
        if tag in {"form", "select"}:
            self.choosing = None
            self.inside = self.inside and tag != "form"

    def _keep(self, name: str, value: str) -> None:
        self.sent.setdefault(name, []).append(value)


def as_it_stands(page: str, action: str) -> dict[str, list[str]]:
    """Names and values of the form with this address; fails where the page has none."""
    reader = _Reader(action)
    reader.feed(page)
    assert reader.sent, f"no form to {action}"
    return reader.sent


def seen_on(page: str, action: str) -> dict[str, str]:
    """The version that the form with this address tells to have been read."""
    return {"seen": as_it_stands(page, action)["seen"][0]}
