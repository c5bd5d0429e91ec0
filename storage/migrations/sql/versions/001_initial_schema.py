"""The tables `sessions` and `session_messages` with their indexes, written out so that no later schema changes them."""

import sqlalchemy as sa
from alembic import op

revision = "001"
down_revision = None

INDEXES = {
    "ix_sessions_created_at": ["created_at"],
    "ix_sessions_user_created_at": ["user_id", "created_at"],
    "ix_sessions_user_status_created_at": ["user_id", "status", "created_at"],
    "ix_sessions_user_starts_at": ["user_id", "starts_at"],
    "ix_sessions_kind_created_at": ["kind", "created_at"],
    "ix_sessions_kind_status_starts_at": ["kind", "status", "starts_at"],
    "ix_sessions_parent_starts_at": ["parent_id", "starts_at"],
    "ix_sessions_status_created_at": ["status", "created_at"],
    "ix_sessions_mode_created_at": ["mode", "created_at"],
}
"""The columns that lists filter by, and the key of their order; the id follows in each."""


def session_id(*constraints: sa.ForeignKey) -> sa.Column[str]:
    """An id, compared byte by byte."""
    text = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
    return sa.Column("session_id", text, *constraints, primary_key=True)


def json_text() -> sa.types.TypeEngine[str]:
    """JSON that is kept to the letter."""
    return sa.Text().with_variant(sa.JSON(), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "sessions",
        session_id(),
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
        sa.Column("payload", json_text(), nullable=False),
        postgresql_with={"fillfactor": 80},
    )
    for name, columns in INDEXES.items():
        op.create_index(name, "sessions", [*columns, "session_id"])
    _create_where_set("ix_sessions_hume_conversation_id", "hume_conversation_id", unique=False)
    _create_where_set("uq_sessions_exclusive_key", "exclusive_key", unique=True)
    op.create_table(
        "session_messages",
        session_id(sa.ForeignKey("sessions.session_id", ondelete="CASCADE")),
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("message_id", sa.String(200), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("timestamp", sa.BigInteger, nullable=False),
        sa.Column("meta", json_text(), nullable=False),
        sa.UniqueConstraint("session_id", "message_id", name="uq_session_messages_message_id"),
        sqlite_with_rowid=False,
    )


def _create_where_set(name: str, column: str, *, unique: bool) -> None:
    where = sa.text(f"{column} IS NOT NULL")
    op.create_index(name, "sessions", [column], unique=unique, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Drop the tables, and every session with them."""
    op.drop_table("session_messages")
    op.drop_table("sessions")
