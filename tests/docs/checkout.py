"""A checkout as an operator has it after `git clone` and `make setup`, in a folder of its own."""

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MADE = (".venv", "node_modules", "web/static/vendor")
"""What `make setup` fetched already; nothing is fetched in a test."""
LONG_AGO = 0


def check_out(folder: Path) -> Path:
    """Lay every file of the project there as it stands here, beside links to what was fetched."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            _lay(name, folder)
    for name in MADE:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(ROOT / name)
    return folder


def _lay(name: str, folder: Path) -> None:
    """Old, so that `make` finds what was made from it to be younger."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / name, folder / name)
    os.utime(folder / name, (LONG_AGO, LONG_AGO))
