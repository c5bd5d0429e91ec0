"""The statements of the session storage, written in SQLAlchemy Core and compiled once to the text of one dialect.

Their parameters are named like the columns; `new_…` is a value to be written where the column is also searched by.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from storage.sql.schema import messages, sessions

Merge = Callable[[Sequence[str]], sa.ColumnElement[Any]]
"""The payload with these fields replaced, unknown ones kept, every value to the letter as it was given."""

Listed = Callable[[], Any]
"""The ids in the parameter `ids`, as something to select from."""

INSERT: dict[str, Callable[[sa.Table], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}

ONE: sa.ColumnElement[int] = sa.literal_column("1", sa.Integer)
HEADER_COLUMNS = (sa.cast(sessions.c.payload, sa.Text), sessions.c.revision, sessions.c.message_count)
MESSAGE_COLUMNS = (
    messages.c.n,
    messages.c.message_id,
    messages.c.role,
    messages.c.content,
    messages.c.timestamp,
    sa.cast(messages.c.meta, sa.Text),
)


def parameter(column: sa.Column[Any], name: str | None = None) -> sa.BindParameter[Any]:
    """A parameter of a column's type, named like it unless told otherwise."""
    return sa.bindparam(name or column.name, type_=column.type)


def at_most(limit: int | None, select: sa.Select[Any]) -> sa.Select[Any]:
    """At most so many rows; None: as many as the parameter `limit` says.

    A number in the text lets PostgreSQL keep its plan: with a parameter it plans anew for every page. Not by
    `Select.limit`, which adds a parameter of its own for SQLite.
    """
    if limit is not None:
        return select.suffix_with(sa.text(f"LIMIT {limit:d}"))
    return select.suffix_with(sa.text("LIMIT :limit").bindparams(sa.bindparam("limit", type_=sa.BigInteger)))


class Statements:
    """The texts for one dialect."""

    def __init__(self, dialect: sa.Dialect, merge: Merge, listed_ids: Listed) -> None:
        self._dialect = dialect
        self._merge = merge
        self._listed_ids = listed_ids
        self._updates: dict[tuple[tuple[str, ...], frozenset[str]], str] = {}

    def compiled(self, statement: sa.ClauseElement) -> str:
        """The text of a statement in this dialect."""
        return str(statement.compile(dialect=self._dialect))

    @cached_property
    def insert(self) -> str:
        """Insert a header and return its id; nothing comes back when the id is taken."""
        values = {column.name: parameter(column) for column in sessions.columns}
        insert = INSERT[self._dialect.name](sessions).values(values)
        return self.compiled(
            insert.on_conflict_do_nothing(index_elements=["session_id"]).returning(sessions.c.session_id)
        )

    @cached_property
    def load(self) -> str:
        """The header of a session."""
        return self.compiled(_header())

    @cached_property
    def lock(self) -> str:
        """The header of a session, which nobody else may write until the transaction ends."""
        return self.compiled(_header().with_for_update())

    @cached_property
    def holder(self) -> str:
        """Which session holds an exclusive key."""
        held = sessions.c.exclusive_key == parameter(sessions.c.exclusive_key)
        return self.compiled(sa.select(sessions.c.session_id).where(held))

    def update(self, names: tuple[str, ...], conditions: frozenset[str]) -> str:
        """Set these fields, raise the revision and return it, where the id and all `conditions` match."""
        key = (names, conditions)
        if key not in self._updates:
            self._updates[key] = self._update(names, sorted(conditions))
        return self._updates[key]

    def _update(self, names: tuple[str, ...], conditions: Sequence[str]) -> str:
        columns = {name: parameter(sessions.c[name], f"new_{name}") for name in names if name in sessions.c}
        update = sa.update(sessions).where(*(_same(name) for name in ("session_id", *conditions)))
        values = columns | {"revision": sessions.c.revision + ONE, "payload": self._merge(names)}
        return self.compiled(update.values(values).returning(sessions.c.revision))

    def delete(self, conditions: frozenset[str]) -> str:
        """Delete a session, with its messages, where the id and all `conditions` match; return its id."""
        delete = sa.delete(sessions).where(*(_same(name) for name in ("session_id", *sorted(conditions))))
        return self.compiled(delete.returning(sessions.c.session_id))

    @cached_property
    def messages_after(self) -> str:
        """The messages behind a place, oldest first, at most `limit` of them."""
        after = messages.c.n > sa.bindparam("after", type_=sa.Integer)
        return self.compiled(at_most(None, _messages().where(after).order_by(messages.c.n)))

    @cached_property
    def last_messages(self) -> str:
        """The last messages, newest first, at most `limit` of them."""
        return self.compiled(at_most(None, _messages().order_by(messages.c.n.desc())))

    @cached_property
    def insert_message(self) -> str:
        """Insert a message at its place `n`."""
        return self.compiled(
            sa.insert(messages).values({column.name: parameter(column) for column in messages.columns})
        )

    @cached_property
    def headers_after(self) -> str:
        """The ids and headers behind an id, in the order of the ids."""
        after = sessions.c.session_id > parameter(sessions.c.session_id)
        found = sa.select(sessions.c.session_id, *HEADER_COLUMNS).where(after)
        return self.compiled(at_most(None, found.order_by(sessions.c.session_id)))

    @cached_property
    def messages_between(self) -> str:
        """The messages of the sessions behind an id up to another one, with the id before each, in order."""
        ids = messages.c.session_id
        between = (ids > parameter(ids), ids <= parameter(ids, "last"))
        return self.compiled(sa.select(ids, *MESSAGE_COLUMNS).where(*between).order_by(ids, messages.c.n))

    @cached_property
    def headers_of(self) -> str:
        """The ids and headers of a list of sessions."""
        return self.compiled(sa.select(sessions.c.session_id, *HEADER_COLUMNS).where(self._listed))

    @cached_property
    def stamps_of(self) -> str:
        """The ids, revisions and counts of messages of a list of sessions."""
        stamp = (sessions.c.session_id, sessions.c.revision, sessions.c.message_count)
        return self.compiled(sa.select(*stamp).where(self._listed))

    @property
    def _listed(self) -> sa.ColumnElement[bool]:
        return sessions.c.session_id.in_(self._listed_ids())

    @cached_property
    def count(self) -> str:
        """How many sessions there are."""
        return self.compiled(sa.select(sa.func.count(ONE)).select_from(sessions))

    @cached_property
    def ids_of(self) -> str:
        """The ids of a user's sessions behind an id, in the order of the ids."""
        after = sessions.c.session_id > parameter(sessions.c.session_id)
        found = sa.select(sessions.c.session_id).where(_same("user_id"), after)
        return self.compiled(at_most(None, found.order_by(sessions.c.session_id)))

    @cached_property
    def replace_older(self) -> str:
        """Store a header as it is, in place of an older one or one with fewer messages; return its id if so."""
        insert = INSERT[self._dialect.name](sessions)
        new = insert.excluded
        fewer = sessions.c.message_count < new.message_count
        more = sa.case((fewer, new.message_count), else_=sessions.c.message_count)
        values = {column.name: new[column.name] for column in sessions.columns} | {"message_count": more}
        older = (sessions.c.revision < new.revision) | ((sessions.c.revision == new.revision) & fewer)
        insert = insert.values({column.name: parameter(column) for column in sessions.columns})
        replace = insert.on_conflict_do_update(index_elements=["session_id"], set_=values, where=older)
        return self.compiled(replace.returning(sessions.c.session_id))

    @cached_property
    def count_up_to(self) -> str:
        """Raise the count of messages to this one; return the id if it was less."""
        wanted = parameter(sessions.c.message_count)
        update = sa.update(sessions).where(_same("session_id"), sessions.c.message_count < wanted)
        return self.compiled(update.values(message_count=wanted).returning(sessions.c.session_id))

    @cached_property
    def add_message(self) -> str:
        """Store a message at its place `n`, unless it is there."""
        insert = INSERT[self._dialect.name](messages).values({c.name: parameter(c) for c in messages.columns})
        return self.compiled(insert.on_conflict_do_nothing())

    def stored_message(self, conditions: frozenset[str]) -> str:
        """A message by its id, where its session meets all `conditions`."""
        of_session = _messages().where(messages.c.message_id == parameter(messages.c.message_id))
        owned = sa.exists().where(sessions.c.session_id == messages.c.session_id, *(_same(name) for name in conditions))
        return self.compiled(of_session.where(owned))


def count_one_more(conditions: frozenset[str]) -> sa.UpdateBase:
    """Count a message, where the session meets all `conditions`; return its place."""
    update = sa.update(sessions).where(*(_same(name) for name in ("session_id", *sorted(conditions))))
    return update.values(message_count=sessions.c.message_count + ONE).returning(sessions.c.message_count)


def _same(name: str) -> sa.ColumnElement[bool]:
    return sessions.c[name] == parameter(sessions.c[name])


def _header() -> sa.Select[Any]:
    return sa.select(*HEADER_COLUMNS).where(_same("session_id"))


def _messages() -> sa.Select[Any]:
    return sa.select(*MESSAGE_COLUMNS).where(messages.c.session_id == parameter(messages.c.session_id))
