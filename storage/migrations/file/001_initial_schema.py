"""The folders of the file storage: a shelf for each first byte of a hash, the claims on keys, and the trash.

Written out, so that no later layout changes it.
"""

import shutil

from storage.file.place import Place

FOLDERS = ["keys", "trash", *(f"{number:02x}" for number in range(256))]
DERIVED = ["index.sqlite", "index.sqlite-wal", "index.sqlite-shm", ".index.lock"]


def up(place: Place) -> None:
    """Make those that are missing, durably."""
    folder = place.layout.folder
    for name in FOLDERS:
        place.files.ensure_folder(folder / name)
    place.files.sync_folder(folder)


def losses(place: Place) -> dict[str, int]:
    """Sessions and messages, counted without reading them."""
    folder = place.layout.folder
    messages = sum(file.read_bytes().count(b"\n") for file in folder.glob("[0-9a-f][0-9a-f]/*/messages.jsonl"))
    return {"sessions": sum(1 for _ in folder.glob("[0-9a-f][0-9a-f]/*/header.json")), "messages": messages}


def down(place: Place) -> None:
    """Remove the folders with all that is in them, and the index."""
    folder = place.layout.folder
    for name in FOLDERS:
        shutil.rmtree(folder / name, ignore_errors=not (folder / name).exists())
    for name in DERIVED:
        place.files.remove(folder / name)
    place.files.sync_folder(folder)
