"""The bytes of a file, read as one JSON object: strictly, because whatever is passed over here is lost."""

import json
from typing import Any, NoReturn

from domain.errors import Invalid


def read_document(data: bytes) -> dict[str, Any]:
    """The object that stands in a file. Raises Invalid, saying where it ceases to be one."""
    if not data.strip():
        raise Invalid("file", "", "a JSON object; this one is empty")
    try:
        found = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise Invalid("file", data[error.start : error.start + 8], f"UTF-8; byte {error.start} is not") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise Invalid("file", error.doc[error.pos : error.pos + 20], f"JSON; at {place}: {error.msg}") from None
    except (ValueError, RecursionError) as error:
        raise Invalid("file", "…", f"JSON of a sensible depth and with sensible numbers ({error})") from None
    if not isinstance(found, dict):
        raise Invalid("file", found, "a JSON object")
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name that stands there twice would lose one of its values without a word."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise Invalid(next(name for name in names if names.count(name) > 1), "…", "one value; it stands there twice")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise Invalid("file", name, "JSON, which has no such number")
