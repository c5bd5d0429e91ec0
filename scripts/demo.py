"""Serves a throw-away Greenroom with an account and two interviews in it: `make demo`.

    python -m scripts.demo             # PORT=8080 python -m scripts.demo

Everything is kept in a new temporary folder, which is removed at the end. Settings that name other places (databases,
Redis, the session storage, a mail server) are not taken over. Exit codes as `scripts.serve`.
"""

import os
import secrets
import shutil
import sys
import tempfile
from pathlib import Path

import bootstrap
import telemetry
from domain.actor import Actor, Role
from domain.interview import Stage
from scripts import serve
from scripts.demo_interviews import BICYCLE, QUARREL, ScriptedInterview
from services.interviews.service import InterviewService
from settings import Settings

NOTHING_MORE = "No, that is all."
EMAIL = "demo@example.org"
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


def seed() -> str:
    """Make the account and its interviews; return the password."""
    app = bootstrap.build(Settings.from_env())
    telemetry.configure("error")  # nobody listens yet, and Redis does not run yet: not worth a warning
    try:
        app.prepare()
        password = secrets.token_urlsafe(12)
        user = app.accounts.create_user(
            email=EMAIL, password=password, roles={Role.ADMIN, Role.MEMBER}, display_name="Dana Demo"
        )
        actor = Actor(user_id=user.user_id, roles=user.roles, email=user.email)
        finished = conduct(app.interviews, actor, QUARREL)
        app.interviews.complete(actor, finished)
        conduct(app.interviews, actor, BICYCLE)
        return password
    finally:
        app.close()


def conduct(interviews: InterviewService, actor: Actor, script: ScriptedInterview) -> str:
    """Open an interview and answer it out of its script until that or the interview ends; return its id."""
    session = interviews.open(
        actor,
        incident_name=script.incident_name,
        interviewee_name=script.interviewee_name,
        interviewee_role=script.interviewee_role,
        summary=script.summary,
    )
    left = {topic: list(says) for topic, says in script.answers.items()}
    for turn in range(script.turns):
        now = interviews.load(actor, session.session_id, messages=0)
        if now.stage == Stage.READ_BACK:
            break
        says = left.get(now.current_topic or "what") or [NOTHING_MORE]
        interviews.answer(actor, session.session_id, message_id=f"demo-{turn}", content=says.pop(0))
    return session.session_id


if __name__ == "__main__":
    sys.exit(main())
