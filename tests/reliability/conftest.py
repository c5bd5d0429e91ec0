"""How many kills, and where: `KILLS` in the environment changes the number."""

import os
import secrets

import pytest

KILLS = 300


@pytest.fixture(scope="session")
def kills():
    """How many writers are killed on each backend."""
    return int(os.environ.get("KILLS", KILLS))


@pytest.fixture
def seed(record_property):
    """Another one each time; `KILL_SEED` repeats a run."""
    seed = int(os.environ.get("KILL_SEED", secrets.randbits(32)))
    record_property("seed", seed)
    return seed
