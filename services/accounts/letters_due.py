"""Mails that several services of accounts give rise to, as effects for the outbox. What they say is in `letters.py`."""

from domain.user import User
from services.notifications.letters import mail
from services.outbox import Effect
from services.ports import Queue


def urgent_letter(letter: str, *, user_id: str | None = None, **facts: str) -> Effect:
    """A mail that somebody waits for, or should have at once."""
    return mail(letter, user_id=user_id, queue=Queue.HIGH, **facts)


def change_of_email(user: User, email: str) -> Effect:
    """The link for a new address; void with everything else that was made before the next change of password."""
    return urgent_letter("change_email", user_id=user.user_id, email=email, session_version=str(user.session_version))


def password_changed(user_id: str) -> Effect:
    """Tells a user of a new password, in case it was not they who chose it."""
    return urgent_letter("password_changed", user_id=user_id)


def email_changed(user_id: str, old: str, new: str) -> Effect:
    """Tells the address that was left, in case it was not its owner who left it."""
    return urgent_letter("email_changed", user_id=user_id, old_email=old, new_email=new)
