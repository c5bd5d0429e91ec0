"""For working on the product: every status in text, the voice ones that pages and webhooks have to cope with."""

from datetime import timedelta

from services.seeding.scenario import Ending, Scenario, Seed, SeedOwner
from services.seeding.stories import BICYCLE, COLLISION, FALL, QUARREL, SPILL

DEV = Scenario(
    name="dev",
    owner=SeedOwner(user_id="dev-user", email="dev@example.org", display_name="Devi Dev"),
    seeds=(
        Seed(session_id="dev-active-text", story=BICYCLE, ending=Ending.RUNNING, turns=3, age=timedelta(minutes=15)),
        Seed(session_id="dev-new-text", story=FALL, ending=Ending.RUNNING, turns=0, age=timedelta(minutes=1)),
        Seed(
            session_id="dev-active-voice",
            story=COLLISION,
            ending=Ending.RUNNING,
            turns=2,
            mode="voice",
            age=timedelta(minutes=5),
        ),
        Seed(session_id="dev-paused-text", story=SPILL, ending=Ending.PAUSED, turns=5, age=timedelta(days=1)),
        Seed(session_id="dev-complete-text", story=QUARREL, ending=Ending.COMPLETE, age=timedelta(days=3)),
        Seed(
            session_id="dev-complete-voice",
            story=COLLISION,
            ending=Ending.COMPLETE,
            mode="voice",
            age=timedelta(days=4),
        ),
        Seed(
            session_id="dev-failed-voice",
            story=COLLISION,
            ending=Ending.FAILED,
            turns=1,
            mode="voice",
            age=timedelta(days=7),
        ),
        Seed(session_id="dev-archived-text", story=FALL, ending=Ending.COMPLETE, age=timedelta(days=90), archived=True),
    ),
)
