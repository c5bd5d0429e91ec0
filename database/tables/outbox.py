"""What has to happen outside of the database, and what people are told: effects, notices, background jobs."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from database.tables.base import Base


class OutboxRow(Base):
    """One effect, from the transaction that wants it until it has happened or is a dead letter.

    `lease_id` names the delivery that has it in hand until `lease_until`; `attempts` counts how often it was in hand.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_state", "state", "queue", "due_at"),)
    # A claim looks for the oldest row that is due in its queue: one step into this index.

    outbox_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    queue: Mapped[str] = mapped_column(String(10))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    user_id: Mapped[str | None] = mapped_column(String(36), index=True)
    key: Mapped[str | None] = mapped_column(String(200), unique=True)
    state: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int]
    lease_id: Mapped[str | None] = mapped_column(String(36))
    lease_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(300))


class NoticeRow(Base):
    """What a person sees on their home page until they dismiss it. It has the id of the outbox row that brought it."""

    __tablename__ = "notices"
    __table_args__ = (Index("ix_notices_user_id", "user_id", "read_at"),)

    notice_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.user_id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(String(500))
    link: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class BackgroundJobRow(Base):
    """Work that takes a while, as the person who waits for it sees it. It has the id of the outbox row that runs it.

    `user_id` refers to nobody in the tables: the job that erases a user outlives them.
    """

    __tablename__ = "background_jobs"

    job_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    user_id: Mapped[str | None] = mapped_column(String(36), index=True)
    state: Mapped[str] = mapped_column(String(10), index=True)
    done: Mapped[int]
    total: Mapped[int]
    step: Mapped[str] = mapped_column(String(200))
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    error: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
