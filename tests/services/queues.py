"""The queue that tests of services pass in."""


class WakeUps:
    """Remembers who was to be woken instead of waking anybody."""

    def __init__(self):
        self.calls = []

    def enqueue(self, function, *, queue="default", **payload):
        self.calls.append((function, str(queue), payload))

    @property
    def queues(self):
        """The queues whose outbox somebody was to look into."""
        return [queue for function, queue, _ in self.calls if function == "empty_outbox"]
