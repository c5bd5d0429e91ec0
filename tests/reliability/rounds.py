"""Rounds of writers that are killed: `python -m tests.reliability.rounds '<JSON of a Plan>'` prints a Report as JSON.

This process stays free of threads and connections, so that it can fork: each writer and each check is a child, which
opens the storage for itself. A round: some writers at once, each killed at a moment of its own; then the book is
compared with a storage that was opened anew.
"""

import os
import random
import selectors
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module

import msgspec

import telemetry
from storage.base import SessionStorage
from storage.registry import StorageConfig
from tests.reliability.book import Book, Op
from tests.reliability.checking import violations
from tests.reliability.writing import Writer, interview

WRITERS = 4
SLOWEST_OPENING_SECONDS = 60.0


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What to run: a storage class (`module:Class`) and where, how many kills, and how long a writer may live."""

    storage: str
    config: StorageConfig
    kills: int
    seed: int
    longest_life_seconds: float = 0.08
    stop_at_violation: bool = True


class Report(msgspec.Struct, kw_only=True):
    """What came of it."""

    kills: int = 0
    acknowledged: int = 0
    in_flight: int = 0
    seconds: float = 0.0
    violations: list[str] = []


class _Life(msgspec.Struct):
    """A writer that runs: its process, the pipe it talks through, and when it is to die."""

    number: int
    process: int
    pipe: int
    rest: bytes = b""
    dies_at: float = 0.0


def run(plan: Plan) -> Report:
    """Kill writers until there were enough kills, or something was lost."""
    open_storage = _opener(plan)
    chance = random.Random(plan.seed)  # noqa: S311  # a seed repeats a run
    report = Report()
    started = time.monotonic()
    _in_child(lambda: _begin(open_storage(), "shared-0"))
    round_number = 0
    while report.kills < plan.kills and not (report.violations and plan.stop_at_violation):
        book = Book(f"shared-{round_number}")
        _round(open_storage, book, round_number, chance, plan)
        report.kills += WRITERS
        report.acknowledged += book.acknowledged
        report.in_flight += len(book.begun)
        round_number += 1
        following = f"shared-{round_number}"
        report.violations += book.failures
        report.violations += _in_child(lambda: _check(open_storage(), book, following))  # noqa: B023  # runs at once
    report.seconds = round(time.monotonic() - started, 1)
    return report


def _opener(plan: Plan) -> Callable[[], SessionStorage]:
    module, _, name = plan.storage.partition(":")
    storage_class = getattr(import_module(module), name)

    def opened() -> SessionStorage:
        storage = storage_class.from_config(plan.config)
        storage.prepare()
        return storage

    return opened


def _begin(storage: SessionStorage, shared_id: str) -> list[str]:
    storage.create(interview(shared_id, shared_id))
    return []


def _check(storage: SessionStorage, book: Book, following: str) -> list[str]:
    """Compare, remove most of what was written so that the place does not grow, and prepare the next round."""
    found = list(violations(storage, book))
    if found:
        return found
    for session_id in [*book.session_ids()[1:], book.shared.session_id]:
        storage.delete(session_id)
    _begin(storage, following)
    storage.close()
    return found


def _round(
    open_storage: Callable[[], SessionStorage], book: Book, number: int, chance: random.Random, plan: Plan
) -> None:
    lives = [_start(open_storage, f"life-{number}-{place}", place, book, chance) for place in range(WRITERS)]
    with selectors.DefaultSelector() as selector:
        for life in lives:
            selector.register(life.pipe, selectors.EVENT_READ, life)
            life.dies_at = time.monotonic() + SLOWEST_OPENING_SECONDS
        while selector.get_map():
            soonest = min(key.data.dies_at for key in selector.get_map().values())
            for key, _ in selector.select(min(max(0.0, soonest - time.monotonic()), SLOWEST_OPENING_SECONDS)):
                _listen(key.data, book, selector, chance.uniform(0, plan.longest_life_seconds))
            for key in list(selector.get_map().values()):
                if key.data.dies_at <= time.monotonic():
                    os.kill(key.data.process, signal.SIGKILL)
                    key.data.dies_at = float("inf")
    for life in lives:
        os.waitpid(life.process, 0)
    book.close()


def _start(
    open_storage: Callable[[], SessionStorage], name: str, number: int, book: Book, chance: random.Random
) -> _Life:
    reading, writing = os.pipe()
    seed = chance.getrandbits(32)
    process = os.fork()
    if not process:
        os.close(reading)
        with _last_words(writing):
            Writer(open_storage(), name, book.shared.session_id, seed, writing).run()
    os.close(writing)
    return _Life(number, process, reading)


def _listen(life: _Life, book: Book, selector: selectors.BaseSelector, lifetime: float) -> None:
    """Read what a writer said. A pipe that ended has no more to say: its writer is dead."""
    heard = os.read(life.pipe, 1 << 16)
    if not heard:
        selector.unregister(life.pipe)
        os.close(life.pipe)
        return
    *lines, life.rest = (life.rest + heard).split(b"\n")
    for line in lines:
        word, *more = msgspec.json.decode(line)
        if word == "ready":
            life.dies_at = time.monotonic() + lifetime
        elif word == "begin":
            book.begin(life.number, Op(*more[0]))
        elif word == "done":
            book.acknowledge(life.number)
        elif word == "refused":
            book.refuse(life.number)
        elif word == "torn":
            book.failures.append(f"torn: {' '.join(more)}")
        else:
            book.failures.append(f"a writer failed: {' '.join(map(str, more))}")


def _in_child(task: Callable[[], list[str]]) -> list[str]:
    """Run a task in a child of its own and return what it found."""
    reading, writing = os.pipe()
    process = os.fork()
    if not process:
        os.close(reading)
        with _last_words(writing), os.fdopen(os.dup(writing), "wb") as pipe:
            pipe.write(msgspec.json.encode(task()))
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(process, 0)
    found = msgspec.json.decode(said, type=list[str]) if said else []
    return found if status == 0 else [*found, "failed: the check ended early"]


@contextmanager
def _last_words(pipe: int) -> Iterator[None]:
    """The end of a child: it never returns into the code of its parent."""
    try:
        yield
    except BaseException:  # noqa: BLE001  # the edge of the process
        os.write(pipe, msgspec.json.encode(["failed", traceback.format_exc()]) + b"\n")
        os._exit(1)
    os._exit(0)


def main() -> None:
    """Run the plan given as JSON and print the report as JSON."""
    telemetry.configure("error")  # standard output is for the report
    plan = msgspec.json.decode(sys.argv[1], type=Plan, dec_hook=lambda kind, value: kind(value))
    sys.stdout.write(msgspec.json.encode(run(plan)).decode())


if __name__ == "__main__":
    main()
