"""The scenarios by name, one module each. A new one is a module beside these and an entry here."""

from services.seeding.scenario import Scenario
from services.seeding.scenarios.demo import DEMO
from services.seeding.scenarios.dev import DEV
from services.seeding.scenarios.test import TEST

SCENARIOS: dict[str, Scenario] = {scenario.name: scenario for scenario in (DEMO, TEST, DEV)}
