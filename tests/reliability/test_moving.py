"""Moves that are killed, whose disk is full, whose storages go away, and whose source goes on being used."""

import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pymongo
import pytest

from domain.errors import StorageUnavailable
from services.moving import Checkpoint, Move, Patience, Reached, reading
from storage.addresses import open_at
from tests.contract.storage.samples import interview, message
from tests.engines import cannot_run
from tests.house.running import environment
from tests.services.moving.sessions import contents, silent, spoken

ROOT = Path(__file__).parents[2]
MANY = 900
AWAY_SECONDS = 10.0

pytestmark = pytest.mark.slow


@pytest.fixture
def source(opened, tmp_path):
    """Where the sessions are."""
    return opened(f"sqlite:///{tmp_path}/source.sqlite")


@pytest.fixture
def checkpoint(tmp_path):
    """Where the move notes how far it came."""
    return Checkpoint(tmp_path / "moves" / "one.json")


# --- kill -9 ----------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["file", pytest.param("mongodb", marks=pytest.mark.mongo)])
def target_address(request, tmp_path):
    """Where a move that is killed writes to."""
    if request.param == "file":
        return f"file:{request.getfixturevalue('memory_folder')}/target"
    url = request.getfixturevalue("mongodb_url")
    with pymongo.MongoClient(url) as client:
        client.drop_database("killed_moves")
    return url.replace("/?", "/killed_moves?")


def start_script(tmp_path, address, *more):
    """The script, moving from the source to this address."""
    script = [sys.executable, str(ROOT / "scripts" / "migrate_sessions.py")]
    return subprocess.Popen(
        [*script, "--from", f"sqlite:///{tmp_path}/source.sqlite", "--to", address, *more],
        cwd=tmp_path,
        env=environment(tmp_path / "data"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process):
    """What the script said, and its exit code."""
    said, complained = process.communicate(timeout=120)
    return process.returncode, said, complained


def killed_in_the_middle(process, target, at_least):
    """Kill it as soon as so many sessions are at the target; tell how many were there afterwards."""
    for _ in range(60_000):
        if process.poll() is not None or (target.is_there() and target.count() >= at_least):
            break
        time.sleep(0.001)
    process.kill()
    process.communicate(timeout=60)
    return target.count()


def test_a_move_that_is_killed_again_and_again_goes_on_and_ends_complete(source, opened, target_address, tmp_path):
    source.write_many(spoken(f"s-{n:04}", n % 3) for n in range(MANY))
    with closing(open_at("--to", target_address)) as target:
        arrived = [
            killed_in_the_middle(start_script(tmp_path, target_address), target, at_least) for at_least in (1, 251, 501)
        ]
        assert 0 < arrived[0] < MANY
        assert arrived == sorted(arrived)
        assert list((tmp_path / "data" / "moves").glob("*.json"))
        code, said, complained = ended(start_script(tmp_path, target_address))
        assert (code, complained.count("Traceback")) == (0, 0), complained
        assert f"Errors: 0\nTotal: {MANY}\n" in said
        assert contents(target) == contents(source)
    assert not list((tmp_path / "data" / "moves").glob("*.json"))


# --- a full disk ------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path):
    """A disk of its own in memory, which can be made larger."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = _mount("-t", "tmpfs", "-o", "size=3m", "none", str(place))
    if mounted.returncode:
        cannot_run("A small disk", f"run as root where mounting is allowed ({mounted.stderr.strip()})")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def _mount(*arguments):
    return subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)


def enlarge(disk):
    """Make space."""
    assert _mount("-o", "remount,size=200m", str(disk)).returncode == 0


@pytest.fixture(params=["sqlite:///{}/target.sqlite", "file:{}/target"], ids=["sqlite", "file"])
def on_the_disk(request, small_disk):
    """An address on the small disk."""
    return request.param.format(small_disk)


def test_a_full_disk_is_said_tears_nothing_and_the_same_command_goes_on_when_there_is_space(
    source, opened, on_the_disk, small_disk, tmp_path
):
    source.write_many(spoken(f"s-{n:04}", 60) for n in range(400))
    code, said, complained = ended(start_script(tmp_path, on_the_disk, "--patience", "0.5"))
    assert code == 1, said
    assert "The target was away for" in complained
    assert "full" in complained or "No space left" in complained
    assert "run the same command again to go on" in complained
    assert "Traceback" not in complained
    enlarge(small_disk)
    with closing(open_at("--to", on_the_disk)) as target:
        assert contents(target).items() <= contents(source).items()
        assert len(contents(target)) < 400
        code, said, complained = ended(start_script(tmp_path, on_the_disk, "--patience", "0.5"))
        assert (code, "Errors: 0\nTotal: 400\n" in said) == (0, True), complained
        assert contents(target) == contents(source)


def test_a_disk_that_gets_space_while_the_move_waits_is_written_on(source, opened, on_the_disk, small_disk, checkpoint):
    source.write_many(spoken(f"s-{n:04}", 60) for n in range(400))
    told = []
    patience = Patience(60, lambda what: told.append(what) or enlarge(small_disk))
    with closing(open_at("--to", on_the_disk)) as target:
        outcome = Move(source, target, patience=patience, shown=silent).run(checkpoint)
        assert (outcome.migrated, outcome.problems) == (400, [])
        assert contents(target) == contents(source)
    assert told


# --- a storage that goes away -----------------------------------------------------------------------------------------


@contextmanager
def away_at_call(storage, name, number, server, seconds):
    """Kill the server at the n-th call of a method, and start it so many seconds later; None: not by itself."""
    plain, calls, starting = getattr(storage, name), [], []

    def called(*arguments):
        calls.append(name)
        if len(calls) == number:
            server.kill()
            if seconds is not None:
                starting.append(threading.Timer(seconds, server.start))
                starting[0].start()
        return plain(*arguments)

    setattr(storage, name, called)
    yield starting
    setattr(storage, name, plain)
    for timer in starting:
        timer.join()


@pytest.fixture
def own_mongodb(mongodb_of_its_own):
    """The address of a database on a server that may be killed."""
    return mongodb_of_its_own.url.replace("/?", "/moved?")


@pytest.mark.mongo
def test_a_target_that_goes_away_for_ten_seconds_is_waited_for(
    source, opened, own_mongodb, mongodb_of_its_own, checkpoint, monkeypatch
):
    monkeypatch.setattr(reading, "BATCH_SESSIONS", 20)
    source.write_many(spoken(f"s-{n:03}", 3) for n in range(200))
    target = opened(own_mongodb)
    move = Move(source, target, patience=Patience(60, lambda _: None), shown=silent)
    began = time.monotonic()
    with away_at_call(target, "write_many", 3, mongodb_of_its_own, AWAY_SECONDS) as starting:
        outcome = move.run(checkpoint)
    assert starting
    assert time.monotonic() - began > AWAY_SECONDS
    assert (outcome.migrated, outcome.problems) == (200, [])
    assert contents(target) == contents(source)


@pytest.mark.mongo
def test_a_target_that_does_not_come_back_is_an_error_and_the_move_goes_on_another_time(
    source, opened, own_mongodb, mongodb_of_its_own, checkpoint, monkeypatch
):
    monkeypatch.setattr(reading, "BATCH_SESSIONS", 20)
    source.write_many(spoken(f"s-{n:03}", 3) for n in range(200))
    target, told = opened(own_mongodb), []
    move = Move(source, target, patience=Patience(1, told.append), shown=silent)
    with (
        away_at_call(target, "write_many", 3, mongodb_of_its_own, None),
        pytest.raises(StorageUnavailable, match=r"The target was away for .* run the same command again"),
    ):
        move.run(checkpoint)
    assert len(told) == 1
    assert checkpoint.load() == Reached("s-039", 0)
    mongodb_of_its_own.start()
    outcome = Move(source, target, patience=Patience(60, told.append), shown=silent).run(checkpoint)
    assert (outcome.migrated, outcome.problems) == (200, [])
    assert contents(target) == contents(source)


@pytest.mark.mongo
def test_a_source_that_goes_away_for_a_while_is_waited_for(
    opened, own_mongodb, mongodb_of_its_own, checkpoint, tmp_path
):
    source, target = opened(own_mongodb), opened(f"sqlite:///{tmp_path}/target.sqlite")
    source.write_many(spoken(f"s-{n:03}", 3) for n in range(600))
    told = []
    move = Move(source, target, patience=Patience(60, told.append), shown=silent)
    with away_at_call(source, "_part", 2, mongodb_of_its_own, 4.0) as starting:
        outcome = move.run(checkpoint)
    assert starting
    assert "The source is away" in told[0]
    assert (outcome.migrated, outcome.problems) == (600, [])
    assert contents(target) == contents(source)


# --- a source that goes on being used ---------------------------------------------------------------------------------


@contextmanager
def somebody_writing(address):
    """Others speak, save, create and delete at the source until the block ends or they are told to stop."""
    stop = threading.Event()
    with closing(open_at("--from", address)) as storage:
        thread = threading.Thread(target=_write, args=(storage, stop))
        thread.start()
        try:
            yield stop
        finally:
            stop.set()
            thread.join()


def _write(storage, stop):
    for n in range(100_000):
        if stop.is_set():
            return
        storage.append_message(f"s-{n % 300:03}", message(f"late-{n}"))
        storage.update_fields(f"s-{(n * 7) % 300:03}", {"title": f"late {n}"}, kind="interview")
        storage.create(interview(f"new-{n}"))
        storage.delete(f"old-{n:03}")


def _filled(source):
    source.write_many(spoken(f"s-{n:03}", 2) for n in range(300))
    source.write_many(spoken(f"old-{n:03}", 1) for n in range(300))


@pytest.mark.parametrize("kind", ["sqlite", "file"])
def test_what_is_written_at_the_source_while_it_is_moved_arrives_too(opened, checkpoint, tmp_path, kind):
    address = f"file:{tmp_path}/files" if kind == "file" else f"sqlite:///{tmp_path}/source.sqlite"
    source, target = opened(address), opened(f"sqlite:///{tmp_path}/target.sqlite")
    _filled(source)
    with somebody_writing(address) as stop:
        phases = []

        @contextmanager
        def until_the_second_look(label, _total):
            phases.append(label)
            if phases.count("Verifying") == 2:
                stop.set()
            yield lambda _count: None

        outcome = Move(source, target, patience=Patience(30, print), shown=until_the_second_look).run(checkpoint)
    assert phases.count("Verifying") >= 2
    assert outcome.problems == []
    assert contents(source).items() <= contents(target).items()


def test_a_copy_alone_would_miss_some_of_it(source, opened, checkpoint, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "BATCH_SESSIONS", 20)
    target = opened(f"sqlite:///{tmp_path}/target.sqlite")
    _filled(source)
    move = Move(source, target, patience=Patience(30, print), shown=silent)
    with checkpoint.held(), somebody_writing(f"sqlite:///{tmp_path}/source.sqlite"):
        move.copy(checkpoint, Reached())
        for _ in range(1_000):
            if len(source.messages("s-000")) > 3:
                break
            time.sleep(0.01)
    assert move.verify().problems


# --- memory -----------------------------------------------------------------------------------------------------------

PEAK = """
with open("/proc/self/status") as status:
    (peak,) = [int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM")]
print("peak", peak)
"""
"""Not `ru_maxrss`, which a process takes over from the one that started it."""
MOVING = f"""
import sys
from scripts.migrate_sessions import main
code = main(sys.argv[1:])
{PEAK}
sys.exit(code)
"""
HOARDING = f"""
import sys
import scripts.migrate_sessions
from storage.addresses import open_at
everything = list(open_at("--from", sys.argv[2]).scan())
{PEAK}
"""
BOUND_MIB = 140


def peak_of(program, tmp_path):
    """What a program says that moves from one place to the other, and how many MiB it had at its peak."""
    addresses = ["--from", f"sqlite:///{tmp_path}/source.sqlite", "--to", f"sqlite:///{tmp_path}/target.sqlite"]
    done = subprocess.run(
        [sys.executable, "-c", program, *addresses],
        cwd=ROOT,
        env=environment(tmp_path / "data"),
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, int(done.stdout.split()[-1])


def test_the_memory_of_a_move_does_not_grow_with_the_number_of_sessions(source, tmp_path):
    source.write_many(spoken(f"s-{n:06}", 3) for n in range(20_000))
    said, peak = peak_of(MOVING, tmp_path)
    assert "Migrated: 20000\nSkipped: 0\nErrors: 0\nTotal: 20000\n" in said
    assert peak < BOUND_MIB
    assert peak_of(HOARDING, tmp_path)[1] > BOUND_MIB
