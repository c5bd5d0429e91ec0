"""What a browser is called in the list of logins."""

import pytest

from services.accounts.devices import device_name

MOZILLA = "Mozilla/5.0"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("said", "called"),
    [
        (f"{MOZILLA} (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/140.0 Safari/537.36", "Chrome on Windows"),
        (f"{MOZILLA} (Windows NT 10.0) {WEBKIT} Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        (f"{MOZILLA} (Windows NT 10.0) {WEBKIT} Chrome/140.0 Safari/537.36 OPR/120.0", "Opera on Windows"),
        (f"{MOZILLA} (Linux; Android 16) {WEBKIT} Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        (f"{MOZILLA} (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari on iPhone"),
        (f"{MOZILLA} (iPad; CPU OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari on iPad"),
        (f"{MOZILLA} (Macintosh; Intel Mac OS X 15) Version/19.0 Safari/605.1", "Safari on macOS"),
        (f"{MOZILLA} (X11; CrOS x86_64) {WEBKIT} Chrome/140.0 Safari/537.36", "Chrome on ChromeOS"),
        ("Firefox/140.0", "Firefox"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("python-requests/2.32 extra words", "python-requests/2.32"),
    ],
)
def test_a_login_is_called_as_its_owner_would_call_the_device(said, called):
    assert device_name(said) == called


@pytest.mark.parametrize("said", ["", "   ", "\x1b[31mred", "\u202etxt.exe", "\x00"])
def test_what_says_nothing_that_can_be_shown_is_called_unknown(said):
    assert device_name(said) == "Unknown program"


def test_a_name_is_short_whatever_was_said():
    assert len(device_name("x" * 10_000)) == 60
