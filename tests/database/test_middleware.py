"""The scope of a request: clean at its beginning, closed at its end, also behind a streaming body."""

import pytest
from flask import Flask, Response, stream_with_context
from structlog.testing import capture_logs
from werkzeug.test import Client, EnvironBuilder, run_wsgi_app

from database.errors import YieldInsideBlock
from database.middleware import DatabaseScopeMiddleware
from database.tables import FirstRunTokenRow
from database.unit import current_unit


@pytest.fixture
def app(db_manager, unified, plain, row):
    app = Flask("tests")
    app.wsgi_app = DatabaseScopeMiddleware(app.wsgi_app, db_manager)
    sessions = app.config["sessions"] = []

    def read():
        with plain.session_scope() as db:
            sessions.append(db)
            return str(db.query(FirstRunTokenRow).count())

    @app.post("/rows/<name>")
    def write(name):
        with unified.get_db_session() as db:
            db.add(row(name))
        return read()

    @app.get("/stream")
    def stream():
        return Response(read() for _ in range(3))

    @app.get("/stream-with-context")
    def stream_in_context():
        return Response(stream_with_context(read() for _ in range(3)))

    @app.get("/forgotten")
    def forgotten():
        app.config["forgotten"] = plain.session_scope()
        app.config["forgotten"].__enter__().query(FirstRunTokenRow).count()
        return "done"

    @app.get("/forgotten-in-body")
    def forgotten_in_body():
        return Response(forgotten() for _ in range(3))

    @app.get("/broken")
    def broken():
        with unified.get_db_session() as db:
            db.add(row("lost"))
            raise RuntimeError("broken")

    return app


@pytest.fixture
def client(app):
    return app.test_client()


def test_blocks_of_one_request_share_a_session_and_the_next_request_has_another(app, client, kept):
    assert client.post("/rows/one").text == "1"
    assert client.post("/rows/two").text == "2"
    assert len(set(map(id, app.config["sessions"]))) == 2
    assert kept() == {"one", "two"}


def test_a_request_begins_clean_whatever_is_open_around_it(client, plain, unified, app):
    with plain.session_scope() as around:
        client.get("/stream").close()
        assert client.get("/stream").text == "000"
        assert current_unit().session is around
        assert around not in app.config["sessions"]


@pytest.mark.parametrize("path", ["/stream", "/stream-with-context"])
def test_a_streaming_body_uses_the_scope_of_its_request_and_leaves_no_connection_out(client, app, db_manager, path):
    assert client.get(path).text == "000"
    assert len(set(map(id, app.config["sessions"]))) == 1
    figures = db_manager.figures()
    assert (figures.checked_out, figures.scopes_leaked, figures.scopes_opened) == (0, 0, 3)


@pytest.mark.parametrize("path", ["/stream", "/stream-with-context"])
def test_a_body_that_its_client_leaves_leaves_nothing_to_the_next_request(client, app, db_manager, path):
    left = client.get(path)
    next(left.iter_encoded())
    assert db_manager.figures().checked_out == 0
    assert current_unit() is None
    left.close()
    assert client.post("/rows/one").text == "1"
    assert app.config["sessions"][0] is not app.config["sessions"][-1]


def test_two_open_bodies_on_one_thread_never_meet(client, app):
    first, second = (client.get("/stream").iter_encoded() for _ in range(2))
    for body in (first, second, first, second):
        next(body)
    sessions = app.config["sessions"]
    assert len(set(map(id, sessions))) == 2
    assert {id(session) for session in sessions[::2]} != {id(session) for session in sessions[1::2]}


def test_a_scope_that_a_view_forgot_is_closed_counted_and_logged_with_its_place(client, app, db_manager):
    with capture_logs() as logs:
        assert client.get("/forgotten").text == "done"
    assert (db_manager.figures().checked_out, db_manager.figures().scopes_leaked) == (0, 1)
    assert [(line["event"], line["log_level"]) for line in logs] == [("database_scope_leaked", "error")]
    assert logs[0]["opened_at"].startswith(f"{__file__}:")
    with pytest.raises(RuntimeError, match="rolled back"):
        app.config["forgotten"].__exit__(None, None, None)


def test_a_scope_that_stays_open_behind_a_chunk_ends_the_response(client, db_manager):
    with capture_logs(), pytest.raises(YieldInsideBlock):
        client.get("/forgotten-in-body").get_data()
    assert (db_manager.figures().checked_out, db_manager.figures().scopes_leaked) == (0, 1)


def test_a_view_that_fails_rolls_back_and_leaves_the_thread_clean(client, kept, db_manager):
    assert client.get("/broken").status_code == 500
    assert kept() == set()
    assert current_unit() is None
    assert db_manager.figures().scopes_leaked == 0


def test_an_application_that_raises_before_it_answers_leaves_the_thread_clean(db_manager, plain):
    def application(environ, start_response):
        plain.session_scope().__enter__()
        raise RuntimeError("broken")

    with capture_logs(), pytest.raises(RuntimeError, match="broken"):
        Client(DatabaseScopeMiddleware(application, db_manager)).get("/")
    assert current_unit() is None
    assert db_manager.figures().scopes_leaked == 1


def test_closing_the_response_closes_the_body_within_its_scope(db_manager, plain):
    closed = []

    class Body(list):
        def close(self):
            with plain.session_scope() as db:
                closed.append(db.query(FirstRunTokenRow).count())

    def application(environ, start_response):
        start_response("200 OK", [])
        return Body([b"one", b"two"])

    body, _, _ = run_wsgi_app(
        DatabaseScopeMiddleware(application, db_manager), EnvironBuilder("/").get_environ(), buffered=True
    )
    assert b"".join(body) == b"onetwo"
    assert closed == [0]
