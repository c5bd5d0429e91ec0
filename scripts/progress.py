"""How far a long command has come: a bar on a terminal, a line now and then elsewhere; always on standard error."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

LINE_SECONDS = 5.0
"""How often a log that nobody watches gets a line."""

Advance = Callable[[int], None]


@contextmanager
def progress(label: str, total: int | None) -> Iterator[Advance]:
    """Give a function that is told how many more are done; `total` is what is expected, None when nobody knows."""
    shown = _bar if sys.stderr.isatty() else _lines
    with shown(label, total) as advance:
        yield advance


@contextmanager
def _bar(label: str, total: int | None) -> Iterator[Advance]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as bars:
        task = bars.add_task(label, total=total)

        def advance(count: int) -> None:
            bars.advance(task, count)

        yield advance


@contextmanager
def _lines(label: str, total: int | None) -> Iterator[Advance]:
    of = "" if total is None else f" of {total}"
    done, told = 0, time.monotonic()

    def advance(count: int) -> None:
        nonlocal done, told
        done += count
        if time.monotonic() - told >= LINE_SECONDS:
            print(f"{label}: {done}{of}", file=sys.stderr, flush=True)
            told = time.monotonic()

    yield advance
    print(f"{label}: {done}{of}", file=sys.stderr, flush=True)
