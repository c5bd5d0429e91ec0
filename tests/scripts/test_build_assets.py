"""The assets are built once, from a copy of what the build reads, with an npm of our own making."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("package.json", "package-lock.json", "scripts/build_assets.py")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in NEEDED:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, tmp_path / name)
    (tmp_path / "web" / "static").mkdir(parents=True)
    return tmp_path


def npm_that(project: Path, does: str) -> None:
    program = project / "bin" / "npm"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f"#!/bin/sh\n{does}\n")
    program.chmod(0o755)


def build(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": f"{project / 'bin'}:{os.environ['PATH']}"}
    command = [sys.executable, "scripts/build_assets.py", *arguments]
    return subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, timeout=60, check=False)


def modules_of_this_installation(project: Path) -> None:
    modules = ROOT / "node_modules"
    if not modules.is_dir():
        pytest.skip("node_modules is not there; run: python scripts/build_assets.py --force")
    (project / "node_modules").symlink_to(modules)


def test_a_failing_npm_gives_one_line_and_exit_code_1(project):
    npm_that(project, "echo 'npm error the registry is away' >&2; exit 7")
    done = build(project)
    assert done.returncode == 1
    assert done.stderr == "build_assets: npm ci failed (exit code 7): npm error the registry is away\n"


def test_a_second_run_asks_npm_for_nothing(project):
    modules_of_this_installation(project)
    npm_that(project, "echo ran >> npm.log")
    assert build(project).returncode == 0
    assert build(project).returncode == 0
    assert (project / "npm.log").read_text() == "ran\n"


def test_a_failed_build_leaves_the_assets_that_were_there(project):
    modules_of_this_installation(project)
    npm_that(project, "exit 0")
    assert build(project).returncode == 0
    (project / "package-lock.json").write_text("{}")
    npm_that(project, "exit 1")
    assert build(project).returncode == 1
    assert (project / "web" / "static" / "vendor" / "htmx" / "htmx.min.js").stat().st_size > 1_000


def test_the_icons_are_one_file_with_a_symbol_each(project):
    modules_of_this_installation(project)
    npm_that(project, "exit 0")
    build(project)
    assert '<symbol id="house" viewBox="0 0 16 16"><path' in (project / "web/static/vendor/icons.svg").read_text()


def test_what_only_tests_load_is_installed_when_asked_for_and_once(project):
    (project / "node_modules").mkdir()
    npm_that(project, 'echo "$@" >> npm.log')
    assert build(project, "--for-tests").returncode == 0
    assert build(project, "--for-tests").returncode == 0
    assert (project / "npm.log").read_text() == "ci --include=dev --ignore-scripts --loglevel=error\n"


def test_a_set_up_for_use_leaves_out_what_only_tests_load(project):
    modules_of_this_installation(project)
    npm_that(project, 'echo "$@" >> npm.log')
    assert build(project).returncode == 0
    assert "--omit=dev" in (project / "npm.log").read_text()
