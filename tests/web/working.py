"""A worker within the test: what is due is done when the test says so."""

from services.ports import Queue


def work(services, passes=3):
    """Deliver everything that is due, and what comes of it."""
    for _ in range(passes):
        for queue in Queue:
            services.delivery.empty(queue)
