"""An installation in one process: its services, a worker that works when it is told to, and all that it keeps."""

import json
import sqlite3
from contextlib import closing, suppress

import pymongo
from sqlalchemy import text

from bootstrap import build
from database.tables import Base
from domain.errors import GreenroomError
from domain.login import LoginKind, Origin
from services.background_jobs import JobState
from services.ports import Queue
from settings import Settings

PASSWORD = "correct horse battery staple"
PHRASE = "the heron on the weathercock"
COUNTS = {"sessions": 3, "messages": 8, "exports": 1, "mails": 5}
"""What is kept of a person of whom something is kept everywhere."""


class House:
    """The services over a folder, and what tests do with them."""

    def __init__(self, data_dir, *, prepare=True, **environ):
        data_dir.mkdir(exist_ok=True)
        base = {"GREENROOM_DATA_DIR": str(data_dir), "GREENROOM_LOG_LEVEL": "error", "PUBLIC_URL": "http://localhost"}
        self.settings = Settings.from_env({**base, **environ}, dotenv=data_dir / "no.env")
        self.app = build(self.settings)
        if prepare:
            self.app.prepare()

    @property
    def data_dir(self):
        return self.settings.data_dir

    def person(self, name, *roles):
        """A user, logged in somewhere, and the actor they are."""
        app = self.app
        user = app.accounts.create_user(
            email=f"{name}@example.org", password=PASSWORD, roles=roles or {"member"}, display_name=f"{name} Lovelace"
        )
        app.logins.begin(user, Origin("192.0.2.7", "Mozilla/5.0 (X11; Linux) Firefox/140.0"))
        return app.accounts.actor_of(user, "test")

    def interview(self, actor, title="Bicycle", phrase=PHRASE):
        """An interview of theirs in which something was said."""
        opened = self.app.interviews.open(
            actor,
            incident_name=title,
            interviewee_name="Sam Okoro",
            interviewee_role="participant",
            summary=f"My bicycle was stolen from the yard on Thursday, and I saw {phrase}.",
        )
        self.app.interviews.answer(
            actor, opened.session_id, message_id=f"a-{opened.session_id}", content=f"At noon there was {phrase}."
        )
        return opened.session_id

    def full(self, name):
        """A person of whom something is kept everywhere: sessions, files, mails, notices, tokens, links."""
        actor = self.person(name)
        app = self.app
        interview = self.interview(actor, f"Bicycle of {name}", f"{PHRASE} of {name}")
        app.interviews.complete(actor, interview)
        self.interview(actor, f"Second of {name}", f"{PHRASE} of {name}")
        app.sessions(actor.user_id).create_session("live", channel_id="7", title=f"Broadcast of {name}")
        app.guests.invite(actor, interview, guest_name=f"Guest of {name}")
        app.api_tokens.create(actor, name=f"Token of {name}", days=7, by=LoginKind.BROWSER)
        app.recovery.request(actor.email)
        app.registration.request(email=actor.email, display_name=f"{name} Lovelace")
        app.email_addresses.request_verification(actor)
        app.tokens.issue(actor.email, PASSWORD)
        app.exports.start(actor)
        self.work()
        app.recovery.request(actor.email)
        return actor

    def damage(self, session_id):
        """Write nonsense into the header of an interview, past all that would refuse it."""
        if self.settings.session_storage == "file":
            (header,) = (self.data_dir / "sessions").rglob(f"{session_id}/header.json")
            header.write_text(header.read_text().replace('"interview"', '"opera"'))
            return
        change = "UPDATE sessions SET payload = replace(payload, '\"interview\"', '\"opera\"') WHERE session_id = ?"
        with closing(sqlite3.connect(self.data_dir / "sessions.sqlite")) as connection, connection:
            connection.execute(change, [session_id])

    def work(self, passes=4):
        """Deliver everything that is due, and what comes of it."""
        for _ in range(passes):
            for queue in Queue:
                self.app.delivery.empty(queue)

    def erase(self, actor):
        """Ask for it, and have it done."""
        receipt = self.app.erasures.request(actor, password=PASSWORD)
        self.work()
        job = self.app.erasures.look_at(receipt)
        assert job.state == JobState.DONE, job
        return job

    def traces(self, *words):
        """Where one of these words stands: every table, every file of the data folder, and the session storage."""
        found = [f"{table}: {row}" for table, row in self._rows() if _any(words, row)]
        found += [str(path.relative_to(self.data_dir)) for path in self._files() if _any(words, path.read_bytes())]
        return found + [f"mongo: {document}" for document in self._documents() if _any(words, document)]

    def close(self):
        with suppress(GreenroomError):
            self.app.close()

    def _rows(self):
        with self.app.db_manager.engine.connect() as connection:
            for table in Base.metadata.tables:
                for row in connection.execute(text(f"SELECT * FROM {table}")):  # noqa: S608  # names of our own
                    yield table, json.dumps([str(value) for value in row])

    def _files(self):
        return [path for path in self.data_dir.rglob("*") if path.is_file()]

    def _documents(self):
        if self.settings.session_storage != "mongo":
            return
        with pymongo.MongoClient(self.settings.mongo_url) as client:
            database = client[self.settings.mongo_database]
            for name in database.list_collection_names():
                yield from (f"{name} {document}" for document in database[name].find())


def _any(words, where):
    return any((word.encode() if isinstance(where, bytes) else word) in where for word in words)
