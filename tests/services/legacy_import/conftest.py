"""Old installations, made of the files in tests/data/legacy."""

import shutil
from datetime import UTC
from pathlib import Path

import pytest

from services.legacy_import import Defaults, LegacyFiles

LEGACY = Path(__file__).parents[2] / "data" / "legacy"
NAMES = sorted(path.name for path in LEGACY.iterdir())
DEFAULTS = Defaults(user_id="migrated-user", zone=UTC)


@pytest.fixture
def old(tmp_path):
    """Makes an old installation of these files."""

    def folder_of(*names):
        folder = tmp_path / "old"
        (folder / ".sessions").mkdir(parents=True, exist_ok=True)
        for name in names:
            shutil.copy2(LEGACY / name, folder / ".sessions" / name)
        return LegacyFiles(folder)

    return folder_of
