"""Texts of mails, from the templates beside this module. Every one stands in the same frame."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.links import Links

TEMPLATES = Path(__file__).parent / "templates"


class Wording:
    """Fills templates in. A fact that a template names and nobody gave is an error, never an empty place."""

    def __init__(self, links: Links) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            undefined=StrictUndefined,
            autoescape=False,  # noqa: S701  # plain text: there is nothing that a letter could break out of
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._environment.globals["links"] = links

    def text(self, letter: str, *, name: str = "", **facts: Any) -> str:
        """The text of a letter, with `name` in its greeting. Raises jinja2.UndefinedError for a missing fact."""
        return self._environment.get_template(f"{letter}.txt").render(name=name, **facts)
