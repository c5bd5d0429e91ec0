"""A mail transport that takes its time: each mail waits until a test lets it go."""

import time
from pathlib import Path
from typing import Self

from providers.mail.base import MailConfig, MailTransport, OutgoingMail
from providers.mail.file import FileMailTransport


class WaitingMail(MailTransport):
    """Says `begun` in the folder, waits for `go` there (ten seconds at most), then does as the file transport."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.then = FileMailTransport(folder)

    @classmethod
    def from_config(cls, config: MailConfig) -> Self:
        config.folder.mkdir(parents=True, exist_ok=True)
        return cls(config.folder)

    def send(self, mail: OutgoingMail) -> None:
        (self.folder / "begun").touch()
        for _ in range(500):
            if (self.folder / "go").exists():
                break
            time.sleep(0.02)
        self.then.send(mail)
