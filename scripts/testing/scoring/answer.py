"""What is scored: one answer, with what its HTML asks a browser to load and where it leads."""

from collections.abc import Sequence
from functools import cached_property
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urlsplit

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})


class Finding(NamedTuple):
    """What one rule says: how many points it gives or takes, and why."""

    rule: str
    points: int
    reason: str


class Script(NamedTuple):
    """A `<script>` that loads a file."""

    src: str
    integrity: str


class Answer:
    """An answer to a GET of `url`, asked for with an `Origin` of another site.

    `plain_route` is where the same site led when it was asked without TLS, from the first address to the last; None
    when it does not answer without.
    """

    def __init__(
        self,
        url: str,
        headers: Sequence[tuple[str, str]],
        text: str = "",
        *,
        origin: str = "",
        plain_route: Sequence[str] | None = None,
    ) -> None:
        self.url = url
        self.headers = headers
        self.text = text
        self.origin = origin
        self.plain_route = plain_route

    @property
    def is_https(self) -> bool:
        """Whether it came over TLS."""
        return self.url.startswith("https://")

    @property
    def host(self) -> str:
        """The name of the site."""
        return urlsplit(self.url).hostname or ""

    def all(self, name: str) -> list[str]:
        """Every value of this header."""
        return [value.strip() for given, value in self.headers if given.lower() == name.lower()]

    def first(self, name: str) -> str:
        """The first value of this header; empty when it is not there."""
        return next(iter(self.all(name)), "")

    @property
    def is_html(self) -> bool:
        """Whether a browser would show it as a page; what does not say what it is may be one."""
        kind = self.first("Content-Type").partition(";")[0].strip().lower()
        return not kind or kind in HTML_TYPES

    @cached_property
    def page(self) -> "Page":
        """What stands in its HTML."""
        reader = Page()
        if self.is_html:
            reader.feed(self.text)
        return reader


class Page(HTMLParser):
    """Collects what a page loads, links to, and hides in its forms."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[Script] = []
        self.loads: list[str] = []
        self.links: list[str] = []
        self.hidden: dict[str, str] = {}
        self.count = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See HTMLParser."""
        given = {name: value or "" for name, value in attrs}
        if tag == "script":
            self.count += 1
        if tag == "script" and given.get("src"):
            self.scripts.append(Script(given["src"], given.get("integrity", "")))
        for name, into in (("src", self.loads), ("href", self.links if tag == "a" else self.loads)):
            if given.get(name):
                into.append(given[name])
        if tag == "input" and given.get("type") == "hidden":
            self.hidden[given.get("name", "")] = given.get("value", "")
