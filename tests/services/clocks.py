"""The clock that tests of services pass in."""

from datetime import UTC, datetime, timedelta


class Clock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self):
        self.moment = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)

    def __call__(self):
        return self.moment

    def pass_seconds(self, seconds):
        self.moment += timedelta(seconds=seconds)
