"""The mails that accounts give rise to, as effects for the outbox. What they say is in `letters.py`."""

from services.outbox.effects import Effect
from services.ports import Queue


def letter_due(letter: str, *, user_id: str | None = None, **facts: str) -> Effect:
    """A mail to be worded and sent at once. No secret stands in the facts: links get theirs when they are mailed."""
    payload = {"letter": letter, **({"user_id": user_id} if user_id else {}), **facts}
    return Effect(kind="mail", payload=payload, user_id=user_id, queue=Queue.HIGH)


def password_changed(user_id: str) -> Effect:
    """Tells a user of a new password, in case it was not they who chose it."""
    return letter_due("password_changed", user_id=user_id)


def email_changed(user_id: str, old: str, new: str) -> Effect:
    """Tells the address that was left, in case it was not its owner who left it."""
    return letter_due("email_changed", user_id=user_id, old_email=old, new_email=new)
