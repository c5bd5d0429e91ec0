"""For trying an installation out by hand or by program: few sessions, quickly made, one of each status."""

from datetime import timedelta

from services.seeding.scenario import Ending, Scenario, Seed, SeedOwner
from services.seeding.stories import BICYCLE, COLLISION, QUARREL, SPILL

TEST = Scenario(
    name="test",
    owner=SeedOwner(user_id="test-user", email="test@example.org", display_name="Tess Test"),
    seeds=(
        Seed(session_id="test-session-001", story=BICYCLE, ending=Ending.RUNNING, turns=2, age=timedelta(hours=1)),
        Seed(session_id="test-session-002", story=QUARREL, ending=Ending.COMPLETE, age=timedelta(hours=3)),
        Seed(
            session_id="test-session-003",
            story=COLLISION,
            ending=Ending.PAUSED,
            turns=1,
            mode="voice",
            age=timedelta(hours=5),
        ),
        Seed(session_id="test-session-004", story=SPILL, ending=Ending.FAILED, turns=1, age=timedelta(days=1)),
        Seed(
            session_id="test-session-005",
            story=SPILL,
            ending=Ending.PAUSED,
            turns=0,
            age=timedelta(days=60),
            archived=True,
        ),
    ),
)
