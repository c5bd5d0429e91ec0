"""The SQLAlchemy ORM as a peer: the same interview as mapped classes, in the way its documentation teaches.

What the header holds as lists of structs are tables with `selectin` relationships; a version counter guards saves.
"""

from datetime import datetime
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

from domain.interview import Interview
from domain.session import Message

Row = TypeVar("Row", bound="Base")


class Base(DeclarativeBase):
    """The tables of the peer."""

    type_annotation_map = {dict[str, Any]: sa.JSON, list[str]: sa.JSON, datetime: sa.DateTime(timezone=True)}


class GoalRow(Base):
    """One goal of an interview."""

    __tablename__ = "orm_goals"
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(sa.ForeignKey("orm_interviews.session_id"), index=True)
    topic: Mapped[str]
    description: Mapped[str]
    status: Mapped[str]
    confidence: Mapped[int]
    why: Mapped[list[str]]
    exhausted: Mapped[bool]
    asked: Mapped[int]
    unknown_answers: Mapped[int]
    closed_because: Mapped[str]


class FactRow(Base):
    """One fact of an interview."""

    __tablename__ = "orm_facts"
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(sa.ForeignKey("orm_interviews.session_id"), index=True)
    fact_id: Mapped[str]
    topic: Mapped[str]
    claim: Mapped[str]
    quote: Mapped[str]
    message_id: Mapped[str]
    timestamp: Mapped[str | None]
    parsed_time: Mapped[str | None]
    confidence: Mapped[str]
    source: Mapped[str]
    also: Mapped[list[str]]
    about: Mapped[str | None]
    replaced_by: Mapped[str | None]
    corrected_by: Mapped[list[str]]


class ContradictionRow(Base):
    """One contradiction of an interview."""

    __tablename__ = "orm_contradictions"
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(sa.ForeignKey("orm_interviews.session_id"), index=True)
    contradiction_id: Mapped[str]
    topic: Mapped[str]
    about: Mapped[str]
    first_fact_id: Mapped[str]
    second_fact_id: Mapped[str]
    asked: Mapped[bool]
    resolution: Mapped[str]
    resolution_message_id: Mapped[str | None]


class MessageRow(Base):
    """One message of an interview."""

    __tablename__ = "orm_messages"
    session_id: Mapped[str] = mapped_column(sa.ForeignKey("orm_interviews.session_id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str]
    role: Mapped[str]
    content: Mapped[str]
    timestamp: Mapped[datetime]
    meta: Mapped[dict[str, Any]]
    __table_args__ = (sa.UniqueConstraint("session_id", "message_id"),)


class InterviewRow(Base):
    """The header."""

    __tablename__ = "orm_interviews"
    session_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str]
    user_email: Mapped[str | None]
    title: Mapped[str]
    status: Mapped[str]
    starts_at: Mapped[datetime | None]
    parent_id: Mapped[str | None]
    exclusive_key: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column()
    schema_version: Mapped[int]
    extra: Mapped[dict[str, Any]]
    incident_name: Mapped[str]
    interviewee_name: Mapped[str]
    interviewee_role: Mapped[str]
    confidence_threshold: Mapped[int]
    mode: Mapped[str]
    summary: Mapped[str]
    stage: Mapped[str]
    extracted_summary: Mapped[dict[str, Any]]
    answers: Mapped[list[str]]
    current_question: Mapped[str | None]
    current_topic: Mapped[str | None]
    turn_count: Mapped[int]
    goals: Mapped[list[GoalRow]] = relationship(lazy="selectin", order_by=GoalRow.id)
    facts: Mapped[list[FactRow]] = relationship(lazy="selectin", order_by=FactRow.id)
    contradictions: Mapped[list[ContradictionRow]] = relationship(lazy="selectin", order_by=ContradictionRow.id)
    messages: Mapped[list[MessageRow]] = relationship(lazy="select", order_by=MessageRow.n)
    __mapper_args__ = {"version_id_col": revision}
    __table_args__ = (sa.Index("ix_orm_interviews_user", "user_id", "created_at", "session_id"),)


def row_of(interview: Interview, said: list[Message]) -> InterviewRow:
    """The same interview as mapped objects."""
    return _mapped(
        InterviewRow,
        interview,
        extracted_summary=msgspec.to_builtins(interview.extracted_summary),
        goals=[_mapped(GoalRow, goal) for goal in interview.goals],
        facts=[_mapped(FactRow, fact) for fact in interview.facts],
        contradictions=[_mapped(ContradictionRow, one) for one in interview.contradictions],
        messages=[message_row(message, message.n) for message in said],
    )


def message_row(message: Message, n: int) -> MessageRow:
    """A message as a mapped object."""
    return _mapped(MessageRow, message, n=n)


def _mapped(row: type[Row], struct: msgspec.Struct, **others: Any) -> Row:
    """A row with the struct's values in the columns of the same names; keys and counters are the ORM's."""
    names = [column.key for column in sa.inspect(row).columns if hasattr(struct, column.key)]
    return row(**{name: getattr(struct, name) for name in names if name != "revision"} | others)


class Orm:
    """What the peer does for each operation, each in a unit of work of its own, as a request would."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        Base.metadata.create_all(engine)

    def add(self, rows: list[InterviewRow]) -> None:
        """Store interviews."""
        with self._session() as session:
            session.add_all(rows)
            session.commit()

    def load(self, session_id: str) -> InterviewRow:
        """The header with what belongs to it."""
        with self._session() as session:
            return session.get_one(InterviewRow, session_id)

    def page(self, user_id: str, limit: int) -> list[InterviewRow]:
        """The newest of a user."""
        newest = sa.select(InterviewRow).where(InterviewRow.user_id == user_id)
        newest = newest.order_by(InterviewRow.created_at.desc(), InterviewRow.session_id.desc()).limit(limit)
        with self._session() as session:
            return list(session.scalars(newest))

    def save(self, detached: InterviewRow) -> InterviewRow:
        """Write the changes of an object that an earlier unit of work had loaded."""
        with self._session() as session:
            merged = session.merge(detached)
            session.commit()
            return merged

    def append(self, session_id: str, message: Message) -> None:
        """Add a message to the collection."""
        with self._session() as session:
            interview = session.get_one(InterviewRow, session_id)
            interview.messages.append(message_row(message, len(interview.messages) + 1))
            session.commit()

    def _session(self) -> Session:
        return Session(self.engine, expire_on_commit=False)
