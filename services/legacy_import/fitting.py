"""Whether something old has the shape of something of today, and whether that shape holds all of it."""

from typing import Any, Generic, TypeVar

import msgspec

from services.legacy_import.values import without_empties

Shape = TypeVar("Shape")


class Fit(msgspec.Struct, Generic[Shape], frozen=True):
    """A value in today's shape; `whole` says that nothing of what was given had to be left out."""

    value: Shape
    whole: bool


def fit(given: Any, shape: type[Shape]) -> Fit[Shape] | None:
    """The given value in this shape, what is empty left out; None when it has another."""
    present = without_empties(given)
    try:
        value = msgspec.convert(present, shape)
    except msgspec.ValidationError:
        return None
    return Fit(value, _holds(msgspec.to_builtins(value), present))


def _holds(kept: Any, given: Any) -> bool:
    if isinstance(given, dict):
        names = isinstance(kept, dict) and given.keys() <= kept.keys()
        return names and all(_holds(kept[name], inner) for name, inner in given.items())
    if isinstance(given, list):
        return len(kept) == len(given) and all(_holds(*pair) for pair in zip(kept, given, strict=True))
    return bool(kept == given)
