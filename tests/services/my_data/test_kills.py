"""A worker that is killed while it erases or exports: whoever runs the job again brings it to its end.

The worker is a forked process that ends without a word when it comes to a line of the code for the first time; each of
these lines is tried, on a copy of the same installation.
"""

import os
import shutil
import sys
import traceback
from pathlib import Path

import pytest

from services.background_jobs import JobState
from services.my_data import eraser, exporter, exports_folder, farewell
from tests.services.my_data.house import COUNTS, PASSWORD, PHRASE, House

PARTS = 4
"""So many tests share the lines, because each line takes most of a second."""
KILLED, FINISHED, FAILED = 9, 0, 1
WORDS = ("ada@example.org", "ada Lovelace", f"{PHRASE} of ada")


@pytest.fixture
def prepared(memory_folder, redis_url):
    """Makes an installation in which somebody has asked for something; copies of it are worked on."""

    def make(ask):
        folder = memory_folder / "prepared" / "data"
        folder.parent.mkdir()
        house = House(folder, REDIS_URL=redis_url)
        actor = house.full("ada")
        house.work()
        asked = ask(house.app, actor)
        house.close()
        return folder, actor, asked

    return make


@pytest.fixture
def copied(memory_folder, redis_url):
    """Opens a copy of an installation."""
    count = iter(range(10_000))

    def copy(folder):
        place = memory_folder / str(next(count)) / "data"
        shutil.copytree(folder, place)
        return place, lambda: House(place, prepare=False, REDIS_URL=redis_url)

    return copy


@pytest.mark.parametrize("part", range(PARTS))
def test_an_erasure_that_is_killed_at_any_line_is_completed_by_the_next_worker(prepared, copied, part):
    folder, actor, receipt = prepared(lambda app, actor: app.erasures.request(actor, password=PASSWORD))
    killed = 0
    for line in lines_of(copied, folder, eraser, farewell)[part::PARTS]:
        place, opened = copied(folder)
        killed += work_until(opened, line) == KILLED
        house = opened()
        assert finish(house) == [], line
        erased = house.app.erasures.look_at(receipt)
        assert (erased.state, erased.user_id, erased.result) == (JobState.DONE, None, COUNTS), line
        remaining = house.traces(actor.user_id, *WORDS)
        assert {trace.partition("/")[0] for trace in remaining} == {"mail"}, (line, remaining)
        house.close()
        shutil.rmtree(place.parent)
    assert killed > 60 / PARTS


def test_an_export_that_is_killed_at_any_line_is_made_by_the_next_worker(prepared, copied):
    folder, actor, job_id = prepared(lambda app, actor: app.exports.start(actor))
    killed = 0
    for line in lines_of(copied, folder, exporter, exports_folder):
        place, opened = copied(folder)
        killed += work_until(opened, line) == KILLED
        house = opened()
        assert finish(house) == [], line
        assert house.app.exports.load(actor, job_id).bytes, line
        assert [path.name for path in (place / "exports").iterdir() if path.name.startswith(".")] == [], line
        told = [notice for notice in house.app.notices.list_unread(actor) if "export" in notice.text]
        assert len(told) == 2, (line, told)  # one for the export before
        house.close()
        shutil.rmtree(place.parent)
    assert killed > 30


def test_a_kill_that_nobody_repairs_is_found(prepared, copied):
    folder, actor, _ = prepared(lambda app, actor: app.erasures.request(actor, password=PASSWORD))
    last_but_one = [line for line in lines_of(copied, folder, eraser) if line[0] == eraser.__file__][-2]
    _, opened = copied(folder)
    assert work_until(opened, last_but_one) == KILLED
    house = opened()
    unfinished = {trace.partition(":")[0] for trace in house.traces(actor.user_id, *WORDS)}
    house.close()
    assert "outbox" in unfinished


def finish(house):
    """Let the leases of the dead run out, and another worker do what they had in hand; return what is not done."""
    with house.app.unified_session_manager.get_db_session() as db:
        db.connection().exec_driver_sql("UPDATE outbox SET lease_until = NULL, lease_id = NULL")
    house.work()
    with house.app.db_manager.engine.connect() as connection:
        unfinished = connection.exec_driver_sql("SELECT kind, last_error FROM outbox WHERE state != 'done'")
        return [tuple(row) for row in unfinished]


def lines_of(copied, folder, *modules):
    """Every line of these modules that runs when nobody is killed, in the order in which each runs first."""
    _, opened = copied(folder)
    read, write = os.pipe()
    files = {module.__file__ for module in modules}
    seen = {}

    def note(frame):
        seen.setdefault((frame.f_code.co_filename, frame.f_lineno))

    def tell():
        with os.fdopen(write, "w") as pipe:
            pipe.writelines(f"{file}\t{line}\n" for file, line in seen)

    in_a_worker(opened, files, note, tell)
    os.close(write)
    with os.fdopen(read) as pipe:
        return [(file, int(line)) for file, line in (row.rstrip("\n").split("\t") for row in pipe)]


def work_until(opened, line):
    """Let a worker run until it comes to this line for the first time."""

    def kill(frame):
        if (frame.f_code.co_filename, frame.f_lineno) == line:
            os._exit(KILLED)

    return in_a_worker(opened, {line[0]}, kill)


def in_a_worker(opened, files, at_each_line, at_the_end=lambda: None):
    """Work in a process of its own that is told of every line in these files; return how it ended."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        house = opened()
        sys.settrace(tracing(files, at_each_line))
        house.work()
        sys.settrace(None)
        at_the_end()
        os._exit(FINISHED)
    except BaseException:  # noqa: BLE001  # whatever it was must not go on as a second run of the tests
        traceback.print_exc()
        os._exit(FAILED)


def tracing(files, at_each_line):
    """A trace function that looks at these files only."""
    wanted = {str(Path(file)) for file in files}

    def enter(frame, event, argument):
        return step if frame.f_code.co_filename in wanted else None

    def step(frame, event, argument):
        if event == "line":
            at_each_line(frame)
        return step

    return enter
