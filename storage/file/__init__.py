"""Sessions in files: `FileSessionStorage`. `layout.py` says where everything lies."""

from storage.file.storage import FileSessionStorage

__all__ = ["FileSessionStorage"]
