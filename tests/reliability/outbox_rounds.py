"""Workers of the outbox that are killed: `python -m tests.reliability.outbox_rounds '<JSON of a Plan>'`.

This process stays free of threads and connections, so that it can fork: each worker is a child, which opens database
and mail transport for itself. Each dies at a moment of its own and is replaced, until no row waits any more.
"""

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import msgspec
from sqlalchemy import func, select

import telemetry
from database.manager import DatabaseManager
from database.request_session_manager import RequestSessionManager
from database.tables import OutboxRow
from database.unified_session_manager import UnifiedSessionManager
from providers.mail.base import MailConfig
from providers.mail.registry import MAIL_TRANSPORTS
from services.notifications.letters import Draft, mail
from services.notifications.mailer import Mailer
from services.outbox import Claimed, Delivery, Outbox
from services.outbox.effects import OutboxState
from services.ports import Queue

WORKERS = 3
LEASE_SECONDS = 5.0
ROWS_IN_A_TRANSACTION = 100
LONGEST_RUN_SECONDS = 240.0


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What to run: how many rows, from which database, through which transport, by which delivery (`module:Class`).

    After so many kills workers live on, so that a slow machine comes to an end.
    """

    database_url: str
    transport: str
    folder: str
    smtp_url: str | None
    rows: int
    seed: int
    delivery: str = "services.outbox.delivery:Delivery"
    kills: int = 100
    longest_life_seconds: float = 1.5


class Report(msgspec.Struct, kw_only=True):
    """How many workers were killed until everything was done, and how long it took."""

    kills: int = 0
    seconds: float = 0.0


class NobodyWoken:
    """Workers of a plan look by themselves."""

    def enqueue(self, function: str, **_: object) -> None:
        """Nothing."""


def run(plan: Plan) -> Report:
    """Kill workers until no row waits. Raises RuntimeError when that takes for ever."""
    chance = random.Random(plan.seed)  # noqa: S311  # a seed repeats a run
    report, began = Report(), time.monotonic()
    os.waitpid(_child(lambda: _fill(plan)), 0)
    lives = {_child(lambda: _work(plan)): _death(plan, chance) for _ in range(WORKERS)}
    try:
        while not _one_has_ended(lives):
            if time.monotonic() - began > LONGEST_RUN_SECONDS:
                raise RuntimeError("rows still wait after minutes")
            if report.kills < plan.kills:
                report.kills += _kill_those_whose_time_has_come(plan, lives, chance)
            time.sleep(0.005)
    finally:
        _end(lives)
    report.seconds = round(time.monotonic() - began, 1)
    return report


def _fill(plan: Plan) -> None:
    unified, _ = _managers(plan)
    outbox = Outbox(unified, NobodyWoken())
    for first in range(0, plan.rows, ROWS_IN_A_TRANSACTION):
        with unified.get_db_session() as db:
            for number in range(first, min(first + ROWS_IN_A_TRANSACTION, plan.rows)):
                outbox.add(db, mail("numbered", number=number))


def _work(plan: Plan) -> None:
    """Deliver until no row waits."""
    unified, plain = _managers(plan)
    config = MailConfig(folder=Path(plan.folder), smtp_url=plan.smtp_url)
    transport = MAIL_TRANSPORTS.find(plan.transport).from_config(config)
    mailer = Mailer(transport, {"numbered": numbered}, sender="post@example.org", host="example.org")
    module, _, name = plan.delivery.partition(":")
    delivery: Delivery = getattr(import_module(module), name)(
        unified, {"mail": mailer.handle}, lease_seconds=LEASE_SECONDS
    )
    while True:
        delivery.empty(Queue.DEFAULT)
        with plain.session_scope() as db:
            waiting = select(func.count()).select_from(OutboxRow).where(OutboxRow.state == OutboxState.WAITING)
            if not db.scalar(waiting):
                return
        time.sleep(0.05)


def numbered(claimed: Claimed) -> Draft:
    """A letter whose text follows from its number, so that a torn one shows."""
    number = claimed.payload["number"]
    return Draft(to=f"person-{number}@example.org", subject=f"Number {number}", text=f"number {number}\n" * 50)


def _managers(plan: Plan) -> tuple[UnifiedSessionManager, RequestSessionManager]:
    manager = DatabaseManager(plan.database_url)
    return UnifiedSessionManager(manager), RequestSessionManager(manager)


def _death(plan: Plan, chance: random.Random) -> float:
    return time.monotonic() + chance.uniform(0, plan.longest_life_seconds)


def _kill_those_whose_time_has_come(plan: Plan, lives: dict[int, float], chance: random.Random) -> int:
    doomed = [process for process, dies_at in lives.items() if dies_at <= time.monotonic()]
    for process in doomed:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        del lives[process]
        lives[_child(lambda: _work(plan))] = _death(plan, chance)
    return len(doomed)


def _one_has_ended(lives: dict[int, float]) -> bool:
    """Whether a worker ended by itself, which means that nothing waits. Raises RuntimeError when one failed."""
    for process in list(lives):
        found, status = os.waitpid(process, os.WNOHANG)
        if found:
            del lives[process]
            if status:
                raise RuntimeError(f"a worker ended with status {status}; see standard error")
            return True
    return False


def _end(lives: dict[int, float]) -> None:
    for process in lives:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)


def _child(task: Callable[[], None]) -> int:
    """A child that does this and never returns into the code of its parent."""
    process = os.fork()
    if process:
        return process
    try:
        task()
    except BaseException:  # noqa: BLE001  # the end of the process
        telemetry.logger("outbox_rounds").exception("worker_failed")
        os._exit(1)
    os._exit(0)


def main() -> None:
    """Run the plan given as JSON and print the report as JSON."""
    telemetry.configure("error")  # standard output is for the report
    report = run(msgspec.json.decode(sys.argv[1], type=Plan))
    sys.stdout.write(msgspec.json.encode(report).decode())


if __name__ == "__main__":
    main()
