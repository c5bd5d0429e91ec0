"""Doing things at the same moment, and holding on to how each came out."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest


def all_at_once(*calls):
    """Run every call in a thread of its own, let them go together; what each returned or raised, in their order."""
    start = Barrier(len(calls))

    def run(call):
        start.wait(timeout=30)
        return outcome(call)

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def outcome(call):
    """What it returned, or the exception it raised."""
    try:
        return call()
    except Exception as error:  # noqa: BLE001  # the exception is the result that the caller compares
        return error


def split(outcomes, expected):
    """Those that returned and those that raised `expected`; anything else fails the test."""
    won = [each for each in outcomes if not isinstance(each, Exception)]
    lost = [each for each in outcomes if isinstance(each, expected)]
    for each in outcomes:
        if isinstance(each, Exception) and not isinstance(each, expected):
            pytest.fail(f"somebody met {each!r}")
    return won, lost
