"""Addresses that stand in mails: made from PUBLIC_URL, never from what a request says of its host.

Each method is a page of the product; a test compares all of them with the routes there are.
"""

from urllib.parse import quote


class Links:
    """Whole addresses, as a person clicks on them."""

    def __init__(self, public_url: str) -> None:
        self._public_url = public_url.rstrip("/")

    def home(self) -> str:
        """The first page."""
        return self._to("/")

    def session(self, session_id: str) -> str:
        """The one permanent address of a session, whatever its kind."""
        return self._to(f"/s/{quote(session_id, safe='')}")

    def _to(self, path: str) -> str:
        return self._public_url + path
