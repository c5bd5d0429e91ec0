"""Whether this process lives, and whether what it needs answers. Nothing here tells an address or a secret."""

import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from flask import Blueprint, Response, jsonify

import telemetry
from web.services import app_services

BUDGET_SECONDS = 1.0
NEEDED = frozenset({"database", "session_storage"})
"""Redis is not among them: pages and API work without it, only slower to notice what others do."""

health = Blueprint("health", __name__, url_prefix="/health")
log = telemetry.logger("web.health")


@health.get("/live")
def live() -> dict[str, str]:
    """This process answers. Asks nobody."""
    return {"status": "ok"}


@health.get("")
@health.get("/ready")
def ready() -> Response:
    """Database, session storage and Redis, asked at the same time and for one second at most."""
    checks = check_all(_checks())
    status = "draining" if app_services().bus.draining else _overall(checks)
    response = jsonify({"status": status, "checks": checks})
    response.status_code = 200 if status in {"ok", "degraded"} else 503
    return response


def check_all(checks: dict[str, Callable[[], Any]]) -> dict[str, dict[str, Any]]:
    """Run the checks side by side: `{name: {state, latency_ms, message}}`, within the budget whatever hangs."""
    ends = time.monotonic() + BUDGET_SECONDS
    running = {name: _start(name, check) for name, check in checks.items()}
    return {name: _outcome(outcomes, ends) for name, outcomes in running.items()}


def _start(name: str, check: Callable[[], Any]) -> "SimpleQueue[dict[str, Any]]":
    """Ask in a daemon thread: an engine that hangs must hold up neither the answer nor the end of the process."""
    outcomes: SimpleQueue[dict[str, Any]] = SimpleQueue()
    Thread(target=lambda: outcomes.put(_ask(name, check)), name=f"health-{name}", daemon=True).start()
    return outcomes


def _ask(name: str, check: Callable[[], Any]) -> dict[str, Any]:
    started = time.perf_counter()
    try:
        check()
    except Exception as error:  # noqa: BLE001  # whatever a driver raises, the answer is that its engine is away
        log.warning("health_check_failed", check=name, error=type(error).__name__)
        return {"state": "away", "latency_ms": None, "message": "does not answer"}
    return {"state": "ok", "latency_ms": round((time.perf_counter() - started) * 1000, 1), "message": ""}


def _outcome(outcomes: "SimpleQueue[dict[str, Any]]", ends: float) -> dict[str, Any]:
    try:
        return outcomes.get(timeout=max(0.0, ends - time.monotonic()))
    except Empty:
        return {"state": "away", "latency_ms": None, "message": "no answer within a second"}


def _overall(checks: dict[str, dict[str, Any]]) -> str:
    away = {name for name, check in checks.items() if check["state"] != "ok"}
    if away & NEEDED:
        return "unavailable"
    return "degraded" if away else "ok"


def _checks() -> dict[str, Callable[[], Any]]:
    services = app_services()

    def database() -> None:
        with services.request_session_manager.session_scope() as db_session:
            db_session.connection().exec_driver_sql("SELECT 1")

    return {"database": database, "session_storage": services.storage.ping, "redis": services.redis.ping}
