"""`python -m scripts.web_health`: the health check of the web server's container."""

import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from scripts.web_health import own_address
from tests.house.running import environment

ROOT = Path(__file__).parents[2]


class Answer(BaseHTTPRequestHandler):
    """Says what its server was told to say."""

    def do_GET(self):
        assert self.path == "/health"
        self.send_response(self.server.code)
        self.end_headers()
        self.wfile.write(b'{"status": "as told"}')

    def log_message(self, *_):
        """Nothing."""


@pytest.fixture
def server():
    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def check(tmp_path, **env):
    command = [sys.executable, "-m", "scripts.web_health"]
    given = environment(tmp_path / "data", **env)
    return subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, timeout=30, check=False)


def test_200_is_healthy_also_when_it_listens_everywhere(server, tmp_path):
    server.code = 200
    assert check(tmp_path, PORT=str(server.server_port), HOST="0.0.0.0").returncode == 0  # noqa: S104  # it asks, it does not listen


def test_any_other_answer_is_not_and_is_told(server, tmp_path):
    server.code = 503
    told = check(tmp_path, PORT=str(server.server_port))
    assert told.returncode == 1
    assert 'answered 503: {"status": "as told"}' in told.stderr


def test_no_answer_is_not_healthy_and_a_bad_setting_is_exit_code_2(tmp_path):
    silent = check(tmp_path)
    assert (silent.returncode, "does not answer" in silent.stderr) == (1, True)
    assert check(tmp_path, PORT="none").returncode == 2


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),  # noqa: S104  # compared, not bound
        ("::", "http://[::1]:80"),
        ("::1", "http://[::1]:80"),
        ("greenroom.lan", "http://greenroom.lan:80"),
    ],
)
def test_its_own_address_is_one_that_can_be_asked(host, address):
    assert own_address(host, 80) == address
