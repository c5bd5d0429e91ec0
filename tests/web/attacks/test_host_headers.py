"""A request under a name that is not ours: no answer carries it, and under a foreign public name nobody answers."""

import socket
from contextlib import closing

import pytest

from tests.house.running import RunningGreenroom
from tests.web.conftest import log_in_by_cookie
from tests.web.pages.conftest import TOKEN
from tests.web.routes import methods

EVIL = "evil.example"
FORGED = {
    "X-Forwarded-Host": EVIL,
    "X-Forwarded-Server": EVIL,
    "X-Host": EVIL,
    "X-Original-URL": f"http://{EVIL}/",
    "X-Rewrite-URL": f"http://{EVIL}/",
    "X-Forwarded-Prefix": f"//{EVIL}",
    "Forwarded": f"host={EVIL};proto=https",
}


def carries(answer):
    """Whether an answer repeats the name in a header or in what it says."""
    with answer:
        return any(EVIL in value for _, value in answer.headers) or EVIL in answer.get_data(as_text=True)


def everywhere(app, client, session_id, **options):
    """Every route that can be asked for, under these headers: those whose answer carries the name."""
    app.config["STREAM_SECONDS"] = 0
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" in methods(rule):
            values = {name: session_id if name == "session_id" else "js/app.js" for name in rule.arguments}
            path = rule.build(values)[1]
            found += [given for given in (path, f"/{path}", f"{path}/") if carries(client.get(given, **options))]
    return found


@pytest.fixture
def browser(app, alice):
    client = app.test_client()
    log_in_by_cookie(client, alice.user)
    return client


@pytest.mark.parametrize("proxies", ["0", "1"])
def test_no_answer_carries_a_host_that_the_request_made_up(installed, prepared, proxies):
    app = installed(GREENROOM_TRUSTED_PROXIES=proxies)
    client = app.test_client()
    log_in_by_cookie(client, prepared.users["alice"])
    session_id = "00000000-0000-4000-8000-000000000000"
    assert everywhere(app, client, session_id, headers={"Host": EVIL}) == []
    assert everywhere(app, client, session_id, headers=FORGED) == []


def test_a_page_that_repeated_it_would_be_found(app, browser):
    def careless():
        from flask import request

        return f"<link rel=canonical href={request.host_url}>"

    app.add_url_rule("/careless", "careless", careless)
    assert "/careless" in everywhere(app, browser, "x", headers={"Host": EVIL})


def test_no_cookie_names_a_domain(installed, prepared):
    for public in ("http://localhost", "https://greenroom.example.org"):
        client = installed(PUBLIC_URL=public).test_client()
        for name in (EVIL, "localhost"):
            cookies = client.get("/login", headers={"Host": name}).headers.getlist("Set-Cookie")
            assert not any("domain" in cookie.lower() for cookie in cookies)


OURS = ("greenroom.example.org", "GREENROOM.example.org", "greenroom.example.org:443", "greenroom.example.org.")
INSIDE = ("localhost", "localhost:8000", "127.0.0.1:8000", "10.1.2.3", "[::1]:8000", "[fd00::1]", "web", "web:8000")
FOREIGN = (
    EVIL, f"{EVIL}:443", "greenroom.example.org.evil.example", "evil.example.org", "example.org",
    "xgreenroom.example.org", "greenroom.example.org@evil.example", "127.0.0.1.evil.example",
    "localhost.evil.example", "1.2.3.4.5",
)  # fmt: skip


def test_with_a_public_name_no_other_one_is_answered(installed):
    client = installed(PUBLIC_URL="https://greenroom.example.org").test_client()
    met = {host: client.get("/login", headers={"Host": host}).status_code for host in (*OURS, *INSIDE, *FOREIGN)}
    assert met == {**dict.fromkeys((*OURS, *INSIDE), 200), **dict.fromkeys(FOREIGN, 421)}
    refused = client.get("/api/openapi.json", headers={"Host": EVIL})
    assert (refused.status_code, refused.get_json()["code"]) == (421, "wrong_host")
    assert "https://greenroom.example.org" in refused.get_json()["message"]


def test_a_write_under_a_foreign_name_changes_nothing(installed, prepared):
    app = installed(PUBLIC_URL="https://greenroom.example.org")
    headers = {"Authorization": f"Bearer {prepared.tokens['alice']}", "Host": EVIL}
    body = {"incident_name": "a", "interviewee_name": "b", "interviewee_role": "witness", "summary": "c"}
    assert app.test_client().post("/api/interviews", json=body, headers=headers).status_code == 421
    listed = app.test_client().get("/api/interviews", headers=headers | {"Host": "localhost"})
    assert listed.get_json()["items"] == []


def test_other_names_of_an_installation_are_answered_once_they_are_named(installed):
    more = {"PUBLIC_URL": "https://greenroom.example.org", "GREENROOM_HOSTS": "intern.example.org, old.example.org"}
    client = installed(**more).test_client()
    hosts = ("intern.example.org", "old.example.org:8443", "new.example.org")
    assert [client.get("/login", headers={"Host": host}).status_code for host in hosts] == [200, 200, 421]


def test_health_is_told_to_whoever_asks_under_whatever_name(installed):
    client = installed(PUBLIC_URL="https://greenroom.example.org").test_client()
    for host in (EVIL, "web.cluster.internal", "10.0.0.7:8000"):
        assert client.get("/health/live", headers={"Host": host}).status_code == 200


def test_a_login_under_a_made_up_name_leads_to_a_path(app, every_login_succeeds):
    browser = app.test_client()
    host = {"Host": EVIL, "X-Forwarded-Host": EVIL}
    token = TOKEN.search(browser.get("/login", headers=host, base_url=f"http://{EVIL}").text)[1]
    form = {"csrf_token": token, "email": "alice@example.org", "password": "x"}
    answer = browser.post("/login", data=form, headers=host, base_url=f"http://{EVIL}")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/dashboard")


@pytest.fixture(scope="module")
def greenroom(tmp_path_factory):
    with RunningGreenroom(tmp_path_factory.mktemp("hosts") / "data", PUBLIC_URL="https://greenroom.example.org") as it:
        yield it


@pytest.mark.parametrize(
    ("head", "statuses"),
    [
        ("GET /login HTTP/1.1\r\nHost: 127.0.0.1", {200}),
        (f"GET /login HTTP/1.1\r\nHost: {EVIL}", {421}),
        (f"GET http://{EVIL}/login HTTP/1.1\r\nHost: 127.0.0.1", {200, 400, 404, 421}),
        (f"GET http://{EVIL}/interviews//new HTTP/1.1\r\nHost: 127.0.0.1", {308, 400, 404, 421}),
        (f"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: {EVIL}", {200, 400, 421}),
        (f"GET /interviews//new HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-Host: {EVIL}", {308}),
        ("GET /login HTTP/1.1\r\nHost: ", {200, 400}),
        (f"GET /login HTTP/1.0\r\nX-Forwarded-Host: {EVIL}", {200, 400}),
    ],
)
def test_the_server_itself_passes_no_made_up_name_on_however_it_is_sent(greenroom, head, statuses):
    """Absolute addresses and doubled headers are read by the server before the application sees anything."""
    with closing(socket.create_connection(("127.0.0.1", int(greenroom.env["PORT"])), timeout=20)) as line:
        line.sendall(f"{head}\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: line.recv(65_536), b"")).decode(errors="replace")
    assert int(answer.split(" ")[1]) in statuses, answer[:200]
    assert EVIL not in answer
