"""The storage contract in the plainest Python: three dicts and a lock, written from the promises and not from the code.

It shares with the product only the words (structs, errors, queries), never the logic of `storage/base.py`. The suite
runs against it as against a backend, and the state machine compares every backend with it.
"""

import copy
import re
from datetime import UTC, datetime
from threading import RLock
from typing import Any

import msgspec

from domain.errors import (
    Invalid,
    SessionAccessDenied,
    SessionExists,
    SessionNotFound,
    SlotTaken,
    StaleSession,
    TransitionRefused,
)
from domain.kinds import KINDS, AnySession
from domain.session import Message, SessionSummary
from domain.succession import OtherHistory
from storage.base import KEEP_KEY, Page, SessionQuery, Stamp
from tests.contract.storage.sound import sound_size, sound_text, sound_value, whole
from tests.domain.tables import TERMINAL, WAYS

BY_TRANSITION = {"status", "history", "exclusive_key"}
BY_STORAGE = {"session_id", "created_at", "updated_at", "revision", "message_count", "schema_version"}
TOGETHER = {
    "interview": set(),
    "training": {"title", "is_public", "members_only", "starts_at", "session_date"},
    "live": {"parent_id", "channel_id"},
}
SUMMARY = ("session_id", "kind", "user_id", "title", "status", "starts_at", "parent_id", "mode", "created_at")
SUMMARY += ("updated_at", "archived_at", "revision", "message_count")
ANY_STATUS = {status for ways in WAYS.values() for status in ways}


class Place:
    """What several handles share: every header and every message as plain dicts, and the cursors given out."""

    def __init__(self):
        self.lock = RLock()
        self.headers: dict[str, dict[str, Any]] = {}
        self.messages: dict[str, list[dict[str, Any]]] = {}
        self.cursors: dict[str, tuple[tuple, tuple]] = {}


class Model:
    """A session storage to compare with. Not durable, and not a `SessionStorage`."""

    name = "model"

    def __init__(self, place: Place | None = None):
        self.place = place or Place()

    def prepare(self):
        pass

    def ping(self):
        pass

    def close(self):
        pass

    # --- writing ---

    def create(self, session):
        fields = as_created(session)
        with self.place.lock:
            if session.session_id in self.place.headers:
                raise SessionExists(session.session_id)
            self._refuse_taken_key(session.session_id, fields["exclusive_key"])
            self.place.headers[session.session_id] = fields
            self.place.messages[session.session_id] = []
            return as_session(fields)

    def save(self, session, user_id=None):
        good_id(session.session_id)
        good_owner(user_id)
        changes = changes_of(session)
        if not changes:
            return session
        values = {name: sound_value(type(session), name, getattr(session, name)) for name in changes}
        for name, value in values.items():
            setattr(session, name, value)
        session.check_kind()
        sound_size("session", session, 4 * 1024 * 1024)
        with self.place.lock:
            header = self._header(session.session_id, user_id, kind=session.kind)
            if header["revision"] != session.revision:
                raise StaleSession(session.session_id, header["revision"])
            self._write(header, values)
            session.revision, session.updated_at = header["revision"], header["updated_at"]
            return loaded(session)

    def update_fields(self, session_id, fields, *, kind, user_id=None):
        good_id(session_id)
        good_owner(user_id)
        if kind not in list(KINDS):
            raise Invalid("kind", kind, KINDS)
        struct = KINDS[kind]
        allowed = set(struct.__struct_fields__) - BY_TRANSITION - BY_STORAGE - TOGETHER[kind]
        if not fields or not set(fields) <= allowed:
            raise Invalid("fields", sorted(fields), allowed)
        values = {name: sound_value(struct, name, value) for name, value in fields.items()}
        sound_size("fields", values, 256 * 1024)
        with self.place.lock:
            header = self._header(session_id, user_id, kind=kind)
            self._write(header, values)
            return header["revision"]

    def transition(self, session_id, to, *, by, why="", exclusive_key=KEEP_KEY, user_id=None):
        good_id(session_id)
        good_owner(user_id)
        sound_text("by", by, 200)
        sound_text("why", why, 2_000)
        if exclusive_key not in (None, KEEP_KEY):
            sound_text("exclusive_key", exclusive_key, 200)
        with self.place.lock:
            header = self._header(session_id, user_id)
            kind, current = header["kind"], header["status"]
            to = plain_status(to, set(WAYS[kind]))
            if to not in WAYS[kind][current]:
                raise TransitionRefused(kind, current, to, WAYS[kind][current])
            key = header["exclusive_key"] if exclusive_key == KEEP_KEY else exclusive_key
            key = None if to in TERMINAL[kind] else key
            self._refuse_taken_key(session_id, key)
            step = {"at": whole(datetime.now(UTC)), "by": by, "from_status": current, "to_status": to, "why": why}
            history = [*header["history"], step][-1000:]
            header.update(status=to, exclusive_key=key, history=history)
            header.update(revision=header["revision"] + 1, updated_at=step["at"])
            return as_session(header)

    def append_message(self, session_id, message, user_id=None):
        good_id(session_id)
        good_owner(user_id)
        values = {name: sound_value(Message, name, getattr(message, name)) for name in Message.__struct_fields__}
        if not message.message_id or len(msgspec.json.encode(message.meta)) > 64 * 1024:
            raise Invalid("message", message.message_id, "an id, and at most 64 KiB of meta")
        with self.place.lock:
            header = self._header(session_id, user_id)
            stored = self.place.messages[session_id]
            for known in stored:
                if known["message_id"] == message.message_id:
                    return as_message(known)
            stored.append(plain(values) | {"n": len(stored) + 1})
            header["message_count"] = len(stored)
            return as_message(stored[-1])

    def delete(self, session_id, user_id=None):
        good_id(session_id)
        good_owner(user_id)
        with self.place.lock:
            try:
                self._header(session_id, user_id)
            except SessionNotFound:
                return False
            del self.place.headers[session_id], self.place.messages[session_id]
            return True

    # --- reading ---

    def load(self, session_id, user_id=None, *, messages=0):
        good_id(session_id)
        good_owner(user_id)
        good_counts(messages)
        with self.place.lock:
            session = as_session(self._header(session_id, user_id))
            stored = [as_message(message) for message in self.place.messages[session_id]]
        return session.with_messages(stored if messages is None else stored[len(stored) - min(messages, len(stored)) :])

    def exists(self, session_id, user_id=None):
        try:
            return bool(self.load(session_id, user_id))
        except (SessionNotFound, SessionAccessDenied):
            return False

    def messages(self, session_id, user_id=None, *, after=0, limit=None, last=None):
        if last is not None and (after or limit is not None):
            raise Invalid("last", last, "nothing together with after or limit")
        good_counts(-1 if after is None else after, limit, last)
        if last is not None:
            return list(self.load(session_id, user_id, messages=last).messages)
        found = [message for message in self.load(session_id, user_id, messages=None).messages if message.n > after]
        return found[:limit]

    def find(self, query: SessionQuery):
        query = plain_query(query)
        wish = tuple(str(getattr(query, name)) for name in query.__struct_fields__ if name not in ("limit", "cursor"))
        with self.place.lock:
            place = self._place_of(query.cursor, wish)
            rows = sorted(
                (
                    (row[key_of(query)], row["session_id"], row)
                    for row in self.place.headers.values()
                    if wanted(row, query)
                ),
                key=lambda row: row[:2],
                reverse=query.order == "-created_at",
            )
            if place is not None:
                rows = [row for row in rows if (row[:2] < place if query.order == "-created_at" else row[:2] > place)]
            items = [summary(row) for _, _, row in rows[: query.limit]]
            return Page(
                items=items, next_cursor=self._cursor(rows[query.limit - 1][:2], wish) if rows[query.limit :] else None
            )

    def ids_of(self, user_id):
        if user_id is None:
            raise Invalid("user_id", None, "a text")
        good_owner(user_id)
        return iter([one for one, header in self.place.headers.items() if header["user_id"] == user_id])

    def purge_deleted(self):
        pass

    # --- moving ---

    def is_there(self):
        return True

    def count(self):
        return len(self.place.headers)

    def scan(self, after=""):
        for session_id in sorted(self.place.headers):
            if session_id > after:
                yield self.load(session_id, messages=None)

    def stamps(self, ids):
        found = {name: self.place.headers[name] for name in ids if name in self.place.headers}
        return {name: Stamp(header["revision"], header["message_count"]) for name, header in found.items()}

    def remove(self, session):
        header = self.place.headers.get(session.session_id)
        kept = ("created_at", "revision", "message_count")
        same = header is not None and all(header[name] == plain(session)[name] for name in kept)
        return same and self.delete(session.session_id)

    def write_many(self, sessions):
        return sum(self._write_whole(session) for session in sessions)

    def _write_whole(self, session):
        session_id = session.session_id
        wanted, present = plain(session), self.place.headers.get(session_id, {"revision": 0, "message_count": 0})
        said, heard = [plain(each) for each in session.messages], self.place.messages.get(session_id, [])
        newer, longer = wanted["revision"] > present["revision"], len(said) > len(heard)
        if not newer and not longer and present["revision"]:
            return False
        if present["revision"] and not _may_be_one(wanted, present, said, heard):
            raise OtherHistory("another", session_id=session_id)
        kept = copy.deepcopy(wanted if newer else present)
        self.place.headers[session_id] = kept | {"message_count": max(len(said), len(heard))}
        self.place.messages[session_id] = said if longer else heard
        return True

    # --- helpers ---

    def _header(self, session_id, user_id, kind=None):
        header = self.place.headers.get(session_id)
        if header and (user_id is None or header["user_id"] == user_id) and kind in (None, header["kind"]):
            return header
        raise SessionNotFound(session_id) if user_id is None else SessionAccessDenied(session_id)

    def _refuse_taken_key(self, session_id, key):
        for holder, header in self.place.headers.items():
            if key is not None and holder != session_id and header["exclusive_key"] == key:
                raise SlotTaken(key, holder)

    def _write(self, header, values):
        header.update(plain(values), revision=header["revision"] + 1, updated_at=whole(datetime.now(UTC)))

    def _cursor(self, place, wish):
        token = f"cursor-{len(self.place.cursors)}"
        self.place.cursors[token] = (place, wish)
        return token

    def _place_of(self, cursor, wish):
        if cursor is None:
            return None
        place, of = self.place.cursors.get(cursor, (None, None)) if isinstance(cursor, str) else (None, None)
        if place is None or of != wish:
            raise Invalid("cursor", cursor, "one of this query")
        return place


def plain(value):
    """Dicts, lists, text, numbers and times: a deep copy that shares nothing with the caller."""
    return copy.deepcopy(msgspec.to_builtins(value, builtin_types=(datetime,)))


def as_session(header):
    return loaded(msgspec.convert(plain(header), AnySession))


def loaded(session):
    session.__dict__["as_the_model_gave_it"] = plain(session)
    return session


def as_message(stored):
    return msgspec.convert(plain(stored), Message)


def as_created(session):
    good_id(session.session_id)
    values = {name: sound_value(type(session), name, getattr(session, name)) for name in session.__struct_fields__}
    status = plain_status(session.status, set(WAYS[session.kind]))
    if session.exclusive_key is not None and status in TERMINAL[session.kind]:
        raise Invalid("exclusive_key", session.exclusive_key, "none once it is over")
    for name, value in values.items():
        setattr(session, name, value)
    session.check_kind()
    sound_size("session", session, 4 * 1024 * 1024)
    values.update(status=status, revision=1, message_count=0, history=[], updated_at=values["created_at"])
    return plain(values) | {"kind": session.kind}


def changes_of(session):
    before = session.__dict__.get("as_the_model_gave_it")
    now = plain_or_none(session)
    owned = [name for name in session.__struct_fields__ if name not in BY_STORAGE]
    if before is None:
        return [name for name in owned if name not in BY_TRANSITION]
    if session.session_id != before["session_id"]:
        raise Invalid("session_id", session.session_id, "the one it was loaded with")
    changed = [name for name in owned if now is None or now[name] != before[name]]
    for name in BY_TRANSITION & set(changed if now else ()):
        raise Invalid(name, "…", "a transition")
    return changed


def plain_or_none(session):
    """None when a field holds what cannot be made plain; whichever field that is, it has changed and is refused."""
    try:
        return plain(session)
    except (TypeError, ValueError, RecursionError):
        return None


def plain_query(query):
    if query.kind is not None and query.kind not in list(KINDS):
        raise Invalid("kind", query.kind, KINDS)
    if query.order not in ("-created_at", "starts_at"):
        raise Invalid("order", query.order, "…")
    if type(query.limit) is not int or not 1 <= query.limit <= 200:
        raise Invalid("limit", query.limit, "1 to 200")
    for owner in (query.user_id, query.parent_id, query.mode):
        good_owner(owner)
    known = WAYS[query.kind].keys() if query.kind else ANY_STATUS
    if query.statuses is not None and not isinstance(query.statuses, list | tuple | set | frozenset):
        raise Invalid("statuses", query.statuses, "a list")
    return msgspec.structs.replace(
        query,
        statuses=None if query.statuses is None else sorted({plain_status(each, known) for each in query.statuses}),
        since=None if query.since is None else whole(query.since),
        until=None if query.until is None else whole(query.until),
    )


def key_of(query):
    return "created_at" if query.order == "-created_at" else "starts_at"


def wanted(row, query):
    key = row[key_of(query)]
    return (
        key is not None
        and (query.since is None or key >= query.since)
        and (query.until is None or key < query.until)
        and query.user_id in (None, row["user_id"])
        and query.kind in (None, row["kind"])
        and query.mode in (None, row.get("mode"))
        and query.parent_id in (None, row["parent_id"])
        and (query.statuses is None or row["status"] in query.statuses)
    )


def summary(row):
    return SessionSummary(**{name: copy.deepcopy(row.get(name)) for name in SUMMARY})


def plain_status(status, known):
    plainly = status.strip().lower() if isinstance(status, str) else status
    if not isinstance(plainly, str) or plainly not in known:
        raise Invalid("status", status, known)
    return plainly


def good_id(session_id):
    if not isinstance(session_id, str) or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", session_id):
        raise Invalid("session_id", session_id, "an id")


def good_owner(user_id):
    if user_id is not None:
        sound_text("user_id", user_id, 200)


def good_counts(*counts):
    for count in counts:
        if count is not None and (type(count) is not int or not 0 <= count < 2**31):
            raise Invalid("count", count, "0 or more")


def _may_be_one(wanted, present, said, heard):
    """Whether one is a state of the other: created at once, nothing changed by itself, nothing said otherwise."""
    counted = {"message_count": 0}
    if wanted["revision"] == present["revision"]:
        headers = wanted | counted == present | counted
    else:
        older, newer = sorted((wanted, present), key=lambda header: header["revision"])
        told = newer["history"][: len(older["history"])] == older["history"]
        headers = older["updated_at"] <= newer["updated_at"] and told
    places = min(len(said), len(heard))
    return wanted["created_at"] == present["created_at"] and headers and said[:places] == heard[:places]
