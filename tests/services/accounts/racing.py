"""Several calls at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

WAIT_SECONDS = 30


def at_once(*calls):
    """The outcome of each call, begun together: what it returned, or the error that it raised."""
    barrier = Barrier(len(calls))

    def begin(call):
        barrier.wait(WAIT_SECONDS)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        running = [pool.submit(begin, call) for call in calls]
        return [done.exception() or done.result() for done in running]
