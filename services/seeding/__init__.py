"""Invented interviews for showing, testing and developing: the same ones however often they are asked for."""

from services.seeding.scenario import Scenario
from services.seeding.scenarios import SCENARIOS
from services.seeding.service import Outcome, Owner, Seeded, Seeding

__all__ = ["SCENARIOS", "Outcome", "Owner", "Scenario", "Seeded", "Seeding"]
