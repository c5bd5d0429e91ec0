"""Sessions that a careless move would change: every kind, every field filled, long histories, keys, many messages."""

from contextlib import contextmanager

import msgspec

from domain.session import Transition
from tests.contract.storage.samples import AWKWARD, NOON, at, full_message, full_sessions, interview, live, message


def spoken(session_id, count, **fields):
    """A session with so many messages, as a scan gives it."""
    fields = {"revision": 1, "message_count": count} | fields
    session = interview(session_id, **{"updated_at": at(fields["revision"])} | fields)
    return session.with_messages([message(f"m-{n}", f"{n} {AWKWARD}", n=n) for n in range(1, count + 1)])


def with_a_history(length):
    """An interview that was moved to and fro so often."""
    ways = ("active", "paused")
    steps = [
        Transition(at=at(n), by=f"ада-{n}", from_status=ways[n % 2], to_status=ways[1 - n % 2], why=AWKWARD)
        for n in range(length)
    ]
    return interview("long-history", revision=length + 1, history=steps, status=ways[length % 2])


def awkward_sessions():
    """One of each kind with every field filled, and what else is hard to move."""
    full = full_sessions()
    for session in full:
        session.message_count = 2
        first, second = full_message(), message("m2", meta={"1": 1, "1.0": 1.0, "yes": True, "big": 2**63 - 1})
        first.n, second.n = 1, 2
        session.with_messages([first, second])
    others = [
        with_a_history(1_000),
        live("holds-a-key", exclusive_key="channel:🔑", revision=3),
        interview("nobody", user_id="", revision=1, extra={"ключ": [1, 1.0, True, None, {"": 0}], "🦊": "\u2028"}),
        interview("A_1-b", revision=1, created_at=NOON, updated_at=at(1)),
        spoken("talks", 300),
    ]
    return [*full, *others]


def as_kept(session):
    """Header and messages with the types that `==` between numbers would not tell apart."""
    return repr((msgspec.to_builtins(session), [msgspec.to_builtins(each) for each in session.messages]))


def contents(storage):
    """Everything that a storage holds, by id."""
    return {session.session_id: as_kept(session) for session in storage.scan()}


@contextmanager
def silent(_label, _total):
    """Shows nothing of how far the work has come."""
    yield lambda _count: None
