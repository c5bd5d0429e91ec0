"""How the engine answers a page: from an index and in its order, whatever is asked and however deep."""

from datetime import timedelta

import pytest

from storage.base import SessionQuery
from storage.cursor import Cursor
from storage.mongo.queries import page_filter, page_order
from tests.contract.storage.samples import NOON, interview, training

pytestmark = pytest.mark.mongo

CASES = {
    "everything": SessionQuery(),
    "of an owner": SessionQuery(user_id="ada"),
    "of an owner in one status": SessionQuery(user_id="ada", statuses=["active"]),
    "of an owner in two statuses": SessionQuery(user_id="ada", statuses=["active", "paused"]),
    "of an owner since then": SessionQuery(user_id="ada", since=NOON + timedelta(minutes=10)),
    "of an owner by kind": SessionQuery(user_id="ada", kind="interview"),
    "what comes next": SessionQuery(order="starts_at"),
    "what comes next of a kind in one status": SessionQuery(
        kind="training", statuses=["scheduled"], order="starts_at", since=NOON
    ),
    "what comes next of a kind in two statuses": SessionQuery(
        kind="training", statuses=["live", "scheduled"], order="starts_at", since=NOON
    ),
    "what comes next of an event": SessionQuery(parent_id="event-1", order="starts_at"),
}


@pytest.fixture
def many(storage):
    """Interviews and trainings, several in each minute."""
    interviews = [
        interview(f"i-{n}", ("ada", "bob")[n % 2], revision=1, created_at=NOON + timedelta(minutes=n // 5))
        for n in range(600)
    ]
    trainings = [
        training(
            f"t-{n}",
            revision=1,
            created_at=NOON + timedelta(minutes=n),
            start=NOON + timedelta(hours=n),
            parent_id=("event-1", "event-2")[n % 2],
        )
        for n in range(300)
    ]
    storage.write_many([*interviews, *trainings])
    return storage


def plan_of(database, query, place=None):
    found = database.sessions.find(page_filter(query, place), sort=page_order(query), limit=query.limit)
    return found.explain()


def stages(plan):
    """The names of all steps of a plan."""
    inner = [plan.get("inputStage"), *plan.get("inputStages", [])]
    return {plan["stage"]}.union(*(stages(step) for step in inner if step))


@pytest.mark.parametrize("deep", [False, True], ids=["first page", "deep page"])
@pytest.mark.parametrize("query", CASES.values(), ids=CASES)
@pytest.mark.usefixtures("many")
def test_a_page_comes_from_an_index_and_is_never_sorted_in_memory(database, query, deep):
    place = Cursor(NOON + timedelta(hours=2), "i-100") if deep else None
    names = stages(plan_of(database, query, place)["queryPlanner"]["winningPlan"])
    assert not names & {"COLLSCAN", "SORT"}, names
    assert "IXSCAN" in names


@pytest.mark.usefixtures("many")
def test_a_filter_that_no_index_orders_is_seen_as_sorted_in_memory(database):
    """The control: the plan does say so when the engine sorts."""
    plan = database.sessions.find({"user_id": "ada"}, sort=[("title", 1)]).explain()
    assert "SORT" in stages(plan["queryPlanner"]["winningPlan"])


@pytest.mark.usefixtures("many")
def test_a_deep_page_reads_little_more_than_itself(database):
    place = Cursor(NOON + timedelta(minutes=60), "i-301")
    plan = plan_of(database, SessionQuery(user_id="ada", limit=50), place)
    assert plan["executionStats"]["totalKeysExamined"] <= 60


def test_pages_among_sessions_of_one_millisecond_neither_repeat_nor_skip(storage):
    storage.write_many([interview(f"i-{n:03}", revision=1) for n in range(130)])
    seen, cursor = [], None
    while True:
        page = storage.find(SessionQuery(user_id="ada", limit=50, cursor=cursor))
        seen += [row.session_id for row in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [f"i-{n:03}" for n in range(129, -1, -1)]


def test_a_slice_of_messages_reads_only_itself(storage, database):
    storage.write_many([interview("i-1", revision=1)])
    database.session_messages.insert_many(
        [
            {"_id": {"s": "i-1", "id": str(n)}, "n": n, "life": "x", "role": "note", "content": "", "timestamp": NOON}
            for n in range(1, 2_001)
        ]
    )
    wanted = {"_id.s": "i-1", "n": {"$gt": 1_900, "$lte": 1_910}}
    plan = database.session_messages.find(wanted, sort=[("_id.s", 1), ("n", 1)]).explain()
    assert plan["executionStats"]["totalDocsExamined"] == 10
    assert not stages(plan["queryPlanner"]["winningPlan"]) & {"COLLSCAN", "SORT"}
