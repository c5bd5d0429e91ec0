"""docs/deployment.md: what it tells people to type works."""

import re
import shutil
import stat
from pathlib import Path

import pytest
from dotenv import dotenv_values

from tests.deployment.compose import NotSet, required_names, resolved
from tests.deployment.running import run

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "deployment.md").read_text()


def block(beginning):
    """The block of commands that begins so, up to what needs Docker."""
    (found,) = [each for each in re.findall(r"```sh\n(.*?)```", GUIDE, re.S) if each.startswith(beginning)]
    return found.partition("docker compose")[0]


def test_the_secrets_that_it_makes_are_all_that_compose_asks_for_beside_the_address(tmp_path):
    shutil.copy(ROOT / ".env.example", tmp_path)
    done = run(["sh", "-euc", block("cp .env.example")], {}, tmp_path)
    assert done.returncode == 0, done.stderr
    filled = dict(dotenv_values(tmp_path / ".env"))
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    secrets = {filled[name] for name in required_names() - {"PUBLIC_URL"}}
    assert len(secrets) == len(required_names()) - 1, "each of its own"
    assert all(re.fullmatch(r"[0-9a-f]{64}", secret) for secret in secrets)
    with pytest.raises(NotSet, match="PUBLIC_URL"):
        resolved(filled)
    assert resolved({**filled, "PUBLIC_URL": "https://greenroom.example.org"})


def test_every_program_that_it_names_exists():
    scripts = set(re.findall(r"scripts/\w+\.py", GUIDE))
    modules = {name.replace(".", "/") + ".py" for name in re.findall(r"-m ((?:scripts|jobs)\.\w+)", GUIDE)}
    missing = {name for name in scripts | modules if not (ROOT / name).is_file()}
    assert not missing
    assert len(scripts | modules) > 8


def test_every_page_that_it_links_to_exists():
    for page in re.findall(r"\]\(([\w.-]+\.md)\)", GUIDE):
        assert (ROOT / "docs" / page).is_file()
