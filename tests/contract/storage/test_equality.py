"""Promise 8: the same session written on one backend and read on another is equal, field by field."""

import msgspec
import pytest

from domain.errors import SlotTaken
from domain.kinds import KINDS
from domain.session import OWNED_BY_STORAGE, OWNED_BY_TRANSITION
from storage.base import SessionQuery
from tests.contract.storage.conftest import BULK, open_home, pairs
from tests.contract.storage.model import Model
from tests.contract.storage.samples import (
    at,
    full_interview,
    full_live,
    full_message,
    full_sessions,
    full_training,
    interview,
    live,
    message,
)

FULL = {"interview": full_interview, "training": full_training, "live": full_live}


def with_messages(session, count=2):
    """The session with its messages attached, as `scan` gives it."""
    messages = [full_message(), message("m2")][:count]
    for n, each in enumerate(messages, start=1):
        each.n = n
    session.message_count = len(messages)
    return session.with_messages(messages)


def as_kept(session):
    """Header and messages as plain values, with the types that `==` between numbers would not tell apart."""
    kept = msgspec.to_builtins(session), [msgspec.to_builtins(each) for each in session.messages]
    return repr(kept)


def loaded_all(storage):
    """Every session of the place with its messages."""
    rows = storage.find(SessionQuery(limit=200)).items
    return {row.session_id: storage.load(row.session_id, messages=None) for row in rows}


def structs_within(value):
    """The value and every struct inside it."""
    if isinstance(value, msgspec.Struct):
        yield value
        value = [getattr(value, name) for name in value.__struct_fields__]
    for inner in value if isinstance(value, list) else ():
        yield from structs_within(inner)


def test_full_sessions_leave_no_field_of_anything_in_them_at_its_default():
    filled, declared = set(), set()
    for struct in structs_within(full_sessions()):
        for field in msgspec.structs.fields(type(struct)):
            default = field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
            declared.add((type(struct).__name__, field.name))
            if getattr(struct, field.name) != default:
                filled.add((type(struct).__name__, field.name))
    assert declared - filled == set()
    assert len({name for name, _ in declared}) > 12


@pytest.mark.parametrize("kind", KINDS)
def test_a_session_that_was_created_is_equal_on_every_backend(storage, kind):
    model = Model()
    for each in (storage, model):
        each.create(FULL[kind]())
        each.append_message(f"full-{kind}", full_message())
        each.append_message(f"full-{kind}", message("m2"))
    ours, theirs = (each.load(f"full-{kind}", messages=None) for each in (storage, model))
    assert ours == theirs
    assert list(ours.messages) == list(theirs.messages)
    assert as_kept(ours) == as_kept(theirs)
    assert storage.find(SessionQuery()) == model.find(SessionQuery())


@pytest.mark.parametrize("kind", KINDS)
def test_a_session_of_which_every_field_was_saved_is_equal_to_one_that_was_created_so(storage, kind):
    full = FULL[kind]()
    storage.create(_bare(kind, full))
    handle = storage.load(full.session_id)
    ours = [name for name in full.__struct_fields__ if name not in OWNED_BY_STORAGE | OWNED_BY_TRANSITION]
    for name in ours:
        setattr(handle, name, getattr(full, name))
    storage.save(handle)
    loaded = storage.load(full.session_id)
    assert loaded == handle
    for name in ours:
        assert getattr(loaded, name) == getattr(full, name), name


def _bare(kind, full):
    required = {
        field.name: getattr(full, field.name) for field in msgspec.structs.fields(KINDS[kind]) if field.required
    }
    return KINDS[kind](**required | {"session_id": full.session_id, "title": "bare", "created_at": full.created_at})


def test_what_is_written_in_bulk_is_kept_exactly_as_it_is(bulk):
    originals = [with_messages(session) for session in full_sessions()]
    assert bulk.write_many([with_messages(session) for session in full_sessions()]) == 3
    for original in originals:
        loaded = bulk.load(original.session_id, messages=None)
        assert as_kept(loaded) == as_kept(original)
    assert len(bulk.find(SessionQuery()).items) == 3


def test_a_scan_gives_everything_in_the_order_of_the_ids(bulk):
    bulk.write_many([with_messages(session) for session in full_sessions()])
    for name in ("b", "B", "a-1", "a_1", "a1"):
        bulk.create(interview(name))
    scanned = list(bulk.scan())
    assert [each.session_id for each in scanned] == sorted(each.session_id for each in scanned)
    assert {each.session_id: as_kept(each) for each in scanned} == {
        name: as_kept(session) for name, session in loaded_all(bulk).items()
    }
    assert len(scanned) == 8


def test_writing_in_bulk_twice_writes_once(bulk):
    assert bulk.write_many([with_messages(session) for session in full_sessions()]) == 3
    assert bulk.write_many([with_messages(session) for session in full_sessions()]) == 0
    assert bulk.messages("full-live") == list(with_messages(full_live()).messages)


def test_bulk_writing_never_goes_back_to_an_older_revision(bulk):
    bulk.write_many([with_messages(interview("one", revision=5, title="newer"))])
    assert bulk.write_many([with_messages(interview("one", revision=4, title="older"))]) == 0
    assert bulk.load("one").title == "newer"
    assert bulk.write_many([with_messages(interview("one", revision=6, title="newest"))]) == 1
    loaded = bulk.load("one", messages=None)
    assert (loaded.title, loaded.revision, len(loaded.messages)) == ("newest", 6, 2)


def test_bulk_writing_brings_the_messages_that_are_missing(bulk):
    bulk.write_many([with_messages(interview("one", revision=5), count=1)])
    assert bulk.write_many([with_messages(interview("one", revision=5), count=2)]) == 1
    assert [each.n for each in bulk.messages("one")] == [1, 2]
    assert bulk.load("one").message_count == 2


def test_a_session_written_in_bulk_is_a_session_like_any_other(bulk):
    bulk.write_many([with_messages(full_live())])
    assert bulk.append_message("full-live", message("m2", "again")).n == 2
    assert bulk.append_message("full-live", message("m3")).n == 3
    handle = bulk.load("full-live")
    handle.title = "changed"
    assert bulk.save(handle).revision == 8
    with pytest.raises(SlotTaken):
        bulk.create(live("other", exclusive_key="key:full-live:🔑"))
    moved = bulk.transition("full-live", "stopped", by="x")
    assert (len(moved.history), moved.exclusive_key) == (2, None)
    bulk.create(live("other", exclusive_key="key:full-live:🔑", created_at=at(9)))
    assert [row.session_id for row in bulk.find(SessionQuery()).items] == ["other", "full-live"]


@pytest.mark.parametrize(("source", "target"), pairs(*BULK))
def test_sessions_moved_from_any_backend_to_any_other_are_equal(request, source, target):
    one, other = open_home(request, source).open(), open_home(request, target).open()
    for session in full_sessions():
        one.create(session)
        one.append_message(session.session_id, full_message())
    one.transition("full-interview", "active", by="ада", why="…")
    assert other.write_many(one.scan()) == 3
    before, after = loaded_all(one), loaded_all(other)
    assert {name: as_kept(session) for name, session in after.items()} == {
        name: as_kept(session) for name, session in before.items()
    }
    assert other.find(SessionQuery()) == one.find(SessionQuery())
