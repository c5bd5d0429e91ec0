"""A page costs the same at any depth: every order that lists use comes straight out of an index."""

from datetime import timedelta

import pytest

from domain import clock
from storage.cursor import Cursor
from storage.query import SessionQuery
from storage.sql import finding
from tests.storage.sql.samples import interview

QUERIES = {
    "everything": SessionQuery(),
    "of an owner": SessionQuery(user_id="u1"),
    "of an owner in a status": SessionQuery(user_id="u1", statuses=["active"]),
    "of an owner in one of two statuses": SessionQuery(user_id="u1", statuses=["active", "paused"]),
    "of an owner by start": SessionQuery(user_id="u1", order="starts_at"),
    "of a kind": SessionQuery(kind="interview"),
    "of an owner and a kind in a status": SessionQuery(user_id="u1", kind="interview", statuses=["active"]),
    "of a kind in a status": SessionQuery(kind="interview", statuses=["active"]),
    "in a status": SessionQuery(statuses=["active"]),
    "of a mode": SessionQuery(mode="voice"),
    "of a kind in a status by start": SessionQuery(kind="interview", statuses=["active"], order="starts_at"),
    "of a parent by start": SessionQuery(parent_id="p1", order="starts_at"),
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_page_in_the_middle_is_read_from_an_index_without_sorting(tmp_path, opened, monkeypatch, query):
    storage = opened(f"sqlite:///{tmp_path}/sessions.sqlite")
    storage.prepare()
    asked = []
    monkeypatch.setattr(storage._db, "read", lambda text, parameters: asked.append((text, parameters)) or [])
    finding.find(storage._db, query, Cursor(clock.now(), "s1"), 51)
    monkeypatch.undo()
    text, parameters = asked[0]
    plan = " ".join(row[3] for row in storage._db.read(f"EXPLAIN QUERY PLAN {text}", parameters))
    assert "USING INDEX ix_sessions_" in plan
    assert "TEMP B-TREE" not in plan or "CO-ROUTINE" in plan, "only walks that were cut to a page may be sorted"
    assert "(created_at,session_id)<" in plan or "starts_at" in plan


def test_pages_have_neither_gaps_nor_repetitions_when_many_sessions_share_a_time(storage):
    now = clock.now()
    ids = {storage.create(interview(created_at=now - timedelta(milliseconds=i // 5))).session_id for i in range(23)}
    query, seen = SessionQuery(user_id="u1", limit=4), []
    while True:
        page = storage.find(query)
        seen += [item.session_id for item in page.items]
        if page.next_cursor is None:
            break
        query = SessionQuery(user_id="u1", limit=4, cursor=page.next_cursor)
    assert len(seen) == 23
    assert set(seen) == ids
