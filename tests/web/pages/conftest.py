"""Pages as a browser without a script asks for them."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.conftest import Prepared, log_in_by_cookie

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """A browser without a script: it follows links and sends forms."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **options) -> TestResponse:
        return self.client.get(path, **options)

    def text(self, path: str, **options) -> str:
        return self.get(path, **options).get_data(as_text=True)

    def send(self, path: str, *, form_on: str | None = None, headers=None, **fields: str) -> TestResponse:
        """Send a form with the token of the page it stands on."""
        found = TOKEN.search(self.text(form_on or path))
        assert found is not None
        return self.client.post(path, data={"csrf_token": found[1], **fields}, headers=headers)


@pytest.fixture
def visitor(app: Flask) -> Browser:
    return Browser(app.test_client())


@pytest.fixture
def member(app: Flask, prepared: Prepared) -> Browser:
    """Alice, logged in."""
    client = app.test_client()
    log_in_by_cookie(client, prepared.users["alice"])
    return Browser(client)


NEW = {
    "incident_name": "Bicycle taken",
    "interviewee_name": "Sam Okoro",
    "interviewee_role": "participant",
    "confidence_threshold": "90",
    "summary": "My bicycle was stolen from the yard on Thursday.",
}


@pytest.fixture
def conversation(member: Browser) -> str:
    """The path of an interview of Alice's."""
    opened = member.send("/interviews/new", **NEW)
    assert opened.status_code == 302, opened.get_data(as_text=True)
    return opened.location.partition("?")[0]
