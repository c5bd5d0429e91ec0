"""What programs asked for under a key of their own, so that asking again does not do it again."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from database.tables.base import Base


class IdempotencyKeyRow(Base):
    """One key of one user.

    While `state` is `running`, `holder` names the request that may finish it, until `leased_until`; then whoever comes
    next may begin anew. Once it is `done`, `answer` holds what was answered, sealed.
    """

    __tablename__ = "idempotency_keys"

    user_id: Mapped[str] = mapped_column(ForeignKey("users.user_id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10))
    holder: Mapped[str] = mapped_column(String(36))
    leased_until: Mapped[datetime]
    answer: Mapped[bytes | None]
    expires_at: Mapped[datetime] = mapped_column(index=True)
