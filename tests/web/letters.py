"""The mails of an application under test: delivered as by its worker, and read from the folder they come to lie in."""

import email
import email.policy
import re
from pathlib import Path
from typing import Any

from services.ports import Queue

LINK = re.compile(r"http://localhost(/[a-z-]+/[A-Za-z0-9_-]{43})\n")


class Letters:
    """Each call brings what left since the one before."""

    def __init__(self, services: Any) -> None:
        self.services = services
        self.seen: set[Path] = set()

    def deliver(self) -> list[Any]:
        """The mails that leave now."""
        self.services.delivery.empty(Queue.HIGH)
        came = set((self.services.settings.data_dir / "mail").glob("*.eml")) - self.seen
        self.seen |= came
        return [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in sorted(came)]

    def path(self) -> str:
        """The path of the link in the only mail that leaves now."""
        (mail,) = self.deliver()
        (path,) = LINK.findall(mail.get_content().replace("\r\n", "\n"))
        return str(path)

    def secret(self) -> str:
        """The secret of that link."""
        return self.path().rpartition("/")[2]
