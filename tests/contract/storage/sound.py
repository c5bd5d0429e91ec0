"""Which values a session may hold, restated for the model from the design and not from `domain/checks.py`."""

import math
from datetime import UTC, datetime

import msgspec

from domain.errors import Invalid


def whole(moment):
    """An aware time in UTC, cut to whole milliseconds."""
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise Invalid("time", moment, "an aware time")
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        raise Invalid("time", str(moment), "a year from 1 to 9999") from None
    return moment.replace(microsecond=moment.microsecond - moment.microsecond % 1000)


def sound_text(field, value, limit):
    if not isinstance(value, str) or len(value) > limit:
        raise Invalid(field, "…", f"text of {limit} characters")
    if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise Invalid(field, value, "text without NUL and lone surrogates")


def sound_size(name, value, limit):
    """Refuse what is larger than this as JSON."""
    if len(msgspec.json.encode(value)) > limit:
        raise Invalid(name, "…", f"{limit} bytes")


def sound_value(struct, name, value):
    """The value in its declared type. Raises Invalid when no storage could keep it or the declaration forbids it."""
    declared = next(field.type for field in msgspec.structs.fields(struct) if field.name == name)
    if isinstance(value, dict):
        sound_free_form(name, value, 0)
    else:
        _sound_inside(name, value, 0)
    try:
        given = msgspec.to_builtins(value, builtin_types=(datetime,))
        if len(msgspec.json.encode(given)) > (512 * 1024 if isinstance(value, dict) else 4 * 1024 * 1024):
            raise Invalid(name, "…", "512 KiB of free-form data, 4 MiB of anything else")
        settled = msgspec.convert(given, declared)
    except (msgspec.ValidationError, TypeError, ValueError) as error:
        raise Invalid(name, "…", str(error)) from None
    return whole(settled) if isinstance(settled, datetime) else settled


def sound_free_form(field, value, depth):
    if depth > 20:
        raise Invalid(field, "…", "20 levels")
    if type(value) is dict:
        for key, inner in value.items():
            sound_text(field, key, 200)
            if key == "" or key.startswith("$") or "." in key:
                raise Invalid(field, key, "no operators")
            sound_free_form(field, inner, depth + 1)
    elif type(value) is list:
        for inner in value:
            sound_free_form(field, inner, depth + 1)
    elif type(value) is str:
        sound_text(field, value, len(value))
    elif type(value) is int:
        if not -(2**63) <= value <= 2**63 - 1:
            raise Invalid(field, "…", "64 bits")
    elif type(value) is float:
        if not math.isfinite(value):
            raise Invalid(field, value, "finite")
    elif value is not None and type(value) is not bool:
        raise Invalid(field, "…", "plain data")


def _sound_inside(field, value, depth):
    """Text anywhere inside typed fields; bytes are never text, and nothing declared is nested this deep."""
    if depth > 50 or isinstance(value, bytes | bytearray | memoryview):
        raise Invalid(field, "…", "plain data")
    if isinstance(value, str):
        sound_text(field, str(value), len(value))
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            _sound_inside(name, getattr(value, name), depth + 1)
    elif isinstance(value, dict):
        for key, inner in value.items():
            _sound_inside(field, key, depth + 1)
            _sound_inside(field, inner, depth + 1)
    elif isinstance(value, list | tuple | set | frozenset):
        for inner in value:
            _sound_inside(field, inner, depth + 1)
