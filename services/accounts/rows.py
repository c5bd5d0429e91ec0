"""Reads users from their tables."""

from collections.abc import Mapping

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from database.tables import UserRoleRow, UserRow
from domain.actor import Role
from domain.errors import NotFound
from domain.user import User

QUERY = select(UserRow).options(joinedload(UserRow.roles))
"""Roles come with the same statement."""


def find_row(db: Session, query: Select[UserRow]) -> UserRow | None:
    """The only user of a query, or None."""
    return db.scalars(query).unique().one_or_none()


def find_row_to_change(db: Session, user_id: str) -> UserRow | None:
    """A user, locked until the block ends, or None."""
    locked = select(UserRow).options(selectinload(UserRow.roles)).where(UserRow.user_id == user_id).with_for_update()
    return db.scalars(locked).one_or_none()


def load_row_to_change(db: Session, user_id: str) -> UserRow:
    """A user, locked until the block ends. Raises NotFound."""
    row = find_row_to_change(db, user_id)
    if row is None:
        raise no_such_user(user_id)
    return row


def change_row(row: UserRow, values: Mapping[str, object]) -> UserRow:
    """Give a user these values, and return it."""
    for name, value in values.items():
        setattr(row, name, value)
    return row


def change_ending_logins(row: UserRow, **values: object) -> UserRow:
    """As `change_row`; every login, token and mailed link made before is void from then on."""
    return change_row(row, {**values, "session_version": row.session_version + 1})


def no_such_user(user_id: str) -> NotFound:
    """The refusal for an id that nobody has."""
    return NotFound("There is no such user.", user_id=user_id)


def role_rows(roles: frozenset[Role]) -> list[UserRoleRow]:
    """Rows for these roles."""
    return [UserRoleRow(role=str(role)) for role in sorted(roles)]


def as_user(row: UserRow) -> User:
    """What the rest of the product may know of a user."""
    return User(
        user_id=row.user_id,
        email=row.email,
        display_name=row.display_name,
        roles=frozenset(Role(held.role) for held in row.roles),
        time_zone=row.time_zone,
        session_version=row.session_version,
        created_at=row.created_at,
        suspended_at=row.suspended_at,
        email_verified_at=row.email_verified_at,
    )
