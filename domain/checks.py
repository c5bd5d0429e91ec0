"""What every storage refuses alike, checked before anything is written.

The limits stand as annotations on the structs; here is what annotations cannot say: text that some engine could not
keep, free-form data that would come back changed, and the sizes of the whole.
"""

import math
import re
from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any

import msgspec

from domain.clock import whole_milliseconds
from domain.errors import Invalid, shorten
from domain.session import (
    OWNED_BY_STORAGE,
    OWNED_BY_TRANSITION,
    SESSION_ID_PATTERN,
    Message,
    Session,
)

HEADER_LIMIT_BYTES = 4 * 1024 * 1024
FREE_FORM_LIMIT_BYTES = 512 * 1024
"""Of one field of free-form data: a list of short numbers grows sixfold in MongoDB, whose documents end at 16 MiB."""
UPDATE_LIMIT_BYTES = 256 * 1024
"""Of one update without loading, which cannot know how large the header is already."""
META_LIMIT_BYTES = 64 * 1024
JSON_DEPTH_LIMIT = 20
INT64 = 2**63

_MESSAGE = msgspec.json.Decoder(Message)
_SESSION_ID = re.compile(SESSION_ID_PATTERN)
_KEY = re.compile(r"[^$.\x00][^.\x00]{0,199}")
_AT_FIELD = re.compile(r" - at `\$\.?(?P<path>[^`]*)`")
_KEPT_AS_GIVEN = (datetime, bytes, bytearray, memoryview)
"""Types that are not turned into text on the way to a check: times stay times, and bytes are refused, not encoded."""


def check_session_id(session_id: Any) -> str:
    """Return the id when it has the shape of one. Raises Invalid; nothing else ever reaches a path or a filter."""
    if not isinstance(session_id, str) or not _SESSION_ID.fullmatch(session_id):
        raise Invalid("session_id", session_id, f"1 to 64 letters, digits, - and _ ({SESSION_ID_PATTERN})")
    return session_id


def check_owner(user_id: Any, field: str = "user_id") -> str | None:
    """Return a user id, or None for nobody in particular. Raises Invalid for anything that is not such a text."""
    return None if user_id is None else check_text(field, user_id, limit=200)


def check_text(field: str, value: Any, *, limit: int) -> str:
    """Return a text that every engine can keep. Raises Invalid on other types, NUL, lone surrogates, over-long text."""
    if not isinstance(value, str):
        raise Invalid(field, value, "a text")
    if len(value) > limit:
        raise Invalid(field, value, f"a text of at most {limit} characters")
    _refuse_unkeepable(field, value)
    return value


def check_count(field: str, value: Any, least: int, most: int) -> int:
    """Return a whole number within these bounds. Raises Invalid on others, and on true and false."""
    if type(value) is not int or not least <= value <= most:
        raise Invalid(field, value, f"{least} to {most}")
    return value


def check_session(session: Session) -> None:
    """Refuse a header that some storage could not keep or give back equal.

    Brings its values to their declared types, its times to UTC milliseconds and its status to its plain form. Raises
    Invalid naming the field, the value and what is allowed.
    """
    check_session_id(session.session_id)
    _settle(session, {name: getattr(session, name) for name in session.__struct_fields__})
    session.status = str(session.lifecycle.parse(session.status))
    if session.exclusive_key is not None and session.is_over:
        raise Invalid("exclusive_key", session.exclusive_key, "none once the session is over")
    session.check_kind()
    _check_size("session", session, HEADER_LIMIT_BYTES)


def check_changes(session: Session, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Refuse a change to a loaded session. The same rules as `check_session`, for the changed fields only.

    Returns the changes as they are to be written, shared with nobody, and brings the session itself to the same values.
    """
    settled = _settle(session, changes)
    session.check_kind()
    _check_size("session", session, HEADER_LIMIT_BYTES)
    return settled


def check_message(message: Message) -> None:
    """Refuse a message that some storage could not keep or give back equal; bring its time to UTC milliseconds."""
    if not _is_settled(message):
        _settle(message, {name: getattr(message, name) for name in message.__struct_fields__})
    if not message.message_id:
        raise Invalid("message_id", message.message_id, "a text that is not empty")
    _check_size("meta", message.meta, META_LIMIT_BYTES)


def check_update(struct: type[Session], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Check a partial update that is made without loading, and return it with values of the declared types.

    Raises Invalid for a field that the kind does not have, one that only a transition or the storage changes, one that
    the kind judges together with others, and a value that does not fit.
    """
    allowed = set(struct.__struct_fields__) - OWNED_BY_TRANSITION - OWNED_BY_STORAGE - struct.judged_together
    if not fields:
        raise Invalid("fields", {}, "at least one field")
    for name, value in fields.items():
        if name not in allowed:
            raise Invalid(name, value, sorted(allowed))
    settled = check_fields(struct, fields)
    _check_size("fields", settled, UPDATE_LIMIT_BYTES)
    return settled


def check_fields(struct: type[msgspec.Struct], values: Mapping[str, Any]) -> dict[str, Any]:
    """Check values against the declared types and limits of a struct, and return them converted.

    Texts of an enumeration become its members, times become UTC milliseconds. Raises Invalid naming the field.
    """
    declared = _declared_types(struct)
    return {name: _check_field(name, declared[name], value) for name, value in values.items()}


@cache
def _declared_types(struct: type[msgspec.Struct]) -> dict[str, Any]:
    """The type of each field. Asking costs as long as half of a write to disk, and the answer never changes."""
    return {field.name: field.type for field in msgspec.structs.fields(struct)}


def _check_field(name: str, declared: Any, value: Any) -> Any:
    if isinstance(value, dict):
        check_json(name, value)
    try:
        plain = msgspec.to_builtins(value, builtin_types=_KEPT_AS_GIVEN)
        size = _refuse_unkeepable_within(name, plain)
        _refuse_over(FREE_FORM_LIMIT_BYTES if isinstance(value, dict) else HEADER_LIMIT_BYTES, name, size)
        return _whole_time(name, msgspec.convert(plain, declared))
    except msgspec.ValidationError as error:
        raise _as_invalid(name, value, error) from None
    except (TypeError, ValueError, RecursionError) as error:
        raise Invalid(name, value, f"plain data ({error})") from None


def _check_size(name: str, value: Any, limit: int) -> None:
    _refuse_over(limit, name, len(msgspec.json.encode(value)))


def _refuse_over(limit: int, name: str, size: int) -> None:
    if size > limit:
        raise Invalid(name, f"{size} bytes as JSON", f"at most {limit}")


def _as_invalid(name: str, value: Any, error: msgspec.ValidationError) -> Invalid:
    text = str(error)
    found = _AT_FIELD.search(text)
    path = (found["path"] if found else "").lstrip(".")
    inner = "" if not path else path if path.startswith("[") else f".{path}"
    return Invalid(f"{name}{inner}", value, _AT_FIELD.sub("", text).removeprefix("Expected ").replace("`", ""))


def check_json(field: str, value: Any, depth: int = 0) -> None:
    """Refuse free-form data that would not come back equal from every storage.

    Accepted are text, true and false, null, whole numbers of 64 bits, finite numbers, lists and objects whose keys are
    not operators: no dot, no NUL, no leading `$`.
    """
    if depth > JSON_DEPTH_LIMIT:
        raise Invalid(field, "…", f"at most {JSON_DEPTH_LIMIT} levels")
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str) or not _KEY.fullmatch(key):
                raise Invalid(f"{field} key", key, "1 to 200 characters with no dot, no NUL and no leading $")
            check_json(f"{field}.{shorten(key)[1:-1]}", inner, depth + 1)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            check_json(f"{field}[{place}]", inner, depth + 1)
    else:
        _check_scalar(field, value)


def _check_scalar(field: str, value: Any) -> None:
    plain = value is None or type(value) in (str, bool, int, float)
    if not plain or isinstance(value, Enum):
        raise Invalid(field, value, "text, true, false, null, a number, a list or an object")
    if type(value) is int and not -INT64 <= value < INT64:
        raise Invalid(field, value, "a whole number of at most 64 bits")
    if type(value) is float and not math.isfinite(value):
        raise Invalid(field, value, "a finite number")


def _refuse_unkeepable_within(field: str, value: Any) -> int:
    """Return the size as JSON; raise Invalid on text that an engine could not keep."""
    try:
        encoded = msgspec.json.encode(value)
    except UnicodeEncodeError:
        encoded = b"\\u0000"
    if b"\\u0000" in encoded:
        _find_unkeepable(field, value)
    return len(encoded)


def _find_unkeepable(field: str, value: Any) -> None:
    if isinstance(value, str):
        _refuse_unkeepable(field, value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            _find_unkeepable(f"{field} key", key)
            _find_unkeepable(f"{field}.{key}", inner)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            _find_unkeepable(f"{field}[{place}]", inner)


def _refuse_unkeepable(field: str, value: str) -> None:
    if "\x00" in value:
        raise Invalid(field, value, "a text without NUL characters")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Invalid(field, value, "a text without lone surrogates") from None


def _settle(struct: msgspec.Struct, values: Mapping[str, Any]) -> dict[str, Any]:
    """Check values and put those that had to be converted into the struct; the others stay the very same objects.

    What is returned is shared with nobody.
    """
    settled = check_fields(type(struct), values)
    for name, value in settled.items():
        if type(value) is not type(values[name]) or value != values[name]:
            setattr(struct, name, deepcopy(value))
    return settled


def _is_settled(message: Message) -> bool:
    """Whether `_settle` would leave a message as it is: it comes back equal, value and type, from its bytes.

    Asked of the whole at once this takes a fifth of the time; only `_settle` can say what is amiss, and put it right.
    """
    try:
        check_json("meta", message.meta)
        encoded = msgspec.json.encode(message)
        read = _MESSAGE.decode(encoded)
        whole = whole_milliseconds(message.timestamp) == message.timestamp
    except (Invalid, msgspec.MsgspecError, TypeError, ValueError, RecursionError):
        return False
    return whole and read == message and _same_types(read, message) and b"\\u0000" not in encoded


def _same_types(one: msgspec.Struct, other: msgspec.Struct) -> bool:
    pairs = zip(msgspec.structs.astuple(one), msgspec.structs.astuple(other), strict=True)
    return all(type(value) is type(same) for value, same in pairs)


def _whole_time(name: str, value: Any) -> Any:
    return whole_milliseconds(value, name) if isinstance(value, datetime) else value
