"""The smallest session of each kind."""

from datetime import UTC, datetime

from domain.interview import Interview
from domain.live import Live
from domain.training import SessionDate, Training

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def interview(**fields):
    """An interview with only what it cannot do without."""
    needed = {"user_id": "ada", "incident_name": "Bicycle", "interviewee_name": "Lou", "interviewee_role": "witness"}
    return Interview(**needed | fields)


def session_date(start=START):
    """A start in Vienna."""
    return SessionDate(start=start, time_zone="Europe/Vienna", wall_clock="2026-03-01T13:00")


def training(**fields):
    """A training with only what it cannot do without."""
    needed = {"user_id": "ada", "title": "First aid", "instructor_id": "ada", "session_date": session_date()}
    return Training(**needed | fields)


def live(**fields):
    """A broadcast with only what it cannot do without."""
    return Live(**{"user_id": "ada", "channel_id": "7"} | fields)
