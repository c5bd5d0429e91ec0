"""Whose address is counted when logins are limited: that of the connection, or what the proxies in front appended.

A thousand forged ones are in `attacks/test_forged_addresses.py`.
"""

import random
import shutil
from ipaddress import IPv4Address

import pytest

from domain.errors import LoginFailed
from tests.web.conftest import serve, settings_in

ALLOWED = 30
"""Attempts that one address may make in a minute."""
PROXY = "10.0.0.1"


@pytest.fixture
def behind(tmp_path, prepared, redis_url, monkeypatch):
    """Gives a client of an installation behind so many proxies, where every attempt to log in fails at once."""

    def open_app(proxies):
        shutil.copytree(prepared.folder, tmp_path / "data")
        chosen = settings_in(tmp_path / "data", REDIS_URL=redis_url, GREENROOM_TRUSTED_PROXIES=str(proxies))
        opened.append(serve(chosen))
        app = next(opened[-1])
        monkeypatch.setattr(type(app.extensions["greenroom"].accounts), "check_password", refuse)
        return app.test_client()

    opened = []
    yield open_app
    for each in opened:
        assert next(each, None) is None


def refuse(*_args):
    raise LoginFailed("no")


def attempt(client, n, **headers):
    """The status of an attempt at an account that nobody aimed at before."""
    body = {"email": f"user{n}@example.org", "password": "wrong"}
    return client.post("/api/auth/token", json=body, headers=headers, environ_base={"REMOTE_ADDR": PROXY}).status_code


def random_address():
    return str(IPv4Address(random.getrandbits(32)))


def test_two_visitors_behind_one_proxy_have_limits_of_their_own(behind):
    client = behind(1)
    first = [attempt(client, n, **{"X-Forwarded-For": "192.0.2.1"}) for n in range(ALLOWED + 1)]
    second = [attempt(client, 100 + n, **{"X-Forwarded-For": "192.0.2.2"}) for n in range(ALLOWED + 1)]
    assert first == second == [401] * ALLOWED + [429]


@pytest.mark.parametrize(("proxies", "appended"), [(1, "192.0.2.1"), (2, "192.0.2.1, 10.0.0.2")])
def test_what_a_visitor_forges_in_front_of_what_the_proxies_appended_does_not_help(behind, proxies, appended):
    client = behind(proxies)
    forged = (f"{random_address()}, {random_address()}, {appended}" for _ in range(ALLOWED + 10))
    statuses = [attempt(client, n, **{"X-Forwarded-For": value}) for n, value in enumerate(forged)]
    assert statuses == [401] * ALLOWED + [429] * 10


def test_whoever_comes_without_passing_all_proxies_is_counted_by_the_connection(behind):
    client = behind(2)
    statuses = [attempt(client, n, **{"X-Forwarded-For": random_address()}) for n in range(ALLOWED + 1)]
    assert statuses == [401] * ALLOWED + [429]


@pytest.mark.parametrize("proxies", [0, 1])
def test_no_header_says_what_the_host_port_or_path_is(behind, proxies):
    client = behind(proxies)

    @client.application.get("/where")
    def where():
        from flask import request

        return [request.host, request.script_root, request.scheme]

    forged = {"Host": "evil.example", "Port": "1", "Prefix": "/evil", "Proto": "https"}
    headers = {f"X-Forwarded-{name}": value for name, value in forged.items()}
    assert client.get("/where", headers=headers).get_json() == ["localhost", "", "https" if proxies else "http"]
