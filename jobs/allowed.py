"""The functions that a job may call, by name. Whatever else stands in Redis is refused before anything is imported."""

from collections.abc import Callable, Mapping

from domain.errors import Invalid

ALLOWED = ("empty_outbox", "sweep", "tidy")

Functions = Mapping[str, Callable[..., None]]


def check_allowed(function: str) -> str:
    """Return a listed name. Raises Invalid for any other."""
    if function not in ALLOWED:
        raise Invalid("function", function, ALLOWED)
    return function
