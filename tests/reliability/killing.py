"""Runs a plan of kills in a process of its own, which has loaded nothing but what the writers need."""

import subprocess
import sys
from pathlib import Path

import msgspec

from tests.reliability.rounds import Plan, Report

ROOT = Path(__file__).parents[2]

STORAGES = {
    "file": "storage.file:FileSessionStorage",
    "sqlite": "storage.sql:SqlSessionStorage",
    "postgresql": "storage.sql:SqlSessionStorage",
    "mongodb": "storage.mongo:MongoSessionStorage",
}
"""The class behind each backend that is killed."""


def kill_writers(plan: Plan) -> Report:
    """Run the plan and return its report. Raises subprocess.CalledProcessError when the harness itself failed."""
    command = [sys.executable, "-m", "tests.reliability.rounds", msgspec.json.encode(plan, enc_hook=str).decode()]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    return msgspec.json.decode(done.stdout, type=Report)
