"""A storage in memory that keeps the contract well enough for one process, and can fail at a chosen write."""

from threading import RLock

import msgspec

from domain.errors import SessionExists, StorageUnavailable
from domain.kinds import HEADER
from domain.session import Message, summary_of
from storage.base import SessionStorage

_JSON = msgspec.json.Encoder()


class MemoryStorage(SessionStorage):
    """Keeps headers as JSON. `fail_at` counts writes down: 0 fails before the next one, `after=True` behind it."""

    name = "memory"

    def __init__(self):
        self.headers: dict[str, bytes] = {}
        self.said: dict[str, list[Message]] = {}
        self.lock = RLock()
        self.fail_at: int | None = None
        self.fail_after = False
        self.writes = 0

    @classmethod
    def from_config(cls, config):
        return cls()

    def migrator(self):
        raise NotImplementedError("there is nothing to migrate in memory")

    def repair(self):
        pass

    def prepare(self):
        pass

    def ping(self):
        pass

    def close(self):
        pass

    def _writing(self, write):
        with self.lock:
            self.writes += 1
            fails = self.fail_at is not None and self.fail_at == 0
            if self.fail_at is not None:
                self.fail_at -= 1
            if fails and not self.fail_after:
                raise StorageUnavailable("the disk is away")
            done = write()
            if fails:
                raise StorageUnavailable("the disk went away right after the write")
            return done

    def _read(self, session_id):
        packed = self.headers.get(session_id)
        if packed is None:
            return None
        session = HEADER.decode(packed)
        session.message_count = len(self.said[session_id])
        return session.remember(lambda: HEADER.decode(packed))

    def _insert(self, session):
        def write():
            if session.session_id in self.headers:
                raise SessionExists(session.session_id)
            self.headers[session.session_id] = _JSON.encode(session)
            self.said[session.session_id] = []

        self._writing(write)

    def _load(self, session_id):
        with self.lock:
            return self._read(session_id)

    def _update(self, session_id, changes, updated_at, *, kind, user_id, revision):
        def write():
            session = self._read(session_id)
            if session is None or session.kind != kind or (user_id is not None and session.user_id != user_id):
                return None
            if revision is not None and session.revision != revision:
                return None
            for name, value in changes.items():
                setattr(session, name, value)
            session.updated_at, session.revision = updated_at, session.revision + 1
            self.headers[session_id] = _JSON.encode(session)
            return session.revision

        return self._writing(write)

    def _move(self, session, step, exclusive_key):
        def write():
            stored = self._read(session.session_id)
            if stored is None or stored.status != session.status or stored.exclusive_key != session.exclusive_key:
                return None
            stored.status, stored.exclusive_key = step.to_status, exclusive_key
            stored.history = [*stored.history, step]
            stored.updated_at, stored.revision = step.at, stored.revision + 1
            self.headers[session.session_id] = _JSON.encode(stored)
            return self._read(session.session_id)

        return self._writing(write)

    def _append(self, session_id, message, user_id):
        def write():
            session = self._read(session_id)
            if session is None or (user_id is not None and session.user_id != user_id):
                return None
            known = [said for said in self.said[session_id] if said.message_id == message.message_id]
            if not known:
                kept = msgspec.json.decode(_JSON.encode(message), type=Message)
                kept.n = len(self.said[session_id]) + 1
                self.said[session_id].append(kept)
                known = [kept]
            return msgspec.structs.replace(known[0])

        return self._writing(write)

    def _delete(self, session_id, user_id):
        def write():
            session = self._read(session_id)
            if session is None or (user_id is not None and session.user_id != user_id):
                return False
            del self.headers[session_id], self.said[session_id]
            return True

        return self._writing(write)

    def _ids_of(self, user_id):
        yield from [session_id for session_id in self.headers if self._read(session_id).user_id == user_id]

    def _purge_deleted(self):
        pass

    def _messages_after(self, session_id, after, limit):
        behind = [msgspec.structs.replace(said) for said in self.said[session_id] if said.n > after]
        return behind[:limit] if limit is not None else behind

    def _last_messages(self, session_id, count):
        return [msgspec.structs.replace(said) for said in self.said[session_id][-count:]] if count else []

    def _find(self, query, place, limit):
        rows = [summary_of(self._read(session_id)) for session_id in self.headers]
        rows = [row for row in rows if query.user_id in (None, row.user_id) and query.kind in (None, row.kind)]
        rows = [row for row in rows if query.statuses is None or row.status in query.statuses]
        return sorted(rows, key=lambda row: (row.created_at, row.session_id), reverse=True)[:limit]
