"""Compares a storage with the book."""

from collections import Counter
from collections.abc import Iterator

from domain.errors import CorruptSession, GreenroomError, SessionNotFound
from domain.session import PAGE_LIMIT, Session
from storage.base import SessionQuery, SessionStorage
from tests.reliability.book import Book, Story
from tests.reliability.writing import content_of


def violations(storage: SessionStorage, book: Book) -> Iterator[str]:
    """Everything that contradicts what the writers were told, in words; nothing when the storage kept its promise."""
    holders: Counter[str] = Counter()
    for session_id in book.session_ids():
        yield from _own(storage, book, session_id, holders)
    yield from _shared(storage, book)
    yield from (f"{key} is held {times} times" for key, times in holders.items() if times > 1)


def _own(storage: SessionStorage, book: Book, session_id: str, holders: Counter[str]) -> Iterator[str]:
    session, broken = _load(storage, session_id)
    if broken:
        yield broken
        return
    found = None if session is None else _story(session)
    if found not in (possible := book.possible(session_id)):
        yield f"lost: {session_id} is {found}, must be one of {possible}"
    if session is not None:
        yield from _whole(session)
        yield from _listed(storage, session)
        if session.exclusive_key:
            holders[session.exclusive_key] += 1


def _shared(storage: SessionStorage, book: Book) -> Iterator[str]:
    shared = book.shared
    session, broken = _load(storage, shared.session_id)
    if session is None:
        yield broken or f"lost: {shared.session_id} is gone"
        return
    yield from _whole(session)
    yield from _listed(storage, session)
    said = {message.message_id for message in session.messages}
    if missing := shared.said - said:
        yield f"lost: messages {sorted(missing)} of {shared.session_id}"
    if strange := said - shared.said - shared.perhaps_said:
        yield f"strange: messages {sorted(strange)} of {shared.session_id}"
    if not shared.added <= session.extra["added"] <= shared.added + shared.perhaps_added:
        yield f"lost: {shared.added} were added (and perhaps {shared.perhaps_added}), found {session.extra['added']}"
    if session.revision != session.extra["added"] + 1:
        yield f"strange: revision {session.revision} after {session.extra['added']} additions"


def _load(storage: SessionStorage, session_id: str) -> tuple[Session | None, str]:
    try:
        return storage.load(session_id, messages=None), ""
    except SessionNotFound:
        return None, ""
    except CorruptSession as error:
        return None, f"torn: {session_id}: {error.message}"
    except GreenroomError as error:
        return None, f"unreadable: {session_id}: {error!r}"


def _whole(session: Session) -> Iterator[str]:
    ids = [message.message_id for message in session.messages]
    if len(set(ids)) != len(ids):
        yield f"doubled: {session.session_id} has {ids}"
    if [message.n for message in session.messages] != list(range(1, session.message_count + 1)):
        yield f"torn: {session.session_id} counts {session.message_count}, has {len(ids)} messages"
    for message in session.messages:
        if message.content != content_of(message.message_id):
            yield f"torn: message {message.message_id} of {session.session_id}"


def _listed(storage: SessionStorage, session: Session) -> Iterator[str]:
    page = storage.find(SessionQuery(user_id=session.user_id, limit=PAGE_LIMIT))
    rows = [row for row in page.items if row.session_id == session.session_id]
    shown = [(row.title, row.status, row.revision, row.message_count) for row in rows]
    if shown != [(session.title, session.status, session.revision, session.message_count)]:
        yield f"listed wrongly: {session.session_id} as {shown}, is {_story(session)}"


def _story(session: Session) -> Story:
    said = [message.message_id for message in session.messages]
    return Story(session.title, session.status, session.exclusive_key, session.revision, said)
