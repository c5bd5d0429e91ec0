"""Interviews over the JSON API, with the shapes that programs rely on."""

import pytest

from tests.web.conftest import NEW_INTERVIEW

FACT_KEYS = {"topic", "claim", "quote", "message_id", "timestamp", "confidence", "source"}
ACTIONS = ("pause", "resume", "complete", "reopen", "assessment")


@pytest.fixture
def interview(alice):
    return alice.open_interview()


@pytest.fixture
def one(interview):
    return f"/api/interviews/{interview['session_id']}"


def test_an_opened_interview_has_an_id_a_first_question_and_an_address(alice):
    answer = alice.post("/api/interviews", json=NEW_INTERVIEW)
    document = answer.get_json()
    assert answer.status_code == 201
    assert document["session_id"]
    assert document["current_question"]
    assert document["status"] == "active"
    assert document["confidence_threshold"] == 90
    assert answer.headers["Location"] == f"/api/interviews/{document['session_id']}"
    assert alice.get(answer.headers["Location"]).get_json() == document


def test_the_same_key_opens_one_interview_however_often_it_is_sent(alice, bob):
    key = {"Idempotency-Key": "first-try"}
    first, again = (alice.post("/api/interviews", json=NEW_INTERVIEW, headers=key) for _ in range(2))
    assert (again.status_code, again.get_json()) == (201, first.get_json())
    assert len(alice.get("/api/interviews").get_json()["items"]) == 1
    theirs = bob.post("/api/interviews", json=NEW_INTERVIEW, headers=key)
    assert theirs.get_json()["session_id"] != first.get_json()["session_id"]


def test_a_key_that_comes_with_other_contents_is_refused(alice):
    key = {"Idempotency-Key": "first-try"}
    alice.post("/api/interviews", json=NEW_INTERVIEW, headers=key)
    other = alice.post("/api/interviews", json={**NEW_INTERVIEW, "mode": "voice"}, headers=key)
    assert (other.status_code, other.get_json()["code"]) == (409, "idempotency_key_reused")
    for odd in ("", " ", "x" * 201, "é"):
        assert alice.post("/api/interviews", json=NEW_INTERVIEW, headers={"Idempotency-Key": odd}).status_code == 422


def test_an_answer_brings_the_next_question_and_facts_that_quote_what_was_said(alice, one):
    said = "I was standing at the bus stop and I clearly saw his face."
    answer = alice.post(f"{one}/answer", json={"message_id": "m1", "content": said})
    body = answer.get_json()
    assert answer.status_code == 200
    assert set(body) == {"session", "question", "suggestions", "facts", "goals", "done"}
    assert body["question"] == body["session"]["current_question"]
    assert body["facts"]
    assert all(set(fact) >= FACT_KEYS for fact in body["facts"])
    assert {goal["topic"] for goal in body["goals"]} >= {"who", "what", "when", "where"}
    assert body["done"] is False


def test_the_same_answer_sent_again_is_answered_the_same_and_stored_once(alice, one):
    said = {"message_id": "m1", "content": "He ran towards the station."}
    first = alice.post(f"{one}/answer", json=said)
    again = alice.post(f"{one}/answer", json=said)
    assert again.get_json() == first.get_json()
    told = alice.get(f"{one}/messages").get_json()["items"]
    assert [message["message_id"] for message in told].count("m1") == 1


def test_a_report_waits_until_the_interview_is_complete_and_then_has_its_parts(alice, one):
    early = alice.get(f"{one}/report")
    assert (early.status_code, early.get_json()["code"]) == (409, "report_not_ready")
    assert alice.get(f"{one}/report.md").status_code == 409
    assert alice.post(f"{one}/complete").get_json()["status"] == "complete"
    report = alice.get(f"{one}/report").get_json()
    assert set(report) >= {"timeline", "key_facts", "contradictions", "gaps", "goals", "version", "made_at"}
    assert report["assessment"] is None
    assert all(fact["quote"] in NEW_INTERVIEW["summary"] for fact in report["key_facts"])
    markdown = alice.get(f"{one}/report.md")
    assert markdown.mimetype == "text/markdown"
    assert "Bicycle theft" in markdown.get_data(as_text=True)


def test_an_assessment_is_made_only_on_request(alice, one):
    assert alice.post(f"{one}/assessment").status_code == 409
    alice.post(f"{one}/complete")
    assert alice.post(f"{one}/assessment").get_json()["assessment"]
    assert alice.get(f"{one}/report").get_json()["assessment"]


def test_pause_resume_complete_and_reopen_move_the_interview(alice, one):
    assert alice.post(f"{one}/pause").get_json()["status"] == "paused"
    refused = alice.post(f"{one}/answer", json={"message_id": "m1", "content": "Hello?"})
    assert refused.status_code == 409
    assert alice.post(f"{one}/resume").get_json()["status"] == "active"
    assert alice.post(f"{one}/complete").get_json()["status"] == "complete"
    refused = alice.post(f"{one}/pause")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "transition_refused")
    assert alice.post(f"{one}/reopen").get_json()["status"] == "active"
    assert alice.post(f"{one}/complete").status_code == 200
    assert alice.get(f"{one}/report").get_json()["version"] == 2


def test_a_change_is_kept_and_a_corrected_summary_too(alice, one):
    corrected = {"actors": [{"name": "The man in green", "role": "suspect"}], "missing_info": ["his shoes"]}
    answer = alice.patch(one, json={"title": "The red bicycle", "extracted_summary": corrected})
    assert answer.status_code == 200
    document = alice.get(one).get_json()
    assert document["title"] == "The red bicycle"
    assert document["extracted_summary"]["actors"][0]["name"] == "The man in green"
    assert document["extracted_summary"]["missing_info"] == ["his shoes"]


def test_what_a_corrected_summary_leaves_out_is_not_emptied(alice, one):
    whole = {"point_of_conflict": {"primary": "the lock", "secondary": "the bicycle"}, "missing_info": ["his shoes"]}
    before = alice.patch(one, json={"extracted_summary": whole}).get_json()["extracted_summary"]
    assert before["actors"]
    answer = alice.patch(one, json={"extracted_summary": {"point_of_conflict": {"secondary": ""}, "actors": []}})
    conflict = {"primary": "the lock", "secondary": ""}
    assert answer.get_json()["extracted_summary"] == before | {"actors": [], "point_of_conflict": conflict}


def test_a_deleted_interview_is_gone(alice, one):
    assert alice.delete(one).status_code == 204
    assert alice.get(one).status_code == 404
    assert alice.delete(one).status_code == 404


def test_an_interview_that_cannot_be_read_any_more_can_be_deleted_by_its_owner_alone(alice, bob, one, services):
    header = services.storage._layout.header(one.rpartition("/")[2])
    header.write_text(header.read_text().replace('"witness"', '"bystander"'))
    assert alice.get(one).status_code == 500
    assert bob.delete(one).status_code == 404
    assert alice.delete(one).status_code == 204
    assert alice.get(one).status_code == 404
    assert alice.get("/api/interviews").get_json()["items"] == []


def test_lists_page_through_everything_once_and_filter(alice):
    opened = {alice.open_interview(incident_name=f"Incident {n}")["session_id"] for n in range(5)}
    paused = next(iter(opened))
    alice.post(f"/api/interviews/{paused}/pause")
    seen, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = alice.get("/api/interviews", query_string=query).get_json()
        assert set(page) == {"items", "next_cursor"}
        seen += [item["session_id"] for item in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert sorted(seen) == sorted(opened)
    only = alice.get("/api/interviews?status=paused&status=failed&mode=text").get_json()["items"]
    assert [item["session_id"] for item in only] == [paused]
    assert alice.get("/api/interviews?since=2999-01-01T00:00:00Z").get_json()["items"] == []
    assert alice.get("/api/interviews?until=2000-01-01T00:00:00%2B02:00").get_json()["items"] == []


def test_messages_page_by_their_numbers(alice, one):
    for n in range(3):
        alice.post(f"{one}/answer", json={"message_id": f"m{n}", "content": f"I saw thing number {n} there."})
    everything = alice.get(f"{one}/messages").get_json()
    assert everything["next_cursor"] is None
    numbers = [message["n"] for message in everything["items"]]
    assert numbers == list(range(1, len(numbers) + 1))
    first = alice.get(f"{one}/messages?limit=2").get_json()
    rest = alice.get(f"{one}/messages?after={first['next_cursor']}").get_json()
    assert first["items"] + rest["items"] == everything["items"]


def test_every_document_has_an_etag_and_is_not_sent_again_to_whoever_has_it(alice, one):
    for path in (one, f"{one}/messages"):
        etag = alice.get(path).headers["ETag"]
        again = alice.get(path, headers={"If-None-Match": etag})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == etag
    alice.post(f"{one}/pause")
    assert alice.get(one, headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize(("method", "tail", "body"), [
    ("PATCH", "", {"title": "Mine"}),
    ("DELETE", "", None),
    ("POST", "/pause", None),
    ("POST", "/complete", None),
    ("POST", "/answer", {"message_id": "m1", "content": "It rained."}),
])  # fmt: skip
def test_a_write_that_rests_on_an_old_version_changes_nothing(alice, one, method, tail, body):
    old = alice.get(one).headers["ETag"]
    alice.patch(one, json={"title": "Somebody was faster"})
    call = getattr(alice, method.lower())
    refused = call(one + tail, headers={"If-Match": old}, **({"json": body} if body else {}))
    assert (refused.status_code, refused.get_json()["code"]) == (412, "changed_meanwhile")
    present = alice.get(one)
    assert (present.get_json()["title"], present.get_json()["status"]) == ("Somebody was faster", "active")
    accepted = call(one + tail, headers={"If-Match": present.headers["ETag"]}, **({"json": body} if body else {}))
    assert accepted.status_code in (200, 204)


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_takes_no_body_or_an_empty_one_and_nothing_else(alice, one, action):
    alice.post(f"{one}/{action}", json={})
    refused = alice.post(f"{one}/{action}", json={"why": "because"})
    assert (refused.status_code, refused.get_json()["errors"]) == (422, {"why": ["Unknown field."]})


def test_a_browser_reads_by_cookie_and_writes_only_with_its_token_against_forgery(app, alice, one):
    from tests.web.conftest import log_in_by_cookie

    browser = app.test_client()
    log_in_by_cookie(browser, alice.user)
    assert browser.get(one).status_code == 200
    refused = browser.post(f"{one}/pause")
    assert (refused.status_code, refused.get_json()["code"]) == (400, "csrf_failed")
    token = csrf_token(app, browser)
    assert browser.post(f"{one}/pause", headers={"X-CSRFToken": token}).status_code == 200


def csrf_token(app, browser):
    """The token that a page of this browser would carry."""
    import re

    page = browser.get("/api/docs").get_data(as_text=True)
    return re.search(r'data-csrf="([^"]+)"', page)[1]
