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

    def my_data(self) -> str:
        """Where one fetches an export, or erases an account."""
        return self._to("/account/data")

    def login(self) -> str:
        """Where one comes in."""
        return self._to("/login")

    def forgotten_password(self) -> str:
        """Where one asks for another password."""
        return self._to("/reset-password")

    def finish_registration(self, secret: str) -> str:
        """Where one chooses the password of a new account."""
        return self._to(f"/register/{secret}")

    def reset(self, secret: str) -> str:
        """Where one chooses another password."""
        return self._to(f"/reset-password/{secret}")

    def verify_email(self, secret: str) -> str:
        """Where one verifies the address of an account."""
        return self._to(f"/verify-email/{secret}")

    def change_email(self, secret: str) -> str:
        """Where one takes a new address for an account."""
        return self._to(f"/change-email/{secret}")

    def _to(self, path: str) -> str:
        return self._public_url + path
