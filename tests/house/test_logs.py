"""What is written to the logs, and what never is."""

import json
import logging

import pytest
import sqlalchemy as sa

import telemetry
from database.engine import open_engine

SECRET = "correct horse battery staple"  # what must not be found


@pytest.fixture
def written(capfd):
    """Logs as they go to standard error; afterwards logging is as it was."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield lambda: capfd.readouterr().err
    root.handlers[:] = before
    root.setLevel(level)


def fail_with(password):
    raise RuntimeError(f"after {len(password)} characters")


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_a_traceback_shows_the_lines_that_failed_and_no_value_of_a_variable(written, log_format):
    telemetry.configure("error", log_format)
    try:
        fail_with(SECRET)
    except RuntimeError as error:
        telemetry.logger("test").error("request_failed", exc_info=error)
    text = written()
    assert "fail_with" in text
    assert "after 28 characters" in text
    assert SECRET not in text


def test_a_line_shows_no_value_whose_name_speaks_of_a_secret(written):
    telemetry.configure("info", "json")
    telemetry.logger("test").info("tried", access_token=SECRET, user_id="u1")
    line = json.loads(written())
    assert (line["access_token"], line["user_id"]) == ("…", "u1")


def test_an_error_of_the_database_shows_no_value_of_its_statement(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path}/x.sqlite")
    with engine.connect() as connection, pytest.raises(sa.exc.DBAPIError) as refused:
        connection.execute(sa.text("INSERT INTO nowhere VALUES (:hash)"), {"hash": SECRET})
    engine.dispose()
    assert SECRET not in str(refused.value)
    assert "nowhere" in str(refused.value)
