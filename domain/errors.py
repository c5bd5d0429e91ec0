"""Every refusal of the product, worded for the person who reads it.

An error is raised where its rule is. It carries a stable `code` for programs and `facts` for whoever shows it;
`web/errors.py` is the only place that knows which status code it becomes.
"""

from collections.abc import Iterable
from typing import Any


class GreenroomError(Exception):
    """The root of all refusals. `facts` holds what a program may want to read: field, value, allowed, …"""

    code = "error"

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts


class Invalid(GreenroomError):
    """A value that cannot be accepted. Names the field, shows the value and says what is allowed."""

    code = "invalid"

    def __init__(self, field: str, value: Any, allowed: str | Iterable[str]) -> None:
        wanted = allowed if isinstance(allowed, str) else "one of " + ", ".join(allowed)
        shown = shorten(value)
        super().__init__(
            f"{field}: {shown} is not accepted; allowed is {wanted}.", field=field, value=shown, allowed=wanted
        )


class NotFound(GreenroomError):
    """The thing asked for does not exist."""

    code = "not_found"


class SessionNotFound(NotFound):
    """No session has this id. Only callers that may see every session learn it."""

    code = "session_not_found"

    def __init__(self, session_id: str) -> None:
        super().__init__("There is no such session.", session_id=session_id)


class SessionAccessDenied(GreenroomError, PermissionError):
    """Missing, or somebody else's: the answer does not tell which."""

    code = "session_not_found"

    def __init__(self, session_id: str) -> None:
        super().__init__("There is no such session.", session_id=session_id)


class NotAllowed(GreenroomError):
    """Known, and refused: the actor may not do this."""

    code = "not_allowed"


class LoginFailed(GreenroomError):
    """The e-mail address and the password do not belong together."""

    code = "login_failed"


class Conflict(GreenroomError):
    """The request contradicts the present state."""

    code = "conflict"


class SessionExists(Conflict):
    """`create` was given an id that is taken."""

    code = "session_exists"

    def __init__(self, session_id: str) -> None:
        super().__init__("A session with this id already exists.", session_id=session_id)


class StaleSession(Conflict):
    """Somebody saved in between. `current_revision` is what the storage holds now."""

    code = "stale"

    def __init__(self, session_id: str, current_revision: int) -> None:
        super().__init__(
            "Somebody else changed this in the meantime. Nothing was overwritten; load it again.",
            session_id=session_id,
            current_revision=current_revision,
        )
        self.current_revision = current_revision


class SlotTaken(Conflict):
    """The exclusive key is held by another session, named in `holder`."""

    code = "slot_taken"

    def __init__(self, exclusive_key: str, holder: str) -> None:
        super().__init__(
            "Another session that is not over holds this place.", exclusive_key=exclusive_key, holder=holder
        )
        self.holder = holder


class TransitionRefused(Conflict):
    """The lifecycle knows no way from here to there. Names the current status and the allowed ones."""

    code = "transition_refused"

    def __init__(self, kind: str, current: str, to: str, allowed: Iterable[str]) -> None:
        ways = sorted(allowed)
        super().__init__(
            f"A session of kind {kind} that is {current} cannot become {to}; it can become "
            f"{', '.join(ways) or 'nothing else'}.",
            current=current,
            to=to,
            allowed=ways,
        )


class Busy(Conflict):
    """Too many others wrote at once; nothing was changed and trying again is safe."""

    code = "busy"


class TooMany(GreenroomError):
    """A limit was reached. `retry_after_seconds` says when to come back."""

    code = "too_many"

    def __init__(self, message: str, retry_after_seconds: int) -> None:
        super().__init__(message, retry_after_seconds=retry_after_seconds)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(GreenroomError):
    """Something this needs is away: a storage, Redis, a provider. What was acknowledged before is kept."""

    code = "unavailable"


class StorageUnavailable(Unavailable):
    """The session storage does not answer, or its disk is full."""

    code = "storage_unavailable"


class ForeignSchema(Unavailable):
    """What is stored has the shape of another release, so this one neither reads nor writes it."""

    code = "foreign_schema"


class SchemaBehind(ForeignSchema):
    """Migrations of this release are not applied yet. Names them, and the command that applies them."""

    code = "schema_behind"

    def __init__(self, store: str, found: str, missing: Iterable[str]) -> None:
        names = list(missing)
        super().__init__(
            f"The schema of the {store} is behind this release: it is at {found} and lacks {', '.join(names)}. "
            "Run: make migrate (or: python scripts/run_migrations.py up).",
            store=store,
            found=found,
            missing=names,
        )


class SchemaAhead(ForeignSchema):
    """A newer release has migrated what is stored. Names what it found, and both ways out."""

    code = "schema_ahead"

    def __init__(self, store: str, found: str, newest: str) -> None:
        super().__init__(
            f"The schema of the {store} is ahead of this release: it is at {found}, and this release knows {newest} "
            "at most. Install the newer release; or, with that release, go back: "
            f"python scripts/run_migrations.py down --only {store} --to {newest}",
            store=store,
            found=found,
            newest=newest,
        )


class CorruptSession(GreenroomError):
    """What is stored under this id cannot be read. Nothing was changed; the operator is told where it lies."""

    code = "corrupt_session"


class ProviderDown(Unavailable):
    """An outside system does not answer."""

    code = "provider_down"


def shorten(value: Any, limit: int = 80) -> str:
    """Show a value in a message: quoted, printable, at most `limit` characters."""
    try:
        text = ascii(value) if _unprintable(value) else repr(value)
    except (ValueError, RecursionError):  # whole numbers of thousands of digits, lists in thousands of lists
        text = f"a {type(value).__name__} that is too large to show"
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _unprintable(value: Any) -> bool:
    return isinstance(value, str) and not value.isprintable()
