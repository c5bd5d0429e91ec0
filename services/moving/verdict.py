"""What is to be done about one session, judged from what stands at both sides. Nothing newer is ever overwritten."""

from enum import Enum

from domain.session import Session
from domain.succession import begins_with, have_one_header, is_one_session
from services.moving.checksum import checksum
from storage.base import Stamp, Unreadable


class Verdict(Enum):
    """How the target stands to the source. Values are what a person is told when it stays so."""

    EQUAL = "is the same at both sides"
    MISSING = "is not at the target"
    OLDER = "is older at the target"
    NEWER = "is newer at the target, left alone"
    CHANGED_AT_BOTH = "was changed at both sides; nothing was overwritten"
    OTHER_CONTENT = "has the same revision and other content at the target; nothing was overwritten"
    OTHER_SESSION = "is another session at the target, made at another time; nothing was overwritten"
    OTHER_MESSAGES = "has other messages at the target; nothing was overwritten"
    UNREADABLE_THERE = "cannot be read at the target; nothing was overwritten"


TO_COPY = frozenset({Verdict.MISSING, Verdict.OLDER})


def stamp_of(session: Session) -> Stamp:
    """How new a session is that was scanned."""
    return Stamp(session.revision, session.message_count)


def by_stamp(source: Stamp, target: Stamp | None) -> Verdict:
    """What the stamps alone tell; equal ones may still hide other content."""
    if target is None:
        return Verdict.MISSING
    if source == target:
        return Verdict.EQUAL
    if target.revision <= source.revision and target.message_count <= source.message_count:
        return Verdict.OLDER
    if target.revision >= source.revision and target.message_count >= source.message_count:
        return Verdict.NEWER
    return Verdict.CHANGED_AT_BOTH


def judge(source: Session, target: Session | Unreadable | None) -> Verdict:
    """What both sessions in full tell."""
    if isinstance(target, Unreadable):
        return Verdict.UNREADABLE_THERE
    if target is None:
        return Verdict.MISSING
    if not is_one_session(source, target):
        return Verdict.OTHER_SESSION
    verdict = by_stamp(stamp_of(source), stamp_of(target))
    if verdict is Verdict.EQUAL:
        return verdict if checksum(source) == checksum(target) else Verdict.OTHER_CONTENT
    if verdict is Verdict.CHANGED_AT_BOTH:
        return verdict
    older, newer = (target, source) if verdict is Verdict.OLDER else (source, target)
    return _of_one_way(verdict, older, newer)


def _of_one_way(verdict: Verdict, older: Session, newer: Session) -> Verdict:
    """The verdict, unless the newer session does not continue the older one."""
    if not begins_with(newer.messages, older.messages):
        return Verdict.OTHER_MESSAGES
    if have_one_header(older, newer):
        return verdict
    return Verdict.OTHER_CONTENT if older.revision == newer.revision else Verdict.CHANGED_AT_BOTH
