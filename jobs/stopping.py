"""How a signal ends a process that waits."""


class Stopped(SystemExit):
    """Raised out of a wait by a signal's handler.

    No `Exception`: whoever is just logging or talking to Redis would take it for a fault of theirs and go on.
    """
