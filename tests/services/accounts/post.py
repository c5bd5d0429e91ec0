"""The way of a letter from the outbox to its reader, with all that stands between them but a mail server."""

import re

from domain.errors import ProviderDown
from services.accounts.letters import AccountLetters
from services.links import Links
from services.notifications import Mailer, Wording
from services.outbox import Delivery
from services.ports import Queue

HOUSE = "https://green.example"
LINK = re.compile(rf"{HOUSE}/[a-z-]+/([A-Za-z0-9_-]{{43}})\n")
PUT_OFF_SECONDS = 40


class Post:
    """Delivers what waits. `broken` is a mail server that takes nothing, `deaf` one whose answer is lost."""

    def __init__(self, accounts, mailed, unified, clock):
        links = Links(HOUSE)
        letters = AccountLetters(accounts, mailed, links, Wording(links)).by_name()
        mailer = Mailer(self, letters, sender="house@green.example", host="green.example")
        self.delivery = Delivery(unified, {"mail": mailer.handle}, clock)
        self.clock = clock
        self.sent = []
        self.broken = self.deaf = False

    def send(self, mail):
        """As a transport."""
        if self.broken:
            raise ProviderDown("the mail server is away")
        self.sent.append(mail)
        if self.deaf:
            raise ProviderDown("nobody knows whether it arrived")

    def deliver(self):
        """The mails that leave now."""
        before = len(self.sent)
        assert not self.delivery.empty(Queue.HIGH)
        return self.sent[before:]

    def deliver_later(self):
        """The mails that leave once what was put off is tried again."""
        self.clock.pass_seconds(PUT_OFF_SECONDS)
        return self.deliver()

    def one(self):
        """The only mail that leaves now."""
        (mail,) = self.deliver()
        return mail

    def secret(self):
        """The secret of the link in the only mail that leaves now."""
        return secret_in(self.one())


def secret_in(mail):
    """The secret of the link in a mail."""
    (secret,) = LINK.findall(mail.text)
    return secret
