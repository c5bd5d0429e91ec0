"""A writer: it writes until it is killed, and says before each write what it will do and after it what it was told."""

import json
import os
import random
import traceback
from itertools import count

from domain.errors import Busy, CorruptSession, SlotTaken, StaleSession
from domain.interview import Interview
from domain.session import Message
from storage.base import SessionStorage
from tests.reliability.book import INTERVIEW_STATUSES, Op

SLOTS = ("slot-1", "slot-2", None, None)
FILLER = "filled, so that a header takes more than one block; " * 100


def content_of(message_id: str) -> str:
    """What a message says follows from its id, so that a torn one shows."""
    return f"{message_id} " * 150


def interview(session_id: str, user_id: str) -> Interview:
    """A new session of a writer."""
    return Interview(
        session_id=session_id,
        user_id=user_id,
        title="new",
        incident_name="An incident",
        interviewee_name="Somebody",
        interviewee_role="witness",
        extra={"added": 0, "filler": FILLER},
    )


class Writer:
    """One life: sessions of its own, and a hand in the shared one."""

    def __init__(self, storage: SessionStorage, life: str, shared_id: str, seed: int, pipe: int) -> None:
        self.storage = storage
        self.life = life
        self.shared_id = shared_id
        self.random = random.Random(seed)  # noqa: S311  # a seed repeats a run
        self.pipe = pipe
        self.mine: dict[str, str] = {}
        self.numbers = count(1)

    def run(self) -> None:
        """Write until killed; whatever goes wrong is reported as a failure of the storage."""
        try:
            self.tell("ready")
            while True:
                self.write(self.next_op())
        except CorruptSession as error:
            self.tell("torn", f"{self.life} read {error.message}")
        except Exception:  # noqa: BLE001  # the edge of the process: nobody else could report it
            self.tell("failed", traceback.format_exc())

    def next_op(self) -> Op:
        """Something that makes sense now."""
        name = f"{self.life}-{next(self.numbers)}"
        if self.random.random() < 0.3:
            return Op(self.random.choice(("add", "say")), self.shared_id, name)
        if not self.mine or self.random.random() < 0.15:
            return Op("create", name)
        mine = self.random.choice(sorted(self.mine))
        do = self.random.choices(("save", "append", "move", "delete"), (4, 6, 3, 1))[0]
        if do == "move":
            other = next(status for status in INTERVIEW_STATUSES if status != self.mine[mine])
            return Op(do, mine, other, self.random.choice(SLOTS))
        return Op(do, mine, name)

    def write(self, op: Op) -> None:
        """Say it, do it, say what came of it."""
        self.tell("begin", list(op))
        try:
            getattr(self, op.do)(op)
        except SlotTaken:
            self.tell("refused")
        else:
            self.tell("done")

    def create(self, op: Op) -> None:
        self.storage.create(interview(op.session_id, self.life))
        self.mine[op.session_id] = "active"

    def save(self, op: Op) -> None:
        session = self.storage.load(op.session_id)
        session.title = op.value
        self.storage.save(session)

    def append(self, op: Op) -> None:
        self._append(op)

    def say(self, op: Op) -> None:
        self._append(op)

    def _append(self, op: Op) -> None:
        message = Message(message_id=op.value, role="note", content=content_of(op.value))
        self.storage.append_message(op.session_id, message)
        if self.random.random() < 0.2:
            self.storage.append_message(op.session_id, message)

    def move(self, op: Op) -> None:
        self.storage.transition(op.session_id, op.value, by=self.life, exclusive_key=op.key)
        self.mine[op.session_id] = op.value

    def delete(self, op: Op) -> None:
        self.storage.delete(op.session_id)
        del self.mine[op.session_id]

    def add(self, op: Op) -> None:
        """Count one more in the shared session, which only a check of the revision can do right."""
        while True:
            session = self.storage.load(op.session_id)
            session.extra = {**session.extra, "added": session.extra["added"] + 1}
            try:
                self.storage.save(session)
            except (StaleSession, Busy):
                continue
            return

    def tell(self, *words: object) -> None:
        """One line to whoever keeps the book."""
        os.write(self.pipe, json.dumps(words).encode() + b"\n")
