"""One archive of everything that an installation keeps, taken while it runs and restored to stores of any kind."""

from services.backup.backup import Backup
from services.backup.checking import check
from services.backup.manifest import Manifest
from services.backup.reading import ArchiveReader
from services.backup.restore import NotAsInTheArchive, Restore
from services.backup.targets import Targets

__all__ = ["ArchiveReader", "Backup", "Manifest", "NotAsInTheArchive", "Restore", "Targets", "check"]
