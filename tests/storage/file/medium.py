"""A model of what a disk keeps when the power fails: only what was synced, and perhaps some of the rest.

`RecordingDisk` writes for real and tells the model of each call. `Medium.after_power_failure` makes one of the states
in which the folder may be found: unsynced names are there or not, unsynced bytes are old, new, cut short or zeros.
"""

import os
from pathlib import Path

from storage.file.disk import Disk


class File:
    """Bytes as a reader sees them, and as they are on the medium."""

    def __init__(self, data=b""):
        self.seen = bytearray(data)
        self.kept = bytes(data)

    def sync(self):
        self.kept = bytes(self.seen)

    def after_power_failure(self, chance):
        seen = bytes(self.seen)
        both = zip(self.kept, seen, strict=False)
        common = next((at for at, (old, new) in enumerate(both) if old != new), min(len(self.kept), len(seen)))
        cut = chance.randint(common, max(common, len(seen)))
        return chance.choice([self.kept, seen, seen[:cut], seen[:cut] + bytes(len(seen) - cut)])


class Folder:
    """Names as a reader sees them, as they are on the medium, and the changes between the two, in order."""

    def __init__(self):
        self.seen = {}
        self.kept = {}
        self.pending = []

    def change(self, names):
        """Set or remove (None) names in one step."""
        self.pending.append(names)
        _apply(self.seen, names)

    def sync(self):
        for names in self.pending:
            _apply(self.kept, names)
        self.pending = []

    def after_power_failure(self, chance):
        found = dict(self.kept)
        for names in self.pending:
            if chance.random() < 0.5:
                _apply(found, names)
        return found


def _apply(entries, names):
    for name, node in names.items():
        if node is None:
            entries.pop(name, None)
        else:
            entries[name] = node


class Medium:
    """The model of one folder. What stood there when the model began counts as synced."""

    def __init__(self, root):
        self.root = root
        self.tree = _read(root)

    def find(self, path):
        """The file or folder of this name as a reader sees it; None when there is none."""
        node = self.tree
        for part in Path(path).relative_to(self.root).parts:
            node = node.seen.get(part)
            if node is None:
                return None
        return node

    def change(self, path, node):
        """Give a name, or take it away (None)."""
        self.find(path.parent).change({path.name: node})

    def rename(self, old, new):
        """Within a folder in one step; between folders each may be kept without the other."""
        node = self.find(old)
        if old.parent == new.parent:
            self.find(old.parent).change({old.name: None, new.name: node})
        else:
            self.change(new, node)
            self.change(old, None)

    def after_power_failure(self, chance):
        """The files that are found: path below the root to bytes; folders end with a slash."""
        return dict(_walk(self.tree, "", chance))


def _read(path):
    if path.is_file():
        return File(path.read_bytes())
    folder = Folder()
    folder.seen = {entry.name: _read(entry) for entry in path.iterdir() if not entry.name.startswith(("index", "."))}
    folder.kept = dict(folder.seen)
    return folder


def _walk(folder, path, chance):
    for name, node in folder.after_power_failure(chance).items():
        if isinstance(node, File):
            yield f"{path}{name}", node.after_power_failure(chance)
        else:
            yield f"{path}{name}/", None
            yield from _walk(node, f"{path}{name}/", chance)


def write_out(found, root):
    """Put a state on a real disk."""
    for path, data in found.items():
        target = root / path
        if data is None:
            target.mkdir(parents=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)


class RecordingDisk(Disk):
    """Writes for real, without waiting, and keeps the model; `watch()` is called after every call."""

    def __init__(self, watch):
        self.medium = None
        self.opened = {}
        self.watch = watch

    def begin(self, root):
        """Start to record."""
        self.medium = Medium(root)

    def told(self):
        if self.medium is not None:
            self.watch()

    def mkdir(self, path):
        super().mkdir(path)
        if self.medium:
            self.medium.change(path, Folder())
        self.told()

    def open(self, path, flags):
        fd = super().open(path, flags)
        if self.medium:
            node = self.medium.find(path)
            if node is None:
                node = File()
                self.medium.change(path, node)
            if flags & os.O_TRUNC:
                node.seen[:] = b""
            self.opened[fd] = node
        self.told()
        return fd

    def write(self, fd, data):
        start = os.lseek(fd, 0, os.SEEK_CUR)
        written = super().write(fd, data)
        if self.medium:
            self.opened[fd].seen[start : start + written] = data[:written]
        self.told()
        return written

    def truncate(self, fd, size):
        super().truncate(fd, size)
        if self.medium:
            del self.opened[fd].seen[size:]
        self.told()

    def sync(self, fd):
        if self.medium:
            path = Path(f"/proc/self/fd/{fd}").readlink()
            self.synced(self.medium.find(path))
        self.told()

    def sync_data(self, fd):
        self.sync(fd)

    def synced(self, node):
        """Now it is on the medium."""
        node.sync()

    def rename(self, old, new):
        super().rename(old, new)
        if self.medium:
            self.medium.rename(old, new)
        self.told()

    def unlink(self, path):
        super().unlink(path)
        if self.medium:
            self.medium.change(path, None)
        self.told()

    def rmdir(self, path):
        super().rmdir(path)
        if self.medium:
            self.medium.change(path, None)
        self.told()


class ForgetsFiles(RecordingDisk):
    """Does not wait for the bytes of files: the control that shows why one must."""

    def synced(self, node):
        if isinstance(node, Folder):
            node.sync()


class ForgetsFolders(RecordingDisk):
    """Does not wait for the names in folders."""

    def synced(self, node):
        if isinstance(node, File):
            node.sync()
