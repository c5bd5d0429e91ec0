"""What the tests of interviews share: a service on a storage in memory."""

from functools import partial

import pytest

from domain.actor import Actor
from providers.interviewers.rules import RulesInterviewer
from services.interviews.service import InterviewService
from services.session_manager import SessionManager
from tests.services.interviews.memory import MemoryStorage


class Bus:
    """Remembers what was published."""

    def __init__(self):
        self.published = []

    def publish(self, topic):
        self.published.append(topic)


@pytest.fixture
def bus():
    return Bus()


@pytest.fixture
def storage():
    return MemoryStorage()


@pytest.fixture
def service(storage, bus):
    return InterviewService(partial(SessionManager, storage), RulesInterviewer(), bus)


@pytest.fixture
def actor():
    return Actor(user_id="owner")


@pytest.fixture
def interview(service, actor):
    return service.open(
        actor,
        incident_name="Quarrel in the kitchen",
        interviewee_name="Mira Holt",
        interviewee_role="witness",
        summary="On Tuesday at about four Jonas shouted at Priya in the kitchen. I stood next to them.",
    )
