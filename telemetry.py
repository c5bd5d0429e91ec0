"""Logs that every layer may use: one structured line per event, with the request's id where there is one."""

import logging
import sys
from typing import Any, cast

import structlog
from structlog.typing import FilteringBoundLogger, Processor

SECRET_WORDS = ("password", "secret", "token", "authorization", "cookie")
"""A key of a log line that contains one of these never shows its value."""


def configure(level: str = "info", log_format: str = "console") -> None:
    """Write logs to standard error: `console` for people, `json` (one object a line) for collectors.

    Standard library loggers go the same way, so that a line looks alike wherever it comes from.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _hide_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering(log_format)],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())


def logger(name: str) -> FilteringBoundLogger:
    """The logger of a module. Call it with an event in a few words and the facts as keywords."""
    return cast(FilteringBoundLogger, structlog.get_logger(name))


def bind(**facts: Any) -> None:
    """Add facts (a request id, a user id) to every line that this request or job logs from now on."""
    structlog.contextvars.bind_contextvars(**facts)


def clear() -> None:
    """Forget what was bound: a ContextVar outlives the request on its thread, so each one begins clean."""
    structlog.contextvars.clear_contextvars()


def _rendering(log_format: str) -> list[Processor]:
    if log_format == "json":
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    # Its own choice of traceback would print the local variables of each frame, passwords among them.
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]


def _hide_secrets(_logger: Any, _method: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    for key in line:
        if any(word in key.lower() for word in SECRET_WORDS):
            line[key] = "…"
    return line
