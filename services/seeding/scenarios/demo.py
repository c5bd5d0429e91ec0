"""For showing the product to people: a report to read, an interview to go on with, and some of every other sort."""

from datetime import timedelta

from services.seeding.scenario import Ending, Scenario, Seed, SeedOwner
from services.seeding.stories import BICYCLE, COLLISION, FALL, QUARREL, SPILL

DEMO = Scenario(
    name="demo",
    owner=SeedOwner(user_id="demo-user", email="demo@example.org", display_name="Dana Demo"),
    seeds=(
        Seed(session_id="demo-complete-001", story=QUARREL, ending=Ending.COMPLETE, age=timedelta(days=2)),
        Seed(session_id="demo-active-001", story=BICYCLE, ending=Ending.RUNNING, turns=4, age=timedelta(minutes=20)),
        Seed(session_id="demo-paused-001", story=SPILL, ending=Ending.PAUSED, turns=6, age=timedelta(days=1)),
        Seed(session_id="demo-voice-001", story=COLLISION, ending=Ending.COMPLETE, mode="voice", age=timedelta(days=5)),
        Seed(session_id="demo-failed-001", story=SPILL, ending=Ending.FAILED, turns=2, age=timedelta(days=6)),
        Seed(session_id="demo-archived-001", story=FALL, ending=Ending.COMPLETE, age=timedelta(days=45), archived=True),
    ),
)
