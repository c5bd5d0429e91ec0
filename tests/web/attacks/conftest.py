"""What the attackers of this folder share: installations of their own, and logins that cost no hashing."""

import shutil

import pytest

from domain.errors import LoginFailed
from tests.web.conftest import serve, settings_in
from web.limits import limiter


@pytest.fixture
def installed(tmp_path, prepared, redis_url):
    """Opens an application with these settings on a copy of the prepared folder."""
    opened = []

    def open_app(**environ):
        folder = tmp_path / f"installation-{len(opened)}"
        shutil.copytree(prepared.folder, folder)
        opened.append(serve(settings_in(folder, REDIS_URL=redis_url, **environ)))
        return next(opened[-1])

    yield open_app
    for each in opened:
        assert next(each, None) is None


@pytest.fixture
def every_login_succeeds(prepared, services, monkeypatch):
    """Whatever is typed, Alice comes in, at once and as often as she likes."""
    monkeypatch.setattr(limiter, "enabled", False)
    monkeypatch.setattr(type(services.accounts), "check_password", lambda *_: prepared.users["alice"])


@pytest.fixture
def every_login_fails(services, monkeypatch):
    """At once, so that thousands can be tried."""

    def refuse(*_):
        raise LoginFailed("no")

    monkeypatch.setattr(type(services.accounts), "check_password", refuse)
