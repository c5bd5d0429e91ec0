"""The state machine: whatever is done to a backend is done to the model, and both must answer alike."""

import copy
from functools import partial

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.errors import GreenroomError
from domain.session import Message, Session, SessionSummary
from storage.base import KEEP_KEY, Page, SessionQuery
from tests.contract.storage.model import Model
from tests.contract.storage.samples import NOON, at, interview, live, message, training
from tests.domain.tables import TERMINAL, WAYS

IDS = ["a", "B", "c_1", "d"]
RARE_ID = "missing"
OWNERS = ["ada", "bob", ""]
STATUSES = sorted({status for ways in WAYS.values() for status in ways})
KINDS = ["interview", "training", "live"]
BAD_VALUES = ["a\x00", "\udfff", b"bytes", "x" * 100_001, object(), {"$ne": 1}]


def mostly(good, *bad):
    """Values that are accepted nine times out of ten, so that runs get somewhere."""
    return st.sampled_from([st.sampled_from(good)] * 9 + [st.sampled_from(bad)]).flatmap(lambda chosen: chosen)


ids = mostly(IDS, "", "../x", "$where", "a.b", "a\x00", "\ud800", "x" * 65, 5, None, RARE_ID)
readers = mostly([None, None, None, *OWNERS], "nobody", 5, "\x00")
texts = mostly(["", "plain", "$where", "a.b", "🦊", "אבג", "'\"\\", "\\u0000", "x" * 200], *BAD_VALUES)
keys = mostly([None, KEEP_KEY, "slot-1", "slot-1", "SLOT-1", ""], "\x00", 5)
moments = st.one_of(st.none(), st.integers(-2, 5).map(at), st.just(at(1).replace(microsecond=123_456)))
free_form = mostly(
    [{}, {"a": [1, 0.5, None, "🦊", {"b": True}]}, {"_id": {"ключ": ""}}],
    *[{"$set": 1}, {"a.b": 1}, {"a": float("nan")}, {"a": 2**64}, {"": 1}, [1], None],
)
FIELDS = {
    "title": texts,
    "summary": texts,
    "user_id": mostly(OWNERS, 5),
    "starts_at": moments,
    "parent_id": mostly([None, "event-1", "7"], "\x00"),
    "extra": free_form,
    "mode": mostly(["text", "voice"], "smoke"),
    "turn_count": mostly([0, 1, 2**31 - 1], 2**31, -1, True),
    "is_public": st.booleans(),
    "members_only": st.booleans(),
}
FOREIGN_FIELDS = {
    "status": st.sampled_from(["active", "paused", "scheduled"]),
    "exclusive_key": st.sampled_from([None, "slot-1"]),
    "revision": st.sampled_from([1, 2, 3]),
    "message_count": st.just(7),
    "nonsense": st.just(1),
}


def some_of(fields):
    """Values for up to three of these fields."""
    chosen = st.sets(st.sampled_from(sorted(fields)), max_size=3)
    return chosen.flatmap(lambda names: st.fixed_dictionaries({name: fields[name] for name in sorted(names)}))


changes = st.sampled_from([some_of(FIELDS)] * 9 + [some_of(FIELDS | FOREIGN_FIELDS)]).flatmap(lambda chosen: chosen)


class StorageMachine(RuleBasedStateMachine):
    """Subclasses say which storage is compared: `opened()` gives one, empty but for what earlier runs deleted."""

    def opened(self):
        raise NotImplementedError

    @initialize(settled=st.booleans(), key=st.sampled_from([None, "slot-1"]))
    def begin(self, *, settled, key):
        """Half of the runs begin in an empty place, half in one where something is going on."""
        self.real, self.model = self.opened(), Model()
        self.handles = []
        self.pages = []
        if settled:
            for minute, make, session_id in ((0, live, "a"), (1, interview, "B"), (1, training, "c_1"), (2, live, "d")):
                fields = {"created_at": at(minute), "exclusive_key": key if session_id == "a" else None}
                self.keep(self.both(partial(self.made, make, session_id, "ada", fields)))
                self.both(lambda storage: storage.append_message(session_id, message("m1")))  # noqa: B023  # called here

    @staticmethod
    def made(make, session_id, owner, fields, storage):
        """Each storage gets a session of its own."""
        return storage.create(make(session_id, owner, **copy.deepcopy(fields)))

    def both(self, call, given=((), ())):
        """Do it to both, each with what was given for it; they must agree. Returns both answers, or None if refused."""
        ours, theirs = (
            answer(call, storage, *own) for storage, own in zip((self.real, self.model), given, strict=True)
        )
        assert seen(ours) == seen(theirs), f"\n{seen(ours)}\n{seen(theirs)}"
        return None if isinstance(ours, GreenroomError) else (ours, theirs)

    def keep(self, pair):
        """Hold on to what came back, to save it later, perhaps much later."""
        if pair is not None:
            self.handles = [*self.handles[-5:], pair]

    # --- writing ---

    @rule(
        make=st.sampled_from([interview, interview, training, live]),
        session_id=ids,
        owner=mostly(OWNERS, 5, None),
        status=st.sampled_from(["", "", "", "", " ACTIVE ", *STATUSES]),
        key=keys,
        starts_at=moments,
        minute=st.integers(0, 3),
        extra=free_form,
    )
    def create(self, *, make, session_id, owner, status, key, starts_at, minute, extra):
        fields = {"created_at": at(minute), "status": status, "extra": extra}
        fields["exclusive_key"] = None if key is KEEP_KEY else key
        fields |= {} if make is training else {"starts_at": starts_at}
        self.keep(self.both(partial(self.made, make, session_id, owner, fields)))

    @rule(session_id=ids, reader=readers, messages=mostly([0, 1, 2, None], -1, "x"))
    def load(self, session_id, reader, messages):
        self.keep(self.both(lambda storage: storage.load(session_id, reader, messages=messages)))

    @rule(
        place=st.integers(0, 5),
        fields=changes,
        reader=readers,
        copied=st.sampled_from([None, None, None, copy.copy, copy.deepcopy, msgspec.structs.replace]),
    )
    def save(self, place, fields, reader, copied):
        if not self.handles:
            return
        handles = self.handles[place % len(self.handles)]
        if copied:
            handles = tuple(map(copied, handles))
        for handle in handles:
            for name, value in fields.items():
                if name in handle.__struct_fields__:
                    setattr(handle, name, copy.copy(value))
        saved = self.both(lambda storage, handle: storage.save(handle, reader), [[handle] for handle in handles])
        if saved is None:
            self.handles = [pair for pair in self.handles if pair[0] is not handles[0]]

    @rule(
        session_id=ids,
        kind=mostly(["interview", "interview", "training", "live"], "nonsense", None),
        fields=changes,
        reader=readers,
    )
    def update_fields(self, session_id, kind, fields, reader):
        self.both(lambda storage: storage.update_fields(session_id, dict(fields), kind=kind, user_id=reader))

    @rule(
        session_id=ids,
        to=mostly([*STATUSES, " Paused "], "nonsense", None),
        by=texts,
        key=keys,
        reader=readers,
    )
    def transition(self, session_id, to, by, key, reader):
        def move(storage):
            return storage.transition(session_id, to, by=by, why="because", exclusive_key=key, user_id=reader)

        self.keep(self.both(move))

    @rule(session_id=st.sampled_from(IDS), way=st.integers(0, 3), key=keys)
    def walk_on(self, session_id, way, key):
        """Like `transition`, along a declared way, so that long histories and terminal statuses come about."""
        header = self.model.place.headers.get(session_id)
        ways = sorted(WAYS[header["kind"]][header["status"]]) if header else []
        if ways:
            to = ways[way % len(ways)]
            self.keep(self.both(lambda storage: storage.transition(session_id, to, by="x", exclusive_key=key)))

    @rule(
        session_id=ids,
        message_id=mostly(["m1", "m1", "m2", "M1", "🦊"], "", "\x00", 5),
        content=texts,
        meta=free_form,
        reader=readers,
    )
    def append_message(self, session_id, message_id, content, meta, reader):
        def append(storage):
            said = Message(message_id=message_id, role="note", content=content, timestamp=NOON, meta=meta)
            return storage.append_message(session_id, copy.copy(said), reader)

        self.both(append)

    @rule(session_id=ids, reader=readers)
    def delete(self, session_id, reader):
        self.both(lambda storage: storage.delete(session_id, reader))

    # --- reading ---

    @rule(
        session_id=ids,
        reader=readers,
        part=mostly(
            [{}, {"last": 1}, {"last": 9}, {"after": 1}, {"after": 1, "limit": 1}, {"limit": 0}, {"after": 99}],
            *[{"after": -1}, {"last": 1, "after": 1}, {"limit": "1"}, {"last": True}],
        ),
    )
    def messages(self, session_id, reader, part):
        self.both(lambda storage: storage.messages(session_id, reader, **part))

    @rule(session_id=ids, reader=readers)
    def exists(self, session_id, reader):
        self.both(lambda storage: storage.exists(session_id, reader))

    @rule(
        user_id=readers,
        kind=mostly([None, None, None, *KINDS], "nonsense"),
        statuses=st.one_of(st.none(), st.none(), st.lists(st.sampled_from([*STATUSES, " Active "]), max_size=4)),
        mode=st.sampled_from([None, None, None, "text", "voice"]),
        parent_id=st.sampled_from([None, None, None, "7", "event-1"]),
        since=st.one_of(st.none(), st.none(), moments),
        until=st.one_of(st.none(), st.none(), moments),
        order=mostly(["-created_at", "-created_at", "starts_at"], "title"),
        limit=mostly([1, 1, 2, 200], 0),
    )
    def find(self, **wish):
        self.turn_page(wish, [[None], [None]])

    @rule(order=st.sampled_from(["-created_at", "starts_at"]))
    def find_all_one_by_one(self, order):
        self.turn_page({"limit": 1, "order": order}, [[None], [None]])

    @rule(place=st.integers(0, 5))
    def find_next(self, place):
        """Continue where an earlier page ended, whatever happened in between."""
        if self.pages:
            self.turn_page(*self.pages.pop(place % len(self.pages)))

    def turn_page(self, wish, cursors):
        pages = self.both(
            lambda storage, cursor: storage.find(SessionQuery(cursor=cursor, **copy.deepcopy(wish))), cursors
        )
        if pages and pages[0].next_cursor:
            self.pages = [*self.pages[-3:], (wish | {"limit": 2}, [[page.next_cursor] for page in pages])]

    @rule(owner=st.sampled_from([None, *OWNERS]))
    def find_with_a_cursor_of_another_query(self, owner):
        def find(storage, cursor):
            return storage.find(SessionQuery(parent_id="x", user_id=owner, cursor=cursor))

        for _, cursors in self.pages:
            self.both(find, cursors)

    @invariant()
    def everything_is_equal(self):
        """After each step the whole content is the same, as rows and as sessions, and no key has two holders."""
        pages = self.both(lambda storage: storage.find(SessionQuery(limit=200)))
        loaded = [self.real.load(row.session_id, messages=None) for row in pages[0].items]
        expected = [self.model.load(row.session_id, messages=None) for row in pages[1].items]
        assert [seen(session) for session in loaded] == [seen(session) for session in expected]
        held = [session.exclusive_key for session in loaded if session.exclusive_key is not None]
        assert len(held) == len(set(held))
        assert not [session for session in loaded if session.exclusive_key and session.status in TERMINAL[session.kind]]

    def teardown(self):
        for session_id in [*IDS, RARE_ID] if hasattr(self, "real") else ():
            self.real.delete(session_id)


def answer(call, *given):
    """What the call returned, or the refusal it raised; anything else that is raised is a bug and goes on."""
    try:
        return call(*given)
    except GreenroomError as refusal:
        return refusal


def seen(value):
    """What a caller can tell apart, without what the clock gave."""
    if isinstance(value, GreenroomError):
        facts = {name: value.facts.get(name) for name in ("current_revision", "holder", "current", "to")}
        allowed = sorted(value.facts["allowed"]) if value.code == "transition_refused" else None
        return type(value).__name__, facts, allowed
    if isinstance(value, Session):
        return _without_clock(msgspec.to_builtins(value)), [seen(message) for message in value.messages]
    if isinstance(value, Message):
        return repr(msgspec.to_builtins(value))
    if isinstance(value, Page):
        return [seen(row) for row in value.items], value.next_cursor is not None
    if isinstance(value, list):
        return [seen(each) for each in value]
    plain = msgspec.to_builtins(value) if isinstance(value, msgspec.Struct) else value
    return _without_clock(plain) if isinstance(value, SessionSummary) else repr(plain)


def _without_clock(values):
    values["updated_at"] = "later" if values["revision"] > 1 else values["updated_at"]
    values["history"] = [step | {"at": "then"} for step in values.get("history", [])]
    return repr(values)
