"""How a user comes to be: the row of a new account, checked and hashed before any database block is open."""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import uuid4

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from database.tables import UserRow
from domain.actor import Role
from domain.errors import Conflict, Invalid
from domain.user import User, canonical_email, check_display_name, check_roles, is_user_id
from services.accounts.passwords import Passwords, check_password_rule
from services.accounts.rows import as_user, role_rows

FIRST_TIME_ZONE = "UTC"


class EmailTaken(Conflict):
    """Another account has this e-mail address."""

    code = "email_taken"


class UserMaker:
    """Makes rows of new users. Slow, because it hashes: never called inside of a database block."""

    def __init__(self, passwords: Passwords, now: Callable[[], datetime]) -> None:
        self._passwords = passwords
        self._now = now

    def row(
        self, *, email: str, password: str, roles: Iterable[str], display_name: str, user_id: str | None = None
    ) -> UserRow:
        """The row of a user who does not exist yet, with a new id unless one is chosen.

        Raises Invalid naming the field, never showing a password.
        """
        if user_id is not None and not is_user_id(user_id):
            raise Invalid("user_id", user_id, "1 to 36 lower-case letters, digits and -, such as demo-user")
        address, name = canonical_email(email), check_display_name(display_name)
        held: frozenset[Role] = check_roles(roles)
        check_password_rule(password, address)
        return UserRow(
            user_id=user_id or str(uuid4()),
            email=address,
            display_name=name,
            password_hash=self._passwords.hash(password),
            time_zone=FIRST_TIME_ZONE,
            session_version=1,
            created_at=self._now(),
            roles=role_rows(held),
        )


def add_user(db: Session, row: UserRow) -> User:
    """Keep a new user. Raises EmailTaken."""
    db.add(row)
    try:
        db.flush()
    except IntegrityError:
        raise EmailTaken("There is an account with this e-mail address already.", field="email") from None
    return as_user(row)
