"""Fair timing of several ways to do the same: interleaved, in shuffled order, over many short rounds.

A ratio is the median of the ratios within each round, so that whatever else keeps the machine busy for a while slows
both ways of a pair alike.
"""

import asyncio
import gc
import random
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple

Way = Callable[[int], None]
"""Does its operation so many times."""

ROUND_SECONDS = 0.01
"""How long one way is measured in one round."""
MOST_CALLS = 100
SHOWN_IN_MILLISECONDS = 0.1


Timings = dict[str, list[float]]


class Goal(NamedTuple):
    """A ratio to reach: at most that much slower than another, or another at least that much slower."""

    limit: float
    at_most: bool

    def is_met_by(self, ratio: float) -> bool:
        """Whether a measured ratio reaches it."""
        return ratio <= self.limit if self.at_most else ratio >= self.limit

    def __str__(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {self.limit:g}"


class Result(NamedTuple):
    """One line of the table: how long `slower` takes as a multiple of `faster`."""

    operation: str
    comparison: str
    ratio: float
    goal: Goal
    detail: str

    @property
    def is_met(self) -> bool:
        """Whether the goal was reached."""
        return self.goal.is_met_by(self.ratio)


def at_most(limit: float) -> Goal:
    """Ours may take at most so many times as long."""
    return Goal(limit, at_most=True)


def at_least(limit: float) -> Goal:
    """The other should take at least so many times as long."""
    return Goal(limit, at_most=False)


def each(operation: Callable[[], object]) -> Way:
    """A way that calls a plain function again and again."""

    def run(calls: int) -> None:
        for _ in range(calls):
            operation()

    return run


def each_awaited(runner: asyncio.Runner, operation: Callable[[], Awaitable[object]]) -> Way:
    """A way that awaits again and again in one run of the loop, so that starting the loop is not measured."""

    async def repeat(calls: int) -> None:
        for _ in range(calls):
            await operation()

    return lambda calls: runner.run(repeat(calls))


def measured(ways: dict[str, Way], rounds: int) -> Timings:
    """The seconds of one operation of each way, round by round."""
    calls = {name: _calls_for_a_round(way) for name, way in ways.items()}
    seconds: Timings = {name: [] for name in ways}
    gc.collect()
    gc.freeze()
    for _ in range(rounds):
        for name in random.sample(list(ways), len(ways)):
            seconds[name].append(_timed(ways[name], calls[name]))
    gc.unfreeze()
    return seconds


def compare(operation: str, timings: Timings, comparisons: list[tuple[str, str, Goal]]) -> list[Result]:
    """The lines for ratios `slower / faster` of measured ways."""
    return [
        Result(
            operation,
            f"{slower} / {faster}",
            _ratio(timings[slower], timings[faster]),
            goal,
            _shown(timings, slower, faster),
        )
        for slower, faster, goal in comparisons
    ]


def _ratio(slower: list[float], faster: list[float]) -> float:
    return statistics.median(one / other for one, other in zip(slower, faster, strict=True))


def _shown(timings: Timings, *names: str) -> str:
    return " / ".join(microseconds(statistics.median(timings[name])) for name in names)


def microseconds(seconds: float) -> str:
    """A time as the table shows it; trust the ratio and not this."""
    return f"{seconds * 1e6:,.0f} µs" if seconds < SHOWN_IN_MILLISECONDS else f"{seconds * 1e3:,.0f} ms"


def _calls_for_a_round(way: Way) -> int:
    way(1)
    seconds = max(_timed(way, 1), 1e-7)
    return max(1, min(MOST_CALLS, round(ROUND_SECONDS / seconds)))


def _timed(way: Way, calls: int) -> float:
    """Without the garbage collector, or one way would pay for what another left behind."""
    gc.collect()
    gc.disable()
    began = time.perf_counter()
    way(calls)
    seconds = time.perf_counter() - began
    gc.enable()
    return seconds / calls
