"""`make run` as a person meets it, from the first line to Ctrl-C."""

import signal
import subprocess
import sys
import time

import httpx
import pytest
from honcho.manager import Manager

from bootstrap import build
from scripts.serve import Supervisor
from services.notifications.letters import mail
from settings import Settings
from tests.house.running import RunningGreenroom, environment

pytestmark = pytest.mark.slow


@pytest.fixture
def data_dir(tmp_path):
    return tmp_path / "data"


def serve(env):
    command = [sys.executable, "-m", "scripts.serve"]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)


def refused_in_one_line(result, *words):
    assert result.returncode == 2
    said = [line for line in result.stderr.splitlines() if "[info" not in line]
    assert len(said) == 1, result.stderr
    return all(word in said[0] for word in words)


def test_it_says_where_it_is_and_how_to_make_the_first_account(data_dir):
    with RunningGreenroom(data_dir) as greenroom:
        assert greenroom.first_run_url is not None
        assert greenroom.first_run_url.startswith(greenroom.url)
        assert httpx.get(greenroom.first_run_url).status_code == 200
        assert httpx.get(f"{greenroom.url}/health/ready").status_code == 200


def test_ctrl_c_leaves_no_process_behind(data_dir):
    greenroom = RunningGreenroom(data_dir).start()
    started = greenroom.processes()
    assert {"redis-server", "python"} <= {process.name().partition(":")[0] for process in started}
    assert {"scripts.web_server", "jobs.worker", "jobs.scheduler"} <= modules_of(started)
    greenroom.stop(signal.SIGINT)
    assert greenroom.process.returncode == 0
    assert [process for process in started if process.is_running()] == []


def modules_of(processes):
    """What was started with `python -m`."""
    return {word for process in processes if process.is_running() for word in process.cmdline()[-1:]}


def test_what_a_change_wants_to_happen_happens_beside_the_pages(data_dir):
    with RunningGreenroom(data_dir) as greenroom:
        app = build(Settings.from_env(greenroom.env, dotenv=data_dir / "no.env"))
        with app.unified_session_manager.get_db_session() as db:
            outbox_id = app.outbox.add(db, mail("trial", to="ada@example.org"))
        app.close()
        place = data_dir / "mail" / f"{outbox_id}.eml"
        assert any(place.exists() or time.sleep(0.1) for _ in range(300)), greenroom.lines


def test_a_closed_terminal_leaves_no_process_behind(data_dir):
    greenroom = RunningGreenroom(data_dir).start()
    started = greenroom.processes()
    greenroom.stop(signal.SIGHUP)
    assert [process for process in started if process.is_running()] == []


def test_a_second_start_serves_within_five_seconds_or_twice_the_first(data_dir):
    first = seconds_to_start(data_dir)
    second = min(
        seconds_to_start(data_dir) for _ in range(3)
    )  # other tests run beside it; the goal of 5 s is a benchmark
    assert second < max(5, 2 * first)


def seconds_to_start(data_dir):
    began = time.monotonic()
    with RunningGreenroom(data_dir):
        return time.monotonic() - began


def test_a_taken_port_is_one_clear_line(data_dir, tmp_path):
    with RunningGreenroom(data_dir) as greenroom:
        other = environment(tmp_path / "other", PORT=greenroom.env["PORT"])
        assert refused_in_one_line(serve(other), "PORT", greenroom.env["PORT"], "free port")


def test_a_second_supervisor_on_the_same_folder_is_refused(data_dir):
    with RunningGreenroom(data_dir):
        assert refused_in_one_line(serve(environment(data_dir)), "Another Greenroom runs on", "GREENROOM_DATA_DIR")


@pytest.mark.parametrize(
    ("setting", "value"), [("SESSION_STORAGE", "oracle"), ("PORT", "http"), ("GREENROOM_INTERVIEWER", "nobody")]
)
def test_a_bad_setting_is_one_clear_line(data_dir, setting, value):
    assert refused_in_one_line(serve(environment(data_dir, **{setting: value})), setting, value)


def test_a_data_folder_that_cannot_be_written_is_one_clear_line(tmp_path):
    (tmp_path / "file").write_text("in the way")
    assert refused_in_one_line(serve(environment(tmp_path / "file" / "data")), "GREENROOM_DATA_DIR", "written")


def test_a_storage_that_is_away_is_one_clear_line(data_dir):
    env = environment(
        data_dir, SESSION_STORAGE="mongo", MONGO_URL="mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=500"
    )
    assert refused_in_one_line(serve(env), "MongoDB")


def test_when_one_process_dies_the_others_stop_and_the_exit_code_says_so(data_dir):
    greenroom = RunningGreenroom(data_dir).start()
    started = greenroom.processes()
    next(process for process in started if process.name() == "redis-server").kill()
    greenroom.process.wait(timeout=20)
    greenroom.stop()
    assert greenroom.process.returncode == 1
    assert [process for process in started if process.is_running()] == []


class InTheMiddleOfALine:
    """An output that is being written to when a signal comes."""

    def write(self, _message):
        raise RuntimeError("reentrant call inside <_io.BufferedWriter name='<stdout>'>")


def test_a_signal_in_the_middle_of_a_line_does_not_keep_the_stop_from_happening():
    Supervisor(printer=InTheMiddleOfALine())._system_print("SIGINT received\n")
    with pytest.raises(RuntimeError, match="reentrant"):  # honcho's own lets go of all processes there
        Manager(printer=InTheMiddleOfALine())._system_print("SIGINT received\n")
