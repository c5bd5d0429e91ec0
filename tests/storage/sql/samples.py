"""The sessions and messages of these tests."""

from domain.kinds import make_session
from domain.session import Message

FIELDS = {"incident_name": "The broken window", "interviewee_name": "Ada", "interviewee_role": "witness"}


def interview(**fields):
    """An interview that is not stored yet."""
    return make_session("interview", {"user_id": "u1", **FIELDS, **fields})


def message(message_id, content="It was raining."):
    """A message that is not stored yet."""
    return Message(message_id=message_id, role="interviewee", content=content)
