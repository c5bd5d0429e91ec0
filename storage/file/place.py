"""What every part of the file storage works with: where things lie, how they are written, how they are locked."""

from typing import NamedTuple

from storage.file.disk import DurableFiles
from storage.file.layout import Layout
from storage.file.locks import FileLocks


class Place(NamedTuple):
    """One folder of sessions."""

    layout: Layout
    files: DurableFiles
    locks: FileLocks
