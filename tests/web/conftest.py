"""The whole application on the file storage and a real Redis, and people and programs that use it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from domain.actor import Role
from domain.login import Login, Origin
from domain.user import User
from settings import Settings
from web.services import EXTENSION
from web_app import create_app

PASSWORD = "correct horse battery staple"


class Prepared:
    """A data folder with its tables and two users, made once: each test begins with a copy of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.users: dict[str, User] = {}
        self.tokens: dict[str, str] = {}
        for app in serve(settings_in(folder)):
            services = app.extensions[EXTENSION]
            services.prepare()
            for name in ("alice", "bob"):
                self.users[name] = make_user(app, name)
                self.tokens[name] = services.tokens.issue(f"{name}@example.org", PASSWORD).access_token


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return Prepared(tmp_path_factory.mktemp("prepared"))


@pytest.fixture
def settings(tmp_path: Path, redis_url: str, prepared: Prepared) -> Settings:
    shutil.copytree(prepared.folder, tmp_path / "data")
    return settings_in(tmp_path / "data", REDIS_URL=redis_url)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    yield from serve(settings)


@pytest.fixture
def services(app: Flask) -> Any:
    return app.extensions[EXTENSION]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor."""
    return app.test_client()


@pytest.fixture
def alice(app: Flask, prepared: Prepared) -> "Program":
    return Program(app, prepared.users["alice"], prepared.tokens["alice"])


@pytest.fixture
def bob(app: Flask, prepared: Prepared) -> "Program":
    return Program(app, prepared.users["bob"], prepared.tokens["bob"])


@pytest.fixture
def no_forgery_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal for the missing token would hide what the route itself answers."""
    monkeypatch.setattr("web.forms.WRITES", frozenset())
    monkeypatch.setattr("web.auth.WRITES", frozenset())


def settings_in(folder: Path, **environ: str) -> Settings:
    """The settings of an installation in this folder, whatever the environment of the test run says."""
    folder.mkdir(exist_ok=True)
    base = {
        "GREENROOM_DATA_DIR": str(folder),
        "GREENROOM_LOG_LEVEL": "error",
        "GREENROOM_API_LIMIT": "1000000 per minute",  # tests ask faster than people; those of the limit set their own
        "PUBLIC_URL": "http://localhost",
    }
    return Settings.from_env({**base, **environ}, dotenv=folder / "no.env")


def serve(settings: Settings) -> Iterator[Flask]:
    """An application that is ready to answer, closed afterwards."""
    app = create_app(settings)
    yield app
    app.extensions[EXTENSION].close()


def make_user(app: Flask, name: str, roles: frozenset[Role] = frozenset({Role.MEMBER})) -> User:
    """A user with the password of all our users."""
    services = app.extensions[EXTENSION]
    return services.accounts.create_user(
        email=f"{name}@example.org", password=PASSWORD, roles=roles, display_name=name.title()
    )


class Program:
    """A program that acts for one user by bearer token."""

    def __init__(self, app: Flask, user: User, token: str) -> None:
        self.app = app
        self.user = user
        self.headers = {"Authorization": f"Bearer {token}"}

    def __getattr__(self, method: str) -> Callable[..., TestResponse]:
        def call(path: str, **options: Any) -> TestResponse:
            headers = {**self.headers, **options.pop("headers", {})}
            return self.app.test_client().open(path, method=method.upper(), headers=headers, **options)

        return call

    def open_interview(self, **changes: Any) -> dict[str, Any]:
        """Open an interview and return its document."""
        answer = self.post("/api/interviews", json={**NEW_INTERVIEW, **changes})
        assert answer.status_code == 201, answer.data
        return answer.get_json()


NEW_INTERVIEW = {
    "incident_name": "Bicycle theft",
    "interviewee_name": "Nadia Okafor",
    "interviewee_role": "witness",
    "summary": "On Tuesday at about four in the afternoon a man cut the lock of a red bicycle outside the library.",
}


def log_in_by_cookie(client: FlaskClient, user: User, **options: Any) -> Login:
    """Put a login into the browser's cookie, as the login page does."""
    services = client.application.extensions[EXTENSION]
    login: Login = services.logins.begin(user, Origin("127.0.0.1", "Mozilla/5.0 (X11; Linux) Firefox/140.0"))
    with client.session_transaction(**options) as session:
        session["_user_id"] = login.login_id
        session["_fresh"] = True
    return login
