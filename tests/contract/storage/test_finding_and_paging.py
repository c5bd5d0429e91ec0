"""Promise 4: pages that are filtered and ordered, and that neither repeat nor skip."""

import base64
from datetime import UTC, datetime, timedelta, timezone

import pytest

from domain.errors import Invalid
from storage.base import SessionQuery
from tests.contract.storage.samples import NOON, at, full_sessions, interview, live, message, training


def ids(page):
    return [row.session_id for row in page.items]


def all_of(storage, **wish):
    """The ids of all pages in one list."""
    return [session_id for page in walk(storage, **wish) for session_id in page]


def walk(storage, **wish):
    """The ids of all pages, page by page."""
    cursor, pages = None, []
    while True:
        page = storage.find(SessionQuery(cursor=cursor, **wish))
        pages.append(ids(page))
        cursor = page.next_cursor
        if cursor is None:
            return pages


def ten(storage):
    """Ten interviews, i0 the oldest."""
    for n in range(10):
        storage.create(interview(f"i{n}", created_at=at(n)))


def test_an_empty_place_has_an_empty_page(storage):
    assert storage.find(SessionQuery()).items == []
    assert storage.find(SessionQuery(order="starts_at")).next_cursor is None


def test_the_newest_session_comes_first(storage):
    ten(storage)
    assert ids(storage.find(SessionQuery())) == [f"i{n}" for n in range(9, -1, -1)]


def test_pages_follow_each_other_to_the_end(storage):
    ten(storage)
    assert walk(storage, limit=4) == [["i9", "i8", "i7", "i6"], ["i5", "i4", "i3", "i2"], ["i1", "i0"]]
    assert walk(storage, limit=5) == [["i9", "i8", "i7", "i6", "i5"], ["i4", "i3", "i2", "i1", "i0"]]


def test_the_size_of_the_page_may_change_on_the_way(storage):
    ten(storage)
    first = storage.find(SessionQuery(limit=3))
    assert ids(storage.find(SessionQuery(limit=7, cursor=first.next_cursor)))[0] == "i6"


def test_a_row_shows_the_session_as_it_is(storage):
    for session in full_sessions():
        storage.create(session)
        storage.append_message(session.session_id, message())
        storage.update_fields(session.session_id, {"archived_at": at(7)}, kind=session.kind)
        (row,) = storage.find(SessionQuery(kind=session.kind)).items
        loaded = storage.load(session.session_id)
        assert (row.revision, row.message_count, row.archived_at) == (2, 1, at(7))
        for name in row.__struct_fields__:
            assert getattr(row, name) == getattr(loaded, name, None), name


def test_a_change_shows_in_the_row(storage):
    handle = storage.create(interview(starts_at=at(1)))
    handle.title, handle.starts_at, handle.parent_id, handle.mode = "changed", at(2), "event-2", "voice"
    storage.save(handle)
    storage.transition("interview-1", "paused", by="x")
    (row,) = storage.find(
        SessionQuery(parent_id="event-2", mode="voice", statuses=["paused"], since=at(2), order="starts_at")
    ).items
    assert (row.title, row.status, row.revision) == ("changed", "paused", 3)
    assert ids(storage.find(SessionQuery(statuses=["active"]))) == []


def mixed(storage):
    """Sessions that differ in everything that is asked for."""
    storage.create(interview("text", "ada", created_at=at(1), parent_id="event-1", starts_at=at(5)))
    storage.create(interview("voice", "bob", created_at=at(2), mode="voice", status="complete"))
    storage.create(training("planned", "ada", created_at=at(3), parent_id="event-1", start=at(4)))
    storage.create(training("ended", "bob", created_at=at(4), status="ended", start=at(3)))
    storage.create(live("idle", "", created_at=at(5), starts_at=at(2)))
    storage.create(live("onair", "ada", created_at=at(6), status="live"))


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({}, ["onair", "idle", "ended", "planned", "voice", "text"]),
        ({"user_id": "ada"}, ["onair", "planned", "text"]),
        ({"user_id": ""}, ["idle"]),
        ({"user_id": "nobody"}, []),
        ({"kind": "training"}, ["ended", "planned"]),
        ({"kind": "live", "user_id": "ada"}, ["onair"]),
        ({"statuses": ["active", "idle"]}, ["idle", "text"]),
        ({"statuses": ["live"]}, ["onair"]),
        ({"statuses": []}, []),
        ({"statuses": (" Ended ", "COMPLETE")}, ["ended", "voice"]),
        ({"statuses": {"ended"}, "kind": "training"}, ["ended"]),
        ({"statuses": [], "kind": "training"}, []),
        ({"mode": "text"}, ["text"]),
        ({"mode": "voice"}, ["voice"]),
        ({"mode": ""}, []),
        ({"mode": "text", "kind": "live"}, []),
        ({"parent_id": "event-1"}, ["planned", "text"]),
        ({"parent_id": "7"}, ["onair", "idle"]),
        ({"parent_id": ""}, []),
        ({"parent_id": "event-1", "kind": "interview", "user_id": "ada", "statuses": ["active"]}, ["text"]),
        ({"since": at(3)}, ["onair", "idle", "ended", "planned"]),
        ({"until": at(3)}, ["voice", "text"]),
        ({"since": at(2), "until": at(4)}, ["planned", "voice"]),
        ({"since": at(4), "until": at(4)}, []),
        ({"since": at(9), "until": at(1)}, []),
        ({"order": "starts_at"}, ["idle", "ended", "planned", "text"]),
        ({"order": "starts_at", "since": at(3), "until": at(5)}, ["ended", "planned"]),
        ({"order": "starts_at", "user_id": "ada"}, ["planned", "text"]),
        ({"order": "starts_at", "statuses": ["live"]}, []),
        ({"order": "starts_at", "parent_id": "event-1"}, ["planned", "text"]),
        ({"order": "starts_at", "kind": "training", "statuses": ["scheduled"]}, ["planned"]),
    ],
)
@pytest.mark.parametrize("limit", [1, 200])
def test_only_what_was_asked_for_is_found_in_its_order(storage, wish, expected, limit):
    mixed(storage)
    assert all_of(storage, limit=limit, **wish) == expected


def test_bounds_are_moments_whatever_zone_they_are_written_in(storage):
    ten(storage)
    far_east = timezone(timedelta(hours=13, minutes=45))
    found = storage.find(SessionQuery(since=at(3).astimezone(far_east), until=at(5).astimezone(far_east)))
    assert ids(found) == ["i4", "i3"]


def test_bounds_reach_to_the_ends_of_time(storage):
    ten(storage)
    beginning, end = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    assert len(ids(storage.find(SessionQuery(since=beginning, until=end)))) == 10


def test_bounds_count_milliseconds(storage):
    storage.create(interview("now", created_at=NOON))
    storage.create(interview("next", created_at=NOON + timedelta(milliseconds=1)))
    assert ids(storage.find(SessionQuery(since=NOON, until=NOON + timedelta(milliseconds=1)))) == ["now"]
    assert ids(storage.find(SessionQuery(since=NOON + timedelta(microseconds=999)))) == ["next", "now"]


@pytest.mark.parametrize("order", ["-created_at", "starts_at"])
@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_sessions_of_one_moment_are_told_apart_by_their_ids_byte_by_byte(storage, order, limit):
    names = ["B", "a", "C", "b-1", "b_1", "b1", "0", "A", "Z", "b", "zz", "z"]
    for name in names:
        storage.create(interview(name, created_at=NOON, starts_at=NOON))
    found = all_of(storage, order=order, limit=limit)
    assert found == sorted(names, reverse=order == "-created_at")


def test_pages_neither_repeat_nor_skip_while_sessions_are_added(storage):
    ten(storage)
    found, cursor, added = [], None, 0
    while True:
        page = storage.find(SessionQuery(limit=2, cursor=cursor))
        found += ids(page)
        cursor = page.next_cursor
        if cursor is None:
            break
        for minute in (100 + added, 5, -1 - added):
            storage.create(interview(f"added-{added}-{minute + 1000}", created_at=at(minute)))
        added += 1
    there_all_along = [name for name in found if name.startswith("i")]
    assert there_all_along == [f"i{n}" for n in range(9, -1, -1)]
    assert len(found) == len(set(found))


def test_pages_of_what_comes_next_neither_repeat_nor_skip_while_sessions_are_added_and_deleted(storage):
    for n in range(9):
        storage.create(training(f"t{n}", start=at(n)))
    first = storage.find(SessionQuery(limit=3, order="starts_at"))
    storage.delete("t2")
    storage.delete("t4")
    storage.create(training("earlier", start=at(-1)))
    storage.create(training("later", start=at(99)))
    rest = all_of(storage, limit=3, order="starts_at")
    follow = storage.find(SessionQuery(limit=200, order="starts_at", cursor=first.next_cursor))
    assert ids(first) == ["t0", "t1", "t2"]
    assert ids(follow) == ["t3", "t5", "t6", "t7", "t8", "later"]
    assert rest == ["earlier", "t0", "t1", "t3", "t5", "t6", "t7", "t8", "later"]


def test_the_last_full_page_has_no_cursor(storage):
    ten(storage)
    assert storage.find(SessionQuery(limit=10)).next_cursor is None
    assert storage.find(SessionQuery(limit=9)).next_cursor is not None


@pytest.mark.parametrize(
    "other",
    [
        {"user_id": "bob"},
        {"user_id": None},
        {"kind": None},
        {"statuses": ["paused"]},
        {"statuses": []},
        {"mode": "text"},
        {"parent_id": "event-1"},
        {"since": at(0)},
        {"until": at(0)},
        {"order": "starts_at"},
    ],
)
def test_a_cursor_of_another_query_is_refused(storage, other):
    ten(storage)
    wish = {"user_id": "ada", "kind": "interview"}
    cursor = storage.find(SessionQuery(limit=2, **wish)).next_cursor
    assert ids(storage.find(SessionQuery(cursor=cursor, **wish)))[0] == "i7"
    with pytest.raises(Invalid, match="cursor"):
        storage.find(SessionQuery(cursor=cursor, **wish | other))


def test_two_spellings_of_one_query_share_their_cursors(storage):
    ten(storage)
    cursor = storage.find(SessionQuery(limit=2, statuses=["active", "paused"], since=at(0))).next_cursor
    same = {"statuses": (" PAUSED ", "active", "active"), "since": at(0).astimezone(timezone(timedelta(hours=2)))}
    assert ids(storage.find(SessionQuery(limit=2, cursor=cursor, **same))) == ["i7", "i6"]


@pytest.mark.parametrize(
    "text", ["", " ", "x", "AAAA", "é", "\x00", "\ud800", "=" * 5, "a" * 100_000, "bnVsbA", "e30", 5, b"x", ["x"]]
)
def test_a_cursor_that_was_never_given_out_is_refused(storage, text):
    ten(storage)
    with pytest.raises(Invalid, match="cursor"):
        storage.find(SessionQuery(cursor=text))


def test_a_cursor_that_was_tampered_with_is_refused(storage):
    ten(storage)
    cursor = storage.find(SessionQuery(limit=2)).next_cursor
    tampered = {cursor[:-1], cursor + "A", cursor + "=", cursor.swapcase(), cursor[1:], f" {cursor}", f"{cursor}\n"}
    tampered |= {cursor[:n] + ("A" if cursor[n] != "A" else "B") + cursor[n + 1 :] for n in range(0, len(cursor), 5)}
    for text in tampered:
        with pytest.raises(Invalid, match="cursor"):
            storage.find(SessionQuery(cursor=text))


def test_a_cursor_holds_nothing_that_a_filter_could_be_made_of(storage):
    ten(storage)
    for packed in (b'[{"$gt":""},"i1",""]', b'["2026-03-01T12:00:00","i1",""]', b"[1,2,3]", b'["x"]', b"{}"):
        with pytest.raises(Invalid, match="cursor"):
            storage.find(SessionQuery(cursor=base64.urlsafe_b64encode(packed).decode()))


@pytest.mark.parametrize(
    "wish",
    [
        {"kind": "nonsense"},
        {"kind": ""},
        {"kind": {"$ne": 1}},
        {"kind": "training", "statuses": ["active"]},
        {"statuses": ["nonsense"]},
        {"statuses": "active"},
        {"statuses": 5},
        {"statuses": [None]},
        {"statuses": [{"$ne": 1}]},
        {"order": "created_at"},
        {"order": None},
        {"order": "title; DROP TABLE sessions"},
        {"limit": 0},
        {"limit": -1},
        {"limit": 201},
        {"limit": "5"},
        {"limit": True},
        {"limit": 1.5},
        {"limit": None},
        {"user_id": {"$ne": ""}},
        {"user_id": 5},
        {"user_id": "a\x00"},
        {"user_id": "\udfff"},
        {"user_id": "a" * 201},
        {"parent_id": ["x"]},
        {"parent_id": "x" * 10_000_000},
        {"mode": {"$regex": ".*"}},
        {"since": datetime(2026, 1, 1)},  # noqa: DTZ001  # a naive time is what is refused
        {"until": datetime(2026, 1, 1)},  # noqa: DTZ001  # a naive time is what is refused
        {"since": "2026-01-01T00:00:00Z"},
        {"until": 0},
        {"since": datetime.min.replace(tzinfo=timezone(timedelta(hours=1)))},
    ],
)
def test_a_wish_that_cannot_be_meant_is_refused(storage, wish):
    ten(storage)
    with pytest.raises(Invalid):
        storage.find(SessionQuery(**wish))
