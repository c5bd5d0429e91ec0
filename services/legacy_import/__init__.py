"""Interviews of old installations: one JSON file each, read into those of today and stored wherever they shall be."""

from services.legacy_import.files import LegacyFiles
from services.legacy_import.reading import Defaults, Read, read_interview
from services.legacy_import.service import FileResult, LegacyImport, Outcome

__all__ = ["Defaults", "FileResult", "LegacyFiles", "LegacyImport", "Outcome", "Read", "read_interview"]
