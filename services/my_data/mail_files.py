"""The mails that the file transport laid into its folder: found by whom they are for, copied without secrets."""

import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from email import message_from_bytes
from email.parser import BytesHeaderParser
from email.policy import SMTP, SMTPUTF8
from pathlib import Path

from domain.errors import Invalid
from domain.mail_address import check_mail_address

_SECRET = re.compile(r"(?<=/)[A-Za-z0-9_-]{40,}")
"""The last part of a mailed link. Ids are shorter."""
LEFT_OUT = "(left out)"


class MailFiles:
    """Reads the folder; it may be missing, and others may add to it meanwhile."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def addressed_to(self, addresses: Collection[str]) -> Iterator[Path]:
        """Every file for one of these addresses, drafts that a crash left included."""
        wanted = {spelling for address in addresses for spelling in _spellings(address)}
        if not wanted or not self.folder.is_dir():
            return
        for path in sorted(self.folder.iterdir()):
            if _recipient(path) in wanted:
                yield path

    def remove_of_row(self, outbox_id: str) -> bool:
        """Remove the mail that came from this row of the outbox; tell whether it was there."""
        try:
            (self.folder / f"{outbox_id}.eml").unlink()
        except FileNotFoundError:
            return False
        return True


def without_secrets(path: Path) -> bytes:
    """A mail as it was sent, but for the secrets of its links: an export lies about for days."""
    mail = message_from_bytes(path.read_bytes(), policy=SMTPUTF8)
    text = _SECRET.sub(LEFT_OUT, str(mail.get_content()))
    mail.set_content(text)
    return mail.as_bytes()


def _recipient(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return str(BytesHeaderParser(policy=SMTP).parse(file)["To"] or "").lower()
    except FileNotFoundError:  # swept away since the folder was read
        return ""


def _spellings(address: str) -> Iterator[str]:
    """As it is kept, and as it stands in a header."""
    yield address.lower()
    with suppress(Invalid):  # such an address got no mail
        yield str(check_mail_address("email", address)).lower()
