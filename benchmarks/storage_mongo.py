"""MongoDB: raw pymongo, our storage, and Beanie, each write acknowledged by the majority's journal."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Annotated, Any
from warnings import catch_warnings, simplefilter

import msgspec
import pymongo
from pydantic import BaseModel
from pymongo import AsyncMongoClient, MongoClient
from pymongo.write_concern import WriteConcern

from benchmarks import documents
from benchmarks.measuring import Result, at_least, at_most, compare, each, each_awaited, measured
from domain.session import SUMMARY_FIELDS
from storage.mongo import MongoSessionStorage
from storage.query import SessionQuery
from storage.registry import StorageConfig

with catch_warnings():
    simplefilter("ignore")
    from beanie import Document, Indexed, init_beanie

DURABLE = WriteConcern(w="majority", j=True)
LONG, SHORT = 10_000, 10
A_DOZEN_ANSWERS = 24
"""Messages of an interview as `documents` has it: a dozen questions and what was said to them."""
LONG_ROUNDS = 31
"""Rounds of what takes half a second each."""


class Goal(BaseModel):
    """One goal of an interview."""

    topic: str
    description: str
    status: str
    confidence: int
    why: list[str]
    exhausted: bool
    asked: int
    unknown_answers: int


class Fact(BaseModel):
    """One fact of an interview."""

    fact_id: str
    topic: str
    claim: str
    quote: str
    message_id: str
    timestamp: str | None
    parsed_time: str | None
    confidence: str
    source: str
    replaced_by: str | None
    corrected_by: list[str]


class Said(BaseModel):
    """One message of an interview."""

    message_id: str
    role: str
    content: str
    timestamp: datetime
    meta: dict[str, Any]
    n: int


class InterviewDocument(Document):
    """The same interview in the way of Beanie: one document with everything inside."""

    id: str
    user_id: Annotated[str, Indexed()]
    user_email: str | None
    title: str
    status: str
    starts_at: datetime | None
    parent_id: str | None
    exclusive_key: str | None
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None
    revision: int
    message_count: int
    history: list[dict[str, Any]]
    extra: dict[str, Any]
    incident_name: str
    interviewee_name: str
    interviewee_role: str
    confidence_threshold: int
    mode: str
    summary: str
    stage: str
    extracted_summary: dict[str, Any]
    goals: list[Goal]
    facts: list[Fact]
    contradictions: list[dict[str, Any]]
    answers: list[str]
    current_question: str | None
    current_topic: str | None
    turn_count: int
    messages: list[Said]

    class Settings:
        """Where it is kept."""

        name = "beanie"


class Peers:
    """Everything that is measured, on one server and one database."""

    def __init__(self, url: str, runner: asyncio.Runner) -> None:
        self.runner = runner
        self.client: MongoClient[dict[str, Any]] = MongoClient(url, w="majority", journal=True)
        self.database = self.client["bench"]
        self.headers = self.database["sessions"]
        self.messages = self.database.get_collection("session_messages", write_concern=DURABLE)
        nowhere = {"folder": Path("/nowhere"), "database_url": ""}
        self.ours = MongoSessionStorage.from_config(StorageConfig(**nowhere, mongo_url=url, mongo_database="bench"))
        self.ours.prepare()
        self._async: AsyncMongoClient[dict[str, Any]] | None = None
        runner.run(self._begin(url))

    async def _begin(self, url: str) -> None:
        self._async = AsyncMongoClient(url, w="majority", journal=True)
        await init_beanie(self._async["bench"], document_models=[InterviewDocument])

    def close(self) -> None:
        """Give every connection back."""
        if self._async is not None:
            self.runner.run(self._async.close())
        self.client.close()
        self.ours.close()

    def fill(self) -> None:
        """The same interviews for everybody."""
        names = ["read", "raw", "ours", *(f"list-{n}" for n in range(60))]
        said = documents.messages(A_DOZEN_ANSWERS)
        self.ours.write_many(documents.interview(name).with_messages(said) for name in names)
        long, short = documents.messages(LONG), documents.messages(SHORT)
        self.ours.write_many([documents.interview("long").with_messages(long)])
        self.ours.write_many([documents.interview("short").with_messages(short)])
        self.runner.run(self._fill_beanie([*names, "beanie"]))

    async def _fill_beanie(self, names: list[str]) -> None:
        await InterviewDocument.insert_many([_document(name, A_DOZEN_ANSWERS) for name in names])
        await _document("beanie-long", LONG, user_id="somebody else").insert()


def _document(session_id: str, how_many: int, **others: Any) -> InterviewDocument:
    built = msgspec.to_builtins(documents.interview(session_id), builtin_types=(datetime,))
    said = [msgspec.structs.asdict(message) for message in documents.messages(how_many)]
    return InterviewDocument(**built | {"id": session_id, "messages": said} | others)


def measure(url: str, rounds: int) -> list[Result]:
    """The lines of MongoDB."""
    with asyncio.Runner() as runner:
        peers = Peers(url, runner)
        peers.fill()
        results = _load(peers, rounds) + _save(peers, rounds) + _list(peers, rounds) + _append(peers, rounds)
        peers.close()
    return results


def _load(peers: Peers, rounds: int) -> list[Result]:
    ways = {
        "pymongo": each(lambda: peers.headers.find_one({"_id": "read"})),
        "ours": each(lambda: peers.ours.load("read")),
        "Beanie": each_awaited(peers.runner, lambda: InterviewDocument.get("read")),
    }
    goals = [("ours", "pymongo", at_most(1.10)), ("Beanie", "ours", at_least(2.5))]
    return compare("Mongo load of a header", measured(ways, rounds), goals)


def _save(peers: Peers, rounds: int) -> list[Result]:
    numbers = count(1)
    session = peers.ours.load("ours")
    document = peers.runner.run(_one("beanie"))

    def save_raw() -> None:
        number = next(numbers)
        change = {"$set": {"title": f"T{number}", "turn_count": number}, "$inc": {"revision": 1}}
        assert peers.headers.update_one({"_id": "raw"}, change).modified_count == 1

    def save_ours() -> None:
        session.title = f"T{next(numbers)}"
        session.turn_count += 1  # type: ignore[attr-defined]  # an interview
        peers.ours.save(session)

    async def save_beanie() -> None:
        document.title = f"T{next(numbers)}"
        document.turn_count += 1
        await document.save()

    ways = {"$set": each(save_raw), "ours": each(save_ours), "Beanie": each_awaited(peers.runner, save_beanie)}
    goals = [("ours", "$set", at_most(1.10)), ("Beanie", "ours", at_least(7))]
    return compare("Mongo save of a change", measured(ways, rounds), goals)


async def _one(session_id: str) -> InterviewDocument:
    document = await InterviewDocument.get(session_id)
    assert document is not None
    return document


def _list(peers: Peers, rounds: int) -> list[Result]:
    query = SessionQuery(user_id=documents.OWNER, limit=50)
    shown = {"_id": 0, **dict.fromkeys(SUMMARY_FIELDS, 1)}
    order = [("created_at", pymongo.DESCENDING), ("_id", pymongo.DESCENDING)]
    newest = {"user_id": documents.OWNER}

    def full_documents() -> Awaitable[object]:
        return InterviewDocument.find(newest).sort("-created_at").limit(51).to_list()

    ways = {
        "pymongo": each(lambda: list(peers.headers.find(newest, shown).sort(order).limit(51))),
        "ours": each(lambda: peers.ours.find(query)),
        "Beanie": each_awaited(peers.runner, full_documents),
    }
    goals = [("ours", "pymongo", at_most(1.10)), ("Beanie", "ours", at_least(50))]
    return compare("Mongo list of 50 summaries", measured(ways, rounds), goals)


def _append(peers: Peers, rounds: int) -> list[Result]:
    places = count(A_DOZEN_ANSWERS + 1)

    def insert_raw() -> None:
        message = documents.new_message()
        said = {"role": message.role, "content": message.content, "timestamp": message.timestamp, "meta": {}}
        key = {"s": "raw", "id": message.message_id}
        peers.messages.insert_one({"_id": key, "n": next(places), "life": "raw", **said})

    ways = {
        "insert_one": each(insert_raw),
        "at 10,000": each(_appending(peers, "long")),
        "at 10": each(_appending(peers, "short")),
        "load-append-save": each_awaited(peers.runner, _load_append_save),
    }
    goals = [
        ("at 10,000", "insert_one", at_most(1.6)),
        ("at 10,000", "at 10", at_most(1.1)),
        ("load-append-save", "at 10,000", at_least(500)),
    ]
    return compare("Mongo append", measured(ways, min(rounds, LONG_ROUNDS)), goals)


def _appending(peers: Peers, session_id: str) -> Callable[[], object]:
    return lambda: peers.ours.append_message(session_id, documents.new_message())


async def _load_append_save() -> None:
    document = await _one("beanie-long")
    message = documents.new_message()
    document.messages.append(Said(**msgspec.structs.asdict(message)))
    await document.save()
