"""Serves a throw-away Greenroom with the demo's account and interviews in it: `make demo`.

    python -m scripts.demo             # PORT=8080 python -m scripts.demo

Everything is kept in a new temporary folder, which is removed at the end. Settings that name other places (databases,
Redis, the session storage, a mail server) are not taken over. Exit codes as `scripts.serve`.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import bootstrap
import telemetry
from scripts import serve
from services.seeding import SCENARIOS
from settings import Settings

DEMO = SCENARIOS["demo"]
EMAIL = DEMO.owner.email
ELSEWHERE = (
    "DATABASE_URL",
    "SESSION_DATABASE_URL",
    "SESSION_STORAGE",
    "REDIS_URL",
    "RAILWAY_ENVIRONMENT",
    "GREENROOM_MAIL",
    "SMTP_URL",
)


def main() -> int:
    """Seed a temporary folder, serve it, remove it."""
    folder = Path(tempfile.mkdtemp(prefix="greenroom-demo-"))
    os.environ["GREENROOM_DATA_DIR"] = str(folder)
    for name in ELSEWHERE:
        os.environ[name] = ""  # an empty value counts as not set, whatever `.env` says
    try:
        password = seed()
        print(f"\n  Demo account: {EMAIL}, password {password}\n", flush=True)
        return serve.main()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def seed() -> str | None:
    """Make the account and its interviews; return the password, None when there was an account already."""
    app = bootstrap.build(Settings.from_env())
    telemetry.configure("error")  # nobody listens yet, and Redis does not run yet: not worth a warning
    try:
        app.prepare()
        owner = app.seeding.ensure_owner(DEMO)
        for _ in app.seeding.seed(DEMO, owner.user):
            pass
        return owner.password
    finally:
        app.close()


if __name__ == "__main__":
    sys.exit(main())
