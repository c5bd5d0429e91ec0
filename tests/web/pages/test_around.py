"""The pages around the interview: the door, home, the permanent address, the account."""

from datetime import UTC, datetime, timedelta

from domain.training import SessionDate
from tests.web.conftest import PASSWORD, log_in_by_cookie


def plan_training(services, owner: str, **fields):
    start = datetime.now(UTC) + timedelta(hours=3)
    date = SessionDate(start=start, time_zone="Europe/Berlin", wall_clock=start.strftime("%Y-%m-%dT%H:%M"))
    return services.sessions(owner).create_session(
        "training", title=fields.pop("title"), session_date=date, instructor_id=owner, **fields
    )


def test_the_door_shows_public_trainings_and_no_others(visitor, services, prepared):
    owner = prepared.users["alice"].user_id
    plan_training(services, owner, title="Open to all", is_public=True, members_only=False)
    plan_training(services, owner, title="Between ourselves")
    page = visitor.text("/")
    assert "Open to all" in page
    assert "in 3 hours" in page
    assert "Between ourselves" not in page


def test_a_broadcast_is_at_the_door_only_when_its_channel_is_public(visitor, services, prepared):
    own = services.sessions(prepared.users["alice"].user_id)
    for title, extra in (("For everybody", {"visibility": "public"}), ("For nobody", {})):
        live = own.create_session("live", title=title, channel_id=title, extra=extra)
        for status in ("ready", "publishing", "live"):
            own.transition(live.session_id, status, by="test")
    page = visitor.text("/")
    assert "For everybody" in page
    assert "For nobody" not in page


def test_home_is_whole_with_nothing_in_it(member):
    page = member.text("/dashboard")
    for words in ("Now", "Next", "Waiting for you", "Open your first interview"):
        assert words in page


def test_home_goes_on_with_the_newest_interview_and_lists_the_others_as_waiting(member, conversation):
    from tests.web.pages.conftest import NEW

    member.send("/interviews/new", **{**NEW, "incident_name": "The newest"})
    member.send(f"{conversation}/pause", form_on=conversation)
    page = member.text("/dashboard")
    now, _, rest = page.partition('id="waiting-head"')
    waiting = rest.partition('id="recent-head"')[0]
    assert "The newest" in now
    assert "Continue" in now
    assert "Bicycle taken" in waiting
    assert "Waits to be resumed" in waiting


def test_a_planned_training_of_mine_stands_under_next_with_its_countdown(member, services, prepared):
    plan_training(services, prepared.users["alice"].user_id, title="First aid")
    page = member.text("/dashboard")
    assert "First aid" in page
    assert "in 3 hours" in page


def test_the_permanent_address_leads_to_the_conversation_and_later_to_the_report(member, conversation):
    address = conversation.replace("/interviews/", "/s/")
    assert member.get(address).location == conversation
    member.send(f"{conversation}/complete", form_on=conversation)
    assert member.get(address).location == f"{conversation}/report"


def test_the_permanent_address_of_somebody_elses_interview_says_what_a_missing_one_says(
    app, visitor, conversation, prepared
):
    address, missing = conversation.replace("/interviews/", "/s/"), "/s/00000000-0000-4000-8000-000000000000"
    assert visitor.get(address).status_code == visitor.get(missing).status_code == 302
    assert visitor.get(address).location.startswith("/login?next=")
    bob = app.test_client()
    log_in_by_cookie(bob, prepared.users["bob"])
    assert bob.get(address).status_code == bob.get(missing).status_code == 404


def test_a_training_has_a_card_that_the_right_people_see(app, visitor, services, prepared):
    owner = prepared.users["alice"].user_id
    public = plan_training(services, owner, title="Open to all", is_public=True, members_only=False)
    ours = plan_training(services, owner, title="Between ourselves")
    bob = app.test_client()
    log_in_by_cookie(bob, prepared.users["bob"])
    assert "Open to all" in visitor.text(f"/s/{public.session_id}")
    assert visitor.get(f"/s/{ours.session_id}").status_code == 302
    assert "Between ourselves" in bob.get(f"/s/{ours.session_id}").get_data(as_text=True)


def test_times_are_in_the_zone_of_the_reader(member, services, prepared, conversation):
    user = prepared.users["alice"]
    opened = services.storage.load(conversation.rpartition("/")[2]).created_at
    services.accounts.set_profile(user.user_id, time_zone="Asia/Tokyo")
    tokyo = (opened + timedelta(hours=9)).strftime("%H:%M")
    assert f"Today, {tokyo}" in member.text(conversation) or f"Tomorrow, {tokyo}" in member.text(conversation)


def test_a_login_goes_on_to_where_one_was_heading_and_never_to_another_host(visitor):
    login = {"email": "alice@example.org", "password": PASSWORD}
    assert visitor.send("/login?next=/interviews/new", **login).location == "/interviews/new"


def test_a_login_with_another_host_in_next_leads_home(visitor):
    login = {"email": "alice@example.org", "password": PASSWORD}
    assert visitor.send("/login?next=//evil.example", **login).location == "/dashboard"


def test_a_wrong_password_is_refused_in_words_that_name_neither_part(visitor):
    refused = visitor.send("/login", email="alice@example.org", password="not it")
    assert refused.status_code == 401
    assert "do not belong together" in refused.get_data(as_text=True)


def test_name_and_zone_are_kept_and_a_zone_that_is_none_is_refused(member):
    assert member.send("/account", display_name="Alice B.", time_zone="Europe/Berlin").status_code == 302
    page = member.text("/account")
    assert 'value="Alice B."' in page
    assert '<option selected value="Europe/Berlin">' in page
    assert member.send("/account", display_name="Alice", time_zone="Mars/Olympus").status_code == 422


def test_a_changed_password_keeps_this_login_and_ends_the_others(app, member, prepared):
    other = app.test_client()
    log_in_by_cookie(other, prepared.users["alice"])
    changed = member.send(
        "/account/password", form_on="/account", current_password=PASSWORD, new_password="another long sentence here"
    )
    assert changed.status_code == 302
    assert member.get("/dashboard").status_code == 200
    assert other.get("/dashboard").status_code == 302


def test_a_wrong_present_password_changes_nothing_and_says_so_at_the_field(member):
    refused = member.send(
        "/account/password", form_on="/account", current_password="wrong", new_password="another long sentence here"
    )
    assert refused.status_code == 422
    assert 'id="current_password-errors"' in refused.get_data(as_text=True)


def test_the_theme_is_kept_in_a_cookie_and_drawn_by_the_server(visitor):
    chosen = visitor.client.post(
        "/theme", data={"theme": "dark", "csrf_token": csrf_of(visitor)}, headers={"Referer": "http://localhost/login"}
    )
    assert chosen.location == "/login"
    assert 'data-theme="dark"' in visitor.text("/login")


def test_leaving_for_another_host_by_the_theme_button_is_not_possible(visitor):
    chosen = visitor.client.post(
        "/theme", data={"theme": "dark", "csrf_token": csrf_of(visitor)}, headers={"Referer": "http://evil.example/x"}
    )
    assert chosen.location == "/"


def csrf_of(browser) -> str:
    from tests.web.pages.conftest import TOKEN

    found = TOKEN.search(browser.text("/login"))
    assert found is not None
    return found[1]


def test_search_lists_a_persons_own_sessions_by_the_words_of_their_title(member, conversation, services, prepared):
    plan_training(services, prepared.users["bob"].user_id, title="Bicycle repair of Bob")
    page = member.text("/search?q=taken+BICYCLE")
    assert "Bicycle taken" in page
    assert "of Bob" not in page
    assert "None of yours is called that" in member.text("/search?q=zeppelin")
    assert "Your sessions, by their title" in member.text("/search")


def test_a_search_text_is_shown_escaped_and_a_bad_one_is_refused(member):
    assert "<script>alert" not in member.text("/search?q=<script>alert(1)</script>")
    assert member.get("/search?q=" + "x" * 201).status_code == 422
    assert member.get("/search?q=%00").status_code == 422
