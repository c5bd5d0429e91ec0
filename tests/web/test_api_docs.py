"""`docs/api.md` is true: each of its requests is sent, in order, and its answer is as shown."""

import json
import re
from pathlib import Path

import pytest

from web.errors import CODES

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
BLOCK = re.compile(r"```(http|answer)\n(.*?)```", re.DOTALL)
ANYTHING = "…"


def test_every_request_of_the_page_is_answered_as_it_shows(app, client, alice):
    app.config["STREAM_SECONDS"] = 0.0
    known = {"token": "", "refresh_token": "", "session_id": ""}
    blocks = BLOCK.findall(PAGE.read_text())
    requests = [text for kind, text in blocks if kind == "http"]
    for place, (kind, text) in enumerate(blocks):
        if kind == "http":
            answer = send(client, text, known)
            shown = (
                blocks[place + 1][1] if blocks[place + 1 : place + 2] and blocks[place + 1][0] == "answer" else "200"
            )
            compare(answer, shown)
            learn(answer, known)
    assert len(requests) == 14


def send(client, text, known):
    for name, value in known.items():
        text = text.replace("{" + name + "}", value)
    head, _, body = text.partition("\n\n")
    first, *lines = head.strip().split("\n")
    method, path = first.split(" ", 1)
    headers = dict(line.split(": ", 1) for line in lines)
    return client.open(path, method=method, headers=headers, data=body.strip() or None)


def compare(answer, shown):
    head, _, body = shown.partition("\n\n")
    status, *lines = head.strip().split("\n")
    assert answer.status_code == int(status), answer.get_data(as_text=True)
    for line in lines:
        name, value = line.split(": ", 1)
        assert re.fullmatch(re.escape(value).replace(ANYTHING, ".+"), answer.headers[name])
    if body.strip():
        assert_shown(answer.get_json(), json.loads(body), "body")


def assert_shown(value, shown, where):
    """What is shown is there; `…` is anything, and a list shows its first entries."""
    if isinstance(shown, dict):
        for name, inner in shown.items():
            assert name in value, f"{where}.{name}"
            assert_shown(value[name], inner, f"{where}.{name}")
    elif isinstance(shown, list):
        assert len(value) >= len(shown), where
        for entry, inner in zip(value, shown, strict=False):
            assert_shown(entry, inner, where)
    else:
        assert shown in (ANYTHING, value), where


def learn(answer, known):
    body = answer.get_json(silent=True) or {}
    known["token"] = body.get("access_token", known["token"])
    known["refresh_token"] = body.get("refresh_token", known["refresh_token"])
    known["session_id"] = body.get("session_id", known["session_id"])


@pytest.mark.parametrize("status", CODES)
def test_the_table_of_errors_knows_every_status_that_clients_meet(status):
    rare = {406, 408, 414, 431}
    assert status in rare or re.search(rf"\b{status}\b", PAGE.read_text())
