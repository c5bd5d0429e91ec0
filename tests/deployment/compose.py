"""Reads docker-compose.yml, with `${…}` put in as compose would."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

COMPOSE = Path(__file__).parents[2] / "docker-compose.yml"
REFERENCE = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<name>\w+)(?:(?P<how>:\?|:-)(?P<word>[^}]*))?\})")


class NotSet(Exception):
    """What compose says, and stops."""


def raw() -> dict[str, Any]:
    """The file with its anchors resolved and its `${…}` as they stand."""
    return yaml.safe_load(COMPOSE.read_text())


def resolved(environ: Mapping[str, str]) -> dict[str, Any]:
    """The file as compose sees it with this environment. Raises NotSet naming what has to be set."""
    return _put_in(raw(), environ)


def required_names() -> set[str]:
    """Every name without which compose stops."""
    return {match["name"] for match in REFERENCE.finditer(COMPOSE.read_text()) if match["how"] == ":?"}


def complete_environment() -> dict[str, str]:
    """One example of everything that has to be set."""
    secrets = {name: f"{name.lower().replace('_', '')}{'0' * 32}" for name in required_names()}
    return {**secrets, "PUBLIC_URL": "https://greenroom.example.org"}


def _put_in(value: Any, environ: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _put_in(inner, environ) for key, inner in value.items()}
    if isinstance(value, list):
        return [_put_in(inner, environ) for inner in value]
    if isinstance(value, str):
        return REFERENCE.sub(lambda match: _meaning(match, environ), value)
    return value


def _meaning(match: "re.Match[str]", environ: Mapping[str, str]) -> str:
    if match["dollar"]:
        return "$"
    value = environ.get(match["name"], "")
    if value or match["how"] is None:
        return value
    if match["how"] == ":?":
        raise NotSet(f"{match['name']} {match['word']}")
    return match["word"]
