"""What kinds of values the tables hold, and how each is written as JSON, so that any engine takes it back unchanged."""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    String,
    Text,
    cast,
    column,
)
from sqlalchemy.types import NullType, TypeEngine

from database.tables.base import UtcTime
from domain.errors import Invalid


class ColumnKind(StrEnum):
    """The kinds of values. A `json` value travels as its own text: an engine may tell JSON's null from none at all."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    TIME = "time"
    BYTES = "bytes"
    JSON = "json"


class TableShape(msgspec.Struct, frozen=True):
    """A table as its rows are written: its name, its columns in their order, and which of them are its key."""

    table: str
    columns: dict[str, ColumnKind]
    key: tuple[str, ...]


_KINDS: tuple[tuple[type[TypeEngine[Any]], ColumnKind], ...] = (
    (UtcTime, ColumnKind.TIME),
    (JSON, ColumnKind.JSON),
    (Boolean, ColumnKind.BOOLEAN),
    (Integer, ColumnKind.INTEGER),
    (Float, ColumnKind.NUMBER),
    (DateTime, ColumnKind.TIME),
    (LargeBinary, ColumnKind.BYTES),
    (String, ColumnKind.TEXT),
)
_TYPES: dict[ColumnKind, TypeEngine[Any]] = {
    ColumnKind.TEXT: String(),
    ColumnKind.INTEGER: Integer(),
    ColumnKind.NUMBER: Float(),
    ColumnKind.BOOLEAN: Boolean(),
    ColumnKind.TIME: UtcTime(),
    ColumnKind.BYTES: LargeBinary(),
    ColumnKind.JSON: NullType(),  # so PostgreSQL takes the text as what the column is, and SQLite as text
}
_AS_JSON: dict[ColumnKind, tuple[type, ...]] = {
    ColumnKind.INTEGER: (int,),
    ColumnKind.NUMBER: (float, int),
    ColumnKind.BOOLEAN: (bool,),
}
"""What stands in the file for a value of this kind; for all others a text."""


def kind_of(defined: "Column[Any]") -> ColumnKind:
    """The kind of a column's values. Raises TypeError for a type that backups do not know yet."""
    for known, kind in _KINDS:
        if isinstance(defined.type, known):
            return kind
    raise TypeError(f"column {defined.table.name}.{defined.name}: a backup does not know how to keep {defined.type!r}")


def read_as(name: str, kind: ColumnKind) -> ColumnElement[Any]:
    """The column in a SELECT."""
    return cast(column(name), Text).label(name) if kind is ColumnKind.JSON else written_as(name, kind)


def written_as(name: str, kind: ColumnKind) -> ColumnElement[Any]:
    """The column in an INSERT."""
    return column(name, _TYPES[kind])


def encode(kind: ColumnKind, value: Any) -> Any:
    """A value as JSON knows it."""
    if value is None:
        return None
    if kind is ColumnKind.TIME:
        return value.isoformat()
    return base64.b64encode(value).decode() if kind is ColumnKind.BYTES else value


def decode(kind: ColumnKind, value: Any) -> Any:
    """The value behind what `encode` made. Raises ValueError for what it never makes."""
    if value is None:
        return None
    if type(value) not in _AS_JSON.get(kind, (str,)):
        raise ValueError(f"{value!r} is no {kind}")
    if kind is ColumnKind.TIME:
        return _time(value)
    return _bytes(value) if kind is ColumnKind.BYTES else value


def encode_row(shape: TableShape, row: Sequence[Any]) -> list[Any]:
    """A row as JSON knows it."""
    return [encode(kind, value) for kind, value in zip(shape.columns.values(), row, strict=True)]


def decode_row(shape: TableShape, row: Any) -> tuple[Any, ...]:
    """The row behind what `encode_row` made. Raises Invalid naming the column."""
    if not isinstance(row, list) or len(row) != len(shape.columns):
        raise Invalid(shape.table, row, f"a row of {len(shape.columns)} values")
    return tuple(
        _decoded(shape, name, kind, value) for (name, kind), value in zip(shape.columns.items(), row, strict=True)
    )


def _decoded(shape: TableShape, name: str, kind: ColumnKind, value: Any) -> Any:
    try:
        return decode(kind, value)
    except ValueError:
        raise Invalid(f"{shape.table}.{name}", "…", f"a value of kind {kind}") from None


def _time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no zone")
    return moment


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None
