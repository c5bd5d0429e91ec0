"""The interview's pages by plain forms."""

import re

from tests.web.pages.conftest import NEW


def message_id(page: str) -> str:
    found = re.search(r'name="message_id" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_an_answer_is_shown_in_the_transcript_and_asked_on(member, conversation):
    before = member.text(conversation)
    sent = member.send(
        f"{conversation}/answer", form_on=conversation, message_id=message_id(before), content="It was green."
    )
    assert sent.location == f"{conversation}#answer"
    assert "It was green." in member.text(conversation)


def test_the_same_form_sent_twice_is_one_answer(member, conversation):
    form = {"message_id": message_id(member.text(conversation)), "content": "It was green, and it was locked."}
    for _ in range(2):
        assert member.send(f"{conversation}/answer", form_on=conversation, **form).status_code == 302
    transcript = member.text(conversation).partition('id="question"')[0]
    assert transcript.count("It was green, and it was locked.") == 1


def test_a_suggestion_pressed_beside_typed_text_sends_both(member, conversation):
    form = {"message_id": message_id(member.text(conversation)), "content": "By the gate.", "suggested": "I'm not sure"}
    member.send(f"{conversation}/answer", form_on=conversation, **form)
    assert "By the gate.\nI&#39;m not sure" in member.text(conversation)


def test_an_empty_answer_is_refused_with_what_to_do(member, conversation):
    refused = member.send(f"{conversation}/answer", form_on=conversation, message_id="m", content=" ")
    assert refused.status_code == 422
    assert "Write an answer first" in refused.get_data(as_text=True)


def test_an_answer_to_a_paused_interview_is_not_lost(member, conversation):
    form = {"message_id": message_id(member.text(conversation)), "content": "Something long that I typed."}
    member.send(f"{conversation}/pause", form_on=conversation)
    refused = member.send(f"{conversation}/answer", form_on=conversation, **form)
    assert refused.status_code == 409
    assert "Something long that I typed." in refused.get_data(as_text=True)


def test_htmx_gets_the_changing_parts_alone(member, conversation):
    parts = member.text(conversation, headers={"HX-Request": "true"})
    assert "<html" not in parts
    targets = re.findall(r'hx-target="#([a-z-]+)"', parts)
    page = member.text(conversation)
    assert targets
    assert all(f'id="{target}"' in page for target in targets)


def test_what_somebody_says_is_never_read_as_markup(member, conversation):
    form = {"message_id": message_id(member.text(conversation)), "content": "<script>alert(1)</script> said he"}
    member.send(f"{conversation}/answer", form_on=conversation, **form)
    page = member.text(conversation)
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_person_is_added_and_removed_from_the_correction_by_buttons_alone(member, conversation):
    form = {"actors-0-name": "Sam", "actors-1-name": "Lena", "primary": "A theft"}
    added = member.send(f"{conversation}/summary", add="person", **form).get_data(as_text=True)
    assert 'name="actors-2-name"' in added
    removed = member.send(f"{conversation}/summary", remove="0", **form).get_data(as_text=True)
    assert 'name="actors-0-name" value="Lena"' in removed
    assert 'name="actors-1-name"' not in removed


def test_a_line_that_is_cleared_in_the_form_is_empty_afterwards(member, conversation):
    member.send(f"{conversation}/summary", primary="The gate", location_context="The yard")
    member.send(f"{conversation}/summary", primary="The gate", location_context="")
    page = member.text(f"{conversation}/summary")
    assert "The gate" in page
    assert "The yard" not in page


def test_a_correction_over_somebody_elses_is_refused_and_kept_on_the_page(member, conversation):
    revision = re.search(r'name="revision" value="(\d+)"', member.text(f"{conversation}/summary"))
    assert revision is not None
    member.send(f"{conversation}/summary", revision=revision[1], location_context="The yard")
    late = member.send(f"{conversation}/summary", revision=revision[1], location_context="The street")
    assert late.status_code == 409
    assert "The street" in late.get_data(as_text=True)
    assert "The yard" in member.text(f"{conversation}/summary")


def test_the_report_of_a_running_interview_says_that_it_is_not_ready(member, conversation):
    answer = member.get(f"{conversation}/report")
    assert answer.status_code == 409
    assert "The report is made at the end" in answer.get_data(as_text=True)


def test_the_report_can_be_taken_along_as_markdown_and_json(member, conversation):
    member.send(f"{conversation}/complete", form_on=conversation)
    markdown, json = member.get(f"{conversation}/report.md"), member.get(f"{conversation}/report.json")
    assert markdown.get_data(as_text=True).startswith("# Bicycle taken")
    assert json.get_json()["version"] == 1
    assert "attachment" in json.headers["Content-Disposition"]


def test_reopening_keeps_the_report_as_a_version(member, conversation):
    member.send(f"{conversation}/complete", form_on=conversation)
    member.send(f"{conversation}/reopen", form_on=conversation)
    member.send(f"{conversation}/complete", form_on=conversation)
    report = member.text(f"{conversation}/report")
    assert "Version 1" in report
    assert "version 2" in report
    assert member.get(f"{conversation}/report?version=1").status_code == 200
    assert member.get(f"{conversation}/report?version=9").status_code == 404


def test_an_assessment_is_there_only_after_somebody_asked_for_it(member, conversation):
    member.send(f"{conversation}/complete", form_on=conversation)
    assert "None was made." in member.text(f"{conversation}/report")
    member.send(f"{conversation}/assess", form_on=f"{conversation}/report")
    assert "on request" in member.text(f"{conversation}/report")
    assert "None was made." not in member.text(f"{conversation}/report")


def test_deleting_asks_first_and_then_leaves_nothing(member, conversation):
    assert "Delete for good" in member.text(f"{conversation}/delete")
    assert member.get(conversation).status_code == 200
    member.send(f"{conversation}/delete")
    assert member.get(conversation).status_code == 404


def test_the_list_shows_twenty_and_then_the_rest_and_keeps_its_filter(member):
    for count in range(22):
        member.send("/interviews/new", **{**NEW, "incident_name": f"Incident {count:02}", "summary": ""})
    first = member.text("/interviews?status=active")
    more = re.search(r'<a class="btn btn-quiet" href="([^"]+)" hx-get', first)
    assert more is not None
    rest = member.text(more[1].replace("&amp;", "&"), headers={"HX-Request": "true"})
    titles = re.findall(r'class="what"[^>]*>([^<]+)<', first + rest)
    assert sorted(titles) == [f"Incident {count:02}" for count in range(22)]
    assert "<html" not in rest
    assert member.get("/interviews?status=nonsense").status_code == 422


def test_an_over_long_summary_comes_back_whole_with_its_error(member):
    refused = member.send("/interviews/new", **{**NEW, "summary": "so " * 7_000})
    assert refused.status_code == 422
    assert ("so " * 7_000).strip() in refused.get_data(as_text=True)
    assert "At most 20,000 characters" in refused.get_data(as_text=True)


def test_an_interview_that_cannot_be_read_any_more_can_be_deleted_by_its_owner(member, conversation, settings):
    session_id = conversation.rpartition("/")[2]
    header = next((settings.data_dir / "sessions").glob(f"*/{session_id}/header.json"))
    header.write_text(header.read_text().replace('"incident_name"', '"incident_nome"').replace('"status"', '"state"'))
    assert "damaged" in member.text(f"{conversation}/delete")
    assert member.send(f"{conversation}/delete").status_code == 302
    assert member.get(f"{conversation}/delete").status_code == 404
