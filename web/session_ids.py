"""Session ids in addresses, the same for pages and API."""

from flask import Flask
from werkzeug.routing import BaseConverter

from domain.session import SESSION_ID_PATTERN


class SessionIdConverter(BaseConverter):
    """An id that has the shape of one; anything else is an address that does not exist."""

    regex = SESSION_ID_PATTERN
    part_isolating = True


def register_session_ids(app: Flask) -> None:
    """Let routes say `<session_id:session_id>`."""
    app.url_map.converters["session_id"] = SessionIdConverter
