"""The door for guests, what they see behind it, and what they do not."""

import json

import pytest

from tests.web.conftest import NEW_INTERVIEW, log_in_by_cookie
from tests.web.pages.conftest import Browser


@pytest.fixture
def owner(services, prepared):
    return services.accounts.actor_of(prepared.users["alice"], "r")


@pytest.fixture
def interview(services, owner):
    return services.interviews.open(owner, **NEW_INTERVIEW).session_id


@pytest.fixture
def page(interview):
    return f"/interviews/{interview}"


@pytest.fixture
def link(services, owner, interview):
    return services.guests.invite(owner, interview, guest_name="Gus <b>")


@pytest.fixture
def guest(visitor, link):
    assert visitor.send(f"/g/{link.token}").status_code == 302
    return visitor


def test_a_link_says_who_asks_and_nobody_is_in_before_they_say_so(services, owner, visitor, link, page):
    text = visitor.text(f"/g/{link.token}")
    assert "Gus &lt;b&gt;" in text
    assert "Alice" in text
    assert visitor.get(page).status_code == 302
    assert services.guests.list_links(owner, link.session_id)[0].last_seen_at is None


def test_a_guest_reads_the_conversation_and_answers(services, owner, guest, page, interview):
    assert "cut the lock of a red bicycle" in guest.text(page)
    answer = guest.send(f"{page}/answer", form_on=page, message_id="g1", content="I saw a man with a saw.")
    assert answer.status_code == 302
    assert "I saw a man with a saw." in [said.content for said in services.interviews.messages(owner, interview)]
    assert services.guests.list_links(owner, interview)[0].last_seen_at


def test_a_guest_sees_nothing_but_the_conversation(guest, page):
    for text in (guest.text(page), guest.text(page, headers={"HX-Request": "true"})):
        assert not [
            word for word in ("/guests", "/report", "/summary", "/pause", "/delete", 'id="panel') if word in text
        ]


@pytest.mark.parametrize("path", ["/report", "/report.md", "/report.json", "/summary", "/guests", "/delete"])
def test_a_guest_gets_no_other_page_of_the_interview(guest, page, path):
    assert guest.get(page + path).status_code in (302, 404)


@pytest.mark.parametrize("path", ["pause", "resume", "complete", "reopen", "delete", "assess", "summary", "guests"])
def test_a_guest_does_nothing_else_with_the_interview(services, owner, guest, page, interview, path):
    answer = guest.send(f"{page}/{path}", form_on=page, guest_name="Friend", days="7")
    assert answer.status_code in (302, 404, 405)
    assert answer.status_code != 302 or answer.location.startswith("/login")
    assert services.interviews.load(owner, interview, messages=0).status == "active"
    assert len(services.guests.list_links(owner, interview)) == 1


@pytest.mark.parametrize("path", ["", "/messages", "/report", "/report.md", "/guest-links"])
def test_a_guest_has_no_api_but_the_events(guest, interview, path):
    assert guest.get(f"/api/interviews/{interview}{path}").status_code == 401


def test_a_guest_gets_no_other_interview_of_the_owner(services, owner, guest):
    other = services.interviews.open(owner, **NEW_INTERVIEW).session_id
    assert guest.get(f"/interviews/{other}").status_code == 302
    assert guest.get(f"/api/interviews/{other}/events").status_code == 401


def test_a_guest_who_is_shut_out_is_out_at_once(services, owner, guest, page, link, interview):
    services.guests.end(owner, interview, link.link_id)
    assert guest.get(page).status_code == 302
    assert guest.get(f"/api{page}/events").status_code == 401
    assert guest.get(f"/g/{link.token}").status_code == 404


def test_an_ended_link_stays_out_though_another_lets_the_same_browser_in(services, owner, guest, page, link, interview):
    other = services.guests.invite(owner, interview, guest_name="Gus")
    guest.send(f"/g/{other.token}")
    services.guests.end(owner, interview, link.link_id)
    assert guest.get(page).status_code == 200
    services.guests.end(owner, interview, other.link_id)
    assert guest.get(page).status_code == 302


def test_a_member_who_follows_a_link_is_a_guest_there_and_themselves_elsewhere(app, prepared, link, page):
    bob = Browser(app.test_client())
    log_in_by_cookie(bob.client, prepared.users["bob"])
    assert bob.get(page).status_code == 404
    bob.send(f"/g/{link.token}")
    assert bob.get(page).status_code == 200
    assert "bob@example.org" in bob.text("/account/security")
    assert bob.get(f"{page}/report").status_code == 404


def test_the_owner_who_follows_the_link_stays_the_owner(member, link, page):
    member.send(f"/g/{link.token}")
    assert f"{page}/guests" in member.text(page)


def test_a_link_for_nobody_says_so(visitor):
    answer = visitor.get("/g/" + "x" * 43)
    assert answer.status_code == 404
    assert "Ask whoever sent it" in answer.get_data(as_text=True)


def events(answer):
    """Name and data of every event up to the end of a stream that is over."""
    found = []
    for block in answer.get_data(as_text=True).split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line and not line.startswith(":"))
        if "event" in fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def test_the_events_of_a_guest_tell_what_was_said_and_not_what_was_made_of_it(app, guest, interview):
    app.config["STREAM_SECONDS"] = 0
    told = events(guest.get(f"/api/interviews/{interview}/events"))
    messages = [data for name, data in told if name == "message"]
    assert messages
    assert not any(message["meta"] for message in messages)
    assert [name for name, _ in told][-2:] == ["state", "bye"]


def shut_out_guest(services, owner, link):
    services.guests.end(owner, link.session_id, link.link_id)


def suspended_owner(services, owner, _link):
    services.accounts.suspend(owner.user_id)


@pytest.mark.parametrize("end", [shut_out_guest, suspended_owner])
def test_an_open_stream_ends_when_its_guest_is_shut_out(services, owner, guest, link, interview, end):
    assert closes_with(guest, interview, lambda: end(services, owner, link)) == "login_required"


@pytest.mark.parametrize("end", ["logout", "password"])
def test_an_open_stream_ends_with_the_login_behind_it(services, owner, app, prepared, interview, end):
    browser = Browser(app.test_client())
    login = log_in_by_cookie(browser.client, prepared.users["alice"])
    ends = {
        "logout": lambda: services.logins.end(owner, login.login_id),
        "password": lambda: services.accounts.set_password(owner.user_id, "another horse battery staple"),
    }
    assert closes_with(browser, interview, ends[end]) == "login_required"


def closes_with(browser, interview, end):
    """The reason that an open stream gives once this happened and the interview is changed."""
    answer = browser.get(f"/api/interviews/{interview}/events", buffered=False)
    pieces = iter(answer.response)
    while b"event: state" not in as_bytes(next(pieces)):
        pass
    end()
    rest = b"".join(as_bytes(piece) for piece in woken(browser, interview, pieces))
    answer.close()
    return json.loads(rest.partition(b"event: bye\ndata: ")[2].partition(b"\n")[0])["reason"]


def woken(browser, interview, pieces):
    """What the stream still tells; the bus wakes it, as any change would."""
    browser.client.application.extensions["greenroom"].bus.publish(f"session:{interview}")
    return pieces


def as_bytes(piece):
    return piece if isinstance(piece, bytes) else piece.encode()
