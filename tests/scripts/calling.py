"""Calls a script as an operator does: as a file, from another folder, on a data folder of its own."""

import subprocess
import sys
from pathlib import Path

from tests.house.running import environment

ROOT = Path(__file__).parents[2]


def call(
    script: str, folder: Path, *arguments: str, typed: str | None = None, **more: str
) -> "subprocess.CompletedProcess[str]":
    """Run it to its end, with these settings and these lines on standard input."""
    return subprocess.run(
        [sys.executable, str(ROOT / "scripts" / script), *arguments],
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=folder,
        env=environment(folder / "data", GREENROOM_LOG_LEVEL="error", **more),
    )
