"""`scripts/mail.py`, as an operator calls it."""

from functools import partial

import pytest

from tests.engines.smtp_server import read
from tests.house.running import free_port
from tests.scripts.calling import call, migrated


@pytest.fixture
def send(tmp_path):
    migrated(tmp_path)
    return partial(call, "mail.py", tmp_path, "send-test", "--to")


def test_a_test_mail_is_handed_on_with_the_settings_as_they_are(send, tmp_path, smtp_server):
    sent = send("ada@example.org")
    (file,) = (tmp_path / "data" / "mail").glob("*.eml")
    assert (sent.returncode, sent.stderr) == (0, "")
    assert sent.stdout == f"Handed on by file, into {tmp_path / 'data' / 'mail'}: <{file.stem}@localhost>\n"
    url = f"smtp://127.0.0.1:{smtp_server.port}?tls=off"
    sent = send("ada@example.org", GREENROOM_MAIL="smtp", SMTP_URL=url, GREENROOM_MAIL_FROM="Us <us@example.org>")
    assert sent.returncode == 0, sent.stderr
    (message,) = (read(content) for content in smtp_server.messages)
    assert (message["From"], message["To"]) == ("Us <us@example.org>", "ada@example.org")


def test_a_server_that_is_away_is_told_with_its_reason_and_never_with_the_password(send):
    url = f"smtps://me:hunter2@127.0.0.1:{free_port()}"
    refused = send("ada@example.org", GREENROOM_MAIL="smtp", SMTP_URL=url)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "127.0.0.1" in refused.stderr
    assert "refused" in refused.stderr
    assert "hunter2" not in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_bad_address_a_bad_setting_and_wrong_usage_are_told_apart(send, tmp_path):
    assert send("ada").returncode == 1
    bad = send("ada@example.org", GREENROOM_MAIL="smtp")
    assert bad.returncode == 2
    assert bad.stderr.startswith("mail: SMTP_URL")
    assert call("mail.py", tmp_path, "send-test").returncode == 2


def test_help_shows_examples_and_exit_codes(tmp_path):
    shown = call("mail.py", tmp_path, "--help")
    assert shown.returncode == 0
    assert "mail.py send-test --to" in shown.stdout
    assert "Exit codes" in shown.stdout
