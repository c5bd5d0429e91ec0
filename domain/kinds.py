"""The kinds of session there are. A new kind is a module of its own and one entry here."""

from typing import Any

import msgspec

from domain.checks import check_fields
from domain.errors import Invalid
from domain.interview import Interview
from domain.live import Live
from domain.session import Session
from domain.training import Training

AnySession = Interview | Training | Live

KINDS: dict[str, type[Session]] = {"interview": Interview, "training": Training, "live": Live}

HEADER = msgspec.json.Decoder(AnySession)
"""Reads a header of any kind from JSON. Unknown fields, such as a newer release wrote, are passed over."""


STATUSES = sorted({str(status) for kind in KINDS.values() for status in kind.lifecycle.statuses})
"""Every status that some kind has."""


def kind_named(name: str) -> type[Session]:
    """The struct of a kind. Raises Invalid naming the known ones."""
    try:
        return KINDS[name]
    except (KeyError, TypeError):
        raise Invalid("kind", name, KINDS) from None


def make_session(kind: str, fields: dict[str, Any]) -> Session:
    """A new session of this kind, not stored yet.

    Values that fit are brought to their declared types. Raises Invalid naming a field that the kind does not have, the
    first one that is missing, or one whose value does not fit.
    """
    struct = kind_named(kind)
    if unknown := sorted(set(fields) - set(struct.__struct_fields__)):
        raise Invalid(unknown[0], fields[unknown[0]], f"a field of a session of kind {kind}")
    missing = [field.name for field in msgspec.structs.fields(struct) if field.required and field.name not in fields]
    if missing:
        raise Invalid(missing[0], None, "a value; it is required")
    return struct(**check_fields(struct, fields))
