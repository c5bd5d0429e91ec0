"""`Seeding`: brings the sessions of a scenario, and the account they belong to, to what the scenario says."""

import secrets
from collections.abc import Callable, Iterator
from datetime import datetime
from enum import StrEnum

import msgspec

from domain.actor import Role
from domain.errors import Conflict, CorruptSession, SessionNotFound
from domain.session import Session
from domain.user import User
from services.accounts.service import FIRST_ROLES, AccountService
from services.interviews.service import InterviewService
from services.seeding import marks
from services.seeding.conducting import Conducting, PassingTime
from services.seeding.scenario import Scenario, Seed
from services.session_manager import SessionsOf

PASSWORD_BYTES = 12

InterviewsAt = Callable[[Callable[[], datetime]], InterviewService]
"""Makes the service that conducts interviews in this time. By rules: what is seeded is the same everywhere."""


class Outcome(StrEnum):
    """What happened to one session."""

    MADE = "made"
    CHANGED = "changed"
    LEFT = "left as it was"


class Owner(msgspec.Struct, frozen=True, kw_only=True):
    """Whose the sessions are. `password` is there when the account was made just now, and never again."""

    user: User
    password: str | None = None


class Seeded(msgspec.Struct, frozen=True, kw_only=True):
    """A session of the scenario as it is now, and what happened to it."""

    outcome: Outcome
    session: Session


class Seeding:
    """Seeds. Runs beside an application that serves people, and through the facade, so on every storage.

    Not made for two runs of the same scenario at once: one of them ends with an error, and the next run puts it right.
    """

    def __init__(
        self,
        accounts: AccountService,
        sessions: SessionsOf,
        interviews_at: InterviewsAt,
        now: Callable[[], datetime],
    ) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._interviews_at = interviews_at
        self._now = now

    def ensure_owner(self, scenario: Scenario, password: str | None = None) -> Owner:
        """The account of the scenario: the one with its id, else the one with its address, else a new one.

        A new one gets this password, or one that nobody could guess; the first of an installation is an
        administrator's. Raises Invalid for a password that the rule refuses.
        """
        wanted, user = scenario.owner, self._find_owner(scenario)
        if user is not None:
            return Owner(user=user)
        password = password or secrets.token_urlsafe(PASSWORD_BYTES)
        roles = {Role.MEMBER} if self._accounts.has_users() else FIRST_ROLES
        user = self._accounts.create_user(
            email=wanted.email,
            password=password,
            roles=roles,
            display_name=wanted.display_name,
            user_id=wanted.user_id,
        )
        return Owner(user=user, password=password)

    def is_there(self, scenario: Scenario) -> bool:
        """Whether its account is there and has sessions, whatever people did to them since."""
        user = self._find_owner(scenario)
        return user is not None and bool(self._sessions(user.user_id).list_sessions(limit=1).items)

    def clean(self, scenario: Scenario) -> int:
        """Remove all sessions of the scenario's own user, and what it seeded for another account; return how many.

        A person who merely has the address keeps every other session of theirs. Accounts stay.
        """
        everybody = self._sessions(None)
        ids = {*everybody.storage.ids_of(scenario.owner.user_id)}
        ids |= {seed.session_id for seed in scenario.seeds if self._was_seeded(seed)}
        return sum(everybody.delete_session(session_id) for session_id in sorted(ids))

    def seed(self, scenario: Scenario, user: User) -> Iterator[Seeded]:
        """Bring every session of the scenario to what it says, one after the other, telling of each.

        One that nobody changed since it was seeded is left as it is; any other is made anew under its id. Raises
        Conflict where a session that was not seeded has the id and another owner.
        """
        for seed in scenario.seeds:
            yield self._bring(seed, user)

    def _find_owner(self, scenario: Scenario) -> User | None:
        wanted = scenario.owner
        return self._accounts.find_user(wanted.user_id) or self._accounts.find_user_by_email(wanted.email)

    def _bring(self, seed: Seed, user: User) -> Seeded:
        present = self._find(seed)
        if isinstance(present, Session) and present.user_id == user.user_id and marks.is_unchanged(seed, present):
            return Seeded(outcome=Outcome.LEFT, session=present)
        if isinstance(present, Session) and present.user_id != user.user_id and not marks.is_seeded(present):
            raise Conflict(
                f"The session {seed.session_id} is somebody else's and was not seeded; it stays as it is.",
                session_id=seed.session_id,
            )
        if present is not None:
            self._sessions(None).delete_session(seed.session_id)
        made = self._conduct(seed, user)
        return Seeded(outcome=Outcome.MADE if present is None else Outcome.CHANGED, session=made)

    def _conduct(self, seed: Seed, user: User) -> Session:
        now = self._now()
        time = PassingTime(now - seed.age, now)
        actor = self._accounts.actor_of(user, request_id=f"seed {seed.session_id}")
        return Conducting(seed, actor, self._sessions(user.user_id), self._interviews_at(time), time).conduct()

    def _find(self, seed: Seed) -> Session | CorruptSession | None:
        """The session under this id with all its messages, whosever it is; the error when it cannot be read."""
        try:
            return self._sessions(None).load_session(seed.session_id)
        except SessionNotFound:
            return None
        except CorruptSession as error:
            return error

    def _was_seeded(self, seed: Seed) -> bool:
        present = self._find(seed)
        return isinstance(present, Session) and marks.is_seeded(present)
