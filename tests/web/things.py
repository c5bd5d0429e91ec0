"""What stands in the path and in the body of each route: made afresh for each request, because some use it up."""

from pathlib import Path
from uuid import uuid4

from domain.login import LoginKind, Origin
from domain.mailed_link import Purpose
from services.notifications.notices import notice
from services.outbox import Claimed
from services.ports import Queue
from tests.web.conftest import NEW_INTERVIEW, PASSWORD, make_user
from tests.web.routes import API_BODIES

SECRETS = {
    "account.finish_registration": Purpose.REGISTER,
    "account.reset": Purpose.RESET,
    "account.verify_email": Purpose.VERIFY,
    "account.change_email": Purpose.CHANGE,
    "api_account.finish_registration": Purpose.REGISTER,
    "api_account.reset": Purpose.RESET,
    "api_account.verify_email": Purpose.VERIFY,
    "api_account.change_email": Purpose.CHANGE,
}
"""What the secret of a mailed link is for at these routes."""


class Things:
    """What belongs to one person. Links that are mailed belong to somebody else, who has nothing to lose."""

    def __init__(self, app, services, owner):
        self.app = app
        self.services = services
        self.owner = owner
        self.actor = services.accounts.actor_of(owner.user, "")
        self.renew()
        self.reader = services.accounts.find_user_by_email("reader@example.org") or make_user(app, "reader")

    def renew(self):
        """Another interview: the last route may have deleted the one there was."""
        self.session_id = self.services.interviews.open(self.actor, **NEW_INTERVIEW).session_id

    def values(self, rule):
        """What stands in the path of a route, by name."""
        return {name: self._value(rule.endpoint, name) for name in rule.arguments}

    def path(self, rule, values=None):
        """The address of a route, with these values in it, or with things of ours."""
        return self.app.url_map.bind("localhost").build(rule.endpoint, values or self.values(rule))

    def body(self, endpoint):
        """What a write of the API sends there; None for nothing."""
        body = API_BODIES.get(endpoint)
        if body is not None and "secret" in body:
            return {**body, "secret": self.secret(SECRETS[endpoint])}
        if endpoint == "api_tokens.refresh":
            return {"refresh_token": self.services.tokens.issue(self.owner.user.email, PASSWORD).refresh_token}
        return body

    def secret(self, purpose):
        """The secret of a fresh link that was mailed."""
        user = self.services.accounts.load_user(self.reader.user_id)
        fresh = purpose in (Purpose.REGISTER, Purpose.CHANGE)
        email = f"{uuid4()}@example.org" if fresh else user.email
        known = None if purpose is Purpose.REGISTER else user
        return self.services.mailed_links.make(purpose, str(uuid4()), email=email, user=known, display_name="New")

    def guest_link(self):
        """A link into the interview."""
        for link in self.services.guests.list_links(self.actor, self.session_id)[5:]:
            self.services.guests.end(self.actor, self.session_id, link.link_id)
        return self.services.guests.invite(self.actor, self.session_id, guest_name="Gus")

    def _value(self, endpoint, name):
        makers = {
            "session_id": lambda: self.session_id,
            "login_id": lambda: self.services.logins.begin(self.owner.user, Origin()).login_id,
            "token_id": self._token_id,
            "job_id": self._export_id,
            "receipt": self._receipt,
            "notice_id": self._notice_id,
            "link_id": lambda: self.guest_link().link_id,
            "secret": lambda: self.secret(SECRETS[endpoint]),
            "token": lambda: self.guest_link().token if endpoint == "guests.come_in" else "x",
            "filename": lambda: Path("css", next(Path(self.app.static_folder, "css").iterdir()).name),
        }
        return str(makers[name]())

    def _export_id(self):
        """An export that is done."""
        if not self.services.exports.list_own(self.actor):
            self.services.exports.start(self.actor)
        self.services.delivery.empty(Queue.LOW)
        return self.services.exports.list_own(self.actor)[0].job.job_id

    def _receipt(self):
        """Of the erasure of somebody who has nothing to lose."""
        leaving = make_user(self.app, f"leaving-{uuid4().hex}")
        return self.services.erasures.request(self.services.accounts.actor_of(leaving, ""), password=PASSWORD)

    def _notice_id(self):
        claimed = Claimed(
            outbox_id=str(uuid4()),
            kind="notice",
            payload=notice(self.owner.user.user_id, "Something happened.").payload,
            user_id=self.owner.user.user_id,
            created_at=self.owner.user.created_at,
        )
        self.services.notices.handle(claimed)
        return claimed.outbox_id

    def _token_id(self):
        for token in self.services.api_tokens.list_own(self.actor)[5:]:
            self.services.api_tokens.revoke(self.actor, token.login_id)
        return self.services.api_tokens.create(self.actor, name="a program", days=7, by=LoginKind.BROWSER)[0].login_id
