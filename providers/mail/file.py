"""A mail transport that lays each mail into a folder, where the operator and tests read it. Nothing leaves the house.

What lies there opens accounts (links to reset a password), so it is its owner's alone.
"""

import os
import re
import secrets
from pathlib import Path
from typing import Self

import telemetry
from domain.errors import ProviderDown
from providers.mail.base import MailConfig, MailRefused, MailTransport, OutgoingMail
from providers.mail.message import compose

_MESSAGE_ID = re.compile(r"<(?P<name>[A-Za-z0-9][A-Za-z0-9._-]{0,99})@[A-Za-z0-9._-]{1,253}>")

_log = telemetry.logger("mail")


class FileMailTransport(MailTransport):
    """One `.eml` file for each Message-ID. A second delivery finds the first one's file and leaves it as it is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def from_config(cls, config: MailConfig) -> Self:
        """See the contract."""
        return cls(config.folder)

    def send(self, mail: OutgoingMail) -> None:
        """See the contract. The file appears whole or not at all, and outlives a loss of power."""
        message = compose(mail)
        place = self.folder / f"{_file_name(mail)}.eml"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            arrived = _write_once(place, message)
        except OSError as error:
            raise ProviderDown(f"The mail cannot be written to {self.folder}: {error.strerror}.") from error
        if not arrived:
            _log.info("mail_was_there", file=place.name)


def _file_name(mail: OutgoingMail) -> str:
    """The part of the id that tells our mails apart. Raises MailRefused for one that is no file name."""
    parts = _MESSAGE_ID.fullmatch(mail.message_id)
    if parts is None:
        raise MailRefused("message_id: letters, digits, dots and dashes are allowed.", field="message_id")
    return parts["name"]


def _write_once(place: Path, message: bytes) -> bool:
    """Put a whole file in its place unless one is there; tell whether it was put. Both are on the disk afterwards."""
    draft = place.with_name(f".{place.name}.{secrets.token_hex(8)}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(message)
            file.flush()
            os.fsync(file.fileno())
        return _link(draft, place)
    finally:
        draft.unlink(missing_ok=True)
        _sync_folder(place.parent)


def _link(draft: Path, place: Path) -> bool:
    """A link, unlike a rename, takes nobody's place."""
    try:
        os.link(draft, place)
    except FileExistsError:
        return False
    return True


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
