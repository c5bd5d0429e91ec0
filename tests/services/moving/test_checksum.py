"""The checksum: equal for equal sessions, and for no others."""

import copy

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.session import Message, Transition
from services.moving import checksum
from tests.contract.storage.samples import NOON, at, full_sessions, interview, live, message, training
from tests.services.moving.sessions import as_kept, awkward_sessions

TEXTS = st.text(alphabet=st.sampled_from('ab"\\,{}[]\n :é🦊'), max_size=4)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from([0.0, -0.0, 1.0, 0.1]) | TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)
FREE_FORM = st.dictionaries(TEXTS, VALUES, max_size=2)
TIMES = st.integers(0, 2).map(at)
MESSAGES = st.lists(
    st.builds(
        Message, message_id=TEXTS, role=TEXTS, content=TEXTS, timestamp=TIMES, meta=FREE_FORM, n=st.integers(0, 2)
    ),
    max_size=3,
)
STEPS = st.builds(Transition, at=TIMES, by=TEXTS, from_status=TEXTS, to_status=TEXTS, why=TEXTS)


@st.composite
def sessions(draw):
    make = draw(st.sampled_from([interview, training, live]))
    fields = {
        "title": draw(TEXTS),
        "extra": draw(FREE_FORM),
        "history": draw(st.lists(STEPS, max_size=2)),
        "revision": draw(st.integers(0, 2)),
        "updated_at": draw(TIMES),
        "exclusive_key": draw(st.none() | TEXTS),
    }
    return make("one", **fields).with_messages(draw(MESSAGES))


def canonical(value):
    """Plain data in which the order of keys says nothing, and types that `==` between numbers confuses do."""
    if isinstance(value, dict):
        return sorted((key, canonical(inner)) for key, inner in value.items())
    return [canonical(inner) for inner in value] if isinstance(value, list) else repr(value)


def parts(session):
    return canonical(msgspec.to_builtins(session)), canonical([msgspec.to_builtins(one) for one in session.messages])


@given(sessions(), sessions())
def test_two_sessions_have_one_checksum_exactly_when_they_are_equal(one, other):
    assert (checksum(one) == checksum(other)) == (parts(one) == parts(other))


@given(sessions())
def test_a_copy_has_the_same_checksum_however_its_fields_are_ordered(session):
    twin = copy.deepcopy(session).with_messages(copy.deepcopy(session.messages))
    twin.extra = dict(reversed(twin.extra.items()))
    assert checksum(twin) == checksum(session)


@given(sessions(), st.data())
def test_a_change_of_any_one_field_changes_it(session, data):
    before = checksum(session)
    name = data.draw(st.sampled_from(["title", "user_id", "extra", "archived_at", "schema_version", "updated_at"]))
    changed = {"title": session.title + "x", "user_id": "y", "extra": {**session.extra, "new": None}}
    changed |= {"archived_at": NOON, "schema_version": 9, "updated_at": at(99)}
    setattr(session, name, changed[name])
    assert checksum(session) != before


def test_messages_cannot_pass_for_one_another_or_for_the_header():
    one = interview("one", updated_at=NOON).with_messages([message("a", "x"), message("b", "y")])
    other = interview("one", updated_at=NOON).with_messages([message("b", "y"), message("a", "x")])
    fewer = interview("one", updated_at=NOON).with_messages([message("a", "x")])
    assert len({checksum(one), checksum(other), checksum(fewer)}) == 3


def test_a_number_and_its_like_of_another_type_are_two():
    assert len({checksum(interview("one", updated_at=NOON, extra={"a": value})) for value in (1, 1.0, True, "1")}) == 4


def test_all_awkward_sessions_have_checksums_of_their_own():
    everything = [*awkward_sessions(), *full_sessions()]
    assert len({checksum(session) for session in everything}) == len({as_kept(session) for session in everything})
