"""The demo shows a finished and a running interview, conducted for real."""

import bootstrap
from domain.actor import Actor
from scripts.demo import EMAIL, seed
from settings import Settings


def seeded(tmp_path, monkeypatch):
    """The application after `seed`, and the user who may log in with the password that it printed."""
    monkeypatch.setenv("GREENROOM_DATA_DIR", str(tmp_path))
    password = seed()
    app = bootstrap.build(Settings.from_env())
    return app, app.accounts.check_password(EMAIL, password)


def test_the_demo_holds_a_report_and_an_open_question(tmp_path, monkeypatch):
    app, user = seeded(tmp_path, monkeypatch)
    actor = Actor(user_id=user.user_id, roles=user.roles)
    found = {row.session_id: row.status for row in app.interviews.list_interviews(actor).items}
    assert found["demo-complete-001"] == "complete"
    assert found["demo-active-001"] == "active"
    report = app.interviews.report(actor, "demo-complete-001")
    assert any("Do you think I am blind?" in fact.quote for fact in report.key_facts)
    running = app.interviews.load(actor, "demo-active-001")
    assert running.current_question
    assert running.turn_count == 4
    app.close()
