"""`.env.example` names every setting once, with its default, and explains it."""

import re
from pathlib import Path

import pytest

from settings import NAMES, Settings
from tests.deployment.compose import required_names
from tests.deployment.example_env import EXAMPLE, lines

ROOT = Path(__file__).parents[2]
ONLY_FOR_COMPOSE = {"PUBLISH"}


@pytest.fixture(scope="module")
def example():
    return lines(EXAMPLE.read_text())


def wrong_defaults(example, folder):
    """The names whose commented value is not what an unset one means."""
    known = [line for line in example if line.is_default and line.value and line.name in NAMES]
    unset = read(folder)
    return [line.name for line in known if read(folder, **{line.name: line.value}) != unset]


def read(folder, **environ):
    return Settings.from_env(environ, dotenv=folder / "no.env")


def test_every_setting_stands_in_it_once_and_nothing_else_but_what_compose_needs(example):
    names = [line.name for line in example]
    assert len(names) == len(set(names))
    assert set(names) == set(NAMES) | required_names() | ONLY_FOR_COMPOSE


def test_each_has_a_line_that_says_what_it_means(example):
    assert [line.name for line in example if len(line.meaning) < 5] == []


def test_a_commented_value_is_the_default(example, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert wrong_defaults(example, tmp_path) == []


def test_another_default_would_be_seen(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert wrong_defaults(lines("# PORT=8001\n# GREENROOM_THREADS=700\n"), tmp_path) == ["PORT"]


def test_a_default_that_is_documented_as_one_value_is_written_out(example):
    rows = re.findall(r"^\| `([A-Z_]+)` \| `([^`]+)` \|", (ROOT / "docs" / "settings.md").read_text(), re.M)
    written = {line.name: line.value for line in example}
    assert {name: written[name] for name, _ in rows} == dict(rows)


def test_as_it_is_it_starts_with_every_default(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert Settings.from_env({}, dotenv=EXAMPLE) == read(tmp_path)


def test_no_secret_is_set_in_it(example):
    assert [line.name for line in example if not line.is_default and line.value] == []
