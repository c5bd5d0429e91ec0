"""Whether two states of a session lie on one way: one became the other, and neither has what the other would lose.

Asked before a copy is written over what is there. A header and a conversation go on each by themselves, so the newer
header may come with the shorter conversation.
"""

from collections.abc import Sequence

import msgspec

from domain.errors import Conflict
from domain.session import HISTORY_LIMIT, Message, Session, Transition

_CANONICAL = msgspec.json.Encoder(order="sorted")


class OtherHistory(Conflict):
    """What is there is no earlier and no later state of the session that was to be written over it."""

    code = "other_history"


def is_one_session(one: Session, other: Session) -> bool:
    """Whether both were created at once. An id that was deleted and taken again is another session's by then."""
    return (one.session_id, one.kind, one.created_at) == (other.session_id, other.kind, other.created_at)


def have_one_header(one: Session, other: Session) -> bool:
    """Whether the header of the lower revision can have become the other one; of equal ones, whether they are equal.

    A header that was changed later than the one of a higher revision was changed by itself. One that was changed
    earlier, and by fields that history does not tell of, cannot be told apart.
    """
    older, newer = sorted((one, other), key=lambda session: session.revision)
    if older.revision == newer.revision:
        return _as_header(older) == _as_header(newer)
    return older.updated_at <= newer.updated_at and _went_on(older.history, newer.history)


def begins_with(messages: Sequence[Message], first: Sequence[Message]) -> bool:
    """Whether the one conversation is the beginning of the other."""
    beginning = messages[: len(first)]
    return _CANONICAL.encode(list(beginning)) == _CANONICAL.encode(list(first))


def check_one_way(wanted: Session, present: Session) -> None:
    """Return when the one may be written over the other, both with all their messages. Raises OtherHistory."""
    shorter, longer = sorted((wanted.messages, present.messages), key=len)
    if not is_one_session(wanted, present):
        raise OtherHistory("Another session has this id.", session_id=wanted.session_id)
    if not begins_with(longer, shorter):
        raise OtherHistory("A session is there with other messages in the same places.", session_id=wanted.session_id)
    if not have_one_header(wanted, present):
        raise OtherHistory("This session was changed here as well.", session_id=wanted.session_id)


def _as_header(session: Session) -> bytes:
    return _CANONICAL.encode(msgspec.structs.replace(session, message_count=0))


def _went_on(before: Sequence[Transition], after: Sequence[Transition]) -> bool:
    """Whether the one history became the other, which may have let go of its beginning."""
    fallen = 0
    if len(after) >= HISTORY_LIMIT and after[0] in before:
        fallen = list(before).index(after[0])
    elif len(after) >= HISTORY_LIMIT:
        return True  # nothing of it is remembered any more
    kept = before[fallen:]
    return list(after[: len(kept)]) == list(kept)
