"""Reads `.env.example`: what it sets, what it names as default, and the words above each name."""

import re
from pathlib import Path

import msgspec

EXAMPLE = Path(__file__).parents[2] / ".env.example"
ASSIGNMENT = re.compile(r"(?P<off># )?(?P<name>[A-Z][A-Z0-9_]*)=(?P<value>.*)")


class Line(msgspec.Struct, frozen=True):
    """One name: its value, whether it is commented out, and its explanation."""

    name: str
    value: str
    is_default: bool
    meaning: str


def lines(text: str) -> list[Line]:
    """Every assignment in the text, in its order."""
    found, above = [], ""
    for line in text.splitlines():
        match = ASSIGNMENT.fullmatch(line)
        if match:
            found.append(Line(match["name"], match["value"], match["off"] is not None, above))
        above = line.removeprefix("# ") if line.startswith("# ") and not match and "===" not in line else ""
    return found
