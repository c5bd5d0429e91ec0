"""What every area of tests shares: the real engines, and how much is generated."""

import os
import signal
from importlib.util import find_spec

from hypothesis import HealthCheck, settings

ENGINES = (
    "postgresql",
    "mongodb",
    "redis_server",
    "chromium",
    "relational",
    "smtp_server",
    "memory_folder",
    "opened_storages",
)
pytest_plugins = [f"tests.engines.{name}" for name in ENGINES if find_spec(f"tests.engines.{name}")]

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # so a shell starts what runs in its background, and all below it
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("dev", max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
settings.register_profile("ci", max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile("ci" if os.environ.get("CI") else "dev")
