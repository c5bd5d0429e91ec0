"""The Dockerfile: what it copies is all that runs, and runs where nothing but the data can be written."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deployment import image
from tests.deployment.compose import raw
from tests.deployment.running import Running, answers, run
from tests.house.running import free_port

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
HADOLINT = Path(sys.executable).with_name("hadolint")


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """The application folder of the image, read-only."""
    return image.build(reachable(tmp_path_factory.mktemp("image")))


def reachable(folder):
    """Let the user of the image come to this folder: those above it are closed to others."""
    for each in (folder, *folder.parents):
        if each.name.startswith(("pytest-", "popen-")) or each == folder:
            each.chmod(each.stat().st_mode | stat.S_IXOTH)
    return folder


@pytest.fixture
def data(tmp_path):
    folder = reachable(tmp_path) / "data"
    folder.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(folder, image.UID, image.UID)
    return folder


@pytest.fixture
def env(data):
    given = {**image.environment(), "GREENROOM_DATA_DIR": str(data), "HOME": str(data), "GREENROOM_WORKERS": "1"}
    return {**given, "HOST": "127.0.0.1", "PORT": str(free_port()), "TMPDIR": str(data)}


def lint(text):
    return subprocess.run([str(HADOLINT), "-"], input=text, capture_output=True, text=True, timeout=60, check=False)


def test_the_dockerfile_has_no_complaint_of_the_linter():
    assert lint(image.DOCKERFILE.read_text()).stdout == ""
    assert "DL3006" in lint("FROM python\n").stdout


def test_the_image_is_pinned_and_its_commands_are_lists():
    bases = [line.split()[0] for line in image.instructions("FROM")]
    assert all(":" in base and not base.endswith(":latest") for base in bases)
    assert image.command()[0] == "python"
    assert image.instructions("STOPSIGNAL") == ["SIGTERM"]
    assert image.instructions("USER") == [f"{image.UID}:{image.UID}"]
    assert "scripts.web_health" in image.instructions("HEALTHCHECK")[-1]
    assert image.command() == raw()["services"]["web"]["command"]


def test_what_is_copied_is_what_runs():
    taken = image.let_through(ROOT)
    tops = {name.split("/")[0] for name in taken}
    assert {"bootstrap", "web_app.py", "Procfile", "web", "storage", "scripts"} <= tops
    assert tops.isdisjoint(
        {"tests", "docs", "benchmarks", ".git", ".venv", "node_modules", "data", ".env", "Dockerfile"}
    )
    assert {name for name in taken if name.endswith(".pyc") or "testing" in name or "vendor" in name} == set()
    assert {"database/migrations/env.py", "scripts/railway_setup.sh", "web/templates/base.html"} <= taken


def test_every_python_module_of_the_product_is_in_the_image(app):
    left_out = {"scripts/build_assets.py", "scripts/local_mongo.py"}
    tracked = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    product = {
        name for name in tracked.splitlines() if not name.startswith(("tests/", "benchmarks/", "scripts/testing/"))
    }
    assert {name for name in product if not (app / name).exists()} == left_out
    assert len(list(app.rglob("*.pyc"))) >= len(product - left_out)
    assert (app / "web" / "static" / "vendor" / "bootstrap" / "bootstrap.min.css").is_file()


def test_it_serves_as_its_own_user_from_files_that_nobody_can_write(app, env, data, tmp_path):
    migrated = run(image.as_the_images_user(raw()["services"]["migrate"]["command"]), env, app)
    assert migrated.returncode == 0, migrated.stderr
    before = {path: path.stat().st_mtime_ns for path in app.rglob("*")}
    with Running(image.as_the_images_user(image.command()), env, app, tmp_path / "log") as web:
        assert answers(web, f"http://127.0.0.1:{env['PORT']}"), web.said()
        assert answers(web, f"http://127.0.0.1:{env['PORT']}", "/login"), web.said()
        expected = image.UID if os.geteuid() == 0 else os.geteuid()
        assert {process.uids().effective for process in web.processes()} == {expected}
        assert web.stop() == 0
    assert {path: path.stat().st_mtime_ns for path in app.rglob("*")} == before
    assert (data / "greenroom.sqlite").exists()


def test_it_could_not_write_to_its_own_files(app, env):
    attempt = ["python", "-c", "open('settings.py', 'a')"]
    assert "Permission denied" in run(image.as_the_images_user(attempt), env, app).stderr
