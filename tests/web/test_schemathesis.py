"""Every route of the API against its own description, with generated input, good and bad."""

import threading
from collections import Counter

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.web.conftest import Prepared, Program, serve, settings_in
from web.limits import limiter
from web.services import EXTENSION

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

EXAMPLES = 5
"""Generated cases for each operation and phase, beside those that cover its description value by value."""
LONGEST_SECONDS = 180
OPERATIONS = 46
SAYABLE = ["2xx", "304", "401", "403", "404", "409"]
UNSAYABLE = ["412", "422"]
"""What a description cannot say beforehand: another version by now, a cursor that we never gave."""


class Quiet(WSGIRequestHandler):
    """Logs nothing."""

    def log(self, *_args):
        pass


@pytest.fixture(scope="module")
def alice(tmp_path_factory):
    """A program on one application for the whole walk."""
    prepared = Prepared(tmp_path_factory.mktemp("schemathesis"))
    for app in serve(settings_in(prepared.folder)):
        limiter.enabled = False
        app.config["STREAM_SECONDS"] = 0.0
        app.extensions[EXTENSION].logins.end = lambda *_: None  # the walk would end its own, and meet nothing but 401
        yield Program(app, prepared.users["alice"], prepared.tokens["alice"])
        limiter.enabled = True


@pytest.fixture(scope="module")
def address(alice):
    """The application on a free port: schemathesis runs all of its checks only over a socket."""
    server = make_server("127.0.0.1", 0, alice.app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_every_route_keeps_to_its_description_whatever_it_is_sent(alice, address):
    config = SchemathesisConfig.from_dict(
        {
            "max-time": LONGEST_SECONDS,
            "headers": alice.headers,
            "generation": {"max-examples": EXAMPLES, "deterministic": True},
            "checks": {"positive_data_acceptance": {"expected-statuses": SAYABLE + UNSAYABLE}},
        }
    )
    description = schemathesis.openapi.from_url(f"{address}/api/openapi.json", config=config)
    walk = Walk(from_schema(description))
    assert walk.problems == []
    assert walk.operations >= {operation.ok().label for operation in description.get_all_operations()}
    assert description.statistic.operations.total == OPERATIONS
    assert {200, 201, 202, 204, 401, 404, 405, 409, 422} <= set(walk.statuses)
    assert walk.statuses[401] < walk.statuses.total() / 2, "the walk was logged in"


class Walk:
    """What came of running every check on every operation."""

    def __init__(self, engine):
        self.problems, self.operations, self.statuses = [], set(), Counter()
        for event in engine.execute():
            if isinstance(event, events.ScenarioFinished):
                self._take(event.recorder)
            elif isinstance(event, events.FatalError | events.NonFatalError):
                self.problems.append(repr(event))

    def _take(self, recorder):
        self.operations.add(recorder.label)
        for case_id, interaction in recorder.interactions.items():
            if interaction.response is not None:
                self.statuses[interaction.response.status_code] += 1
            for check in recorder.checks.get(case_id, ()):
                if check.status == Status.FAILURE:
                    self.problems.append(f"{recorder.label}: {check.name}: {check.failure_info.failure}")
