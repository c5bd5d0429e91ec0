"""The two tables in which SQL keeps sessions, and their indexes.

A row of `sessions` is one JSON payload, the header, beside the columns that are searched and shown in lists. A write
sets both in one statement. `revision` and `message_count` stand in columns alone, so that an append touches no payload.
Times are whole milliseconds since 1970, UTC, because that is exact and sorts alike in every engine.
"""

import sqlalchemy as sa

metadata = sa.MetaData()

SessionId = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
"""Compared byte by byte, so that ids have the same order in every engine and whatever the server's language."""

JsonText = sa.Text().with_variant(sa.JSON(), "postgresql")
"""JSON kept to the letter. Not `jsonb`, whose numbers are decimals: 1e23 would come back as another number."""

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("session_id", SessionId, primary_key=True),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("user_id", sa.String(200), nullable=False),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("status", sa.String(200), nullable=False),
    sa.Column("mode", sa.String(200)),
    sa.Column("parent_id", sa.String(200)),
    sa.Column("exclusive_key", sa.String(200)),
    sa.Column("hume_conversation_id", sa.String(200)),
    sa.Column("starts_at", sa.BigInteger),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("updated_at", sa.BigInteger, nullable=False),
    sa.Column("archived_at", sa.BigInteger),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("message_count", sa.Integer, nullable=False),
    sa.Column("payload", JsonText, nullable=False),
    sa.Index("ix_sessions_created_at", "created_at", "session_id"),
    sa.Index("ix_sessions_user_created_at", "user_id", "created_at", "session_id"),
    sa.Index("ix_sessions_user_status_created_at", "user_id", "status", "created_at", "session_id"),
    sa.Index("ix_sessions_user_starts_at", "user_id", "starts_at", "session_id"),
    sa.Index("ix_sessions_kind_created_at", "kind", "created_at", "session_id"),
    sa.Index("ix_sessions_kind_status_starts_at", "kind", "status", "starts_at", "session_id"),
    sa.Index("ix_sessions_parent_starts_at", "parent_id", "starts_at", "session_id"),
    sa.Index("ix_sessions_status_created_at", "status", "created_at", "session_id"),
    sa.Index("ix_sessions_mode_created_at", "mode", "created_at", "session_id"),
    postgresql_with={"fillfactor": 80},
)

_conversation = sessions.c.hume_conversation_id
sa.Index(
    "ix_sessions_hume_conversation_id",
    _conversation,
    sqlite_where=_conversation.is_not(None),
    postgresql_where=_conversation.is_not(None),
)

_key = sessions.c.exclusive_key
sa.Index(
    "uq_sessions_exclusive_key",
    _key,
    unique=True,
    sqlite_where=_key.is_not(None),
    postgresql_where=_key.is_not(None),
)

messages = sa.Table(
    "session_messages",
    metadata,
    sa.Column("session_id", SessionId, sa.ForeignKey("sessions.session_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("message_id", sa.String(200), nullable=False),
    sa.Column("role", sa.String(40), nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("timestamp", sa.BigInteger, nullable=False),
    sa.Column("meta", JsonText, nullable=False),
    sa.UniqueConstraint("session_id", "message_id", name="uq_session_messages_message_id"),
    sqlite_with_rowid=False,
)
