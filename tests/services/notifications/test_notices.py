"""A notice is shown once, to the person it is for, until they dismiss it."""

import pytest

from database.tables import NoticeRow, UserRow
from domain.actor import Actor
from domain.errors import Invalid, NotFound
from providers.events.memory import MemoryEventBus
from services.notifications import NoticeService
from services.notifications.notices import SHOWN, notice
from services.outbox import Claimed, Delivery, Effect
from services.ports import Queue

ADA, BEN = Actor(user_id="ada"), Actor(user_id="ben")


@pytest.fixture
def bus():
    bus = MemoryEventBus()
    yield bus
    bus.close()


@pytest.fixture
def notices(unified, plain, bus, clock, people):
    people("ada", "ben")
    return NoticeService(unified, plain, bus, clock)


@pytest.fixture
def deliver(unified, notices, clock):
    return lambda: Delivery(unified, {"notice": notices.handle}, clock).empty(Queue.DEFAULT)


def test_a_notice_reaches_its_person_and_wakes_the_pages_they_have_open(put, deliver, notices, bus, clock):
    notice_id = put(notice("ada", "Your export is ready", "/profile"))
    with bus.subscribe("user:ada") as ada, bus.subscribe("user:ben") as ben:
        deliver()
        assert ada.wait(5) is True
        assert ben.wait(0) is False
    (shown,) = notices.list_unread(ADA)
    assert (shown.notice_id, shown.text, shown.link) == (notice_id, "Your export is ready", "/profile")
    assert shown.created_at == clock()
    assert notices.list_unread(BEN) == []


def test_a_notice_delivered_again_is_shown_once_and_stays_dismissed(notices, clock):
    again = Claimed(
        outbox_id="n1", kind="notice", payload={"text": "Hello", "link": None}, user_id="ada", created_at=clock()
    )
    notices.handle(again)
    notices.handle(again)
    assert len(notices.list_unread(ADA)) == 1
    notices.dismiss(ADA, "n1")
    notices.handle(again)
    assert notices.list_unread(ADA) == []


def test_the_newest_are_shown_first_and_no_more_than_a_page(put, deliver, notices, clock):
    for n in range(SHOWN + 3):
        put(notice("ada", f"Number {n}"))
        clock.pass_seconds(1)
    deliver()
    assert [shown.text for shown in notices.list_unread(ADA)] == [f"Number {n}" for n in range(SHOWN + 2, 2, -1)]


def test_somebody_elses_notice_is_dismissed_by_nobody_else_and_the_answer_tells_nothing(put, deliver, notices):
    notice_id = put(notice("ada", "Hello"))
    deliver()
    refusals = []
    for missing in (notice_id, "nothing"):
        with pytest.raises(NotFound) as refused:
            notices.dismiss(BEN, missing)
        refusals.append((refused.value.code, refused.value.message))
    assert len(set(refusals)) == 1
    assert len(notices.list_unread(ADA)) == 1
    notices.dismiss(ADA, notice_id)
    notices.dismiss(ADA, notice_id)
    assert notices.list_unread(ADA) == []


def test_a_notice_to_somebody_who_is_gone_is_done_and_their_notices_go_with_them(
    put, deliver, notices, unified, plain, rows
):
    put(notice("ada", "Hello"))
    deliver()
    with unified.get_db_session() as db:
        db.query(UserRow).filter_by(user_id="ada").delete()
    outbox_id = put(notice("ada", "Hello again"))
    deliver()
    assert rows()[outbox_id].state == "done"
    with plain.session_scope() as db:
        assert db.query(NoticeRow).all() == []


@pytest.mark.parametrize("link", ["https://elsewhere.org", "//elsewhere.org", "/\\elsewhere.org", "profile", "/a\nb"])
def test_a_link_out_of_the_house_is_refused(put, deliver, notices, rows, link):
    with pytest.raises(Invalid, match="link"):
        notice("ada", "Hello", link)
    outbox_id = put(Effect(kind="notice", payload={"text": "Hello", "link": link}, user_id="ada"))
    nobody = put(Effect(kind="notice", payload={"text": "Hello"}))
    deliver()
    assert (rows()[outbox_id].state, rows()[nobody].state) == ("dead", "dead")
    assert notices.list_unread(ADA) == []
