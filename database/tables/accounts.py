"""People, and what lets them in: passwords, logins, tokens of programs, links that were mailed, links for guests."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from database.tables.base import Base

OF_A_USER = "users.user_id"


class UserRow(Base):
    """A person with an account. `email` is in its canonical form; `session_version` counts what ends old logins."""

    __tablename__ = "users"

    user_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    display_name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str] = mapped_column(String(255))
    time_zone: Mapped[str] = mapped_column(String(64))
    session_version: Mapped[int]
    created_at: Mapped[datetime]
    suspended_at: Mapped[datetime | None]
    email_verified_at: Mapped[datetime | None]

    roles: Mapped[list["UserRoleRow"]] = relationship(cascade="all, delete-orphan", lazy="raise", passive_deletes=True)


class UserRoleRow(Base):
    """One role that a user holds."""

    __tablename__ = "user_roles"

    user_id: Mapped[str] = mapped_column(ForeignKey(OF_A_USER, ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)


class FirstRunTokenRow(Base):
    """The hash of a one-time token that makes the first account. All of them go when a user exists."""

    __tablename__ = "first_run_tokens"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    created_at: Mapped[datetime]


class LoginRow(Base):
    """A browser or a program that came in, or an API token that lets one in. Counts while `session_version` is its
    user's, it has not ended, and its time is not over. `secret_hash` is an API token's."""

    __tablename__ = "logins"
    __table_args__ = (Index("ix_logins_user_id_created_at", "user_id", "created_at"),)

    login_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey(OF_A_USER, ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(64))
    session_version: Mapped[int]
    secret_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]

    user: Mapped[UserRow] = relationship(lazy="raise")


class RefreshTokenRow(Base):
    """One link in the chain of a program's login. A used one that comes back ends the login."""

    __tablename__ = "refresh_tokens"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    login_id: Mapped[str] = mapped_column(ForeignKey("logins.login_id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RevokedTokenRow(Base):
    """An access token that is void before its time. Kept with its owner: nobody voids another's by naming it."""

    __tablename__ = "revoked_tokens"

    user_id: Mapped[str] = mapped_column(ForeignKey(OF_A_USER, ondelete="CASCADE"), primary_key=True)
    jti: Mapped[str] = mapped_column(String(36), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class MailedLinkRow(Base):
    """A link that was mailed and not yet used. For an account that is to be made, `user_id` is empty."""

    __tablename__ = "mailed_links"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[str | None] = mapped_column(ForeignKey(OF_A_USER, ondelete="CASCADE"), index=True)
    session_version: Mapped[int | None]
    email: Mapped[str] = mapped_column(String(254), index=True)
    display_name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class GuestLinkRow(Base):
    """A link by which somebody without an account takes part in one session of its owner."""

    __tablename__ = "guest_links"

    link_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey(OF_A_USER, ondelete="CASCADE"), index=True)
    session_id: Mapped[str] = mapped_column(String(64), index=True)
    guest_name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    last_seen_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
