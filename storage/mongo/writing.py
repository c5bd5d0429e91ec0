"""How a batch of whole sessions is written to MongoDB: messages before the headers that count them.

A crash in between leaves messages that belong to no header. They are invisible, and are cleared away by whoever
meets them: the next run of the same move, or an append that needs their place.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
import pymongo
from pymongo.errors import BulkWriteError

from domain.errors import Conflict, CorruptSession, Invalid, SlotTaken, StorageUnavailable
from domain.session import Session
from domain.succession import check_one_way
from storage.mongo.connection import OUT_OF_DISK, Connection, Document, engine_errors
from storage.mongo.documents import header_document, message_document, new_life, read_header, read_message
from storage.parts import keyless_first

BATCH_SECONDS: Final = 10.0
"""How long a batch may take in all, the driver's own repetitions included."""
DUPLICATE: Final = 11000
STAMP = {"life": 1, "revision": 1, "message_count": 1}


def write_batch(connection: Connection, batch: Sequence[Session]) -> int:
    """Store sessions as they are, unless what is there is as new; return how many were written.

    Raises SlotTaken when the key of one of them is held by another, Conflict when somebody else writes the same
    session, Invalid for one that MongoDB refuses, CorruptSession when what is there cannot be told from it. Others of
    the batch may be written by then, each of them whole.
    """
    newest = {session.session_id: session for session in batch}
    with engine_errors(), pymongo.timeout(BATCH_SECONDS):
        present = _present(connection, newest)
        older = [session for name, session in newest.items() if name in present and _adds(session, present[name])]
        for session in keyless_first(older):
            _renew(connection, session, present[session.session_id])
        missing = [session for name, session in newest.items() if name not in present]
        if missing:
            _add(connection, missing)
    return len(missing) + len(older)


def _present(connection: Connection, ids: Iterable[str]) -> dict[str, Document]:
    found = connection.here.sessions.find({"_id": {"$in": list(ids)}}, STAMP)
    present = {header["_id"]: header for header in found}
    for session_id, header in present.items():
        if STAMP.keys() - header.keys():
            raise CorruptSession("A session that is there has no revision.", session_id=session_id)
    return present


def _add(connection: Connection, sessions: list[Session]) -> None:
    """Sessions that are not there."""
    headers = [header_document(_counting(session), new_life()) for session in sessions]
    said = [
        message_document(session.session_id, message, message.n, header["life"])
        for session, header in zip(sessions, headers, strict=True)
        for message in session.messages
    ]
    if said:
        _add_messages(connection, said, {header["life"] for header in headers})
    try:
        connection.here.sessions.insert_many(headers, ordered=False)
    except BulkWriteError as error:
        _refuse(connection, error, headers)


def _add_messages(connection: Connection, said: list[Document], lives: set[str]) -> None:
    """Messages of new lives; what lies in their places and belongs to no header makes way."""
    try:
        connection.here.messages.insert_many(said, ordered=False)
    except BulkWriteError as error:
        refused = [said[each["index"]] for each in _duplicates(error, said)]
        _clear_leftovers(connection, {document["_id"]["s"] for document in refused}, lives)
        try:
            connection.here.messages.insert_many(refused, ordered=False)
        except BulkWriteError as again:
            raise _written_by_others(refused[0]["_id"]["s"]) from again


def _clear_leftovers(connection: Connection, ids: set[str], ours: set[str]) -> None:
    """Remove the messages of lives that no header has, but for those that were just written."""
    _clear_lives(connection, ids, {"life": {"$nin": list(ours)}})


def _clear_lives(connection: Connection, ids: set[str], which: Document) -> None:
    """Remove such messages of these sessions as belong to no header.

    Their lives are read first: a session that is created from then on has a life that is not among them, so nothing
    that anybody says in it meanwhile is taken for a leftover.
    """
    wanted = {"_id.s": {"$in": list(ids)}, **which}
    lives = connection.here.messages.distinct("life", wanted)
    held = {header["life"] for header in _present(connection, ids).values()}
    connection.here.messages.delete_many({**wanted, "life": {"$in": [life for life in lives if life not in held]}})


def _renew(connection: Connection, session: Session, seen: Document) -> None:
    """A session that is there, older or with fewer messages: what is newer of each, while it stays as it is."""
    here = connection.here
    present = here.sessions.find_one({"_id": session.session_id, "life": seen["life"]})
    if present is None:
        raise _written_by_others(session.session_id)
    check_one_way(session, _with_messages(connection, present))
    _add_missing_messages(connection, session, present)
    same: Document = {"_id": session.session_id, "life": present["life"]}
    change: Document = {"$max": {"message_count": _counting(session).message_count}}
    if session.revision > present["revision"]:
        fields = header_document(session, present["life"])
        change["$set"] = {name: value for name, value in fields.items() if name not in ("_id", "message_count")}
        same["revision"] = present["revision"]
    try:
        done = here.sessions.bulk_write([pymongo.UpdateOne(same, change)])
    except BulkWriteError as error:
        _refuse(connection, error, [header_document(session, present["life"])])
    else:
        if not done.matched_count:
            raise _written_by_others(session.session_id)


def _with_messages(connection: Connection, header: Document) -> Session:
    """The session with the messages that its header counts. Raises CorruptSession."""
    session_id, count = header["_id"], header["message_count"]
    wanted = {"_id.s": session_id, "life": header["life"], "n": {"$lte": count}}
    said = [read_message(found) for found in connection.here.messages.find(wanted, sort=[("_id.s", 1), ("n", 1)])]
    if len(said) != count:
        raise CorruptSession(f"{len(said)} of the {count} messages that it counts are there.", session_id=session_id)
    return read_header(header).with_messages(said)


def _add_missing_messages(connection: Connection, session: Session, present: Document) -> None:
    """In their order, so that there is no gap when somebody else speaks meanwhile."""
    known, life, here = present["message_count"], present["life"], connection.here
    said = {
        message.n: message_document(session.session_id, message, message.n, life)
        for message in session.messages
        if message.n > known
    }
    if not said:
        return
    _clear_lives(connection, {session.session_id}, {"n": {"$gt": known}})
    for placed in here.messages.find({"_id.s": session.session_id, "n": {"$gt": known}}):
        if said.pop(placed["n"], None) != placed:
            raise Conflict("A session is there with other messages in the same places.", session_id=session.session_id)
    if said:
        try:
            here.messages.insert_many(list(said.values()))
        except BulkWriteError as error:
            _duplicates(error, list(said.values()))
            raise _written_by_others(session.session_id) from error


def _refuse(connection: Connection, error: BulkWriteError, headers: Sequence[Document]) -> None:
    """Say why headers were refused, and remove what was written for those whose key is taken."""
    refused = [headers[each["index"]] for each in _duplicates(error, headers)]
    wanted = {header["exclusive_key"]: header for header in refused if header["exclusive_key"] is not None}
    for holder in list(connection.here.sessions.find({"exclusive_key": {"$in": list(wanted)}})):
        loser = wanted[holder["exclusive_key"]]
        if loser["_id"] != holder["_id"]:
            _clear_leftovers(connection, {loser["_id"]}, set())
            raise SlotTaken(holder["exclusive_key"], holder["_id"])
    raise _written_by_others(refused[0]["_id"])


def _duplicates(error: BulkWriteError, documents: Sequence[Document]) -> list[Mapping[str, Any]]:
    """What was refused, when it was because something is there. Raises StorageUnavailable, Invalid."""
    refusals: list[Mapping[str, Any]] = error.details.get("writeErrors", [])
    for each in refusals:
        if each["code"] in OUT_OF_DISK or "No space left" in each["errmsg"]:
            raise StorageUnavailable("The session storage (MongoDB) does not answer.", reason=each["errmsg"][:500])
        if each["code"] != DUPLICATE:
            raise Invalid("session", str(documents[each["index"]]["_id"]), f"what MongoDB takes ({each['errmsg']})")
    if not refusals:
        raise StorageUnavailable("The session storage (MongoDB) does not answer.", reason=str(error)[:500]) from error
    return refusals


def _written_by_others(session_id: str) -> Conflict:
    return Conflict("Somebody else writes this session at the same time.", session_id=session_id)


def _adds(session: Session, present: Document) -> bool:
    return bool(session.revision > present["revision"] or _counting(session).message_count > present["message_count"])


def _counting(session: Session) -> Session:
    """The session with a count that is never less than its messages."""
    count = max(session.message_count, len(session.messages))
    return session if count == session.message_count else msgspec.structs.replace(session, message_count=count)
